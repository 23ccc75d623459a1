//! When to try again, and when to stop: as data.

use shop_api::Timestamp;
use wallet_api::random::Rng;

/// Waits after the first, second, … try, in milliseconds: together a little over three days. What Standard
/// Webhooks suggests.
const AGAIN_AFTER_MILLIS: [u64; 9] =
    [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000];

/// A wait is stretched by up to a tenth, so that what failed together doesn't come back together.
const JITTER_PERCENT: u64 = 10;

/// The longest that a receiver may ask to be left alone.
const LONGEST_RETRY_AFTER_MILLIS: u64 = 86_400_000;

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver answered with this status, and perhaps asked to be left alone for so many seconds.
    Status(u16, Option<u64>),
    /// Nothing readable came back; a stable code says why.
    Nothing(&'static str),
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status, None) => write!(f, "HTTP {status}"),
            Self::Status(status, Some(seconds)) => write!(f, "HTTP {status}, retry-after {seconds}"),
            Self::Nothing(code) => f.write_str(code),
        }
    }
}

/// What to do after a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Done.
    Delivered,
    /// Try again at this time.
    Again(Timestamp),
    /// A person has to look: it was tried for days, or the receiver is gone for good.
    Park,
}

/// What follows from the answer to try number `tries`, the first one being 1.
pub fn next(tries: u32, answer: &Answer, now: Timestamp, rng: &dyn Rng) -> Next {
    let asked_for = match answer {
        Answer::Status(200..=299, _) => return Next::Delivered,
        // "Gone": it wants no more.
        Answer::Status(410, _) => return Next::Park,
        Answer::Status(_, seconds) => seconds.unwrap_or(0).saturating_mul(1_000),
        Answer::Nothing(_) => 0,
    };
    let index = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    match AGAIN_AFTER_MILLIS.get(index) {
        None => Next::Park,
        Some(wait) => {
            let wait = wait + jitter(*wait, rng);
            Next::Again(now.plus_millis(wait.max(asked_for.min(LONGEST_RETRY_AFTER_MILLIS))))
        }
    }
}

fn jitter(wait: u64, rng: &dyn Rng) -> u64 {
    let mut bytes = [0; 8];
    rng.fill(&mut bytes);
    u64::from_be_bytes(bytes) % (wait * JITTER_PERCENT / 100 + 1)
}

#[cfg(test)]
mod tests {
    use wallet_api::random::SeededRng;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn after(tries: u32, answer: Answer) -> Next {
        next(tries, &answer, NOW, &SeededRng::new(u64::from(tries)))
    }

    #[test]
    fn only_2xx_is_delivered() {
        for status in [200, 202, 204, 299] {
            assert_eq!(after(1, Answer::Status(status, None)), Next::Delivered, "{status}");
        }
        for status in [100, 301, 302, 307, 400, 401, 404, 429, 500, 503] {
            assert!(matches!(after(1, Answer::Status(status, None)), Next::Again(_)), "{status}");
        }
    }

    #[test]
    fn tries_grow_apart_over_three_days_and_then_end() {
        let mut waited = 0;
        for tries in 1..=9 {
            let Next::Again(at) = after(tries, Answer::Nothing("timeout")) else { panic!("{tries}") };
            let wait = AGAIN_AFTER_MILLIS[usize::try_from(tries).unwrap() - 1];
            assert!((wait..=wait + wait / 10).contains(&at.millis_since(NOW)), "{tries}");
            waited += wait;
        }
        assert!((3 * 86_400_000..4 * 86_400_000).contains(&waited));
        assert_eq!(after(10, Answer::Nothing("timeout")), Next::Park);
    }

    #[test]
    fn chance_spreads_what_failed_together() {
        let times: std::collections::HashSet<_> = (0..20)
            .map(|seed| match next(2, &Answer::Status(500, None), NOW, &SeededRng::new(seed)) {
                Next::Again(at) => at,
                Next::Delivered | Next::Park => panic!(),
            })
            .collect();
        assert!(times.len() > 15);
    }

    #[test]
    fn a_receiver_may_ask_for_time_but_not_for_ever() {
        let at = |seconds| match after(1, Answer::Status(503, Some(seconds))) {
            Next::Again(at) => at.millis_since(NOW),
            Next::Delivered | Next::Park => panic!(),
        };
        assert_eq!(at(120), 120_000);
        assert!((5_000..=5_500).contains(&at(1)), "never sooner than the schedule");
        assert_eq!(at(u64::MAX), 86_400_000);
    }

    #[test]
    fn who_is_gone_is_left_alone() {
        assert_eq!(after(1, Answer::Status(410, None)), Next::Park);
    }
}
