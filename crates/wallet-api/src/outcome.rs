//! What a call came to, and what the merchant does next.
//!
//! In: a verified verdict, the operation, and whether it answers the first sending. Out: an [`Outcome`].
//! The rules fail closed. F classifies the call, not the payment: it ends an attempt to pay only as the
//! answer to the *first* sending, signed, with a known business code. A resend, a code or a status never
//! seen, a status and a code that contradict each other, a traffic limit, a gateway's refusal: all of them
//! are [`Outcome::Unknown`], and unknown is resolved by asking, never taken for failed.

use core::fmt;

use crate::keys::KeyError;
use crate::operation::Operation;
use crate::operation::result::{ResultCode, ResultStatus, WireResult};
use crate::profile::AcceptedAnswer;
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
        /// What to do about it.
        next: NextStep,
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
    /// Tell the shopper, who can try again: a new attempt may work.
    NewAttempt,
    /// Tell the shopper; trying again won't help.
    TellShopper,
    /// Let the shopper log in again: code or token are used up.
    Reauthorise,
    /// Repair the configuration: keys, ids, profile.
    FixConfiguration,
    /// Have a person talk to the wallet.
    CallWallet,
}

impl NextStep {
    /// The same as a sentence, for operators.
    pub fn advice(self) -> &'static str {
        match self {
            Self::ResendSame => "send the same request again, later",
            Self::Inquire => "ask the wallet how it stands",
            Self::NewAttempt => "tell the shopper; a new attempt may work",
            Self::TellShopper => "tell the shopper; trying again won't help",
            Self::Reauthorise => "let the shopper log in again",
            Self::FixConfiguration => "repair the configuration: keys, ids, profile",
            Self::CallWallet => "talk to the wallet's support",
        }
    }
}

/// The outcome of an answer whose signature was verified. `accepted` says how this wallet spells "accepted".
pub fn judge(
    operation: Operation,
    sending: Sending,
    accepted: AcceptedAnswer,
    result: &WireResult,
) -> Outcome {
    let reason = || Reason::wallet(operation, sending, result);
    match (&result.result_status, operation) {
        (ResultStatus::Success, _) if result.contradicts_itself() => {
            Outcome::Unknown(Reason::contradiction(result))
        }
        (ResultStatus::Success, _) => Outcome::Success,
        (ResultStatus::Accepted, Operation::Pay) => Outcome::Accepted,
        (ResultStatus::Failed, _) => {
            let failed = match sending {
                Sending::First => rule(operation, &result.result_code).ends,
                // What the first sending did isn't known, and F speaks of this one.
                Sending::Resend => !moves_money(operation) && rule(operation, &result.result_code).ends,
            };
            if failed { Outcome::Failed(reason()) } else { Outcome::Unknown(reason()) }
        }
        (ResultStatus::Unknown, Operation::Pay)
            if accepted == AcceptedAnswer::PaymentInProcess
                && result.result_code == ResultCode::PaymentInProcess =>
        {
            Outcome::Accepted
        }
        (ResultStatus::Unknown, _) => Outcome::Unknown(reason()),
        (status @ (ResultStatus::Accepted | ResultStatus::Other(_)), _) => {
            Outcome::Unknown(Reason::UnexpectedStatus(status.clone()))
        }
    }
}

/// What the merchant does about a code that isn't success: keyed by operation, code, and whether it answers
/// the first sending. It sharpens the platform's own advice in one place: where that says "use a new id"
/// (`REPEAT_REQ_INCONSISTENT`, `ORDER_STATUS_INVALID`) a payment may exist, so the answer is to ask.
pub fn next_step(operation: Operation, sending: Sending, code: &ResultCode) -> NextStep {
    match (sending, rule(operation, code).next) {
        (Sending::Resend, step) if moves_money(operation) && step != NextStep::ResendSame => {
            NextStep::Inquire
        }
        (_, step) => step,
    }
}

