//! What an operator does to an order.

use std::sync::Arc;

use merchant_core::lifecycle::{Event, Order, RefundWish};
use shop_api::OrderId;

use super::{App, Applied, Cause, ShopError};

/// A refund that was asked for.
#[derive(Debug)]
pub struct Refunding {
    /// The order with it, written down.
    pub order: Arc<Order>,
    /// Whether there is something to do for it that wasn't before.
    pub is_news: bool,
}

impl App {
    /// Writes a refund down; a job sends it. The same key again makes no second one.
    ///
    /// # Errors
    /// [`ShopError::RefundRefused`] when nothing, or not as much, can be given back, or the key is used.
    pub async fn refund(&self, id: &OrderId, wish: RefundWish) -> Result<Refunding, ShopError> {
        match self.apply(id, None, Event::RefundRequested(wish), Cause::default()).await? {
            Applied::Changed(order, _) => Ok(Refunding { order, is_news: true }),
            Applied::Unchanged(order) => Ok(Refunding { order, is_news: false }),
            Applied::Refused(refusal) => Err(refusal.into()),
            Applied::FenceLost => Err(ShopError::Contended),
        }
    }
}
