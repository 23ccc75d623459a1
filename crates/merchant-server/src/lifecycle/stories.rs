//! What single events mean, told one by one.

use shop_api::{AttemptId, AttemptStatus, MinorUnits, OrderStatus, Timestamp};

use super::fixtures::{
    PAY_BY, START, TOTAL, accepted, after, cancel_answered, cashier, closed_at, decide, due, failed,
    fulfilment, new_attempt, not_known, pay, payment_id, placed, refund, refund_answered, refund_id,
    refund_told, resolved_by, said, wish, with_coupon, word,
};
use super::*;

fn state(order: &Order, index: usize) -> &AttemptState {
    &order.attempts[index].state
}

fn success(number: u32) -> Event {
    said(number, PaymentWord::Success, WordSource::Notification)
}

/// The same, told when it was asked.
fn found_paid(number: u32) -> Event {
    said(number, PaymentWord::Success, WordSource::Inquiry)
}

/// The order after the wallet has answered neither `cancel` nor inquiry until asking ended.
fn exhausted(mut order: Order) -> Order {
    let mut now = resolved_by();
    let attempt = order.live_attempt().unwrap().id.clone();
    for _ in 0..8 {
        let lost = CancelAnswer::NotTaken { reason: "timeout".into() };
        let cancelled = Event::CancelAnswered { attempt: attempt.clone(), answer: lost };
        let asked = Event::InquiryUnanswered { attempt: attempt.clone(), reason: "timeout".into() };
        for event in [cancelled, asked] {
            now = now.plus_millis(2_000);
            order = decide(&order, event, now).unwrap().order;
        }
    }
    order
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
    for line in &mut placement.lines {
        (line.unit_price, line.subtotal) = (MinorUnits::ZERO, MinorUnits::ZERO);
    }
    placement.breakdown = Breakdown::new(Parts::default(), &placement.lines).unwrap();
    let change = place(placement, START);
    assert!(matches!(change.order.state, OrderState::Paid { .. }));
    assert!(change.new_attempt.is_none() && change.run_now.is_none() && change.jobs.is_empty());
    let paid = change.audit.iter().find(|entry| entry.kind == "order_paid").unwrap();
    assert_eq!(paid.detail, "free: there is nothing to pay");
}

#[test]
fn an_order_that_costs_something_is_never_paid_for_want_of_an_attempt() {
    let change = place(Placement { attempt: None, ..super::fixtures::placement() }, START);
    assert_eq!(change.order.state, OrderState::AwaitingPayment);
    let expired = decide(&change.order, Event::PayByReached, PAY_BY).unwrap().order;
    assert!(matches!(expired.state, OrderState::Expired { .. }));
}

#[test]
fn a_paid_order_goes_forward_only_and_the_same_again_changes_nothing() {
    let open = after(vec![accepted(1)]);
    let say =
        |order: &Order, stage, tracking| decide(order, Event::Fulfilled(fulfilment(stage, tracking)), START);
    assert_eq!(say(&open, FulfilmentStage::Accepted, None).unwrap_err(), Refusal::NothingToFulfil);
    let paid = after(vec![accepted(1), said(1, PaymentWord::Success, WordSource::Inquiry)]);
    let shipped = say(&paid, FulfilmentStage::Shipped, Some("LBC 1234")).unwrap().order;
    assert!(say(&shipped, FulfilmentStage::Shipped, None).unwrap().is_empty());
    let back = say(&shipped, FulfilmentStage::Accepted, None).unwrap_err();
    assert_eq!(back, Refusal::FulfilmentBackward(FulfilmentStage::Shipped));
    let corrected = say(&shipped, FulfilmentStage::Shipped, Some("LBC 1235")).unwrap().order;
    let completed = say(&corrected, FulfilmentStage::Completed, None).unwrap().order;
    let fulfilment = completed.fulfilment.unwrap();
    assert_eq!(fulfilment.stage, FulfilmentStage::Completed);
    assert_eq!(fulfilment.tracking.unwrap().as_str(), "LBC 1235", "what isn't said again stays");
}

