//! Asking for payments, confirming them, telling the merchant.

use super::*;
use crate::wallet::payment::SCHEDULE;

#[test]
fn confirming_twice_pays_once_and_nobody_else_can_pay_it_again() {
    let mut scene = Scene::new();
    scene.pay(asked("a-1", 129_900)).unwrap();
    for _ in 0..3 {
        assert_eq!(scene.confirm("a-1", "c-ana"), Some(Confirmation::Paid));
    }
    assert_eq!(scene.confirm("a-1", "c-chloe"), Some(Confirmation::TakenByAnother));
    assert_eq!((scene.ana(), scene.shops()), (ANAS - 129_900, 129_900));
}

#[test]
fn without_enough_money_the_payment_stays_open_until_there_is() {
    let mut scene = Scene::new();
    scene.pay(asked("a-1", 129_900)).unwrap();
    assert_eq!(scene.confirm("a-1", "c-ben"), Some(Confirmation::NotEnough));
    assert!(!scene.payment("a-1").is_final());
    let events = scene.wallet.decide_top_up(&customer("c-ben"), amount("PHP", 124_900)).unwrap();
    scene.happen(events);
    assert_eq!(scene.confirm("a-1", "c-ben"), Some(Confirmation::Paid));
    assert_eq!(scene.pesos(&Account::Customer(customer("c-ben"))), 0);
}

#[test]
fn a_refusal_is_final_and_refuses_one_payment_only() {
    let mut scene = Scene::new();
    scene.happen(vec![Event::RefusalSet { customer_id: customer("c-ana"), refuse: true }]);
    for id in ["a-1", "a-2"] {
        scene.pay(asked(id, 100)).unwrap();
    }
    assert_eq!(scene.confirm("a-1", "c-ana"), Some(Confirmation::Refused));
    assert_eq!(scene.confirm("a-1", "c-chloe"), Some(Confirmation::Refused));
    assert_eq!(scene.confirm("a-2", "c-ana"), Some(Confirmation::Paid));
}

#[test]
fn at_its_time_a_payment_closes_and_the_merchant_is_to_be_told() {
    let mut scene = Scene::new();
    scene.pay(asked("a-1", 100)).unwrap();
    assert_eq!(scene.wallet.next_due(|at, _| Some(at)), Some(at(900)));
    assert_eq!(scene.wallet.expire(at(899)), Vec::new());
    scene.wait_until(at(900));
    assert_eq!(scene.confirm("a-1", "c-ana"), Some(Confirmation::Expired));
    assert_eq!(scene.payment("a-1").fail_reason(), Some("Order payment expired."));
    assert_eq!(scene.wallet.due_notifications(at(900)).len(), 1);
}

#[test]
fn the_same_request_is_the_same_payment_and_other_content_is_refused() {
    let mut scene = Scene::new();
    let first = scene.pay(asked("a-1", 100));
    assert_eq!(scene.pay(asked("a-1", 100)), first);
    assert_eq!(scene.pay(asked("a-1", 101)), Err(ResultCode::RepeatReqInconsistent));
    assert_eq!(scene.pay(to_authorise("a-1", 100)), Err(ResultCode::RepeatReqInconsistent));
    assert_eq!(scene.wallet.payments().count(), 1);
    // A repetition after the end is still that payment, though its time is over.
    scene.wait_until(at(901));
    assert_eq!(scene.pay(asked("a-1", 100)), first);
}

#[test]
fn what_can_not_be_paid_is_refused_by_name() {
    let mut scene = Scene::new();
    assert_eq!(scene.pay(asked_in("a-1", "PHP", 100, at(0))), Err(ResultCode::ParamIllegal));
    assert_eq!(scene.pay(asked_in("a-2", "XTS", 100, at(900))), Err(ResultCode::CurrencyNotSupport));
    assert_eq!(scene.wallet.payments().count(), 0);
}

#[test]
fn without_an_expiry_a_payment_is_open_for_half_an_hour() {
    let mut scene = Scene::new();
    scene.pay(PayAsked { expires_at: None, ..asked("a-1", 100) }).unwrap();
    assert_eq!(scene.payment("a-1").terms.expires_at, at(1800));
}

#[test]
fn a_notification_is_tried_by_the_schedule_and_then_given_up() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let payment_id = PaymentId::new("sim-a-1").unwrap();
    let mut now = at(0);
    for wait in SCHEDULE {
        now = later(now, wait);
        assert_eq!(scene.wallet.next_due(|at, _| Some(at)), Some(now));
        let tried = scene.wallet.decide_notified(now, payment_id.clone(), false);
        scene.happen(tried);
    }
    assert_eq!(scene.payment("a-1").delivery, Delivery::GaveUp);
    assert_eq!(scene.wallet.next_due(|at, _| Some(at)), None);
}

#[test]
fn a_try_that_ends_after_a_reset_is_forgotten_with_its_payment() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let payment_id = PaymentId::new("sim-a-1").unwrap();
    let tried = scene.wallet.decide_notified(at(1), payment_id.clone(), true);
    scene.happen(tried);
    assert_eq!(scene.payment("a-1").delivery, Delivery::Delivered);
    scene.happen(vec![Event::Reset]);
    assert_eq!(scene.wallet.decide_notified(at(2), payment_id, true), Vec::new());
}

#[test]
fn a_payment_never_ends_twice() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let before = scene.wallet.clone();
    let again = Event::PaymentFailed {
        payment_id: PaymentId::new("sim-a-1").unwrap(),
        customer_id: None,
        reason: FailReason::Expired,
        at: at(900),
    };
    assert_eq!(scene.wallet.apply(again), Err(ImpossibleEvent));
    assert_eq!(scene.wallet, before);
}
