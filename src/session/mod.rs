//! The session with the shop: who is asking, and every request that is under way.

mod api;
mod model;

#[cfg(target_arch = "wasm32")]
pub(crate) use api::escaped;
pub use api::{ApiCall, ApiFailure, Method, Purpose};
pub use model::{Delivery, Session};
