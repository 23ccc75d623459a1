//! Two words of the wallet's of which only one can hold: paid, and ended unpaid. Notifications may be late
//! and out of order, so neither wins; the wallet is asked, and its answer settles it (law 7).
//!
//! Meanwhile the attempt keeps its state with a mark, [`Attempt::is_contested`](super::Attempt::is_contested): no
//! new payment is offered, no stock is freed, and paid stays paid.

use shop_api::AttemptId;

use super::step::Step;
use super::{Actor, AttemptState, Attention, JobKind, OrderState, settle};

/// A word came against the state that the attempt ended in. Told again, it is asked again.
pub(super) fn begin(step: &mut Step, id: &AttemptId, what: &str) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    let is_new = !attempt.is_contested();
    match attempt.state {
        AttemptState::Failed { .. } | AttemptState::Cancelled { .. } => {
            attempt.claimed_paid_at.get_or_insert(now);
        }
        AttemptState::Succeeded { .. } => {}
        AttemptState::Creating
        | AttemptState::Open { .. }
        | AttemptState::Unknown
        | AttemptState::Reversed { .. }
        | AttemptState::NeedsAttention { .. } => return,
    }
    if is_new {
        attempt.asking_since = Some(now);
        step.note(Actor::Wallet, "contradicted", Some(id), format!("{what}: asking which of the two holds"));
    }
    step.inquire_soon(id);
}

/// The wallet's answer confirms the state that the attempt is in.
pub(super) fn refuted(step: &mut Step, id: &AttemptId, what: &str) {
    let Some(attempt) = step.attempt_mut(id).filter(|attempt| attempt.is_contested()) else { return };
    attempt.asking_since = None;
    attempt.claimed_paid_at = None;
    step.note(Actor::Wallet, "contradiction_settled", Some(id), format!("by inquiry: {what}, as it was"));
    step.drop_calls(id);
    settle::no_longer_contested(step);
    settle::settle(step);
}

/// The wallet can't say yet.
pub(super) fn not_final(step: &mut Step, id: &AttemptId) {
    let now = step.now;
    let Some(attempt) = step.order.attempt(id).filter(|attempt| attempt.is_contested()) else { return };
    match attempt.asking_since.and_then(|since| step.schedule.next_contested(since, now)) {
        Some(due) => step.put_job(JobKind::Inquire, Some(id), due),
        None => give_up(step, id),
    }
}

/// Asking is exhausted: a person has to look. What is paid counts as paid; what ended may be paid all the
/// same, so no new payment is offered.
fn give_up(step: &mut Step, id: &AttemptId) {
    let Some(attempt) = step.attempt_mut(id) else { return };
    match attempt.state {
        AttemptState::Succeeded { .. } => {
            attempt.asking_since = None;
            settle::flag(step, Attention::SuccessTakenBack);
        }
        AttemptState::Failed { .. } | AttemptState::Cancelled { .. } => {
            may_be_paid(step, Attention::Unresolved);
        }
        AttemptState::Creating
        | AttemptState::Open { .. }
        | AttemptState::Unknown
        | AttemptState::Reversed { .. }
        | AttemptState::NeedsAttention { .. } => {}
    }
}

/// The wallet says that an attempt which ended unpaid is paid, and not the amount that was asked for.
pub(super) fn paid_otherwise(step: &mut Step, id: &AttemptId) {
    let now = step.now;
    if let Some(attempt) = step.attempt_mut(id) {
        attempt.claimed_paid_at.get_or_insert(now);
        attempt.asking_since.get_or_insert(now);
    }
    may_be_paid(step, Attention::AmountMismatch);
}

/// Money of an ended attempt may be at the wallet: an order that waits for its payment is held.
fn may_be_paid(step: &mut Step, reason: Attention) {
    if step.order.attention == Some(reason) {
        return;
    }
    match step.order.state {
        OrderState::AwaitingPayment if step.order.live_attempt().is_none() => settle::hold(step, reason),
        OrderState::AwaitingPayment
        | OrderState::Paid { .. }
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
        | OrderState::NeedsAttention { .. } => settle::flag(step, reason),
    }
}
