//! How a statement writes times, and when its days begin.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use shop_api::Timestamp;

/// How a statement writes times, and when its days begin.
#[derive(Clone, Debug)]
pub struct Timing {
    spelling: Spelling,
    zone: TimeZone,
    cut_off: Time,
}

#[derive(Clone, Debug)]
enum Spelling {
    /// With its own offset.
    Rfc3339,
    /// As strftime takes it, in the statement's zone.
    Local(String),
}

impl Timing {
    /// `None` for a format with which no time can be read.
    pub(super) fn new(format: &str, zone: TimeZone, cut_off: Time) -> Option<Self> {
        let spelling = match format {
            "rfc3339" => Spelling::Rfc3339,
            other => {
                let noon = DateTime::constant(2026, 1, 31, 12, 34, 56, 0);
                let written = jiff::fmt::strtime::format(other, noon).ok()?;
                let read = DateTime::strptime(other, &written).ok()?;
                (read.date() == noon.date()).then_some(())?;
                Spelling::Local(other.to_owned())
            }
        };
        Some(Self { spelling, zone, cut_off })
    }

    /// Reads a row's time.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let read = match &self.spelling {
            Spelling::Rfc3339 => text.parse::<jiff::Timestamp>().ok()?,
            Spelling::Local(format) => {
                let local = DateTime::strptime(format, text).ok()?;
                local.to_zoned(self.zone.clone()).ok()?.timestamp()
            }
        };
        u64::try_from(read.as_millisecond()).ok().map(Timestamp)
    }

    /// A time as this statement's reader writes it.
    pub fn example(&self) -> String {
        match &self.spelling {
            Spelling::Rfc3339 => "2026-01-31T12:34:56+08:00".to_owned(),
            Spelling::Local(format) => {
                let noon = DateTime::constant(2026, 1, 31, 12, 34, 56, 0);
                jiff::fmt::strtime::format(format, noon).unwrap_or_default()
            }
        }
    }

    /// The statement's days from `first` to `last`, both included: from the one's cut-off up to, and not
    /// with, the cut-off after the other.
    pub fn days(&self, first: Date, last: Date) -> Option<Period> {
        let begin = |date: Date| {
            let zoned = date.to_datetime(self.cut_off).to_zoned(self.zone.clone()).ok()?;
            u64::try_from(zoned.timestamp().as_millisecond()).ok().map(Timestamp)
        };
        Some(Period { from: begin(first)?, to: begin(last.tomorrow().ok()?)? })
    }

    /// The day of the statement that a time belongs to.
    pub fn day_of(&self, time: Timestamp) -> Option<Date> {
        let local = merchant_core::time::to_jiff(time).to_zoned(self.zone.clone());
        if local.time() < self.cut_off { local.date().yesterday().ok() } else { Some(local.date()) }
    }
}

/// From a time up to, and not with, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Period {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

#[cfg(test)]
mod tests {
    use jiff::tz::{TimeZone, offset};

    use super::*;

    fn timing(format: &str, cut_off: &str) -> Timing {
        let cut_off = Time::strptime("%H:%M", cut_off).unwrap();
        Timing::new(format, TimeZone::fixed(offset(8)), cut_off).unwrap()
    }

    #[test]
    fn times_are_read_in_the_zone_of_the_statement() {
        let utc = |text: &str| {
            let time: jiff::Timestamp = text.parse().unwrap();
            Some(Timestamp(u64::try_from(time.as_millisecond()).unwrap()))
        };
        let local = timing("%d/%m/%Y %H:%M:%S", "00:00");
        assert_eq!(local.read("01/03/2026 07:59:59"), utc("2026-02-28T23:59:59Z"));
        assert_eq!(local.read("2026-03-01 07:59:59"), None);
        assert_eq!(local.read("31/02/2026 07:59:59"), None);
        let own = timing("rfc3339", "00:00");
        assert_eq!(own.read("2026-03-01T10:00:00+05:30"), utc("2026-03-01T04:30:00Z"));
    }

    #[test]
    fn a_day_begins_at_the_cut_off() {
        let timing = timing("rfc3339", "16:00");
        let day = Date::constant(2026, 3, 1);
        let period = timing.days(day, day).unwrap();
        assert_eq!(merchant_core::time::text(period.from), "2026-03-01T08:00:00Z");
        assert_eq!(merchant_core::time::text(period.to), "2026-03-02T08:00:00Z");
        assert_eq!(timing.day_of(period.from), Some(day));
        assert_eq!(timing.day_of(Timestamp(period.from.0 - 1)), day.yesterday().ok());
        assert_eq!(timing.day_of(Timestamp(period.to.0 - 1)), Some(day));
    }

    #[test]
    fn a_format_without_a_date_is_none() {
        let zone = || TimeZone::fixed(offset(8));
        for format in ["%H:%M:%S", "", "%q", "yesterday"] {
            assert!(Timing::new(format, zone(), Time::midnight()).is_none(), "{format}");
        }
    }
}
