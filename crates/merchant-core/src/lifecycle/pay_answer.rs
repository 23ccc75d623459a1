//! What the answer to `pay` means (laws 1, 3 and 4).

use shop_api::AttemptId;

use super::step::Step;
use super::{Actor, AttemptState, Guard, JobKind, PayAnswer, Sending, contest, settle};

pub(super) fn apply(step: &mut Step, id: &AttemptId, sending: Sending, answer: PayAnswer) {
    let Some(attempt) = step.order.attempt(id) else { return };
    match attempt.state {
        AttemptState::Creating | AttemptState::Unknown => answered(step, id, sending, answer),
        AttemptState::Failed { .. } | AttemptState::Cancelled { .. }
            if answer == PayAnswer::ClaimsSuccess =>
        {
            contest::begin(step, id, "paid, says the answer to pay");
        }
        AttemptState::Open { .. }
        | AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => {
            let detail =
                format!("an answer ({}) came when the attempt's state was known already", answer.kind());
            step.note(Actor::Wallet, "pay_answer_ignored", Some(id), detail);
        }
    }
}

fn answered(step: &mut Step, id: &AttemptId, sending: Sending, answer: PayAnswer) {
    match answer {
        PayAnswer::Accepted { payment_id, cashier } => {
            let wallet = step.order.customer.wallet.clone();
            let Some(attempt) = step.attempt_mut(id) else { return };
            if attempt.payment_id.as_ref().is_some_and(|known| *known != payment_id) {
                let reason = format!("the answer speaks of payment {payment_id}, another one than before");
                return unknown(step, id, sending, &reason);
            }
            let is_new = attempt.payment_id.is_none();
            attempt.payment_id = Some(payment_id.clone());
            attempt.state = AttemptState::Open { cashier };
            attempt.asking_since = None;
            step.note(Actor::Wallet, "cashier_open", Some(id), format!("payment {payment_id}"));
            if is_new {
                step.guard(Guard::PaymentIdIsNew(wallet, payment_id));
            }
            step.drop_job(JobKind::SendPay, Some(id));
            ask_later_or_now(step, id);
        }
        PayAnswer::ClaimsSuccess => {
            let now = step.now;
            if let Some(attempt) = step.attempt_mut(id) {
                attempt.claimed_paid_at = Some(now);
            }
            doubt(step, id, "pay_claims_success", "S carries no amount: asking".to_owned());
            step.inquire_soon(id);
        }
        PayAnswer::Refused { code } => match sending {
            // S was said before, so this isn't the first answer.
            Sending::First
                if step.order.attempt(id).is_some_and(|attempt| attempt.claimed_paid_at.is_some()) =>
            {
                let detail = format!("{code} after S: asking");
                doubt(step, id, "pay_refused_in_doubt", detail);
                step.inquire_soon(id);
            }
            Sending::First => {
                let now = step.now;
                let Some(attempt) = step.attempt_mut(id) else { return };
                attempt.state = AttemptState::Failed { at: now, code: code.clone() };
                step.note(Actor::Wallet, "attempt_failed", Some(id), format!("pay was refused: {code}"));
                step.drop_calls(id);
                settle::settle(step);
            }
            Sending::Repeat { number } => {
                let detail =
                    format!("{code} on sending number {number} says nothing about the first: asking");
                doubt(step, id, "pay_refused_on_repeat", detail);
                step.inquire_soon(id);
            }
        },
        PayAnswer::Doubtful { code } => {
            doubt(
                step,
                id,
                "pay_refused_in_doubt",
                format!("{code} doesn't say whether a payment exists: asking"),
            );
            step.inquire_soon(id);
        }
        PayAnswer::Unknown { reason } => unknown(step, id, sending, &reason),
    }
}

/// Nothing usable came back: send the same bytes again, and ask.
fn unknown(step: &mut Step, id: &AttemptId, sending: Sending, reason: &str) {
    let number = match sending {
        Sending::First => 1,
        Sending::Repeat { number } => number,
    };
    doubt(step, id, "pay_outcome_unknown", format!("sending number {number}: {reason}"));
    if let Some(due) = step.schedule.next_sending(&step.order, number, step.now) {
        step.put_job(JobKind::SendPay, Some(id), due);
    }
    ask_later_or_now(step, id);
}

/// By schedule; when its end has passed meanwhile, once more, so that nothing is given up unasked.
fn ask_later_or_now(step: &mut Step, id: &AttemptId) {
    if !step.schedule_inquiry(id) {
        step.inquire_soon(id);
    }
}

fn doubt(step: &mut Step, id: &AttemptId, kind: &'static str, detail: String) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    attempt.state = AttemptState::Unknown;
    attempt.asking_since.get_or_insert(now);
    step.note(Actor::Wallet, kind, Some(id), detail);
}
