//! What the shopper may do to an order.

use shop_api::{AttemptId, Timestamp};

use super::schedule::{self, MAX_ATTEMPTS};
use super::step::Step;
use super::{Actor, AttemptState, JobKind, NewAttempt, OrderState, Refusal, ReturnHint, cancel, settle};

/// Back from the cashier. A hint leads to one inquiry, and to frequent ones when a result is expected.
/// Hints that follow at once and expect nothing new are not written down: a client can't flood the story.
pub(super) fn returned(step: &mut Step, id: &AttemptId, hint: &ReturnHint) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    match attempt.state {
        AttemptState::Creating
        | AttemptState::Open { .. }
        | AttemptState::Unknown
        | AttemptState::NeedsAttention { .. } => {
            let is_recent = |last: Option<Timestamp>| last.is_some_and(|at| now < schedule::next_return(at));
            let adds_nothing = !hint.expects_result() || is_recent(attempt.asking_since);
            if is_recent(attempt.returned_at) && adds_nothing {
                return;
            }
            attempt.returned_at = Some(now);
            if hint.expects_result() {
                attempt.asking_since = Some(now);
            }
            step.note(Actor::Shopper, "returned", Some(id), format!("tradePay said {}", hint.code()));
            step.inquire_soon(id);
        }
        AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. } => {}
    }
}

/// The next attempt, after a definite end of the last one. Asking again while one is live, or after one
/// that isn't the newest, changes nothing.
pub(super) fn payment_requested(step: &mut Step, after: &AttemptId, next: NewAttempt) -> Result<(), Refusal> {
    match step.order.state {
        OrderState::AwaitingPayment => {}
        OrderState::Paid { .. } => return Err(Refusal::PaymentNotAllowed("the order is paid")),
        OrderState::Expired { .. } => return Err(Refusal::PaymentNotAllowed("the order has expired")),
        OrderState::Cancelled { .. } => return Err(Refusal::PaymentNotAllowed("the order was cancelled")),
        OrderState::NeedsAttention { .. } => {
            return Err(Refusal::PaymentNotAllowed("what happened to the last payment isn't known"));
        }
    }
    let newest = step.order.attempts.last().map(|attempt| attempt.id.clone());
    if step.order.live_attempt().is_some() || newest.as_ref() != Some(after) {
        return Ok(());
    }
    if step.order.is_contested() {
        return Err(Refusal::PaymentNotAllowed("what happened to the last payment isn't known"));
    }
    if !schedule::has_time_to_pay(&step.order, step.now) {
        return Err(Refusal::PaymentNotAllowed("there isn't enough time left to pay this order"));
    }
    if step.order.attempts.len() >= MAX_ATTEMPTS {
        return Err(Refusal::PaymentNotAllowed("it was tried too often; cancel it and order anew"));
    }
    step.open_attempt(next, Actor::Shopper);
    Ok(())
}

/// Gives the order up: a wish. A live attempt is cancelled at the wallet first; until the wallet says that it
/// ended, or a person has settled it, the order may still turn out paid, and is then given back.
pub(super) fn cancel_requested(step: &mut Step) -> Result<(), Refusal> {
    match step.order.state {
        OrderState::Cancelled { .. } => Ok(()),
        OrderState::Paid { .. } => Err(Refusal::PaymentNotAllowed("the order is paid")),
        OrderState::Expired { .. } => Err(Refusal::PaymentNotAllowed("the order has expired")),
        OrderState::AwaitingPayment | OrderState::NeedsAttention { .. } => {
            if step.order.given_up_at.is_some() {
                return Ok(());
            }
            step.order.given_up_at = Some(step.now);
            let live = step.order.live_attempt();
            let live = live.map(|attempt| (attempt.id.clone(), attempt.state.clone()));
            let what = if live.is_some() { "a payment is open" } else { "no payment is open" };
            step.note(Actor::Shopper, "cancel_requested", None, what.to_owned());
            match live {
                None => settle::settle(step),
                // What can be done was done, and a person looks; the wallet may be able to tell by now.
                Some((id, AttemptState::NeedsAttention { .. })) => step.inquire_soon(&id),
                Some((id, _)) => {
                    cancel::begin(step, &id, Actor::Shopper, "the shopper gave the order up");
                    step.run_now(JobKind::Cancel, &id);
                }
            }
            Ok(())
        }
    }
}
