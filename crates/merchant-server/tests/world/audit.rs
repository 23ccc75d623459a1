//! What must be true in the end, whatever happened: the merchant's orders and the wallet's ledger agree to the
//! unit, no payment was started beside one that hadn't ended, and no unit of stock got lost.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::client::Client;
use super::merchant::ADMIN_TOKEN;
use super::shopper::text;
use super::wallet::Wallet;

/// The operators' side of a merchant server.
pub struct Auditor {
    admin: Client,
    units: i64,
}

impl Auditor {
    pub fn new(admin: std::net::SocketAddr, units: u32) -> Self {
        let admin = Client { address: admin, token: Some(ADMIN_TOKEN.to_owned()) };
        Self { admin, units: i64::from(units) }
    }

    /// The whole story of an order.
    pub async fn order(&self, id: &str) -> Value {
        self.admin.get(&format!("/admin/v1/orders/{id}")).await.expect(200)
    }

    /// The same; `None` when the server went away meanwhile.
    pub async fn try_order(&self, id: &str) -> Option<Value> {
        let answer = self.admin.try_send("GET", &format!("/admin/v1/orders/{id}"), &[], None).await?;
        Some(answer.expect(200))
    }

    /// Asks for a refund; whether the server answered.
    pub async fn refund(&self, order: &str, key: &str, amount: &str) -> bool {
        let body = serde_json::json!({ "key": key, "amount": amount, "reason": "broken" });
        let path = format!("/admin/v1/orders/{order}/refunds");
        let body = body.to_string();
        let headers = [("content-type", "application/json")];
        match self.admin.try_send("POST", &path, &headers, Some(body.as_bytes())).await {
            Some(answer) => {
                assert!(matches!(answer.status, 200 | 202), "{}", String::from_utf8_lossy(&answer.body));
                true
            }
            None => false,
        }
    }

    /// The ids of all orders.
    pub async fn orders(&self) -> Vec<String> {
        let mut ids = Vec::new();
        let mut before = String::new();
        loop {
            let page = self.admin.get(&format!("/admin/v1/orders?limit=100{before}")).await.expect(200);
            let page = page["orders"].as_array().unwrap().clone();
            ids.extend(page.iter().map(|order| text(&order["orderId"])));
            match page.last() {
                Some(last) => before = format!("&before={}", last["number"]),
                None => return ids,
            }
        }
    }

    /// Compares everything with the wallet's ledger. `open` says whether orders may be open or wait for a
    /// person still; their stock is reserved then.
    pub async fn audit(&self, wallet: &Wallet, open: bool) -> Vec<Value> {
        let ledger = wallet.ledger().await;
        let mut orders = Vec::new();
        for id in self.orders().await {
            orders.push(self.order(&id).await);
        }
        for order in &orders {
            if !open {
                let status = order["status"].as_str().unwrap();
                assert!(matches!(status, "paid" | "expired" | "cancelled"), "{order:#}");
                assert_eq!(order["jobs"], Value::Array(Vec::new()), "{order:#}");
            }
            agrees(order, &ledger);
        }
        self.conserved(&orders, open).await;
        // Of a refund that waits for a person nobody knows whether it left the wallet.
        let mut refunds = orders.iter().flat_map(|order| order["refunds"].as_array().unwrap());
        if !open && refunds.all(|refund| refund["status"] != "needs_attention") {
            self.books_agree(&ledger).await;
        }
        orders
    }

    /// The merchant's books say what the wallet's ledger says, and nothing is left to be settled.
    async fn books_agree(&self, ledger: &Value) {
        let books = self.admin.get("/admin/v1/books/balance").await.expect(200);
        let stands = |account: &str| -> i64 {
            let rows = books["balances"].as_array().unwrap().iter();
            rows.filter(|row| row["account"] == account)
                .map(|row| number(&row["debits"]) - number(&row["credits"]))
                .sum()
        };
        let payments = ledger["payments"].as_array().unwrap().iter();
        let held: i64 = payments.map(|payment| number(&payment["paid"]) - number(&payment["refunded"])).sum();
        assert_eq!(stands("receivable"), held, "what the wallet holds for the merchant: {books:#}");
        assert_eq!((stands("suspense"), stands("refunds_payable")), (0, 0), "settled: {books:#}");
    }

