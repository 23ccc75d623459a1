//! A merchant gives back what was paid.

use jiff::Timestamp;
use wallet_api::amount::Amount;
use wallet_api::ids::{ClientId, RefundId, RefundRequestId};
use wallet_api::operation::result::ResultCode;

use super::{Decision, Refusal, same_content};
use crate::wallet::event::Event;
use crate::wallet::ledger::Account;
use crate::wallet::payment::{Payment, State};
use crate::wallet::refund::{RefundState, RefundTerms};
use crate::wallet::{PaymentKey, Wallet};

/// What a merchant asks to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAsked {
    /// The merchant's id.
    pub refund_request_id: RefundRequestId,
    /// Of which payment.
    pub payment: PaymentKey,
    /// How much.
    pub amount: Amount,
    /// Why, in the merchant's words.
    pub reason: Option<String>,
    /// The whole request in canonical form.
    pub content: String,
}

/// When an accepted refund ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It succeeds at once.
    AtOnce,
    /// It is in process until [`Wallet::decide_settle_refund`].
    Later,
}

/// How a refund in process ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundOutcome {
    /// The customer gets the money.
    Succeeds,
    /// The merchant gets it again.
    Fails {
        /// Why.
        reason: String,
    },
}

impl Wallet {
    /// A merchant asks for a refund; the answer is its id, accepted now or before.
    ///
    /// # Errors
    /// [`Refusal`]: other content than before, no such payment, not paid, another currency, more than was
    /// paid and isn't refunded yet, more than the merchant's balance.
    pub fn decide_refund(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        asked: RefundAsked,
        settlement: Settlement,
        fresh_id: RefundId,
    ) -> Decision<RefundId> {
        let request = (client_id.clone(), asked.refund_request_id.clone());
        if let Some(refund) = self.refunds_by_request.get(&request).and_then(|id| self.refunds.get(id)) {
            same_content(&refund.terms.content, &asked.content)?;
            return Ok((Vec::new(), refund.terms.refund_id.clone()));
        }
        let payment = self
            .payment_of(client_id, &asked.payment)
            .ok_or_else(|| Refusal::new(ResultCode::OrderNotExist, "no such payment"))?;
        self.can_refund(payment, asked.amount)?;
        let terms = RefundTerms {
            refund_id: fresh_id.clone(),
            client_id: client_id.clone(),
            refund_request_id: asked.refund_request_id,
            content: asked.content,
            payment_id: payment.terms.payment_id.clone(),
            amount: asked.amount,
            reason: asked.reason,
            created_at: now,
        };
        let mut events = vec![Event::RefundAccepted(Box::new(terms))];
        match settlement {
            Settlement::AtOnce => {
                events.push(Event::RefundSucceeded { refund_id: fresh_id.clone(), at: now });
            }
            Settlement::Later => {}
        }
        Ok((events, fresh_id))
    }

    fn can_refund(&self, payment: &Payment, amount: Amount) -> Result<(), Refusal> {
        let refuse = |code, message| Err(Refusal::new(code, message));
        match payment.state {
            State::Succeeded { .. } => {}
            State::Processing | State::Authorised { .. } | State::Failed { .. } | State::Cancelled { .. } => {
                return refuse(ResultCode::OrderStatusInvalid, "the payment isn't paid");
            }
        }
        if amount.currency != payment.terms.amount.currency {
            return refuse(ResultCode::CurrencyNotSupport, "the payment is in another currency");
        }
        if amount.value.get() > payment.paid().saturating_sub(payment.refunded) {
            return refuse(ResultCode::RefundAmountExceed, "more than was paid and isn't refunded yet");
        }
        if !self.ledger.has(&Account::Merchant(payment.terms.client_id.clone()), amount) {
            return refuse(ResultCode::PartnerBalanceNotEnough, "more than the merchant's balance");
        }
        Ok(())
    }

    /// A tester ends a refund that is in process; `None` when there is none such.
    pub fn decide_settle_refund(
        &self,
        now: Timestamp,
        refund_id: &RefundId,
        outcome: RefundOutcome,
    ) -> Option<Vec<Event>> {
        match self.refunds.get(refund_id)?.state {
            RefundState::Processing => {}
            RefundState::Succeeded { .. } | RefundState::Failed { .. } => return None,
        }
        let refund_id = refund_id.clone();
        Some(vec![match outcome {
            RefundOutcome::Succeeds => Event::RefundSucceeded { refund_id, at: now },
            RefundOutcome::Fails { reason } => Event::RefundFailed { refund_id, reason, at: now },
        }])
    }
}
