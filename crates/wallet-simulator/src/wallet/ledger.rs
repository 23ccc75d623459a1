//! The wallet's books: double entries that sum to zero, and the balances that they come to.

use std::collections::BTreeMap;
use std::fmt;

use wallet_api::amount::{Amount, Currency};
use wallet_api::ids::{ClientId, CustomerId, PaymentId};

/// Whose money an entry moves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// A customer's balance.
    Customer(CustomerId),
    /// What of a customer's money is held for captures.
    Held(CustomerId),
    /// What the wallet owes a merchant.
    Merchant(ClientId),
    /// What was taken from a merchant for refunds that are in process.
    Refunding(ClientId),
    /// Where topped-up money comes from.
    Funding,
    /// Where merchants' money is paid out to.
    Payouts,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => write!(f, "customer:{id}"),
            Self::Held(id) => write!(f, "held:{id}"),
            Self::Merchant(id) => write!(f, "merchant:{id}"),
            Self::Refunding(id) => write!(f, "refunding:{id}"),
            Self::Funding => f.write_str("funding"),
            Self::Payouts => f.write_str("payouts"),
        }
    }
}

/// One side of a movement; the other side stands next to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose money.
    pub account: Account,
    /// In what.
    pub currency: Currency,
    /// What came in (more than zero) or went out (less), in the smallest unit.
    pub value: i64,
    /// By which payment; `None` for a top-up or a payout.
    pub payment_id: Option<PaymentId>,
}

/// All entries, and the balances that they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    entries: Vec<Entry>,
    balances: BTreeMap<(Account, Currency), i128>,
}

impl Ledger {
    /// Moves `amount` from one account to another. Whether it may is decided before.
    pub fn transfer(&mut self, from: Account, to: Account, amount: Amount, payment_id: Option<&PaymentId>) {
        // An amount has 16 digits at the most, so it fits.
        let value = i64::try_from(amount.value.get()).unwrap_or(i64::MAX);
        for (account, value) in [(from, -value), (to, value)] {
            *self.balances.entry((account.clone(), amount.currency)).or_default() += i128::from(value);
            self.entries.push(Entry {
                account,
                currency: amount.currency,
                value,
                payment_id: payment_id.cloned(),
            });
        }
    }

    /// What an account has.
    pub fn balance(&self, account: &Account, currency: Currency) -> i128 {
        self.balances.get(&(account.clone(), currency)).copied().unwrap_or_default()
    }

    /// Whether an account has `amount`.
    pub fn has(&self, account: &Account, amount: Amount) -> bool {
        self.balance(account, amount.currency) >= i128::from(amount.value.get())
    }

    /// What an account has in every currency that it ever had.
    pub fn balances(&self, account: &Account) -> impl Iterator<Item = (Currency, i128)> {
        self.balances
            .iter()
            .filter(move |((holder, _), _)| holder == account)
            .map(|((_, currency), balance)| (*currency, *balance))
    }

    /// Every entry, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
