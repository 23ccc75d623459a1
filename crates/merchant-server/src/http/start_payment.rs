//! `POST /shop/v1/orders/{order}/payments`: the next attempt after a definite failure.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{OrderId, StartPayment};

use super::body::JsonBody;
use super::path::PathOf;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};
use crate::wallet::Device;

pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    device: Device,
    PathOf(id): PathOf<OrderId>,
    JsonBody(request): JsonBody<StartPayment>,
) -> Result<Response, ApiProblem> {
    let started = app.start_payment(&shopper, &id, request.after, &device).await?;
    let status = if started.is_new { StatusCode::CREATED } else { StatusCode::OK };
    answer::json(status, &app.view.order(&started.order, app.now()))
}
