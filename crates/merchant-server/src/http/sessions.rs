//! `POST /shop/v1/sessions`: an auth code becomes a session.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{Problem, Session, StartSession};

use super::body::JsonBody;
use super::device::ClientAddress;
use super::openapi::CommonProblems;
use super::{ApiProblem, answer};
use crate::app::App;

/// Start a session
///
/// Exchanges what `my.getAuthCode` gave for a session with the shop.
#[utoipa::path(
    post,
    path = "/sessions",
    operation_id = "startSession",
    tag = "Sessions",
    request_body = StartSession,
    responses(
        (status = 201, description = "The session.", body = Session),
        (status = 401, description = "`auth_code_rejected`: the wallet did not accept the code; get a new one.", body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "`wallet_unavailable`: the wallet cannot be asked now. Nothing was changed.", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    ClientAddress(address): ClientAddress,
    JsonBody(request): JsonBody<StartSession>,
) -> Result<Response, ApiProblem> {
    if !(1..=128).contains(&request.auth_code.chars().count()) {
        return Err(ApiProblem::field("authCode", "1 to 128 characters"));
    }
    if request.site_name.as_ref().is_some_and(|name| name.chars().count() > 64) {
        return Err(ApiProblem::field("siteName", "at most 64 characters, or left out"));
    }
    app.allow_session(address)?;
    answer::json(StatusCode::CREATED, &app.start_session(&request).await?)
}
