//! The confirmation page: the server's quote, what the shopper chooses, and placing the order.

mod choices;
mod model;
mod view;

pub use model::{Blocked, Confirm, ConfirmTransition, Placement};
pub use view::{QuoteRows, head, summary};