fn moves_money(operation: Operation) -> bool {
    match operation {
        Operation::Pay | Operation::Cancel | Operation::Refund | Operation::Capture | Operation::Void => true,
        Operation::ApplyToken
        | Operation::CancelToken
        | Operation::UserInfo
        | Operation::InquiryPayment
        | Operation::InquiryRefund => false,
    }
}

/// What an F with a code means as the answer to a first sending.
struct Rule {
    /// Whether the call is over and did nothing.
    ends: bool,
    next: NextStep,
}

fn rule(operation: Operation, code: &ResultCode) -> Rule {
    if moves_money(operation) && is_anothers(operation, code) {
        return Rule { ends: false, next: NextStep::Inquire };
    }
    let class = class(code);
    match operation {
        Operation::Pay => class.rule(),
        Operation::Cancel => match code {
            // The payment may be paid by now: what became of it is for an inquiry to say.
            ResultCode::CancelWindowExceed => Rule { ends: true, next: NextStep::Inquire },
            _ => class.rule(),
        },
        Operation::Refund | Operation::Capture | Operation::Void => match code {
            // Refunds made at the wallet count as well, so ask what there is before trying less.
            ResultCode::RefundAmountExceed | ResultCode::CaptureAmountExceedAuthLimit => {
                Rule { ends: true, next: NextStep::Inquire }
            }
            ResultCode::OrderNotExist => Rule { ends: true, next: NextStep::CallWallet },
            _ => class.rule(),
        },
        // These change nothing, so F may be believed, and only a pause can help against a limit.
        Operation::InquiryPayment | Operation::InquiryRefund => match class {
            Class::Later => class.rule(),
            Class::Ends(_) | Class::Undecided(_) => Rule { ends: true, next: asked(code, class.rule().next) },
        },
        Operation::ApplyToken | Operation::CancelToken | Operation::UserInfo => match class {
            Class::Later => class.rule(),
            Class::Ends(_) | Class::Undecided(_) => Rule { ends: true, next: logged_in(class.rule().next) },
        },
    }
}

/// Whether a code belongs to the business of another operation, so that nobody knows what it means here.
fn is_anothers(operation: Operation, code: &ResultCode) -> bool {
    use ResultCode as C;
    match code {
        C::PaymentAmountExceedLimit
        | C::UserAmountExceedLimit
        | C::UserBalanceNotEnough
        | C::PaymentCountExceedLimit
        | C::UnavailablePaymentMethod
        | C::UserKycNotQualified
        | C::UserPaymentVerificationFailed
        | C::AuthCodeAlreadyUsed
        | C::InvalidCode
        | C::UsedCode
        | C::ExpiredCode => operation != Operation::Pay,
        C::CancelWindowExceed => operation != Operation::Cancel,
        C::RefundAmountExceed | C::RefundWindowExceed | C::PartnerBalanceNotEnough => {
            operation != Operation::Refund
        }
        C::AuthCancelled | C::AuthExpired | C::AuthNotFound | C::CaptureAmountExceedAuthLimit => {
            !matches!(operation, Operation::Capture | Operation::Void)
        }
        C::RefundNotExist
        | C::AuthClientUnsupportedGrantType
        | C::InvalidAuthClient
        | C::InvalidAuthClientStatus
        | C::ReferenceClientIdNotMatch
        | C::InvalidAuthCode
        | C::UsedAuthCode
        | C::ExpiredAuthCode
        | C::InvalidRefreshToken
        | C::ExpiredRefreshToken
        | C::UsedRefreshToken => true,
        _ => false,
    }
}

/// After a question that failed: one about something that isn't there may be asked again.
fn asked(code: &ResultCode, next: NextStep) -> NextStep {
    match (code, next) {
        (ResultCode::OrderNotExist | ResultCode::RefundNotExist, _) => NextStep::Inquire,
        (_, NextStep::FixConfiguration) => NextStep::FixConfiguration,
        _ => NextStep::CallWallet,
    }
}

