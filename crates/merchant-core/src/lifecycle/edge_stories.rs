//! What an answer, a word or a hint means at its edges: too late, once more, of nothing that there is.

use shop_api::{AttemptId, Timestamp};

use super::fixtures::{
    PAY_BY, START, TOTAL, accepted, after, decide, due, failed, found_paid, given_back, pay, placed, refund,
    said, success,
};
use super::*;

fn drops(change: &ChangeSet, kind: JobKind) -> bool {
    change.jobs.iter().any(|job| matches!(job, JobChange::Drop(key) if key.kind == kind))
}

fn noted(change: &ChangeSet, kind: &str) -> bool {
    change.audit.iter().any(|entry| entry.kind == kind)
}

fn answer(answer: PayAnswer) -> Event {
    pay(1, Sending::First, answer)
}

/// The order after the wallet has given no answer about its contested attempt until asking ended.
fn unanswered(mut order: Order, mut now: Timestamp) -> (Order, Timestamp) {
    loop {
        let silence = Event::InquiryUnanswered { attempt: "a1".into(), reason: "timeout".into() };
        let change = decide(&order, silence, now).unwrap();
        order = change.order.clone();
        let Some(next) = due(&change, JobKind::Inquire) else { return (order, now) };
        now = next;
    }
}

#[test]
fn what_happens_to_no_attempt_of_the_order_is_refused() {
    let order = after(vec![accepted(1)]);
    for event in [
        found_paid(7),
        pay(7, Sending::First, PayAnswer::ClaimsSuccess),
        Event::Returned { attempt: AttemptId::from("a7"), hint: ReturnHint::Paid },
    ] {
        assert_eq!(decide(&order, event, START).unwrap_err(), Refusal::AttemptNotFound);
    }
}

#[test]
fn an_answer_to_pay_after_the_end_counts_only_if_it_says_paid() {
    let ended = after(vec![accepted(1), failed(1)]);
    let paid = decide(&ended, answer(PayAnswer::ClaimsSuccess), START).unwrap();
    assert!(paid.order.is_contested());
    assert!(due(&paid, JobKind::Inquire).is_some());
    for late in [PayAnswer::Refused { code: "X".into() }, PayAnswer::Unknown { reason: "timeout".into() }] {
        let change = decide(&ended, answer(late), START).unwrap();
        assert!(!change.order.is_contested() && noted(&change, "pay_answer_ignored"));
    }
}

#[test]
fn a_refusal_after_the_answer_paid_ends_nothing() {
    let claimed = after(vec![answer(PayAnswer::ClaimsSuccess)]);
    let change = decide(&claimed, answer(PayAnswer::Refused { code: "X".into() }), START).unwrap();
    assert_eq!(change.order.attempts[0].state, AttemptState::Unknown);
    assert!(noted(&change, "pay_refused_in_doubt") && due(&change, JobKind::Inquire).is_some());
}

#[test]
fn an_open_cashier_is_watched_by_schedule_and_asked_about_at_once_when_its_end_has_passed() {
    let opened = decide(&placed().order, accepted(1), START).unwrap();
    assert!(drops(&opened, JobKind::SendPay));
    assert_eq!(
        due(&opened, JobKind::Inquire),
        Some(START.plus_millis(Schedule::default().watch_every_millis))
    );
    let late = PAY_BY.plus_millis(Schedule::default().cancel_after_millis);
    assert_eq!(due(&decide(&placed().order, accepted(1), late).unwrap(), JobKind::Inquire), Some(late));
}

#[test]
fn the_time_to_pay_has_an_open_payment_asked_about_once_it_can_have_closed() {
    let change = decide(&after(vec![accepted(1)]), Event::PayByReached, PAY_BY).unwrap();
    assert_eq!(due(&change, JobKind::Inquire), Some(schedule::closing_inquiry(&change.order, PAY_BY)));
}

#[test]
fn an_attempt_that_is_final_is_called_about_no_more() {
    let change = decide(&after(vec![accepted(1)]), found_paid(1), START).unwrap();
    for kind in [JobKind::SendPay, JobKind::Inquire, JobKind::Cancel] {
        assert!(drops(&change, kind), "{kind:?}");
    }
}

#[test]
fn a_failure_without_an_amount_is_believed_and_one_of_another_amount_is_not() {
    let order = after(vec![accepted(1)]);
    let fail = |amount: Option<u64>| {
        let mut word = super::fixtures::word(1, PaymentWord::Fail { code: None, text: None });
        word.amount = amount.map(|value| (shop_api::MinorUnits::new(value).unwrap(), "PHP".into()));
        let told = Event::WalletSaid { attempt: "a1".into(), word, source: WordSource::Notification };
        decide(&order, told, START)
    };
    assert!(matches!(fail(None).unwrap().order.attempts[0].state, AttemptState::Failed { .. }));
    assert!(matches!(fail(Some(TOTAL)).unwrap().order.attempts[0].state, AttemptState::Failed { .. }));
    assert!(matches!(fail(Some(1)).unwrap_err(), Refusal::Mismatch(_)));
}

