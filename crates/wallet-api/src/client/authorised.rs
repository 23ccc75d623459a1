//! Taking, or releasing, money that a payment authorised.

use jiff::Timestamp;

use super::answer::{echoed, needed};
use super::{CallAnswer, PrepareError, PreparedCall, WalletClient};
use crate::ids::{CaptureId, VoidId};
use crate::operation::capture::{CaptureRequest, CaptureResponse};
use crate::operation::void::{VoidRequest, VoidResponse};
use crate::outcome::Sending;

/// The authorised money was taken. The payment is paid when an inquiry says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The wallet's id of the capture.
    pub capture_id: CaptureId,
    /// When, by the wallet's clock.
    pub captured_at: Option<Timestamp>,
}

/// The authorised money was released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voided {
    /// The wallet's id of the void, where it gives one.
    pub void_id: Option<VoidId>,
    /// When, by the wallet's clock.
    pub voided_at: Option<Timestamp>,
}

impl WalletClient {
    /// The exact bytes of a `capture`, to be stored before they are sent.
    ///
    /// # Errors
    /// [`PrepareError::NotJson`] when it can't be written.
    pub fn prepare_capture(&self, request: &CaptureRequest) -> Result<PreparedCall, PrepareError> {
        self.prepare(request)
    }

    /// Sends a stored `capture`. What stays unknown is sent again as it is; whether the payment is paid then
    /// says [`inquire_payment`](WalletClient::inquire_payment).
    pub async fn capture(&self, call: &PreparedCall, sending: Sending) -> CallAnswer<Captured> {
        let about = |asked: &CaptureRequest, answer: &CaptureResponse| {
            echoed(Some(&asked.capture_request_id), answer.capture_request_id.as_ref(), "captureRequestId")?;
            echoed(Some(&asked.payment_id), answer.payment_id.as_ref(), "paymentId")?;
            echoed(asked.amount.as_ref(), answer.amount.as_ref(), "captureAmount")
        };
        self.call(call, sending, about, |answer| {
            let capture_id = needed(answer.capture_id, "captureId")?;
            Ok(Captured { capture_id, captured_at: answer.captured_at })
        })
        .await
    }

    /// The exact bytes of a `void`, to be stored before they are sent.
    ///
    /// # Errors
    /// [`PrepareError::NoPaymentId`] when neither of the payment's ids is given.
    pub fn prepare_void(&self, request: &VoidRequest) -> Result<PreparedCall, PrepareError> {
        if request.payment_id.is_none() && request.payment_request_id.is_none() {
            return Err(PrepareError::NoPaymentId);
        }
        self.prepare(request)
    }

    /// Sends a stored `void`. What stays unknown is sent again as it is.
    pub async fn void(&self, call: &PreparedCall, sending: Sending) -> CallAnswer<Voided> {
        let about = |asked: &VoidRequest, answer: &VoidResponse| {
            echoed(Some(&asked.void_request_id), answer.void_request_id.as_ref(), "voidRequestId")?;
            echoed(asked.payment_id.as_ref(), answer.payment_id.as_ref(), "paymentId")?;
            let (ours, its) = (asked.payment_request_id.as_ref(), answer.payment_request_id.as_ref());
            echoed(ours, its, "paymentRequestId")
        };
        let done = |answer: VoidResponse| Ok(Voided { void_id: answer.void_id, voided_at: answer.voided_at });
        self.call(call, sending, about, done).await
    }
}
