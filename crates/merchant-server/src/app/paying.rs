//! What a shopper does to an order that exists.

use std::sync::Arc;

use merchant_core::lifecycle::{Event, Order, ReturnHint};
use shop_api::{AttemptId, OrderId};

use super::placing::Placed;
use super::{App, Applied, Cause, ShopError, Shopper};
use crate::wallet::Device;

impl App {
    /// The next attempt of an order, or the order as it is when there is nothing to start.
    ///
    /// # Errors
    /// [`ShopError::PaymentNotAllowed`] when the order can't be paid (again).
    pub async fn start_payment(
        self: &Arc<Self>,
        shopper: &Shopper,
        id: &OrderId,
        after: AttemptId,
        device: &Device,
    ) -> Result<Placed, ShopError> {
        let order = self.load(id, Some(&shopper.customer)).await?;
        if order.attempt(&after).is_none() {
            return Err(ShopError::AttemptNotFound);
        }
        let next = self.next_attempt(&order, device)?;
        let event = Event::PaymentRequested { after, next };
        match self.apply(id, Some(&shopper.customer), event, Cause::default()).await? {
            Applied::Changed(order, call) => {
                self.run_call(call).await;
                Ok(Placed { order: self.recent.get(id).unwrap_or(order), is_new: true })
            }
            Applied::Unchanged(order) => Ok(Placed { order, is_new: false }),
            Applied::Refused(refusal) => Err(refusal.into()),
            Applied::FenceLost => Err(ShopError::Contended),
        }
    }

    /// The shopper is back from the cashier.
    ///
    /// # Errors
    /// No such order or attempt, or the database failed.
    pub async fn returned(
        &self,
        shopper: &Shopper,
        id: &OrderId,
        attempt: AttemptId,
        code: &str,
    ) -> Result<Arc<Order>, ShopError> {
        let event = Event::Returned { attempt, hint: ReturnHint::parse(code) };
        match self.apply(id, Some(&shopper.customer), event, Cause::default()).await? {
            Applied::Changed(order, _) | Applied::Unchanged(order) => Ok(order),
            Applied::Refused(refusal) => Err(refusal.into()),
            Applied::FenceLost => Err(ShopError::Contended),
        }
    }

    /// The shopper gives the order up. A live attempt is cancelled at the wallet; the order may still end
    /// paid, and is then given back.
    ///
    /// # Errors
    /// [`ShopError::PaymentNotAllowed`] when it is over.
    pub async fn cancel(self: &Arc<Self>, shopper: &Shopper, id: &OrderId) -> Result<Arc<Order>, ShopError> {
        match self.apply(id, Some(&shopper.customer), Event::CancelRequested, Cause::default()).await? {
            Applied::Changed(order, call) => {
                self.run_call(call).await;
                Ok(self.recent.get(id).unwrap_or(order))
            }
            Applied::Unchanged(order) => Ok(order),
            Applied::Refused(refusal) => Err(refusal.into()),
            Applied::FenceLost => Err(ShopError::Contended),
        }
    }
}