#[test]
fn a_failure_without_a_code_is_called_by_the_time_at_which_it_came() {
    let order = after(vec![accepted(1)]);
    let fail = |now| {
        let told = said(1, PaymentWord::Fail { code: None, text: None }, WordSource::Inquiry);
        decide(&order, told, now).unwrap().order.attempts.remove(0).state
    };
    let before = Timestamp(PAY_BY.0 - 1);
    assert_eq!(fail(before), AttemptState::Failed { at: before, code: "payment_failed".into() });
    assert_eq!(fail(PAY_BY), AttemptState::Failed { at: PAY_BY, code: "payment_expired".into() });
}

#[test]
fn a_failure_told_after_the_answer_paid_has_the_wallet_asked_and_else_ends_the_attempt() {
    let fail = || said(1, PaymentWord::Fail { code: None, text: None }, WordSource::Notification);
    let claimed = decide(&after(vec![answer(PayAnswer::ClaimsSuccess)]), fail(), START).unwrap();
    assert_eq!(claimed.order.attempts[0].state, AttemptState::Unknown);
    assert!(due(&claimed, JobKind::Inquire).is_some());
    let unclaimed = decide(&after(vec![accepted(1)]), fail(), START).unwrap();
    assert!(matches!(unclaimed.order.attempts[0].state, AttemptState::Failed { .. }));
}

#[test]
fn what_we_gave_back_ourselves_may_be_called_ended() {
    let cancelled = || said(1, PaymentWord::Cancelled, WordSource::Notification);
    let paid = after(vec![accepted(1), found_paid(1)]);
    assert!(decide(&paid, cancelled(), START).unwrap().order.is_contested());
    let mut given = paid;
    for event in [refund("k1", TOTAL)].into_iter().chain(given_back("k1")) {
        given = decide(&given, event, START).unwrap().order;
    }
    assert!(!decide(&given, cancelled(), START).unwrap().order.is_contested());
}

#[test]
fn a_success_taken_back_twice_is_written_down_once() {
    let ended = || said(1, PaymentWord::Fail { code: None, text: None }, WordSource::Inquiry);
    let paid = after(vec![accepted(1), found_paid(1)]);
    let first = decide(&paid, ended(), START).unwrap();
    assert!(noted(&first, "success_taken_back"));
    assert_eq!(first.order.attention, Some(Attention::SuccessTakenBack));
    let again = decide(&first.order, ended(), START).unwrap();
    assert!(!noted(&again, "success_taken_back"));
}

#[test]
fn a_person_looks_no_more_at_an_ended_order_once_the_wallet_says_that_it_was_as_we_knew() {
    let failed_late = decide(&after(vec![accepted(1)]), failed(1), START).unwrap().order;
    let expired = decide(&failed_late, Event::PayByReached, PAY_BY).unwrap().order;
    let contested = decide(&expired, success(1), PAY_BY).unwrap().order;
    let (flagged, now) = unanswered(contested, PAY_BY);
    assert!(matches!(flagged.state, OrderState::Expired { .. }));
    assert_eq!(flagged.attention, Some(Attention::Unresolved));
    let settled = decide(&flagged, failed(1), now).unwrap().order;
    assert!(matches!(settled.state, OrderState::Expired { .. }));
    assert_eq!((settled.attention, settled.is_contested()), (None, false));
}

#[test]
fn an_ended_attempt_that_may_be_paid_holds_the_order_unless_another_is_open() {
    let contested = after(vec![accepted(1), failed(1), success(1)]);
    let (held, _) = unanswered(contested, START.plus_millis(40_000));
    assert!(matches!(held.state, OrderState::NeedsAttention { .. }));
    let mut beside = after(vec![accepted(1), failed(1), super::fixtures::pay_again(1), accepted(2)]);
    beside = decide(&beside, success(1), START.plus_millis(40_000)).unwrap().order;
    let (flagged, _) = unanswered(beside, START.plus_millis(40_000));
    assert_eq!(flagged.state, OrderState::AwaitingPayment, "its second attempt can still be paid");
    assert_eq!(flagged.attention, Some(Attention::Unresolved));
}

#[test]
fn shoppers_read_what_they_can_do_about_a_failure() {
    let shown = |code: &str| {
        let fail = PaymentWord::Fail { code: Some(code.into()), text: None };
        let order = after(vec![accepted(1), said(1, fail, WordSource::Inquiry)]);
        let view = ShopView { public_url: String::new() }.order(&order, START);
        view.attempt.unwrap().failure.unwrap().message
    };
    for (codes, does) in [
        (vec!["USER_BALANCE_NOT_ENOUGH"], "Top up"),
        (
            vec!["PAYMENT_AMOUNT_EXCEED_LIMIT", "USER_AMOUNT_EXCEED_LIMIT", "PAYMENT_COUNT_EXCEED_LIMIT"],
            "Order less",
        ),
        (vec!["RISK_REJECT"], "declined"),
        (vec!["USER_NOT_EXIST", "USER_STATUS_ABNORMAL", "USER_KYC_NOT_QUALIFIED"], "Check it in your wallet"),
        (vec!["payment_expired", "ORDER_IS_CLOSED"], "ran out"),
        (vec!["SOMETHING_NEW"], "pay again"),
    ] {
        for code in codes {
            assert!(shown(code).contains(does), "{code}: {}", shown(code));
        }
    }
}
