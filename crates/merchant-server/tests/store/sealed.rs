//! What is personal or secret is sealed at rest, whoever reads the rows, and opens for the store alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use merchant_core::lifecycle::{
    Event, FulfilmentStage, FulfilmentStep, PayAnswer, PaymentId, Sending, StoredCall, Tracking, WalletName,
};
use merchant_server::store::{Commit, InboxEntry, InboxVerdict, QuoteRow, Store, StoreError};
use merchant_server::vault::{DataKey, Vault, VaultError};
use shop_api::{Cashier, OrderId};
use wallet_api::random::SystemRng;

use crate::database::{DATA_KEY, TestDatabase, vault};
use crate::outbox::subscribers;
use crate::support::{
    NOW, Shop, address, breakdown, currency, customer, decided, done, key, paid, priced, refund, told_to,
};
use crate::wire::exchange;

/// Every sealed column. In the scene each of them has a value.
const SEALED: [(&str, &str); 14] = [
    ("attempts", "cashier"),
    ("attempts", "pay_request"),
    ("events", "detail"),
    ("notifications", "body"),
    ("orders", "address"),
    ("orders", "seal_key"),
    ("orders", "tracking"),
    ("outbox", "body"),
    ("quotes", "address"),
    ("refunds", "reason"),
    ("refunds", "refund_request"),
    ("secrets", "value"),
    ("wire", "body"),
    ("wire", "head"),
];

fn wallet() -> WalletName {
    WalletName("w".into())
}

/// An order with everything that can be sealed, `o1`.
async fn scene(shop: &Shop) {
    let store = &*shop.store;
    store.add_quote(quote()).await.unwrap();
    store.secret("tags", b"tag key".to_vec()).await.unwrap();
    done(shop.place(priced("o1", "ana", &[("TEA", 1)])).await);
    let order = shop.load("o1").await;
    let cashier = Cashier {
        payment_url: Some("https://cashier.example/open-me".into()),
        trade_no: None,
        order_str: None,
    };
    let answer = PayAnswer::Accepted { payment_id: PaymentId::new("p-o1").unwrap(), cashier };
    let attempt = order.attempts[0].id.clone();
    let opened = Event::PayAnswered { attempt, sending: Sending::First, answer };
    let commit = Commit { wire: exchange("a-o1", "pay"), ..decided(&order, opened) };
    done(store.commit(told_to(&subscribers(), commit)).await.unwrap());
    let order = shop.load("o1").await;
    let inbox = InboxEntry {
        wallet: wallet(),
        body: b"what the wallet told".to_vec(),
        received_at: NOW,
        verdict: InboxVerdict::Applied,
        attempt: None,
    };
    let commit = Commit { inbox: Some(inbox), ..decided(&order, paid(&order)) };
    done(store.commit(told_to(&subscribers(), commit)).await.unwrap());
    let order = shop.load("o1").await;
    let tracking = Tracking::parse("LBC 1234").unwrap();
    let step = FulfilmentStep {
        stage: FulfilmentStage::Shipped,
        tracking: Some(tracking),
        operator: "maria".into(),
    };
    let order = shop.happen(&order, Event::Fulfilled(step)).await;
    shop.happen(&order, refund("k1", 100)).await;
    let call = StoredCall { uri: "/refund".into(), body: b"what is sent".to_vec() };
    store.keep_refund_call(&wallet(), &key("k1"), call).await.unwrap();
}

fn quote() -> QuoteRow {
    QuoteRow {
        id: "q1".into(),
        customer: customer("ana"),
        currency: currency(),
        lines: Vec::new(),
        breakdown: breakdown(&[]),
        coupon: None,
        address: Some(address()),
        payee: "Shop".into(),
        created_at: NOW,
        expires_at: NOW.plus_millis(600_000),
    }
}

