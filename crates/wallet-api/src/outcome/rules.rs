//! What every result code means, for each operation and each sending: one table, read from the top.

use super::{NextStep, Sending};
use crate::operation::Operation;
use crate::operation::result::ResultCode;

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

pub(super) fn moves_money(operation: Operation) -> bool {
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
pub(super) struct Rule {
    /// Whether the call is over and did nothing.
    pub ends: bool,
    pub next: NextStep,
}

pub(super) fn rule(operation: Operation, code: &ResultCode) -> Rule {
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
        // Of questions and of tokens; no money moves there.
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
        // Every call may be answered so.
        C::Success
        | C::Accept
        | C::PaymentInProcess
        | C::RefundInProcess
        | C::CaptureInProcess
        | C::UnknownException
        | C::RequestTrafficExceedLimit
        | C::RepeatReqInconsistent
        | C::ProcessFail
        | C::ParamIllegal
        | C::InvalidApi
        | C::AccessDenied
        | C::UserNotExist
        | C::UserStatusAbnormal
        | C::PartnerNotExist
        | C::PartnerStatusAbnormal
        | C::RiskReject
        | C::CurrencyNotSupport
        | C::OrderStatusInvalid
        | C::OrderNotExist
        | C::OrderIsClosed
        | C::BusinessNotSupport
        | C::InvalidContract
        | C::InvalidToken
        | C::MerchantNotRegistered
        | C::RegulationRestriction
        | C::InvalidAccessToken
        | C::ExpiredAccessToken
        | C::ExpiredAgentToken
        | C::InvalidAgentToken
        | C::InvalidSignature
        | C::SignatureInvalid
        | C::KeyNotFound
        | C::InvalidClient
        | C::ClientInvalid
        | C::TimestampInvalid
        | C::NoInterfaceDef
        | C::MethodNotSupported
        | C::MediaTypeNotAcceptable
        | C::Other(_) => false,
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
pub(super) enum Class {
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

pub(super) fn class(code: &ResultCode) -> Class {
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
