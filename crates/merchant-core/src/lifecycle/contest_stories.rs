//! Words of the wallet's that contradict each other, or that nobody can believe, told one by one.

use shop_api::AttemptStatus;

use super::fixtures::{
    PAY_BY, START, accepted, after, decide, due, failed, found_paid, pay_again, refund, resolved_by, said,
    state, success,
};
use super::*;

#[test]
fn a_wrong_amount_is_for_a_person_until_the_wallet_says_the_right_one() {
    let event = || Event::InquiryContradicts { attempt: "a1".into(), detail: "other amount".into() };
    let change = decide(&after(vec![accepted(1)]), event(), START).unwrap();
    assert_eq!(change.order.attention, Some(Attention::AmountMismatch));
    assert_eq!(due(&change, JobKind::Inquire), Some(START.plus_millis(5_000)), "it is asked on");
    let again = decide(&change.order, event(), START.plus_millis(5_000)).unwrap();
    assert_eq!(again.audit.len(), 1, "said again, told once");
    let paid = decide(&again.order, found_paid(1), START).unwrap().order;
    assert_eq!((paid.state, paid.attention), (OrderState::Paid { at: START }, None));
    let late = decide(&change.order, event(), resolved_by()).unwrap();
    assert_eq!(due(&late, JobKind::Inquire), None);
}

#[test]
fn a_paid_payment_that_the_wallet_gives_back_is_a_reversal_and_the_order_stays_paid() {
    let paid = after(vec![accepted(1), success(1)]);
    let gone = || said(1, PaymentWord::Cancelled, WordSource::Inquiry);
    let reversed = decide(&paid, gone(), START).unwrap();
    assert!(matches!(reversed.order.state, OrderState::Paid { .. }));
    assert!(matches!(state(&reversed.order, 0), AttemptState::Reversed { .. }));
    assert_eq!(reversed.order.attention, Some(Attention::SuccessTakenBack));
    let refused = decide(&reversed.order, refund("k1", 1), START).unwrap_err();
    assert_eq!(refused, Refusal::NothingToRefund, "it was given back already");
    let refunded = after(vec![accepted(1), success(1), refund("k1", 2_500)]);
    assert!(decide(&refunded, gone(), START).unwrap().is_empty(), "what we refunded isn't reversed");
}

#[test]
fn a_success_told_after_the_end_counts_once_the_wallet_confirms_it() {
    let ended = after(vec![accepted(1), failed(1)]);
    let told = decide(&ended, success(1), START).unwrap();
    assert!(matches!(state(&told.order, 0), AttemptState::Failed { .. }));
    assert_eq!(due(&told, JobKind::Inquire), Some(START.plus_millis(21_000)), "soon");
    let view = ShopView { public_url: String::new() }.order(&told.order, START);
    let attempt = view.attempt.unwrap();
    assert_eq!((attempt.status, attempt.failure), (AttemptStatus::Unknown, None), "not shown as failed");
    assert!(!view.may_start_payment);
    assert!(matches!(decide(&told.order, pay_again(1), START), Err(Refusal::PaymentNotAllowed(_))));
    let late = decide(&told.order, Event::PayByReached, PAY_BY).unwrap();
    assert!(late.stock.is_empty(), "its stock is kept");
    let paid = decide(&told.order, found_paid(1), START).unwrap().order;
    assert!(matches!(paid.state, OrderState::Paid { .. }));
    let refuted = decide(&told.order, failed(1), PAY_BY).unwrap().order;
    assert!(matches!(refuted.state, OrderState::Expired { .. }) && !refuted.is_contested());
}

#[test]
fn a_failure_told_after_success_counts_once_the_wallet_confirms_it() {
    let fail = |source| said(1, PaymentWord::Fail { code: None, text: None }, source);
    let paid = after(vec![accepted(1), success(1)]);
    let told = decide(&paid, fail(WordSource::Notification), START).unwrap();
    assert_eq!((told.order.attention, due(&told, JobKind::Inquire)), (None, Some(START)));
    let holds = decide(&told.order, found_paid(1), START).unwrap().order;
    assert!(holds.attention.is_none() && !holds.is_contested());
    let gone = decide(&told.order, fail(WordSource::Inquiry), START).unwrap().order;
    assert_eq!(gone.attention, Some(Attention::SuccessTakenBack));
    assert!(matches!(gone.state, OrderState::Paid { .. }));
}

