//! How a call of a wallet ended, in a word: for the metrics.

use wallet_api::client::{CallAnswer, InquiryAnswer, PayAnswer};
use wallet_api::outcome::Reason;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// With the wallet's signed word, whatever it says.
    Answered,
    /// Without a whole answer; the transport's code.
    NoAnswer(&'static str),
    /// With an HTTP status that isn't 200.
    HttpStatus,
    /// With an answer that isn't signed by the wallet, or not for this call.
    Unverified,
    /// With a signed answer that isn't what the interface says, or about something else.
    Unreadable,
    /// Before it began: our own key refused to sign.
    NotSigned,
}

impl CallEnd {
    /// As the metrics say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::NoAnswer(code) => code,
            Self::HttpStatus => "http_status",
            Self::Unverified => "unverified",
            Self::Unreadable => "unreadable",
            Self::NotSigned => "not_signed",
        }
    }

    fn of(reason: &Reason) -> Self {
        match reason {
            Reason::Wallet { .. } => Self::Answered,
            Reason::Transport(error) => Self::NoAnswer(error.code()),
            Reason::HttpStatus(_) => Self::HttpStatus,
            Reason::Configuration { .. }
            | Reason::Unverified(_)
            | Reason::WrongClient
            | Reason::ResponseTime => Self::Unverified,
            Reason::Unreadable(_) | Reason::UnexpectedStatus(_) | Reason::Mismatch(_) | Reason::Cashier => {
                Self::Unreadable
            }
            Reason::NotSigned(_) => Self::NotSigned,
        }
    }
}

/// An answer that knows how its call ended.
pub(super) trait Ended {
    /// How it ended.
    fn end(&self) -> CallEnd;
}

impl<T> Ended for CallAnswer<T> {
    fn end(&self) -> CallEnd {
        match self {
            Self::Done(_) => CallEnd::Answered,
            Self::Failed(reason) | Self::Unknown(reason) => CallEnd::of(reason),
        }
    }
}

impl<T> Ended for InquiryAnswer<T> {
    fn end(&self) -> CallEnd {
        match self {
            Self::Found(_) | Self::NotFound(_) => CallEnd::Answered,
            Self::Failed(reason) | Self::Unknown(reason) => CallEnd::of(reason),
        }
    }
}

impl Ended for PayAnswer {
    fn end(&self) -> CallEnd {
        match self {
            Self::Success { .. } | Self::Authorised { .. } | Self::Accepted { .. } => CallEnd::Answered,
            Self::Failed(reason) | Self::Unknown { reason, payment_id: _ } => CallEnd::of(reason),
        }
    }
}
