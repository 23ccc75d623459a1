//! The confirmation page: the server's quote, and placing the order.

mod model;
mod view;

pub use model::{Blocked, Confirm, ConfirmTransition, Placement};
pub use view::{QuoteRows, head};
