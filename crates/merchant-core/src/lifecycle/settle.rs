//! What the states of its attempts mean for the order (laws 6, 7, 11 and 12).

use shop_api::AttemptId;

use super::step::Step;
use super::{Actor, AttemptState, Attention, JobKind, Order, OrderState, StockHold, cancel, refunding};

/// Brings the order in line with its attempts. Paid is never left; stock is freed only when every attempt
/// is wallet-final and none keeps the shopper's money.
pub(super) fn settle(step: &mut Step) {
    match step.order.state {
        // What is paid after that comes by `success`.
        OrderState::Paid { .. } | OrderState::Expired { .. } | OrderState::Cancelled { .. } => {}
        OrderState::AwaitingPayment | OrderState::NeedsAttention { .. } => match step.order.stock {
            StockHold::Reserved => settle_reserved(step),
            // Ended before, and held since then: what follows is a person's decision.
            StockHold::Released | StockHold::Sold => {}
        },
    }
}

/// An attempt turned out paid. The first one pays the order, every further one is given back; an order that
/// had ended is fulfilled if its units are still there and its shopper wants it, else given back.
pub(super) fn success(step: &mut Step, id: &AttemptId) {
    match step.order.state {
        OrderState::AwaitingPayment | OrderState::NeedsAttention { .. } => settle(step),
        OrderState::Paid { .. } => second_success(step, id),
        OrderState::Cancelled { .. } => {
            paid(step);
            unwanted(step, id);
        }
        OrderState::Expired { .. } => {
            paid(step);
            let stock = if step.stock_is_gone { "sold out since then" } else { "its units are still there" };
            step.note(Actor::Server, "paid_after_expiry", Some(id), stock.to_owned());
            if step.stock_is_gone {
                refunding::in_full(step, id, "paid after the order had expired, and sold out since then");
            } else {
                step.reserve_stock();
                step.sell_stock();
            }
        }
    }
}

fn paid(step: &mut Step) {
    step.order.state = OrderState::Paid { at: step.now };
    unflag(step);
    step.note(Actor::Server, "order_paid", None, step.order.currency.format(step.order.total));
    step.drop_job(JobKind::ExpireOrder, None);
}

fn second_success(step: &mut Step, id: &AttemptId) {
    step.note(Actor::Server, "second_success", Some(id), "the order was paid already".to_owned());
    refunding::in_full(step, id, "the order was paid twice");
}

fn unwanted(step: &mut Step, id: &AttemptId) {
    step.note(Actor::Server, "paid_after_cancel", Some(id), "the shopper had given it up".to_owned());
    refunding::in_full(step, id, "the order was cancelled before it was paid");
}

/// The attempts that succeeded, the first one first.
fn successes(order: &Order) -> Vec<AttemptId> {
    let mut found: Vec<_> = order
        .attempts
        .iter()
        .filter_map(|attempt| match attempt.state {
            AttemptState::Succeeded { at } => Some((at, attempt.number, attempt.id.clone())),
            AttemptState::Creating
            | AttemptState::Open { .. }
            | AttemptState::Unknown
            | AttemptState::Reversed { .. }
            | AttemptState::Failed { .. }
            | AttemptState::Cancelled { .. }
            | AttemptState::NeedsAttention { .. } => None,
        })
        .collect();
    found.sort_by_key(|(at, number, _)| (*at, *number));
    found.into_iter().map(|(_, _, id)| id).collect()
}

fn settle_reserved(step: &mut Step) {
    let paid_by = successes(&step.order);
    let live = step.order.live_attempt().map(|attempt| (attempt.id.clone(), attempt.state.clone()));
    match (paid_by.len(), live) {
        // One that ended may be paid after all: asking tells.
        (0, None) if step.order.is_contested() => {}
        (0, None) if step.order.given_up_at.is_some() => {
            step.order.state = OrderState::Cancelled { at: step.now };
            unflag(step);
            step.note(Actor::Server, "order_cancelled", None, "no payment of it is open any more".to_owned());
            step.release_stock();
            step.drop_job(JobKind::ExpireOrder, None);
        }
        (0, None) if step.now >= step.order.pay_by => {
            step.order.state = OrderState::Expired { at: step.now };
            unflag(step);
            step.note(Actor::Server, "order_expired", None, "unpaid, and every attempt has ended".to_owned());
            step.release_stock();
            step.drop_job(JobKind::ExpireOrder, None);
        }
        (0, None) => {
            step.order.state = OrderState::AwaitingPayment;
            unflag(step);
            // By another server's clock its time may have come already, and that job is done.
            step.put_job(JobKind::ExpireOrder, None, step.order.pay_by);
        }
        (0, Some((_, AttemptState::NeedsAttention { reason, .. }))) => hold(step, reason),
        (0, Some(_)) => {}
        (_, Some((_, AttemptState::NeedsAttention { .. }))) => {
            hold(step, Attention::SuccessWhileAnotherIsLive);
        }
        (_, Some((id, _))) => {
            cancel::begin(step, &id, Actor::Server, "an earlier attempt turned out paid");
        }
        (_, None) => {
            paid(step);
            if step.order.given_up_at.is_some() {
                step.release_stock();
                paid_by.iter().for_each(|id| unwanted(step, id));
            } else {
                step.sell_stock();
                paid_by.iter().skip(1).for_each(|id| second_success(step, id));
            }
        }
    }
}

/// Asking is exhausted: a person has to look.
pub(super) fn give_up(step: &mut Step, id: &AttemptId) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    match attempt.state {
        AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown => {
            attempt.state = AttemptState::NeedsAttention { at: now, reason: Attention::Unresolved };
            step.drop_calls(id);
            settle(step);
        }
        AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => {}
    }
}

/// Only a person can tell, or a later word of the wallet's.
pub(super) fn hold(step: &mut Step, reason: Attention) {
    match step.order.state {
        OrderState::NeedsAttention { .. } => {}
        OrderState::AwaitingPayment
        | OrderState::Paid { .. }
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. } => {
            step.order.state = OrderState::NeedsAttention { at: step.now };
        }
    }
    flag(step, reason);
}

/// A person should look, whatever the order's state.
pub(super) fn flag(step: &mut Step, reason: Attention) {
    step.order.attention = Some(reason);
    step.note(Actor::Server, "needs_attention", None, format!("{}: {}", reason.code(), reason.advice()));
}

/// The order's state says all there is to say of its payment; a person looks on while one of its attempts is
/// contested, or a refund waits for one.
fn unflag(step: &mut Step) {
    if step.order.is_contested() || step.order.attention == Some(Attention::RefundNotDone) {
        return;
    }
    step.order.attention = step.order.has_stuck_refund().then_some(Attention::RefundNotDone);
}

/// What a contested attempt was flagged for is settled with it.
pub(super) fn no_longer_contested(step: &mut Step) {
    let is_about_it = matches!(step.order.attention, Some(Attention::Unresolved | Attention::AmountMismatch));
    let is_held = matches!(step.order.state, OrderState::NeedsAttention { .. });
    if is_about_it && !is_held {
        unflag(step);
    }
}
