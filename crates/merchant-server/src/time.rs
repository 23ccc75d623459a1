//! Between the shop's timestamps and the clock's.

use shop_api::Timestamp;
use wallet_api::clock::Clock;

/// The time now, in the shop's milliseconds.
pub fn now(clock: &dyn Clock) -> Timestamp {
    Timestamp(u64::try_from(clock.now().as_millisecond()).unwrap_or(0))
}

/// A shop's timestamp as the wallet API takes it; the end of time when it is later than that.
pub fn to_jiff(time: Timestamp) -> jiff::Timestamp {
    i64::try_from(time.0)
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .unwrap_or(jiff::Timestamp::MAX)
}

/// The first moment after a day (`2026-03-01`, UTC) or a moment (RFC 3339).
pub fn end_of(text: &str) -> Option<Timestamp> {
    let day = || {
        let date: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
        date.tomorrow()
            .ok()?
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp().as_millisecond())
    };
    let moment = || text.parse::<jiff::Timestamp>().ok()?.as_millisecond().checked_add(1);
    u64::try_from(day().or_else(moment)?).ok().map(Timestamp)
}

/// As people and logs read it: `2026-01-31T12:00:00Z`.
pub fn text(time: Timestamp) -> String {
    to_jiff(time).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_and_a_moment_at_once() {
        assert_eq!(end_of("2026-03-01").map(text).as_deref(), Some("2026-03-02T00:00:00Z"));
        assert_eq!(end_of("2026-03-01T08:00:00+08:00"), Some(Timestamp(1_772_323_200_001)));
        for refused in ["", "yesterday", "2026-02-30", "2026-3-1", "1969-01-01T00:00:00Z"] {
            assert_eq!(end_of(refused), None, "{refused}");
        }
    }
}
