//! A merchant asks for a payment, a customer confirms it.

use std::time::Duration;

use jiff::Timestamp;
use wallet_api::amount::Amount;
use wallet_api::clock::later;
use wallet_api::ids::{ClientId, CustomerId, PaymentId, PaymentRequestId};
use wallet_api::operation::result::ResultCode;

use super::{Decision, Refusal, same_content};
use crate::wallet::Wallet;
use crate::wallet::event::Event;
use crate::wallet::ledger::Account;
use crate::wallet::payment::{FailReason, Payment, State, Terms};

/// How long a payment stays open when the merchant doesn't say.
const DEFAULT_EXPIRY: Duration = Duration::from_secs(30 * 60);
/// How long money is held for captures.
const HOLD_LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The currencies that this wallet deals in.
const CURRENCIES: [&str; 18] = [
    "BDT", "CNY", "EUR", "HKD", "IDR", "IQD", "JPY", "KRW", "KWD", "MOP", "MYR", "PHP", "PKR", "SGD", "THB",
    "USD", "VND", "ZAR",
];

/// What a merchant asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayAsked {
    /// The merchant's id.
    pub payment_request_id: PaymentRequestId,
    /// How much.
    pub amount: Amount,
    /// When the payment closes; absent: in 30 minutes.
    pub expires_at: Option<Timestamp>,
    /// Who is paid, for people.
    pub payee: String,
    /// For what, for people.
    pub description: String,
    /// Where the notification goes.
    pub notify_url: Option<String>,
    /// Whether confirming holds the money for captures instead of paying.
    pub authorise_only: bool,
    /// The whole request in canonical form.
    pub content: String,
}

/// What a customer's confirmation in the cashier came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Paid, now or before, by this customer.
    Paid,
    /// The money is held, since now or before, of this customer.
    Authorised,
    /// Not enough money; the payment stays open.
    NotEnough,
    /// Risk control refused it, now or before.
    Refused,
    /// Its time ran out.
    Expired,
    /// The merchant took it back.
    Cancelled,
    /// Somebody else has paid or authorised it.
    TakenByAnother,
}

impl Wallet {
    /// A merchant asks for a payment; the answer is its id, made now or before.
    ///
    /// # Errors
    /// [`Refusal`]: other content than before, a currency that the wallet doesn't
    /// deal in, an expiry that is over.
    pub fn decide_pay(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        asked: PayAsked,
        fresh_id: PaymentId,
    ) -> Decision<PaymentId> {
        if let Some(payment) = self.payment_by_request(client_id, &asked.payment_request_id) {
            same_content(&payment.terms.content, &asked.content)?;
            return Ok((Vec::new(), payment.terms.payment_id.clone()));
        }
        if !CURRENCIES.contains(&asked.amount.currency.code()) {
            let message = "this wallet doesn't deal in this currency";
            return Err(Refusal::new(ResultCode::CurrencyNotSupport, message));
        }
        let expires_at = asked.expires_at.unwrap_or_else(|| later(now, DEFAULT_EXPIRY));
        if expires_at <= now {
            return Err(Refusal::new(ResultCode::ParamIllegal, "paymentExpiryTime is over"));
        }
        let terms = Terms {
            payment_id: fresh_id.clone(),
            client_id: client_id.clone(),
            payment_request_id: asked.payment_request_id,
            content: asked.content,
            amount: asked.amount,
            payee: asked.payee,
            description: asked.description,
            notify_url: asked.notify_url,
            created_at: now,
            expires_at,
            authorise_only: asked.authorise_only,
        };
        Ok((vec![Event::PaymentCreated(Box::new(terms))], fresh_id))
    }

    /// The customer confirms in the cashier; `None` when there is no such payment or customer. Confirming
    /// twice pays, or holds, once.
    pub fn decide_confirm(
        &self,
        now: Timestamp,
        payment_id: &str,
        customer_id: &CustomerId,
    ) -> Option<(Vec<Event>, Confirmation)> {
        let payment = self.payment(payment_id)?;
        let customer = self.customer(customer_id)?;
        if let Some(before) = confirmed_before(payment, customer_id) {
            return Some((Vec::new(), before));
        }
        let terms = &payment.terms;
        let (payment_id, customer_id) = (terms.payment_id.clone(), customer_id.clone());
        if customer.refuse_next_payment {
            let refused = Event::PaymentFailed {
                payment_id,
                customer_id: Some(customer_id.clone()),
                reason: FailReason::Refused,
                at: now,
            };
            let once = Event::RefusalSet { customer_id, refuse: false };
            return Some((vec![refused, once], Confirmation::Refused));
        }
        if !self.ledger.has(&Account::Customer(customer_id.clone()), terms.amount) {
            return Some((Vec::new(), Confirmation::NotEnough));
        }
        if terms.authorise_only {
            let expires_at = later(now, HOLD_LIFE);
            let held = Event::PaymentAuthorised { payment_id, customer_id, at: now, expires_at };
            return Some((vec![held], Confirmation::Authorised));
        }
        Some((vec![Event::PaymentSucceeded { payment_id, customer_id, at: now }], Confirmation::Paid))
    }
}

/// What an earlier confirmation, or something else, made of the payment; `None` while it is open.
fn confirmed_before(payment: &Payment, who: &CustomerId) -> Option<Confirmation> {
    match &payment.state {
        State::Processing => None,
        State::Authorised { customer_id, .. } if customer_id == who => Some(Confirmation::Authorised),
        State::Succeeded { customer_id, .. } if customer_id == who => Some(Confirmation::Paid),
        State::Authorised { .. } | State::Succeeded { .. } => Some(Confirmation::TakenByAnother),
        State::Failed { reason: FailReason::Refused, .. } => Some(Confirmation::Refused),
        State::Failed { reason: FailReason::Expired | FailReason::AuthorisationExpired, .. } => {
            Some(Confirmation::Expired)
        }
        State::Cancelled { .. } => Some(Confirmation::Cancelled),
    }
}
