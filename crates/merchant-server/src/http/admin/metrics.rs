//! `GET /metrics`: what the server counts, in Prometheus' text format.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shop_api::Problem;

use crate::app::{App, ShopError};
use crate::http::ApiProblem;

/// What the server counts, for Prometheus
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "Health",
    responses(
        (status = 200, description = "OpenMetrics' text format.", body = String, content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        (status = 503, description = "`unavailable`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn handle(State(app): State<Arc<App>>) -> Result<Response, ApiProblem> {
    let now = app.now();
    let counts = app.store.counts(now).await.map_err(ShopError::from)?;
    let text = app.metrics.text(&counts, app.wakes.listeners(), now);
    const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, TYPE)], text).into_response())
}
