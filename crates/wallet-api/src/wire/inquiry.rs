//! `inquiryPayment` and `inquiryRefund`.

use serde::{Deserialize, Serialize};

use super::parts::{
    PaymentNames, WhichPayment, date_time, extend_info, moment, readable_time, stated_status, unless_empty,
};
use super::{Call, Message, WireError, decode, encode};
use crate::amount::Amount;
use crate::ids::{PartnerId, RefundId, RefundRequestId};
use crate::operation::inquiry_payment::{
    InquiryPaymentRequest, InquiryPaymentResponse, Transaction, TransactionType,
};
use crate::operation::inquiry_refund::{InquiryRefundRequest, InquiryRefundResponse};
use crate::operation::result::WireResult;
use crate::operation::{Operation, PaymentStatus, RefundStatus};
use crate::profile::{ApiVersion, WalletProfile};
use crate::time::DateTime;

impl Message for InquiryPaymentRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&WhichPayment::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()))
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let (payment_id, payment_request_id) = decode::<WhichPayment>(body)?.names.read_one()?;
        Ok(Self { payment_id, payment_request_id })
    }
}

impl Call for InquiryPaymentRequest {
    type Answer = InquiryPaymentResponse;

    const OPERATION: Operation = Operation::InquiryPayment;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PaymentWord {
    result: WireResult,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_amount: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    payment_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_status: Option<PaymentStatus>,
    /// How it stands, as the Alipay+ interface says it; never written.
    #[serde(default, skip_serializing)]
    payment_result: Option<WireResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_fail_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    auth_expiry_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    payment_create_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transactions: Option<Vec<WireTransaction>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTransaction {
    transaction_result: WireResult,
    transaction_type: TransactionType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transaction_request_id: Option<String>,
    transaction_id: String,
    transaction_amount: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    transaction_time: Option<DateTime>,
}

impl Message for InquiryPaymentResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        let transactions = self.transactions.iter().map(|done| WireTransaction {
            transaction_result: done.result.clone(),
            transaction_type: done.kind.clone(),
            transaction_request_id: done.request_id.clone(),
            transaction_id: done.id.clone(),
            transaction_amount: done.amount,
            transaction_time: date_time(profile, done.at),
        });
        // Only v2 has them.
        let tells = profile.version == ApiVersion::V2 && !self.transactions.is_empty();
        encode(&PaymentWord {
            result: self.result.clone(),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()),
            payment_amount: self.amount,
            payment_time: date_time(profile, self.paid_at),
            payment_status: self.status.clone(),
            payment_result: None,
            payment_fail_reason: self.fail_reason.clone(),
            auth_expiry_time: date_time(profile, self.authorised_until),
            payment_create_time: date_time(profile, self.created_at),
            transactions: tells.then(|| transactions.collect()),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: PaymentWord = decode(body)?;
        let status = stated_status(wire.payment_status.as_ref(), &[wire.payment_result.as_ref()])?;
        let (payment_id, payment_request_id) = wire.names.read()?;
        let transactions = wire.transactions.unwrap_or_default().into_iter();
        Ok(Self {
            result: wire.result,
            payment_id,
            payment_request_id,
            amount: wire.payment_amount,
            status,
            fail_reason: wire.payment_fail_reason,
            paid_at: moment(wire.payment_time.as_ref()),
            created_at: moment(wire.payment_create_time.as_ref()),
            authorised_until: moment(wire.auth_expiry_time.as_ref()),
            transactions: transactions
                .map(|done| Transaction {
                    result: done.transaction_result,
                    kind: done.transaction_type,
                    request_id: done.transaction_request_id,
                    id: done.transaction_id,
                    amount: done.transaction_amount,
                    at: moment(done.transaction_time.as_ref()),
                })
                .collect(),
        })
    }
}

answers_with_a_verdict!(InquiryPaymentResponse);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundQuestion {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partner_id: Option<PartnerId>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    refund_id: Option<RefundId>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    refund_request_id: Option<RefundRequestId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl Message for InquiryRefundRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&RefundQuestion {
            partner_id: profile.partner_id.clone(),
            refund_id: self.refund_id.clone(),
            refund_request_id: self.refund_request_id.clone(),
            extend_info: extend_info(profile),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: RefundQuestion = decode(body)?;
        if wire.refund_id.is_none() && wire.refund_request_id.is_none() {
            return Err(WireError::missing("refundId or refundRequestId"));
        }
        Ok(Self { refund_id: wire.refund_id, refund_request_id: wire.refund_request_id })
    }
}

impl Call for InquiryRefundRequest {
    type Answer = InquiryRefundResponse;

    const OPERATION: Operation = Operation::InquiryRefund;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundWord {
    result: WireResult,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    refund_id: Option<RefundId>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    refund_request_id: Option<RefundRequestId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refund_amount: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refund_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    refund_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refund_status: Option<RefundStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refund_fail_reason: Option<String>,
}

impl Message for InquiryRefundResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&RefundWord {
            result: self.result.clone(),
            refund_id: self.refund_id.clone(),
            refund_request_id: self.refund_request_id.clone(),
            refund_amount: self.amount,
            refund_reason: self.reason.clone(),
            refund_time: date_time(profile, self.refunded_at),
            refund_status: self.status.clone(),
            refund_fail_reason: self.fail_reason.clone(),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: RefundWord = decode(body)?;
        Ok(Self {
            result: wire.result,
            refund_id: wire.refund_id,
            refund_request_id: wire.refund_request_id,
            amount: wire.refund_amount,
            reason: wire.refund_reason,
            refunded_at: moment(wire.refund_time.as_ref()),
            status: wire.refund_status,
            fail_reason: wire.refund_fail_reason,
        })
    }
}

answers_with_a_verdict!(InquiryRefundResponse);
