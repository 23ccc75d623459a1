//! Giving back what was paid.

use super::*;
use crate::wallet::decide::RefundOutcome;
use wallet_api::operation::RefundStatus;

fn pesos(value: u64) -> Amount {
    amount("PHP", value)
}

#[test]
fn refunds_are_partial_and_many_and_never_come_to_more_than_was_paid() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    scene.refund(refund_asked("r-1", "a-1", pesos(60)), Settlement::AtOnce).unwrap();
    let too_much = scene.refund(refund_asked("r-2", "a-1", pesos(41)), Settlement::AtOnce);
    assert_eq!(too_much, Err(ResultCode::RefundAmountExceed));
    scene.refund(refund_asked("r-3", "a-1", pesos(40)), Settlement::AtOnce).unwrap();
    assert_eq!((scene.ana(), scene.shops()), (ANAS, 0));
    assert_eq!((scene.payment("a-1").refunded, scene.status("a-1")), (100, PaymentStatus::Success));
    let payment = scene.payment("a-1");
    let listed: Vec<_> = scene
        .wallet
        .transactions(payment)
        .map(|transaction| match transaction {
            Transaction::Refund(refund) => (refund.terms.amount, refund.status()),
            Transaction::Capture(_) | Transaction::Void(_) => panic!("refunds only"),
        })
        .collect();
    assert_eq!(listed, [(pesos(60), RefundStatus::Success), (pesos(40), RefundStatus::Success)]);
}

#[test]
fn the_same_request_is_the_same_refund_and_other_content_is_refused() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let first = scene.refund(refund_asked("r-1", "a-1", pesos(60)), Settlement::AtOnce);
    assert_eq!(scene.refund(refund_asked("r-1", "a-1", pesos(60)), Settlement::AtOnce), first);
    let other = scene.refund(refund_asked("r-1", "a-1", pesos(30)), Settlement::AtOnce);
    assert_eq!(other, Err(ResultCode::RepeatReqInconsistent));
    assert_eq!(scene.shops(), 40);
}

#[test]
fn a_refund_is_found_by_both_ids_and_only_by_its_merchant() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let id = scene.refund(refund_asked("r-1", "a-1", pesos(60)), Settlement::AtOnce).unwrap();
    let by_request = RefundKey::Request(RefundRequestId::new("r-1").unwrap());
    for key in [RefundKey::Id(id), by_request] {
        let refund = scene.wallet.refund_of(&shop(), &key).unwrap();
        assert_eq!((refund.terms.amount, refund.finished_at()), (pesos(60), Some(at(0))));
        assert_eq!(scene.wallet.refund_of(&ClientId::new("OTHER").unwrap(), &key), None);
    }
}

#[test]
fn what_can_not_be_refunded_is_refused_by_name() {
    let mut scene = Scene::new();
    scene.pay(asked("open", 100)).unwrap();
    scene.authorised("authorised", 100);
    scene.paid("cancelled", 100);
    scene.cancel("cancelled", true).unwrap();
    scene.paid("paid", 100);
    let mut refund =
        |payment, amount| scene.refund(refund_asked("r-1", payment, amount), Settlement::AtOnce).unwrap_err();
    assert_eq!(refund("nowhere", pesos(1)), ResultCode::OrderNotExist);
    for unpaid in ["open", "authorised", "cancelled"] {
        assert_eq!(refund(unpaid, pesos(1)), ResultCode::OrderStatusInvalid, "{unpaid}");
    }
    assert_eq!(refund("paid", amount("JPY", 1)), ResultCode::CurrencyNotSupport);
    assert_eq!(refund("paid", pesos(101)), ResultCode::RefundAmountExceed);
}

#[test]
fn a_merchant_gives_back_only_what_it_has() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    assert_eq!(scene.wallet.decide_pay_out(at(5), &shop(), pesos(101)), None);
    let events = scene.wallet.decide_pay_out(at(5), &shop(), pesos(70)).unwrap();
    scene.happen(events);
    let refused = scene.refund(refund_asked("r-1", "a-1", pesos(31)), Settlement::AtOnce);
    assert_eq!(refused, Err(ResultCode::PartnerBalanceNotEnough));
    // A refusal isn't remembered: with money again the same request is accepted.
    scene.paid("a-2", 1);
    scene.refund(refund_asked("r-1", "a-1", pesos(31)), Settlement::AtOnce).unwrap();
    assert_eq!(scene.shops(), 0);
}

#[test]
fn an_accepted_refund_can_fail_and_then_the_money_is_the_merchants_again() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let id = scene.refund(refund_asked("r-1", "a-1", pesos(60)), Settlement::Later).unwrap();
    assert_eq!(scene.wallet.refund(&id).unwrap().status(), RefundStatus::Processing);
    assert_eq!((scene.ana(), scene.shops()), (ANAS - 100, 40));
    let exceeding = scene.refund(refund_asked("r-2", "a-1", pesos(41)), Settlement::AtOnce);
    assert_eq!(exceeding, Err(ResultCode::RefundAmountExceed), "one in process counts");

    let fails = RefundOutcome::Fails { reason: "The account is closed.".to_owned() };
    let events = scene.wallet.decide_settle_refund(at(9), &id, fails).unwrap();
    scene.happen(events);
    let refund = scene.wallet.refund(&id).unwrap();
    assert_eq!(refund.status(), RefundStatus::Fail);
    assert_eq!((refund.fail_reason(), refund.finished_at()), (Some("The account is closed."), Some(at(9))));
    assert_eq!((scene.ana(), scene.shops()), (ANAS - 100, 100));
    assert_eq!(scene.refund(refund_asked("r-1", "a-1", pesos(60)), Settlement::AtOnce), Ok(id.clone()));
    assert_eq!(scene.wallet.decide_settle_refund(at(9), &id, RefundOutcome::Succeeds), None);
    scene.refund(refund_asked("r-3", "a-1", pesos(100)), Settlement::AtOnce).unwrap();
    assert_eq!(scene.ana(), ANAS);
}

#[test]
fn a_refund_in_process_can_succeed() {
    let mut scene = Scene::new();
    scene.paid("a-1", 100);
    let id = scene.refund(refund_asked("r-1", "a-1", pesos(60)), Settlement::Later).unwrap();
    let events = scene.wallet.decide_settle_refund(at(9), &id, RefundOutcome::Succeeds).unwrap();
    scene.happen(events);
    assert_eq!((scene.ana(), scene.shops()), (ANAS - 40, 40));
    assert_eq!(scene.pesos(&Account::Refunding(shop())), 0);
}

#[test]
fn of_an_authorised_payment_what_was_captured_can_be_refunded() {
    let mut scene = Scene::new();
    scene.authorised("a-1", 100);
    scene.capture(capture_asked("c-1", "a-1", Some(pesos(70)), true)).unwrap();
    let exceeding = scene.refund(refund_asked("r-1", "a-1", pesos(71)), Settlement::AtOnce);
    assert_eq!(exceeding, Err(ResultCode::RefundAmountExceed));
    scene.refund(refund_asked("r-1", "a-1", pesos(70)), Settlement::AtOnce).unwrap();
    assert_eq!(scene.ana(), ANAS);
}
