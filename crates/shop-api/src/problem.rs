//! Errors: `application/problem+json` (RFC 9457) with a stable code.

use serde::{Deserialize, Serialize};

use crate::{OrderId, wire_enum::wire_enum};

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
        /// 409: price or stock changed since the quote; ask for a new one.
        QuoteChanged = "quote_changed",
        /// 409: an unresolved order of this customer shares a product; `orderId` names it.
        OpenPaymentExists = "open_payment_exists",
        /// 409: the order can't be paid (again): it is paid, over, or its last attempt isn't known to have ended.
        PaymentNotAllowed = "payment_not_allowed",
        /// 409: the order can't be cancelled while a person looks into a payment of it, which may still succeed.
        PaymentOpen = "payment_open",
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
