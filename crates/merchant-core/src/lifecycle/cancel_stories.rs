//! How attempts end at the wallet, told one by one.

use shop_api::{AttemptStatus, OrderStatus, Timestamp};

use super::fixtures::{
    PAY_BY, START, accepted, after, cancel_answered, closed_at, decide, due, exhausted, failed, found_paid,
    not_known, pay, pay_again, said, state, success,
};
use super::*;

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
    let begun = after(vec![accepted(1), Event::CancelRequested]);
    let wished = decide(&begun, not_known(1), closed_at()).unwrap().order;
    assert!(wished.attempts[0].state.is_live(), "a wish isn't a word to the wallet");
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
fn what_the_wallet_never_got_is_sent_again_only_while_it_is_wanted() {
    let lost = || PayAnswer::Unknown { reason: "timeout".into() };
    let unknown = after(vec![accepted(1), failed(1), pay_again(1), pay(2, Sending::First, lost())]);
    let now = START.plus_millis(70_000);
    let cancelling = decide(&unknown, not_known(2), now).unwrap().order;
    assert!(cancelling.attempts[1].cancelling.is_some(), "for want of a cashier");
    let never_came = || cancel_answered(2, CancelAnswer::NotKnown);
    let again = decide(&cancelling, never_came(), now).unwrap();
    assert_eq!(due(&again, JobKind::SendPay), Some(now), "the first one failed");
    let paid_otherwise = decide(&cancelling, found_paid(1), now).unwrap().order;
    assert_eq!(paid_otherwise.state, OrderState::AwaitingPayment, "until the other one has ended");
    let ending = decide(&paid_otherwise, never_came(), now).unwrap();
    assert_eq!(due(&ending, JobKind::SendPay), None, "nobody is to pay twice");
    assert!(ending.order.attempts[1].cancelling.is_some());
    let given_up = decide(&cancelling, Event::CancelRequested, now).unwrap().order;
    assert_eq!(due(&decide(&given_up, never_came(), now).unwrap(), JobKind::SendPay), None);
    let late = Timestamp(PAY_BY.0 - 1);
    assert_eq!(due(&decide(&cancelling, never_came(), late).unwrap(), JobKind::SendPay), None);
}
