//! What all endpoints share: headers, caught panics, the envelope, times; and who may use the shop API.
//!
//! One layer does all of it, and one more guards the shop: the router boxes every layer, and copies all of them for
//! each request.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use shop_api::{CLIENT_VERSION_HEADER, ProblemCode};

use super::device::ClientAddress;
use super::measure::Measured;
use super::{ApiProblem, envelope};
use crate::app::App;
use crate::config::Version;
use crate::metrics::{Counter, Metrics};

/// Wraps a router.
pub fn shared(router: Router<Arc<App>>, app: Arc<App>) -> Router<Arc<App>> {
    router.layer(from_fn_with_state(app, around))
}

async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let measured = Measured::begin(&app, &request);
    let is_enveloped = envelope::is_wanted(&request);
    let mut response = caught(&app.metrics, next.run(request)).await;
    if is_enveloped {
        response = envelope::wrap(response).await;
    }
    add_security_headers(response.headers_mut());
    measured.end(&app, &response);
    response
}

/// The response, or 500 when making it panicked.
async fn caught(metrics: &Metrics, response: impl Future<Output = Response>) -> Response {
    // What a request leaves halfway is its own: shared state is behind locks that say when they are poisoned, or in
    // the database.
    match AssertUnwindSafe(response).catch_unwind().await {
        Ok(response) => response,
        Err(cause) => {
            tracing::error!(panic = text_of(&*cause), "a request panicked");
            metrics.count(Counter::InternalError);
            ApiProblem::internal().into_response()
        }
    }
}

fn text_of(cause: &(dyn Any + Send)) -> &str {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no text")
}

/// Nothing of ours is a page, a frame or cached, unless the endpoint says so itself.
fn add_security_headers(headers: &mut HeaderMap) {
    const HEADERS: [(HeaderName, HeaderValue); 5] = [
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
}

/// Lets a request to the shop pass whose address hasn't spent its budget, and whose client isn't too old.
pub async fn guard_shop(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match may_pass(&mut parts, &app).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) => problem.into_response(),
    }
}

async fn may_pass(parts: &mut Parts, app: &Arc<App>) -> Result<(), ApiProblem> {
    let ClientAddress(address) = ClientAddress::from_request_parts(parts, app).await?;
    app.allow_address(address)?;
    check_client_version(&parts.headers, app.settings.minimum_client_version)
}

/// Tells clients that are too old to update. Tools that send no version are served.
fn check_client_version(headers: &HeaderMap, oldest: Version) -> Result<(), ApiProblem> {
    let Some(value) = headers.get(CLIENT_VERSION_HEADER) else { return Ok(()) };
    match value.to_str().ok().and_then(Version::parse) {
        None => Err(ApiProblem::field(CLIENT_VERSION_HEADER, "a header of the form major.minor.patch")),
        Some(version) if version < oldest => {
            let detail = format!("this server serves clients from {oldest} on; update the mini program");
            Err(ApiProblem::new(ProblemCode::UpgradeRequired, detail))
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_500_and_counted() {
        let metrics = Metrics::default();
        let response = caught(&metrics, async { panic!("a fault of ours") }).await;
        assert_eq!(response.status(), axum::http::StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(metrics.value(Counter::InternalError), 1);
    }
}
