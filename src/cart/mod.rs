//! The cart page.

mod model;
mod view;

pub use model::{Cart, CartLine, CartTransition};
pub use view::{CartRows, head};
