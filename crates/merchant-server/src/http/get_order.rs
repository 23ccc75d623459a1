//! `GET /shop/v1/orders/{order}?after={version}&wait={seconds}`: an order, now or once it has changed.
//!
//! The long poll sleeps until a commit wakes it, its time is over, or the server stops. It never calls
//! the wallet.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use merchant_core::lifecycle;
use shop_api::{MAX_WAIT_SECONDS, Order, OrderId, Problem};

use super::openapi::CommonProblems;
use super::path::PathOf;
use super::query::StrictQuery;
use super::{ApiProblem, answer};
use crate::app::{App, ShopError, Shopper};

/// An order, now or once it has changed
///
/// With `after` and `wait` it is a long poll: answered as soon as the version passes `after`, or when the wait is over. It never calls the wallet.
#[utoipa::path(
    get,
    path = "/orders/{order}",
    operation_id = "getOrder",
    tag = "Orders",
    params(("order" = OrderId, Path, description = "The order's id."),
        ("after" = Option<u32>, Query, description = "The version that the client has."),
        ("wait" = Option<u32>, Query, description = "How many seconds to wait for a newer one; 25 at most.")
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "The order.", body = Order),
        (status = 404, description = "`order_not_found`: this customer has no such order.", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    PathOf(id): PathOf<OrderId>,
    query: StrictQuery,
) -> Result<Response, ApiProblem> {
    let query = query.allow(&["after", "wait"])?;
    let after = query.number("after")?.unwrap_or(0);
    let wait = query.number("wait")?.unwrap_or(0).min(MAX_WAIT_SECONDS);
    // Listening begins before loading, so that nothing committed in between is missed.
    let mut listener = app.wakes.listen(&id);
    let mut order = changed(&app, &shopper, &id, after, wait).await?;
    if order.version <= after && wait > 0 {
        tokio::select! {
            () = listener.passed(after) => {}
            () = app.clock.sleep(Duration::from_secs(wait.into())) => {}
            () = app.stopping.cancelled() => {}
        }
        order = changed(&app, &shopper, &id, after, wait).await?;
    }
    answer::json(StatusCode::OK, &app.view.order(&order, app.now()))
}

/// The order as it is now. Who waits for a newer version than theirs is content with any such.
async fn changed(
    app: &App,
    shopper: &Shopper,
    id: &OrderId,
    after: u32,
    wait: u32,
) -> Result<Arc<lifecycle::Order>, ShopError> {
    match app.known_past(id, after, &shopper.customer).filter(|_| wait > 0) {
        Some(order) => Ok(order),
        None => app.load(id, Some(&shopper.customer)).await,
    }
}
