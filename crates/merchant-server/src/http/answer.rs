//! Answers that are JSON.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::ApiProblem;

/// A JSON body with its status.
pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Response, ApiProblem> {
    let bytes = serde_json::to_vec(body).map_err(|error| {
        tracing::error!(%error, "an answer can't be written as JSON");
        ApiProblem::internal()
    })?;
    let mut response = (status, bytes).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
