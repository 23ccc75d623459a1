//! Holding money, taking it, giving it back.

use super::*;

const WEEK: u64 = 7 * 24 * 60 * 60;

fn pesos(value: u64) -> Amount {
    amount("PHP", value)
}

fn capture(scene: &mut Scene, id: &str, value: u64, is_last: bool) -> Result<CaptureId, ResultCode> {
    scene.capture(capture_asked(id, "a-1", Some(pesos(value)), is_last))
}

#[test]
fn confirming_holds_the_money_once_and_authorised_is_not_paid() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    assert_eq!(scene.confirm("a-1", "c-ana"), Some(Confirmation::Authorised));
    assert_eq!(scene.confirm("a-1", "c-chloe"), Some(Confirmation::TakenByAnother));
    assert_eq!((scene.ana(), scene.ana_held(), scene.shops()), (ANAS - 100, 100, 0));
    let payment = scene.payment("a-1");
    assert_eq!((payment.status(), payment.paid(), payment.paid_at()), (PaymentStatus::AuthSuccess, 0, None));
    assert_eq!(payment.hold_expires_at(), Some(at(WEEK)));
    assert_eq!(payment.delivery, Delivery::None, "an authorisation isn't final, so it isn't notified");
    scene.wait_until(at(901));
    assert_eq!(scene.status("a-1"), PaymentStatus::AuthSuccess, "the cashier's time doesn't end it");
}

#[test]
fn without_enough_money_nothing_is_held() {
    let mut scene = Scene::new();
    scene.pay(to_authorise("a-1", 5_001)).unwrap();
    assert_eq!(scene.confirm("a-1", "c-ben"), Some(Confirmation::NotEnough));
    assert_eq!(scene.status("a-1"), PaymentStatus::Processing);
}

#[test]
fn a_capture_without_an_amount_takes_all_and_the_merchant_is_told() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    scene.now = at(50);
    let id = scene.capture(capture_asked("c-1", "a-1", None, true)).unwrap();
    assert_eq!(scene.wallet.capture(&id).unwrap().amount, pesos(100));
    let payment = scene.payment("a-1");
    assert_eq!((payment.status(), payment.paid()), (PaymentStatus::Success, 100));
    assert_eq!((payment.paid_at(), payment.delivery), (Some(at(50)), Delivery::Pending { due: at(50) }));
    assert_eq!((scene.ana(), scene.ana_held(), scene.shops()), (ANAS - 100, 0, 100));
}

#[test]
fn several_captures_pay_what_they_come_to_and_the_last_gives_back_the_rest() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    capture(&mut scene, "c-1", 40, false).unwrap();
    assert_eq!((scene.payment("a-1").paid(), scene.ana_held()), (40, 60));
    assert_eq!(capture(&mut scene, "c-2", 61, false), Err(ResultCode::CaptureAmountExceedAuthLimit));
    capture(&mut scene, "c-3", 30, true).unwrap();
    assert_eq!((scene.payment("a-1").paid(), scene.ana_held()), (70, 0));
    assert_eq!((scene.ana(), scene.shops()), (ANAS - 70, 70));
    assert_eq!(capture(&mut scene, "c-4", 1, false), Err(ResultCode::CaptureAmountExceedAuthLimit));
}

#[test]
fn only_the_first_capture_is_notified() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    capture(&mut scene, "c-1", 40, false).unwrap();
    let payment_id = PaymentId::new("sim-a-1").unwrap();
    scene.happen(vec![Event::NotificationTried { payment_id, at: at(0), delivered: true }]);
    capture(&mut scene, "c-2", 40, false).unwrap();
    assert_eq!(scene.payment("a-1").delivery, Delivery::Delivered);
}

#[test]
fn the_same_capture_takes_once_and_other_content_is_refused() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    let first = capture(&mut scene, "c-1", 40, false);
    assert_eq!(capture(&mut scene, "c-1", 40, false), first);
    assert_eq!(capture(&mut scene, "c-1", 41, false), Err(ResultCode::RepeatReqInconsistent));
    assert_eq!(scene.shops(), 40);
}

