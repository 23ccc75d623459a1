//! Refunds of units: what they cost, to the unit; what comes back to the stock, once; what is refused.

use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use crate::pricing::{address, place, quote, start};
use crate::refunds::CONFIG;
use crate::support::server::LIMITED_TOKEN;
use crate::support::{Client, Give, TestServer, database};

const CONFIRM: Duration = Duration::from_secs(6);

async fn paid() -> (TestServer, Value) {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let (order, _) = server.paid_order(&shopper, &[("TEA-S", 3), ("MUG", 1)]).await;
    (server, order)
}

fn units(key: &str, lines: &[(&str, u32)], restock: bool) -> Value {
    let lines: Vec<_> =
        lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
    json!({ "key": key, "lines": lines, "restock": restock, "reason": "sent back" })
}

async fn story(server: &TestServer, order: &Value) -> Value {
    server.admin().get(&format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap())).await.expect(200)
}

/// On hand and sold.
async fn stock(server: &TestServer, order: &Value, sku: &str) -> (u64, u64) {
    let story = story(server, order).await;
    let row = story["stock"].as_array().unwrap().iter().find(|row| row["sku"] == sku).unwrap();
    (row["onHand"].as_u64().unwrap(), row["sold"].as_u64().unwrap())
}

async fn balances(server: &TestServer) -> Vec<String> {
    let books = server.admin().get("/admin/v1/books/balance").await.expect(200);
    let of = |row: &Value, side: &str| row[side].as_i64().unwrap();
    let rows = books["balances"].as_array().unwrap().iter();
    let rows = rows.map(|row| (row["account"].as_str().unwrap(), of(row, "debits") - of(row, "credits")));
    rows.filter(|(_, sum)| *sum != 0).map(|(account, sum)| format!("{account} {sum}")).collect()
}

