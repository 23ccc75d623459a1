//! What becomes of money that is held: captures take it, a void gives it back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::amount::Amount;
use wallet_api::ids::{CaptureId, CaptureRequestId, ClientId, PaymentId, VoidId, VoidRequestId};

/// A part of what is held went to the merchant. It is done as soon as it is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// The wallet's id.
    pub capture_id: CaptureId,
    /// Who asked.
    pub client_id: ClientId,
    /// The merchant's id, the idempotency key with `client_id`.
    pub capture_request_id: CaptureRequestId,
    /// The whole request with its members in order: what a repetition is compared with.
    pub content: String,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Amount,
    /// Whether the rest was given back to the customer.
    pub is_last: bool,
    /// When.
    pub at: Timestamp,
}

/// All that was held went back to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// The wallet's id.
    pub void_id: VoidId,
    /// Who asked.
    pub client_id: ClientId,
    /// The merchant's id, the idempotency key with `client_id`.
    pub void_request_id: VoidRequestId,
    /// The whole request with its members in order: what a repetition is compared with.
    pub content: String,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// When.
    pub at: Timestamp,
}
