//! How long requests take, and that they were answered.
//!
//! In: every request of both listeners. Out: times by route in the metrics, and a line in the log at level debug. What
//! was sent, such as a path, which names an order, is in neither.

use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use jiff::Timestamp;

use crate::app::App;

/// A request that is being answered.
pub struct Measured {
    route: Option<MatchedPath>,
    method: &'static str,
    begun: Timestamp,
}

impl Measured {
    /// Begins with a request's head.
    pub fn begin(app: &App, request: &Request) -> Self {
        let known = |known: &&str| *known == request.method().as_str();
        Self {
            route: request.extensions().get::<MatchedPath>().cloned(),
            method: ["GET", "POST"].into_iter().find(known).unwrap_or("other"),
            begun: app.clock.now(),
        }
    }

    /// Ends with the head of its answer.
    pub fn end(self, app: &App, response: &Response) {
        let Self { route, method, begun } = self;
        let route = route.as_ref().map(MatchedPath::as_str);
        let took = Duration::try_from(app.clock.now() - begun).unwrap_or_default();
        let status = response.status().as_u16();
        app.metrics.answered(method, route, status, took);
        tracing::debug!(
            method,
            route,
            status,
            millis = took.as_secs_f64() * 1_000.0,
            "a request was answered"
        );
    }
}
