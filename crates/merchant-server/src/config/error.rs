//! What is wrong with the configuration, where, and what to do.

use std::fmt;
use std::path::PathBuf;

/// Why the configuration can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// The line, where it is known.
    pub line: Option<usize>,
    /// The key, `shop.payee`, where there is one.
    pub key: Option<Box<str>>,
    /// The environment variable that the value came from, if it did.
    pub variable: Option<Box<str>>,
    /// What kind of problem.
    pub problem: Problem,
    /// What was found and what was expected.
    pub what: Box<str>,
    /// What to do.
    pub remedy: Box<str>,
}

/// What kind of problem; each has a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A file can't be read.
    Unreadable,
    /// It isn't TOML.
    Syntax,
    /// A key that nobody knows.
    UnknownKey,
    /// A key that must be there isn't.
    MissingKey,
    /// A value that can't be.
    BadValue,
    /// A secret that others can read.
    Exposed,
    /// Key material that can't be used.
    BadKey,
}

impl Problem {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "config_unreadable",
            Self::Syntax => "config_syntax",
            Self::UnknownKey => "config_unknown_key",
            Self::MissingKey => "config_missing_key",
            Self::BadValue => "config_bad_value",
            Self::Exposed => "config_secret_exposed",
            Self::BadKey => "config_bad_key",
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.variable, self.line) {
            (Some(variable), _) => write!(f, "environment variable {variable}")?,
            (None, Some(line)) => write!(f, "{}, line {line}", self.file.display())?,
            (None, None) => write!(f, "{}", self.file.display())?,
        }
        if let Some(key) = &self.key {
            write!(f, ", key `{key}`")?;
        }
        write!(f, ": {}; {} [{}]", self.what, self.remedy, self.problem.code())
    }
}

impl std::error::Error for ConfigError {}
