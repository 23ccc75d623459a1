//! `capture`: takes money that a payment authorised.

use jiff::Timestamp;

use super::result::WireResult;
use crate::amount::Amount;
use crate::ids::{CaptureId, CaptureRequestId, PaymentId};

/// What to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureRequest {
    /// The capture's id: the idempotency key. Minted once and kept.
    pub capture_request_id: CaptureRequestId,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// How much; absent: everything that is authorised.
    pub amount: Option<Amount>,
    /// Whether the rest shall be released.
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
    /// Of which payment.
    pub payment_id: Option<PaymentId>,
    /// How much.
    pub amount: Option<Amount>,
    /// When; with S.
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
