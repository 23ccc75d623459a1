//! When to ask, when to send again, when to cancel, when to stop: one wallet's, as data.

use shop_api::Timestamp;

use super::{Attempt, AttemptState, Order};

/// How long a claimed job belongs to its claimer: longer than any call to a wallet takes.
pub const LEASE_MILLIS: u64 = 90_000;

/// No new attempt is opened with less time left: the shopper couldn't finish it.
pub const MIN_TIME_TO_PAY_MILLIS: u64 = 120_000;

/// The most attempts that an order may have: whoever fails this often needs another way to pay.
pub const MAX_ATTEMPTS: usize = 20;

/// How often the wallet is asked at most about one attempt, whatever the client reports.
const MIN_SPACING_MILLIS: u64 = 1_000;

/// How often the shopper's return is written down at most.
const RETURN_SPACING_MILLIS: u64 = 5_000;

/// How often a message that can't be believed has the wallet asked about one attempt at most.
pub const DOUBT_SPACING_MILLIS: u64 = 30_000;

/// Right after `pay_by`, leaving the wallet a moment to close the payment.
const CLOSING_DELAY_MILLIS: u64 = 1_000;

/// For how long the wallet is asked and told once nothing keeps it from a final word any more, before a
/// person has to look.
const LAST_MILLIS: u64 = 120_000;

/// For how long the wallet is asked which of two words of its own, one against the other, holds.
const CONTESTED_MILLIS: u64 = 600_000;

/// A time span and how often the wallet is called within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// For how long since asking began.
    pub for_millis: u64,
    /// How often.
    pub every_millis: u64,
}

/// When a wallet is called without anybody asking for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// By how much the wallet's clock may differ from ours.
    pub clock_skew_millis: u64,
    /// How often to ask while there is reason to expect news: the shopper returned, or the outcome isn't
    /// known. The last interval goes on.
    pub asking: Vec<Asking>,
    /// How often to ask about a cashier that nobody came back from: its notification may be lost.
    pub watch_every_millis: u64,
    /// How often to ask after `pay_by`, when the wallet is about to close the payment.
    pub closing_every_millis: u64,
    /// How long after `pay_by` the wallet may take to close a payment by itself before it is cancelled there.
    pub cancel_after_millis: u64,
    /// Waits between two `cancel`s; after them as often as `asking` says of later.
    pub cancel_again_millis: Vec<u64>,
    /// Waits before sending the same bytes of a `pay` again; the last one goes on.
    pub resend_millis: Vec<u64>,
    /// For how long an attempt without a cashier is asked about and sent again before it is cancelled, so
    /// that the shopper can try anew: nobody can pay it, and nobody can be left waiting for it.
    pub stranded_millis: u64,
    /// How often the wallet is asked about a refund, or sent it again; after that a person has to look. A
    /// refund may take a day.
    pub refund_asking: Vec<Asking>,
}

impl Default for Schedule {
    fn default() -> Self {
        let every = |every_millis, for_millis| Asking { for_millis, every_millis };
        Self {
            clock_skew_millis: 300_000,
            asking: vec![every(5_000, 60_000), every(30_000, 900_000), every(300_000, u64::MAX)],
            watch_every_millis: 60_000,
            closing_every_millis: 10_000,
            cancel_after_millis: 120_000,
            cancel_again_millis: vec![2_000, 3_000, 3_000, 5_000, 5_000],
            resend_millis: vec![2_000, 3_000, 5_000, 5_000, 10_000, 20_000],
            stranded_millis: 12_000,
            refund_asking: vec![every(5_000, 60_000), every(60_000, 3_600_000), every(1_800_000, 86_400_000)],
        }
    }
}

/// How urgent it is to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits for the answer, or something is held up by it.
    Awaited,
    /// To be on the safe side.
    Routine,
}

impl Schedule {
    /// When to ask next about an attempt that isn't final; `None` when asking alone doesn't help any more.
    pub(super) fn next_inquiry(&self, order: &Order, attempt: &Attempt, now: Timestamp) -> Option<Timestamp> {
        let last_call = order.pay_by.plus_millis(self.cancel_after_millis);
        if now >= last_call {
            return None;
        }
        let closing = order.pay_by.plus_millis(CLOSING_DELAY_MILLIS);
        let interval = match attempt.asking_since {
            _ if now >= closing => self.closing_every_millis,
            Some(since) => interval(&self.asking, since, now),
            None => self.watch_every_millis,
        };
        let next = now.plus_millis(interval);
        Some(if now < closing { next.min(closing) } else { next.min(last_call) })
    }

