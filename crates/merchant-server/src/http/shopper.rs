//! Who sent the request, by its bearer token.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use shop_api::ProblemCode;

use super::ApiProblem;
use crate::app::{App, Shopper};

impl FromRequestParts<Arc<App>> for Shopper {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiProblem> {
        let token = bearer(parts).ok_or_else(|| refuse(ProblemCode::SessionRequired))?;
        let shopper = app.shopper(token).await?.map_err(refuse)?;
        app.allow_customer(&shopper.customer)?;
        Ok(shopper)
    }
}

/// The token of an `authorization: Bearer …` header.
pub fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty() && token.len() <= 256)
}

fn refuse(code: ProblemCode) -> ApiProblem {
    let detail = match code {
        ProblemCode::SessionExpired => "the session has expired; start a new one with POST /shop/v1/sessions",
        _ => "send `authorization: Bearer TOKEN` with the token of POST /shop/v1/sessions",
    };
    ApiProblem::new(code, detail)
}
