//! Giving money back (law 9): asked for, sent, confirmed.

use shop_api::AttemptId;

use super::step::Step;
use super::{
    Actor, Attempt, Attention, Guard, JobKind, Order, Refund, RefundAnswer, RefundMaker, RefundRequestId,
    RefundState, RefundWish, RefundWord, Refusal, Repayable, SeenRefund, Sending,
};

/// The one refusal after which the same refund works later: the merchant's balance has to be topped up.
const BALANCE_NOT_ENOUGH: &str = "PARTNER_BALANCE_NOT_ENOUGH";

/// An operator asks. The same key again changes nothing, but has a refund that waits for the operator sent
/// again.
pub(super) fn requested(step: &mut Step, wish: RefundWish) -> Result<(), Refusal> {
    if let Some(known) = step.order.refund(&wish.key) {
        let is_same = step.order.is_asked_for(known, &wish.amount);
        return if is_same { asked_again(step, &wish) } else { Err(Refusal::RefundKeyUsed) };
    }
    // The automatic refunds' keys.
    let is_a_payments = |order: &Order| {
        order.attempts.iter().any(|attempt| attempt.payment_request_id.as_str() == wish.key.as_str())
    };
    if is_a_payments(&step.order) {
        return Err(Refusal::RefundKeyUsed);
    }
    let what = step.order.repayable(&wish.amount)?;
    open(step, Actor::Operator, what, wish.key, wish.reason, wish.operator);
    Ok(())
}

/// All that is left of a payment that the order doesn't need, or its shopper doesn't want. The payment's own
/// id is the key, so that it happens once.
pub(super) fn in_full(step: &mut Step, attempt: &AttemptId, reason: &str) {
    let amount = step.order.refundable(attempt);
    let Some(key) = step.order.attempt(attempt).and_then(Attempt::key_of_full_refund) else { return };
    if amount.value() > 0 && step.order.refund(&key).is_none() {
        let what = step.order.sum_of(attempt, amount);
        open(step, Actor::Server, what, key, reason.to_owned(), "server".to_owned());
    }
}

/// The wallet's statement has a refund that we didn't ask for. It is written down as taken, within what was
/// paid, and the wallet is asked whether it is so; more than that is for a person.
pub(super) fn seen(step: &mut Step, seen: SeenRefund) {
    let SeenRefund { key, attempt, amount, refund_id } = seen;
    if step.order.refund(&key).is_some() {
        return;
    }
    let shown = step.order.currency.format(amount);
    if amount.value() == 0 || amount > step.order.refundable(&attempt) {
        if step.order.attention.is_none() {
            let detail =
                format!("{key}: {shown} in the wallet's statement, more than is left of the payment");
            step.note(Actor::Server, "refund_does_not_fit", Some(&attempt), detail);
        }
        return flag(step);
    }
    step.note(
        Actor::Wallet,
        "refund_seen",
        Some(&attempt),
        format!("{key}: {shown} in the wallet's statement"),
    );
    step.guard(Guard::RefundKeyIsNew(step.order.customer.wallet.clone(), key.clone()));
    let Repayable { attempt, amount, share, restock } = step.order.sum_of(&attempt, amount);
    step.order.refunds.push(Refund {
        id: key.clone(),
        attempt,
        amount,
        share,
        restock,
        reason: "made at the wallet".to_owned(),
        requested_by: "wallet".to_owned(),
        made_by: RefundMaker::Wallet,
        requested_at: step.now,
        refund_id,
        state: RefundState::Accepted { at: step.now },
        sendings: 0,
        asking_since: Some(step.now),
    });
    step.put_refund_job(JobKind::InquireRefund, &key, step.now);
}

