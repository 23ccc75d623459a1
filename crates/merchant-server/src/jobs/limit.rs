//! How often a wallet is asked: a token bucket for each, and who comes first when there are more questions
//! than tokens.
//!
//! In: a claimed job that is about to ask. Out: that it may, or when to come again. What waits keeps its
//! place: the more urgent first, among equals the one that has waited longest; and whoever isn't urgent has
//! a place after a minute that no newcomer can take.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use merchant_core::lifecycle::{Urgency, WalletName};
use shop_api::Timestamp;

/// How often a wallet is asked at most, by one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Questions in a minute; at least 1.
    pub per_minute: u32,
    /// How many may be asked at once after a silence; at least 1.
    pub burst: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { per_minute: 3_000, burst: 100 }
    }
}

/// Whether a question may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// Not before this time.
    At(Timestamp),
}

/// The buckets of all wallets.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<WalletName, Bucket>>);

impl Limits {
    /// Takes a token of this wallet's for a job, or a place in the queue for one.
    pub fn take(
        &self,
        wallet: &WalletName,
        limit: RateLimit,
        job: i64,
        urgency: Urgency,
        now: Timestamp,
    ) -> Turn {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(wallet.clone()).or_insert_with(|| Bucket::full(limit, now));
        bucket.take(limit, job, urgency, now)
    }
}

/// By how much an urgent question is ahead of one that isn't.
const HEAD_START_MILLIS: u64 = 60_000;

/// A job that doesn't come for its token, because somebody else does it or nobody needs it any more, loses
/// its place.
const LATE_MILLIS: u64 = 5_000;

/// A token in thousandths of a token a minute and millisecond: whole numbers, so that nothing drifts.
const TOKEN: u64 = 60_000;

#[derive(Debug)]
struct Bucket {
    /// In parts of [`TOKEN`].
    level: u64,
    filled_at: Timestamp,
    /// Who waits, the first in line first, and when each was told to come.
    queue: BTreeMap<(u64, i64), Timestamp>,
    /// Each one's place in `queue`.
    places: HashMap<i64, u64>,
}

impl Bucket {
    fn full(limit: RateLimit, now: Timestamp) -> Self {
        let level = u64::from(limit.burst).saturating_mul(TOKEN);
        Self { level, filled_at: now, queue: BTreeMap::new(), places: HashMap::new() }
    }

    fn take(&mut self, limit: RateLimit, job: i64, urgency: Urgency, now: Timestamp) -> Turn {
        self.fill(limit, now);
        self.forget_the_late(now);
        let place = match (self.places.get(&job), urgency) {
            (Some(place), _) => *place,
            (None, Urgency::Awaited) => now.0,
            (None, Urgency::Routine) => now.0.saturating_add(HEAD_START_MILLIS),
        };
        let ahead = u64::try_from(self.queue.range(..(place, job)).count()).unwrap_or(u64::MAX);
        let needed = ahead.saturating_add(1).saturating_mul(TOKEN);
        if self.level >= needed {
            self.level = self.level.saturating_sub(TOKEN);
            self.leave(job);
            return Turn::Now;
        }
        let rate = u64::from(limit.per_minute.max(1));
        let wait = needed.saturating_sub(self.level).div_ceil(rate);
        let at = now.plus_millis(wait);
        self.places.insert(job, place);
        self.queue.insert((place, job), at);
        Turn::At(at)
    }

    fn fill(&mut self, limit: RateLimit, now: Timestamp) {
        let new = now.millis_since(self.filled_at).saturating_mul(u64::from(limit.per_minute.max(1)));
        let most = u64::from(limit.burst.max(1)).saturating_mul(TOKEN);
        self.level = self.level.saturating_add(new).min(most);
        self.filled_at = self.filled_at.max(now);
    }

    fn forget_the_late(&mut self, now: Timestamp) {
        let places = &mut self.places;
        self.queue.retain(|(_, job), at| {
            let is_late = now > at.plus_millis(LATE_MILLIS);
            if is_late {
                places.remove(job);
            }
            !is_late
        });
    }

