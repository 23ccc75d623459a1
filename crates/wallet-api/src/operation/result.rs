//! The `result` that every answer carries: a status, a code, and a sentence.
//!
//! Source: the `Result` and the code tables of platform-v1 and platform-v2; codes that only a sister product
//! or one wallet documents (antom, superqi) are read everywhere.

use serde::{Deserialize, Serialize};

use crate::object::Object;
use crate::wire::unless_null;
use crate::wire_enum::wire_enum;

wire_enum!(
    /// What became of a call. It classifies the call, not the payment.
    ResultStatus:
    /// Succeeded.
    Success <=> "S",
    /// Failed.
    Failed <=> "F",
    /// The wallet itself doesn't know.
    Unknown <=> "U",
    /// Accepted; something has to be done next.
    Accepted <=> "A",
);

/// The verdict in every answer and acknowledgement: `result` on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Object<Members>")]
pub struct WireResult {
    /// What became of the call.
    pub result_status: ResultStatus,
    /// Why, as a code of at most 64 characters.
    pub result_code: ResultCode,
    /// Why, as a sentence (at most 256 characters); not for shoppers.
    pub result_message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    result_status: ResultStatus,
    result_code: ResultCode,
    #[serde(default, deserialize_with = "unless_null")]
    result_message: String,
}

impl From<Object<Members>> for WireResult {
    fn from(Object(members): Object<Members>) -> Self {
        Self::new(members.result_status, members.result_code, members.result_message)
    }
}

impl WireResult {
    /// A verdict with its sentence.
    pub fn new(result_status: ResultStatus, result_code: ResultCode, message: impl Into<String>) -> Self {
        Self { result_status, result_code, result_message: message.into() }
    }

    /// S, SUCCESS.
    pub fn success() -> Self {
        Self::new(ResultStatus::Success, ResultCode::Success, "success")
    }

    /// U, UNKNOWN_EXCEPTION: "ask again".
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::new(ResultStatus::Unknown, ResultCode::UnknownException, message)
    }

    /// F, with the code that says why.
    pub fn failed(code: ResultCode, message: impl Into<String>) -> Self {
        Self::new(ResultStatus::Failed, code, message)
    }

    /// Whether status and code say different things: S with a documented code that isn't success, or F with
    /// one that says "done" or "going on". Whoever reads one of them and whoever reads the other would
    /// differ about money, so neither is believed.
    pub fn contradicts_itself(&self) -> bool {
        use ResultCode as C;
        match self.result_status {
            ResultStatus::Success => !matches!(self.result_code, C::Success | C::Other(_)),
            ResultStatus::Failed => matches!(
                self.result_code,
                C::Success | C::Accept | C::PaymentInProcess | C::RefundInProcess | C::CaptureInProcess
            ),
            // They decide nothing, whatever the code.
            ResultStatus::Unknown | ResultStatus::Accepted | ResultStatus::Other(_) => false,
        }
    }
}

