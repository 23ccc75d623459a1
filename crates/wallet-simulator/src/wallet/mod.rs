//! The wallet itself, without network, disk, clock or chance.
//!
//! In: events, and questions with the time they are asked at. Out: decisions as lists of events, which
//! change nothing until they are applied. Customers and balances, payments with their captures, voids and
//! refunds, codes, tokens and logins, merchants.
//!
//! Where to start: [`decide`] says what may happen, `apply` what it changes; each subject has its file.

mod apply;
pub mod authorisation;
pub mod customer;
pub mod decide;
pub mod event;
pub mod ledger;
pub mod payment;
pub mod refund;
pub mod statement;
pub mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use wallet_api::amount::Currency;
use wallet_api::clock::later;
use wallet_api::ids::{
    AccessToken, AuthCode, CaptureId, CaptureRequestId, ClientId, CustomerId, PaymentId, PaymentRequestId,
    RefreshToken, RefundId, RefundRequestId, VoidId, VoidRequestId,
};

pub use self::apply::ImpossibleEvent;
use self::authorisation::{Capture, Void};
use self::customer::Customer;
use self::event::Merchant;
use self::ledger::{Account, Ledger};
use self::payment::{Payment, TransactionId};
use self::refund::Refund;
use self::statement::Line;
use self::token::Grant;

/// Everything that the wallet knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wallet {
    customers: BTreeMap<CustomerId, Customer>,
    merchants: BTreeMap<ClientId, Merchant>,
    ledger: Ledger,
    payments: BTreeMap<PaymentId, Payment>,
    /// Payments in the order of their creation.
    history: Vec<PaymentId>,
    by_request: BTreeMap<(ClientId, PaymentRequestId), PaymentId>,
    captures: BTreeMap<CaptureId, Capture>,
    captures_by_request: BTreeMap<(ClientId, CaptureRequestId), CaptureId>,
    voids: BTreeMap<VoidId, Void>,
    voids_by_request: BTreeMap<(ClientId, VoidRequestId), VoidId>,
    refunds: BTreeMap<RefundId, Refund>,
    refunds_by_request: BTreeMap<(ClientId, RefundRequestId), RefundId>,
    /// Open payments by the time at which they close.
    open: BTreeSet<(Timestamp, PaymentId)>,
    /// Payments with money on hold by the time at which it is given back.
    holds: BTreeSet<(Timestamp, PaymentId)>,
    /// Notifications by the time at which they are due.
    due: BTreeSet<(Timestamp, PaymentId)>,
    /// Every movement of merchants' money, in the order in which it happened.
    statement: Vec<Line>,
    auth_codes: BTreeMap<AuthCode, IssuedCode>,
    grants: BTreeMap<AccessToken, Grant>,
    grants_by_refresh: BTreeMap<RefreshToken, AccessToken>,
    logins: BTreeMap<String, Login>,
    advanced: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct IssuedCode {
    customer_id: CustomerId,
    expires_at: Timestamp,
    used: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Login {
    customer_id: CustomerId,
    expires_at: Timestamp,
}

/// How a merchant names one of its payments. Where a request has both ids, the wallet's counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentKey {
    /// By the wallet's id.
    Id(PaymentId),
    /// By the merchant's.
    Request(PaymentRequestId),
}

/// How a merchant names one of its refunds. Where a request has both ids, the wallet's counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundKey {
    /// By the wallet's id.
    Id(RefundId),
    /// By the merchant's.
    Request(RefundRequestId),
}

