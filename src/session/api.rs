//! The requests of the shop API, as method, path and body.

use std::borrow::Cow;

use shop_api::{
    Address, AddressField, AttemptId, OrderId, PlaceOrder, ProblemCode, QuoteChange, QuoteRequest,
    RequestedLine, Returned, StartPayment, StartSession,
};

use crate::{
    text,
    value::{Value, object},
};

/// The two methods that every host has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Changes.
    Post,
}

/// One request, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiCall {
    /// How.
    pub method: Method,
    /// The path under [`shop_api::BASE_PATH`], with its query.
    pub path: Cow<'static, str>,
    /// The body.
    pub body: Option<Value>,
    /// Whether it is asked for by somebody: everything but the catalogue and the session itself.
    pub needs_session: bool,
}

/// What a request is for; its answer goes there. A round tells an answer from the answer to an earlier
/// request of the same kind, which is stale.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Purpose {
    Session,
    Catalog,
    Orders,
    Quote { round: u32 },
    Place { round: u32 },
    Poll { order: OrderId, round: u32 },
    StartPayment { order: OrderId },
    Returned { order: OrderId },
}

/// Why a request has no answer that could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiFailure {
    /// No answer, or one that can't be read. The server may have done what was asked.
    Offline,
    /// The wallet wouldn't say who the shopper is, or the server didn't accept it.
    NoSession,
    /// The server refused, and nothing was changed.
    Refused {
        /// Why.
        code: ProblemCode,
        /// The order that it is about.
        order: Option<OrderId>,
        /// What isn't as it was quoted.
        changes: Vec<QuoteChange>,
    },
}

impl ApiFailure {
    /// Whether the server may have done what was asked all the same.
    pub fn is_unsure(&self) -> bool {
        match self {
            Self::Offline => true,
            Self::NoSession => false,
            Self::Refused { code, .. } => match code {
                ProblemCode::Internal | ProblemCode::Unavailable | ProblemCode::Other(_) => true,
                ProblemCode::MalformedBody
                | ProblemCode::InvalidField
                | ProblemCode::InvalidQuantity
                | ProblemCode::SessionRequired
                | ProblemCode::SessionExpired
                | ProblemCode::AuthCodeRejected
                | ProblemCode::NotFound
                | ProblemCode::OrderNotFound
                | ProblemCode::AttemptNotFound
                | ProblemCode::QuoteNotFound
                | ProblemCode::QuoteExpired
                | ProblemCode::QuoteChanged
                | ProblemCode::AmountNotAllowed
                | ProblemCode::OpenPaymentExists
                | ProblemCode::PaymentNotAllowed
                | ProblemCode::MethodNotAllowed
                | ProblemCode::BodyTooLarge
                | ProblemCode::UnsupportedMediaType
                | ProblemCode::UpgradeRequired
                | ProblemCode::TooManyRequests
                | ProblemCode::WalletUnavailable => false,
            },
        }
    }
}

impl ApiCall {
    fn get(path: impl Into<Cow<'static, str>>) -> Self {
        Self { method: Method::Get, path: path.into(), body: None, needs_session: true }
    }

    fn post(path: impl Into<Cow<'static, str>>, body: Value) -> Self {
        Self { method: Method::Post, path: path.into(), body: Some(body), needs_session: true }
    }

    /// What the shop sells.
    pub fn catalog() -> Self {
        Self { needs_session: false, ..Self::get("/catalog") }
    }

    /// Opens a session.
    pub fn start_session(StartSession { auth_code, site_name }: StartSession) -> Self {
        let body = object! {
            "authCode": auth_code,
            "siteName": site_name,
        };
        Self { needs_session: false, ..Self::post("/sessions", body) }
    }

    /// The customer's orders.
    pub fn orders() -> Self {
        Self::get("/orders")
    }

    /// Prices a cart.
    pub fn quote(QuoteRequest { lines, coupon, delivery, address }: QuoteRequest) -> Self {
        let line = |RequestedLine { sku, quantity }| {
            object! {
                "sku": sku.0,
                "quantity": quantity,
            }
        };
        Self::post(
            "/quotes",
            object! {
                "lines": Value::List(lines.into_iter().map(line).collect()),
                "coupon": coupon,
                "delivery": delivery,
                "address": address.as_ref().map(address_body),
            },
        )
    }

    /// Orders what was quoted.
    pub fn place(PlaceOrder { quote_id, despite_open_order }: PlaceOrder) -> Self {
        let body = object! {
            "quoteId": quote_id.0,
            "despiteOpenOrder": despite_open_order.map(|order| order.0),
        };
        Self::post("/orders", body)
    }

    /// An order as soon as its version passes `after`, or as it is after `wait` seconds.
    pub fn order(order: &OrderId, after: u32, wait: u32) -> Self {
        let query = text::join(&["?after=", &after.to_string(), "&wait=", &wait.to_string()]);
        Self::get(text::join(&[&order_path(order), query.as_str()]))
    }

    /// The next attempt to pay.
    pub fn start_payment(order: &OrderId, StartPayment { after }: StartPayment) -> Self {
        Self::post(
            text::join(&[&order_path(order), "/payments"]),
            object! {
                "after": after.0,
            },
        )
    }

    /// The hint of `tradePay`.
    pub fn returned(order: &OrderId, attempt: &AttemptId, Returned { result_code }: Returned) -> Self {
        let path = text::join(&[&order_path(order), "/payments/", &escaped(attempt.as_str()), "/returned"]);
        Self::post(
            path,
            object! {
                "resultCode": result_code,
            },
        )
    }
}

fn address_body(address: &Address) -> Value {
    let member = |field: AddressField| {
        let text = address.get(field);
        let value = if text.is_empty() { Value::Null } else { text.to_owned().into() };
        (field.as_str().into(), value)
    };
    Value::Object(AddressField::ALL.into_iter().map(member).collect())
}

fn order_path(order: &OrderId) -> String {
    text::join(&["/orders/", &escaped(order.as_str())])
}

/// Text as one segment of a path. An order's id may come from a page's query, so from anybody.
pub(crate) fn escaped(text: &str) -> String {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or('0');
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            escaped.push(char::from(byte));
        } else {
            escaped.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::to_json;

    #[test]
    fn bodies_are_what_the_server_reads() {
        fn is(call: &ApiCall, document: &impl serde::Serialize) {
            assert_eq!(call.body.as_ref().map(to_json), serde_json::to_value(document).ok());
        }
        let session = StartSession { auth_code: "c".into(), site_name: None };
        is(&ApiCall::start_session(session.clone()), &session);
        let quote = QuoteRequest {
            lines: vec![RequestedLine { sku: "a".into(), quantity: 2 }],
            coupon: Some("WELCOME".into()),
            delivery: None,
            address: Some(crate::testing::address()),
        };
        is(&ApiCall::quote(quote.clone()), &quote);
        let place = PlaceOrder { quote_id: "q".into(), despite_open_order: Some("o".into()) };
        is(&ApiCall::place(place.clone()), &place);
        let start = StartPayment { after: "a".into() };
        is(&ApiCall::start_payment(&"o".into(), start.clone()), &start);
        let returned = Returned { result_code: "6001".into() };
        is(&ApiCall::returned(&"o".into(), &"a".into(), returned.clone()), &returned);
    }

    #[test]
    fn an_id_from_a_page_cannot_leave_its_segment() {
        let call = ApiCall::order(&"../quotes?x=é".into(), 3, 25);
        assert_eq!(call.path, "/orders/%2E%2E%2Fquotes%3Fx%3D%C3%A9?after=3&wait=25");
    }
}
