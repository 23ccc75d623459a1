//! The public listener: the shop API, the wallets' notifications, pictures, health.
//!
//! In: requests from anywhere, hostile until parsed. Out: JSON, problems with stable codes, signed
//! acknowledgements. one file per endpoint; `layers` holds what all of them share.

pub mod admin;
mod answer;
mod body;
mod cancel_order;
mod catalog;
mod device;
mod envelope;
mod get_order;
mod health;
mod layers;
mod list_orders;
mod media;
mod notify_payment;
mod path;
mod place_order;
mod problem;
mod query;
mod quotes;
mod returned;
mod sessions;
mod shopper;
mod start_payment;

use std::sync::Arc;

use axum::Router;
use axum::extract::OriginalUri;
use axum::http::Method;
use axum::routing::{get, post};

pub use device::Peer;
pub use problem::ApiProblem;

use crate::app::App;

/// The most bytes that a request's body may have.
pub const MAX_BODY: usize = 64 * 1024;

/// Everything on the public listener.
pub fn public_router(app: Arc<App>) -> Router {
    let shop = Router::new()
        .route("/sessions", post(sessions::handle))
        .route("/catalog", get(catalog::handle))
        .route("/quotes", post(quotes::handle))
        .route("/orders", get(list_orders::handle).post(place_order::handle))
        .route("/orders/{order}", get(get_order::handle))
        .route("/orders/{order}/payments", post(start_payment::handle))
        .route("/orders/{order}/payments/{attempt}/returned", post(returned::handle))
        .route("/orders/{order}/cancel", post(cancel_order::handle))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), layers::client_version));
    let router = Router::new()
        .nest(shop_api::BASE_PATH, shop)
        .route("/wallet/{wallet}/notifyPayment", post(notify_payment::handle))
        .route("/media/{file}", get(media::handle))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed);
    layers::shared(router, Arc::clone(&app)).with_state(app)
}

async fn not_found(OriginalUri(uri): OriginalUri) -> ApiProblem {
    ApiProblem::not_found(uri.path())
}

async fn method_not_allowed(method: Method, OriginalUri(uri): OriginalUri) -> ApiProblem {
    ApiProblem::method_not_allowed(&method, uri.path())
}