#[test]
fn a_coupon_is_used_with_the_order_and_given_back_when_it_ends_unpaid() {
    let placed = place(with_coupon(), START);
    let code = placed.order.coupon.clone().unwrap();
    assert_eq!(placed.coupon, Some(CouponMove::Use(code.clone())));
    let guards = |change: &ChangeSet| {
        let is_limit = |guard: &&Guard| {
            matches!(guard, Guard::CouponUsesBelow(_, 100) | Guard::CouponUsesByCustomerBelow(_, _, 1))
        };
        change.guards.iter().filter(is_limit).count()
    };
    assert_eq!(guards(&placed), 2);
    let order = decide(&placed.order, failed(1), START).unwrap().order;
    let expired = decide(&order, Event::PayByReached, PAY_BY).unwrap();
    assert_eq!(expired.coupon, Some(CouponMove::GiveBack(code.clone())));
    let paid_late = decide(&expired.order, found_paid(1), PAY_BY).unwrap();
    assert!(matches!(paid_late.order.state, OrderState::Paid { .. }));
    assert_eq!(paid_late.coupon, Some(CouponMove::Use(code)), "whatever its limit: the order has it");
    assert_eq!(guards(&paid_late), 0);
}

#[test]
fn the_shopper_sees_what_is_given_back() {
    let view = ShopView { public_url: String::new() };
    let shown = |order: &Order| {
        let shown = view.order(order, START);
        (shown.refunded.value(), shown.refunding.value())
    };
    let paid = after(vec![accepted(1), said(1, PaymentWord::Success, WordSource::Inquiry)]);
    assert_eq!(shown(&paid), (0, 0));
    let asked = decide(&paid, refund("k1", 1_000), START).unwrap().order;
    assert_eq!(shown(&asked), (0, 1_000));
    let taken = RefundAnswer::Taken { refund_id: refund_id(1) };
    let taken = decide(&asked, refund_answered("k1", Sending::First, taken), START).unwrap().order;
    assert_eq!(shown(&taken), (0, 1_000), "taken isn't given back yet");
    let told = refund_told("k1", RefundWord::Success { refund_id: Some(refund_id(1)) });
    assert_eq!(shown(&decide(&taken, told, START).unwrap().order), (1_000, 0));
    let refused = RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() };
    let failed = decide(&asked, refund_answered("k1", Sending::First, refused), START).unwrap().order;
    assert_eq!(shown(&failed), (0, 0));
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
    assert_eq!(due(&change, JobKind::SendPay), Some(START.plus_millis(2_000)));
    assert_eq!(due(&change, JobKind::Inquire), Some(START.plus_millis(5_000)));
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
    let cancelling = gone(PAY_BY.plus_millis(Schedule::default().cancel_after_millis));
    assert!(cancelling.attempts[0].state.is_live() && cancelling.attempts[0].cancelling.is_some());
    let exhausted = exhausted(cancelling);
    assert!(matches!(exhausted.state, OrderState::NeedsAttention { .. }));
    assert_eq!(exhausted.attention, Some(Attention::Unresolved));
    assert_eq!(exhausted.stock, StockHold::Reserved);
    let paid = decide(&exhausted, success(1), PAY_BY.plus_millis(600_000)).unwrap().order;
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
fn a_failure_by_a_clock_that_is_behind_the_expiry_has_the_order_expired_again() {
    let order = after(vec![accepted(1)]);
    let order = decide(&order, Event::PayByReached, PAY_BY).unwrap().order;
    assert_eq!(order.state, OrderState::AwaitingPayment, "its payment is open");
    let behind = Timestamp(PAY_BY.0 - 5_000);
    let change = decide(&order, failed(1), behind).unwrap();
    assert_eq!(change.order.state, OrderState::AwaitingPayment);
    assert_eq!(due(&change, JobKind::ExpireOrder), Some(PAY_BY));
}

