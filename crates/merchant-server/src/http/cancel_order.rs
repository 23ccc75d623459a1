//! `POST /shop/v1/orders/{order}/cancel`: the shopper gives the order up.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::OrderId;

use super::path::PathOf;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};

pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    PathOf(id): PathOf<OrderId>,
) -> Result<Response, ApiProblem> {
    let order = app.cancel(&shopper, &id).await?;
    answer::json(StatusCode::ACCEPTED, &app.view.order(&order, app.now()))
}
