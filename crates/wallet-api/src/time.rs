//! Points in time as the wire writes them.
//!
//! In: a [`Timestamp`] and a [`TimeFormat`], or text. Out: the text, or the timestamp. Wallets write time
//! in four ways (seconds or milliseconds with an offset, UTC, epoch milliseconds); we send what the
//! wallet's profile says and read all of them. What is *signed* is always the exact text of the header,
//! never a time that was parsed and written again.
//!
//! Source: ISO with seconds or milliseconds from platform-v1 and platform-v2, UTC and epoch milliseconds from
//! sdk and antom; that answers and bodies are ISO also where requests are not: antom.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How a wallet wants `Request-Time` and datetimes written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// `2019-05-28T04:12:12+00:00`
    #[default]
    IsoSeconds,
    /// `2019-05-28T04:12:12.253+00:00`
    IsoMillis,
    /// `2019-05-28T04:12:12Z`
    UtcSeconds,
    /// `1559016732253`
    EpochMillis,
}

impl TimeFormat {
    /// `time` as text, in UTC.
    pub fn format(self, time: Timestamp) -> String {
        let utc = Offset::UTC.to_datetime(time);
        match self {
            Self::IsoSeconds => format!("{}+00:00", utc.strftime("%Y-%m-%dT%H:%M:%S")),
            Self::IsoMillis => format!("{}+00:00", utc.strftime("%Y-%m-%dT%H:%M:%S.%3f")),
            Self::UtcSeconds => format!("{}Z", utc.strftime("%Y-%m-%dT%H:%M:%S")),
            Self::EpochMillis => time.as_millisecond().to_string(),
        }
    }

    /// The way to write datetimes inside a body: always ISO, also where headers are epoch milliseconds.
    #[must_use]
    pub fn in_body(self) -> Self {
        match self {
            Self::IsoSeconds | Self::IsoMillis | Self::UtcSeconds => self,
            Self::EpochMillis => Self::IsoMillis,
        }
    }
}

/// Reads any of the four ways.
///
/// # Errors
/// [`TimeError`] for anything else, and for text of more than 40 characters.
pub fn parse(text: &str) -> Result<Timestamp, TimeError> {
    let text = text.trim();
    if text.is_empty() || text.len() > 40 {
        return Err(TimeError);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text
            .parse()
            .ok()
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .ok_or(TimeError);
    }
    text.parse().map_err(|_| TimeError)
}

/// The text isn't a time that any wallet writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected ISO 8601 with an offset, such as 2019-05-28T12:12:12+08:00, or epoch milliseconds")]
pub struct TimeError;

/// A datetime inside a body: the point in time, and the text that it came as or goes out as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTime {
    time: Timestamp,
    text: String,
}

impl DateTime {
    /// `time` as `format` writes it in a body.
    pub fn new(time: Timestamp, format: TimeFormat) -> Self {
        Self { time, text: format.in_body().format(time) }
    }

    /// The point in time.
    pub fn timestamp(&self) -> Timestamp {
        self.time
    }

    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).map(|time| Self { time, text }).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_the_same_instant_reads_as_the_same_instant() {
        let time = Timestamp::from_millisecond(1_559_016_732_000).unwrap();
        for text in [
            "2019-05-28T12:12:12+08:00",
            "2019-05-28T12:12:12.000+08:00",
            "2019-05-28T04:12:12Z",
            "2019-05-28T04:12:12+00:00",
            "1559016732000",
        ] {
            assert_eq!(parse(text), Ok(time), "{text}");
        }
    }

    #[test]
    fn what_we_write_we_can_read() {
        let time = Timestamp::from_millisecond(1_559_016_732_000).unwrap();
        let written = [
            (TimeFormat::IsoSeconds, "2019-05-28T04:12:12+00:00"),
            (TimeFormat::IsoMillis, "2019-05-28T04:12:12.000+00:00"),
            (TimeFormat::UtcSeconds, "2019-05-28T04:12:12Z"),
            (TimeFormat::EpochMillis, "1559016732000"),
        ];
        for (format, text) in written {
            assert_eq!(format.format(time), text);
            assert_eq!(parse(text), Ok(time));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "yesterday", "2019-05-28", "2019-05-28T12:12:12", "-1", "99999999999999999999"] {
            assert_eq!(parse(text), Err(TimeError), "{text:?}");
        }
    }
}
