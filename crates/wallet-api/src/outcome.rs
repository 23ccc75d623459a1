//! What a call came to, and what the merchant does next.
//!
//! In: a verified verdict, the operation, and whether it answers the first sending. Out: an [`Outcome`].
//! The rules fail closed. F classifies the call, not the payment: it ends an attempt to pay only as the
//! answer to the *first* sending, signed, with a known business code. A resend, a code or a status never
//! seen, a traffic limit, a gateway's refusal: all of them are [`Outcome::Unknown`], and unknown is
//! resolved by asking, never taken for failed.

use core::fmt;

use crate::keys::KeyError;
use crate::operation::Operation;
use crate::operation::result::{ResultCode, ResultStatus, WireResult};
use crate::signature::SignatureError;
use crate::transport::TransportError;

/// Whether a call is sent for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Nobody can have seen this request before.
    First,
    /// The same bytes may have reached the wallet before.
    Resend,
}

/// What a call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// S: done.
    Success,
    /// A: accepted, something has to be done next.
    Accepted,
    /// F, and the call will never succeed.
    Failed(Reason),
    /// Nobody can say; ask.
    Unknown(Reason),
}

/// Why a call failed or stays unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The wallet's signed word.
    Wallet {
        /// Its code.
        code: ResultCode,
        /// Its sentence: not for shoppers.
        message: String,
    },
    /// An *unsigned* F that names a configuration error; a rejected signature can't be answered signed.
    /// It says what to repair and ends nothing.
    Configuration {
        /// Its code.
        code: ResultCode,
        /// Its sentence.
        message: String,
    },
    /// Nothing readable came back.
    Transport(TransportError),
    /// The HTTP status isn't 200.
    HttpStatus(u16),
    /// The answer's signature is missing or wrong.
    Unverified(SignatureError),
    /// The answer is signed for another client id.
    WrongClient,
    /// `Response-Time` is missing, unreadable, or doesn't fit the sending.
    ResponseTime,
    /// The answer is signed, but isn't what the interface says; the text names the place.
    Unreadable(String),
    /// A status that this call can't have.
    UnexpectedStatus(ResultStatus),
    /// The answer speaks of something else than was asked; names the member.
    Mismatch(&'static str),
    /// The cashier's address is missing, or not https on a host of the profile.
    Cashier,
    /// Our own key refused to sign; nothing was sent.
    NotSigned(KeyError),
}

/// What the merchant does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Send the same request again, later.
    ResendSame,
    /// Ask by inquiry.
    Inquire,
    /// Tell the shopper; another attempt may work.
    TellShopper,
    /// Let the shopper log in again.
    Reauthorise,
    /// Repair the configuration: keys, ids, profile.
    FixConfiguration,
    /// Have a person talk to the wallet.
    CallWallet,
}

/// The outcome of an answer whose signature was verified.
pub fn judge(operation: Operation, sending: Sending, result: &WireResult) -> Outcome {
    let reason = || Reason::wallet(result);
    match (&result.result_status, operation) {
        (ResultStatus::Success, _) => Outcome::Success,
        (ResultStatus::Accepted, Operation::Pay) => Outcome::Accepted,
        (ResultStatus::Failed, Operation::Pay) => match (sending, class(&result.result_code)) {
            (Sending::First, Class::Business(_)) => Outcome::Failed(reason()),
            (Sending::First, Class::Undecided(_)) | (Sending::Resend, _) => Outcome::Unknown(reason()),
        },
        // These change nothing at the wallet, so asking again is always safe and F may be believed.
        (ResultStatus::Failed, Operation::ApplyToken | Operation::InquiryPayment) => {
            match class(&result.result_code) {
                Class::Business(_) => Outcome::Failed(reason()),
                Class::Undecided(NextStep::ResendSame) => Outcome::Unknown(reason()),
                Class::Undecided(_) => Outcome::Failed(reason()),
            }
        }
        (ResultStatus::Unknown, _) => Outcome::Unknown(reason()),
        (status @ (ResultStatus::Accepted | ResultStatus::Other(_)), _) => {
            Outcome::Unknown(Reason::UnexpectedStatus(status.clone()))
        }
    }
}

/// Whether an F with this code may end an attempt, and what to do about it.
enum Class {
    Business(NextStep),
    Undecided(NextStep),
}

