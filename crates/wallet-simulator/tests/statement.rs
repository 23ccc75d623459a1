//! A merchant's statement: every movement of its money, those of the wallet's own making included.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use common::{Running, accepted, folder, order, question, start};
use serde_json::{Value, json};
use wallet_api::client::{CallAnswer, InquiryAnswer};
use wallet_api::ids::{PaymentId, RefundRequestId};
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::refund::RefundRequest;
use wallet_api::outcome::Sending;

const NOWHERE: &str = "http://127.0.0.1:9/wallet/simulator/notifyPayment";
const EVER: &str = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";

async fn paid(running: &Running, id: &str, value: u64) -> PaymentId {
    let payment_id = accepted(&running.client(), order(id, "PHP", value, NOWHERE.to_owned())).await;
    let login = running.login("c-ana").await;
    assert_eq!(running.confirm(&payment_id, &login).await["status"], "paid");
    payment_id
}

/// The statement without its times, which are the machine's.
async fn statement(running: &Running, query: &str) -> Vec<String> {
    let path = format!("/_simulator/statement?merchant=SHOP&{query}");
    let (status, text) = running.http("GET", &path, &[], "").await;
    assert_eq!(status, 200, "{text}");
    text.lines().map(|line| line.split_once(',').unwrap().1.to_owned()).collect()
}

async fn refused(running: &Running, method: &str, path: &str, body: &Value) -> (u16, String) {
    let (status, text) =
        running.http(method, path, &[("content-type", "application/json")], &body.to_string()).await;
    let problem: Value = serde_json::from_str(&text).unwrap();
    (status, problem["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_statement_has_every_movement_with_its_fee() {
    let data = folder();
    let running = start(data.path()).await;
    let (kept, reversed) = (paid(&running, "a-1", 129_900).await, paid(&running, "a-2", 5_000).await);
    let request = RefundRequest {
        refund_request_id: RefundRequestId::new("r-1").unwrap(),
        payment_id: Some(kept.clone()),
        payment_request_id: None,
        amount: wallet_api::amount::Amount::new("PHP", 900).unwrap(),
        reason: None,
        capture_id: None,
    };
    let client = running.client();
    let call = client.prepare_refund(&request).unwrap();
    let CallAnswer::Done(refunded) = client.refund(&call, Sending::First).await else { panic!("refunded") };
    let portal =
        running.post(&format!("/_simulator/payments/{kept}/refund"), &json!({ "value": "100" })).await;
    let view = running.post(&format!("/_simulator/payments/{reversed}/reverse"), &json!({})).await;
    assert_eq!(view["status"], "CANCELLED");
    running.post("/_simulator/merchants/SHOP/pay-out", &json!({ "currency": "PHP", "value": "60" })).await;

    let (ours, its) = (refunded.refund_id, portal["refundId"].as_str().unwrap());
    let expected = [
        "type,paymentId,paymentRequestId,refundId,refundRequestId,currency,amount,fee".to_owned(),
        format!("PAYMENT,{kept},a-1,,,PHP,129900,1949"),
        format!("PAYMENT,{reversed},a-2,,,PHP,5000,75"),
        format!("REFUND,{kept},a-1,{ours},r-1,PHP,-900,0"),
        format!("REFUND,{kept},a-1,{its},{its},PHP,-100,0"),
        format!("REVERSAL,{reversed},a-2,,,PHP,-5000,0"),
        "SETTLEMENT,,,,,PHP,-60,0".to_owned(),
    ];
    assert_eq!(statement(&running, &format!("{EVER}&format=csv&feeBasisPoints=150")).await, expected);
    let before = "from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z";
    assert_eq!(statement(&running, before).await, expected[..1]);
    running.stop().await;

    let running = start(data.path()).await;
    let again = statement(&running, &format!("{EVER}&feeBasisPoints=150")).await;
    assert_eq!(again, expected, "it survives a restart");
    running.stop().await;
}

#[tokio::test]
async fn what_the_wallet_does_by_itself_is_not_told_and_is_there_to_be_asked_for() {
    let data = folder();
    let running = start(data.path()).await;
    let payment_id = paid(&running, "a-1", 5_000).await;
    let asked = question(&order("a-1", "PHP", 5_000, NOWHERE.to_owned()));
    running.post(&format!("/_simulator/payments/{payment_id}/reverse"), &json!({})).await;
    let InquiryAnswer::Found(found) = running.client().inquire_payment(&asked).await else { panic!("found") };
    assert_eq!(found.status, PaymentStatus::Cancelled);
    running.stop().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason() {
    let data = folder();
    let running = start(data.path()).await;
    let payment_id = paid(&running, "a-1", 5_000).await;
    let refund = format!("/_simulator/payments/{payment_id}/refund");
    let statement = |query: &str| format!("/_simulator/statement?merchant={query}");
    for (method, path, body, status, code) in [
        ("POST", refund.clone(), json!({ "value": "5001" }), 409, "refused"),
        (
            "POST",
            "/_simulator/payments/nope/refund".to_owned(),
            json!({ "value": "1" }),
            404,
            "unknown_payment",
        ),
        ("POST", "/_simulator/payments/nope/reverse".to_owned(), json!({}), 404, "unknown_payment"),
        ("GET", statement(&format!("NOBODY&{EVER}")), json!({}), 404, "unknown_merchant"),
        ("GET", statement(&format!("SHOP&{EVER}&feeBasisPoints=10001")), json!({}), 400, "bad_fee"),
        ("GET", statement(&format!("SHOP&{EVER}&format=pdf")), json!({}), 400, "bad_query"),
        ("GET", statement("SHOP&from=yesterday&to=today"), json!({}), 400, "bad_query"),
    ] {
        assert_eq!(refused(&running, method, &path, &body).await, (status, code.to_owned()), "{path}");
    }
    running.post(&refund, &json!({ "value": "5000" })).await;
    let path = format!("/_simulator/payments/{payment_id}/reverse");
    assert_eq!(refused(&running, "POST", &path, &json!({})).await, (409, "refused".to_owned()));
    running.stop().await;
}