#[tokio::test]
async fn units_are_given_back_with_their_share_of_discounts_and_tax_until_nothing_is_left() {
    let server = start().await;
    let ana = server.shopper("ana").await;
    let wish = json!({ "lines": [{ "sku": "TEA-S", "quantity": 3 }, { "sku": "MUG", "quantity": 1 }],
                       "coupon": "welcome", "delivery": "standard", "address": address() });
    let quote = quote(&ana, wish).await;
    let order = place(&ana, &quote).await.expect(201);
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    // The teas come to 2741, of which 294 are tax; the mug to 507, the delivery to 168.
    let sold = ["receivable 3416", "sales -3500", "discounts 600", "delivery -150", "tax -366"];
    assert_eq!(balances(&server).await, sold);

    let one = server.give_back(&order, units("k1", &[("TEA-S", 1)], true)).await.expect(202);
    let first = &one["refunds"][0];
    assert_eq!((&first["amount"], &first["tax"]), (&json!("914"), &json!("98")));
    assert_eq!(first["lines"], json!([{ "sku": "TEA-S", "quantity": 1, "amount": "914" }]));
    assert_eq!((&first["delivery"], &first["restock"]), (&Value::Null, &json!(true)));
    server.pass(CONFIRM).await;
    assert_eq!(server.wallet.refund("k1").amount, json!({ "currency": "PHP", "value": "914" }));

    server.refund(&order, "k2", "500").await.expect(202);
    let all = |key: &str| {
        json!({ "key": key, "lines": [{ "sku": "TEA-S", "quantity": 2 }, { "sku": "MUG", "quantity": 1 }],
                "delivery": true, "reason": "lost" })
    };
    let refused = server.give_back(&order, all("k3")).await.problem(409, "refund_amount");
    assert!(refused.contains("at most 2002"), "{refused}");
    let rest = json!({ "key": "k3", "lines": [{ "sku": "TEA-S", "quantity": 2 }], "delivery": true, "reason": "lost" });
    let third = server.give_back(&order, rest).await.expect(202);
    let third = &third["refunds"][2];
    assert_eq!((&third["amount"], &third["delivery"]), (&json!("1995"), &json!("168")));
    assert_eq!(third["lines"][0]["amount"], "1827", "the last two teas: 914 and 913");
    server.refund(&order, "k4", "all").await.expect(202);
    server.pass(CONFIRM).await;
    let refunds = server.refunds(&order).await;
    assert_eq!((&refunds["refunds"][3]["amount"], &refunds["refundable"]), (&json!("7"), &json!("0")));
    assert_eq!(balances(&server).await, ["sales -3500", "returns 3500"], "every part, to the unit");
    assert_eq!(server.read(&ana, &order).await["refunded"], "3416");
    let shown = program(&server, &["orders", "show", order["orderId"].as_str().unwrap()]).stdout;
    let shown = String::from_utf8(shown).unwrap();
    for line in [
        "k1: ₱9.14 of 1 x TEA-S by maria: sent back",
        "TEA-S  1 = ₱9.14 (PHP 914), back to the stock once it has succeeded",
        "tax in it ₱0.98 (PHP 98)",
        "TEA-S  2 = ₱18.27 (PHP 1827)\n",
        "delivery = ₱1.68 (PHP 168)\n",
        "k3: ₱19.95 of 2 x TEA-S, delivery by maria: lost",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
}

#[tokio::test]
async fn what_comes_back_can_be_bought_again_once_the_wallet_has_given_the_money_back() {
    let (server, order) = paid().await;
    assert_eq!(stock(&server, &order, "TEA-S").await, (27, 3));
    server.give_back(&order, units("k1", &[("TEA-S", 2)], true)).await.expect(202);
    server.run_jobs().await;
    assert_eq!(stock(&server, &order, "TEA-S").await, (27, 3), "taken, and not confirmed");
    server.pass(CONFIRM).await;
    assert_eq!(stock(&server, &order, "TEA-S").await, (29, 1));
    server.give_back(&order, units("k1", &[("TEA-S", 2)], true)).await.expect(200);
    server.pass(Duration::from_secs(60)).await;
    assert_eq!(stock(&server, &order, "TEA-S").await, (29, 1), "once");
    server.give_back(&order, units("k2", &[("MUG", 1)], false)).await.expect(202);
    server.pass(CONFIRM).await;
    assert_eq!(stock(&server, &order, "MUG").await, (9, 1), "broken: it doesn't come back");
    let ben = server.shopper("ben").await;
    server.paid_order(&ben, &[("TEA-S", 20)]).await;
    server.paid_order(&ben, &[("TEA-S", 9)]).await;
    assert_eq!(stock(&server, &order, "TEA-S").await, (0, 30));
    let events = story(&server, &order).await["events"].clone();
    let restocked = events.as_array().unwrap().iter().find(|event| event["kind"] == "restocked").unwrap();
    assert_eq!(restocked["detail"], "k1: 2 x TEA-S");
}

#[tokio::test]
async fn a_refund_that_fails_brings_nothing_back_and_its_units_can_be_given_back_anew() {
    let (server, order) = paid().await;
    server.give_back(&order, units("k1", &[("TEA-S", 3)], true)).await.expect(202);
    server.run_jobs().await;
    let refused =
        server.give_back(&order, units("k2", &[("TEA-S", 1)], true)).await.problem(409, "refund_units");
    assert!(refused.contains("of TEA-S at most 0"), "{refused}");
    server.wallet.end_refund("k1", "FAIL");
    server.pass(CONFIRM).await;
    assert_eq!(stock(&server, &order, "TEA-S").await, (27, 3));
    server.wallet.next_refund(Give::TakeAndLoseAnswer);
    server.give_back(&order, units("k2", &[("TEA-S", 3)], true)).await.expect(202);
    server.run_jobs().await;
    assert_eq!(server.refunds(&order).await["refunds"][1]["status"], "unknown");
    server.give_back(&order, units("k3", &[("TEA-S", 1)], true)).await.problem(409, "refund_units");
    assert_eq!(stock(&server, &order, "TEA-S").await, (27, 3), "unknown brings nothing back");
    server.pass(CONFIRM).await;
    assert_eq!(stock(&server, &order, "TEA-S").await, (30, 0));
}

#[tokio::test]
async fn a_key_is_for_the_same_units_alone() {
    let (server, order) = paid().await;
    server.give_back(&order, units("k1", &[("TEA-S", 1)], true)).await.expect(202);
    for other in [
        units("k1", &[("TEA-S", 2)], true),
        units("k1", &[("TEA-S", 1)], false),
        units("k1", &[("TEA-S", 1), ("MUG", 1)], true),
        json!({ "key": "k1", "amount": "1000", "reason": "x" }),
        json!({ "key": "k1", "amount": "all", "reason": "x" }),
    ] {
        server.give_back(&order, other).await.problem(409, "refund_key_used");
    }
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM refunds"), 1);
}

#[tokio::test]
async fn units_are_read_strictly() {
    let (server, order) = paid().await;
    let line = |sku: &str, quantity: i64| json!({ "sku": sku, "quantity": quantity });
    let tea = || line("TEA-S", 1);
    for (fields, code, detail) in [
        (json!({}), "invalid_field", "`amount` must be said"),
        (json!({ "lines": [] }), "invalid_field", "`amount` must be said"),
        (json!({ "amount": "1", "lines": [tea()] }), "invalid_field", "`amount` must be left out"),
        (json!({ "amount": "1", "delivery": true }), "invalid_field", "`amount` must be left out"),
        (json!({ "amount": "1", "restock": true }), "invalid_field", "`restock` must be left out"),
        (json!({ "delivery": true, "restock": true }), "invalid_field", "`restock` must be left out"),
        (json!({ "lines": [tea(), tea()] }), "invalid_field", "`lines[1].sku` must be another SKU"),
        (
            json!({ "lines": [line("TEA-S", 0)] }),
            "invalid_quantity",
            "`lines[0].quantity` must be a whole number",
        ),
        (json!({ "lines": [line("TEA-S", 1000)] }), "invalid_quantity", "`lines[0].quantity` must be"),
        (json!({ "lines": [line("TEA-S", -1)] }), "invalid_quantity", "`lines[0].quantity` must be"),
        (json!({ "lines": [line("TEA-L", 1)] }), "invalid_field", "the order has no line of TEA-L"),
        (json!({ "lines": tea() }), "invalid_field", "`lines` must be a list"),
    ] {
        let mut body = json!({ "key": "k1", "reason": "sent back" });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let said = server.give_back(&order, body.clone()).await.problem(422, code);
        assert!(said.contains(detail), "{body}: {said}");
    }
    let delivery = json!({ "key": "k1", "delivery": true, "reason": "late" });
    server.give_back(&order, delivery).await.problem(409, "refund_units");
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM refunds"), 0);
}

#[tokio::test]
async fn an_operators_limit_holds_for_units() {
    let (server, order) = paid().await;
    let path = format!("/admin/v1/orders/{}/refunds", order["orderId"].as_str().unwrap());
    let limited = Client { token: Some(LIMITED_TOKEN.to_owned()), ..server.admin() };
    limited.post(&path, units("k1", &[("MUG", 1)], true)).await.problem(403, "refund_limit");
    limited.post(&path, units("k1", &[("MUG", 2)], true)).await.problem(409, "refund_units");
}

#[tokio::test]
async fn the_database_itself_gives_no_unit_back_twice() {
    let (server, order) = paid().await;
    server.give_back(&order, units("k1", &[("TEA-S", 2)], true)).await.expect(202);
    let database = server.database();
    let more = |units: u32| {
        database.run(&format!(
            "INSERT INTO refunds (wallet, refund_request_id, order_id, attempt_id, number, amount, reason, requested_by,
                                  requested_at, status, status_at, sendings, share)
             SELECT wallet, 'x', order_id, id, 9, 1, pay_request, '', 0, 'requested', 0, 0,
                    '{{\"lines\":[{{\"units\":{units}}}]}}' FROM attempts"
        ))
    };
    assert!(more(2).unwrap_err().contains("a unit is given back once"));
    let change = |sql: &str| database.run(sql).unwrap_err();
    assert!(change("UPDATE refunds SET restock = 0").contains("keeps what it gives back"));
    assert!(change("UPDATE refunds SET share = NULL").contains("keeps what it gives back"));
    more(1).unwrap();
}

