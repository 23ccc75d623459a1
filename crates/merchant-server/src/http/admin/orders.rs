//! `GET /admin/v1/orders?before={number}&limit={count}&attention={true|false}`: all orders, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::app::{App, ShopError};
use crate::http::openapi::CommonProblems;
use crate::http::query::StrictQuery;
use crate::http::{ApiProblem, answer};
use crate::store::{OrderPage, OrderSummary};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Page {
    orders: Vec<OrderSummary>,
    /// `before` of the next page; `null` on the last one.
    next_before: Option<i64>,
}

/// All orders, newest first
#[utoipa::path(
    get,
    path = "/orders",
    operation_id = "listOrders",
    tag = "Orders",
    params(
        ("before" = Option<u32>, Query, description = "Only orders with a lower number: `nextBefore` of the page before."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "The most orders of one page; 50 if left out."),
        ("attention" = Option<bool>, Query, description = "Only those that a person should look at.")
    ),
    security(("operator" = [])),
    responses(
        (status = 200, description = "A page of orders.", body = Page,
            links(("getOrder" = (operation_id = "getOrder", parameters(("order" = "$response.body#/orders/0/orderId")))),
                ("listRefunds" = (operation_id = "listRefunds", parameters(("order" = "$response.body#/orders/0/orderId")))))),
        CommonProblems,
    ),
)]
pub async fn handle(State(app): State<Arc<App>>, query: StrictQuery) -> Result<Response, ApiProblem> {
    let query = query.allow(&["before", "limit", "attention"])?;
    let limit = query.number("limit")?.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiProblem::field("limit", &format!("1 to {MAX_LIMIT}")));
    }
    let page = OrderPage {
        before: query.number("before")?.map(i64::from),
        limit,
        attention_only: query.flag("attention")?,
    };
    let orders = app.store.list_orders(page).await.map_err(ShopError::from)?;
    let is_full = orders.len() == limit as usize;
    let next_before = orders.last().filter(|_| is_full).map(|order| order.number);
    answer::json(StatusCode::OK, &Page { orders, next_before })
}
