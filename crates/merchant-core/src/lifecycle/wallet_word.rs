//! What a verified notification or inquiry means (laws 1, 5, 7 and 10).

use shop_api::{AttemptId, MinorUnits, Timestamp};

use super::step::Step;
use super::{
    Actor, AttemptState, Attention, Guard, JobKind, Order, PaymentId, PaymentWord, Refusal, WalletWord,
    WordSource, cancel, contest, settle,
};

pub(super) fn apply(
    step: &mut Step,
    id: &AttemptId,
    word: WalletWord,
    source: WordSource,
) -> Result<(), Refusal> {
    if source == WordSource::Inquiry && is_of_another_payment(&step.order, id, &word) {
        forget_payment_id(step, id);
        return Ok(());
    }
    if let Err(mismatch) = check_ids(&step.order, id, &word) {
        return refuse(step, id, mismatch, source);
    }
    let amount_fits = amount_fits(&step.order, &word);
    if source == WordSource::Inquiry {
        let now = step.now;
        if let Some(attempt) = step.attempt_mut(id) {
            attempt.last_asked_at = Some(now);
        }
    }
    match (word.word, amount_fits) {
        (PaymentWord::Success, Ok(())) => {
            learn_payment_id(step, id, word.payment_id);
            succeeded(step, id, source);
        }
        (PaymentWord::Success, Err(mismatch)) => match source {
            WordSource::Notification => return Err(Refusal::Mismatch(mismatch)),
            WordSource::Inquiry => amount_mismatch(step, id, &mismatch),
        },
        (PaymentWord::Fail { .. } | PaymentWord::Cancelled, Err(mismatch)) if word.amount.is_some() => {
            return refuse(step, id, mismatch, source);
        }
        (PaymentWord::Fail { code, text }, _) => {
            learn_payment_id(step, id, word.payment_id);
            let code = failure_code(step, code);
            let detail = format!("{}: {code} {}", source_text(source), text.unwrap_or_default());
            let state = AttemptState::Failed { at: step.now, code };
            ended(step, id, state, source, detail.trim_end().to_owned());
        }
        (PaymentWord::Cancelled, _) => {
            learn_payment_id(step, id, word.payment_id);
            let state = AttemptState::Cancelled { at: step.now };
            ended(step, id, state, source, source_text(source).to_owned());
        }
        (PaymentWord::Pending { status }, _) => match source {
            WordSource::Inquiry => not_final(step, id, &status),
            // No news, and it may come again and again: asking goes on by its own schedule.
            WordSource::Notification => {}
        },
        (PaymentWord::NotExist, _) => not_known(step, id),
    }
    Ok(())
}

/// An inquiry whose amount isn't the order's: a person has to look.
pub(super) fn contradicts(step: &mut Step, id: &AttemptId, detail: &str) {
    let now = step.now;
    if let Some(attempt) = step.attempt_mut(id) {
        attempt.last_asked_at = Some(now);
    }
    amount_mismatch(step, id, detail);
}

/// An inquiry that brought nothing: ask again by schedule.
pub(super) fn unanswered(step: &mut Step, id: &AttemptId, reason: &str) {
    let now = step.now;
    if let Some(attempt) = step.attempt_mut(id) {
        attempt.last_asked_at = Some(now);
    }
    not_final(step, id, reason);
}

/// A notification that doesn't fit is refused; an inquiry that doesn't fit is as good as none.
fn refuse(step: &mut Step, id: &AttemptId, mismatch: String, source: WordSource) -> Result<(), Refusal> {
    match source {
        WordSource::Notification => Err(Refusal::Mismatch(mismatch)),
        WordSource::Inquiry => {
            unanswered(step, id, &mismatch);
            Ok(())
        }
    }
}

/// Whether the answer about our request names another payment than `pay` did. One of the two is wrong, and
/// only an inquiry says to which request it belongs.
fn is_of_another_payment(order: &Order, id: &AttemptId, word: &WalletWord) -> bool {
    let Some(attempt) = order.attempt(id).filter(|attempt| attempt.state.is_live()) else { return false };
    let is_about_it = word.payment_request_id.as_ref() == Some(&attempt.payment_request_id);
    let is_another = match (&word.payment_id, &attempt.payment_id) {
        (Some(told), Some(known)) => told != known,
        (None, _) | (_, None) => false,
    };
    is_about_it && is_another
}

/// Neither is believed: the next inquiry tells.
fn forget_payment_id(step: &mut Step, id: &AttemptId) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    attempt.payment_id = None;
    attempt.last_asked_at = Some(now);
    let detail = "the answers to pay and to an inquiry name two payments: asking again".to_owned();
    step.note(Actor::Wallet, "payment_id_doubted", Some(id), detail);
    step.inquire_soon(id);
}

