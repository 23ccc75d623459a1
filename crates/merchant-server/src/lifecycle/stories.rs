//! What single events mean, told one by one.

use shop_api::{AttemptId, MinorUnits, OrderStatus, Timestamp};

use super::fixtures::{
    PAY_BY, START, accepted, after, cashier, failed, new_attempt, pay, payment_id, placed, said, word,
};
use super::*;

fn state(order: &Order, index: usize) -> &AttemptState {
    &order.attempts[index].state
}

fn success(number: u32) -> Event {
    said(number, PaymentWord::Success, WordSource::Notification)
}

fn pay_again(after: u32) -> Event {
    Event::PaymentRequested { after: AttemptId(format!("a{after}")), next: new_attempt(after + 1) }
}

#[test]
fn placing_reserves_stock_and_writes_the_first_attempt_down_before_it_is_sent() {
    let change = placed();
    assert_eq!(change.stock.len(), 2);
    assert_eq!(change.order.version, 1);
    assert_eq!(change.order.attempts.len(), 1);
    assert!(change.new_attempt.is_some());
    let sent = change.run_now.unwrap();
    assert!(change.jobs.contains(&JobChange::Put(sent, START)));
    assert!(change.jobs.iter().any(|job| matches!(job, JobChange::Put(key, at)
        if key.kind == JobKind::ExpireOrder && *at == PAY_BY)));
}

#[test]
fn an_order_of_zero_never_goes_to_the_wallet() {
    let mut placement = super::fixtures::placement();
    placement.total = MinorUnits::ZERO;
    let change = place(placement, START);
    assert!(matches!(change.order.state, OrderState::Paid { .. }));
    assert!(change.new_attempt.is_none() && change.run_now.is_none() && change.jobs.is_empty());
}

#[test]
fn pay_claiming_success_leads_to_an_inquiry_and_not_to_paid() {
    let order = placed().order;
    let change = decide(&order, pay(1, Sending::First, PayAnswer::ClaimsSuccess), START).unwrap();
    assert_eq!(*state(&change.order, 0), AttemptState::Unknown);
    assert!(
        change
            .jobs
            .iter()
            .any(|job| matches!(job, JobChange::Put(key, START) if key.kind == JobKind::Inquire))
    );
}

#[test]
fn a_refusal_ends_an_attempt_only_as_the_answer_to_the_first_sending() {
    let refused = || PayAnswer::Refused { code: "RISK_REJECT".into() };
    let first = after(vec![pay(1, Sending::First, refused())]);
    assert!(matches!(state(&first, 0), AttemptState::Failed { code, .. } if code == "RISK_REJECT"));
    assert_eq!(first.state, OrderState::AwaitingPayment);
    let repeat = after(vec![pay(1, Sending::Repeat { number: 2 }, refused())]);
    assert_eq!(*state(&repeat, 0), AttemptState::Unknown);
    let doubtful = after(vec![pay(1, Sending::First, PayAnswer::Doubtful { code: "X".into() })]);
    assert_eq!(*state(&doubtful, 0), AttemptState::Unknown);
}

#[test]
fn an_unknown_outcome_sends_the_same_again_and_asks() {
    let change = decide(
        &placed().order,
        pay(1, Sending::First, PayAnswer::Unknown { reason: "timeout".into() }),
        START,
    )
    .unwrap();
    let due = |kind| {
        change.jobs.iter().find_map(|job| match job {
            JobChange::Put(key, at) if key.kind == kind => Some(at.millis_since(START)),
            _ => None,
        })
    };
    assert_eq!(due(JobKind::SendPay), Some(2_000));
    assert_eq!(due(JobKind::Inquire), Some(5_000));
    assert!(change.order.attempts[0].state.is_live());
}

#[test]
fn after_a_definite_failure_a_new_attempt_is_opened_and_not_before() {
    let open = after(vec![accepted(1)]);
    let refused = decide(&open, pay_again(1), START).unwrap();
    assert!(refused.is_empty(), "a live attempt is answered as it is");
    let order = after(vec![accepted(1), failed(1), pay_again(1), accepted(2), success(2)]);
    assert!(matches!(order.state, OrderState::Paid { .. }));
    assert_eq!(order.attempts.len(), 2);
}

#[test]
fn no_attempt_is_opened_with_less_than_two_minutes_left() {
    let order = after(vec![accepted(1), failed(1)]);
    let late = Timestamp(PAY_BY.0 - MIN_TIME_TO_PAY_MILLIS + 1);
    assert!(matches!(decide(&order, pay_again(1), late), Err(Refusal::PaymentNotAllowed(_))));
}

#[test]
fn the_clock_alone_ends_nothing() {
    let open = after(vec![accepted(1)]);
    let change = decide(&open, Event::PayByReached, PAY_BY).unwrap();
    assert!(change.stock.is_empty() && change.order.attempts[0].state.is_live());
    let gone = |now| {
        let event = said(1, PaymentWord::NotExist, WordSource::Inquiry);
        decide(&open, event, now).unwrap().order
    };
    assert!(matches!(state(&gone(PAY_BY), 0), AttemptState::Open { .. }), "not existing is no failure yet");
    let exhausted = gone(PAY_BY.plus_millis(RESOLVE_GRACE_MILLIS));
    assert!(matches!(exhausted.state, OrderState::NeedsAttention { .. }));
    assert_eq!(exhausted.attention, Some(Attention::Unresolved));
    assert_eq!(exhausted.stock, StockHold::Reserved);
    let paid = decide(&exhausted, success(1), PAY_BY.plus_millis(200_000)).unwrap().order;
    assert!(matches!(paid.state, OrderState::Paid { .. }), "it may still turn out paid");
}

