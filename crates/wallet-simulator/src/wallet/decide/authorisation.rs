//! A merchant takes money that is held, or gives it back.

use jiff::Timestamp;
use wallet_api::amount::Amount;
use wallet_api::ids::{CaptureId, CaptureRequestId, ClientId, VoidId, VoidRequestId};
use wallet_api::operation::result::ResultCode;

use super::{Decision, Refusal, same_content};
use crate::wallet::authorisation::{Capture, Void};
use crate::wallet::event::Event;
use crate::wallet::payment::{FailReason, Hold, Payment, State};
use crate::wallet::{PaymentKey, Wallet};

/// What a merchant asks to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureAsked {
    /// The merchant's id.
    pub capture_request_id: CaptureRequestId,
    /// Of which payment.
    pub payment: PaymentKey,
    /// How much; absent: all that is held.
    pub amount: Option<Amount>,
    /// Whether the rest goes back to the customer.
    pub is_last: bool,
    /// The whole request in canonical form.
    pub content: String,
}

/// What a merchant asks to give back uncaptured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidAsked {
    /// The merchant's id.
    pub void_request_id: VoidRequestId,
    /// Which payment.
    pub payment: PaymentKey,
    /// The whole request in canonical form.
    pub content: String,
}

impl Wallet {
    /// A merchant captures; the answer is the capture's id, made now or before. The payment is then paid
    /// with what its captures come to.
    ///
    /// # Errors
    /// [`Refusal`]: other content than before, nothing authorised, the authorisation expired or was
    /// cancelled, another currency, more than is held.
    pub fn decide_capture(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        asked: CaptureAsked,
        fresh_id: CaptureId,
    ) -> Decision<CaptureId> {
        let request = (client_id.clone(), asked.capture_request_id.clone());
        if let Some(capture) = self.captures_by_request.get(&request).and_then(|id| self.captures.get(id)) {
            same_content(&capture.content, &asked.content)?;
            return Ok((Vec::new(), capture.capture_id.clone()));
        }
        let payment = self
            .payment_of(client_id, &asked.payment)
            .ok_or_else(|| Refusal::new(ResultCode::AuthNotFound, "no such payment"))?;
        let amount = capturable(payment, asked.amount)?;
        let capture = Capture {
            capture_id: fresh_id.clone(),
            client_id: client_id.clone(),
            capture_request_id: asked.capture_request_id,
            content: asked.content,
            payment_id: payment.terms.payment_id.clone(),
            amount,
            is_last: asked.is_last,
            at: now,
        };
        Ok((vec![Event::PaymentCaptured(Box::new(capture))], fresh_id))
    }

    /// A merchant gives back all that is held; the answer is the void's id, made now or before. The payment
    /// is then cancelled. After a first capture it is paid and can't be voided: the last capture gives back
    /// the rest, or time does.
    ///
    /// # Errors
    /// [`Refusal`]: other content than before, no such payment, nothing authorised, captured, expired or
    /// cancelled.
    pub fn decide_void(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        asked: VoidAsked,
        fresh_id: VoidId,
    ) -> Decision<VoidId> {
        let request = (client_id.clone(), asked.void_request_id.clone());
        if let Some(void) = self.voids_by_request.get(&request).and_then(|id| self.voids.get(id)) {
            same_content(&void.content, &asked.content)?;
            return Ok((Vec::new(), void.void_id.clone()));
        }
        let payment = self
            .payment_of(client_id, &asked.payment)
            .ok_or_else(|| Refusal::new(ResultCode::OrderNotExist, "no such payment"))?;
        voidable(payment)?;
        let void = Void {
            void_id: fresh_id.clone(),
            client_id: client_id.clone(),
            void_request_id: asked.void_request_id,
            content: asked.content,
            payment_id: payment.terms.payment_id.clone(),
            at: now,
        };
        Ok((vec![Event::PaymentVoided(Box::new(void))], fresh_id))
    }
}

/// How much a capture takes.
fn capturable(payment: &Payment, asked: Option<Amount>) -> Result<Amount, Refusal> {
    match &payment.state {
        State::Authorised { .. } | State::Succeeded { .. } => {}
        State::Processing => return Err(not_authorised()),
        State::Failed { reason, .. } => return Err(failed(*reason)),
        State::Cancelled { .. } => return Err(cancelled()),
    }
    let held = match payment.hold {
        Hold::None => return Err(not_authorised()),
        Hold::Expired => return Err(expired()),
        Hold::Open { left, .. } => payment.amount_of(left),
        Hold::Closed => None,
    };
    let exceeds = || {
        let message = "more than is held and isn't captured yet";
        Refusal::new(ResultCode::CaptureAmountExceedAuthLimit, message)
    };
    let held = held.ok_or_else(exceeds)?;
    let amount = asked.unwrap_or(held);
    if amount.currency != held.currency {
        return Err(Refusal::new(ResultCode::CurrencyNotSupport, "the payment is in another currency"));
    }
    if amount.value <= held.value { Ok(amount) } else { Err(exceeds()) }
}

fn voidable(payment: &Payment) -> Result<(), Refusal> {
    match &payment.state {
        State::Authorised { .. } => Ok(()),
        State::Processing => Err(not_authorised()),
        State::Succeeded { .. } => {
            Err(Refusal::new(ResultCode::OrderStatusInvalid, "the payment is paid; refund it"))
        }
        State::Failed { reason, .. } => Err(failed(*reason)),
        State::Cancelled { .. } => Err(cancelled()),
    }
}

fn failed(reason: FailReason) -> Refusal {
    match reason {
        FailReason::AuthorisationExpired => expired(),
        FailReason::Expired | FailReason::Refused => not_authorised(),
    }
}

fn not_authorised() -> Refusal {
    Refusal::new(ResultCode::AuthNotFound, "nothing was authorised")
}

fn expired() -> Refusal {
    Refusal::new(ResultCode::AuthExpired, "the authorisation expired")
}

fn cancelled() -> Refusal {
    Refusal::new(ResultCode::AuthCancelled, "the payment was cancelled")
}
