//! `cancel`.

use serde::{Deserialize, Serialize};

use super::parts::{PaymentNames, WhichPayment, date_time, moment, readable_time};
use super::{Call, Message, WireError, decode, encode};
use crate::operation::Operation;
use crate::operation::cancel::{CancelRequest, CancelResponse};
use crate::operation::result::WireResult;
use crate::profile::WalletProfile;
use crate::time::DateTime;

impl Message for CancelRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&WhichPayment::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()))
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let (payment_id, payment_request_id) = decode::<WhichPayment>(body)?.names.read_one()?;
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

answers_with_a_verdict!(CancelResponse);
