//! Giving money back.

use jiff::Timestamp;

use super::answer::{echoed, needed};
use super::{CallAnswer, PrepareError, PreparedCall, WalletClient};
use crate::ids::RefundId;
use crate::operation::refund::{RefundRequest, RefundResponse};
use crate::outcome::Sending;

/// The money was taken from the merchant; the user is paid afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refunded {
    /// The wallet's id of the refund.
    pub refund_id: RefundId,
    /// When it was taken, by the wallet's clock.
    pub refunded_at: Option<Timestamp>,
}

impl WalletClient {
    /// The exact bytes of a `refund`, to be stored before they are sent.
    ///
    /// # Errors
    /// [`PrepareError::NoPaymentId`] when neither of the payment's ids is given.
    pub fn prepare_refund(&self, request: &RefundRequest) -> Result<PreparedCall, PrepareError> {
        if request.payment_id.is_none() && request.payment_request_id.is_none() {
            return Err(PrepareError::NoPaymentId);
        }
        self.prepare(request)
    }

    /// Sends a stored `refund`. What stays unknown is asked by
    /// [`inquire_refund`](WalletClient::inquire_refund), or sent again as it is.
    pub async fn refund(&self, call: &PreparedCall, sending: Sending) -> CallAnswer<Refunded> {
        let about = |asked: &RefundRequest, answer: &RefundResponse| {
            echoed(Some(&asked.refund_request_id), answer.refund_request_id.as_ref(), "refundRequestId")?;
            echoed(Some(&asked.amount), answer.amount.as_ref(), "refundAmount")?;
            echoed(asked.payment_id.as_ref(), answer.payment_id.as_ref(), "paymentId")?;
            let (ours, its) = (asked.payment_request_id.as_ref(), answer.payment_request_id.as_ref());
            echoed(ours, its, "paymentRequestId")
        };
        self.call(call, sending, about, |answer| {
            let refund_id = needed(answer.refund_id, "refundId")?;
            Ok(Refunded { refund_id, refunded_at: answer.refunded_at })
        })
        .await
    }
}
