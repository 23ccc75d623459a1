//! `inquiryPayment` (v2): asks how a payment stands, by our own id.

use serde::{Deserialize, Serialize};

use super::PaymentStatus;
use super::result::WireResult;
use crate::amount::Amount;
use crate::ids::{PaymentId, PaymentRequestId};
use crate::time::DateTime;

/// The body of `POST /v2/payments/inquiryPayment`. The payment id wins where a wallet gets both, so we
/// send our own id alone: only it is bound to what we asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InquiryPaymentRequest {
    /// The wallet's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// Our id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_request_id: Option<PaymentRequestId>,
}

/// The answer: a verdict on the *question*, and then how the payment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InquiryPaymentResponse {
    /// The verdict on the question.
    pub result: WireResult,
    /// The wallet's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// Our id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_request_id: Option<PaymentRequestId>,
    /// What was to be collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_amount: Option<Amount>,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_time: Option<DateTime>,
    /// How the payment stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_status: Option<PaymentStatus>,
    /// Why it failed, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_fail_reason: Option<String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_create_time: Option<DateTime>,
}

impl InquiryPaymentResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            payment_id: None,
            payment_request_id: None,
            payment_amount: None,
            payment_time: None,
            payment_status: None,
            payment_fail_reason: None,
            payment_create_time: None,
        }
    }
}
