//! Erasing what is personal of orders when the time to keep it is over.

use merchant_core::lifecycle::{CustomerId, Eraser, Erasure, Event};
use shop_api::{OrderId, Timestamp};
use wallet_api::random::Rng;

use super::{App, Applied, Cause, ShopError};
use crate::metrics::Counter;
use crate::store::{StoreError, Swept};

/// How many orders are erased at once: jobs wait meanwhile.
const ORDERS_AT_ONCE: u32 = 20;

/// The wish of this eraser's, with a customer of chance.
#[allow(clippy::expect_used, reason = "39 letters, digits and a dash are an id of every wallet's")]
pub fn erasure(by: Eraser, rng: &dyn Rng) -> Erasure {
    let stand_in = CustomerId::new(format!("erased-{}", rng.unguessable_id())).expect("it is an id");
    Erasure { by, stand_in }
}

impl App {
    /// Erases a part of what isn't to be kept any longer. An order that can't be erased holds up no other.
    ///
    /// # Errors
    /// The database doesn't tell which orders those are.
    pub async fn erase_outdated(&self) -> Result<Swept, StoreError> {
        let Some(keep) = self.settings.keep_personal_data_millis else { return Ok(Swept::All) };
        let before = Timestamp(self.now().0.saturating_sub(keep));
        let orders = self.store.erasable(before, ORDERS_AT_ONCE).await?;
        let mut erased = 0;
        for order in &orders {
            match self.erase_by_retention(order).await {
                Ok(true) => erased += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%order, %error, "what is personal of an order can't be erased");
                }
            }
        }
        let may_be_more = orders.len() >= ORDERS_AT_ONCE as usize && erased > 0;
        Ok(if may_be_more { Swept::Part } else { Swept::All })
    }

    /// Whether it is erased now, by this server or by another one.
    async fn erase_by_retention(&self, order: &OrderId) -> Result<bool, ShopError> {
        let wish = Event::ErasureRequested(erasure(Eraser::Retention, &*self.rng));
        match self.apply(order, None, wish, Cause::default()).await? {
            Applied::Changed(..) => {
                self.metrics.count(Counter::OrderErased);
                tracing::info!(%order, "what was personal of an order is erased: its time is over");
                Ok(true)
            }
            Applied::Unchanged(_) => Ok(true),
            // It changed since it was found.
            Applied::Refused(_) | Applied::FenceLost => Ok(false),
        }
    }
}
