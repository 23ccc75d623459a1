//! What the wallet decides when it is asked: each decision is a list of events and an answer.
//!
//! The arguments belong to no wire; whoever calls translates. A request that was accepted is answered the
//! same way for ever, without events; one that was refused changed nothing and may be asked again.

mod authorisation;
mod cancel;
mod customer;
mod pay;
mod refund;
mod token;

use jiff::Timestamp;
use wallet_api::amount::Amount;
use wallet_api::ids::{ClientId, PaymentId};
use wallet_api::operation::result::ResultCode;

pub use self::authorisation::{CaptureAsked, VoidAsked};
pub use self::customer::founding;
pub use self::pay::{Confirmation, PayAsked};
pub use self::refund::{RefundAsked, RefundOutcome, Settlement};
pub use self::token::FreshTokens;
use super::Wallet;
use super::event::Event;
use super::ledger::Account;
use super::payment::{FailReason, State};

/// The events, and the answer once they have happened; or a refusal, and nothing happens.
pub type Decision<T> = Result<(Vec<Event>, T), Refusal>;

/// F: why a merchant's request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: ResultCode,
    /// For people.
    pub message: &'static str,
}

impl Refusal {
    fn new(code: ResultCode, message: &'static str) -> Self {
        Self { code, message }
    }
}

impl Wallet {
    /// Closes the payments and gives back the held money whose time ran out by `now`. Every other decision
    /// is taken after this one.
    pub fn expire(&self, now: Timestamp) -> Vec<Event> {
        let closed = self.open.iter().take_while(|(expires_at, _)| *expires_at <= now);
        let closed = closed.map(|(expires_at, payment_id)| Event::PaymentFailed {
            payment_id: payment_id.clone(),
            customer_id: None,
            reason: FailReason::Expired,
            at: *expires_at,
        });
        let holds = self.holds.iter().take_while(|(expires_at, _)| *expires_at <= now);
        let holds = holds.filter_map(|(expires_at, payment_id)| {
            let (payment_id, at) = (payment_id.clone(), *expires_at);
            match &self.payments.get(&payment_id)?.state {
                State::Authorised { customer_id, .. } => Some(Event::PaymentFailed {
                    payment_id,
                    customer_id: Some(customer_id.clone()),
                    reason: FailReason::AuthorisationExpired,
                    at,
                }),
                State::Succeeded { .. } => Some(Event::HoldExpired { payment_id, at }),
                State::Processing | State::Failed { .. } | State::Cancelled { .. } => None,
            }
        });
        closed.chain(holds).collect()
    }

    /// A notification was tried. When a reset has meanwhile forgotten the payment, so is the try.
    pub fn decide_notified(&self, now: Timestamp, payment_id: PaymentId, delivered: bool) -> Vec<Event> {
        let known = self.payments.contains_key(&payment_id);
        let tried = Event::NotificationTried { payment_id, at: now, delivered };
        known.then_some(tried).into_iter().collect()
    }

    /// Pays a part of a merchant's balance out to its bank, so that refunds can meet an empty balance;
    /// `None` when it has less.
    pub fn decide_pay_out(&self, now: Timestamp, client_id: &ClientId, amount: Amount) -> Option<Vec<Event>> {
        let has = self.ledger.has(&Account::Merchant(client_id.clone()), amount);
        has.then(|| vec![Event::PaidOut { client_id: client_id.clone(), amount, at: Some(now) }])
    }
}

/// A repetition must say what was said the first time.
fn same_content(first: &str, again: &str) -> Result<(), Refusal> {
    if first == again {
        Ok(())
    } else {
        let message = "this request id was used with other content";
        Err(Refusal::new(ResultCode::RepeatReqInconsistent, message))
    }
}
