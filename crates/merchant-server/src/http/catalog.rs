//! `GET /shop/v1/catalog`: what the shop sells, at the prices of the wallet that a header names.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use shop_api::{Catalog, SITE_NAME_HEADER};

use super::openapi::CommonProblems;
use super::{ApiProblem, answer};
use crate::app::App;

/// What the shop sells
///
/// At the prices of the wallet that the header names; without it, of the default wallet.
#[utoipa::path(
    get,
    path = "/catalog",
    operation_id = "getCatalog",
    tag = "Catalogue",
    params(("shop-site-name" = Option<String>, Header, description = "What `my.getSiteInfo` gave, such as `GCASH`.")),
    responses(
        (status = 200, description = "The catalogue.", body = Catalog),
        CommonProblems,
    ),
)]
pub async fn handle(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ApiProblem> {
    let site = headers.get(SITE_NAME_HEADER).and_then(|value| value.to_str().ok());
    answer::json(StatusCode::OK, &app.shop_catalog(site).await?)
}
