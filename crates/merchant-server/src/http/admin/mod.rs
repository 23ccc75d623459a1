//! The operators' listener: orders with their whole story, refunds, the books, metrics, health. Never public.

mod books;
mod fulfilment;
mod metrics;
mod operator;
mod order;
mod orders;
mod refunds;

use std::sync::Arc;

use axum::Router;
use utoipa_axum::routes;

pub use fulfilment::fulfilment_step;
pub use operator::{Operator, Operators};
pub use order::{OrderStory, story_of};
pub use refunds::{AskedRefund, RefundStory, wish};

use super::openapi::{self, Audience};
use super::{Routes, health, layers, method_not_allowed, not_found};
use crate::app::App;

/// Everything on the operators' listener.
pub fn admin_router(app: Arc<App>, operators: Operators) -> Router {
    let guard = axum::middleware::from_fn_with_state(operators, operator::identify);
    let (router, _document) = admin_routes(|admin| admin.layer(guard)).split_for_parts();
    let router = router.fallback(not_found).method_not_allowed_fallback(method_not_allowed);
    layers::shared(router, Arc::clone(&app)).with_state(app)
}

/// The routes with their descriptions; those of operators behind a guard.
pub(super) fn admin_routes(guard: impl FnOnce(Routes) -> Routes) -> Routes {
    let admin = Routes::new()
        .routes(routes!(orders::handle))
        .routes(routes!(order::handle))
        .routes(routes!(refunds::list, refunds::request))
        .routes(routes!(fulfilment::say))
        .routes(routes!(books::balance));
    Routes::with_openapi(openapi::document(Audience::Operators))
        .nest("/admin/v1", guard(admin))
        .routes(routes!(metrics::handle))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::operators))
}
