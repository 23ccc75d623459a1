//! Ending a payment. Whatever comes back, what became of the payment is for an inquiry to say: the wallet
//! may have been paid a moment before.

use jiff::Timestamp;

use super::answer::echoed;
use super::{CallAnswer, PrepareError, PreparedCall, WalletClient};
use crate::operation::cancel::{CancelRequest, CancelResponse};
use crate::outcome::Sending;

/// The wallet says that the payment is cancelled. Confirm it by an inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancelled {
    /// When, by the wallet's clock.
    pub cancelled_at: Option<Timestamp>,
}

impl WalletClient {
    /// The exact bytes of a `cancel`.
    ///
    /// # Errors
    /// [`PrepareError::NoPaymentId`] when neither id is given.
    pub fn prepare_cancel(&self, request: &CancelRequest) -> Result<PreparedCall, PrepareError> {
        if request.payment_id.is_none() && request.payment_request_id.is_none() {
            return Err(PrepareError::NoPaymentId);
        }
        self.prepare(request)
    }

    /// Sends a `cancel`; again where its answer stays unknown. Then
    /// [`inquire_payment`](WalletClient::inquire_payment) says what became of the payment.
    pub async fn cancel(&self, call: &PreparedCall, sending: Sending) -> CallAnswer<Cancelled> {
        let about = |asked: &CancelRequest, answer: &CancelResponse| {
            echoed(asked.payment_id.as_ref(), answer.payment_id.as_ref(), "paymentId")?;
            let (ours, its) = (asked.payment_request_id.as_ref(), answer.payment_request_id.as_ref());
            echoed(ours, its, "paymentRequestId")
        };
        self.call(call, sending, about, |answer| Ok(Cancelled { cancelled_at: answer.cancelled_at })).await
    }
}
