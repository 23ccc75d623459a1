//! The books: what every change of an order means in double entries (law 12).
//!
//! In: an order before and after a change. Out: [`Posting`]s, sets of entries that sum to zero in every
//! currency. They are derived from the two orders alone, so that no change can forget them: [`postings`] is
//! called where a decision is finished, and its result is committed with it.
//!
//! Debits are positive, credits negative. Money that the wallet took for an order stands in *suspense* until
//! the order is sold; what nobody ordered stays there until it is given back.

mod breakdown;
mod figures;
mod post;

use shop_api::{OrderId, Timestamp};

pub use breakdown::Breakdown;
pub use post::postings;

/// Where money stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What the wallet holds for us. Debit.
    Receivable,
    /// What the wallet paid out to our bank. Debit.
    Settled,
    /// What the wallet kept for its service. Debit.
    Fees,
    /// Goods sold, before discounts and without tax. Credit.
    Sales,
    /// What was taken off what was sold, less what came back of that. Debit.
    Discounts,
    /// What was charged for delivery, less what was given back of it. Credit.
    Delivery,
    /// What is owed to the tax office: less with what was given back. Credit.
    Tax,
    /// Goods sold whose price was given back to the customer, before discounts and without tax. Debit.
    Returns,
    /// Sold, and taken back by the wallet by itself: goods may be gone without money. Debit.
    Reversals,
    /// What is to be given back and hasn't left the wallet yet. Credit.
    RefundsPayable,
    /// Money that belongs to no sale, or not yet; what a person has to look at. Credit, mostly.
    Suspense,
}

impl Account {
    /// All of them, as a balance lists them.
    pub const ALL: [Self; 11] = [
        Self::Receivable,
        Self::Settled,
        Self::Fees,
        Self::Sales,
        Self::Discounts,
        Self::Delivery,
        Self::Tax,
        Self::Returns,
        Self::Reversals,
        Self::RefundsPayable,
        Self::Suspense,
    ];

    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receivable => "receivable",
            Self::Settled => "settled",
            Self::Fees => "fees",
            Self::Sales => "sales",
            Self::Discounts => "discounts",
            Self::Delivery => "delivery",
            Self::Tax => "tax",
            Self::Returns => "returns",
            Self::Reversals => "reversals",
            Self::RefundsPayable => "refunds_payable",
            Self::Suspense => "suspense",
        }
    }

    /// The account with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.as_str() == text)
    }
}

/// One side of a posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub account: Account,
    /// ISO 4217 code of the amount's currency.
    pub currency: String,
    /// In the currency's smallest unit: debits positive, credits negative, never zero.
    pub amount: i64,
}

/// Entries that belong together and sum to zero in every currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Why.
    pub kind: PostingKind,
    /// The attempt, refund or row of a statement that it is about; empty for the order itself.
    pub subject: String,
    /// Two or more.
    pub entries: Vec<Entry>,
}

impl Posting {
    /// Whether the entries sum to zero in every currency.
    pub fn is_balanced(&self) -> bool {
        self.entries.iter().all(|entry| {
            let same = self.entries.iter().filter(|other| other.currency == entry.currency);
            same.map(|other| i128::from(other.amount)).sum::<i128>() == 0
        })
    }
}

/// Why something was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostingKind {
    /// The wallet took a shopper's money for us.
    PaymentReceived,
    /// The wallet gave it back by itself.
    PaymentReversed,
    /// The wallet took another amount than was asked for.
    PaymentMismatched,
    /// The order's goods went with its payment.
    Sale,
    /// Money is to be given back.
    RefundOwed,
    /// It has left the wallet.
    RefundPaid,
    /// It won't be given back.
    RefundDropped,
    /// The wallet kept a fee, its statement says.
    Fee,
    /// The wallet paid out to our bank, its statement says.
    Settlement,
}

impl PostingKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::PaymentReceived,
        Self::PaymentReversed,
        Self::PaymentMismatched,
        Self::Sale,
        Self::RefundOwed,
        Self::RefundPaid,
        Self::RefundDropped,
        Self::Fee,
        Self::Settlement,
    ];

    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PaymentReceived => "payment_received",
            Self::PaymentReversed => "payment_reversed",
            Self::PaymentMismatched => "payment_mismatched",
            Self::Sale => "sale",
            Self::RefundOwed => "refund_owed",
            Self::RefundPaid => "refund_paid",
            Self::RefundDropped => "refund_dropped",
            Self::Fee => "fee",
            Self::Settlement => "settlement",
        }
    }
}

/// An entry as it was written down, with its posting.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookedEntry {
    /// The posting's number: its place in the books.
    pub posting: i64,
    /// When it was posted.
    pub at: Timestamp,
    /// The order that it is about, if it is about one.
    pub order_id: Option<OrderId>,
    /// The order's version afterwards.
    pub version: Option<u32>,
    /// The wallet that has to do with it.
    pub wallet: String,
    /// Why.
    pub kind: String,
    /// The attempt, refund or statement row that it is about.
    pub subject: String,
    /// Where.
    pub account: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Debits positive, credits negative, in the smallest unit.
    pub amount: i64,
}

/// What stands on one account.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// The wallet.
    pub wallet: String,
    /// The account.
    pub account: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The sum of all debits, in the smallest unit.
    pub debits: i64,
    /// The sum of all credits, without sign.
    pub credits: i64,
}

/// Balances by wallet and currency, and the accounts as a balance lists them.
pub fn sorted(mut balances: Vec<Balance>) -> Vec<Balance> {
    let place = |account: &str| Account::ALL.iter().position(|known| known.as_str() == account);
    balances.sort_by(|left, right| {
        let key =
            |balance: &Balance| (balance.wallet.clone(), balance.currency.clone(), place(&balance.account));
        key(left).cmp(&key(right))
    });
    balances
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod stories;
