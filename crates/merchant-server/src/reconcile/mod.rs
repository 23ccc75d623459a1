//! Reconciliation: the wallet's statement against our books.
//!
//! In: a file, row by row, and how this wallet writes it. Out: what matches, what differs, what only one side
//! has; fees and payouts, booked once; and inquiries, because a file is not the wallet's signed word: what it
//! says is believed once the wallet confirms it.

mod amount;
mod compare;
mod format;
mod reader;
mod report;
mod run;
mod timing;

pub use compare::{Difference, Verdict, compare};
pub use format::{
    AmountIs, Amounts, BadFormat, Columns, Kinds, Meaning, Signs, StatementFields, StatementFormat,
};
pub use reader::{BadRow, ReadError, Reader, Row, RowKind};
pub use report::{Differing, Listed, Report, Stray};
pub use run::{ReconcileError, Reconciliation};
pub use timing::{Period, Timing};

#[cfg(test)]
mod tests;
