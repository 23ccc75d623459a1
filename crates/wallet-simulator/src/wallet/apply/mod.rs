//! What each event changes. It follows or it doesn't; whether it should have happened was decided before.

mod payments;

use std::time::Duration;

use wallet_api::ids::{AccessToken, RefreshToken, RefundId};

use super::customer::Customer;
use super::event::Event;
use super::ledger::Account;
use super::payment::TransactionId;
use super::refund::{Refund, RefundState, RefundTerms};
use super::statement::Movement;
use super::token::{Grant, GrantState, Tokens};
use super::{IssuedCode, Login, Wallet};

/// An event that can't follow those before it: the journal was damaged or written by another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event speaks of something that doesn't exist, or ends something twice")]
pub struct ImpossibleEvent;

type Applied = Result<(), ImpossibleEvent>;

impl Wallet {
    /// Lets `event` have happened.
    ///
    /// # Errors
    /// [`ImpossibleEvent`]; the wallet is as it was.
    pub fn apply(&mut self, event: Event) -> Applied {
        match event {
            Event::CustomerOpened { customer_id, name, profile } => {
                let customer = Customer { name, profile, refuse_next_payment: false };
                self.customers.insert(customer_id, customer);
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
            Event::TokensIssued(tokens) => self.issue_tokens(*tokens)?,
            Event::RefreshTokenUsed { refresh_token } => {
                let access_token = self.access_token_of(&refresh_token)?;
                self.end_tokens(&access_token, GrantState::Refreshed)?;
            }
            Event::TokensCancelled { access_token } => {
                self.end_tokens(&access_token, GrantState::Cancelled)?;
            }
            Event::LoginIssued { token, customer_id, expires_at } => {
                self.logins.insert(token, Login { customer_id, expires_at });
            }
            Event::PaymentCreated(terms) => self.open_payment(*terms)?,
            Event::PaymentSucceeded { payment_id, customer_id, at } => {
                self.succeed(&payment_id, customer_id, at)?;
            }
            Event::PaymentAuthorised { payment_id, customer_id, at, expires_at } => {
                self.authorise(&payment_id, customer_id, at, expires_at)?;
            }
            Event::PaymentCaptured(capture) => self.take_held(*capture)?,
            Event::PaymentVoided(void) => self.void_payment(*void)?,
            Event::HoldExpired { payment_id, at: _ } => self.expire_hold(&payment_id)?,
            Event::PaymentCancelled { payment_id, at } => self.cancel(&payment_id, at)?,
            Event::PaymentFailed { payment_id, customer_id, reason, at } => {
                self.fail(&payment_id, customer_id, reason, at)?;
            }
            Event::NotificationTried { payment_id, at, delivered } => {
                self.count_notification(&payment_id, at, delivered)?;
            }
            Event::RefundAccepted(terms) => self.accept_refund(*terms)?,
            Event::RefundSucceeded { refund_id, at } => {
                self.end_refund(&refund_id, RefundState::Succeeded { at })?;
            }
            Event::RefundFailed { refund_id, reason, at } => {
                self.end_refund(&refund_id, RefundState::Failed { reason, at })?;
            }
            Event::PaidOut { client_id, amount, at } => {
                let from = Account::Merchant(client_id.clone());
                self.ledger.transfer(from, Account::Payouts, amount, None);
                if let Some(at) = at {
                    self.state(client_id, Movement::Payout, amount, at);
                }
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

    fn accept_refund(&mut self, terms: RefundTerms) -> Applied {
        let payment = self.payments.get_mut(&terms.payment_id).ok_or(ImpossibleEvent)?;
        let refunded = payment.refunded + terms.amount.value.get();
        if refunded > payment.paid() || self.refunds.contains_key(&terms.refund_id) {
            return Err(ImpossibleEvent);
        }
        payment.refunded = refunded;
        payment.transactions.push(TransactionId::Refund(terms.refund_id.clone()));
        let client_id = terms.client_id.clone();
        let (from, to) = (Account::Merchant(client_id.clone()), Account::Refunding(client_id.clone()));
        self.ledger.transfer(from, to, terms.amount, Some(&terms.payment_id));
        let request = (client_id, terms.refund_request_id.clone());
        self.refunds_by_request.insert(request, terms.refund_id.clone());
        let id = terms.refund_id.clone();
        self.refunds.insert(id, Refund { terms, state: RefundState::Processing });
        Ok(())
    }

    fn end_refund(&mut self, refund_id: &RefundId, state: RefundState) -> Applied {
        let refund = self.refunds.get_mut(refund_id).ok_or(ImpossibleEvent)?;
        let payment = self.payments.get_mut(&refund.terms.payment_id).ok_or(ImpossibleEvent)?;
        let (client_id, amount) = (refund.terms.client_id.clone(), refund.terms.amount);
        let to = match (&refund.state, &state) {
            (RefundState::Processing, RefundState::Succeeded { .. }) => {
                Account::Customer(payment.customer_id().ok_or(ImpossibleEvent)?.clone())
            }
            (RefundState::Processing, RefundState::Failed { .. }) => {
                payment.refunded = payment.refunded.checked_sub(amount.value.get()).ok_or(ImpossibleEvent)?;
                Account::Merchant(client_id.clone())
            }
            (RefundState::Processing, RefundState::Processing)
            | (RefundState::Succeeded { .. } | RefundState::Failed { .. }, _) => return Err(ImpossibleEvent),
        };
        let payment_id = refund.terms.payment_id.clone();
        let at = match state {
            RefundState::Succeeded { at } => Some(at),
            RefundState::Processing | RefundState::Failed { .. } => None,
        };
        refund.state = state;
        self.ledger.transfer(Account::Refunding(client_id.clone()), to, amount, Some(&payment_id));
        if let Some(at) = at {
            self.state(client_id, Movement::Refund(payment_id, refund_id.clone()), amount, at);
        }
        Ok(())
    }

    fn issue_tokens(&mut self, tokens: Tokens) -> Applied {
        self.customers.get(&tokens.customer_id).ok_or(ImpossibleEvent)?;
        self.grants_by_refresh.insert(tokens.refresh_token.clone(), tokens.access_token.clone());
        self.grants.insert(tokens.access_token.clone(), Grant { tokens, state: GrantState::Live });
        Ok(())
    }

    fn access_token_of(&self, refresh_token: &RefreshToken) -> Result<AccessToken, ImpossibleEvent> {
        self.grants_by_refresh.get(refresh_token).cloned().ok_or(ImpossibleEvent)
    }

    fn end_tokens(&mut self, access_token: &AccessToken, state: GrantState) -> Applied {
        let grant = self.grants.get_mut(access_token).ok_or(ImpossibleEvent)?;
        match grant.state {
            GrantState::Live => grant.state = state,
            GrantState::Refreshed | GrantState::Cancelled => return Err(ImpossibleEvent),
        }
        Ok(())
    }
}