#[test]
fn success_after_expiry_is_fulfilled_if_there_is_stock_else_given_back() {
    let expired = decide(&after(vec![accepted(1)]), failed(1), PAY_BY).unwrap().order;
    let late = PAY_BY.plus_millis(5);
    let fulfilled = decide(&expired, found_paid(1), late).unwrap();
    assert!(matches!(fulfilled.order.state, OrderState::Paid { .. }));
    assert!(matches!(fulfilled.stock.first(), Some(StockMove::Reserve(..))));
    assert!(matches!(fulfilled.stock.last(), Some(StockMove::Sell(..))));
    assert!(fulfilled.order.refunds.is_empty());
    let schedule = Schedule::default();
    let sold_out = decide_without_stock(&expired, found_paid(1), late, &schedule).unwrap();
    assert!(matches!(sold_out.order.state, OrderState::Paid { .. }));
    assert!(sold_out.stock.is_empty());
    assert_eq!(sold_out.order.refunds[0].amount, sold_out.order.total);
}

#[test]
fn a_late_success_has_the_live_attempt_cancelled_before_it_pays() {
    let both = after(vec![accepted(1), failed(1), pay_again(1), accepted(2), found_paid(1)]);
    assert_eq!((both.state, both.attention), (OrderState::AwaitingPayment, None));
    assert!(both.attempts[1].cancelling.is_some());
    let settled = decide(&both, failed(2), START.plus_millis(90_000)).unwrap().order;
    assert!(matches!(settled.state, OrderState::Paid { .. }));
    assert_eq!(settled.attention, None);
    let twice = decide(&both, success(2), START.plus_millis(90_000)).unwrap().order;
    assert!(matches!(twice.state, OrderState::Paid { .. }));
    assert_eq!((twice.refunds.len(), twice.attention), (1, None));
    assert_eq!((&twice.refunds[0].attempt, twice.refunds[0].amount), (&"a2".into(), twice.total));
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
    assert_eq!(due(&hint(now), JobKind::Inquire), Some(now));
    let mut asked = open.clone();
    asked.attempts[0].last_asked_at = Some(now);
    let event = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse("6001") };
    let change = decide(&asked, event, now.plus_millis(1)).unwrap();
    assert_eq!(due(&change, JobKind::Inquire), Some(now.plus_millis(1_000)));
}

#[test]
fn an_order_without_an_open_payment_is_cancelled_at_once() {
    let change = decide(&after(vec![accepted(1), failed(1)]), Event::CancelRequested, START).unwrap();
    assert!(matches!(change.order.state, OrderState::Cancelled { .. }));
    assert!(decide(&change.order, Event::CancelRequested, START).unwrap().is_empty());
}

#[test]
fn giving_an_order_up_cancels_its_open_payment_and_waits_for_the_wallets_word() {
    let change = decide(&after(vec![accepted(1)]), Event::CancelRequested, START).unwrap();
    assert_eq!(change.order.state, OrderState::AwaitingPayment);
    assert_eq!(due(&change, JobKind::Cancel), Some(START));
    assert_eq!(change.run_now.as_ref().map(|job| job.kind), Some(JobKind::Cancel));
    assert!(decide(&change.order, Event::CancelRequested, START).unwrap().is_empty(), "pressed twice");
    let view = ShopView { public_url: String::new() }.order(&change.order, START);
    let attempt = view.attempt.unwrap();
    assert_eq!((view.status, attempt.status), (OrderStatus::Cancelling, AttemptStatus::Cancelling));
    assert_eq!(attempt.cashier, None, "nobody is led to pay what is being cancelled");
    let taken = decide(&change.order, cancel_answered(1, CancelAnswer::Taken), START).unwrap();
    assert!(taken.order.attempts[0].state.is_live(), "the answer to cancel ends nothing");
    assert_eq!(due(&taken, JobKind::Inquire), Some(START));
    let told = said(1, PaymentWord::Cancelled, WordSource::Inquiry);
    let over = decide(&taken.order, told, START).unwrap();
    assert!(matches!(over.order.state, OrderState::Cancelled { .. }));
    assert!(over.stock.iter().all(|moved| matches!(moved, StockMove::Release(..))));
}

