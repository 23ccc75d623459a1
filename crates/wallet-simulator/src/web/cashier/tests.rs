//! What the cashier shows of payments that were authorised or taken back.

use serde_json::{Value, json};
use wallet_api::amount::Amount;
use wallet_api::ids::{CaptureId, CaptureRequestId, ClientId, PaymentId, PaymentRequestId};

use super::*;
use crate::wallet::PaymentKey;
use crate::wallet::decide::{CaptureAsked, PayAsked, founding};
use crate::wallet::event::Event;

fn now() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

fn shop() -> ClientId {
    ClientId::new("SHOP").unwrap()
}

fn happen(wallet: &mut Wallet, events: Vec<Event>) {
    for event in events {
        wallet.apply(event).unwrap();
    }
}

/// A wallet with one payment of 1,000 yen that is only to be authorised.
fn to_authorise() -> Wallet {
    let mut wallet = Wallet::default();
    happen(&mut wallet, founding());
    let asked = PayAsked {
        payment_request_id: PaymentRequestId::new("a-1").unwrap(),
        amount: Amount::new("JPY", 1_000).unwrap(),
        expires_at: None,
        payee: "Shop".to_owned(),
        description: "Two cups".to_owned(),
        notify_url: None,
        authorise_only: true,
        content: String::new(),
    };
    let id = PaymentId::new("sim-a-1").unwrap();
    let (events, _) = wallet.decide_pay(now(), &shop(), asked, id).unwrap();
    happen(&mut wallet, events);
    wallet
}

fn confirm(wallet: &mut Wallet, who: &str) {
    let (events, _) = wallet.decide_confirm(now(), "sim-a-1", &CustomerId::new(who).unwrap()).unwrap();
    happen(wallet, events);
}

fn key() -> PaymentKey {
    PaymentKey::Request(PaymentRequestId::new("a-1").unwrap())
}

fn view(wallet: &Wallet, who: &str) -> Value {
    let view = look(wallet, now(), "sim-a-1", &CustomerId::new(who).unwrap()).unwrap();
    serde_json::to_value(view).unwrap()
}

#[test]
fn an_authorised_payment_is_not_shown_as_paid() {
    let mut wallet = to_authorise();
    let open = view(&wallet, "c-ana");
    assert_eq!((&open["status"], &open["authoriseOnly"]), (&json!("open"), &json!(true)));
    confirm(&mut wallet, "c-ana");
    assert_eq!(view(&wallet, "c-ana")["status"], "authorised");
    assert_eq!(view(&wallet, "c-chloe")["status"], "authorised_by_another");
}

#[test]
fn a_captured_payment_is_shown_with_what_was_captured() {
    let mut wallet = to_authorise();
    confirm(&mut wallet, "c-ana");
    let asked = CaptureAsked {
        capture_request_id: CaptureRequestId::new("c-1").unwrap(),
        payment: key(),
        amount: Amount::new("JPY", 600).ok(),
        is_last: true,
        content: String::new(),
    };
    let (events, _) =
        wallet.decide_capture(now(), &shop(), asked, CaptureId::new("sim-c-1").unwrap()).unwrap();
    happen(&mut wallet, events);
    let paid = view(&wallet, "c-ana");
    assert_eq!((&paid["status"], &paid["amount"]["number"]), (&json!("paid"), &json!("600")));
}

#[test]
fn a_cancelled_payment_is_shown_as_cancelled_to_everybody() {
    let mut wallet = to_authorise();
    confirm(&mut wallet, "c-ana");
    let (events, _) = wallet.decide_cancel(now(), &shop(), &key(), false).unwrap();
    happen(&mut wallet, events);
    for who in ["c-ana", "c-chloe"] {
        let view = view(&wallet, who);
        assert_eq!((&view["status"], &view["amount"]["number"]), (&json!("cancelled"), &json!("1,000")));
    }
}

#[test]
fn the_page_has_words_for_every_status() {
    let all = [
        Status::Open,
        Status::Authorised,
        Status::AuthorisedByAnother,
        Status::Paid,
        Status::PaidByAnother,
        Status::Refused,
        Status::Expired,
        Status::Cancelled,
    ];
    for status in all {
        let name = serde_json::to_value(status).unwrap();
        assert!(SCRIPT.contains(&format!("case '{}':", name.as_str().unwrap())), "{name}");
    }
}
