//! Paying an order: the cashier, and following the order until the server says how it ended.

mod model;
mod outcome;

pub use model::{CashierState, Payment, PaymentCommand};
pub use outcome::{TradePayCode, TradePayOutcome};