pub(super) fn answered(step: &mut Step, id: &RefundRequestId, sending: Sending, answer: RefundAnswer) {
    let now = step.now;
    let Some(refund) = step.refund_mut(id) else { return };
    refund.sendings = refund.sendings.saturating_add(1);
    let attempt = refund.attempt.clone();
    match refund.state {
        RefundState::Requested | RefundState::Unknown { .. } => {}
        RefundState::Accepted { .. }
        | RefundState::Succeeded { .. }
        | RefundState::Failed { .. }
        | RefundState::NeedsAttention { .. } => {
            let detail = format!("{id}: an answer came when its state was known already");
            return step.note(Actor::Wallet, "refund_answer_ignored", Some(&attempt), detail);
        }
    }
    refund.asking_since.get_or_insert(now);
    match (answer, sending) {
        (RefundAnswer::Taken { refund_id }, _) => {
            refund.refund_id = Some(refund_id.clone());
            refund.state = RefundState::Accepted { at: now };
            // However long it was unknown: from now on it is another question.
            refund.asking_since = Some(now);
            let detail = format!("{id}: taken as {refund_id}; asking whether it holds");
            step.note(Actor::Wallet, "refund_accepted", Some(&attempt), detail);
            step.drop_refund_job(JobKind::SendRefund, id);
            call_again(step, id, JobKind::InquireRefund);
        }
        (RefundAnswer::Refused { code }, Sending::First) if code == BALANCE_NOT_ENOUGH => {
            stuck(step, id, code);
        }
        (RefundAnswer::Refused { code }, Sending::First) => failed(step, id, code, "refused"),
        (RefundAnswer::Refused { code }, Sending::Repeat { .. }) => {
            unknown(step, id, &format!("{code} on a repeat says nothing about the first sending"));
        }
        (RefundAnswer::Unknown { reason }, _) => unknown(step, id, &reason),
    }
}

pub(super) fn told(step: &mut Step, id: &RefundRequestId, word: RefundWord) {
    let Some(refund) = step.order.refund(id) else { return };
    let was_accepted = match refund.state {
        RefundState::Accepted { .. } => true,
        RefundState::Unknown { .. } => false,
        RefundState::Requested
        | RefundState::Succeeded { .. }
        | RefundState::Failed { .. }
        | RefundState::NeedsAttention { .. } => return,
    };
    match word {
        RefundWord::Success { refund_id } => {
            if let (Some(refund), Some(told)) = (step.refund_mut(id), refund_id) {
                refund.refund_id = Some(told);
            }
            succeeded(step, id);
        }
        RefundWord::Fail { text } => {
            let how = text.unwrap_or_default();
            failed(step, id, "refund_failed".to_owned(), how.trim());
        }
        // It never came there: the same bytes again, which can't make a second one.
        RefundWord::NotExist if !was_accepted => call_again(step, id, JobKind::SendRefund),
        RefundWord::Pending | RefundWord::NotExist | RefundWord::Nothing { .. } => {
            call_again(step, id, JobKind::InquireRefund);
        }
    }
}

fn open(
    step: &mut Step,
    actor: Actor,
    what: Repayable,
    id: RefundRequestId,
    reason: String,
    requested_by: String,
) {
    let (shown, units) = (step.order.currency.format(what.amount), step.order.told_units(&what));
    let detail = format!("{id}: {shown}{units} by {requested_by}: {reason}");
    step.note(actor, "refund_requested", Some(&what.attempt), detail);
    step.guard(Guard::RefundKeyIsNew(step.order.customer.wallet.clone(), id.clone()));
    step.order.refunds.push(Refund {
        id: id.clone(),
        attempt: what.attempt,
        amount: what.amount,
        share: what.share,
        restock: what.restock,
        reason,
        requested_by,
        made_by: RefundMaker::Us,
        requested_at: step.now,
        refund_id: None,
        state: RefundState::Requested,
        sendings: 0,
        asking_since: None,
    });
    step.put_refund_job(JobKind::SendRefund, &id, step.now);
}