    /// From when on the wallet can't be about to take a payment any more, whatever its clock says.
    pub(super) fn closed_at(&self, order: &Order) -> Timestamp {
        order.pay_by.plus_millis(self.clock_skew_millis)
    }

    /// Until when the wallet is asked, and told to cancel, before a person has to look.
    pub(super) fn resolved_by(&self, order: &Order) -> Timestamp {
        let told = order.pay_by.plus_millis(self.cancel_after_millis);
        self.closed_at(order).max(told).plus_millis(LAST_MILLIS)
    }

    /// Whether nobody can have opened the attempt's cashier or paid without one, and it was asked about for
    /// long enough.
    pub(super) fn is_stranded(&self, attempt: &Attempt, now: Timestamp) -> bool {
        match attempt.state {
            AttemptState::Creating | AttemptState::Unknown => {
                let is_over = |since: Timestamp| now >= since.plus_millis(self.stranded_millis);
                attempt.claimed_paid_at.is_none() && attempt.asking_since.is_some_and(is_over)
            }
            AttemptState::Open { .. }
            | AttemptState::Succeeded { .. }
            | AttemptState::Reversed { .. }
            | AttemptState::Failed { .. }
            | AttemptState::Cancelled { .. }
            | AttemptState::NeedsAttention { .. } => false,
        }
    }

    /// When to send `cancel` again after it was sent so often; `None` when that is exhausted. Never past the
    /// moment from which on the wallet's not knowing the payment counts, so that nothing waits any longer.
    pub(super) fn next_cancel(
        &self,
        order: &Order,
        since: Timestamp,
        sent: u32,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let index = usize::try_from(sent.saturating_sub(1)).unwrap_or(usize::MAX);
        if let Some(wait) = self.cancel_again_millis.get(index) {
            return Some(now.plus_millis(*wait));
        }
        let slowly = self.asking.get(1..).filter(|slowly| !slowly.is_empty()).unwrap_or(&self.asking);
        let next = now.plus_millis(interval(slowly, since, now));
        let closed_at = self.closed_at(order);
        let next = if now < closed_at { next.min(closed_at) } else { next };
        (next < self.resolved_by(order)).then_some(next)
    }

    /// When to ask again whether a cancel that the wallet took holds; `None` when asking is exhausted.
    pub(super) fn next_confirmation(
        &self,
        order: &Order,
        taken_at: Timestamp,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let is_fresh = self.asking.first().is_some_and(|first| now < taken_at.plus_millis(first.for_millis));
        let next = now.plus_millis(interval(&self.asking, taken_at, now));
        (is_fresh || next < self.resolved_by(order)).then_some(next)
    }

    /// When to ask again which of two words of the wallet's holds; `None` when asking is exhausted.
    pub(super) fn next_contested(&self, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let next = now.plus_millis(interval(&self.asking, since, now));
        (next < since.plus_millis(CONTESTED_MILLIS)).then_some(next)
    }

    /// When to ask again about an attempt that a person looks into; `None` when there is no hope left.
    pub(super) fn next_hope(&self, order: &Order, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let next = now.plus_millis(interval(&self.asking, since, now));
        (next < self.resolved_by(order)).then_some(next)
    }

    /// When to send the same bytes again after sending number `number`; `None` once the time to pay is over.
    pub(super) fn next_sending(&self, order: &Order, number: u32, now: Timestamp) -> Option<Timestamp> {
        let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let wait = self.resend_millis.get(index).or(self.resend_millis.last())?;
        let next = now.plus_millis(*wait);
        (next < order.pay_by).then_some(next)
    }

    /// When to call the wallet next about a refund that isn't final; `None` when a person has to look.
    pub(super) fn next_refund_call(&self, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let elapsed = now.millis_since(since);
        let asking = self.refund_asking.iter().find(|asking| elapsed < asking.for_millis)?;
        Some(now.plus_millis(asking.every_millis))
    }

