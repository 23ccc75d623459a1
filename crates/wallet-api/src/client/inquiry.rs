//! Asking how a payment or a refund stands. Only this, and a verified notification, can make a payment paid.

use jiff::Timestamp;

use super::answer::{echoed, needed};
use super::{Judged, WalletClient};
use crate::amount::Amount;
use crate::ids::{PaymentId, PaymentRequestId, RefundId, RefundRequestId};
use crate::operation::inquiry_payment::{InquiryPaymentRequest, InquiryPaymentResponse, Transaction};
use crate::operation::inquiry_refund::{InquiryRefundRequest, InquiryRefundResponse};
use crate::operation::order::cut;
use crate::operation::result::ResultCode;
use crate::operation::{PaymentStatus, RefundStatus};
use crate::outcome::{Outcome, Reason, Sending};
use crate::wire::{Answer as _, Call};

/// Which payment is asked about, and what is known of it.
#[derive(Clone, Debug)]
pub struct PaymentQuestion {
    /// Our id: what the wallet is asked by.
    pub payment_request_id: PaymentRequestId,
    /// What was to be collected; another amount in the answer makes it unknown.
    pub amount: Amount,
    /// The wallet's id, once known; the answer must agree.
    pub payment_id: Option<PaymentId>,
}

/// Which refund is asked about, and what is known of it.
#[derive(Clone, Debug)]
pub struct RefundQuestion {
    /// Our id: what the wallet is asked by.
    pub refund_request_id: RefundRequestId,
    /// What was to be given back.
    pub amount: Amount,
    /// The wallet's id, once known; the answer must agree.
    pub refund_id: Option<RefundId>,
}

/// What asking brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InquiryAnswer<T> {
    /// This is how it stands.
    Found(Box<T>),
    /// The wallet knows of no such thing. Early on that proves nothing: the request may be on its way.
    NotFound(Reason),
    /// The question itself failed; it says nothing about what was asked.
    Failed(Reason),
    /// Nothing that can be believed came back, or about something else.
    Unknown(Reason),
}

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiredPayment {
    /// Final or not, paid or not.
    pub status: PaymentStatus,
    /// The wallet's id; always there when paid or authorised.
    pub payment_id: Option<PaymentId>,
    /// When it was paid, by the wallet's clock.
    pub paid_at: Option<Timestamp>,
    /// Until when the money is held, when it was only authorised.
    pub authorised_until: Option<Timestamp>,
    /// Why it failed, at most 256 characters.
    pub fail_reason: Option<String>,
    /// What happened to it since: captures, refunds, voids (v2).
    pub transactions: Vec<Transaction>,
}

/// How a refund stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiredRefund {
    /// Final or not, taken or not.
    pub status: RefundStatus,
    /// The wallet's id; always there when it succeeded.
    pub refund_id: Option<RefundId>,
    /// When it was taken from the merchant, by the wallet's clock.
    pub refunded_at: Option<Timestamp>,
    /// Why it failed, at most 256 characters.
    pub fail_reason: Option<String>,
}

impl WalletClient {
    /// Asks about one payment, by our own id. Ids and amount in the answer must be those asked about.
    pub async fn inquire_payment(&self, question: &PaymentQuestion) -> InquiryAnswer<InquiredPayment> {
        let request = InquiryPaymentRequest {
            payment_id: None,
            payment_request_id: Some(question.payment_request_id.clone()),
        };
        let about = |answer: &InquiryPaymentResponse| {
            let ours = Some(&question.payment_request_id);
            echoed(ours, answer.payment_request_id.as_ref(), "paymentRequestId")?;
            echoed(question.payment_id.as_ref(), answer.payment_id.as_ref(), "paymentId")?;
            echoed(Some(&question.amount), answer.amount.as_ref(), "paymentAmount")
        };
        self.ask(&request, &ResultCode::OrderNotExist, about, payment).await
    }

