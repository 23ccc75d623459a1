//! `POST /shop/v1/sessions`: an auth code becomes a session.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::StartSession;

use super::body::JsonBody;
use super::{ApiProblem, answer};
use crate::app::App;

pub async fn handle(
    State(app): State<Arc<App>>,
    JsonBody(request): JsonBody<StartSession>,
) -> Result<Response, ApiProblem> {
    if !(1..=128).contains(&request.auth_code.chars().count()) {
        return Err(ApiProblem::field("authCode", "1 to 128 characters"));
    }
    if request.site_name.as_ref().is_some_and(|name| name.chars().count() > 64) {
        return Err(ApiProblem::field("siteName", "at most 64 characters, or left out"));
    }
    answer::json(StatusCode::CREATED, &app.start_session(&request).await?)
}