#[test]
fn a_contradiction_that_the_wallet_never_settles_is_for_a_person() {
    let contested = [
        after(vec![accepted(1), failed(1), success(1)]),
        after(vec![accepted(1), success(1), said(1, PaymentWord::Cancelled, WordSource::Notification)]),
    ];
    for (mut order, reason) in contested.into_iter().zip([Attention::Unresolved, Attention::SuccessTakenBack])
    {
        let mut now = START.plus_millis(40_000);
        for asked in 1.. {
            let silence = Event::InquiryUnanswered { attempt: "a1".into(), reason: "timeout".into() };
            let change = decide(&order, silence, now).unwrap();
            order = change.order.clone();
            let Some(next) = due(&change, JobKind::Inquire) else { break };
            now = next;
            assert!(asked < 60, "it never ends");
        }
        assert_eq!(order.attention, Some(reason));
        assert_eq!(
            decide(&order, found_paid(1), now).unwrap().order.state,
            OrderState::Paid {
                at: match order.state {
                    OrderState::Paid { at } => at,
                    _ => now,
                }
            }
        );
    }
}

#[test]
fn an_ended_attempt_that_is_paid_with_another_amount_is_for_a_person() {
    let contradicts = || Event::InquiryContradicts { attempt: "a1".into(), detail: "other amount".into() };
    let held = after(vec![accepted(1), failed(1), contradicts()]);
    assert!(matches!(held.state, OrderState::NeedsAttention { .. }));
    assert_eq!(held.attention, Some(Attention::AmountMismatch));
    assert!(decide(&held, pay_again(1), START).is_err(), "no second payment meanwhile");
    let flagged = after(vec![accepted(1), failed(1), pay_again(1), accepted(2), contradicts(), success(2)]);
    assert!(matches!(flagged.state, OrderState::Paid { .. }));
    assert_eq!(flagged.attention, Some(Attention::AmountMismatch), "not forgotten");
    let paid = after(vec![accepted(1), success(1), contradicts()]);
    assert!(matches!(paid.state, OrderState::Paid { .. }));
    assert_eq!(paid.attention, Some(Attention::AmountMismatch));
}

#[test]
fn what_cannot_be_believed_has_the_wallet_asked_and_changes_nothing() {
    let doubt = |order: &Order, doubt, now| {
        decide(order, Event::NotificationDoubted { attempt: "a1".into(), doubt }, now).unwrap()
    };
    let mut open = after(vec![accepted(1)]);
    let now = START.plus_millis(40_000);
    for kind in [Doubt::Stale, Doubt::Mismatch, Doubt::Unverified] {
        let change = doubt(&open, kind, now);
        assert_eq!(due(&change, JobKind::Inquire), Some(now));
        assert_eq!(change.order.attempts, open.attempts);
    }
    open.attempts[0].last_asked_at = Some(now);
    assert_eq!(due(&doubt(&open, Doubt::Unverified, now), JobKind::Inquire), Some(now.plus_millis(30_000)));
    assert_eq!(due(&doubt(&open, Doubt::Stale, now), JobKind::Inquire), Some(now.plus_millis(1_000)));
    let ended = after(vec![accepted(1), failed(1)]);
    assert!(due(&doubt(&ended, Doubt::Stale, now), JobKind::Inquire).is_some(), "it may be paid");
    assert!(doubt(&ended, Doubt::Unverified, now).is_empty());
    assert!(doubt(&after(vec![accepted(1), success(1)]), Doubt::Stale, now).is_empty());
}

#[test]
fn an_order_whose_money_the_wallet_gave_back_ends_unpaid_with_its_last_attempt_and_frees_its_stock() {
    // The first attempt turns out paid after all, so the second one is cancelled; then the money comes back.
    let open = after(vec![accepted(1), failed(1), pay_again(1), accepted(2), found_paid(1)]);
    assert!(matches!(open.state, OrderState::AwaitingPayment));
    let gone = said(1, PaymentWord::Cancelled, WordSource::Inquiry);
    let gone = decide(&open, gone, PAY_BY).unwrap();
    assert!(matches!(state(&gone.order, 0), AttemptState::Reversed { .. }));
    assert!(gone.stock.is_empty(), "the second one may still be paid");
    let end = decide(&gone.order, failed(2), PAY_BY).unwrap();
    assert!(matches!(end.order.state, OrderState::Expired { .. }));
    assert_eq!(end.stock.len(), 2, "nobody's money is in it any more");
}