/// Codes and tokens can always be had anew, unless it is us or the shopper's account.
fn logged_in(next: NextStep) -> NextStep {
    match next {
        NextStep::Inquire | NextStep::NewAttempt | NextStep::ResendSame => NextStep::Reauthorise,
        NextStep::TellShopper | NextStep::Reauthorise | NextStep::FixConfiguration | NextStep::CallWallet => {
            next
        }
    }
}

/// What a code says, whatever was asked.
#[derive(Clone, Copy)]
enum Class {
    /// A known business reason: nothing was or will be done.
    Ends(NextStep),
    /// It doesn't say what was done.
    Undecided(NextStep),
    /// Nothing was looked at; the same request later may work.
    Later,
}

impl Class {
    fn rule(self) -> Rule {
        match self {
            Self::Ends(next) => Rule { ends: true, next },
            Self::Undecided(next) => Rule { ends: false, next },
            Self::Later => Rule { ends: false, next: NextStep::ResendSame },
        }
    }
}

fn class(code: &ResultCode) -> Class {
    use Class::{Ends, Later, Undecided};
    use ResultCode as C;
    match code {
        C::UserBalanceNotEnough | C::UnavailablePaymentMethod | C::UserPaymentVerificationFailed => {
            Ends(NextStep::NewAttempt)
        }
        C::PaymentAmountExceedLimit
        | C::UserAmountExceedLimit
        | C::UserNotExist
        | C::UserStatusAbnormal
        | C::RiskReject
        | C::PaymentCountExceedLimit
        | C::RegulationRestriction
        | C::UserKycNotQualified => Ends(NextStep::TellShopper),
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
        | C::CaptureAmountExceedAuthLimit => Ends(NextStep::CallWallet),
        C::ParamIllegal
        | C::InvalidApi
        | C::AccessDenied
        | C::CurrencyNotSupport
        | C::AuthClientUnsupportedGrantType
        | C::InvalidAuthClient
        | C::InvalidAuthClientStatus
        | C::ReferenceClientIdNotMatch
        | C::ExpiredAgentToken
        | C::InvalidAgentToken => Ends(NextStep::FixConfiguration),
        C::InvalidAccessToken
        | C::InvalidToken
        | C::ExpiredAccessToken
        | C::AuthCodeAlreadyUsed
        | C::InvalidCode
        | C::UsedCode
        | C::ExpiredCode
        | C::InvalidAuthCode
        | C::UsedAuthCode
        | C::ExpiredAuthCode
        | C::InvalidRefreshToken
        | C::ExpiredRefreshToken
        | C::UsedRefreshToken => Ends(NextStep::Reauthorise),
        // They say that another request with this id exists or existed: only an inquiry can tell which.
        C::RepeatReqInconsistent | C::OrderStatusInvalid | C::OrderIsClosed | C::OrderNotExist => {
            Undecided(NextStep::Inquire)
        }
        C::RequestTrafficExceedLimit | C::UnknownException => Later,
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
        Class::Ends(_) => matches!(code, ResultCode::InvalidApi | ResultCode::AccessDenied),
        Class::Later => false,
    }
}

impl Reason {
    pub(crate) fn wallet(operation: Operation, sending: Sending, result: &WireResult) -> Self {
        Self::Wallet {
            code: result.result_code.clone(),
            message: shown(&result.result_message),
            next: next_step(operation, sending, &result.result_code),
        }
    }

    /// S with a code that says otherwise.
    fn contradiction(result: &WireResult) -> Self {
        let next = match class(&result.result_code) {
            Class::Later => NextStep::ResendSame,
            Class::Ends(_) | Class::Undecided(_) => NextStep::Inquire,
        };
        Self::Wallet { code: result.result_code.clone(), message: shown(&result.result_message), next }
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
            Self::Wallet { next, .. } => *next,
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
            Self::Wallet { code, message, .. } => write!(f, "the wallet says {code}: {message}"),
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
