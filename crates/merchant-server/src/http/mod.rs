//! The public listener: the shop API, the wallets' notifications, pictures, health.
//!
//! In: requests from anywhere, hostile until parsed. Out: JSON, problems with stable codes, signed
//! acknowledgements. one file per endpoint; `layers` holds what all of them share.

pub mod admin;
mod answer;
mod body;
mod budgets;
mod cancel_order;
mod catalog;
mod device;
mod envelope;
mod get_order;
mod health;
mod layers;
mod list_orders;
mod measure;
mod media;
mod notify_payment;
pub mod openapi;
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
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use device::Peer;
use openapi::Audience;
pub use problem::ApiProblem;

use crate::app::App;

/// The most bytes that a request's body may have.
pub const MAX_BODY: usize = 64 * 1024;

/// Everything on the public listener.
pub fn public_router(app: Arc<App>) -> Router {
    let guard = axum::middleware::from_fn_with_state(Arc::clone(&app), layers::guard_shop);
    let (router, _document) = public_routes(|shop| shop.layer(guard)).split_for_parts();
    let router = router.fallback(not_found).method_not_allowed_fallback(method_not_allowed);
    layers::shared(router, Arc::clone(&app)).with_state(app)
}

/// The routes with their descriptions; those of the shop API behind a guard.
fn public_routes(guard: impl FnOnce(Routes) -> Routes) -> Routes {
    let shop = Routes::new()
        .routes(routes!(sessions::handle))
        .routes(routes!(catalog::handle))
        .routes(routes!(quotes::handle))
        .routes(routes!(list_orders::handle, place_order::handle))
        .routes(routes!(get_order::handle))
        .routes(routes!(start_payment::handle))
        .routes(routes!(returned::handle))
        .routes(routes!(cancel_order::handle));
    Routes::with_openapi(openapi::document(Audience::Public))
        .nest(shop_api::BASE_PATH, guard(shop))
        .routes(routes!(notify_payment::handle))
        .routes(routes!(media::handle))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::public))
}

/// Routes that know how to describe themselves.
type Routes = OpenApiRouter<Arc<App>>;

async fn not_found() -> ApiProblem {
    ApiProblem::not_found()
}

async fn method_not_allowed() -> ApiProblem {
    ApiProblem::method_not_allowed()
}
