//! `GET /shop/v1/catalog`: what the shop sells, at the prices of the wallet that a header names.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use shop_api::SITE_NAME_HEADER;

use super::{ApiProblem, answer};
use crate::app::App;

pub async fn handle(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ApiProblem> {
    let site = headers.get(SITE_NAME_HEADER).and_then(|value| value.to_str().ok());
    answer::json(StatusCode::OK, &app.shop_catalog(site).await?)
}