#[test]
fn cancel_is_sent_again_by_schedule_and_each_time_the_wallet_is_asked() {
    let mut order = after(vec![accepted(1), Event::CancelRequested]);
    let mut waits = Vec::new();
    for _ in 0..6 {
        let answer = CancelAnswer::NotTaken { reason: "timeout".into() };
        let change = decide(&order, cancel_answered(1, answer), START).unwrap();
        waits.push(due(&change, JobKind::Cancel).unwrap().millis_since(START));
        assert_eq!(due(&change, JobKind::Inquire), Some(START));
        order = change.order;
    }
    assert_eq!(waits, [2_000, 3_000, 3_000, 5_000, 5_000, 30_000]);
    let held = exhausted(order);
    assert!(matches!(held.state, OrderState::NeedsAttention { .. }));
}

#[test]
fn a_payment_that_the_wallet_doesnt_know_has_ended_only_after_a_cancel_that_it_took() {
    let open = after(vec![accepted(1), Event::CancelRequested]);
    let unsure = decide(&open, not_known(1), START).unwrap().order;
    assert!(unsure.attempts[0].state.is_live());
    let taken = decide(&unsure, cancel_answered(1, CancelAnswer::Taken), START).unwrap().order;
    let over = decide(&taken, not_known(1), START).unwrap().order;
    assert!(matches!(state(&over, 0), AttemptState::Cancelled { .. }));
}

#[test]
fn what_the_wallet_never_got_has_ended_once_its_clock_is_past_the_time_to_pay_and_it_was_told_to_cancel() {
    let never_came = || cancel_answered(1, CancelAnswer::NotKnown);
    let given_up = after(vec![accepted(1), Event::CancelRequested, never_came()]);
    let early = decide(&given_up, not_known(1), Timestamp(closed_at().0 - 1)).unwrap().order;
    assert!(early.attempts[0].state.is_live(), "its clock may be behind, and the request on its way");
    let over = decide(&given_up, not_known(1), closed_at()).unwrap().order;
    assert!(matches!(state(&over, 0), AttemptState::Failed { code, .. } if code == "payment_expired"));
    assert!(matches!(over.state, OrderState::Cancelled { .. }));
    let untold = decide(&after(vec![accepted(1)]), not_known(1), closed_at()).unwrap();
    assert!(untold.order.attempts[0].state.is_live());
    assert_eq!(due(&untold, JobKind::Cancel), Some(closed_at()), "it is told first");
}

#[test]
fn a_wallet_that_denies_what_it_was_too_late_to_cancel_is_not_believed() {
    let too_late = cancel_answered(1, CancelAnswer::TooLate { reason: "paid".into() });
    let order = after(vec![accepted(1), Event::CancelRequested, too_late]);
    let denied = decide(&order, not_known(1), closed_at()).unwrap().order;
    assert!(denied.attempts[0].state.is_live(), "it has known it");
}

#[test]
fn the_answer_to_pay_that_names_another_payment_is_set_right_by_asking() {
    let open = after(vec![pay(
        1,
        Sending::First,
        PayAnswer::Accepted { payment_id: payment_id(9), cashier: cashier() },
    )]);
    assert!(matches!(decide(&open, success(1), START), Err(Refusal::Mismatch(_))));
    let asked = decide(&open, found_paid(1), START).unwrap();
    assert_eq!(
        (asked.order.state, &asked.order.attempts[0].payment_id),
        (OrderState::AwaitingPayment, &None)
    );
    assert!(due(&asked, JobKind::Inquire).is_some());
    let paid = decide(&asked.order, found_paid(1), START).unwrap().order;
    assert!(matches!(paid.state, OrderState::Paid { .. }), "said twice, for our own request");
}

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
fn nobody_waits_longer_for_an_end_than_the_laws_ask() {
    let mut order = after(vec![accepted(1), Event::CancelRequested]);
    let mut now = START.plus_millis(20_000);
    let mut sent = 0;
    while now < closed_at() {
        let change = decide(&order, cancel_answered(1, CancelAnswer::NotKnown), now).unwrap();
        now = due(&change, JobKind::Cancel).unwrap();
        order = change.order;
        sent += 1;
        assert!(sent < 100);
    }
    assert_eq!(now, closed_at(), "told once more at the very moment when its answer counts");
}

