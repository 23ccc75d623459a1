//! Taking payments back.

use super::*;

#[test]
fn an_open_payment_is_cancelled_once_and_can_not_be_paid_any_more() {
    let mut scene = Scene::new();
    let id = scene.pay(asked("a-1", 100)).unwrap();
    scene.now = at(5);
    assert_eq!(scene.cancel("a-1", false), Ok(id.clone()));
    assert_eq!(scene.status("a-1"), PaymentStatus::Cancelled);
    let after = scene.wallet.clone();
    scene.now = at(6);
    assert_eq!(scene.cancel("a-1", false), Ok(id.clone()));
    let by_id = scene.wallet.decide_cancel(scene.now, &shop(), &PaymentKey::Id(id.clone()), true);
    assert_eq!(by_id, Ok((Vec::new(), id)));
    assert_eq!(scene.wallet, after, "the first cancel's time stays");
    assert_eq!(scene.confirm("a-1", "c-ana"), Some(Confirmation::Cancelled));
    scene.wait_until(at(901));
    assert_eq!(scene.status("a-1"), PaymentStatus::Cancelled);
    assert_eq!(scene.ana(), ANAS);
}

#[test]
fn the_merchant_is_told_that_an_open_payment_was_cancelled() {
    let mut scene = Scene::new();
    scene.pay(asked("a-1", 100)).unwrap();
    scene.cancel("a-1", false).unwrap();
    let due = scene.wallet.due_notifications(at(0));
    let reasons: Vec<_> = due.iter().map(|payment| payment.fail_reason()).collect();
    assert_eq!(reasons, [Some("The payment was cancelled by the merchant.")]);
}

#[test]
fn a_paid_payment_is_given_back_where_the_wallet_does_so_and_refused_elsewhere() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    assert_eq!(scene.cancel("a-1", false), Err(ResultCode::OrderStatusInvalid));
    assert_eq!(scene.status("a-1"), PaymentStatus::Success);
    scene.cancel("a-1", true).unwrap();
    assert_eq!(scene.status("a-1"), PaymentStatus::Cancelled);
    assert_eq!((scene.ana(), scene.shops()), (ANAS, 0));
    scene.cancel("a-1", true).unwrap();
    assert_eq!((scene.ana(), scene.shops()), (ANAS, 0));
}

#[test]
fn cancelling_what_was_paid_tells_nobody_twice() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let payment_id = PaymentId::new("sim-a-1").unwrap();
    scene.happen(vec![Event::NotificationTried { payment_id, at: at(0), delivered: true }]);
    scene.cancel("a-1", true).unwrap();
    assert_eq!(scene.payment("a-1").delivery, Delivery::Delivered);
    // One that isn't delivered yet goes on, and says how it is now.
    scene.paid("a-2", 100);
    scene.cancel("a-2", true).unwrap();
    assert_eq!(scene.wallet.due_notifications(at(0)).len(), 1);
    assert!(scene.payment("a-2").fail_reason().is_some());
}

#[test]
fn an_authorised_payment_is_released() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    scene.cancel("a-1", false).unwrap();
    assert_eq!(scene.status("a-1"), PaymentStatus::Cancelled);
    assert_eq!((scene.ana(), scene.ana_held(), scene.shops()), (ANAS, 0, 0));
    assert_eq!(scene.wallet.due_notifications(at(0)).len(), 1);
}

#[test]
fn after_a_capture_a_void_or_a_refund_it_is_too_late() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    scene.capture(capture_asked("c-1", "a-1", Some(amount("PHP", 40)), false)).unwrap();
    scene.authorised("a-2", 100);
    scene.void(void_asked("v-2", "a-2")).unwrap();
    scene.paid("a-3", 100);
    scene.refund(refund_asked("r-3", "a-3", amount("PHP", 1)), Settlement::AtOnce).unwrap();
    scene.paid("a-4", 100);
    scene.refund(refund_asked("r-4", "a-4", amount("PHP", 1)), Settlement::Later).unwrap();
    for id in ["a-1", "a-2", "a-3", "a-4"] {
        assert_eq!(scene.cancel(id, true), Err(ResultCode::OrderStatusInvalid), "{id}");
    }
}

#[test]
fn what_failed_is_as_good_as_cancelled_and_stays_failed() {
    let mut scene = Scene::new();
    let id = scene.pay(asked("a-1", 100)).unwrap();
    scene.wait_until(at(900));
    assert_eq!(scene.cancel("a-1", true), Ok(id));
    assert_eq!(scene.status("a-1"), PaymentStatus::Fail);
}

#[test]
fn nobody_cancels_what_is_not_there_or_not_theirs() {
    let mut scene = Scene::new();
    let id = scene.pay(asked("a-1", 100)).unwrap();
    assert_eq!(scene.cancel("a-2", true), Err(ResultCode::OrderNotExist));
    let other = ClientId::new("OTHER").unwrap();
    for key in [named("a-1"), PaymentKey::Id(id)] {
        let refused = scene.wallet.decide_cancel(scene.now, &other, &key, true);
        assert_eq!(refused.unwrap_err().code, ResultCode::OrderNotExist);
    }
}

#[test]
fn a_merchant_without_the_money_can_not_give_it_back() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let events = scene.wallet.decide_pay_out(at(5), &shop(), amount("PHP", 1)).unwrap();
    scene.happen(events);
    assert_eq!(scene.cancel("a-1", true), Err(ResultCode::PartnerBalanceNotEnough));
    assert_eq!(scene.status("a-1"), PaymentStatus::Success);
}
