//! Between the shop's timestamps and what others make of them.

use shop_api::Timestamp;

/// A shop's timestamp as the wallet API takes it; the end of time when it is later than that.
pub fn to_jiff(time: Timestamp) -> jiff::Timestamp {
    i64::try_from(time.0)
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .unwrap_or(jiff::Timestamp::MAX)
}

/// As people and logs read it: `2026-01-31T12:00:00Z`.
pub fn text(time: Timestamp) -> String {
    to_jiff(time).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