/// What the store reads of all that.
async fn read(store: &dyn Store) -> Result<String, StoreError> {
    let order = store.load(&OrderId::from("o1")).await?.unwrap();
    let attempt = &order.attempts[0];
    let call = |call: StoredCall| String::from_utf8(call.body).unwrap();
    let story = store.story(&order.id).await?;
    let claimed = store.claim_messages("erp", NOW, NOW, 1).await?.remove(0);
    let parts = [
        format!("{:?}", order.address.unwrap().line1),
        order.fulfilment.unwrap().tracking.unwrap().as_str().to_owned(),
        order.refunds[0].reason.clone(),
        call(store.pay_request(&attempt.id).await?.unwrap()),
        call(store.refund_call(&wallet(), &key("k1")).await?.unwrap()),
        format!(
            "{:?}",
            store.wire(&order.id).await?.iter().map(|kept| &kept.message.signature).collect::<Vec<_>>()
        ),
        format!("{:?}", story.events.iter().map(|event| &event.detail).collect::<Vec<_>>()),
        format!("{:?}", story.exchanges.iter().map(|exchange| &exchange.verdict).collect::<Vec<_>>()),
        String::from_utf8(claimed.body).unwrap(),
        store.quote(&"q1".into()).await?.unwrap().address.unwrap().name,
        format!("{:?}", store.secret("tags", Vec::new()).await?),
    ];
    Ok(parts.join("\n"))
}

async fn open(database: &TestDatabase, current: [u8; 32], older: &[[u8; 32]]) -> Arc<dyn Store> {
    let older = older.iter().map(DataKey::new).collect();
    let vault = Vault::new(DataKey::new(&current), older, Arc::new(SystemRng));
    database.database().open(Arc::new(vault)).await.unwrap()
}