fn check_ids(order: &Order, id: &AttemptId, word: &WalletWord) -> Result<(), String> {
    let Some(attempt) = order.attempt(id) else { return Err("no such attempt".to_owned()) };
    if let Some(echoed) = &word.payment_request_id
        && *echoed != attempt.payment_request_id
    {
        return Err(format!("payment request {echoed} is not this attempt's"));
    }
    if let (Some(told), Some(known)) = (&word.payment_id, &attempt.payment_id)
        && told != known
    {
        return Err(format!("payment {told} is not this attempt's, which is {known}"));
    }
    let told_elsewhere = word.payment_id.as_ref().is_some_and(|told| {
        order.attempts.iter().any(|other| other.id != *id && other.payment_id.as_ref() == Some(told))
    });
    if told_elsewhere { Err("the payment belongs to another attempt".to_owned()) } else { Ok(()) }
}

fn amount_fits(order: &Order, word: &WalletWord) -> Result<(), String> {
    match &word.amount {
        None => Err("it carries no amount".to_owned()),
        Some((value, currency)) if *value == order.total && *currency == order.currency.code => Ok(()),
        Some((value, currency)) => Err(format!(
            "it speaks of {currency} {value}, the order of {} {}",
            order.currency.code, order.total
        )),
    }
}

fn learn_payment_id(step: &mut Step, id: &AttemptId, told: Option<PaymentId>) {
    let wallet = step.order.customer.wallet.clone();
    let Some(attempt) = step.attempt_mut(id) else { return };
    if let (None, Some(told)) = (&attempt.payment_id, told) {
        attempt.payment_id = Some(told.clone());
        step.guard(Guard::PaymentIdIsNew(wallet, told));
    }
}

fn succeeded(step: &mut Step, id: &AttemptId, source: WordSource) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    match (&attempt.state, source) {
        (AttemptState::Succeeded { .. }, WordSource::Inquiry) => contest::refuted(step, id, "paid"),
        // What was taken back is for a person, whatever the wallet says next.
        (AttemptState::Succeeded { .. }, WordSource::Notification) | (AttemptState::Reversed { .. }, _) => {}
        (AttemptState::Failed { .. } | AttemptState::Cancelled { .. }, WordSource::Notification) => {
            contest::begin(step, id, "paid, says a notification");
        }
        (
            AttemptState::Creating
            | AttemptState::Open { .. }
            | AttemptState::Unknown
            | AttemptState::NeedsAttention { .. },
            _,
        )
        | (AttemptState::Failed { .. } | AttemptState::Cancelled { .. }, WordSource::Inquiry) => {
            attempt.state = AttemptState::Succeeded { at: now };
            attempt.asking_since = None;
            step.note(Actor::Wallet, "attempt_succeeded", Some(id), source_text(source).to_owned());
            step.drop_calls(id);
            settle::success(step, id);
        }
    }
}

fn ended(step: &mut Step, id: &AttemptId, state: AttemptState, source: WordSource, detail: String) {
    let is_refundable = step.order.refundable(id) > MinorUnits::ZERO;
    let Some(attempt) = step.attempt_mut(id) else { return };
    match (&attempt.state, source) {
        // `pay` was answered S: which of the two holds is for an inquiry to say.
        (
            AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown,
            WordSource::Notification,
        ) if attempt.claimed_paid_at.is_some() => step.inquire_soon(id),
        (
            AttemptState::Creating
            | AttemptState::Open { .. }
            | AttemptState::Unknown
            | AttemptState::NeedsAttention { .. },
            _,
        ) => {
            attempt.claimed_paid_at = None;
            let is_cancelled = matches!(state, AttemptState::Cancelled { .. });
            let kind = if is_cancelled { "attempt_cancelled" } else { "attempt_failed" };
            attempt.state = state;
            step.note(Actor::Wallet, kind, Some(id), detail);
            step.drop_calls(id);
            settle::settle(step);
        }
        // What we gave back ourselves may well be called ended.
        (AttemptState::Succeeded { .. }, WordSource::Notification) if is_refundable => {
            contest::begin(step, id, "ended unpaid, says a notification");
        }
        (AttemptState::Succeeded { .. }, WordSource::Notification) => {}
        (AttemptState::Succeeded { .. }, WordSource::Inquiry) => taken_back(step, id, &state, detail),
        (AttemptState::Failed { .. } | AttemptState::Cancelled { .. }, WordSource::Inquiry) => {
            contest::refuted(step, id, "ended unpaid");
        }
        (AttemptState::Failed { .. } | AttemptState::Cancelled { .. }, WordSource::Notification)
        | (AttemptState::Reversed { .. }, _) => {}
    }
}

/// The wallet says that a payment which it called paid has ended. Cancelled means that it gave the money
/// back: booked as a reversal, unless we had refunded all of it. The order stays paid, and a person looks.
fn taken_back(step: &mut Step, id: &AttemptId, ended: &AttemptState, detail: String) {
    let rest = step.order.refundable(id);
    if rest == MinorUnits::ZERO {
        return contest::refuted(step, id, "paid, and given back");
    }
    if let Some(attempt) = step.attempt_mut(id) {
        attempt.asking_since = None;
    }
    if matches!(ended, AttemptState::Cancelled { .. }) {
        let now = step.now;
        let Some(attempt) = step.attempt_mut(id) else { return };
        attempt.state = AttemptState::Reversed { at: now };
        let booked = format!("{} {detail}", step.order.currency.format(rest));
        step.note(Actor::Wallet, "payment_reversed", Some(id), booked);
    } else if step.order.attention != Some(Attention::SuccessTakenBack) {
        step.note(Actor::Wallet, "success_taken_back", Some(id), detail);
    }
    step.order.attention = Some(Attention::SuccessTakenBack);
}

