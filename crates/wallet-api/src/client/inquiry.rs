//! Asking how a payment stands. Only this, and a verified notification, can make a payment paid.

use super::{Judged, WalletClient};
use crate::amount::Amount;
use crate::ids::{PaymentId, PaymentRequestId};
use crate::operation::inquiry_payment::{InquiryPaymentRequest, InquiryPaymentResponse};
use crate::operation::result::ResultCode;
use crate::operation::{Operation, PaymentStatus};
use crate::outcome::{Outcome, Reason, Sending};
use crate::time::DateTime;

/// Which payment is asked about, and what is known of it.
#[derive(Clone, Debug)]
pub struct PaymentQuestion {
    /// Our id: what the wallet is asked by.
    pub payment_request_id: PaymentRequestId,
    /// What was to be collected.
    pub amount: Amount,
    /// The wallet's id, where it is known already.
    pub payment_id: Option<PaymentId>,
}

/// What asking came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InquiryAnswer {
    /// The wallet's signed word about exactly this payment.
    Found(Box<InquiredPayment>),
    /// The wallet has no such payment *now*; a request may still be on its way to it.
    NotFound(Reason),
    /// The question failed; a person has to look.
    Failed(Reason),
    /// Ask again. [`Reason::Mismatch`] wants a person: the answer was about another payment or amount.
    Unknown(Reason),
}

/// How the payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiredPayment {
    /// Final or not, paid or not.
    pub status: PaymentStatus,
    /// The wallet's id; always there when paid.
    pub payment_id: Option<PaymentId>,
    /// When it was paid.
    pub paid_at: Option<DateTime>,
    /// Why it failed.
    pub fail_reason: Option<String>,
}

impl WalletClient {
    /// Asks about one payment, by our own id. Ids and amount in the answer must be those asked about.
    pub async fn inquire_payment(&self, question: &PaymentQuestion) -> InquiryAnswer {
        let request = InquiryPaymentRequest {
            payment_id: None,
            payment_request_id: Some(question.payment_request_id.clone()),
        };
        let Ok(call) = self.prepare(Operation::InquiryPayment, &request) else {
            return InquiryAnswer::Unknown(Reason::Unreadable("the question can't be written".to_owned()));
        };
        match self.send(&call, Sending::First).await {
            Ok(judged) => inquiry_answer(question, judged),
            Err(reason) => InquiryAnswer::Unknown(reason),
        }
    }
}

fn inquiry_answer(question: &PaymentQuestion, judged: Judged<InquiryPaymentResponse>) -> InquiryAnswer {
    match judged.outcome {
        Outcome::Success => match found(question, judged.answer) {
            Ok(payment) => InquiryAnswer::Found(Box::new(payment)),
            Err(reason) => InquiryAnswer::Unknown(reason),
        },
        Outcome::Failed(reason @ Reason::Wallet { code: ResultCode::OrderNotExist, .. }) => {
            InquiryAnswer::NotFound(reason)
        }
        Outcome::Failed(reason) => InquiryAnswer::Failed(reason),
        Outcome::Unknown(reason) => InquiryAnswer::Unknown(reason),
        Outcome::Accepted => {
            InquiryAnswer::Unknown(Reason::UnexpectedStatus(judged.answer.result.result_status))
        }
    }
}

fn found(question: &PaymentQuestion, answer: InquiryPaymentResponse) -> Result<InquiredPayment, Reason> {
    let status =
        answer.payment_status.ok_or_else(|| Reason::Unreadable("there is no paymentStatus".to_owned()))?;
    if answer.payment_request_id.as_ref() != Some(&question.payment_request_id) {
        return Err(Reason::Mismatch("paymentRequestId"));
    }
    if let (Some(known), Some(said)) = (&question.payment_id, &answer.payment_id)
        && known != said
    {
        return Err(Reason::Mismatch("paymentId"));
    }
    if answer.payment_amount.is_some_and(|amount| amount != question.amount) {
        return Err(Reason::Mismatch("paymentAmount"));
    }
    if status == PaymentStatus::Success {
        // Paid needs the whole word: which payment, and how much.
        answer.payment_amount.ok_or(Reason::Mismatch("paymentAmount"))?;
        answer.payment_id.as_ref().ok_or(Reason::Mismatch("paymentId"))?;
    }
    Ok(InquiredPayment {
        status,
        payment_id: answer.payment_id,
        paid_at: answer.payment_time,
        fail_reason: answer.payment_fail_reason.map(|text| crate::operation::order::cut(&text, 256)),
    })
}
