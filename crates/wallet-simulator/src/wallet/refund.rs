//! A refund: accepted, and then it succeeds or fails.
//!
//! What it gives back is taken from the merchant when it is accepted, so that it can't be spent twice. It
//! reaches the customer when the refund succeeds and goes back to the merchant when it fails.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::amount::Amount;
use wallet_api::ids::{ClientId, PaymentId, RefundId, RefundRequestId};
use wallet_api::operation::RefundStatus;

/// What the merchant asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundTerms {
    /// The wallet's id.
    pub refund_id: RefundId,
    /// Who asked.
    pub client_id: ClientId,
    /// The merchant's id, the idempotency key with `client_id`.
    pub refund_request_id: RefundRequestId,
    /// The whole request with its members in order: what a repetition is compared with.
    pub content: String,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Amount,
    /// Why, in the merchant's words.
    pub reason: Option<String>,
    /// When it was accepted.
    pub created_at: Timestamp,
}

/// How a refund stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// Accepted; it may still fail.
    Processing,
    /// The customer has the money.
    Succeeded {
        /// Since when.
        at: Timestamp,
    },
    /// The merchant has the money again.
    Failed {
        /// Why.
        reason: String,
        /// Since when.
        at: Timestamp,
    },
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// What was asked for.
    pub terms: RefundTerms,
    /// How it stands.
    pub state: RefundState,
}

impl Refund {
    /// How it stands, as the wire says it.
    pub fn status(&self) -> RefundStatus {
        match self.state {
            RefundState::Processing => RefundStatus::Processing,
            RefundState::Succeeded { .. } => RefundStatus::Success,
            RefundState::Failed { .. } => RefundStatus::Fail,
        }
    }

    /// When it ended.
    pub fn finished_at(&self) -> Option<Timestamp> {
        match self.state {
            RefundState::Processing => None,
            RefundState::Succeeded { at } | RefundState::Failed { at, .. } => Some(at),
        }
    }

    /// Why it failed.
    pub fn fail_reason(&self) -> Option<&str> {
        match &self.state {
            RefundState::Processing | RefundState::Succeeded { .. } => None,
            RefundState::Failed { reason, .. } => Some(reason),
        }
    }
}