#[test]
fn what_can_not_be_captured_is_refused_by_name() {
    let mut scene = Scene::new();
    let refused = |scene: &mut Scene, payment: &str, amount| {
        scene.capture(capture_asked("c-1", payment, Some(amount), true)).unwrap_err()
    };
    assert_eq!(refused(&mut scene, "nowhere", pesos(1)), ResultCode::AuthNotFound);
    scene.pay(to_authorise("open", 100)).unwrap();
    assert_eq!(refused(&mut scene, "open", pesos(1)), ResultCode::AuthNotFound);
    scene.paid("paid", 100);
    assert_eq!(refused(&mut scene, "paid", pesos(1)), ResultCode::AuthNotFound);
    scene.authorised("cancelled", 100);
    scene.cancel("cancelled", false).unwrap();
    assert_eq!(refused(&mut scene, "cancelled", pesos(1)), ResultCode::AuthCancelled);
    scene.authorised("held", 100);
    assert_eq!(refused(&mut scene, "held", amount("JPY", 1)), ResultCode::CurrencyNotSupport);
    assert_eq!(refused(&mut scene, "held", pesos(101)), ResultCode::CaptureAmountExceedAuthLimit);
    scene.wait_until(at(WEEK));
    assert_eq!(refused(&mut scene, "held", pesos(1)), ResultCode::AuthExpired);
}

#[test]
fn after_a_week_what_is_held_goes_back_and_the_merchant_is_told() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    assert_eq!(scene.wallet.next_due(|at, _| Some(at)), Some(at(WEEK)));
    assert_eq!(scene.wallet.expire(at(WEEK - 1)), Vec::new());
    scene.wait_until(at(WEEK));
    assert_eq!((scene.ana(), scene.ana_held()), (ANAS, 0));
    let payment = scene.payment("a-1");
    assert_eq!(payment.status(), PaymentStatus::Fail);
    assert_eq!(payment.customer_id(), Some(&customer("c-ana")));
    assert_eq!(scene.wallet.due_notifications(at(WEEK)).len(), 1);
    assert_eq!(scene.confirm("a-1", "c-ana"), Some(Confirmation::Expired));
}

#[test]
fn after_a_week_the_rest_of_a_captured_payment_goes_back_and_it_stays_paid() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    capture(&mut scene, "c-1", 40, false).unwrap();
    scene.wait_until(at(WEEK));
    assert_eq!((scene.ana(), scene.ana_held(), scene.shops()), (ANAS - 40, 0, 40));
    assert_eq!(scene.status("a-1"), PaymentStatus::Success);
    assert_eq!(capture(&mut scene, "c-2", 1, false), Err(ResultCode::AuthExpired));
}

#[test]
fn a_void_gives_everything_back_once() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    let first = scene.void(void_asked("v-1", "a-1")).unwrap();
    assert_eq!((scene.ana(), scene.ana_held()), (ANAS, 0));
    let payment = scene.payment("a-1");
    assert_eq!(payment.status(), PaymentStatus::Cancelled);
    assert_eq!(payment.fail_reason(), Some("The authorisation was voided by the merchant."));
    assert_eq!(scene.wallet.due_notifications(at(0)).len(), 1);
    let after = scene.wallet.clone();
    scene.now = at(9);
    assert_eq!(scene.void(void_asked("v-1", "a-1")), Ok(first.clone()));
    assert_eq!(scene.void(void_asked("v-1", "a-2")), Err(ResultCode::RepeatReqInconsistent));
    assert_eq!(scene.void(void_asked("v-2", "a-1")), Err(ResultCode::AuthCancelled));
    assert_eq!(scene.wallet, after);
    assert_eq!(scene.wallet.void(&first).unwrap().at, at(0));
}

#[test]
fn what_can_not_be_voided_is_refused_by_name() {
    let mut scene = Scene::new();
    let refused = |scene: &mut Scene, payment: &str| scene.void(void_asked("v-1", payment)).unwrap_err();
    assert_eq!(refused(&mut scene, "nowhere"), ResultCode::OrderNotExist);
    scene.pay(to_authorise("open", 100)).unwrap();
    assert_eq!(refused(&mut scene, "open"), ResultCode::AuthNotFound);
    scene.paid("paid", 100);
    assert_eq!(refused(&mut scene, "paid"), ResultCode::OrderStatusInvalid);
    scene.authorised("a-1", 100);
    capture(&mut scene, "c-1", 40, false).unwrap();
    assert_eq!(refused(&mut scene, "a-1"), ResultCode::OrderStatusInvalid);
    scene.authorised("late", 100);
    scene.wait_until(at(WEEK));
    assert_eq!(refused(&mut scene, "late"), ResultCode::AuthExpired);
}
