//! When to ask, when to send again, when to stop: as data.

use shop_api::Timestamp;

use super::{Attempt, Order};

/// How long a claimed job belongs to its claimer: longer than any call to a wallet takes.
pub const LEASE_MILLIS: u64 = 90_000;

/// How long after `pay_by` the wallet is asked before a person has to look: its clock may be behind ours,
/// and it may be slow to close the payment.
pub const RESOLVE_GRACE_MILLIS: u64 = 120_000;

/// No new attempt is opened with less time left: the shopper couldn't finish it.
pub const MIN_TIME_TO_PAY_MILLIS: u64 = 120_000;

/// How often the wallet is asked at most about one attempt, whatever the client reports.
const MIN_SPACING_MILLIS: u64 = 1_000;

/// The most attempts that an order may have: whoever fails this often needs another way to pay.
pub const MAX_ATTEMPTS: usize = 20;

/// How often the shopper's return is written down at most.
const RETURN_SPACING_MILLIS: u64 = 5_000;

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

/// When to ask next about an attempt that isn't final; `None` when asking is exhausted.
pub(super) fn next_inquiry(order: &Order, attempt: &Attempt, now: Timestamp) -> Option<Timestamp> {
    let last_call = last_inquiry(order);
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

/// The time of the last inquiry: what isn't final then is for a person.
pub(super) fn last_inquiry(order: &Order) -> Timestamp {
    order.pay_by.plus_millis(RESOLVE_GRACE_MILLIS)
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