#[test]
fn an_attempt_without_a_cashier_is_cancelled_within_seconds() {
    let lost = || PayAnswer::Unknown { reason: "timeout".into() };
    let unknown = after(vec![pay(1, Sending::First, lost())]);
    let asked = |order: &Order, seconds: u64| {
        let now = START.plus_millis(10_000 + seconds * 1_000);
        decide(order, not_known(1), now).unwrap()
    };
    assert!(asked(&unknown, 5).order.attempts[0].cancelling.is_none());
    let cancelling = asked(&unknown, 15);
    assert!(cancelling.order.attempts[0].cancelling.is_some());
    assert!(due(&cancelling, JobKind::Cancel).is_some());
    let now = START.plus_millis(26_000);
    let taken = decide(&cancelling.order, cancel_answered(1, CancelAnswer::Taken), now).unwrap().order;
    let free = decide(&taken, not_known(1), now).unwrap().order;
    assert!(decide(&free, pay_again(1), now).unwrap().new_attempt.is_some(), "the shopper can try again");
    let never_came = decide(&cancelling.order, cancel_answered(1, CancelAnswer::NotKnown), now).unwrap();
    assert_eq!(due(&never_came, JobKind::SendPay), Some(now), "the same bytes bring the cashier");
    assert!(never_came.order.attempts[0].cancelling.is_none());
    assert_eq!(*state(&never_came.order, 0), AttemptState::Unknown, "so that F can't end it");
}

#[test]
fn an_attempt_that_pay_called_paid_isnt_cancelled_for_want_of_a_cashier() {
    let claimed = after(vec![pay(1, Sending::First, PayAnswer::ClaimsSuccess)]);
    let pending = said(1, PaymentWord::Pending { status: "PROCESSING".into() }, WordSource::Inquiry);
    let change = decide(&claimed, pending, START.plus_millis(60_000)).unwrap();
    assert!(change.order.attempts[0].cancelling.is_none());
    assert!(due(&change, JobKind::Inquire).is_some());
}

#[test]
fn what_was_paid_although_the_shopper_gave_it_up_is_given_back_in_full() {
    let asked = after(vec![accepted(1), Event::CancelRequested, cancel_answered(1, CancelAnswer::Taken)]);
    let cancelled =
        decide(&asked, said(1, PaymentWord::Cancelled, WordSource::Inquiry), START).unwrap().order;
    for order in [asked, cancelled] {
        let paid = decide(&order, found_paid(1), START).unwrap();
        assert!(matches!(paid.order.state, OrderState::Paid { .. }), "paid is what happened");
        assert_eq!(paid.order.stock, StockHold::Released);
        assert_eq!(paid.order.refunds[0].amount, paid.order.total);
        assert_eq!(due(&paid, JobKind::SendRefund), Some(START));
        assert!(decide(&paid.order, success(1), START).unwrap().is_empty(), "told twice");
    }
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
fn an_order_that_needs_a_person_can_be_given_up_and_what_turns_out_paid_is_given_back() {
    let held = exhausted(after(vec![accepted(1), Event::PayByReached]));
    let wish = decide(&held, Event::CancelRequested, START).unwrap();
    assert!(matches!(wish.order.state, OrderState::NeedsAttention { .. }));
    assert!(due(&wish, JobKind::Inquire).is_some(), "the wallet may be able to tell by now");
    assert_eq!(due(&wish, JobKind::Cancel), None);
    let ended = decide(&wish.order, failed(1), START).unwrap().order;
    assert!(matches!(ended.state, OrderState::Cancelled { .. }));
    let paid = decide(&wish.order, success(1), START).unwrap().order;
    assert_eq!((paid.refunds.len(), paid.stock), (1, StockHold::Released));
}

#[test]
fn tradepay_that_says_failed_while_the_wallet_is_undecided_leaves_the_same_cashier_open() {
    let returned = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse("4000") };
    let pending = said(1, PaymentWord::Pending { status: "PROCESSING".into() }, WordSource::Inquiry);
    let order = after(vec![accepted(1), returned, pending]);
    let view = ShopView { public_url: String::new() }.order(&order, START).attempt.unwrap();
    assert_eq!((view.status, view.cashier), (AttemptStatus::Open, Some(cashier())));
}

