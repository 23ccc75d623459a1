//! `POST /shop/v1/orders/{order}/payments/{attempt}/returned`: what `tradePay` said. Leads to an inquiry.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{AttemptId, Order, OrderId, Problem, Returned};

use super::body::JsonBody;
use super::openapi::CommonProblems;
use super::path::PathOf;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};

/// Tell what `tradePay` said
///
/// A hint, never proof: it leads to an inquiry at the wallet.
#[utoipa::path(
    post,
    path = "/orders/{order}/payments/{attempt}/returned",
    operation_id = "returned",
    tag = "Orders",
    params(("order" = OrderId, Path, description = "The order's id."), ("attempt" = AttemptId, Path, description = "The attempt's id.")),
    request_body = Returned,
    security(("session" = [])),
    responses(
        (status = 202, description = "The order as it stands.", body = Order),
        (status = 404, description = "`order_not_found`, `attempt_not_found`", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    PathOf((id, attempt)): PathOf<(OrderId, AttemptId)>,
    JsonBody(request): JsonBody<Returned>,
) -> Result<Response, ApiProblem> {
    let code = request.result_code.as_str();
    if !(1..=32).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ApiProblem::field(
            "resultCode",
            "1 to 32 visible ASCII characters, as tradePay gave them",
        ));
    }
    let order = app.returned(&shopper, &id, attempt, code).await?;
    answer::json(StatusCode::ACCEPTED, &app.view.order(&order, app.now()))
}
