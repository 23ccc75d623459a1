//! `cancel`: ends a payment that is taking too long or shall no longer be made, or releases an
//! authorisation. Some wallets give a paid payment back in full (`cancel_refunds_paid` in the profile).
//!
//! Source: `payments/cancel` of platform-v1 and platform-v2; that a paid payment may be given back: superqi.

use jiff::Timestamp;

use super::result::WireResult;
use crate::ids::{PaymentId, PaymentRequestId};

/// Which payment; one of the ids is needed, and the payment id wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelRequest {
    /// The wallet's id.
    pub payment_id: Option<PaymentId>,
    /// Our id.
    pub payment_request_id: Option<PaymentRequestId>,
}

/// The answer. With U or F, and with S too, an inquiry says what became of the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelResponse {
    /// The verdict.
    pub result: WireResult,
    /// The wallet's id.
    pub payment_id: Option<PaymentId>,
    /// Our id.
    pub payment_request_id: Option<PaymentRequestId>,
    /// When it was cancelled, by the wallet's clock; with S.
    pub cancelled_at: Option<Timestamp>,
}

impl CancelResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self { result, payment_id: None, payment_request_id: None, cancelled_at: None }
    }
}
