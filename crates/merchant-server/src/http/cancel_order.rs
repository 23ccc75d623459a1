//! `POST /shop/v1/orders/{order}/cancel`: the shopper gives the order up.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{Order, OrderId, Problem};

use super::openapi::CommonProblems;
use super::path::PathOf;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};

/// Give an order up
///
/// An open payment is cancelled at the wallet first, so the order may still end paid; the money is then given back.
#[utoipa::path(
    post,
    path = "/orders/{order}/cancel",
    operation_id = "cancelOrder",
    tag = "Orders",
    params(("order" = OrderId, Path, description = "The order's id.")),
    security(("session" = [])),
    responses(
        (status = 202, description = "The order as it stands.", body = Order),
        (status = 404, description = "`order_not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`payment_open`: a person looks into a payment of it.", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    PathOf(id): PathOf<OrderId>,
) -> Result<Response, ApiProblem> {
    let order = app.cancel(&shopper, &id).await?;
    answer::json(StatusCode::ACCEPTED, &app.view.order(&order, app.now()))
}
