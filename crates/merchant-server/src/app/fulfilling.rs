//! How far a paid order is on its way, as an operator says.

use std::sync::Arc;

use merchant_core::lifecycle::{Event, FulfilmentStep, Order};
use shop_api::OrderId;

use super::{App, Applied, Cause, ShopError};

impl App {
    /// Takes an order forward. The same again changes nothing.
    ///
    /// # Errors
    /// No such order; it isn't paid, or is further already; the database failed.
    pub async fn fulfil(&self, id: &OrderId, said: FulfilmentStep) -> Result<Arc<Order>, ShopError> {
        match self.apply(id, None, Event::Fulfilled(said), Cause::default()).await? {
            Applied::Changed(order, _) | Applied::Unchanged(order) => Ok(order),
            Applied::Refused(refusal) => Err(refusal.into()),
            Applied::FenceLost => Err(ShopError::Contended),
        }
    }
}
