//! What time it is, and which time an operator means.

use jiff::{civil::Time, fmt::temporal::Pieces, tz::Offset};
use shop_api::Timestamp;
use wallet_api::clock::Clock;

/// The time now, in the shop's milliseconds.
pub fn now(clock: &dyn Clock) -> Timestamp {
    Timestamp(u64::try_from(clock.now().as_millisecond()).unwrap_or(0))
}

/// The first moment after a day (`2026-03-01`, UTC) or a moment (RFC 3339). Before the clocks began it is their
/// beginning, and after they end their end.
pub fn end_of(text: &str) -> Option<Timestamp> {
    let pieces = Pieces::parse(text).ok()?;
    let (time, offset) = match (pieces.time(), pieces.to_numeric_offset()) {
        (None, None) if text.len() == DAY.len() => (Time::MAX, Offset::UTC),
        (Some(time), Some(offset)) => (time, offset),
        _ => return None,
    };
    let last = offset.to_timestamp(pieces.date().to_datetime(time)).map(|time| time.as_millisecond() + 1);
    let beyond = || if pieces.date().year() < 1970 { 0 } else { jiff::Timestamp::MAX.as_millisecond() };
    Some(Timestamp(u64::try_from(last.unwrap_or_else(|_| beyond())).unwrap_or(0)))
}

/// How long a day is when it is written.
const DAY: &str = "2026-03-01";

#[cfg(test)]
mod tests {
    use merchant_core::time::text;

    use super::*;

    #[test]
    fn a_day_ends_at_midnight_and_a_moment_at_once() {
        assert_eq!(end_of("2026-03-01").map(text).as_deref(), Some("2026-03-02T00:00:00Z"));
        assert_eq!(end_of("2026-03-01T08:00:00+08:00"), Some(Timestamp(1_772_323_200_001)));
        for refused in ["", "yesterday", "2026-02-30", "2026-3-1", "20260301", "2026-03-01T08:00:00"] {
            assert_eq!(end_of(refused), None, "{refused}");
        }
    }

    #[test]
    fn a_time_that_no_clock_shows_is_the_nearest_that_one_does() {
        for early in ["1969-01-01T00:00:00Z", "0000-01-01", "0000-01-01T00:00:00+23:59"] {
            assert_eq!(end_of(early), Some(Timestamp(0)), "{early}");
        }
        for late in ["9999-12-31", "9999-12-31T23:59:59-12:00"] {
            assert!(end_of(late).unwrap().0 >= 253_402_207_200_000, "{late}");
        }
    }
}
