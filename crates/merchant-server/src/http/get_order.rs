//! `GET /shop/v1/orders/{order}?after={version}&wait={seconds}`: an order, now or once it has changed.
//!
//! The long poll sleeps until a commit wakes it, its time is over, or the server stops. It never calls
//! the wallet.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{MAX_WAIT_SECONDS, OrderId};

use super::path::PathOf;
use super::query::StrictQuery;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};

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
    let mut order = app.load(&id, Some(&shopper.customer)).await?;
    if order.version <= after && wait > 0 {
        tokio::select! {
            () = listener.passed(after) => {}
            () = app.clock.sleep(Duration::from_secs(wait.into())) => {}
            () = app.stopping.cancelled() => {}
        }
        order = app.load(&id, Some(&shopper.customer)).await?;
    }
    answer::json(StatusCode::OK, &app.view.order(&order, app.now()))
}
