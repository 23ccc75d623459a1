//! The orders that this server had in hand last: most that happens to an order happens within a minute.
//!
//! In memory only. Whether an order is still as it is remembered is for the database to say, by its version.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;
use merchant_core::lifecycle::Order;
use shop_api::OrderId;

/// How many are remembered.
const CAPACITY: usize = 512;

/// Orders as they were loaded or committed last.
pub struct Recent(Mutex<LruCache<OrderId, Arc<Order>>>);

impl Default for Recent {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl Recent {
    /// The order as it is remembered.
    pub(super) fn get(&self, id: &OrderId) -> Option<Arc<Order>> {
        self.orders().get(id).cloned()
    }

    /// Remembers an order, unless a newer version is remembered.
    pub(super) fn keep(&self, order: &Arc<Order>) {
        let mut orders = self.orders();
        if orders.get(&order.id).is_none_or(|known| known.version < order.version) {
            orders.insert(order.id.clone(), Arc::clone(order));
        }
    }

    fn orders(&self) -> MutexGuard<'_, LruCache<OrderId, Arc<Order>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
