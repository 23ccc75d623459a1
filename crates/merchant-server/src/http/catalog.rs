//! `GET /shop/v1/catalog`: what the shop sells.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::Catalog;

use super::openapi::CommonProblems;
use super::{ApiProblem, answer};
use crate::app::App;

/// What the shop sells
#[utoipa::path(
    get,
    path = "/catalog",
    operation_id = "getCatalog",
    tag = "Catalogue",
    responses(
        (status = 200, description = "The catalogue.", body = Catalog),
        CommonProblems,
    ),
)]
pub async fn handle(State(app): State<Arc<App>>) -> Result<Response, ApiProblem> {
    answer::json(StatusCode::OK, &app.shop_catalog().await?)
}
