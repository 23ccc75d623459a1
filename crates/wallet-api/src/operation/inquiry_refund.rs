//! `inquiryRefund`: asks how a refund stands.
//!
//! Source: `payments/inquiryRefund` of platform-v1 and platform-v2.

use jiff::Timestamp;

use super::RefundStatus;
use super::result::WireResult;
use crate::amount::Amount;
use crate::ids::{RefundId, RefundRequestId};

/// Which refund. The refund id wins where a wallet gets both, so we send our own id alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryRefundRequest {
    /// The wallet's id.
    pub refund_id: Option<RefundId>,
    /// Our id.
    pub refund_request_id: Option<RefundRequestId>,
}

/// The answer: a verdict on the *question*, and then how the refund stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryRefundResponse {
    /// The verdict on the question.
    pub result: WireResult,
    /// The wallet's id.
    pub refund_id: Option<RefundId>,
    /// Our id.
    pub refund_request_id: Option<RefundRequestId>,
    /// How much.
    pub amount: Option<Amount>,
    /// Why it was given back.
    pub reason: Option<String>,
    /// When it was taken from the merchant.
    pub refunded_at: Option<Timestamp>,
    /// How it stands.
    pub status: Option<RefundStatus>,
    /// Why it failed, at most 256 characters.
    pub fail_reason: Option<String>,
}

impl InquiryRefundResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            refund_id: None,
            refund_request_id: None,
            amount: None,
            reason: None,
            refunded_at: None,
            status: None,
            fail_reason: None,
        }
    }
}
