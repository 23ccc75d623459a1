//! `cancel`.

use serde::{Deserialize, Serialize};

use super::parts::{PaymentNames, date_time, extend_info, moment, readable_time};
use super::{Answer, Call, Message, WireError, decode, encode};
use crate::ids::PartnerId;
use crate::operation::Operation;
use crate::operation::cancel::{CancelRequest, CancelResponse};
use crate::operation::result::WireResult;
use crate::profile::WalletProfile;
use crate::time::DateTime;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partner_id: Option<PartnerId>,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl Message for CancelRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&Request {
            partner_id: profile.partner_id.clone(),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()),
            extend_info: extend_info(profile),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let (payment_id, payment_request_id) = decode::<Request>(body)?.names.read()?;
        if payment_id.is_none() && payment_request_id.is_none() {
            return Err(WireError::missing("paymentId or paymentRequestId"));
        }
        Ok(Self { payment_id, payment_request_id })
    }
}

impl Call for CancelRequest {
    type Answer = CancelResponse;

    const OPERATION: Operation = Operation::Cancel;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    result: WireResult,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    cancel_time: Option<DateTime>,
}

impl Message for CancelResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&Response {
            result: self.result.clone(),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()),
            cancel_time: date_time(profile, self.cancelled_at),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: Response = decode(body)?;
        let (payment_id, payment_request_id) = wire.names.read()?;
        let cancelled_at = moment(wire.cancel_time.as_ref());
        Ok(Self { result: wire.result, payment_id, payment_request_id, cancelled_at })
    }
}

impl Answer for CancelResponse {
    fn result(&self) -> &WireResult {
        &self.result
    }

    fn verdict(result: WireResult) -> Self {
        Self::only(result)
    }
}