wire_enum!(
    /// The documented result codes. A code never seen is kept in `Other` and never ends anything.
    ResultCode:
    /// Success.
    Success <=> "SUCCESS",
    /// Follow the action form.
    Accept <=> "ACCEPT",
    /// Still in process.
    PaymentInProcess <=> "PAYMENT_IN_PROCESS",
    /// The wallet failed and doesn't know how.
    UnknownException <=> "UNKNOWN_EXCEPTION",
    /// Too many calls. Never final, whatever its status.
    RequestTrafficExceedLimit <=> "REQUEST_TRAFFIC_EXCEED_LIMIT",
    /// The id was used before with other content.
    RepeatReqInconsistent <=> "REPEAT_REQ_INCONSISTENT",
    /// General failure.
    ProcessFail <=> "PROCESS_FAIL",
    /// A parameter is bad.
    ParamIllegal <=> "PARAM_ILLEGAL",
    /// The interface is invalid or inactive.
    InvalidApi <=> "INVALID_API",
    /// Denied.
    AccessDenied <=> "ACCESS_DENIED",
    /// Over the payment's limit.
    PaymentAmountExceedLimit <=> "PAYMENT_AMOUNT_EXCEED_LIMIT",
    /// Over the user's limit.
    UserAmountExceedLimit <=> "USER_AMOUNT_EXCEED_LIMIT",
    /// Not enough money.
    UserBalanceNotEnough <=> "USER_BALANCE_NOT_ENOUGH",
    /// No such user.
    UserNotExist <=> "USER_NOT_EXIST",
    /// The user's account is not in order.
    UserStatusAbnormal <=> "USER_STATUS_ABNORMAL",
    /// No such merchant.
    PartnerNotExist <=> "PARTNER_NOT_EXIST",
    /// The merchant's account is not in order.
    PartnerStatusAbnormal <=> "PARTNER_STATUS_ABNORMAL",
    /// Refused by risk control.
    RiskReject <=> "RISK_REJECT",
    /// The currency is not supported.
    CurrencyNotSupport <=> "CURRENCY_NOT_SUPPORT",
    /// The order is closed or otherwise invalid.
    OrderStatusInvalid <=> "ORDER_STATUS_INVALID",
    /// No such payment.
    OrderNotExist <=> "ORDER_NOT_EXIST",
    /// The order is closed.
    OrderIsClosed <=> "ORDER_IS_CLOSED",
    /// Too many payments or tries.
    PaymentCountExceedLimit <=> "PAYMENT_COUNT_EXCEED_LIMIT",
    /// The business isn't supported.
    BusinessNotSupport <=> "BUSINESS_NOT_SUPPORT",
    /// The contract with the wallet isn't valid.
    InvalidContract <=> "INVALID_CONTRACT",
    /// The token is bad.
    InvalidToken <=> "INVALID_TOKEN",
    /// The merchant isn't registered.
    MerchantNotRegistered <=> "MERCHANT_NOT_REGISTERED",
    /// Regulation forbids it.
    RegulationRestriction <=> "REGULATION_RESTRICTION",
    /// The payment method can't be used.
    UnavailablePaymentMethod <=> "UNAVAILABLE_PAYMENT_METHOD",
    /// The user isn't verified far enough.
    UserKycNotQualified <=> "USER_KYC_NOT_QUALIFIED",
    /// The user didn't pass the payment's verification.
    UserPaymentVerificationFailed <=> "USER_PAYMENT_VERIFICATION_FAILED",
    /// It is too late to cancel.
    CancelWindowExceed <=> "CANCEL_WINDOW_EXCEED",
    /// The refund is still in process.
    RefundInProcess <=> "REFUND_IN_PROCESS",
    /// More than what was paid and isn't refunded yet.
    RefundAmountExceed <=> "REFUND_AMOUNT_EXCEED",
    /// It is too late to refund.
    RefundWindowExceed <=> "REFUND_WINDOW_EXCEED",
    /// No such refund.
    RefundNotExist <=> "REFUND_NOT_EXIST",
    /// The merchant's balance at the wallet is too low.
    PartnerBalanceNotEnough <=> "PARTNER_BALANCE_NOT_ENOUGH",
    /// The authorisation was cancelled.
    AuthCancelled <=> "AUTH_CANCELLED",
    /// The authorisation's time ran out.
    AuthExpired <=> "AUTH_EXPIRED",
    /// No such authorisation.
    AuthNotFound <=> "AUTH_NOT_FOUND",
    /// More than what was authorised.
    CaptureAmountExceedAuthLimit <=> "CAPTURE_AMOUNT_EXCEED_AUTH_LIMIT",
    /// The capture is still in process.
    CaptureInProcess <=> "CAPTURE_IN_PROCESS",
    /// The access token is bad.
    InvalidAccessToken <=> "INVALID_ACCESS_TOKEN",
    /// The access token has expired.
    ExpiredAccessToken <=> "EXPIRED_ACCESS_TOKEN",
    /// The payment code was used before.
    AuthCodeAlreadyUsed <=> "AUTH_CODE_ALREADY_USED",
    /// The code is bad (v1 and payment codes).
    InvalidCode <=> "INVALID_CODE",
    /// The code was used before (v1).
    UsedCode <=> "USED_CODE",
    /// The code has expired (v1).
    ExpiredCode <=> "EXPIRED_CODE",
    /// The auth code is bad (v2).
    InvalidAuthCode <=> "INVALID_AUTHCODE",
    /// The auth code was used before (v2).
    UsedAuthCode <=> "USED_AUTHCODE",
    /// The auth code has expired (v2).
    ExpiredAuthCode <=> "EXPIRED_AUTHCODE",
    /// The refresh token is bad.
    InvalidRefreshToken <=> "INVALID_REFRESH_TOKEN",
    /// The refresh token has expired.
    ExpiredRefreshToken <=> "EXPIRED_REFRESH_TOKEN",
    /// The refresh token was used before.
    UsedRefreshToken <=> "USED_REFRESH_TOKEN",
    /// The grant type is not supported for this client.
    AuthClientUnsupportedGrantType <=> "AUTH_CLIENT_UNSUPPORTED_GRANT_TYPE",
    /// No such client for authorisation.
    InvalidAuthClient <=> "INVALID_AUTH_CLIENT",
    /// The client is not in order.
    InvalidAuthClientStatus <=> "INVALID_AUTH_CLIENT_STATUS",
    /// `referenceClientId` isn't the token's (v1).
    ReferenceClientIdNotMatch <=> "REFERENCE_CLIENT_ID_NOT_MATCH",
    /// The integrator's token has expired.
    ExpiredAgentToken <=> "EXPIRED_AGENT_TOKEN",
    /// The integrator's token is bad.
    InvalidAgentToken <=> "INVALID_AGENT_TOKEN",
    /// The wallet doesn't accept our signature.
    InvalidSignature <=> "INVALID_SIGNATURE",
    /// The same, as some wallets spell it.
    SignatureInvalid <=> "SIGNATURE_INVALID",
    /// The wallet has no key of ours.
    KeyNotFound <=> "KEY_NOT_FOUND",
    /// The wallet doesn't know our client id.
    InvalidClient <=> "INVALID_CLIENT",
    /// The same, as some wallets spell it.
    ClientInvalid <=> "CLIENT_INVALID",
    /// The wallet finds our clock wrong.
    TimestampInvalid <=> "TIMESTAMP_INVALID",
    /// No such interface.
    NoInterfaceDef <=> "NO_INTERFACE_DEF",
    /// The method isn't supported.
    MethodNotSupported <=> "METHOD_NOT_SUPPORTED",
    /// The content type isn't accepted.
    MediaTypeNotAcceptable <=> "MEDIA_TYPE_NOT_ACCEPTABLE",
);
