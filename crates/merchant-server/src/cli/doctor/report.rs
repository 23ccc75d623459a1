//! The report: a line for each check, and below it what to do.

use crate::cli::{Failure, out};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// It may work; a person should look.
    Warn,
    /// Payments won't work like this.
    Fail,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One line of the report.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) level: Level,
    subject: &'static str,
    found: String,
    /// What to do, the likeliest first.
    pub(super) advice: Vec<String>,
}

impl Check {
    pub(super) fn ok(subject: &'static str, found: impl Into<String>) -> Self {
        Self { level: Level::Ok, subject, found: found.into(), advice: Vec::new() }
    }

    pub(super) fn warn(subject: &'static str, found: impl Into<String>) -> Self {
        Self { level: Level::Warn, subject, found: found.into(), advice: Vec::new() }
    }

    pub(super) fn fail(subject: &'static str, found: impl Into<String>) -> Self {
        Self { level: Level::Fail, subject, found: found.into(), advice: Vec::new() }
    }

    /// Adds something to do, less likely to help than what was added before.
    #[must_use]
    pub(super) fn advise(mut self, what: impl Into<String>) -> Self {
        self.advice.push(what.into());
        self
    }
}

/// Prints as it is told, and counts.
#[derive(Debug, Default)]
pub(super) struct Report {
    failed: usize,
    warned: usize,
}

impl Report {
    pub(super) fn section(&mut self, title: &str) {
        out::line(title);
    }

    pub(super) fn add(&mut self, check: Check) {
        match check.level {
            Level::Ok => {}
            Level::Warn => self.warned += 1,
            Level::Fail => self.failed += 1,
        }
        out::line(&format!("  {:<4}  {:<14}  {}", check.level.as_str(), check.subject, check.found));
        match &check.advice[..] {
            [] => {}
            [only] => out::line(&format!("        -> {only}")),
            several => {
                for (number, what) in several.iter().enumerate() {
                    out::line(&format!("        {}. {what}", number + 1));
                }
            }
        }
    }

    pub(super) fn extend(&mut self, checks: impl IntoIterator<Item = Check>) {
        for check in checks {
            self.add(check);
        }
    }

    /// The last line.
    pub(super) fn end(self) -> Result<(), Failure> {
        let warnings = match self.warned {
            0 => "no warnings".to_owned(),
            1 => "1 warning".to_owned(),
            many => format!("{many} warnings"),
        };
        match self.failed {
            0 => {
                out::line(&format!("nothing failed, {warnings}"));
                Ok(())
            }
            failed => Err(Failure::Unwell { failed, warnings }),
        }
    }
}