    /// How urgent it is to ask about an attempt.
    pub fn urgency(&self, order: &Order, attempt: &Attempt, now: Timestamp) -> Urgency {
        let first = self.asking.first().map_or(0, |first| first.for_millis);
        let expects = attempt.asking_since.is_some_and(|since| now < since.plus_millis(first));
        let is_unsure = matches!(attempt.state, AttemptState::Creating | AttemptState::Unknown);
        let holds_up = attempt.cancelling.is_some() || now >= order.pay_by;
        if expects || is_unsure || holds_up { Urgency::Awaited } else { Urgency::Routine }
    }

    /// How urgent it is to ask about a refund.
    pub fn refund_urgency(&self, since: Option<Timestamp>, now: Timestamp) -> Urgency {
        let first = self.refund_asking.first().map_or(0, |first| first.for_millis);
        let is_fresh = since.is_none_or(|since| now < since.plus_millis(first));
        if is_fresh { Urgency::Awaited } else { Urgency::Routine }
    }
}

/// The interval that counts so long after `since`; the last one goes on.
fn interval(asking: &[Asking], since: Timestamp, now: Timestamp) -> u64 {
    let elapsed = now.millis_since(since);
    let found = asking.iter().find(|asking| elapsed < asking.for_millis).or(asking.last());
    // A schedule without intervals asks rarely rather than all the time.
    found.map_or(300_000, |asking| asking.every_millis)
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

/// When to ask because of a message that can't be believed: whoever sends such messages can't have the wallet
/// asked more often.
pub(super) fn doubtful_inquiry(attempt: &Attempt, now: Timestamp) -> Timestamp {
    attempt.last_asked_at.map_or(now, |asked| now.max(asked.plus_millis(DOUBT_SPACING_MILLIS)))
}

/// From when on another return of the shopper's is news.
pub(super) fn next_return(last: Timestamp) -> Timestamp {
    last.plus_millis(RETURN_SPACING_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Cancelling;
    use crate::lifecycle::fixtures::{PAY_BY, START, accepted, after, placed};

    fn at(millis: u64) -> Timestamp {
        START.plus_millis(millis)
    }

    #[test]
    fn an_interval_ends_with_its_time_and_the_last_one_goes_on() {
        let every = |every_millis, for_millis| Asking { for_millis, every_millis };
        let asking = [every(10, 1_000), every(20, 2_000)];
        let of = |elapsed| interval(&asking, START, at(elapsed));
        assert_eq!([0, 999, 1_000, 1_999, 2_000, 9_000].map(of), [10, 10, 20, 20, 20, 20]);
        assert_eq!(interval(&[], START, START), 300_000);
    }

    #[test]
    fn the_wallet_is_asked_for_ten_minutes_which_of_two_words_holds() {
        let schedule = Schedule::default();
        assert_eq!(schedule.next_contested(START, START), Some(at(5_000)));
        assert_eq!(schedule.next_contested(START, at(569_999)), Some(at(599_999)));
        assert_eq!(schedule.next_contested(START, at(570_000)), None);
    }

    #[test]
    fn whether_a_cancel_holds_is_asked_for_a_minute_at_least_and_while_the_order_may_be_resolved() {
        let (schedule, order) = (Schedule::default(), placed().order);
        let end = schedule.resolved_by(&order);
        assert_eq!(schedule.next_confirmation(&order, START, at(1_000)), Some(at(6_000)));
        assert_eq!(schedule.next_confirmation(&order, START, at(120_000)), Some(at(150_000)));
        assert_eq!(schedule.next_confirmation(&order, end, end), Some(end.plus_millis(5_000)));
        assert_eq!(schedule.next_confirmation(&order, START, end), None);
    }

    #[test]
    fn asking_is_urgent_while_somebody_waits_or_something_is_held_up() {
        let schedule = Schedule::default();
        let order = after(vec![accepted(1)]);
        let open = &order.attempts[0];
        let urgency = |attempt: &Attempt, now| schedule.urgency(&order, attempt, now);
        assert_eq!(urgency(open, START), Urgency::Routine);
        let returned = Attempt { asking_since: Some(START), ..open.clone() };
        assert_eq!(urgency(&returned, at(59_999)), Urgency::Awaited);
        assert_eq!(urgency(&returned, at(60_000)), Urgency::Routine);
        let unknown = Attempt { state: AttemptState::Unknown, ..open.clone() };
        assert_eq!(urgency(&unknown, START), Urgency::Awaited);
        let cancelling = Cancelling { since: START, sent: 0, taken_at: None };
        let ending = Attempt { cancelling: Some(cancelling), ..open.clone() };
        assert_eq!(urgency(&ending, START), Urgency::Awaited);
        assert_eq!(urgency(open, Timestamp(PAY_BY.0 - 1)), Urgency::Routine);
        assert_eq!(urgency(open, PAY_BY), Urgency::Awaited);
        assert_eq!(schedule.refund_urgency(None, START), Urgency::Awaited);
        assert_eq!(schedule.refund_urgency(Some(START), at(59_999)), Urgency::Awaited);
        assert_eq!(schedule.refund_urgency(Some(START), at(60_000)), Urgency::Routine);
    }

    #[test]
    fn the_wallet_has_a_moment_to_close_a_payment_before_it_is_asked() {
        let order = placed().order;
        assert_eq!(closing_inquiry(&order, START), PAY_BY.plus_millis(1_000));
        let late = PAY_BY.plus_millis(5_000);
        assert_eq!(closing_inquiry(&order, late), late);
    }

    /// The last moment from which an interval ends before `end`, and the first from which it doesn't.
    fn around(end: Timestamp, interval: u64) -> [Timestamp; 2] {
        [Timestamp(end.0 - interval - 1), Timestamp(end.0 - interval)]
    }

    #[test]
    fn nothing_falls_due_at_the_very_end_of_its_time() {
        let (schedule, order) = (Schedule::default(), placed().order);
        let end = schedule.resolved_by(&order);
        let last = Some(Timestamp(end.0 - 1));
        let long_asked = around(end, 300_000);
        assert_eq!(long_asked.map(|now| schedule.next_hope(&order, START, now)), [last, None]);
        assert_eq!(long_asked.map(|now| schedule.next_confirmation(&order, START, now)), [last, None]);
        let told = |now| schedule.next_cancel(&order, schedule.closed_at(&order), 99, now);
        assert_eq!(around(end, 30_000).map(told), [last, None]);
        let sent_often = around(order.pay_by, 20_000).map(|now| schedule.next_sending(&order, 99, now));
        assert_eq!(sent_often, [Some(Timestamp(PAY_BY.0 - 1)), None]);
        let fresh =
            [59_999, 60_000].map(|millis| schedule.next_confirmation(&order, end, end.plus_millis(millis)));
        assert_eq!(
            fresh,
            [Some(end.plus_millis(64_999)), None],
            "a cancel just taken is asked about for a minute"
        );
        let refund = [3_599_999, 3_600_000, 86_399_999, 86_400_000];
        let waits = refund.map(|millis| Some(schedule.next_refund_call(START, at(millis))?.0 - at(millis).0));
        assert_eq!(waits, [Some(60_000), Some(1_800_000), Some(1_800_000), None]);
    }

    #[test]
    fn a_payment_is_asked_about_when_it_should_have_closed_and_from_then_on_often() {
        let schedule = Schedule { clock_skew_millis: 60_000, ..Schedule::default() };
        let order = after(vec![accepted(1)]);
        let next = |now| schedule.next_inquiry(&order, &order.attempts[0], now);
        let closing = PAY_BY.plus_millis(1_000);
        assert_eq!(next(Timestamp(closing.0 - 60_001)), Some(Timestamp(closing.0 - 1)));
        assert_eq!(next(Timestamp(closing.0 - 1)), Some(closing));
        assert_eq!(next(closing), Some(closing.plus_millis(10_000)));
        assert_eq!(next(closing.plus_millis(1)), Some(closing.plus_millis(10_001)));
        let last_call = PAY_BY.plus_millis(120_000);
        assert_eq!(next(Timestamp(last_call.0 - 1)), Some(last_call));
        assert_eq!(next(last_call), None);
        let closed_at = schedule.closed_at(&order);
        let cancel = |now| schedule.next_cancel(&order, PAY_BY, 99, now);
        assert_eq!(cancel(Timestamp(closed_at.0 - 1)), Some(closed_at), "nothing waits any longer than that");
        assert_eq!(cancel(closed_at), Some(closed_at.plus_millis(30_000)));
    }
}
