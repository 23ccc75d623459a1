//! Journals of earlier versions.

use super::*;

/// Written before customers had profiles and payments could be authorised only.
const OLD: &str = r#"[
    {"event":"customer_opened","customer_id":"c-ana","name":"Ana Reyes"},
    {"event":"topped_up","customer_id":"c-ana","amount":{"currency":"PHP","value":"10000000"}},
    {"event":"payment_created","payment_id":"sim-a-1","client_id":"SHOP","payment_request_id":"a-1",
     "content":"{}","amount":{"currency":"PHP","value":"100"},"payee":"Shop","description":"",
     "notify_url":null,"created_at":"2026-03-01T10:00:00Z","expires_at":"2026-03-01T10:15:00Z"},
    {"event":"payment_succeeded","payment_id":"sim-a-1","customer_id":"c-ana","at":"2026-03-01T10:01:00Z"}
]"#;

#[test]
fn an_old_journal_still_replays_and_its_payment_can_be_refunded() {
    let mut scene = Scene { wallet: Wallet::default(), journal: Vec::new(), now: at(0) };
    scene.happen(serde_json::from_str(OLD).unwrap());
    assert_eq!(scene.status("a-1"), PaymentStatus::Success);
    scene.refund(refund_asked("r-1", "a-1", amount("PHP", 100)), Settlement::AtOnce).unwrap();
    assert_eq!(scene.ana(), ANAS);
    assert_eq!(scene.wallet.customer(&customer("c-ana")).unwrap().profile, Default::default());
}
