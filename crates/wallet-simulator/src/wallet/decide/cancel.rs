//! A merchant takes a payment back.

use jiff::Timestamp;
use wallet_api::ids::{ClientId, PaymentId};
use wallet_api::operation::result::ResultCode;

use super::{Decision, Refusal};
use crate::wallet::event::Event;
use crate::wallet::ledger::Account;
use crate::wallet::payment::{CancelledBy, Payment, State};
use crate::wallet::{PaymentKey, Wallet};

impl Wallet {
    /// A merchant cancels a payment; the answer is its id, cancelled now or before. An open one closes, an
    /// authorised one is released, a paid one is given back where the wallet does so (`refunds_paid`).
    ///
    /// Cancelling says "this shall not be paid". For a payment that failed that is so already: the answer is
    /// success, and it stays failed.
    ///
    /// # Errors
    /// [`Refusal`]: no such payment; paid, and the wallet gives nothing back; captured, voided or refunded;
    /// the merchant's balance is lower than what would be given back.
    pub fn decide_cancel(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        payment: &PaymentKey,
        refunds_paid: bool,
    ) -> Decision<PaymentId> {
        let payment = self
            .payment_of(client_id, payment)
            .ok_or_else(|| Refusal::new(ResultCode::OrderNotExist, "no such payment"))?;
        let payment_id = payment.terms.payment_id.clone();
        let cancelled = || Event::PaymentCancelled { payment_id: payment_id.clone(), at: now };
        let events = match &payment.state {
            State::Processing | State::Authorised { .. } => vec![cancelled()],
            State::Succeeded { .. } => {
                self.can_give_back(payment, refunds_paid)?;
                vec![cancelled()]
            }
            State::Failed { .. } | State::Cancelled { by: CancelledBy::Cancel, .. } => Vec::new(),
            State::Cancelled { by: CancelledBy::Void, .. } => {
                return Err(Refusal::new(ResultCode::OrderStatusInvalid, "the payment was voided"));
            }
        };
        Ok((events, payment_id))
    }

    fn can_give_back(&self, payment: &Payment, refunds_paid: bool) -> Result<(), Refusal> {
        let invalid = |message| Err(Refusal::new(ResultCode::OrderStatusInvalid, message));
        if payment.captured > 0 {
            return invalid("the payment was captured; refund it");
        }
        if payment.refunded > 0 {
            return invalid("the payment was refunded; refund the rest");
        }
        if !refunds_paid {
            return invalid("the payment is paid; refund it");
        }
        let terms = &payment.terms;
        if !self.ledger.has(&Account::Merchant(terms.client_id.clone()), terms.amount) {
            let message = "the merchant's balance is lower than what was paid";
            return Err(Refusal::new(ResultCode::PartnerBalanceNotEnough, message));
        }
        Ok(())
    }
}
