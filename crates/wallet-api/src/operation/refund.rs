//! `refund`: gives money back, in whole or in part, once or often.
//!
//! Source: `payments/refund` of platform-v1 and platform-v2; `captureId`: superqi.

use jiff::Timestamp;

use super::result::WireResult;
use crate::amount::Amount;
use crate::ids::{CaptureId, PaymentId, PaymentRequestId, RefundId, RefundRequestId};

/// What to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// The refund's id: the idempotency key, 1 to 64 characters. Minted once and kept.
    pub refund_request_id: RefundRequestId,
    /// Of which payment: the wallet's id. One of the two is needed.
    pub payment_id: Option<PaymentId>,
    /// Of which payment: our id.
    pub payment_request_id: Option<PaymentRequestId>,
    /// How much, in the payment's currency; the sum of all refunds may not exceed what was paid.
    pub amount: Amount,
    /// Why, at most 256 characters.
    pub reason: Option<String>,
    /// Of which capture, where the payment was authorised first.
    pub capture_id: Option<CaptureId>,
}

/// The answer. S means that the money has been taken from the merchant; the user is paid afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundResponse {
    /// The verdict.
    pub result: WireResult,
    /// The wallet's id of the refund; with S.
    pub refund_id: Option<RefundId>,
    /// Our id of it, echoed by some wallets.
    pub refund_request_id: Option<RefundRequestId>,
    /// The wallet's id of the payment, echoed by some wallets.
    pub payment_id: Option<PaymentId>,
    /// Our id of the payment, echoed by some wallets.
    pub payment_request_id: Option<PaymentRequestId>,
    /// How much, echoed by some wallets.
    pub amount: Option<Amount>,
    /// When it was taken from the merchant, by the wallet's clock; with S.
    pub refunded_at: Option<Timestamp>,
}

impl RefundResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            refund_id: None,
            refund_request_id: None,
            payment_id: None,
            payment_request_id: None,
            amount: None,
            refunded_at: None,
        }
    }
}