    fn leave(&mut self, job: i64) {
        if let Some(place) = self.places.remove(&job) {
            self.queue.remove(&(place, job));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: RateLimit = RateLimit { per_minute: 60, burst: 2 };

    fn bucket() -> Bucket {
        Bucket::full(LIMIT, Timestamp(0))
    }

    fn take(bucket: &mut Bucket, job: i64, urgency: Urgency, at: u64) -> Turn {
        bucket.take(LIMIT, job, urgency, Timestamp(at))
    }

    #[test]
    fn a_burst_is_asked_at_once_and_then_one_at_a_time() {
        let mut bucket = bucket();
        assert_eq!(take(&mut bucket, 1, Urgency::Routine, 0), Turn::Now);
        assert_eq!(take(&mut bucket, 2, Urgency::Routine, 0), Turn::Now);
        assert_eq!(take(&mut bucket, 3, Urgency::Routine, 0), Turn::At(Timestamp(1_000)));
        assert_eq!(take(&mut bucket, 4, Urgency::Routine, 0), Turn::At(Timestamp(2_000)));
        assert_eq!(take(&mut bucket, 3, Urgency::Routine, 1_000), Turn::Now);
        assert_eq!(take(&mut bucket, 4, Urgency::Routine, 2_000), Turn::Now);
    }

    #[test]
    fn the_more_urgent_comes_first_and_nobody_waits_for_ever() {
        let mut bucket = bucket();
        take(&mut bucket, 1, Urgency::Awaited, 0);
        take(&mut bucket, 2, Urgency::Awaited, 0);
        assert_eq!(take(&mut bucket, 3, Urgency::Routine, 0), Turn::At(Timestamp(1_000)));
        assert_eq!(take(&mut bucket, 4, Urgency::Awaited, 500), Turn::At(Timestamp(1_000)), "overtakes");
        assert_eq!(take(&mut bucket, 3, Urgency::Routine, 1_000), Turn::At(Timestamp(2_000)));
        assert_eq!(take(&mut bucket, 4, Urgency::Awaited, 1_000), Turn::Now);
        let mut urgent = 0;
        for second in 2.. {
            let (newcomer, now) = (1_000 + i64::from(second), u64::try_from(second).unwrap() * 1_000);
            if take(&mut bucket, newcomer, Urgency::Awaited, now) == Turn::Now {
                urgent += 1;
            }
            if take(&mut bucket, 3, Urgency::Routine, now) == Turn::Now {
                break;
            }
        }
        assert_eq!(urgent, 58, "for a minute since it came the urgent ones were first");
    }

    #[test]
    fn among_equals_the_one_that_has_waited_longest_comes_first() {
        let mut bucket = bucket();
        take(&mut bucket, 1, Urgency::Awaited, 0);
        take(&mut bucket, 2, Urgency::Awaited, 0);
        assert_eq!(take(&mut bucket, 9, Urgency::Awaited, 0), Turn::At(Timestamp(1_000)));
        assert_eq!(take(&mut bucket, 3, Urgency::Awaited, 1_000), Turn::At(Timestamp(2_000)), "behind 9");
        assert_eq!(take(&mut bucket, 9, Urgency::Awaited, 1_000), Turn::Now);
    }

    #[test]
    fn who_doesnt_come_for_its_token_holds_nobody_up() {
        let mut bucket = bucket();
        take(&mut bucket, 1, Urgency::Awaited, 0);
        take(&mut bucket, 2, Urgency::Awaited, 0);
        take(&mut bucket, 3, Urgency::Awaited, 0);
        assert_eq!(take(&mut bucket, 4, Urgency::Awaited, 6_001), Turn::Now);
        assert!(bucket.queue.is_empty() && bucket.places.is_empty());
    }

    #[test]
    fn the_bucket_never_holds_more_than_its_burst() {
        let mut bucket = bucket();
        for job in 0..2 {
            assert_eq!(take(&mut bucket, job, Urgency::Awaited, 600_000), Turn::Now);
        }
        assert_ne!(take(&mut bucket, 2, Urgency::Awaited, 600_000), Turn::Now);
    }
}