/// The values of a column, in hexadecimal digits.
fn values(database: &TestDatabase, table: &str, column: &str) -> Vec<String> {
    let rows = database.run(&format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL")).unwrap();
    rows.into_iter().flatten().flatten().map(|text| text.trim_start_matches("\\x").to_owned()).collect()
}

pub async fn what_is_sealed_is_read_as_it_was_written_and_the_rows_tell_nothing_of_it(shop: Shop) {
    scene(&shop).await;
    let read = read(&*shop.store).await.unwrap();
    for part in ["1 Mabini St", "LBC 1234", "broken", "{\"o1\": 1}", "what is sent", "signature=abc", "Maria"]
    {
        assert!(read.contains(part), "{part}: {read}");
    }
    let Some(database) = &shop.database else { return };
    let by_data_key = format!("01{}", vault().current());
    let mut keys_of_order = BTreeSet::new();
    for (table, column) in SEALED {
        let values = values(database, table, column);
        assert!(!values.is_empty(), "{table}.{column} has no value");
        for value in values {
            assert!(value.starts_with("01"), "{table}.{column} is {value}");
            if matches!((table, column), ("orders", "seal_key") | ("quotes" | "secrets", _)) {
                assert!(value.starts_with(&by_data_key), "{table}.{column} is {value}");
            } else {
                keys_of_order.insert(value[..by_data_key.len()].to_owned());
            }
        }
    }
    assert_eq!(keys_of_order.len(), 1, "what is about the order has its key: {keys_of_order:?}");
    assert!(!keys_of_order.contains(&by_data_key));
}

pub async fn an_older_key_opens_what_it_sealed_and_a_missing_one_is_named(shop: Shop) {
    scene(&shop).await;
    let Some(database) = &shop.database else { return };
    let read_before = read(&*shop.store).await.unwrap();
    let rotated = open(database, [2; 32], &[[3; 32], DATA_KEY]).await;
    // Claiming a message counts its tries and changes nothing else.
    assert_eq!(read(&*rotated).await.unwrap(), read_before);
    rotated.add_quote(QuoteRow { id: "q2".into(), ..quote() }).await.unwrap();
    let only_new = open(database, [2; 32], &[]).await;
    assert!(only_new.quote(&"q2".into()).await.unwrap().unwrap().address.is_some());
    let error = only_new.load(&OrderId::from("o1")).await.unwrap_err();
    let StoreError::Sealed { column, cause } = &error else { panic!("{error}") };
    assert_eq!(*cause, VaultError::UnknownKey(vault().current()), "{column}");
    assert!(error.to_string().contains("of the database can't be opened: it is sealed with the data key"));
    let error = shop.store.quote(&"q2".into()).await.unwrap_err().to_string();
    assert!(error.contains("quotes.address"), "{error}");
}

pub async fn a_value_copied_to_another_row_or_column_does_not_open(shop: Shop) {
    scene(&shop).await;
    done(shop.place(priced("o2", "ben", &[("TEA", 1)])).await);
    let Some(database) = &shop.database else { return };
    for (target, source) in [
        ("address", "SELECT address FROM orders WHERE id = 'o2'"),
        ("address", "SELECT tracking FROM orders WHERE id = 'o1'"),
        ("address", "SELECT address FROM quotes WHERE id = 'q1'"),
        ("tracking", "SELECT address FROM orders WHERE id = 'o1'"),
    ] {
        let kept = database.run("SELECT address, tracking FROM orders WHERE id = 'o1'").unwrap();
        database.run(&format!("UPDATE orders SET {target} = ({source}) WHERE id = 'o1'")).unwrap();
        let error = shop.store.load(&OrderId::from("o1")).await.unwrap_err();
        let expected = format!("orders.{target} of the database can't be opened: it doesn't open");
        assert!(error.to_string().starts_with(&expected), "{source}: {error}");
        let literal =
            |text: &Option<String>| format!("'{}'", text.as_deref().unwrap().trim_start_matches("\\x"));
        let back = |text| match database {
            TestDatabase::Sqlite(_) => format!("X{}", literal(text)),
            TestDatabase::Postgres(_) => format!("decode({}, 'hex')", literal(text)),
        };
        let (address, tracking) = (back(&kept[0][0]), back(&kept[0][1]));
        let restore = format!("UPDATE orders SET address = {address}, tracking = {tracking} WHERE id = 'o1'");
        database.run(&restore).unwrap();
        shop.load("o1").await;
    }
    database.run("UPDATE orders SET tracking = NULL, address = NULL WHERE id = 'o1'").unwrap();
    assert_eq!(shop.load("o1").await.address, None, "nothing is nothing");
}

/// PostgreSQL's schema from before anything was sealed.
const BEFORE: [&str; 6] = [
    include_str!("../../migrations/postgres/0001_shop.sql"),
    include_str!("../../migrations/postgres/0002_pricing.sql"),
    include_str!("../../migrations/postgres/0003_books.sql"),
    include_str!("../../migrations/postgres/0004_outbox.sql"),
    include_str!("../../migrations/postgres/0005_statements.sql"),
    include_str!("../../migrations/postgres/0006_wire.sql"),
];

/// SQLite's own migrations have the same test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_database_with_orders_in_the_clear_is_refused_and_left_as_it_is() {
    let database = TestDatabase::postgres();
    for sql in BEFORE {
        database.script(sql).unwrap();
    }
    database
        .script(
            "CREATE TABLE schema_version (version BIGINT NOT NULL); INSERT INTO schema_version VALUES (6)",
        )
        .unwrap();
    let order = "INSERT INTO orders (id, quote_id, wallet, customer, version, status, status_at, stock, currency_code,
                                     currency_exponent, currency_symbol, total, payee, created_at, pay_by, address)
                 VALUES ('o1', 'q1', 'w', 'ana', 1, 'expired', 1, 'released', 'PHP', 2, '', 1, '', 1, 1, 'Maria')";
    database.run(order).unwrap();
    let error = database.database().open(vault()).await.err().unwrap().to_string();
    assert!(error.contains("its orders are from before they were encrypted"), "{error}");
    let kept = database.run("SELECT address FROM orders").unwrap();
    assert_eq!(kept[0][0].as_deref(), Some("Maria"));
}