#[test]
fn a_failure_after_the_time_to_pay_expires_the_order_and_frees_its_stock() {
    let open = after(vec![accepted(1)]);
    let change = decide(&open, failed(1), PAY_BY.plus_millis(1)).unwrap();
    assert!(matches!(change.order.state, OrderState::Expired { .. }));
    assert!(change.stock.iter().all(|moved| matches!(moved, StockMove::Release(..))));
}

#[test]
fn success_after_the_end_is_for_a_person() {
    let expired = decide(&after(vec![accepted(1)]), failed(1), PAY_BY).unwrap().order;
    let late = decide(&expired, success(1), PAY_BY.plus_millis(5)).unwrap();
    assert!(matches!(late.order.state, OrderState::NeedsAttention { .. }));
    assert_eq!(late.order.attention, Some(Attention::SuccessAfterEnd));
    assert!(late.stock.is_empty());
}

#[test]
fn a_late_success_waits_for_the_live_attempt_to_end() {
    let both = after(vec![accepted(1), failed(1), pay_again(1), accepted(2), success(1)]);
    assert_eq!(both.attention, Some(Attention::SuccessWhileAnotherIsLive));
    let settled = decide(&both, failed(2), START.plus_millis(90_000)).unwrap().order;
    assert!(matches!(settled.state, OrderState::Paid { .. }));
    assert_eq!(settled.attention, None);
    let twice = decide(&both, success(2), START.plus_millis(90_000)).unwrap().order;
    assert!(matches!(twice.state, OrderState::Paid { .. }));
    assert_eq!(twice.attention, Some(Attention::SecondSuccess));
}

#[test]
fn a_notification_that_doesnt_fit_is_refused() {
    let open = after(vec![accepted(1)]);
    let wrong = |change: fn(&mut WalletWord)| {
        let mut told = word(1, PaymentWord::Success);
        change(&mut told);
        let attempt = AttemptId::from("a1");
        decide(&open, Event::WalletSaid { attempt, word: told, source: WordSource::Notification }, START)
    };
    assert!(matches!(wrong(|told| told.payment_id = Some(payment_id(9))), Err(Refusal::Mismatch(_))));
    assert!(matches!(wrong(|told| told.amount = None), Err(Refusal::Mismatch(_))));
    let amount = |told: &mut WalletWord| told.amount = Some((MinorUnits::new(1).unwrap(), "PHP".into()));
    assert!(matches!(wrong(amount), Err(Refusal::Mismatch(_))));
    let currency =
        |told: &mut WalletWord| told.amount = Some((MinorUnits::new(2_500).unwrap(), "JPY".into()));
    assert!(matches!(wrong(currency), Err(Refusal::Mismatch(_))));
}

#[test]
fn an_answer_of_another_amount_is_for_a_person() {
    let event = Event::InquiryContradicts { attempt: "a1".into(), detail: "other amount".into() };
    let order = after(vec![accepted(1), event]);
    assert!(matches!(order.state, OrderState::NeedsAttention { .. }));
    assert_eq!(order.attention, Some(Attention::AmountMismatch));
}

#[test]
fn coming_back_from_the_cashier_asks_once_and_not_in_a_burst() {
    let open = after(vec![accepted(1)]);
    let hint = |now| {
        let event = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse("9000") };
        decide(&open, event, now).unwrap()
    };
    let now = START.plus_millis(30_000);
    let inquiry = |change: &ChangeSet| {
        change.jobs.iter().find_map(|job| match job {
            JobChange::Put(key, at) if key.kind == JobKind::Inquire => Some(*at),
            _ => None,
        })
    };
    assert_eq!(inquiry(&hint(now)), Some(now));
    let mut asked = open.clone();
    asked.attempts[0].last_asked_at = Some(now);
    let event = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse("6001") };
    let change = decide(&asked, event, now.plus_millis(1)).unwrap();
    assert_eq!(inquiry(&change), Some(now.plus_millis(1_000)));
}

#[test]
fn an_order_is_cancelled_only_when_nothing_can_be_paid_any_more() {
    assert_eq!(
        decide(&after(vec![accepted(1)]), Event::CancelRequested, START).unwrap_err(),
        Refusal::PaymentOpen
    );
    let change = decide(&after(vec![accepted(1), failed(1)]), Event::CancelRequested, START).unwrap();
    assert!(matches!(change.order.state, OrderState::Cancelled { .. }));
    assert!(decide(&change.order, Event::CancelRequested, START).unwrap().is_empty());
}

#[test]
fn the_view_shows_the_cashier_only_while_it_is_open() {
    let view = ShopView { public_url: "https://shop.example".into() };
    let open = view.order(&after(vec![accepted(1)]), START);
    assert_eq!(open.attempt.as_ref().unwrap().cashier, Some(cashier()));
    assert!(!open.may_start_payment);
    let over = view.order(&after(vec![accepted(1), failed(1)]), START);
    let attempt = over.attempt.unwrap();
    assert_eq!((over.status, attempt.cashier), (OrderStatus::AwaitingPayment, None));
    assert_eq!(attempt.failure.unwrap().code, "RISK_REJECT");
    assert!(over.may_start_payment);
    assert_eq!(over.lines[0].image_url, "https://shop.example/media/x.svg");
}

#[test]
fn the_wire_form_of_an_order() {
    let view = ShopView { public_url: "https://shop.example".into() };
    insta::assert_json_snapshot!("open", view.order(&after(vec![accepted(1)]), START));
    insta::assert_json_snapshot!("failed", view.order(&after(vec![accepted(1), failed(1)]), START));
    insta::assert_json_snapshot!("paid", view.order(&after(vec![accepted(1), success(1)]), START));
}