#[test]
fn refunds_may_be_partial_and_many_but_never_more_than_was_paid() {
    let unpaid = after(vec![accepted(1)]);
    assert_eq!(decide(&unpaid, refund("k1", 1), START).unwrap_err(), Refusal::NothingToRefund);
    let order = after(vec![accepted(1), success(1), refund("k1", 1_000)]);
    let most = |units| Refusal::RefundAmount { most: MinorUnits::new(units).unwrap() };
    assert_eq!(decide(&order, refund("k2", 1_501), START).unwrap_err(), most(1_500), "pending ones count");
    assert_eq!(decide(&order, refund("k2", 0), START).unwrap_err(), most(1_500));
    let all = decide(&order, Event::RefundRequested(wish("k2", RefundAmount::Rest)), START).unwrap().order;
    assert_eq!(all.refunds[1].amount.value(), 1_500);
    assert_eq!(decide(&all, refund("k3", 1), START).unwrap_err(), Refusal::NothingToRefund);
    let refused = RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() };
    let failed = decide(&all, refund_answered("k1", Sending::First, refused), START).unwrap().order;
    assert_eq!(failed.attention, Some(Attention::RefundNotDone));
    assert!(decide(&failed, refund("k3", 1_000), START).is_ok(), "what failed can be given back anew");
}

#[test]
fn a_key_makes_one_refund() {
    let order = after(vec![accepted(1), success(1), refund("k1", 1_000)]);
    assert!(decide(&order, refund("k1", 1_000), START).unwrap().is_empty());
    assert_eq!(decide(&order, refund("k1", 999), START).unwrap_err(), Refusal::RefundKeyUsed);
    assert_eq!(decide(&order, refund("r1", 1), START).unwrap_err(), Refusal::RefundKeyUsed, "a payment's id");
}

#[test]
fn a_refusal_ends_a_refund_only_as_the_answer_to_the_first_sending() {
    let order = after(vec![accepted(1), success(1), refund("k1", 1_000)]);
    let refused = || RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() };
    let first = decide(&order, refund_answered("k1", Sending::First, refused()), START).unwrap().order;
    assert!(matches!(first.refunds[0].state, RefundState::Failed { .. }));
    let repeat = refund_answered("k1", Sending::Repeat { number: 2 }, refused());
    let repeat = decide(&order, repeat, START).unwrap();
    assert!(matches!(repeat.order.refunds[0].state, RefundState::Unknown { .. }));
    assert_eq!(due(&repeat, JobKind::InquireRefund), Some(START.plus_millis(5_000)));
}

#[test]
fn a_refund_without_balance_waits_for_an_operator_and_is_sent_again_with_its_key() {
    let refused = RefundAnswer::Refused { code: "PARTNER_BALANCE_NOT_ENOUGH".into() };
    let stuck = after(vec![
        accepted(1),
        success(1),
        refund("k1", 1_000),
        refund_answered("k1", Sending::First, refused),
    ]);
    assert!(matches!(stuck.refunds[0].state, RefundState::NeedsAttention { .. }));
    assert_eq!(stuck.attention, Some(Attention::RefundNotDone));
    let retried = decide(&stuck, refund("k1", 1_000), START).unwrap();
    assert_eq!(due(&retried, JobKind::SendRefund), Some(START));
    assert_eq!((retried.order.refunds.len(), retried.order.attention), (1, None));
}

#[test]
fn a_refund_that_waits_for_an_operator_does_so_while_another_attempt_turns_out_paid() {
    let refused = RefundAnswer::Refused { code: "PARTNER_BALANCE_NOT_ENOUGH".into() };
    let order = after(vec![
        accepted(1),
        failed(1),
        pay_again(1),
        accepted(2),
        found_paid(1),
        refund("k", TOTAL),
        refund_answered("k", Sending::First, refused),
    ]);
    assert_eq!(order.attention, Some(Attention::RefundNotDone));
    let order = decide(&order, success(2), START).unwrap().order;
    assert!(matches!(order.state, OrderState::Paid { .. }));
    assert_eq!(order.attention, Some(Attention::RefundNotDone));
}

