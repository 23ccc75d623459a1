//! `refund`.

use serde::{Deserialize, Serialize};

use super::parts::{PaymentNames, date_time, extend_info, moment, readable_time, unless_empty};
use super::{Call, Message, WireError, decode, encode};
use crate::amount::Amount;
use crate::ids::{CaptureId, PartnerId, RefundId, RefundRequestId};
use crate::operation::Operation;
use crate::operation::order::cut;
use crate::operation::refund::{RefundRequest, RefundResponse};
use crate::operation::result::WireResult;
use crate::profile::WalletProfile;
use crate::time::DateTime;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partner_id: Option<PartnerId>,
    refund_request_id: RefundRequestId,
    #[serde(flatten)]
    names: PaymentNames,
    refund_amount: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refund_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capture_id: Option<CaptureId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl Message for RefundRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        let reason = self.reason.as_deref().map(|reason| cut(reason, 256));
        encode(&Request {
            partner_id: profile.partner_id.clone(),
            refund_request_id: self.refund_request_id.clone(),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()),
            refund_amount: self.amount,
            refund_reason: reason.filter(|reason| !reason.is_empty()),
            capture_id: self.capture_id.clone(),
            extend_info: extend_info(profile),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: Request = decode(body)?;
        let (payment_id, payment_request_id) = wire.names.read_one()?;
        Ok(Self {
            refund_request_id: wire.refund_request_id,
            payment_id,
            payment_request_id,
            amount: wire.refund_amount,
            reason: wire.refund_reason,
            capture_id: wire.capture_id,
        })
    }
}

impl Call for RefundRequest {
    type Answer = RefundResponse;

    const OPERATION: Operation = Operation::Refund;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    result: WireResult,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    refund_id: Option<RefundId>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    refund_request_id: Option<RefundRequestId>,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refund_amount: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    refund_time: Option<DateTime>,
}

impl Message for RefundResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&Response {
            result: self.result.clone(),
            refund_id: self.refund_id.clone(),
            refund_request_id: self.refund_request_id.clone(),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()),
            refund_amount: self.amount,
            refund_time: date_time(profile, self.refunded_at),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: Response = decode(body)?;
        let (payment_id, payment_request_id) = wire.names.read()?;
        Ok(Self {
            result: wire.result,
            refund_id: wire.refund_id,
            refund_request_id: wire.refund_request_id,
            payment_id,
            payment_request_id,
            amount: wire.refund_amount,
            refunded_at: moment(wire.refund_time.as_ref()),
        })
    }
}

answers_with_a_verdict!(RefundResponse);
