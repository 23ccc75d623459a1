//! `capture`: takes money that a payment authorised.
//!
//! Source: `payments/capture` of platform-v2; as part of a payment that is only authorised, superqi.

use jiff::Timestamp;

use super::result::WireResult;
use crate::amount::Amount;
use crate::ids::{CaptureId, CaptureRequestId, PaymentId};

/// What to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureRequest {
    /// The capture's id: the idempotency key, 1 to 64 characters. Minted once and kept.
    pub capture_request_id: CaptureRequestId,
    /// Of which payment: the wallet's id.
    pub payment_id: PaymentId,
    /// How much; absent: everything that is authorised.
    pub amount: Option<Amount>,
    /// Whether the rest shall be released (`isLastCapture`); wallets take true where it is left out, so it
    /// is always sent.
    pub is_last: bool,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureResponse {
    /// The verdict.
    pub result: WireResult,
    /// The wallet's id of the capture; with S.
    pub capture_id: Option<CaptureId>,
    /// Our id of it, echoed by some wallets.
    pub capture_request_id: Option<CaptureRequestId>,
    /// Of which payment, echoed by some wallets.
    pub payment_id: Option<PaymentId>,
    /// How much was taken, echoed by some wallets.
    pub amount: Option<Amount>,
    /// When the money was taken, by the wallet's clock; with S.
    pub captured_at: Option<Timestamp>,
}

impl CaptureResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            capture_id: None,
            capture_request_id: None,
            payment_id: None,
            amount: None,
            captured_at: None,
        }
    }
}
