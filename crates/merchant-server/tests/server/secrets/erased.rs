//! After an erasure, the database and the data key together tell nothing of the order any more.

use std::collections::BTreeSet;

use merchant_core::lifecycle::{Customer, CustomerId, Eraser, Event, WalletName};
use merchant_server::app::erasure;
use merchant_server::vault::{DataKey, Place, open_with};
use serde_json::json;
use shop_api::OrderId;

use super::forms::{Needle, Search};
use super::scene::Scene;
use super::{at_rest, canaries};
use crate::support::database::TestDatabase;
use crate::support::database::databases::DATA_KEY;

/// Where bytes are kept that aren't sealed: hashes, and what messages are told apart by.
const NOT_SEALED: [(&str, &str); 4] = [
    ("notifications", "body_hash"),
    ("sessions", "token_hash"),
    ("statement_rows", "row_hash"),
    ("wire", "key"),
];

/// Every sealed column, and how its rows are known.
const SEALED: [(&str, &str, &[&str]); 14] = [
    ("orders", "seal_key", &["id"]),
    ("orders", "address", &["id"]),
    ("orders", "tracking", &["id"]),
    ("attempts", "pay_request", &["id"]),
    ("attempts", "cashier", &["id"]),
    ("refunds", "reason", &["wallet", "refund_request_id"]),
    ("refunds", "refund_request", &["wallet", "refund_request_id"]),
    ("events", "detail", &["order_id", "version", "position"]),
    ("wire", "head", &["order_id", "key"]),
    ("wire", "body", &["order_id", "key"]),
    ("outbox", "body", &["id", "endpoint"]),
    ("notifications", "body", &["wallet", "body_hash"]),
    ("quotes", "address", &["id"]),
    ("secrets", "value", &["name"]),
];

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.strip_prefix("\\x").unwrap_or(text).as_bytes();
    digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

/// The columns of the schema that hold bytes.
fn columns_of_bytes(database: &TestDatabase) -> BTreeSet<(String, String)> {
    let sql = match database {
        TestDatabase::Sqlite(_) => {
            "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND c.type = 'BLOB'"
        }
        TestDatabase::Postgres(_) => {
            "SELECT table_name, column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type = 'bytea'"
        }
    };
    let rows = database.run(sql).unwrap().into_iter();
    rows.map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap())).collect()
}

/// The parts of a row's key, as values are sealed for them.
fn parts(table: &str, key: &[Option<String>]) -> Vec<Vec<u8>> {
    let text = |index: usize| key[index].clone().unwrap();
    match table {
        "events" => {
            let version = text(1).parse::<u32>().unwrap().to_be_bytes();
            let position = text(2).parse::<i64>().unwrap().to_be_bytes();
            vec![text(0).into_bytes(), [version.as_slice(), &position].concat()]
        }
        "wire" | "notifications" => vec![text(0).into_bytes(), unhex(&text(1))],
        _ => (0..key.len()).map(|index| text(index).into_bytes()).collect(),
    }
}

/// What every sealed value says to whoever has the database and the data key, but for notifications of payments that
/// nobody here knows: those are about no order. Each value is tried with every key that is there.
fn opened(database: &TestDatabase) -> Vec<(String, Vec<u8>)> {
    let known = SEALED.iter().map(|(table, column, _)| (*table, *column)).chain(NOT_SEALED);
    let known: BTreeSet<_> = known.map(|(table, column)| (table.to_owned(), column.to_owned())).collect();
    assert_eq!(columns_of_bytes(database), known, "each column of bytes is looked through");
    let mut keys = vec![DATA_KEY];
    let mut found = Vec::new();
    // The keys of orders stand first in the list.
    for (table, column, key) in SEALED {
        let of_orders = if table == "notifications" { "AND attempt_id IS NOT NULL" } else { "" };
        let sql = format!(
            "SELECT {column}, {} FROM {table} WHERE {column} IS NOT NULL {of_orders}",
            key.join(", ")
        );
        for row in database.run(&sql).unwrap() {
            let sealed = unhex(row[0].as_deref().unwrap());
            let parts = parts(table, &row[1..]);
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            let place = Place { table, column, row: &parts };
            let plain = keys.iter().find_map(|key| open_with(&DataKey::new(key), &sealed, &place).ok());
            if column == "seal_key" {
                keys.push(plain.as_deref().unwrap().try_into().unwrap());
            } else if let Some(plain) = plain {
                found.push((format!("{table}.{column}"), plain));
            }
        }
    }
    found
}

