//! The result page: one order, and what can be done about it.

mod model;
mod view;

pub use model::{Action, ResultPhase, actions, phase};
pub use view::{LineRows, head};
