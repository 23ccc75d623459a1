//! Ending an attempt at the wallet (laws 5 to 7): a wish here, confirmed by inquiry, ended by the wallet's word.

use shop_api::AttemptId;

use super::step::Step;
use super::{Actor, AttemptState, CancelAnswer, Cancelling, JobKind, OrderState, schedule, settle};

/// From now on the attempt is to end unpaid: nothing is sent for it any more but `cancel`.
pub(super) fn begin(step: &mut Step, id: &AttemptId, actor: Actor, why: &str) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    match attempt.state {
        AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown => {
            if attempt.cancelling.is_some() {
                return;
            }
            attempt.cancelling = Some(Cancelling { since: now, sent: 0, taken_at: None });
            step.note(actor, "cancelling", Some(id), why.to_owned());
            step.drop_job(JobKind::SendPay, Some(id));
            step.put_job(JobKind::Cancel, Some(id), now);
        }
        AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => {}
    }
}

/// Whatever the wallet answers, it is asked next: the shopper may have paid a moment before.
pub(super) fn answered(step: &mut Step, id: &AttemptId, answer: CancelAnswer) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    match attempt.state {
        AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown => {}
        AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => return,
    }
    let Some(cancelling) = &mut attempt.cancelling else { return };
    cancelling.sent = cancelling.sent.saturating_add(1);
    let told = *cancelling;
    match answer {
        CancelAnswer::Taken => {
            cancelling.taken_at.get_or_insert(now);
            step.note(Actor::Wallet, "cancel_taken", Some(id), "asking whether it is so".to_owned());
            step.drop_job(JobKind::Cancel, Some(id));
            step.inquire_soon(id);
        }
        CancelAnswer::NotKnown if still_wanted(step, id) => resume(step, id),
        CancelAnswer::NotKnown => retry(step, id, told, "the wallet knows of no such payment"),
        CancelAnswer::TooLate { reason } => {
            if let Some(attempt) = step.attempt_mut(id) {
                attempt.claimed_paid_at.get_or_insert(now);
            }
            retry(step, id, told, &reason);
        }
        CancelAnswer::NotTaken { reason } => retry(step, id, told, &reason),
    }
}

/// What asking means for an attempt that is to end and isn't final yet.
pub(super) fn not_final(step: &mut Step, id: &AttemptId, cancelling: Cancelling) {
    match cancelling.taken_at {
        Some(taken_at) => match step.schedule.next_confirmation(&step.order, taken_at, step.now) {
            Some(due) => step.put_job(JobKind::Inquire, Some(id), due),
            None => settle::give_up(step, id),
        },
        // Otherwise the next `cancel` is due, and leads here again.
        None => {
            let Cancelling { since, sent, .. } = cancelling;
            if step.schedule.next_cancel(&step.order, since, sent, step.now).is_none() {
                settle::give_up(step, id);
            }
        }
    }
}

fn retry(step: &mut Step, id: &AttemptId, told: Cancelling, reason: &str) {
    let Cancelling { since, sent, .. } = told;
    step.note(Actor::Wallet, "cancel_not_taken", Some(id), format!("sending number {sent}: {reason}"));
    if let Some(due) = step.schedule.next_cancel(&step.order, since, sent, step.now) {
        step.put_job(JobKind::Cancel, Some(id), due);
    }
    step.inquire_soon(id);
}

/// Whether the attempt is only to end because nobody could open its cashier, and there is time to pay it.
fn still_wanted(step: &Step, id: &AttemptId) -> bool {
    let is_awaited = step.order.state == OrderState::AwaitingPayment && step.order.given_up_at.is_none();
    let alone = step
        .order
        .attempts
        .iter()
        .all(|attempt| attempt.id == *id || !matches!(attempt.state, AttemptState::Succeeded { .. }));
    is_awaited && alone && schedule::has_time_to_pay(&step.order, step.now)
}

/// The wallet answers, and never got the payment: there is nothing to end, so the same bytes are sent again
/// and bring the cashier.
fn resume(step: &mut Step, id: &AttemptId) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    attempt.cancelling = None;
    // It was sent before, whatever became of that.
    attempt.state = AttemptState::Unknown;
    attempt.asking_since = Some(now);
    let detail = "the wallet knows of no such payment: sending it again".to_owned();
    step.note(Actor::Wallet, "cancel_needless", Some(id), detail);
    step.put_job(JobKind::SendPay, Some(id), now);
    step.schedule_inquiry(id);
}