fn told(database: &TestDatabase) -> BTreeSet<String> {
    let mut needles = canaries::personal();
    needles.push(Needle::new("the customer's id", CUSTOMER));
    needles.push(Needle::new("a signature", "algorithm=RSA256"));
    let search = Search::new(&needles);
    let opened = opened(database).into_iter();
    opened
        .flat_map(|(place, plain)| {
            search.find(&plain).into_iter().map(move |found| format!("{found} in {place}"))
        })
        .collect()
}

/// The customer's id in the scene.
pub const CUSTOMER: &str = "ana-cnry-xq7";

fn holds_the_customer(database: &TestDatabase) -> Vec<&'static str> {
    let tables = [
        "orders",
        "order_lines",
        "attempts",
        "refunds",
        "events",
        "jobs",
        "wire",
        "outbox",
        "postings",
        "entries",
        "notifications",
        "coupons",
    ];
    let rows = |table: &str| format!("{:?}", database.run(&format!("SELECT * FROM {table}")).unwrap());
    tables.into_iter().filter(|table| rows(table).contains(CUSTOMER)).collect()
}

/// Whether the customer's id stands anywhere in SQLite's file; PostgreSQL keeps dead rows until it vacuums.
fn is_in_the_file(database: &TestDatabase) -> bool {
    let TestDatabase::Sqlite(_) = database else { return false };
    database.run("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let search = Search::new(&[Needle::new("the customer's id", CUSTOMER)]);
    !search.find(&at_rest::bytes(database)).is_empty()
}

#[tokio::test]
async fn what_was_erased_opens_for_nobody_who_has_the_database_and_its_data_key() {
    let scene = Scene::play().await;
    let server = &scene.server;
    let paid = json!({ "orderId": scene.order });
    // What failed is asked for anew, so that no person has to look; and everything is told.
    server.refund(&paid, "k3", "100").await.expect(202);
    server.pass(std::time::Duration::from_secs(6)).await;
    server.clock.advance(std::time::Duration::from_secs(3_600));
    server.run_jobs().await;
    server.deliver().await;
    let database = server.database();
    let before = told(&database);
    for place in [
        "orders.address",
        "orders.tracking",
        "attempts.pay_request",
        "attempts.cashier",
        "refunds.reason",
        "refunds.refund_request",
        "events.detail",
        "wire.head",
        "wire.body",
        "notifications.body",
    ] {
        assert!(
            before.iter().any(|found| found.ends_with(place)),
            "nothing is found in {place}: {before:#?}"
        );
    }
    assert!(opened(&database).iter().any(|(place, _)| place == "outbox.body"));
    assert_eq!(holds_the_customer(&database), ["orders"]);
    assert_eq!(is_in_the_file(&database), matches!(database, TestDatabase::Sqlite(_)));

    let app = server.app();
    let orders = database.run("SELECT id FROM orders").unwrap().into_iter().flatten().flatten();
    for order in orders.map(OrderId) {
        let wish = erasure(Eraser::Retention, &*app.rng);
        let applied =
            app.apply(&order, None, Event::ErasureRequested(wish), Default::default()).await.unwrap();
        assert!(matches!(applied, merchant_server::app::Applied::Changed(..)), "{applied:?}");
    }
    let wallet = WalletName("test".into());
    let customer = Customer { wallet, id: CustomerId::new(CUSTOMER).unwrap() };
    app.store.forget_customer(&customer).await.unwrap();
    let after = told(&database);
    assert!(after.is_empty(), "{after:#?}");
    assert_eq!(holds_the_customer(&database), [""; 0]);
    let left: BTreeSet<String> = opened(&database).into_iter().map(|(place, _)| place).collect();
    let left: Vec<&str> = left.iter().map(String::as_str).collect();
    assert_eq!(
        left,
        ["events.detail", "secrets.value"],
        "only what came with the erasure, and what is no order's"
    );
    assert!(!is_in_the_file(&database), "what was replaced doesn't stay in the file either");
}
