//! `void`: releases money that a payment authorised and that wasn't captured.
//!
//! Source: `payments/void` of superqi; the platform has no more than its name.

use jiff::Timestamp;

use super::result::WireResult;
use crate::ids::{PaymentId, PaymentRequestId, VoidId, VoidRequestId};

/// What to release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidRequest {
    /// The void's id: the idempotency key, 1 to 64 characters. Minted once and kept.
    pub void_request_id: VoidRequestId,
    /// Of which payment: the wallet's id. One of the two is needed.
    pub payment_id: Option<PaymentId>,
    /// Of which payment: our id.
    pub payment_request_id: Option<PaymentRequestId>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidResponse {
    /// The verdict.
    pub result: WireResult,
    /// The wallet's id of the void; with S.
    pub void_id: Option<VoidId>,
    /// Our id of it, echoed by some wallets.
    pub void_request_id: Option<VoidRequestId>,
    /// The wallet's id of the payment, echoed by some wallets.
    pub payment_id: Option<PaymentId>,
    /// Our id of the payment, echoed by some wallets.
    pub payment_request_id: Option<PaymentRequestId>,
    /// When the money was released, by the wallet's clock; with S.
    pub voided_at: Option<Timestamp>,
}

impl VoidResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            void_id: None,
            void_request_id: None,
            payment_id: None,
            payment_request_id: None,
            voided_at: None,
        }
    }
}
