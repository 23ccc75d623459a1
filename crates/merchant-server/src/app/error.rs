//! Why a shopper doesn't get what was asked for.

use merchant_core::lifecycle::{Refusal, StillNeeded};
use shop_api::{OrderId, ProblemCode, QuoteChange};

use crate::store::StoreError;

/// Why a shopper doesn't get what was asked for. Its text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The database failed.
    #[error("the server couldn't read or write its database; send the same request again")]
    Store(#[from] StoreError),
    /// Others changed the same thing again and again.
    #[error("too much happened to this order at the same time; send the same request again")]
    Contended,
    /// Nothing was imported yet.
    #[error("the shop has no catalogue yet; run `merchant-server catalog import FILE`")]
    NoCatalog,
    /// No such quote of this customer's.
    #[error("this customer has no quote with this quoteId; ask for a new quote")]
    QuoteNotFound,
    /// The quote's time is over.
    #[error("the quote has expired; ask for a new one")]
    QuoteExpired,
    /// Something isn't as it was quoted.
    #[error("{}; ask for a new quote", told(.0))]
    QuoteChanged(Vec<QuoteChange>),
    /// A sum has too many digits.
    #[error("the total has more than 16 digits; order less")]
    TotalTooLarge,
    /// The wallet's currency has no prices.
    #[error(
        "the catalogue has no prices in {0}, which this wallet pays in; import some, or change the wallet's currency"
    )]
    NoPrices(String),
    /// The wallet doesn't take such a payment.
    #[error("the wallet takes no payment of this total: {0}")]
    AmountNotAllowed(String),
    /// It can't be fulfilled like that.
    #[error("{0}")]
    FulfilmentRefused(Refusal),
    /// What is personal of the order is still needed.
    #[error("what is personal of the order can't be erased yet: {0}")]
    StillNeeded(StillNeeded),
    /// An unresolved order shares a SKU.
    #[error(
        "an unpaid order has some of the same products; pay or cancel it, or send its id as despiteOpenOrder to order \
         again"
    )]
    OpenPaymentExists(OrderId),
    /// Too many unresolved orders.
    #[error("there are {0} unpaid orders already; pay or cancel one first")]
    TooManyOpenOrders(u32),
    /// No such order of this customer's.
    #[error("this customer has no order with this id")]
    OrderNotFound,
    /// No such attempt.
    #[error("this order has no attempt with this id")]
    AttemptNotFound,
    /// No payment now.
    #[error("no payment can be started: {0}")]
    PaymentNotAllowed(String),
    /// No refund like this.
    #[error("{0}")]
    RefundRefused(Refusal),
    /// The wallet can't be asked.
    #[error("the wallet can't be reached or its answer can't be believed; try again")]
    WalletUnavailable,
    /// The wallet doesn't take the auth code.
    #[error("the wallet didn't accept the authCode; get a new one with my.getAuthCode and send it once")]
    AuthCodeRejected,
}

