//! What is forgotten of an order when its time is over, and what keeps it from being forgotten.

use shop_api::Address;

use super::fixtures::{
    START, accepted, after, decide, erasure, failed, found_paid, fulfilment, given_back, placement, refund,
    success,
};
use super::*;

fn erased(order: &Order) -> Result<ChangeSet, Refusal> {
    decide(order, Event::ErasureRequested(erasure()), START)
}

#[test]
fn whom_it_was_for_is_forgotten_and_what_it_cost_is_not() {
    let mut order = after(vec![
        accepted(1),
        found_paid(1),
        Event::Fulfilled(fulfilment(FulfilmentStage::Shipped, Some("LBC 1234"))),
        refund("k1", 100),
    ]);
    for event in given_back("k1") {
        order = decide(&order, event, START).unwrap().order;
    }
    order.address = Some(Address {
        name: "Ana".into(),
        phone: "+63 917".into(),
        country: "PH".into(),
        state: None,
        city: "Manila".into(),
        line1: "1 Rizal St".into(),
        line2: None,
        postcode: Some("1000".into()),
    });
    let change = erased(&order).unwrap();
    assert!(change.erases && change.guards.contains(&Guard::NothingToDeliver));
    let after = &change.order;
    assert_eq!(after.customer.id, erasure().stand_in);
    assert_eq!((&after.address, after.erased_at), (&None, Some(START)));
    assert_eq!(
        after.fulfilment.as_ref().map(|kept| (kept.stage, kept.tracking.clone())),
        Some((FulfilmentStage::Shipped, None))
    );
    assert_eq!(after.refunds[0].reason, ERASED);
    assert_eq!((after.total, &after.lines, after.attempts.len()), (order.total, &order.lines, 1));
    assert!(erased(after).unwrap().is_empty(), "once");
}

#[test]
fn what_is_still_needed_is_kept() {
    let paid = || after(vec![accepted(1), found_paid(1)]);
    let mut flagged = paid();
    flagged.attention = Some(Attention::RefundNotDone);
    let mut live = paid();
    live.attempts.push(after(vec![accepted(1)]).attempts.remove(0));
    // A notification says that what failed is paid: the wallet is asked.
    let ended = place(placement(), START).order;
    let ended = decide(&ended, failed(1), START).unwrap().order;
    let expired = decide(&ended, Event::PayByReached, fixtures::PAY_BY).unwrap().order;
    let contested = decide(&expired, success(1), fixtures::PAY_BY).unwrap().order;
    assert!(contested.is_contested() && contested.live_attempt().is_none());
    let refunding = decide(&paid(), refund("k1", 100), START).unwrap().order;
    let kept = [
        (after(vec![accepted(1)]), StillNeeded::Unresolved),
        (flagged, StillNeeded::Attention),
        (live, StillNeeded::PaymentOpen),
        (contested, StillNeeded::PaymentOpen),
        (refunding, StillNeeded::RefundOpen),
    ];
    for (order, why) in kept {
        assert_eq!(may_be_erased(&order), Err(why));
        assert_eq!(erased(&order).unwrap_err(), Refusal::StillNeeded(why));
    }
    assert_eq!(may_be_erased(&paid()), Ok(()));
}
