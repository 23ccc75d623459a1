//! What testers see of captures, voids and refunds.

use serde_json::{Value, json};

use super::*;
use crate::wallet::decide::founding;
use crate::wallet::event::Event;

fn wallet(events: Value) -> Wallet {
    let mut wallet = Wallet::default();
    let events: Vec<Event> = serde_json::from_value(events).unwrap();
    for event in founding().into_iter().chain(events) {
        wallet.apply(event).unwrap();
    }
    wallet
}

/// A payment of 1,000 yen that Ana has authorised.
fn authorised(id: &str) -> [Value; 2] {
    [
        json!({"event": "payment_created", "payment_id": id, "client_id": "SHOP", "payment_request_id": id,
            "content": "", "amount": {"currency": "JPY", "value": "1000"}, "payee": "", "description": "",
            "notify_url": null, "created_at": "2026-03-01T10:00:00Z", "expires_at": "2026-03-01T10:30:00Z",
            "authorise_only": true}),
        json!({"event": "payment_authorised", "payment_id": id, "customer_id": "c-ana",
            "at": "2026-03-01T10:01:00Z", "expires_at": "2026-03-08T10:01:00Z"}),
    ]
}

#[test]
fn the_ledger_lists_what_was_captured_voided_and_refunded() {
    let mut events = [authorised("kept"), authorised("voided")].concat();
    events.extend([
        json!({"event": "payment_captured", "capture_id": "sim-c", "client_id": "SHOP",
            "capture_request_id": "c", "content": "", "payment_id": "kept",
            "amount": {"currency": "JPY", "value": "600"}, "is_last": false, "at": "2026-03-02T10:00:00Z"}),
        json!({"event": "payment_voided", "void_id": "sim-v", "client_id": "SHOP", "void_request_id": "v",
            "content": "", "payment_id": "voided", "at": "2026-03-02T10:00:00Z"}),
        json!({"event": "refund_accepted", "refund_id": "sim-r", "client_id": "SHOP",
            "refund_request_id": "r", "content": "", "payment_id": "kept",
            "amount": {"currency": "JPY", "value": "250"}, "reason": "chipped",
            "created_at": "2026-03-03T10:00:00Z"}),
    ]);
    let view = serde_json::to_value(ledger_view(&wallet(json!(events)))).unwrap();
    let kept = &view["payments"][0];
    assert_eq!(
        (&kept["status"], &kept["paid"], &kept["held"], &kept["refunded"]),
        (&json!("SUCCESS"), &json!("600"), &json!("400"), &json!("250"))
    );
    assert_eq!(kept["holdExpiresAt"], "2026-03-08T10:01:00Z");
    let voided = &view["payments"][1];
    assert_eq!((&voided["status"], &voided["held"]), (&json!("CANCELLED"), &json!("0")));
    assert_eq!(
        view["captures"],
        json!([{"captureId": "sim-c", "captureRequestId": "c", "paymentId": "kept",
            "amount": {"currency": "JPY", "value": "600"}, "isLast": false, "at": "2026-03-02T10:00:00Z"}])
    );
    assert_eq!(
        view["voids"],
        json!([{"voidId": "sim-v", "voidRequestId": "v", "paymentId": "voided",
            "at": "2026-03-02T10:00:00Z"}])
    );
    assert_eq!(
        view["refunds"],
        json!([{"refundId": "sim-r", "refundRequestId": "r", "paymentId": "kept",
            "amount": {"currency": "JPY", "value": "250"}, "reason": "chipped", "status": "PROCESSING",
            "failReason": null, "createdAt": "2026-03-03T10:00:00Z", "finishedAt": null}])
    );
    let last = view["entries"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["account"], &last["value"]), (&json!("refunding:SHOP"), &json!("250")));
}
