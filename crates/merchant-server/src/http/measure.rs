//! How long requests take, and that they were answered.
//!
//! In: every request of both listeners. Out: times by route in the metrics, and a line in the log at level debug. What
//! was sent, such as a path, which names an order, is in neither.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// Times a request from its head to the head of its answer.
pub async fn requests(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let known = |known: &&str| *known == request.method().as_str();
    let method = ["GET", "POST"].into_iter().find(known).unwrap_or("other");
    let begun = app.clock.now();
    let response = next.run(request).await;
    let took = Duration::try_from(app.clock.now() - begun).unwrap_or_default();
    let status = response.status().as_u16();
    app.metrics.answered(method, route.as_deref(), status, took);
    tracing::debug!(method, route, status, millis = took.as_secs_f64() * 1_000.0, "a request was answered");
    response
}
