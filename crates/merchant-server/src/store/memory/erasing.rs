//! What was personal of an order, and is to be forgotten.

use merchant_core::lifecycle::{Order, may_be_erased};
use shop_api::{OrderId, Timestamp};

use super::World;
use super::rules::refuse;
use crate::store::StoreError;

/// Orders that changed last before this time and can be erased, the longest unchanged first.
pub(super) fn erasable(world: &World, before: Timestamp, limit: usize) -> Vec<OrderId> {
    let is_erasable = |order: &&Order| may_be_erased(order).is_ok() && !world.outbox.is_pending(&order.id);
    let found = world.orders.unchanged_since(before).filter(is_erasable);
    found.take(limit).map(|order| order.id.clone()).collect()
}

/// Forgets what was personal until now of an order that is decided to be erased.
///
/// # Errors
/// It was erased before, or isn't over.
pub(super) fn erase(world: &mut World, decided: &Order, now: Timestamp) -> Result<(), StoreError> {
    let kept = world.orders.get(&decided.id).ok_or_else(|| refuse("an order that is erased is there"))?;
    if kept.order.erased_at.is_some() {
        return Err(refuse("an order is erased once"));
    }
    may_be_erased(&kept.order).map_err(|_| refuse("only what is over is erased"))?;
    world.shoppers.forget_notifications(&kept.order.attempts);
    world.wire.forget(&decided.id);
    world.outbox.forget(&decided.id);
    world.orders.forget(&decided.id, decided.customer.id.clone(), now);
    Ok(())
}
