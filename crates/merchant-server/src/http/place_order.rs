//! `POST /shop/v1/orders`: a quote becomes an order.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{Order, PlaceOrder, Problem};

use super::body::{JsonBody, is_id};
use super::openapi::CommonProblems;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};

/// Order what was quoted
///
/// The quote's id is the idempotency key: the same quote never makes two orders.
#[utoipa::path(
    post,
    path = "/orders",
    operation_id = "placeOrder",
    tag = "Orders",
    request_body = PlaceOrder,
    security(("session" = [])),
    responses(
        (status = 201, description = "The order, new.", body = Order,
            links(
                ("getOrder" = (operation_id = "getOrder", parameters(("order" = "$response.body#/orderId")))),
                ("cancelOrder" = (operation_id = "cancelOrder", parameters(("order" = "$response.body#/orderId")))),
                ("startPayment" = (
                    operation_id = "startPayment",
                    parameters(("order" = "$response.body#/orderId")),
                    request_body = json!({ "after": "$response.body#/attempt/attemptId" })
                )),
                ("returned" = (
                    operation_id = "returned",
                    parameters(
                        ("order" = "$response.body#/orderId"),
                        ("attempt" = "$response.body#/attempt/attemptId")
                    )
                )),
            )),
        (status = 200, description = "The order that this quote became before.", body = Order),
        (status = 404, description = "`quote_not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`quote_expired`, `quote_changed`: ask for a new quote. `open_payment_exists`: pay or cancel the order that `orderId` names, or send its id as `despiteOpenOrder`.", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    JsonBody(request): JsonBody<PlaceOrder>,
) -> Result<Response, ApiProblem> {
    if request.despite_open_order.as_ref().is_some_and(|id| !is_id(id.as_str())) {
        return Err(ApiProblem::field("despiteOpenOrder", "an order's id, or left out"));
    }
    if !is_id(request.quote_id.as_str()) {
        return Err(ApiProblem::field("quoteId", "a quote's id"));
    }
    let placed = app.place_order(&shopper, &request).await?;
    let status = if placed.is_new { StatusCode::CREATED } else { StatusCode::OK };
    answer::json(status, &app.view.order(&placed.order, app.now()))
}
