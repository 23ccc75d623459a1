//! What all endpoints share: headers, caught panics, the envelope, the client's version.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use shop_api::{CLIENT_VERSION_HEADER, ProblemCode};
use tower_http::catch_panic::CatchPanicLayer;

use super::{ApiProblem, envelope, measure};
use crate::app::App;
use crate::config::Version;
use crate::metrics::Counter;

/// Wraps a router, innermost first.
pub fn shared(router: Router<Arc<App>>, app: Arc<App>) -> Router<Arc<App>> {
    let measured = from_fn_with_state(Arc::clone(&app), measure::requests);
    let caught = move |cause: Box<dyn std::any::Any + Send>| {
        let text = cause
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| cause.downcast_ref::<&str>().copied())
            .unwrap_or("no text");
        tracing::error!(panic = text, "a request panicked");
        app.metrics.count(Counter::InternalError);
        ApiProblem::internal().into_response()
    };
    router
        .layer(CatchPanicLayer::custom(caught))
        .layer(from_fn(envelope::wrap))
        .layer(from_fn(security_headers))
        .layer(measured)
}

/// Nothing of ours is a page, a frame or cached, unless the endpoint says so itself.
async fn security_headers(request: Request, next: Next) -> Response {
    const HEADERS: [(HeaderName, &str); 5] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Tells clients that are too old to update. Tools that send no version are served.
pub async fn client_version(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(value) = request.headers().get(CLIENT_VERSION_HEADER) else { return next.run(request).await };
    let oldest = app.settings.minimum_client_version;
    match value.to_str().ok().and_then(Version::parse) {
        None => {
            ApiProblem::field(CLIENT_VERSION_HEADER, "a header of the form major.minor.patch").into_response()
        }
        Some(version) if version < oldest => {
            let detail = format!("this server serves clients from {oldest} on; update the mini program");
            ApiProblem::new(ProblemCode::UpgradeRequired, detail).into_response()
        }
        Some(_) => next.run(request).await,
    }
}
