//! The customer's orders as the server last told of them, and the banner for one that isn't settled.

mod model;
mod view;

pub use model::{Orders, is_settled};
pub use view::banner;
