//! `GET /shop/v1/catalog`: what the shop sells.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{ApiProblem, answer};
use crate::app::App;

pub async fn handle(State(app): State<Arc<App>>) -> Result<Response, ApiProblem> {
    answer::json(StatusCode::OK, &app.shop_catalog().await?)
}
