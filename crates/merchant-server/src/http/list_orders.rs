//! `GET /shop/v1/orders`: the customer's orders.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::OrderList;

use super::openapi::CommonProblems;
use super::query::StrictQuery;
use super::{ApiProblem, answer};
use crate::app::{App, ShopError, Shopper};

/// How many orders the list has at most.
const LIMIT: u32 = 20;

/// The customer's orders
///
/// Newest first, 20 at most, unresolved ones always among them.
#[utoipa::path(
    get,
    path = "/orders",
    operation_id = "listOrders",
    tag = "Orders",
    security(("session" = [])),
    responses(
        (status = 200, description = "The orders.", body = OrderList),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    query: StrictQuery,
) -> Result<Response, ApiProblem> {
    query.allow(&[])?;
    let found = app.store.orders_of(&shopper.customer, LIMIT).await.map_err(ShopError::from)?;
    let now = app.now();
    let orders = found.iter().map(|order| app.view.order(order, now)).collect();
    answer::json(StatusCode::OK, &OrderList { orders })
}
