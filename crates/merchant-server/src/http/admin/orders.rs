//! `GET /admin/v1/orders?before={number}&limit={count}&attention={true|false}`: all orders, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::app::{App, ShopError};
use crate::http::query::StrictQuery;
use crate::http::{ApiProblem, answer};
use crate::store::{OrderPage, OrderSummary};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    orders: Vec<OrderSummary>,
    /// `before` of the next page; `null` on the last one.
    next_before: Option<i64>,
}

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
