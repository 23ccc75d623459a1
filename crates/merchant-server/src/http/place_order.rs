//! `POST /shop/v1/orders`: a quote becomes an order.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::PlaceOrder;

use super::body::JsonBody;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};
use crate::wallet::Device;

pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    device: Device,
    JsonBody(request): JsonBody<PlaceOrder>,
) -> Result<Response, ApiProblem> {
    let placed = app.place_order(&shopper, &request, &device).await?;
    let status = if placed.is_new { StatusCode::CREATED } else { StatusCode::OK };
    answer::json(status, &app.view.order(&placed.order, app.now()))
}
