//! `/orders`: an order, its attempts to be paid, and what the client may ask about them.

use serde::{Deserialize, Serialize};

use crate::{
    Address, AttemptId, Breakdown, Currency, MinorUnits, OrderId, Payee, QuoteId, QuoteLine, Timestamp,
    wire_enum::wire_enum,
};

/// Body of `POST /orders`: answered 201 with the [`Order`], or 200 with the order that this quote made
/// before. The quote's id is the idempotency key.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaceOrder {
    /// A quote of the same customer, not expired.
    pub quote_id: QuoteId,
    /// The shopper's explicit consent to order again although this unresolved order shares a product
    /// (see [`ProblemCode::OpenPaymentExists`](crate::ProblemCode::OpenPaymentExists)).
    pub despite_open_order: Option<OrderId>,
}

/// Body of `POST /orders/{orderId}/payments`: the next attempt after a definite failure. Answered with
/// the [`Order`]: with a new attempt (201), or as it is when one is live already (200).
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartPayment {
    /// The attempt that the shopper saw fail.
    pub after: AttemptId,
}

/// Body of `POST /orders/{orderId}/payments/{attemptId}/returned`: what `tradePay` said. A hint, never
/// proof: it leads to an inquiry. Answered 202 with the [`Order`].
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Returned {
    /// `9000`, `8000`, `6001`, …, or `fail` when the bridge itself failed. 1 to 32 characters.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[!-~]{1,32}$"))]
    pub result_code: String,
}

/// Answer 200 to `GET /orders`: the customer's orders, newest first, 20 at most, unresolved ones always
/// among them.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderList {
    /// Newest first.
    pub orders: Vec<Order>,
}

/// An order as the server has it. Also the answer to `GET /orders/{orderId}?after={version}&wait={seconds}`,
/// which is held open until the version passes `after` or the wait is over.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Its id.
    pub order_id: OrderId,
    /// The quote that it came from.
    pub quote_id: QuoteId,
    /// Rises by at least one with every change; an answer with a lower one is stale.
    pub version: u32,
    /// Where it stands.
    pub status: OrderStatus,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
    /// What the total is made of.
    pub breakdown: Breakdown,
    /// What is to be paid; an order of zero is paid as soon as it is placed.
    pub total: MinorUnits,
    /// Where it goes.
    pub address: Option<Address>,
    /// How far it is on its way; `null` until the shop has taken it up.
    pub fulfilment: Option<Fulfilment>,
    /// What was given back, by the wallet's word.
    pub refunded: MinorUnits,
    /// What is being given back, and may still fail.
    pub refunding: MinorUnits,
    /// Who gets the money.
    pub payee: Payee,
    /// When it was placed.
    pub created_at: Timestamp,
    /// Until when it can be paid; the wallet is told the same.
    pub pay_by: Timestamp,
    /// The newest attempt; `null` when there is nothing to pay.
    pub attempt: Option<Attempt>,
    /// Whether `POST …/payments` would open a new attempt now.
    pub may_start_payment: bool,
    /// The server's clock when it answered.
    pub server_time: Timestamp,
}

/// What was ordered, at the price of the quote.
pub type OrderLine = QuoteLine;

wire_enum! {
    /// Where an order stands.
    OrderStatus {
        /// Not paid yet; [`Order::attempt`] tells more.
        AwaitingPayment = "awaiting_payment",
        /// The shopper gave it up while a payment was open, which is being cancelled at the wallet. It may
        /// still end paid.
        Cancelling = "cancelling",
        /// The wallet's word is in: paid.
        Paid = "paid",
        /// Not paid in time, and the wallet says that it can't be any more.
        Expired = "expired",
        /// Ended unpaid at the shopper's wish.
        Cancelled = "cancelled",
        /// What happened to the money isn't known and asking didn't help: a person looks into it. It may
        /// still turn out paid.
        NeedsAttention = "needs_attention",
    }
}

/// How far a paid order is on its way.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fulfilment {
    /// How far.
    pub status: FulfilmentStatus,
    /// Since when.
    pub at: Timestamp,
    /// How to follow it, in the shop's words: a carrier and a number.
    pub tracking: Option<String>,
}

wire_enum! {
    /// How far a paid order is on its way. It only goes forward.
    FulfilmentStatus {
        /// The shop has taken it up.
        Accepted = "accepted",
        /// It is on its way, or ready to be picked up.
        Shipped = "shipped",
        /// The shopper has it.
        Completed = "completed",
    }
}

/// One attempt to pay.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Its id.
    pub attempt_id: AttemptId,
    /// 1 for the first.
    pub number: u32,
    /// Where it stands.
    pub status: AttemptStatus,
    /// What to hand to `tradePay`, once the wallet has given it. Stays valid while the attempt is open:
    /// a cashier that was left can be opened again.
    pub cashier: Option<Cashier>,
    /// Why it failed, when it did.
    pub failure: Option<Failure>,
}

wire_enum! {
    /// Where an attempt stands. Only `failed` and `cancelled` allow another one.
    AttemptStatus {
        /// Written down; the wallet hasn't answered yet.
        Creating = "creating",
        /// The cashier can be opened.
        Open = "open",
        /// The wallet's answer is missing or can't be believed; the server is asking.
        Unknown = "unknown",
        /// Being cancelled at the wallet; it may still turn out paid.
        Cancelling = "cancelling",
        /// Paid, by the wallet's word.
        Succeeded = "succeeded",
        /// Ended unpaid, by the wallet's word.
        Failed = "failed",
        /// Cancelled, by the wallet's word.
        Cancelled = "cancelled",
        /// Asking didn't help; a person looks into it.
        NeedsAttention = "needs_attention",
    }
}

/// The argument of `tradePay`: exactly one member is set, as the wallet prescribes.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cashier {
    /// Address of the cashier page.
    pub payment_url: Option<String>,
    /// The wallet's trade number.
    #[serde(rename = "tradeNO")]
    pub trade_no: Option<String>,
    /// The signed order string.
    pub order_str: Option<String>,
}

/// Whoever knows it can open the cashier, so it is for nobody's log.
impl core::fmt::Debug for Cashier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Cashier(…)")
    }
}

/// Why an attempt failed.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The wallet's result code, `USER_BALANCE_NOT_ENOUGH`; or `payment_expired`.
    pub code: String,
    /// A sentence for the shopper that says what to do.
    pub message: String,
}