fn asked_again(step: &mut Step, wish: &RefundWish) -> Result<(), Refusal> {
    let now = step.now;
    let Some(refund) = step.refund_mut(&wish.key) else { return Ok(()) };
    match refund.state {
        RefundState::NeedsAttention { .. } => {
            // What was made at the wallet is never sent by us.
            let (state, job, how) = match refund.made_by {
                RefundMaker::Us => (RefundState::Unknown { at: now }, JobKind::SendRefund, "sent"),
                RefundMaker::Wallet => {
                    (RefundState::Accepted { at: now }, JobKind::InquireRefund, "asked about")
                }
            };
            refund.state = state;
            refund.asking_since = None;
            let attempt = refund.attempt.clone();
            let detail = format!("{}: {how} again by {}", wish.key, wish.operator);
            step.note(Actor::Operator, "refund_retried", Some(&attempt), detail);
            step.put_refund_job(job, &wish.key, now);
            settle_attention(step);
        }
        RefundState::Requested
        | RefundState::Accepted { .. }
        | RefundState::Unknown { .. }
        | RefundState::Succeeded { .. }
        | RefundState::Failed { .. } => {}
    }
    Ok(())
}

/// Nothing usable came back: ask; what the wallet doesn't know is sent again.
fn unknown(step: &mut Step, id: &RefundRequestId, reason: &str) {
    let now = step.now;
    let Some(refund) = step.refund_mut(id) else { return };
    refund.state = RefundState::Unknown { at: now };
    let (attempt, number) = (refund.attempt.clone(), refund.sendings);
    let detail = format!("{id}: sending number {number}: {reason}");
    step.note(Actor::Wallet, "refund_outcome_unknown", Some(&attempt), detail);
    call_again(step, id, JobKind::InquireRefund);
}

fn call_again(step: &mut Step, id: &RefundRequestId, kind: JobKind) {
    let since = step.order.refund(id).and_then(|refund| refund.asking_since).unwrap_or(step.now);
    match step.schedule.next_refund_call(since, step.now) {
        Some(due) => step.put_refund_job(kind, id, due),
        None => stuck(step, id, "unresolved".to_owned()),
    }
}

fn succeeded(step: &mut Step, id: &RefundRequestId) {
    let now = step.now;
    let Some(refund) = step.refund_mut(id) else { return };
    refund.state = RefundState::Succeeded { at: now };
    let (attempt, amount) = (refund.attempt.clone(), refund.amount);
    let shown = step.order.currency.format(amount);
    step.note(Actor::Wallet, "refund_succeeded", Some(&attempt), format!("{id}: {shown}"));
    step.drop_refund_calls(id);
    step.restock(id);
    settle_attention(step);
}

fn failed(step: &mut Step, id: &RefundRequestId, code: String, how: &str) {
    let now = step.now;
    let Some(refund) = step.refund_mut(id) else { return };
    let attempt = refund.attempt.clone();
    let detail = format!("{id}: {code} {how}");
    refund.state = RefundState::Failed { at: now, code };
    step.note(Actor::Wallet, "refund_failed", Some(&attempt), detail.trim_end().to_owned());
    step.drop_refund_calls(id);
    flag(step);
}

fn stuck(step: &mut Step, id: &RefundRequestId, code: String) {
    let now = step.now;
    let Some(refund) = step.refund_mut(id) else { return };
    let attempt = refund.attempt.clone();
    let detail = format!("{id}: {code}; ask for it again with the same key when that is repaired");
    refund.state = RefundState::NeedsAttention { at: now, code };
    step.note(Actor::Server, "refund_needs_attention", Some(&attempt), detail);
    step.drop_refund_calls(id);
    flag(step);
}

/// A reason that was there before stays: it is about more than a refund.
fn flag(step: &mut Step) {
    step.order.attention.get_or_insert(Attention::RefundNotDone);
}

fn settle_attention(step: &mut Step) {
    if step.order.attention == Some(Attention::RefundNotDone) && !step.order.has_stuck_refund() {
        step.order.attention = None;
    }
}
