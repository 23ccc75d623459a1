//! What a page says in place of, or above, its content.

use shop_api::ProblemCode;

use crate::{
    session::ApiFailure,
    text::{self, NoticeText},
    value::{Value, object},
};

/// Something to tell the shopper. The screen that shows it decides what its button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server can't be reached.
    Offline,
    /// The wallet or the server didn't accept who the shopper is.
    NoSession,
    /// This version of the shop is too old for the server.
    UpgradeRequired,
    /// Too many requests.
    Busy,
    /// The server has a fault or refused what we sent.
    Trouble,
    /// The wallet can't be reached from the server.
    WalletUnavailable,
    /// A new quote has another total.
    PriceChanged,
    /// Some lines can't be ordered as they are.
    LinesChanged,
    /// Nothing is selected in the cart.
    NothingSelected,
    /// The cart has as many lines as one order may have.
    CartFull,
    /// The sum has more digits than a payment may have.
    TotalTooLarge,
    /// The wallet doesn't take a payment of this total.
    AmountNotAllowed,
    /// The goods can't be delivered as chosen.
    NotDeliverable,
    /// The delivery needs an address.
    AddressNeeded,
    /// It isn't known whether the order was placed.
    PlacingUnsure,
    /// The cashier didn't open.
    CashierFailed,
    /// There is no such order.
    OrderNotFound,
    /// The order can't be paid at the moment.
    PaymentNotAllowed,
}

impl Notice {
    /// What to say of a failed request.
    pub fn of(failure: &ApiFailure) -> Self {
        match failure {
            ApiFailure::Offline => Self::Offline,
            ApiFailure::NoSession => Self::NoSession,
            ApiFailure::Refused { code, .. } => Self::of_code(code),
        }
    }

    fn of_code(code: &ProblemCode) -> Self {
        match code {
            ProblemCode::SessionRequired | ProblemCode::SessionExpired | ProblemCode::AuthCodeRejected => {
                Self::NoSession
            }
            ProblemCode::UpgradeRequired => Self::UpgradeRequired,
            ProblemCode::TooManyRequests | ProblemCode::Unavailable => Self::Busy,
            ProblemCode::WalletUnavailable => Self::WalletUnavailable,
            ProblemCode::OrderNotFound => Self::OrderNotFound,
            ProblemCode::PaymentNotAllowed => Self::PaymentNotAllowed,
            ProblemCode::AmountNotAllowed => Self::AmountNotAllowed,
            ProblemCode::QuoteExpired | ProblemCode::QuoteChanged | ProblemCode::QuoteNotFound => {
                Self::PriceChanged
            }
            ProblemCode::MalformedBody
            | ProblemCode::InvalidField
            | ProblemCode::InvalidQuantity
            | ProblemCode::NotFound
            | ProblemCode::AttemptNotFound
            | ProblemCode::OpenPaymentExists
            | ProblemCode::MethodNotAllowed
            | ProblemCode::BodyTooLarge
            | ProblemCode::UnsupportedMediaType
            | ProblemCode::Internal
            | ProblemCode::Other(_) => Self::Trouble,
        }
    }

    /// The notice as a page has it.
    pub fn view(self) -> Value {
        let NoticeText { code, title, message, action } = text::notice(self);
        object! {
            "code": code,
            "title": title,
            "message": message,
            "action": action,
        }
    }
}

impl From<Notice> for Value {
    fn from(notice: Notice) -> Self {
        notice.view()
    }
}
