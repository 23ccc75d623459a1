//! The wallet itself, without network, disk, clock or chance.
//!
//! In: events, and questions with the time they are asked at. Out: decisions as lists of events, which
//! change nothing until they are applied. Customers and balances, payments, codes and logins, merchants.

pub mod decide;
pub mod event;
pub mod ledger;
pub mod payment;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use wallet_api::amount::Currency;
use wallet_api::clock::later;
use wallet_api::ids::{AuthCode, ClientId, CustomerId, PaymentId, PaymentRequestId};

use self::event::{Event, Merchant};
use self::ledger::{Account, Ledger};
use self::payment::{Delivery, Payment, State, Terms};

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
    /// Open payments by the time at which they close.
    open: BTreeSet<(Timestamp, PaymentId)>,
    /// Notifications by the time at which they are due.
    due: BTreeSet<(Timestamp, PaymentId)>,
    auth_codes: BTreeMap<AuthCode, IssuedCode>,
    logins: BTreeMap<String, Login>,
    advanced: Duration,
}

/// A customer of the wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The name that the cashier shows.
    pub name: String,
    /// Whether risk control refuses the next payment.
    pub refuse_next_payment: bool,
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

/// An event that can't follow those before it: the journal was damaged or written by another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event speaks of a customer, payment or code that doesn't exist, or ends a payment twice")]
pub struct ImpossibleEvent;

impl Wallet {
    /// Lets `event` have happened.
    ///
    /// # Errors
    /// [`ImpossibleEvent`]; the wallet is as it was.
    pub fn apply(&mut self, event: Event) -> Result<(), ImpossibleEvent> {
        match event {
            Event::CustomerOpened { customer_id, name } => {
                self.customers.insert(customer_id, Customer { name, refuse_next_payment: false });
            }
            Event::ToppedUp { customer_id, amount } => {
                self.customers.get(&customer_id).ok_or(ImpossibleEvent)?;
                self.ledger.transfer(Account::Funding, Account::Customer(customer_id), amount, None);
            }
            Event::RefusalSet { customer_id, refuse } => {
                self.customers.get_mut(&customer_id).ok_or(ImpossibleEvent)?.refuse_next_payment = refuse;
            }
            Event::MerchantRegistered(merchant) => {
                self.merchants.insert(merchant.client_id.clone(), merchant);
            }
            Event::AuthCodeIssued { code, customer_id, expires_at } => {
                self.auth_codes.insert(code, IssuedCode { customer_id, expires_at, used: false });
            }
            Event::AuthCodeUsed { code } => {
                self.auth_codes.get_mut(&code).ok_or(ImpossibleEvent)?.used = true;
            }
            Event::LoginIssued { token, customer_id, expires_at } => {
                self.logins.insert(token, Login { customer_id, expires_at });
            }
            Event::PaymentCreated(terms) => self.open_payment(*terms),
            Event::PaymentSucceeded { payment_id, customer_id, at } => {
                let terms =
                    self.end(&payment_id, at, State::Succeeded { customer_id: customer_id.clone(), at })?;
                let (from, to) = (Account::Customer(customer_id), Account::Merchant(terms.client_id));
                self.ledger.transfer(from, to, terms.amount, Some(&payment_id));
            }
            Event::PaymentFailed { payment_id, customer_id, reason, at } => {
                self.end(&payment_id, at, State::Failed { customer_id, reason, at })?;
            }
            Event::NotificationTried { payment_id, at, delivered } => {
                let payment = self.payments.get_mut(&payment_id).ok_or(ImpossibleEvent)?;
                let delivery = payment.delivery_after_try(at, delivered);
                payment.notification_tries += 1;
                self.set_delivery(&payment_id, delivery);
            }
            Event::ClockAdvanced { seconds } => {
                self.advanced = self.advanced.saturating_add(Duration::from_secs(seconds.into()));
            }
            Event::Reset => {
                *self = Self { merchants: std::mem::take(&mut self.merchants), ..Self::default() };
            }
        }
        Ok(())
    }

    fn open_payment(&mut self, terms: Terms) {
        let id = terms.payment_id.clone();
        self.by_request.insert((terms.client_id.clone(), terms.payment_request_id.clone()), id.clone());
        self.open.insert((terms.expires_at, id.clone()));
        self.history.push(id.clone());
        self.payments.insert(
            id,
            Payment { terms, state: State::Processing, delivery: Delivery::None, notification_tries: 0 },
        );
    }

    fn end(&mut self, payment_id: &PaymentId, at: Timestamp, state: State) -> Result<Terms, ImpossibleEvent> {
        let payment = self.payments.get_mut(payment_id).ok_or(ImpossibleEvent)?;
        if payment.is_final() {
            return Err(ImpossibleEvent);
        }
        payment.state = state;
        let terms = payment.terms.clone();
        self.open.remove(&(terms.expires_at, payment_id.clone()));
        if terms.notify_url.is_some() {
            self.set_delivery(payment_id, Delivery::Pending { due: at });
        }
        Ok(terms)
    }

    fn set_delivery(&mut self, payment_id: &PaymentId, delivery: Delivery) {
        let Some(payment) = self.payments.get_mut(payment_id) else { return };
        if let Delivery::Pending { due } = payment.delivery {
            self.due.remove(&(due, payment_id.clone()));
        }
        if let Delivery::Pending { due } = delivery {
            self.due.insert((due, payment_id.clone()));
        }
        payment.delivery = delivery;
    }

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

    /// Who is logged in with this token at `now`.
    pub fn logged_in(&self, token: &str, now: Timestamp) -> Option<&CustomerId> {
        self.logins.get(token).filter(|login| login.expires_at > now).map(|login| &login.customer_id)
    }

    /// When something is to be done next without being asked: a payment closes, a notification is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        let first = |set: &BTreeSet<(Timestamp, PaymentId)>| set.first().map(|(due, _)| *due);
        [first(&self.open), first(&self.due)].into_iter().flatten().min()
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
