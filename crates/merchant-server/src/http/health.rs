//! `GET /healthz`: the process answers. `GET /readyz`: so does its database, and it isn't stopping.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{Problem, ProblemCode};

use super::{ApiProblem, answer};
use crate::app::App;

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Health {
    status: &'static str,
}

/// Whether the process answers
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "healthz",
    tag = "Health",
    responses(
        (status = 200, description = "It does.", body = Health),
    ),
)]
pub async fn alive() -> Result<Response, ApiProblem> {
    answer::json(StatusCode::OK, &Health { status: "alive" })
}

/// Whether the server can serve
///
/// Its database answers, and it is not stopping.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "readyz",
    tag = "Health",
    responses(
        (status = 200, description = "It can.", body = Health),
        (status = 503, description = "`unavailable`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn ready(State(app): State<Arc<App>>) -> Result<Response, ApiProblem> {
    if app.stopping.is_cancelled() {
        return Err(ApiProblem::new(ProblemCode::Unavailable, "the server is stopping"));
    }
    app.store.check().await.map_err(|error| {
        tracing::error!(%error, "not ready: the database doesn't answer");
        ApiProblem::new(ProblemCode::Unavailable, "the database doesn't answer; see the log")
    })?;
    answer::json(StatusCode::OK, &Health { status: "ready" })
}
