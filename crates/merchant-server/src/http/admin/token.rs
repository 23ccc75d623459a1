//! Who may use `/admin/v1`: whoever has the operators' token.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shop_api::ProblemCode;

use crate::digest::same_secret;
use crate::http::ApiProblem;
use crate::http::shopper::bearer;

/// The operators' token; without one everybody is refused.
#[derive(Clone)]
pub struct AdminToken(Option<Arc<[u8]>>);

impl AdminToken {
    /// From the configured file's content.
    pub fn new(token: Option<Vec<u8>>) -> Self {
        Self(token.map(Arc::from))
    }
}

/// Lets a request pass that has the token. Compared in constant time.
pub async fn require(State(token): State<AdminToken>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let given = bearer(&parts).map(str::as_bytes);
    match (&token.0, given) {
        (Some(token), Some(given)) if same_secret(token, given) => {
            next.run(Request::from_parts(parts, body)).await
        }
        (None, _) => refuse("no operators' token is configured; set `admin_token_file`"),
        (Some(_), _) => refuse("send `authorization: Bearer TOKEN` with the token of `admin_token_file`"),
    }
}

fn refuse(detail: &str) -> Response {
    ApiProblem::new(ProblemCode::SessionRequired, detail).into_response()
}