/// The program with the server's database; the wait is over at once.
fn program(server: &TestServer, arguments: &[&str]) -> Output {
    std::fs::write(server.folder().join("shop.toml"), CONFIG).unwrap();
    let mut command = server.program();
    command.args(["--config", "shop.toml"]).args(arguments).current_dir(server.folder());
    command.output().unwrap()
}

#[tokio::test]
async fn the_command_line_gives_units_back_and_tells_what_came_of_it() {
    let (server, order) = paid().await;
    let id = order["orderId"].as_str().unwrap();
    let refund = |more: &[&str]| {
        let arguments = ["refund", id, "--reason", "sent back", "--key", "k1", "--wait", "0"];
        program(&server, &[&arguments, more].concat())
    };
    let complaint = |more: &[&str]| {
        let output = refund(more);
        assert!(!output.status.success(), "{more:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(complaint(&["--line", "TEA-S"]).contains("such as TEA-S=2"));
    assert!(complaint(&["--line", "TEA-S=0"]).contains("--line must be a whole number from 1"));
    assert!(complaint(&["--line", "TEA-S=1", "--line", "TEA-S=1"]).contains("--line must be another SKU"));
    assert!(complaint(&["--line", "TEA-L=1"]).contains("no line of TEA-L"));
    assert!(complaint(&["--line", "TEA-S=4"]).contains("of TEA-S at most 3"));
    assert!(complaint(&["--line", "TEA-S=1", "--amount", "5"]).contains("cannot be used with"));
    assert!(complaint(&["--amount", "5", "--restock"]).contains("--restock must be left out without lines"));
    assert!(complaint(&["--restock"]).contains("--line"));

    let units = ["--line", "TEA-S=2", "--line", "MUG=1", "--restock"];
    let written = refund(&units);
    let said = String::from_utf8(written.stdout).unwrap();
    assert!(said.starts_with("₱25.00  written down"), "{said}{}", String::from_utf8_lossy(&written.stderr));
    assert!(complaint(&["--line", "TEA-S=2", "--line", "MUG=1"]).contains("choose a new one"));
    assert!(refund(&units).status.success());
    // The program has the machine's time, which isn't the test's.
    server.advance_to_machine_time();
    server.pass(CONFIRM).await;
    let shown = program(&server, &["orders", "show", id]).stdout;
    let shown = String::from_utf8(shown).unwrap();
    for line in [
        "TEA-S  2 = ₱20.00 (PHP 2000), back to the stock once it has succeeded",
        "MUG  1 = ₱5.00 (PHP 500), back to the stock once it has succeeded",
        "restocked  k1: 2 x TEA-S, 1 x MUG",
        "TEA-S  on hand 29, of which reserved 0; sold 1",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
}
