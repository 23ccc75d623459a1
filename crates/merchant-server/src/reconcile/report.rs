//! What a reconciliation found.

use std::collections::BTreeMap;

use shop_api::{OrderId, Timestamp};

use super::{BadRow, Period, RowKind};
use crate::store::Unstated;

/// The most entries of each list; what is beyond is counted.
const MOST: usize = 1_000;

/// What a reconciliation found.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Whose statement.
    pub wallet: String,
    /// The time that it speaks of; `null` for an empty file without dates.
    pub period: Option<Period>,
    /// Rows that move money.
    pub rows: u64,
    /// Of them, those that no earlier import had.
    pub new_rows: u64,
    /// Rows about payments, refunds and reversals on which both sides agree.
    pub matching: u64,
    /// Rows on which they don't.
    pub differing: Listed<Differing>,
    /// Payments, refunds and reversals that only the wallet has.
    pub only_wallet: Listed<Stray>,
    /// Payments and refunds that only we have.
    pub only_ours: Listed<Unstated>,
    /// Rows that can't be read.
    pub unreadable: Listed<BadRow>,
    /// What the wallet kept, by currency, in the smallest unit.
    pub fees: BTreeMap<String, i64>,
    /// What it paid out, by currency, in the smallest unit.
    pub settled: BTreeMap<String, i64>,
    /// How many inquiries were started: the running server makes them, and adopts what the wallet confirms.
    pub inquiries: u64,
}

/// A list that is cut, and how long it is.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed<T> {
    /// How many there are.
    pub count: u64,
    /// The first thousand of them.
    pub first: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { count: 0, first: Vec::new() }
    }
}

impl<T> Listed<T> {
    pub(super) fn push(&mut self, item: T) {
        self.count += 1;
        if self.first.len() < MOST {
            self.first.push(item);
        }
    }
}

/// A row on which the two sides differ.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Differing {
    /// Its line in the file.
    pub line: u64,
    /// What moved the money, the wallet says.
    pub kind: RowKind,
    /// The order.
    pub order_id: OrderId,
    /// Our id, or the wallet's, of the payment or refund.
    pub id: String,
    /// How they differ: a stable code.
    pub difference: &'static str,
    /// What we say.
    pub ours: String,
    /// What the wallet says, in the smallest unit of its currency.
    pub theirs: String,
}

/// A row about nothing that we know.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stray {
    /// Its line in the file.
    pub line: u64,
    /// What moved the money.
    pub kind: RowKind,
    /// When, by the wallet's clock.
    pub at: Timestamp,
    /// Our id, or the wallet's.
    pub id: String,
    /// ISO 4217 code.
    pub currency: String,
    /// In the smallest unit.
    pub amount: i64,
}

impl Report {
    pub(super) fn new(wallet: &str) -> Self {
        Self {
            wallet: wallet.to_owned(),
            period: None,
            rows: 0,
            new_rows: 0,
            matching: 0,
            differing: Listed::default(),
            only_wallet: Listed::default(),
            only_ours: Listed::default(),
            unreadable: Listed::default(),
            fees: BTreeMap::new(),
            settled: BTreeMap::new(),
            inquiries: 0,
        }
    }

    /// Whether both sides say the same, row by row, and every row could be read.
    pub fn all_matches(&self) -> bool {
        self.differing.count == 0
            && self.only_wallet.count == 0
            && self.only_ours.count == 0
            && self.unreadable.count == 0
    }
}
