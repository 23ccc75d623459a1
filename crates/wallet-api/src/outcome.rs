//! What a call came to, and what the merchant does next.
//!
//! In: a verified verdict, the operation, and whether it answers the first sending. Out: an [`Outcome`].
//! The rules fail closed. F classifies the call, not the payment: it ends an attempt to pay only as the
//! answer to the *first* sending, signed, with a known business code. A resend, a code or a status never
//! seen, a status and a code that contradict each other, a traffic limit, a gateway's refusal: all of them
//! are [`Outcome::Unknown`], and unknown is resolved by asking, never taken for failed.

mod rules;

use core::fmt;

use crate::keys::KeyError;
use crate::operation::Operation;
use crate::operation::result::{ResultCode, ResultStatus, WireResult};
use crate::profile::AcceptedAnswer;
use crate::signature::SignatureError;
use crate::transport::TransportError;

pub(crate) use self::rules::is_configuration;
pub use self::rules::next_step;
use self::rules::{Class, class, moves_money, rule};

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
