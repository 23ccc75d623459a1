//! `notifyPayment`: the wallet tells the merchant that a payment is final.
//!
//! Three shapes exist and all are read: `paymentStatus` with `paymentFailReason` (v1 as documented),
//! `paymentResult` (v2, and v1 in practice), `result` with `notifyType` (Antom).

use serde::{Deserialize, Serialize};

use super::PaymentStatus;
use super::result::{ResultStatus, WireResult};
use crate::amount::Amount;
use crate::ids::{CustomerId, PaymentId, PaymentRequestId};
use crate::time::DateTime;

/// The body of a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotifyPaymentRequest {
    /// How the payment ended (v2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_result: Option<WireResult>,
    /// How the payment ended (v1 as documented).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_status: Option<PaymentStatus>,
    /// How the payment ended (Antom).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<WireResult>,
    /// `PAYMENT_RESULT` or `PAYMENT_PENDING` (Antom).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_type: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_fail_reason: Option<String>,
    /// The wallet's id.
    pub payment_id: PaymentId,
    /// Our id.
    pub payment_request_id: PaymentRequestId,
    /// What was collected, or was to be.
    pub payment_amount: Amount,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_time: Option<DateTime>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_create_time: Option<DateTime>,
    /// Who paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
}

impl NotifyPaymentRequest {
    /// How the payment stands by this notification, whichever shape it has; `None` when no shape says,
    /// or two contradict each other.
    pub fn status(&self) -> Option<PaymentStatus> {
        let by_result = |result: &WireResult| match &result.result_status {
            ResultStatus::Success => PaymentStatus::Success,
            ResultStatus::Failed => PaymentStatus::Fail,
            ResultStatus::Unknown | ResultStatus::Accepted => PaymentStatus::Processing,
            ResultStatus::Other(text) => PaymentStatus::Other(text.clone()),
        };
        let pending = self.notify_type.as_deref() == Some("PAYMENT_PENDING");
        let said = [
            self.payment_status.clone(),
            self.payment_result.as_ref().map(by_result),
            self.result.as_ref().map(by_result),
        ];
        let mut said = said.into_iter().flatten();
        let first = said.next()?;
        if said.any(|other| other != first) {
            return None;
        }
        Some(if pending { PaymentStatus::Pending } else { first })
    }

    /// The result code of the payment's end, where the shape has one.
    pub fn fail_code(&self) -> Option<&str> {
        self.payment_result.as_ref().or(self.result.as_ref()).map(|result| result.result_code.as_str())
    }

    /// Why the payment failed, by whichever member says it.
    pub fn fail_reason(&self) -> Option<&str> {
        self.payment_fail_reason.as_deref().or_else(|| {
            let result = self.payment_result.as_ref().or(self.result.as_ref())?;
            Some(result.result_message.as_str())
        })
    }
}
