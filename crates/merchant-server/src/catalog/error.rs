//! What is wrong with a catalogue file, and where.

use std::fmt;
use std::path::PathBuf;

/// Why a catalogue file can't be imported. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError {
    /// The file.
    pub file: PathBuf,
    /// `line 7, column price`, or `products[3].variants[0].price`.
    pub place: Option<String>,
    /// What kind of flaw.
    pub flaw: Flaw,
    /// What was found, what was expected, what to do.
    pub what: String,
}

/// What kind of flaw; each has a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A file can't be read.
    Unreadable,
    /// It isn't JSON or CSV, or lacks a field.
    Syntax,
    /// A value that can't be.
    BadValue,
    /// An id that stands twice.
    Duplicate,
    /// Something named that isn't there.
    Missing,
}

impl Flaw {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "catalog_unreadable",
            Self::Syntax => "catalog_syntax",
            Self::BadValue => "catalog_bad_value",
            Self::Duplicate => "catalog_duplicate",
            Self::Missing => "catalog_missing",
        }
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(place) = &self.place {
            write!(f, ", {place}")?;
        }
        write!(f, ": {} [{}]", self.what, self.flaw.code())
    }
}

impl std::error::Error for CatalogError {}
