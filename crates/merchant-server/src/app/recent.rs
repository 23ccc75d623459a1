//! The orders that this server had in hand last: most that happens to an order happens within a minute.
//!
//! In memory only. Whether an order is still as it is remembered is for the database to say, by its version. Whose an
//! attempt is never changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;
use merchant_core::lifecycle::{Order, PaymentRequestId, WalletName};
use shop_api::{AttemptId, OrderId};

/// How many are remembered.
const CAPACITY: usize = 512;

/// Orders as they were loaded or committed last.
#[derive(Default)]
pub struct Recent(Mutex<Remembered>);

struct Remembered {
    orders: LruCache<OrderId, Arc<Order>>,
    attempts: LruCache<PaymentRequestId, (WalletName, OrderId, AttemptId)>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self { orders: LruCache::new(CAPACITY), attempts: LruCache::new(CAPACITY) }
    }
}

impl Recent {
    /// The order as it is remembered.
    pub(super) fn get(&self, id: &OrderId) -> Option<Arc<Order>> {
        self.remembered().orders.get(id).cloned()
    }

    /// The attempt that a wallet knows by this id, and its order.
    pub(super) fn attempt(
        &self,
        wallet: &WalletName,
        payment_request: &PaymentRequestId,
    ) -> Option<(OrderId, AttemptId)> {
        let mut remembered = self.remembered();
        let (of_wallet, order, attempt) = remembered.attempts.get(payment_request)?;
        (of_wallet == wallet).then(|| (order.clone(), attempt.clone()))
    }

    /// Remembers an order, unless a newer version is remembered.
    pub(super) fn keep(&self, order: &Arc<Order>) {
        let Remembered { orders, attempts } = &mut *self.remembered();
        if orders.get(&order.id).is_some_and(|known| known.version >= order.version) {
            return;
        }
        orders.insert(order.id.clone(), Arc::clone(order));
        if let Some(attempt) = order.attempts.last()
            && !attempts.contains_key(&attempt.payment_request_id)
        {
            let whose = (order.customer.wallet.clone(), order.id.clone(), attempt.id.clone());
            attempts.insert(attempt.payment_request_id.clone(), whose);
        }
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