    /// Asks about one refund, by our own id. Ids and amount in the answer must be those asked about.
    pub async fn inquire_refund(&self, question: &RefundQuestion) -> InquiryAnswer<InquiredRefund> {
        let request = InquiryRefundRequest {
            refund_id: None,
            refund_request_id: Some(question.refund_request_id.clone()),
        };
        let about = |answer: &InquiryRefundResponse| {
            let ours = Some(&question.refund_request_id);
            echoed(ours, answer.refund_request_id.as_ref(), "refundRequestId")?;
            echoed(question.refund_id.as_ref(), answer.refund_id.as_ref(), "refundId")?;
            echoed(Some(&question.amount), answer.amount.as_ref(), "refundAmount")
        };
        self.ask(&request, &ResultCode::RefundNotExist, about, refund).await
    }

    /// `about` compares what the answer echoes with what was asked, also where it says F.
    async fn ask<C: Call, T>(
        &self,
        request: &C,
        not_found: &ResultCode,
        about: impl FnOnce(&C::Answer) -> Result<(), Reason>,
        found: impl FnOnce(C::Answer) -> Result<T, Reason>,
    ) -> InquiryAnswer<T> {
        let Ok(call) = self.prepare(request) else {
            return InquiryAnswer::Unknown(Reason::Unreadable("the question can't be written".to_owned()));
        };
        let Judged { outcome, answer } = match self.send::<C>(&call, Sending::First).await {
            Ok(judged) => judged,
            Err(reason) => return InquiryAnswer::Unknown(reason),
        };
        if let Err(reason) = about(&answer) {
            return InquiryAnswer::Unknown(reason);
        }
        match outcome {
            Outcome::Success => match found(answer) {
                Ok(found) => InquiryAnswer::Found(Box::new(found)),
                Err(reason) => InquiryAnswer::Unknown(reason),
            },
            Outcome::Failed(reason) if answer.result().result_code == *not_found => {
                InquiryAnswer::NotFound(reason)
            }
            Outcome::Failed(reason) => InquiryAnswer::Failed(reason),
            Outcome::Unknown(reason) => InquiryAnswer::Unknown(reason),
            Outcome::Accepted => {
                InquiryAnswer::Unknown(Reason::UnexpectedStatus(answer.result().result_status.clone()))
            }
        }
    }
}

fn payment(answer: InquiryPaymentResponse) -> Result<InquiredPayment, Reason> {
    let status = needed(answer.status, "paymentStatus")?;
    answer.payment_request_id.as_ref().ok_or(Reason::Mismatch("paymentRequestId"))?;
    if matches!(status, PaymentStatus::Success | PaymentStatus::AuthSuccess) {
        // Paid needs the whole word: which payment, and how much.
        answer.amount.ok_or(Reason::Mismatch("paymentAmount"))?;
        answer.payment_id.as_ref().ok_or(Reason::Mismatch("paymentId"))?;
    }
    Ok(InquiredPayment {
        status,
        payment_id: answer.payment_id,
        paid_at: answer.paid_at,
        authorised_until: answer.authorised_until,
        fail_reason: answer.fail_reason.map(|text| cut(&text, 256)),
        transactions: answer.transactions,
    })
}

fn refund(answer: InquiryRefundResponse) -> Result<InquiredRefund, Reason> {
    let status = needed(answer.status, "refundStatus")?;
    answer.refund_request_id.as_ref().ok_or(Reason::Mismatch("refundRequestId"))?;
    if status == RefundStatus::Success {
        answer.amount.ok_or(Reason::Mismatch("refundAmount"))?;
        answer.refund_id.as_ref().ok_or(Reason::Mismatch("refundId"))?;
    }
    Ok(InquiredRefund {
        status,
        refund_id: answer.refund_id,
        refunded_at: answer.refunded_at,
        fail_reason: answer.fail_reason.map(|text| cut(&text, 256)),
    })
}
