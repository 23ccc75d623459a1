//! What the states of its attempts mean for the order (laws 6, 7, 11 and 12).

use shop_api::AttemptId;

use super::step::Step;
use super::{Actor, AttemptState, Attention, JobKind, OrderState, StockHold, cancel};

/// Brings the order in line with its attempts. Paid is never left; stock is freed only when every attempt
/// is wallet-final and none succeeded.
pub(super) fn settle(step: &mut Step) {
    let successes = step
        .order
        .attempts
        .iter()
        .filter(|attempt| matches!(attempt.state, AttemptState::Succeeded { .. }))
        .count();
    match step.order.state {
        OrderState::Paid { .. } => {
            if successes > 1 {
                flag(step, Attention::SecondSuccess);
            }
        }
        OrderState::Expired { .. } | OrderState::Cancelled { .. } => {
            if successes > 0 {
                hold(step, Attention::SuccessAfterEnd);
            }
        }
        OrderState::AwaitingPayment | OrderState::NeedsAttention { .. } => match step.order.stock {
            StockHold::Reserved => settle_reserved(step, successes),
            // Ended before, and held since then: what follows is a person's decision.
            StockHold::Released | StockHold::Sold => {}
        },
    }
}

fn settle_reserved(step: &mut Step, successes: usize) {
    let live = step.order.live_attempt().map(|attempt| (attempt.id.clone(), attempt.state.clone()));
    match (successes, live) {
        (0, None) if step.order.given_up_at.is_some() => {
            step.order.state = OrderState::Cancelled { at: step.now };
            step.order.attention = None;
            step.note(Actor::Server, "order_cancelled", None, "no payment of it is open any more".to_owned());
            step.release_stock();
            step.drop_job(JobKind::ExpireOrder, None);
        }
        (0, None) if step.now >= step.order.pay_by => {
            step.order.state = OrderState::Expired { at: step.now };
            step.order.attention = None;
            step.note(Actor::Server, "order_expired", None, "unpaid, and every attempt has ended".to_owned());
            step.release_stock();
            step.drop_job(JobKind::ExpireOrder, None);
        }
        (0, None) => {
            step.order.state = OrderState::AwaitingPayment;
            step.order.attention = None;
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
            step.order.state = OrderState::Paid { at: step.now };
            let is_unwanted = step.order.given_up_at.map(|_| Attention::SuccessAfterEnd);
            step.order.attention = is_unwanted.or((successes > 1).then_some(Attention::SecondSuccess));
            step.note(Actor::Server, "order_paid", None, step.order.currency.format(step.order.total));
            step.sell_stock();
            step.drop_job(JobKind::ExpireOrder, None);
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
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => {}
    }
}

fn hold(step: &mut Step, reason: Attention) {
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

fn flag(step: &mut Step, reason: Attention) {
    step.order.attention = Some(reason);
    step.note(Actor::Server, "needs_attention", None, format!("{}: {}", reason.code(), reason.advice()));
}
