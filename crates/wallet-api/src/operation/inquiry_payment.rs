//! `inquiryPayment`: asks how a payment stands.
//!
//! Source: `payments/inquiryPayment` of platform-v1 and platform-v2; `transactions` is platform-v2's.

use jiff::Timestamp;

use super::PaymentStatus;
use super::result::WireResult;
use crate::amount::Amount;
use crate::ids::{PaymentId, PaymentRequestId};
use crate::wire_enum::wire_enum;

/// Which payment. The payment id wins where a wallet gets both, so we send our own id alone: only it is
/// bound to what we asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryPaymentRequest {
    /// The wallet's id.
    pub payment_id: Option<PaymentId>,
    /// Our id.
    pub payment_request_id: Option<PaymentRequestId>,
}

/// The answer: a verdict on the *question*, and then how the payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryPaymentResponse {
    /// The verdict on the question.
    pub result: WireResult,
    /// The wallet's id.
    pub payment_id: Option<PaymentId>,
    /// Our id; an answer without it decides nothing.
    pub payment_request_id: Option<PaymentRequestId>,
    /// What was to be collected.
    pub amount: Option<Amount>,
    /// How the payment stands.
    pub status: Option<PaymentStatus>,
    /// Why it failed, at most 256 characters.
    pub fail_reason: Option<String>,
    /// When it was paid, by the wallet's clock.
    pub paid_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Until when the money is held, when it was only authorised.
    pub authorised_until: Option<Timestamp>,
    /// What happened to the payment since: captures, refunds, voids (v2).
    pub transactions: Vec<Transaction>,
}

impl InquiryPaymentResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            payment_id: None,
            payment_request_id: None,
            amount: None,
            status: None,
            fail_reason: None,
            paid_at: None,
            created_at: None,
            authorised_until: None,
            transactions: Vec::new(),
        }
    }
}

/// Something that was done with a payment (v2 `Transaction`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// How it ended: the result of the call that did it.
    pub result: WireResult,
    /// What was done.
    pub kind: TransactionType,
    /// Our id of it.
    pub request_id: Option<String>,
    /// The wallet's id of it.
    pub id: String,
    /// How much.
    pub amount: Amount,
    /// When, by the wallet's clock.
    pub at: Option<Timestamp>,
}

wire_enum!(
    /// What was done with a payment.
    TransactionType:
    /// Money was given back.
    Refund <=> "REFUND",
    /// Authorised money was taken.
    Capture <=> "CAPTURE",
    /// Authorised money was released.
    Void <=> "VOID",
    /// The payment was cancelled.
    Cancel <=> "CANCEL",
);
