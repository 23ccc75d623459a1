//! `notifyPayment`, in its three shapes: `paymentStatus` with `paymentFailReason` (v1 as documented),
//! `paymentResult` (v2, and v1 in practice), `result` with `notifyType` (Antom).

use serde::{Deserialize, Serialize};

use super::parts::{PaymentNames, date_time, moment, readable, readable_time, stated_status};
use super::{Message, WireError, decode, encode};
use crate::amount::Amount;
use crate::ids::{CustomerId, PartnerId};
use crate::operation::PaymentStatus;
use crate::operation::notify_payment::NotifyPaymentRequest;
use crate::operation::order::cut;
use crate::operation::result::{ResultCode, ResultStatus, WireResult};
use crate::profile::{NotificationMember, WalletProfile};
use crate::time::DateTime;

const PENDING: &str = "PAYMENT_PENDING";
const FINAL: &str = "PAYMENT_RESULT";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_result: Option<WireResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_status: Option<PaymentStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<WireResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notify_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_fail_reason: Option<String>,
    /// Told, and never looked at: the key already says for whom the message is.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    partner_id: Option<PartnerId>,
    #[serde(flatten)]
    names: PaymentNames,
    payment_amount: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    payment_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    payment_create_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable")]
    customer_id: Option<CustomerId>,
}

impl Message for NotifyPaymentRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        let member = profile.wire.notification;
        encode(&Request {
            payment_result: (member == NotificationMember::PaymentResult).then(|| self.as_result()),
            payment_status: (member == NotificationMember::PaymentStatus).then(|| self.status.clone()),
            result: (member == NotificationMember::Result).then(|| self.as_result()),
            notify_type: (member == NotificationMember::Result)
                .then(|| if self.is_pending() { PENDING } else { FINAL }.to_owned()),
            payment_fail_reason: self.fail_reason.clone(),
            partner_id: profile.partner_id.clone(),
            names: PaymentNames::write(profile, Some(&self.payment_id), Some(&self.payment_request_id)),
            payment_amount: self.amount,
            payment_time: date_time(profile, self.paid_at),
            payment_create_time: date_time(profile, self.created_at),
            customer_id: self.customer_id.clone(),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: Request = decode(body)?;
        let status = status(&wire)?;
        let result = wire.payment_result.as_ref().or(wire.result.as_ref());
        let (fail_code, fail_reason) = match status {
            PaymentStatus::Success => (None, None),
            _ => (
                result.map(|result| cut(result.result_code.as_str(), 64)),
                wire.payment_fail_reason
                    .as_deref()
                    .or(result.map(|result| result.result_message.as_str()))
                    .map(|text| cut(text, 256)),
            ),
        };
        let (payment_id, payment_request_id) = wire.names.read()?;
        Ok(Self {
            status,
            fail_code,
            fail_reason,
            payment_id: payment_id.ok_or(WireError::missing("paymentId"))?,
            payment_request_id: payment_request_id.ok_or(WireError::missing("paymentRequestId"))?,
            amount: wire.payment_amount,
            paid_at: moment(wire.payment_time.as_ref()),
            created_at: moment(wire.payment_create_time.as_ref()),
            customer_id: wire.customer_id,
        })
    }
}

impl NotifyPaymentRequest {
    fn is_pending(&self) -> bool {
        matches!(self.status, PaymentStatus::Pending | PaymentStatus::Processing)
    }

    /// How the payment stands, as the shapes say it that have a result.
    fn as_result(&self) -> WireResult {
        match &self.status {
            PaymentStatus::Success => WireResult::success(),
            PaymentStatus::Fail | PaymentStatus::Cancelled => WireResult::failed(
                self.fail_code.as_deref().map_or(ResultCode::ProcessFail, ResultCode::from),
                self.fail_reason.clone().unwrap_or_default(),
            ),
            PaymentStatus::Processing
            | PaymentStatus::AuthSuccess
            | PaymentStatus::Pending
            | PaymentStatus::Other(_) => {
                WireResult::new(ResultStatus::Unknown, ResultCode::PaymentInProcess, self.status.as_str())
            }
        }
    }
}

/// How the payment stands by this notification, whichever shape it has. One that says nothing, or says
/// two things, can't be read; one of a type never seen ends nothing.
fn status(wire: &Request) -> Result<PaymentStatus, WireError> {
    let results = [wire.payment_result.as_ref(), wire.result.as_ref()];
    let said = stated_status(wire.payment_status.as_ref(), &results)?;
    let said = said.ok_or(WireError::missing("paymentStatus, paymentResult or result"))?;
    Ok(match wire.notify_type.as_deref() {
        None | Some("" | FINAL) => said,
        Some(PENDING) => PaymentStatus::Pending,
        // About something else that was done with the payment: its result isn't the payment's.
        Some(other) => PaymentStatus::Other(cut(other, 64)),
    })
}
