//! Errors: `application/problem+json` (RFC 9457) with a stable code.

use serde::{Deserialize, Serialize};

use crate::{MinorUnits, OrderId, Sku, wire_enum::wire_enum};

/// The body of every answer that isn't 2xx.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The HTTP status, repeated.
    pub status: u16,
    /// What went wrong, for programs.
    pub code: ProblemCode,
    /// What went wrong, in a few words.
    pub title: String,
    /// What exactly, naming the field or value, and what to do.
    pub detail: String,
    /// The order that the problem is about, where there is one.
    #[serde(default)]
    pub order_id: Option<OrderId>,
    /// With [`ProblemCode::QuoteChanged`]: what isn't as it was quoted, at least one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<QuoteChange>>,
}

/// One thing that isn't as it was quoted.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteChange {
    /// What changed.
    pub code: QuoteChangeCode,
    /// Of which SKU, where it is about one.
    pub sku: Option<Sku>,
    /// The amount as it was quoted; `null` where there was none.
    pub from: Option<MinorUnits>,
    /// The amount now; `null` where there is none any more.
    pub to: Option<MinorUnits>,
    /// With [`QuoteChangeCode::Line`]: how many could be ordered.
    pub available: Option<u32>,
    /// Why: a [`LineProblemCode`](crate::LineProblemCode), [`CouponRefusalCode`](crate::CouponRefusalCode) or
    /// [`DeliveryRefusalCode`](crate::DeliveryRefusalCode).
    pub reason: Option<String>,
}

wire_enum! {
    /// What isn't as it was quoted.
    QuoteChangeCode {
        /// The price of one of a SKU.
        Price = "price",
        /// A line can't be ordered as it was quoted: `reason` says why.
        Line = "line",
        /// The coupon isn't valid any more: `reason` says why.
        Coupon = "coupon",
        /// What is taken off in all.
        Discount = "discount",
        /// The delivery's price, or whether it can be had: `reason` says why not.
        Delivery = "delivery",
        /// The tax in all.
        Tax = "tax",
        /// Whether the wallet takes a payment of this total.
        Amount = "amount",
    }
}

wire_enum! {
    /// Stable codes: clients branch on these, never on text.
    ProblemCode {
        /// 400: the body isn't the JSON that this endpoint takes.
        MalformedBody = "malformed_body",
        /// 422: a field has a value that it can't have; `detail` names it.
        InvalidField = "invalid_field",
        /// 422: a line's quantity isn't a whole number from 1 to 999.
        InvalidQuantity = "invalid_quantity",
        /// 401: no session token, or one that was never given out.
        SessionRequired = "session_required",
        /// 401: the session has expired; start a new one.
        SessionExpired = "session_expired",
        /// 401: the wallet didn't accept the auth code; get a new one.
        AuthCodeRejected = "auth_code_rejected",
        /// 404: no such path.
        NotFound = "not_found",
        /// 404: this customer has no such order.
        OrderNotFound = "order_not_found",
        /// 404: this order has no such attempt.
        AttemptNotFound = "attempt_not_found",
        /// 404: this customer has no such quote.
        QuoteNotFound = "quote_not_found",
        /// 409: the quote's time is over; ask for a new one.
        QuoteExpired = "quote_expired",
        /// 409: something isn't as it was quoted, `changes` says what; ask for a new quote.
        QuoteChanged = "quote_changed",
        /// 409: an unresolved order of this customer shares a product; `orderId` names it.
        OpenPaymentExists = "open_payment_exists",
        /// 409: the order can't be paid (again): it is paid, over, or its last attempt isn't known to have ended.
        PaymentNotAllowed = "payment_not_allowed",
        /// 422: the wallet doesn't take a payment of this total.
        AmountNotAllowed = "amount_not_allowed",
        /// 405: this path doesn't have that method.
        MethodNotAllowed = "method_not_allowed",
        /// 413: the body is larger than the server reads.
        BodyTooLarge = "body_too_large",
        /// 415: the body isn't declared as `application/json`.
        UnsupportedMediaType = "unsupported_media_type",
        /// 426: this client is too old for the server.
        UpgradeRequired = "upgrade_required",
        /// 429: too many requests; wait.
        TooManyRequests = "too_many_requests",
        /// 502: the wallet can't be reached or its answer can't be believed. Nothing was changed.
        WalletUnavailable = "wallet_unavailable",
        /// 503: the server is stopping or overloaded; the same request may be sent again.
        Unavailable = "unavailable",
        /// 500: a fault of the server's.
        Internal = "internal",
    }
}

/// What a client gets that sent [`ENVELOPE_HEADER`](crate::ENVELOPE_HEADER): HTTP 200 with the real
/// status beside the real body, which is the endpoint's answer or a [`Problem`].
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<Body> {
    /// The status that the answer would have had.
    pub status: u16,
    /// The body that the answer would have had.
    pub body: Body,
}
