//! Refunds that somebody made at the wallet, and that only its statement tells.

use shop_api::{AttemptId, MinorUnits};

use super::fixtures::{START, accepted, after, decide, due, found_paid, given_back, refund, refund_told};
use super::*;

fn seen(key: &str, amount: u64) -> Event {
    Event::RefundSeen(SeenRefund {
        key: RefundRequestId::new(key).unwrap(),
        attempt: AttemptId::from("a1"),
        amount: MinorUnits::new(amount).unwrap(),
        refund_id: None,
    })
}

fn paid() -> Order {
    after(vec![accepted(1), found_paid(1)])
}

#[test]
fn a_refund_in_the_statement_is_asked_about_and_counts_once_the_wallet_confirms_it() {
    let change = decide(&paid(), seen("w1", 1_000), START).unwrap();
    let kept = &change.order.refunds[0];
    assert_eq!((kept.made_by, kept.amount.value()), (RefundMaker::Wallet, 1_000));
    assert_eq!(due(&change, JobKind::InquireRefund), Some(START));
    assert!(change.guards.iter().any(|guard| matches!(guard, Guard::RefundKeyIsNew(..))));
    assert!(decide(&change.order, seen("w1", 1_000), START).unwrap().is_empty(), "it is known by now");
    let told = refund_told("w1", RefundWord::Success { refund_id: None });
    let done = decide(&change.order, told, START).unwrap().order;
    assert!(matches!(done.refunds[0].state, RefundState::Succeeded { .. }));
}

#[test]
fn a_refund_in_the_statement_may_be_all_that_is_left_and_not_more() {
    assert!(decide(&paid(), seen("w1", 2_500), START).unwrap().order.attention.is_none());
    for amount in [0, 2_501] {
        let change = decide(&paid(), seen("w1", amount), START).unwrap();
        assert!(change.order.refunds.is_empty());
        assert_eq!(change.order.attention, Some(Attention::RefundNotDone));
        let noted = |change: &ChangeSet| change.audit.iter().any(|entry| entry.kind == "refund_does_not_fit");
        assert!(noted(&change));
        let again = decide(&change.order, seen("w1", amount), START).unwrap();
        assert!(!noted(&again), "it is said once");
    }
}

#[test]
fn a_refund_in_the_statement_after_all_was_given_back_is_for_a_person() {
    let mut order = paid();
    for event in [refund("k1", 2_500)].into_iter().chain(given_back("k1")) {
        order = decide(&order, event, START).unwrap().order;
    }
    let change = decide(&order, seen("w1", 1), START).unwrap();
    assert_eq!((change.order.refunds.len(), change.order.attention), (1, Some(Attention::RefundNotDone)));
}
