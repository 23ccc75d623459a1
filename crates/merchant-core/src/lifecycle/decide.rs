//! The one decision: what an event means for an order.

use shop_api::{MinorUnits, Sku, Timestamp};

use super::step::Step;
use super::{
    Actor, AttemptState, ChangeSet, Event, FulfilmentStage, Guard, JobKind, Order, OrderState, Placement,
    Schedule, StillNeeded, StockHold, UnitsRefusal, cancel, doubt, erasing, fulfilment, pay_answer,
    refunding, settle, shopper, wallet_word,
};

/// Why an event changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The order has no such attempt.
    #[error("the order has no such attempt")]
    AttemptNotFound,
    /// No new attempt now.
    #[error("{0}")]
    PaymentNotAllowed(&'static str),
    /// A verified message whose ids, amount or currency aren't the attempt's.
    #[error("the message doesn't fit the attempt: {0}")]
    Mismatch(String),
    /// No money of it is there to give back.
    #[error("nothing that was paid for this order is left to refund")]
    NothingToRefund,
    /// Not an amount that can be given back.
    #[error("at least 1 and at most {most} can be refunded at once, in the smallest unit")]
    RefundAmount {
        /// The most that is left of one payment.
        most: MinorUnits,
    },
    /// The order has no line of this.
    #[error("the order has no line of {0}; `orders show` lists its lines")]
    RefundLine(Sku),
    /// Not units that can be given back.
    #[error(transparent)]
    RefundUnits(#[from] UnitsRefusal),
    /// The idempotency key belongs to something else.
    #[error("this key was used for another refund or payment; choose a new one")]
    RefundKeyUsed,
    /// The order isn't paid, or its goods aren't its own any more.
    #[error("only a paid order that has its goods can be fulfilled")]
    NothingToFulfil,
    /// It is further already.
    #[error("the order is {} already, and goes only forward", .0.as_str())]
    FulfilmentBackward(FulfilmentStage),
    /// What is personal of it is still needed.
    #[error(transparent)]
    StillNeeded(#[from] StillNeeded),
}

/// A quote becomes an order, its stock reserved and its first attempt written down. An order of zero is
/// paid at once and never goes to the wallet.
pub fn place(placement: Placement, now: Timestamp) -> ChangeSet {
    let order = Order {
        id: placement.order_id,
        quote_id: placement.quote_id,
        customer: placement.customer,
        version: 0,
        state: OrderState::AwaitingPayment,
        attention: None,
        stock: StockHold::Reserved,
        currency: placement.currency,
        lines: placement.lines,
        total: placement.breakdown.total(),
        breakdown: placement.breakdown,
        coupon: placement.coupon.as_ref().map(|coupon| coupon.code.clone()),
        address: placement.address,
        fulfilment: None,
        payee: placement.payee,
        created_at: now,
        pay_by: placement.pay_by,
        given_up_at: None,
        erased_at: None,
        attempts: Vec::new(),
        refunds: Vec::new(),
    };
    // Nothing is asked yet, so any schedule will do.
    let schedule = Schedule::default();
    let mut step = Step::new(order, now, &schedule);
    let customer = step.order.customer.clone();
    let skus = step.order.lines.iter().map(|line| line.sku.clone()).collect();
    step.guard(Guard::CatalogIs(placement.catalog_revision));
    step.guard(Guard::NoOverlap {
        customer: customer.clone(),
        skus,
        consented: placement.despite_open_order,
    });
    step.guard(Guard::OpenOrdersBelow(customer.clone(), placement.max_open_orders));
    let since = placement.customer_limits.since;
    for (sku, wanted, most) in placement.customer_limits.limits {
        step.guard(Guard::CustomerLimit { customer: customer.clone(), sku, wanted, most, since });
    }
    if let Some(coupon) = placement.coupon {
        step.note(Actor::Shopper, "coupon_used", None, coupon.code.as_str().to_owned());
        if let Some(most) = coupon.uses_per_customer {
            step.guard(Guard::CouponUsesByCustomerBelow(customer, coupon.code.clone(), most));
        }
        if let Some(most) = coupon.uses {
            step.guard(Guard::CouponUsesBelow(coupon.code, most));
        }
    }
    let amount = step.order.currency.format(step.order.total);
    step.note(Actor::Shopper, "order_placed", None, format!("{} lines, {amount}", step.order.lines.len()));
    step.reserve_stock();
    if step.order.total.value() == 0 {
        step.order.state = OrderState::Paid { at: now };
        step.note(Actor::Server, "order_paid", None, "free: there is nothing to pay".to_owned());
        step.sell_stock();
    } else {
        // Whoever places an order that costs something has prepared its payment; without one it would expire.
        if let Some(attempt) = placement.attempt {
            step.open_attempt(attempt, Actor::Shopper);
        }
        let pay_by = step.order.pay_by;
        step.put_job(JobKind::ExpireOrder, None, pay_by);
    }
    step.finish(None)
}

/// What `event` means for `order`, whose wallet is called by `schedule`.
///
/// # Errors
/// [`Refusal`] when the event changes nothing and the one who caused it should know.
pub fn decide(
    order: &Order,
    event: Event,
    now: Timestamp,
    schedule: &Schedule,
) -> Result<ChangeSet, Refusal> {
    decide_in(Step::new(order.clone(), now, schedule), order, event)
}

/// The same, once it is known that units which the order doesn't hold any more are gone.
///
/// # Errors
/// As [`decide`].
pub fn decide_without_stock(
    order: &Order,
    event: Event,
    now: Timestamp,
    schedule: &Schedule,
) -> Result<ChangeSet, Refusal> {
    let mut step = Step::new(order.clone(), now, schedule);
    step.stock_is_gone = true;
    decide_in(step, order, event)
}

fn decide_in(mut step: Step, order: &Order, event: Event) -> Result<ChangeSet, Refusal> {
    match event {
        Event::PayAnswered { attempt, sending, answer } => {
            known(order, &attempt)?;
            pay_answer::apply(&mut step, &attempt, sending, answer);
        }
        Event::WalletSaid { attempt, word, source } => {
            known(order, &attempt)?;
            wallet_word::apply(&mut step, &attempt, word, source)?;
        }
        Event::InquiryContradicts { attempt, detail } => {
            known(order, &attempt)?;
            wallet_word::contradicts(&mut step, &attempt, &detail);
        }
        Event::InquiryUnanswered { attempt, reason } => {
            known(order, &attempt)?;
            wallet_word::unanswered(&mut step, &attempt, &reason);
        }
        Event::NotificationDoubted { attempt, doubt } => {
            known(order, &attempt)?;
            doubt::notified(&mut step, &attempt, doubt);
        }
        Event::CancelAnswered { attempt, answer } => {
            known(order, &attempt)?;
            cancel::answered(&mut step, &attempt, answer);
        }
        Event::Returned { attempt, hint } => {
            known(order, &attempt)?;
            shopper::returned(&mut step, &attempt, &hint);
        }
        Event::PaymentRequested { after, next } => {
            known(order, &after)?;
            shopper::payment_requested(&mut step, &after, next)?;
        }
        Event::RefundRequested(wish) => refunding::requested(&mut step, wish)?,
        Event::RefundSeen(seen) => {
            known(order, &seen.attempt)?;
            refunding::seen(&mut step, seen);
        }
        Event::RefundAnswered { refund, sending, answer } => {
            refunding::answered(&mut step, &refund, sending, answer);
        }
        Event::RefundTold { refund, word } => refunding::told(&mut step, &refund, word),
        Event::CancelRequested => shopper::cancel_requested(&mut step)?,
        Event::PayByReached => pay_by_reached(&mut step),
        Event::Fulfilled(said) => fulfilment::fulfilled(&mut step, said)?,
        Event::ErasureRequested(erasure) => erasing::erase(&mut step, erasure)?,
    }
    Ok(step.finish(Some(order)))
}

fn known(order: &Order, attempt: &shop_api::AttemptId) -> Result<(), Refusal> {
    order.attempt(attempt).map(|_| ()).ok_or(Refusal::AttemptNotFound)
}

/// Our clock ends nothing: while an attempt is live, the wallet is asked.
fn pay_by_reached(step: &mut Step) {
    let live = step.order.live_attempt().map(|attempt| (attempt.id.clone(), attempt.state.clone()));
    match live {
        None => settle::settle(step),
        Some((id, state)) => match state {
            AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown => {
                step.note(Actor::Server, "pay_by_reached", Some(&id), "asking the wallet".to_owned());
                step.inquire_at_closing(&id);
            }
            AttemptState::NeedsAttention { .. }
            | AttemptState::Succeeded { .. }
            | AttemptState::Reversed { .. }
            | AttemptState::Failed { .. }
            | AttemptState::Cancelled { .. } => {}
        },
    }
}
