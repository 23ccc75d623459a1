//! Errors as the client gets them: `application/problem+json` with a stable code.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use merchant_core::lifecycle::Refusal;
use shop_api::{OrderId, Problem, ProblemCode};

use crate::app::ShopError;

/// An answer that isn't 2xx.
#[derive(Clone, Debug)]
pub struct ApiProblem {
    problem: Box<Problem>,
    /// After how many seconds the same request may be sent again, where that is known.
    retry_after: Option<u64>,
}

impl ApiProblem {
    /// A problem; status and title follow from the code.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        let (status, title) = status_and_title(&code);
        let (title, detail) = (title.to_owned(), detail.into());
        Problem { status, code, title, detail, order_id: None, changes: None }.into()
    }

    /// About this order.
    #[must_use]
    pub fn about(mut self, order: Option<OrderId>) -> Self {
        self.problem.order_id = order;
        self
    }

    /// A field's value can't be.
    pub fn field(field: &str, expected: &str) -> Self {
        Self::new(ProblemCode::InvalidField, format!("`{field}` must be {expected}"))
    }

    /// A quantity can't be.
    pub fn quantity(field: &str) -> Self {
        let most = shop_api::MAX_QUANTITY;
        Self::new(ProblemCode::InvalidQuantity, format!("`{field}` must be a whole number from 1 to {most}"))
    }

    /// No such path. It isn't repeated: it may hold what is personal.
    pub fn not_found() -> Self {
        Self::new(ProblemCode::NotFound, "there is nothing at this path; the shop API is under /shop/v1")
    }

    /// No such method on this path.
    pub fn method_not_allowed() -> Self {
        let detail = "this path doesn't take this method; see the shop API for what it takes";
        Self::new(ProblemCode::MethodNotAllowed, detail)
    }

    /// Whoever asks may not do this. A code of the operators' API alone.
    pub fn forbidden(code: &str, detail: impl Into<String>) -> Self {
        let code = ProblemCode::Other(code.to_owned());
        Problem { status: 403, title: "Forbidden".to_owned(), ..*Self::new(code, detail).problem }.into()
    }

    /// Whoever asks has asked too often: "this address sends".
    pub fn too_many_requests(who: &str, seconds: u64) -> Self {
        let detail = format!("{who} more than the server takes; wait {seconds} s");
        Self { retry_after: Some(seconds), ..Self::new(ProblemCode::TooManyRequests, detail) }
    }

    /// A fault of the server's; the log knows more.
    pub fn internal() -> Self {
        Self::new(ProblemCode::Internal, "the server met a fault of its own, which is in its log; try again")
    }
}

impl From<ShopError> for ApiProblem {
    fn from(error: ShopError) -> Self {
        if let ShopError::Store(cause) = &error {
            tracing::error!(error = %cause, "the database failed");
        }
        let problem = Self::new(error.code(), error.to_string()).about(error.order_id().cloned());
        let problem = *problem.problem;
        match error {
            ShopError::QuoteChanged(changes) => Problem { changes: Some(changes), ..problem },
            ShopError::FulfilmentRefused(_) => {
                Problem { status: 409, title: "Fulfilment refused".to_owned(), ..problem }
            }
            // What was asked for doesn't fit the order: a field of the request.
            ShopError::StillNeeded(_) => Problem { status: 409, title: "Still needed".to_owned(), ..problem },
            ShopError::RefundRefused(Refusal::RefundLine(_)) => problem,
            ShopError::RefundRefused(_) => {
                Problem { status: 409, title: "Refund refused".to_owned(), ..problem }
            }
            _ => problem,
        }
        .into()
    }
}

impl From<Problem> for ApiProblem {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), retry_after: None }
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A struct of texts and numbers always serialises.
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

fn status_and_title(code: &ProblemCode) -> (u16, &'static str) {
    match code {
        ProblemCode::MalformedBody => (400, "Malformed body"),
        ProblemCode::InvalidField => (422, "Invalid field"),
        ProblemCode::InvalidQuantity => (422, "Invalid quantity"),
        ProblemCode::SessionRequired => (401, "Session required"),
        ProblemCode::SessionExpired => (401, "Session expired"),
        ProblemCode::AuthCodeRejected => (401, "Auth code rejected"),
        ProblemCode::NotFound => (404, "Not found"),
        ProblemCode::OrderNotFound => (404, "Order not found"),
        ProblemCode::AttemptNotFound => (404, "Attempt not found"),
        ProblemCode::QuoteNotFound => (404, "Quote not found"),
        ProblemCode::QuoteExpired => (409, "Quote expired"),
        ProblemCode::QuoteChanged => (409, "Quote changed"),
        ProblemCode::OpenPaymentExists => (409, "Open payment exists"),
        ProblemCode::PaymentNotAllowed => (409, "Payment not allowed"),
        ProblemCode::AmountNotAllowed => (422, "Amount not allowed"),
        ProblemCode::MethodNotAllowed => (405, "Method not allowed"),
        ProblemCode::BodyTooLarge => (413, "Body too large"),
        ProblemCode::UnsupportedMediaType => (415, "Unsupported media type"),
        ProblemCode::UpgradeRequired => (426, "Upgrade required"),
        ProblemCode::TooManyRequests => (429, "Too many requests"),
        ProblemCode::WalletUnavailable => (502, "Wallet unavailable"),
        ProblemCode::Unavailable => (503, "Unavailable"),
        ProblemCode::Internal | ProblemCode::Other(_) => (500, "Internal error"),
    }
}
