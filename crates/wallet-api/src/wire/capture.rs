//! `capture` and `void`: what becomes of authorised money.

use serde::{Deserialize, Serialize};

use super::parts::{PaymentNames, date_time, extend_info, moment, readable_time, unless_empty};
use super::{Call, Message, WireError, decode, encode};
use crate::amount::Amount;
use crate::ids::{CaptureId, CaptureRequestId, VoidId, VoidRequestId};
use crate::operation::Operation;
use crate::operation::capture::{CaptureRequest, CaptureResponse};
use crate::operation::result::WireResult;
use crate::operation::void::{VoidRequest, VoidResponse};
use crate::profile::WalletProfile;
use crate::time::DateTime;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCapture {
    capture_request_id: CaptureRequestId,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capture_amount: Option<Amount>,
    /// Absent means that it is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_last_capture: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl Message for CaptureRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&WireCapture {
            capture_request_id: self.capture_request_id.clone(),
            names: PaymentNames::write(profile, Some(&self.payment_id), None),
            capture_amount: self.amount,
            is_last_capture: Some(self.is_last),
            extend_info: extend_info(profile),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: WireCapture = decode(body)?;
        let (payment_id, _) = wire.names.read()?;
        Ok(Self {
            capture_request_id: wire.capture_request_id,
            payment_id: payment_id.ok_or(WireError::missing("paymentId"))?,
            amount: wire.capture_amount,
            is_last: wire.is_last_capture.unwrap_or(true),
        })
    }
}

impl Call for CaptureRequest {
    type Answer = CaptureResponse;

    const OPERATION: Operation = Operation::Capture;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CaptureWord {
    result: WireResult,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    capture_id: Option<CaptureId>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    capture_request_id: Option<CaptureRequestId>,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capture_amount: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    capture_time: Option<DateTime>,
}

impl Message for CaptureResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&CaptureWord {
            result: self.result.clone(),
            capture_id: self.capture_id.clone(),
            capture_request_id: self.capture_request_id.clone(),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), None),
            capture_amount: self.amount,
            capture_time: date_time(profile, self.captured_at),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: CaptureWord = decode(body)?;
        let (payment_id, _) = wire.names.read()?;
        Ok(Self {
            result: wire.result,
            capture_id: wire.capture_id,
            capture_request_id: wire.capture_request_id,
            payment_id,
            amount: wire.capture_amount,
            captured_at: moment(wire.capture_time.as_ref()),
        })
    }
}

answers_with_a_verdict!(CaptureResponse);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireVoid {
    void_request_id: VoidRequestId,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl Message for VoidRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&WireVoid {
            void_request_id: self.void_request_id.clone(),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()),
            extend_info: extend_info(profile),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: WireVoid = decode(body)?;
        let (payment_id, payment_request_id) = wire.names.read_one()?;
        Ok(Self { void_request_id: wire.void_request_id, payment_id, payment_request_id })
    }
}

impl Call for VoidRequest {
    type Answer = VoidResponse;

    const OPERATION: Operation = Operation::Void;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VoidWord {
    result: WireResult,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    void_id: Option<VoidId>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    void_request_id: Option<VoidRequestId>,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    void_time: Option<DateTime>,
}

impl Message for VoidResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&VoidWord {
            result: self.result.clone(),
            void_id: self.void_id.clone(),
            void_request_id: self.void_request_id.clone(),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()),
            void_time: date_time(profile, self.voided_at),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: VoidWord = decode(body)?;
        let (payment_id, payment_request_id) = wire.names.read()?;
        Ok(Self {
            result: wire.result,
            void_id: wire.void_id,
            void_request_id: wire.void_request_id,
            payment_id,
            payment_request_id,
            voided_at: moment(wire.void_time.as_ref()),
        })
    }
}

answers_with_a_verdict!(VoidResponse);
