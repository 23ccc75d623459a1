//! The operators' listener: orders with their whole story, refunds, the books, metrics, health. Never public.

mod books;
mod metrics;
mod order;
mod orders;
mod refunds;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub use order::{OrderStory, story_of};
pub use refunds::{RefundStory, wish};
pub use token::AdminToken;

use super::{health, layers, method_not_allowed, not_found};
use crate::app::App;

/// Everything on the operators' listener.
pub fn admin_router(app: Arc<App>, token: AdminToken) -> Router {
    let admin = Router::new()
        .route("/orders", get(orders::handle))
        .route("/books/balance", get(books::balance))
        .route("/orders/{order}", get(order::handle))
        .route("/orders/{order}/refunds", get(refunds::list).post(refunds::request))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(token, token::require));
    let router = Router::new()
        .nest("/admin/v1", admin)
        .route("/metrics", get(metrics::handle))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed);
    layers::shared(router, Arc::clone(&app)).with_state(app)
}