#[test]
fn a_refund_that_nobody_can_tell_about_is_for_a_person_after_a_day() {
    let lost = RefundAnswer::Unknown { reason: "timeout".into() };
    let events =
        vec![accepted(1), success(1), refund("k1", 1_000), refund_answered("k1", Sending::First, lost)];
    let mut order = after(events);
    let mut now = START.plus_millis(40_000);
    let mut asked = 0;
    while order.refunds[0].state.is_open() {
        let silence = RefundWord::Nothing { reason: "timeout".into() };
        let change = decide(&order, refund_told("k1", silence), now).unwrap();
        now = due(&change, JobKind::InquireRefund).unwrap_or(now);
        order = change.order;
        asked += 1;
        assert!(asked < 150, "it never ends");
    }
    assert!(now.millis_since(START) > 86_400_000, "{asked} times until {now:?}");
    assert_eq!(order.attention, Some(Attention::RefundNotDone));
}

#[test]
fn a_refund_that_is_taken_after_a_day_of_silence_is_asked_about_and_not_given_up() {
    let lost = RefundAnswer::Unknown { reason: "timeout".into() };
    let order = after(vec![
        accepted(1),
        success(1),
        refund("k1", 1_000),
        refund_answered("k1", Sending::First, lost),
    ]);
    let taken = RefundAnswer::Taken { refund_id: refund_id(1) };
    let late = START.plus_millis(200_000_000);
    let answered = refund_answered("k1", Sending::Repeat { number: 2 }, taken);
    let change = decide(&order, answered, late).unwrap();
    assert!(matches!(change.order.refunds[0].state, RefundState::Accepted { .. }));
    assert_eq!(due(&change, JobKind::InquireRefund), Some(late.plus_millis(5_000)));
}

/// What an order's story tells after these events.
fn told(events: Vec<Event>) -> String {
    let mut change = placed();
    let mut story = String::new();
    let mut now = START;
    for event in std::iter::once(None).chain(events.into_iter().map(Some)) {
        now = now.plus_millis(10_000);
        if let Some(event) = event {
            change = decide(&change.order, event, now).unwrap();
        }
        for entry in &change.audit {
            story.push_str(&format!("{:<8} {:<22} {}\n", entry.actor.as_str(), entry.kind, entry.detail));
        }
    }
    story
}

#[test]
fn the_story_of_an_order_that_was_given_up_and_paid() {
    insta::assert_snapshot!(told(vec![
        accepted(1),
        Event::CancelRequested,
        cancel_answered(1, CancelAnswer::NotTaken { reason: "timeout".into() }),
        success(1),
        refund_answered("r1", Sending::First, RefundAnswer::Taken { refund_id: refund_id(1) }),
        refund_told("r1", RefundWord::Success { refund_id: Some(refund_id(1)) }),
    ]));
}

#[test]
fn the_story_of_an_order_that_was_paid_twice() {
    insta::assert_snapshot!(told(vec![
        accepted(1),
        failed(1),
        pay_again(1),
        accepted(2),
        success(2),
        success(1),
        found_paid(1),
        refund_answered("r1", Sending::First, RefundAnswer::Taken { refund_id: refund_id(1) }),
        refund_told("r1", RefundWord::Fail { text: Some("account closed".into()) }),
    ]));
}

#[test]
fn the_story_of_a_refund_that_was_unknown_and_then_found() {
    insta::assert_snapshot!(told(vec![
        accepted(1),
        success(1),
        refund("k1", 1_000),
        refund_answered("k1", Sending::First, RefundAnswer::Unknown { reason: "timeout".into() }),
        refund_told("k1", RefundWord::NotExist),
        refund_answered(
            "k1",
            Sending::Repeat { number: 2 },
            RefundAnswer::Refused { code: "REPEAT_REQ_INCONSISTENT".into() }
        ),
        refund_told("k1", RefundWord::Success { refund_id: Some(refund_id(1)) }),
    ]));
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