impl ShopError {
    /// The stable code.
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Store(_) | Self::Contended | Self::NoCatalog | Self::NoPrices(_) => {
                ProblemCode::Unavailable
            }
            Self::TotalTooLarge | Self::AmountNotAllowed(_) => ProblemCode::AmountNotAllowed,
            Self::StillNeeded(_) => ProblemCode::Other("still_needed".to_owned()),
            Self::FulfilmentRefused(refusal) => ProblemCode::Other(fulfilment_code(refusal).to_owned()),
            Self::QuoteNotFound => ProblemCode::QuoteNotFound,
            Self::QuoteExpired => ProblemCode::QuoteExpired,
            Self::QuoteChanged(_) => ProblemCode::QuoteChanged,
            Self::OpenPaymentExists(_) => ProblemCode::OpenPaymentExists,
            Self::TooManyOpenOrders(_) => ProblemCode::TooManyRequests,
            Self::OrderNotFound => ProblemCode::OrderNotFound,
            Self::AttemptNotFound => ProblemCode::AttemptNotFound,
            Self::PaymentNotAllowed(_) => ProblemCode::PaymentNotAllowed,
            Self::RefundRefused(Refusal::RefundLine(_)) => ProblemCode::InvalidField,
            Self::RefundRefused(refusal) => ProblemCode::Other(refund_code(refusal).to_owned()),
            Self::WalletUnavailable => ProblemCode::WalletUnavailable,
            Self::AuthCodeRejected => ProblemCode::AuthCodeRejected,
        }
    }

    /// The order that it is about.
    pub fn order_id(&self) -> Option<&OrderId> {
        match self {
            Self::OpenPaymentExists(order) => Some(order),
            Self::Store(_)
            | Self::Contended
            | Self::NoCatalog
            | Self::NoPrices(_)
            | Self::TotalTooLarge
            | Self::AmountNotAllowed(_)
            | Self::FulfilmentRefused(_)
            | Self::StillNeeded(_)
            | Self::QuoteNotFound
            | Self::QuoteExpired
            | Self::QuoteChanged(_)
            | Self::TooManyOpenOrders(_)
            | Self::OrderNotFound
            | Self::AttemptNotFound
            | Self::PaymentNotAllowed(_)
            | Self::RefundRefused(_)
            | Self::WalletUnavailable
            | Self::AuthCodeRejected => None,
        }
    }
}

/// `price of TEA-S changed, delivery changed (country_not_served)`: what `changes` says, for people.
fn told(changes: &[QuoteChange]) -> String {
    let text = |change: &QuoteChange| {
        let of = change.sku.as_ref().map(|sku| format!(" of {sku}")).unwrap_or_default();
        let why = change.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        format!("{}{of} changed{why}", change.code.as_str())
    };
    changes.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Codes of the operators' API alone: no shopper asks for a refund.
fn refund_code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NothingToRefund => "nothing_to_refund",
        Refusal::RefundAmount { .. } => "refund_amount",
        Refusal::RefundUnits(_) => "refund_units",
        Refusal::RefundKeyUsed => "refund_key_used",
        Refusal::AttemptNotFound
        | Refusal::PaymentNotAllowed(_)
        | Refusal::RefundLine(_)
        | Refusal::NothingToFulfil
        | Refusal::FulfilmentBackward(_)
        | Refusal::StillNeeded(_)
        | Refusal::Mismatch(_) => "refund_refused",
    }
}

/// The same for fulfilment.
fn fulfilment_code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NothingToFulfil => "nothing_to_fulfil",
        Refusal::FulfilmentBackward(_) => "fulfilment_backward",
        Refusal::NothingToRefund
        | Refusal::RefundAmount { .. }
        | Refusal::RefundLine(_)
        | Refusal::RefundUnits(_)
        | Refusal::RefundKeyUsed
        | Refusal::AttemptNotFound
        | Refusal::PaymentNotAllowed(_)
        | Refusal::StillNeeded(_)
        | Refusal::Mismatch(_) => "fulfilment_refused",
    }
}

impl From<Refusal> for ShopError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::AttemptNotFound => Self::AttemptNotFound,
            Refusal::PaymentNotAllowed(why) => Self::PaymentNotAllowed(why.to_owned()),
            Refusal::Mismatch(what) => Self::PaymentNotAllowed(what),
            Refusal::StillNeeded(why) => Self::StillNeeded(why),
            refusal @ (Refusal::NothingToRefund
            | Refusal::RefundAmount { .. }
            | Refusal::RefundLine(_)
            | Refusal::RefundUnits(_)
            | Refusal::RefundKeyUsed) => Self::RefundRefused(refusal),
            refusal @ (Refusal::NothingToFulfil | Refusal::FulfilmentBackward(_)) => {
                Self::FulfilmentRefused(refusal)
            }
        }
    }
}
