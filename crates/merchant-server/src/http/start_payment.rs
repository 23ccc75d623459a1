//! `POST /shop/v1/orders/{order}/payments`: the next attempt after a definite failure.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{Order, OrderId, Problem, StartPayment};

use super::body::{JsonBody, is_id};
use super::openapi::CommonProblems;
use super::path::PathOf;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};

/// Pay again after a definite failure
#[utoipa::path(
    post,
    path = "/orders/{order}/payments",
    operation_id = "startPayment",
    tag = "Orders",
    params(("order" = OrderId, Path, description = "The order's id.")),
    request_body = StartPayment,
    security(("session" = [])),
    responses(
        (status = 201, description = "The order with its new attempt.", body = Order),
        (status = 200, description = "The order with the attempt that is live already.", body = Order),
        (status = 404, description = "`order_not_found`, `attempt_not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`payment_not_allowed`: the order is paid, over, or its last attempt is not known to have ended.", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    PathOf(id): PathOf<OrderId>,
    JsonBody(request): JsonBody<StartPayment>,
) -> Result<Response, ApiProblem> {
    if !is_id(request.after.as_str()) {
        return Err(ApiProblem::field("after", "an attempt's id"));
    }
    let started = app.start_payment(&shopper, &id, request.after).await?;
    let status = if started.is_new { StatusCode::CREATED } else { StatusCode::OK };
    answer::json(status, &app.view.order(&started.order, app.now()))
}
