//! The books: every movement of money in double entries that the database itself keeps whole.

use std::time::Duration;

use crate::support::{TestServer, database};

const CONFIRM: Duration = Duration::from_secs(6);

/// `account amount` of every account that isn't even, in the admin API's order.
async fn balances(server: &TestServer, query: &str) -> Vec<String> {
    let answer = server.admin().get(&format!("/admin/v1/books/balance{query}")).await.expect(200);
    let of = |balance: &serde_json::Value, side: &str| balance[side].as_i64().unwrap();
    let lines = answer["balances"].as_array().unwrap().iter().map(|balance| {
        assert_eq!((balance["wallet"].as_str(), balance["currency"].as_str()), (Some("test"), Some("PHP")));
        (balance["account"].as_str().unwrap().to_owned(), of(balance, "debits") - of(balance, "credits"))
    });
    lines.filter(|(_, sum)| *sum != 0).map(|(account, sum)| format!("{account} {sum}")).collect()
}

#[tokio::test]
async fn a_sale_and_its_refund_are_booked_with_what_they_change() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    assert!(balances(&server, "").await.is_empty());
    let (order, _) = server.paid_order(&shopper, &[("TEA-S", 2), ("MUG", 1)]).await;
    assert_eq!(balances(&server, "").await, ["receivable 2500", "sales -2500"]);
    server.refund(&order, "k1", "700").await.expect(202);
    let owed = ["receivable 2500", "sales -2500", "returns 700", "refunds_payable -700"];
    assert_eq!(balances(&server, "").await, owed);
    server.pass(CONFIRM).await;
    assert_eq!(balances(&server, "").await, ["receivable 1800", "sales -2500", "returns 700"]);
    assert!(balances(&server, "?at=2026-02-28").await.is_empty());
    assert_eq!(balances(&server, "?at=2026-03-01").await.len(), 3);
    server.admin().get("/admin/v1/books/balance?at=soon").await.problem(422, "invalid_field");

    let path = format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap());
    let story = server.admin().get(&path).await.expect(200);
    let entries = story["entries"].as_array().unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    let expected =
        ["payment_received", "sale", "refund_owed", "refund_paid"].map(|kind| [kind, kind]).concat();
    assert_eq!(kinds, expected);
    assert_eq!(entries[7]["subject"], "k1");
}

#[tokio::test]
async fn the_database_takes_no_posting_that_is_not_whole_and_changes_none() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.paid_order(&shopper, &[("MUG", 1)]).await;
    let database = server.database();
    let entry = |posting: &str, amount: i64, account: &str| {
        format!("INSERT INTO entries VALUES ('{posting}', '{account}', 'PHP', {amount});")
    };
    let posting = |id: &str| {
        format!(
            "INSERT INTO postings (id, at, wallet, kind, subject) VALUES ('{id}', 1, 'test', 'fee', 'x');"
        )
    };
    let existing = database.run("SELECT id FROM postings LIMIT 1").unwrap().remove(0).remove(0).unwrap();
    for (sql, why) in [
        (posting("a"), "sums to zero"),
        (entry("a", 5, "fees") + &posting("a"), "sums to zero"),
        (entry("a", 5, "fees") + &entry("a", -4, "receivable") + &posting("a"), "sums to zero"),
        (entry("a", 5, "fees") + &entry("a", -5, "receivable"), "foreign key"),
        (entry(&existing, 5, "fees"), "nothing is added"),
        (entry("a", 5, "cash"), "check"),
        ("UPDATE entries SET amount = amount + 1".to_owned(), "append-only"),
        ("UPDATE postings SET at = 0".to_owned(), "append-only"),
        ("DELETE FROM entries".to_owned(), "append-only"),
        ("DELETE FROM postings".to_owned(), "append-only"),
    ] {
        let before = database::dump(&database, "entries");
        let error = database.script(&sql).unwrap_err().to_lowercase();
        assert!(error.contains(why), "{sql}: {error}");
        assert_eq!(database::dump(&database, "entries"), before, "{sql}");
    }
    let whole = entry("a", 5, "fees") + &entry("a", -5, "receivable") + &posting("a");
    database.script(&whole).unwrap();
}