fn class(code: &ResultCode) -> Class {
    use Class::{Business, Undecided};
    use ResultCode as C;
    match code {
        C::PaymentAmountExceedLimit
        | C::UserAmountExceedLimit
        | C::UserBalanceNotEnough
        | C::UserNotExist
        | C::UserStatusAbnormal
        | C::RiskReject
        | C::PaymentCountExceedLimit
        | C::RegulationRestriction
        | C::UnavailablePaymentMethod
        | C::UserKycNotQualified
        | C::UserPaymentVerificationFailed
        | C::AuthCodeAlreadyUsed => Business(NextStep::TellShopper),
        C::ProcessFail
        | C::PartnerNotExist
        | C::PartnerStatusAbnormal
        | C::PartnerBalanceNotEnough
        | C::BusinessNotSupport
        | C::InvalidContract
        | C::MerchantNotRegistered
        | C::CancelWindowExceed
        | C::RefundWindowExceed
        | C::RefundAmountExceed
        | C::RefundNotExist
        | C::AuthCancelled
        | C::AuthExpired
        | C::AuthNotFound
        | C::CaptureAmountExceedAuthLimit => Business(NextStep::CallWallet),
        C::ParamIllegal
        | C::InvalidApi
        | C::AccessDenied
        | C::CurrencyNotSupport
        | C::AuthClientUnsupportedGrantType
        | C::InvalidAuthClient
        | C::InvalidAuthClientStatus
        | C::ExpiredAgentToken
        | C::InvalidAgentToken => Business(NextStep::FixConfiguration),
        C::InvalidAccessToken
        | C::InvalidToken
        | C::ExpiredAccessToken
        | C::InvalidCode
        | C::UsedCode
        | C::ExpiredCode
        | C::InvalidAuthCode
        | C::UsedAuthCode
        | C::ExpiredAuthCode
        | C::InvalidRefreshToken
        | C::ExpiredRefreshToken
        | C::UsedRefreshToken => Business(NextStep::Reauthorise),
        // They say that another request with this id exists or existed: only an inquiry can tell which.
        C::RepeatReqInconsistent | C::OrderStatusInvalid | C::OrderIsClosed | C::OrderNotExist => {
            Undecided(NextStep::Inquire)
        }
        C::RequestTrafficExceedLimit | C::UnknownException => Undecided(NextStep::ResendSame),
        C::PaymentInProcess
        | C::RefundInProcess
        | C::CaptureInProcess
        | C::Success
        | C::Accept
        | C::Other(_) => Undecided(NextStep::Inquire),
        // The gateway speaks, before any business was done; the request may still be queued behind it.
        C::InvalidSignature
        | C::SignatureInvalid
        | C::KeyNotFound
        | C::InvalidClient
        | C::ClientInvalid
        | C::TimestampInvalid
        | C::NoInterfaceDef
        | C::MethodNotSupported
        | C::MediaTypeNotAcceptable => Undecided(NextStep::FixConfiguration),
    }
}

/// Whether an unsigned answer may be believed to say this: the wallet couldn't tell who we are, or which
/// interface we meant, so it had no way to sign.
pub(crate) fn is_configuration(code: &ResultCode) -> bool {
    match class(code) {
        Class::Undecided(step) => step == NextStep::FixConfiguration,
        Class::Business(_) => matches!(code, ResultCode::InvalidApi | ResultCode::AccessDenied),
    }
}

impl Reason {
    pub(crate) fn wallet(result: &WireResult) -> Self {
        Self::Wallet { code: result.result_code.clone(), message: shown(&result.result_message) }
    }

    pub(crate) fn configuration(result: &WireResult) -> Self {
        Self::Configuration { code: result.result_code.clone(), message: shown(&result.result_message) }
    }

    /// A stable code, to be stored and searched for: the wallet's own in capitals, ours in small letters.
    pub fn code(&self) -> &str {
        match self {
            Self::Wallet { code, .. } | Self::Configuration { code, .. } => code.as_str(),
            Self::Transport(error) => error.code(),
            Self::HttpStatus(_) => "http_status",
            Self::Unverified(SignatureError::Missing) => "unsigned",
            Self::Unverified(_) => "bad_signature",
            Self::WrongClient => "wrong_client",
            Self::ResponseTime => "response_time",
            Self::Unreadable(_) => "unreadable",
            Self::UnexpectedStatus(_) => "unexpected_status",
            Self::Mismatch(_) => "mismatch",
            Self::Cashier => "cashier_refused",
            Self::NotSigned(_) => "not_signed",
        }
    }

    /// What the merchant does next.
    pub fn next_step(&self) -> NextStep {
        match self {
            Self::Wallet { code, .. } => match class(code) {
                Class::Business(step) | Class::Undecided(step) => step,
            },
            Self::Configuration { .. } | Self::NotSigned(_) | Self::WrongClient => NextStep::FixConfiguration,
            Self::Transport(_) | Self::HttpStatus(_) => NextStep::ResendSame,
            Self::Unverified(_) | Self::ResponseTime | Self::Unreadable(_) | Self::UnexpectedStatus(_) => {
                NextStep::Inquire
            }
            Self::Mismatch(_) | Self::Cashier => NextStep::CallWallet,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wallet { code, message } => write!(f, "the wallet says {code}: {message}"),
            Self::Configuration { code, message } => {
                write!(
                    f,
                    "the wallet refuses us, unsigned, with {code}: {message}; check keys, client id and profile"
                )
            }
            Self::Transport(error) => write!(f, "{error}"),
            Self::HttpStatus(status) => write!(f, "the wallet answered with HTTP status {status}"),
            Self::Unverified(error) => write!(f, "the answer can't be believed: {error}"),
            Self::WrongClient => f.write_str("the answer is for another Client-Id"),
            Self::ResponseTime => {
                f.write_str("the answer's Response-Time is missing or doesn't fit the sending")
            }
            Self::Unreadable(what) => write!(f, "the answer can't be read: {what}"),
            Self::UnexpectedStatus(status) => write!(f, "the answer's resultStatus {status} can't be here"),
            Self::Mismatch(member) => write!(f, "the answer's {member} isn't what was asked for"),
            Self::Cashier => f.write_str("the cashier's address is missing, or not on a host of the profile"),
            Self::NotSigned(error) => write!(f, "nothing was sent: {error}"),
        }
    }
}

/// Text from outside, fit for logs and tables: no control characters, at most 256 characters.
fn shown(text: &str) -> String {
    crate::operation::order::cut(text, 256)
}

#[cfg(test)]
mod tests;