/// Not knowing a payment proves nothing while it may be on its way (law 5). It ends an attempt once the wallet
/// has cancelled it; or once it was told to, and can't take it any more by whatever its clock says.
fn not_known(step: &mut Step, id: &AttemptId) {
    const WHAT: &str = "the wallet knows of no such payment";
    let Some(attempt) = step.order.attempt(id) else { return };
    // A wallet that called it paid, or too late to cancel, has known it.
    let cancelling = attempt.cancelling.filter(|_| attempt.claimed_paid_at.is_none());
    let was_cancelled = cancelling.is_some_and(|cancelling| cancelling.taken_at.is_some());
    let was_told = cancelling.is_some_and(|cancelling| cancelling.sent > 0);
    let ended_as = if was_cancelled {
        let detail = format!("by inquiry after it was cancelled: {WHAT}");
        Some((AttemptState::Cancelled { at: step.now }, detail))
    } else if was_told && step.now >= step.schedule.closed_at(&step.order) {
        let detail = format!("by inquiry after a cancel and the time to pay: {WHAT}");
        Some((AttemptState::Failed { at: step.now, code: "payment_expired".to_owned() }, detail))
    } else {
        None
    };
    match (&attempt.state, ended_as) {
        (
            AttemptState::Creating
            | AttemptState::Open { .. }
            | AttemptState::Unknown
            | AttemptState::NeedsAttention { .. },
            Some((state, detail)),
        ) => ended(step, id, state, WordSource::Inquiry, detail),
        // That it doesn't know any more what it once told settles nothing.
        (
            AttemptState::Succeeded { .. }
            | AttemptState::Reversed { .. }
            | AttemptState::Failed { .. }
            | AttemptState::Cancelled { .. },
            Some(_),
        )
        | (_, None) => not_final(step, id, WHAT),
    }
}

fn not_final(step: &mut Step, id: &AttemptId, what: &str) {
    let Some(attempt) = step.order.attempt(id) else { return };
    match attempt.state {
        AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown => {
            let is_stranded = step.schedule.is_stranded(attempt, step.now);
            let cancelling = attempt.cancelling;
            step.note(Actor::Wallet, "not_final", Some(id), what.to_owned());
            if let Some(cancelling) = cancelling {
                cancel::not_final(step, id, cancelling);
            } else if is_stranded {
                cancel::begin(step, id, Actor::Server, "nobody can open its cashier");
            } else if !step.schedule_inquiry(id) {
                cancel::begin(step, id, Actor::Server, "the time to pay is over");
            }
        }
        AttemptState::NeedsAttention { at, .. } => {
            step.note(Actor::Wallet, "not_final", Some(id), what.to_owned());
            ask_on(step, id, at);
        }
        AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. } => contest::not_final(step, id),
    }
}

/// Verified, about this payment, and of another amount: a person has to look, whatever was known before.
fn amount_mismatch(step: &mut Step, id: &AttemptId, mismatch: &str) {
    let now = step.now;
    let Some(attempt) = step.attempt_mut(id) else { return };
    let before = attempt.state.clone();
    const REASON: Attention = Attention::AmountMismatch;
    if let AttemptState::NeedsAttention { at, reason: REASON } = before {
        step.note(Actor::Wallet, "amount_mismatch", Some(id), mismatch.to_owned());
        return ask_on(step, id, at);
    }
    if before.is_live() {
        attempt.state = AttemptState::NeedsAttention { at: now, reason: REASON };
    }
    step.note(Actor::Wallet, "amount_mismatch", Some(id), mismatch.to_owned());
    step.drop_calls(id);
    match before {
        AttemptState::Creating
        | AttemptState::Open { .. }
        | AttemptState::Unknown
        | AttemptState::NeedsAttention { .. } => {
            ask_on(step, id, now);
            settle::settle(step);
        }
        AttemptState::Failed { .. } | AttemptState::Cancelled { .. } => contest::paid_otherwise(step, id),
        AttemptState::Succeeded { .. } | AttemptState::Reversed { .. } => {
            settle::flag(step, Attention::AmountMismatch);
        }
    }
}

/// A person looks already; meanwhile the wallet may come to its senses.
fn ask_on(step: &mut Step, id: &AttemptId, since: Timestamp) {
    if let Some(due) = step.schedule.next_hope(&step.order, since, step.now) {
        step.put_job(JobKind::Inquire, Some(id), due);
    }
}

/// The wallet's code; after `pay_by` a failure without one is the wallet closing the payment.
fn failure_code(step: &Step, code: Option<String>) -> String {
    code.unwrap_or_else(|| {
        if step.now >= step.order.pay_by { "payment_expired" } else { "payment_failed" }.to_owned()
    })
}

fn source_text(source: WordSource) -> &'static str {
    match source {
        WordSource::Notification => "by notification",
        WordSource::Inquiry => "by inquiry",
    }
}