/// What was done with a payment after it was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction<'a> {
    /// Held money went to the merchant.
    Capture(&'a Capture),
    /// Held money went back.
    Void(&'a Void),
    /// Paid money went back, or is about to, or could not.
    Refund(&'a Refund),
}

impl Wallet {
    /// The wallet's time when the machine's is `machine`: testers may have moved it.
    pub fn time(&self, machine: Timestamp) -> Timestamp {
        later(machine, self.advanced)
    }

    /// All customers.
    pub fn customers(&self) -> impl Iterator<Item = (&CustomerId, &Customer)> {
        self.customers.iter()
    }

    /// A customer.
    pub fn customer(&self, customer_id: &CustomerId) -> Option<&Customer> {
        self.customers.get(customer_id)
    }

    /// All merchants.
    pub fn merchants(&self) -> impl Iterator<Item = &Merchant> {
        self.merchants.values()
    }

    /// A merchant.
    pub fn merchant(&self, client_id: &str) -> Option<&Merchant> {
        self.merchants.values().find(|merchant| merchant.client_id.as_str() == client_id)
    }

    /// The books.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What a customer can spend, in the smallest unit.
    pub fn balance(&self, customer_id: &CustomerId, currency: Currency) -> i128 {
        self.ledger.balance(&Account::Customer(customer_id.clone()), currency)
    }

    /// All payments, oldest first.
    pub fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.history.iter().filter_map(|id| self.payments.get(id))
    }

    /// A payment by the wallet's id.
    pub fn payment(&self, payment_id: &str) -> Option<&Payment> {
        self.payments.get(&PaymentId::new(payment_id).ok()?)
    }

    /// A payment by the merchant's id.
    pub fn payment_by_request(&self, client_id: &ClientId, id: &PaymentRequestId) -> Option<&Payment> {
        self.payments.get(self.by_request.get(&(client_id.clone(), id.clone()))?)
    }

    /// One of a merchant's own payments.
    pub fn payment_of(&self, client_id: &ClientId, key: &PaymentKey) -> Option<&Payment> {
        match key {
            PaymentKey::Id(id) => {
                self.payments.get(id).filter(|payment| payment.terms.client_id == *client_id)
            }
            PaymentKey::Request(id) => self.payment_by_request(client_id, id),
        }
    }

    /// A payment's captures, void and refunds, oldest first.
    pub fn transactions<'a>(&'a self, payment: &'a Payment) -> impl Iterator<Item = Transaction<'a>> {
        payment.transactions.iter().filter_map(|id| match id {
            TransactionId::Capture(id) => self.captures.get(id).map(Transaction::Capture),
            TransactionId::Void(id) => self.voids.get(id).map(Transaction::Void),
            TransactionId::Refund(id) => self.refunds.get(id).map(Transaction::Refund),
        })
    }

    /// A capture by the wallet's id.
    pub fn capture(&self, capture_id: &CaptureId) -> Option<&Capture> {
        self.captures.get(capture_id)
    }

    /// A void by the wallet's id.
    pub fn void(&self, void_id: &VoidId) -> Option<&Void> {
        self.voids.get(void_id)
    }

    /// A refund by the wallet's id.
    pub fn refund(&self, refund_id: &RefundId) -> Option<&Refund> {
        self.refunds.get(refund_id)
    }

    /// One of a merchant's own refunds.
    pub fn refund_of(&self, client_id: &ClientId, key: &RefundKey) -> Option<&Refund> {
        match key {
            RefundKey::Id(id) => self.refunds.get(id).filter(|refund| refund.terms.client_id == *client_id),
            RefundKey::Request(id) => {
                self.refunds.get(self.refunds_by_request.get(&(client_id.clone(), id.clone()))?)
            }
        }
    }

    /// Who is logged in with this token at `now`.
    pub fn logged_in(&self, token: &str, now: Timestamp) -> Option<&CustomerId> {
        self.logins.get(token).filter(|login| login.expires_at > now).map(|login| &login.customer_id)
    }

    /// When something is to be done next without being asked: a payment closes, held money goes
    /// back, a notification is due. `sent_at` says when one that is due then is really sent: later where it
    /// is kept back, never where it is being tried.
    pub fn next_due(
        &self,
        sent_at: impl Fn(Timestamp, &PaymentId) -> Option<Timestamp>,
    ) -> Option<Timestamp> {
        let first = |set: &BTreeSet<(Timestamp, PaymentId)>| set.first().map(|(due, _)| *due);
        let told = self.due.iter().filter_map(|(due, id)| sent_at(*due, id));
        [first(&self.open), first(&self.holds), told.min()].into_iter().flatten().min()
    }

    /// The payments whose notification is due at `now`.
    pub fn due_notifications(&self, now: Timestamp) -> Vec<&Payment> {
        self.due
            .iter()
            .take_while(|(due, _)| *due <= now)
            .filter_map(|(_, id)| self.payments.get(id))
            .collect()
    }
}

#[cfg(test)]
mod tests;