    /// On hand and sold are what there was; reserved is what orders wait for that haven't ended.
    async fn conserved(&self, orders: &[Value], open: bool) {
        let mut reserved = BTreeMap::<String, i64>::new();
        let mut sold = BTreeMap::<String, i64>::new();
        let mut stock = BTreeMap::<String, (i64, i64, i64)>::new();
        for order in orders {
            for row in order["stock"].as_array().unwrap() {
                let number = |member: &str| row[member].as_i64().unwrap();
                let now = (number("onHand"), number("reserved"), number("sold"));
                stock.insert(text(&row["sku"]), now);
            }
            let status = order["status"].as_str().unwrap();
            let is_open = matches!(status, "awaiting_payment" | "cancelling" | "needs_attention");
            for line in order["lines"].as_array().unwrap() {
                let quantity = line["quantity"].as_i64().unwrap();
                let kinds = [(&mut reserved, is_open), (&mut sold, status == "paid" && is_kept(order))];
                for (counts, counted) in kinds {
                    *counts.entry(text(&line["sku"])).or_default() += if counted { quantity } else { 0 };
                }
            }
        }
        for (sku, (on_hand, held, gone)) in stock {
            assert_eq!(on_hand + gone, self.units, "{sku} is conserved");
            assert_eq!(held, reserved[&sku], "{sku} is reserved for what is open");
            assert_eq!(gone, sold[&sku], "{sku} is sold with what is paid");
            assert!(open || held == 0);
        }
    }
}

/// Whether the goods go out: its stock is sold as long as the server didn't give everything back by itself
/// because nobody wanted it.
fn is_kept(order: &Value) -> bool {
    let events = order["events"].as_array().unwrap();
    let unwanted = events.iter().any(|event| {
        event["kind"] == "paid_after_cancel"
            || (event["kind"] == "paid_after_expiry" && event["detail"] == "sold out since then")
    });
    !unwanted
}

/// One order and the wallet's payments of it.
fn agrees(order: &Value, ledger: &Value) {
    let mut kept = 0;
    let mut ended_at: Option<Timestamp> = None;
    for attempt in order["attempts"].as_array().unwrap() {
        let payments = ledger["payments"].as_array().unwrap();
        let payment = payments.iter().find(|found| found["paymentRequestId"] == attempt["paymentRequestId"]);
        if let Some(payment) = payment {
            assert!(
                ended_at.is_none_or(|ended| ended <= time(&payment["createdAt"])),
                "a payment began before the one before it had ended: {order:#} {ledger:#}"
            );
            let unfinished = payment["finishedAt"].is_null();
            ended_at = Some(if unfinished { Timestamp::MAX } else { time(&payment["finishedAt"]) });
        }
        let status = payment.map_or("NONE", |payment| payment["status"].as_str().unwrap());
        let told = attempt["status"].as_str().unwrap();
        let fits = match told {
            "succeeded" => status == "SUCCESS",
            "failed" | "cancelled" => matches!(status, "FAIL" | "CANCELLED" | "NONE"),
            _ => true,
        };
        assert!(fits, "the attempt is {told}, the payment {status}: {order:#}");
        kept += payment.map_or(0, |payment| number(&payment["paid"]) - number(&payment["refunded"]));
    }
    let paid: i64 = order["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|attempt| attempt["status"] == "succeeded")
        .map(|_| number(&order["total"]))
        .sum();
    let mut given = 0;
    for refund in order["refunds"].as_array().unwrap() {
        let refunds = ledger["refunds"].as_array().unwrap();
        let found = refunds.iter().find(|found| found["refundRequestId"] == refund["key"]);
        let status = found.map_or("NONE", |found| found["status"].as_str().unwrap());
        match refund["status"].as_str().unwrap() {
            "succeeded" => {
                assert_eq!(status, "SUCCESS", "{refund:#}");
                assert_eq!(number(&found.unwrap()["amount"]["value"]), number(&refund["amount"]));
                given += number(&refund["amount"]);
            }
            "failed" => assert!(matches!(status, "FAIL" | "NONE"), "{refund:#} is {status}"),
            _ => return,
        }
    }
    let is_over = matches!(order["status"].as_str().unwrap(), "paid" | "expired" | "cancelled");
    assert!(!is_over || kept == paid - given, "kept {kept}, not {paid} - {given}: {order:#} {ledger:#}");
}

fn time(value: &Value) -> Timestamp {
    text(value).parse().unwrap()
}

fn number(value: &Value) -> i64 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        other => other.as_i64().unwrap_or_else(|| panic!("{other} is a number")),
    }
}
