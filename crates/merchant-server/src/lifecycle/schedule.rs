//! When to ask, when to send again, when to stop: as data.

use shop_api::Timestamp;

use super::{Attempt, AttemptState, Order};

/// How long a claimed job belongs to its claimer: longer than any call to a wallet takes.
pub const LEASE_MILLIS: u64 = 90_000;

/// How long after `pay_by` the wallet may take to close a payment by itself before it is cancelled there.
pub const CANCEL_GRACE_MILLIS: u64 = 120_000;

/// How long after `pay_by` the wallet is asked and told to cancel before a person has to look: its clock may
/// be five minutes behind ours, and some margin. What it doesn't know by then it never got.
pub const RESOLVE_GRACE_MILLIS: u64 = 420_000;

/// For how long an attempt without a cashier is asked about and sent again before it is cancelled, so that
/// the shopper can try anew: nobody can pay it, and nobody can be left waiting for it.
const STRANDED_MILLIS: u64 = 12_000;

/// Waits between two `cancel`s; after them the slow interval, until asking ends.
const CANCEL_AGAIN_AFTER_MILLIS: [u64; 5] = [2_000, 3_000, 3_000, 5_000, 5_000];

/// No new attempt is opened with less time left: the shopper couldn't finish it.
pub const MIN_TIME_TO_PAY_MILLIS: u64 = 120_000;

/// How often the wallet is asked at most about one attempt, whatever the client reports.
const MIN_SPACING_MILLIS: u64 = 1_000;

/// The most attempts that an order may have: whoever fails this often needs another way to pay.
pub const MAX_ATTEMPTS: usize = 20;

/// How often the shopper's return is written down at most.
const RETURN_SPACING_MILLIS: u64 = 5_000;

/// How often the wallet is asked about a refund, or sent it again, since that began: a refund may take a day.
const REFUND_ASKING: [Asking; 3] = [
    FAST_ASKING,
    Asking { for_millis: 3_600_000, every_millis: 60_000 },
    Asking { for_millis: 86_400_000, every_millis: 1_800_000 },
];

/// A time span and the interval of inquiries within it.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// For how long since asking began.
    pub for_millis: u64,
    /// How often.
    pub every_millis: u64,
}

/// When there is reason to expect news: often for a minute, then more slowly.
pub const FAST_ASKING: Asking = Asking { for_millis: 60_000, every_millis: 5_000 };
const SLOW_EVERY_MILLIS: u64 = 30_000;

/// An open cashier that nobody has come back from: a notification may have been lost.
const WATCH_EVERY_MILLIS: u64 = 60_000;

/// After `pay_by` the wallet is about to close the payment.
const CLOSING_EVERY_MILLIS: u64 = 10_000;

/// Right after `pay_by`, leaving the wallet a moment to close the payment.
const CLOSING_DELAY_MILLIS: u64 = 1_000;

/// Waits before sending the same bytes again; the last one repeats.
const RESEND_AFTER_MILLIS: [u64; 6] = [2_000, 3_000, 5_000, 5_000, 10_000, 20_000];

/// When to ask next about an attempt that isn't final; `None` when asking alone doesn't help any more.
pub(super) fn next_inquiry(order: &Order, attempt: &Attempt, now: Timestamp) -> Option<Timestamp> {
    let last_call = order.pay_by.plus_millis(CANCEL_GRACE_MILLIS);
    if now >= last_call {
        return None;
    }
    let closing = order.pay_by.plus_millis(CLOSING_DELAY_MILLIS);
    let interval = match attempt.asking_since {
        _ if now >= closing => CLOSING_EVERY_MILLIS,
        Some(since) if now < since.plus_millis(FAST_ASKING.for_millis) => FAST_ASKING.every_millis,
        Some(_) => SLOW_EVERY_MILLIS,
        None => WATCH_EVERY_MILLIS,
    };
    let next = now.plus_millis(interval);
    Some(if now < closing { next.min(closing) } else { next.min(last_call) })
}

/// From when on the wallet can't be about to take a payment any more, whatever its clock says.
pub(super) fn is_closed(order: &Order, now: Timestamp) -> bool {
    now >= order.pay_by.plus_millis(RESOLVE_GRACE_MILLIS)
}

/// Whether nobody can have opened the attempt's cashier or paid without one, and it was asked about for long
/// enough.
pub(super) fn is_stranded(attempt: &Attempt, now: Timestamp) -> bool {
    match attempt.state {
        AttemptState::Creating | AttemptState::Unknown => {
            attempt.claimed_paid_at.is_none()
                && attempt.asking_since.is_some_and(|since| now >= since.plus_millis(STRANDED_MILLIS))
        }
        AttemptState::Open { .. }
        | AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => false,
    }
}

/// When to send `cancel` again after it was sent so often; `None` when that is exhausted.
pub(super) fn next_cancel(order: &Order, sent: u32, now: Timestamp) -> Option<Timestamp> {
    let index = usize::try_from(sent.saturating_sub(1)).unwrap_or(usize::MAX);
    match CANCEL_AGAIN_AFTER_MILLIS.get(index) {
        Some(wait) => Some(now.plus_millis(*wait)),
        None => {
            let next = now.plus_millis(SLOW_EVERY_MILLIS);
            (!is_closed(order, next)).then_some(next)
        }
    }
}

/// When to ask again whether a cancel that the wallet took holds; `None` when asking is exhausted.
pub(super) fn next_confirmation(order: &Order, taken_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let is_fresh = now < taken_at.plus_millis(FAST_ASKING.for_millis);
    match (is_fresh, is_closed(order, now)) {
        (true, _) => Some(now.plus_millis(FAST_ASKING.every_millis)),
        (false, false) => Some(now.plus_millis(SLOW_EVERY_MILLIS)),
        (false, true) => None,
    }
}

/// Whether the shopper could still finish a payment that begins now.
pub(super) fn has_time_to_pay(order: &Order, now: Timestamp) -> bool {
    now.plus_millis(MIN_TIME_TO_PAY_MILLIS) <= order.pay_by
}

/// When to ask about an attempt whose time to pay is over.
pub(super) fn closing_inquiry(order: &Order, now: Timestamp) -> Timestamp {
    now.max(order.pay_by.plus_millis(CLOSING_DELAY_MILLIS))
}

/// When to ask although it isn't time yet: now, unless the wallet was asked just before.
pub(super) fn soonest_inquiry(attempt: &Attempt, now: Timestamp) -> Timestamp {
    attempt.last_asked_at.map_or(now, |asked| now.max(asked.plus_millis(MIN_SPACING_MILLIS)))
}

/// From when on another return of the shopper's is news.
pub(super) fn next_return(last: Timestamp) -> Timestamp {
    last.plus_millis(RETURN_SPACING_MILLIS)
}

/// When to send the same bytes again after sending number `number`; `None` once the time to pay is over.
pub(super) fn next_sending(order: &Order, number: u32, now: Timestamp) -> Option<Timestamp> {
    let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let wait = RESEND_AFTER_MILLIS.get(index).copied().unwrap_or(20_000);
    let next = now.plus_millis(wait);
    (next < order.pay_by).then_some(next)
}

/// When to call the wallet next about a refund that isn't final; `None` when a person has to look.
pub(super) fn next_refund_call(since: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let elapsed = now.millis_since(since);
    let asking = REFUND_ASKING.iter().find(|asking| elapsed < asking.for_millis)?;
    Some(now.plus_millis(asking.every_millis))
}
