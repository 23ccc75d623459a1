//! Who waits for which order: long polls sleep here and are woken by commits, this server's own at once and
//! those of others that share the database by [`follow`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shop_api::OrderId;
use tokio::sync::{Notify, watch};

use super::App;

/// How often it is looked at what other servers did to the orders that somebody waits for here.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long it isn't looked at after the database didn't answer.
const REST: Duration = Duration::from_secs(1);

/// The orders that somebody waits for, with the newest version that was committed meanwhile.
#[derive(Debug, Default)]
pub struct Wakes {
    orders: Mutex<HashMap<OrderId, watch::Sender<u32>>>,
    arrival: Notify,
}

impl Wakes {
    /// Waits for an order. Begin before loading it, so that nothing committed in between is missed.
    pub fn listen(&self, order: &OrderId) -> Listener<'_> {
        let mut orders = self.orders();
        let versions = orders.entry(order.clone()).or_insert_with(|| watch::Sender::new(0)).subscribe();
        self.arrival.notify_one();
        Listener { wakes: self, order: order.clone(), versions }
    }

    /// Tells that a version was committed.
    pub fn committed(&self, order: &OrderId, version: u32) {
        if let Some(sender) = self.orders().get(order) {
            sender.send_modify(|newest| *newest = version.max(*newest));
        }
    }

    /// How many long polls are open.
    pub fn listeners(&self) -> usize {
        self.orders().values().map(watch::Sender::receiver_count).sum()
    }

    /// The orders that somebody waits for; sleeps while nobody waits for any.
    async fn awaited(&self) -> Vec<OrderId> {
        loop {
            let arrival = self.arrival.notified();
            let orders: Vec<OrderId> = self.orders().keys().cloned().collect();
            if !orders.is_empty() {
                return orders;
            }
            arrival.await;
        }
    }

    fn orders(&self) -> MutexGuard<'_, HashMap<OrderId, watch::Sender<u32>>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes long polls for what other servers commit, until this one stops. Asks nothing while there are none.
pub async fn follow(app: Arc<App>) {
    loop {
        let orders = tokio::select! {
            orders = app.wakes.awaited() => orders,
            () = app.stopping.cancelled() => return,
        };
        let pause = match app.store.versions_of(&orders).await {
            Ok(versions) => {
                for (order, version) in versions {
                    app.wakes.committed(&order, version);
                }
                LOOK_EVERY
            }
            Err(error) => {
                tracing::warn!(%error, "long polls don't hear what other servers do; trying again");
                REST
            }
        };
        tokio::select! {
            () = app.clock.sleep(pause) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

/// One long poll's place; given back when it is dropped.
#[derive(Debug)]
pub struct Listener<'a> {
    wakes: &'a Wakes,
    order: OrderId,
    versions: watch::Receiver<u32>,
}

impl Listener<'_> {
    /// Resolves once a version above `after` was committed.
    pub async fn passed(&mut self, after: u32) {
        // The sender lives in the map as long as this listener does.
        let _ = self.versions.wait_for(|version| *version > after).await;
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        let mut orders = self.wakes.orders();
        // This listener's own receiver is still counted.
        if orders.get(&self.order).is_some_and(|sender| sender.receiver_count() <= 1) {
            orders.remove(&self.order);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_wakes_for_a_newer_version_and_leaves_nothing_behind() {
        let wakes = Wakes::default();
        let order = OrderId::from("o1");
        let (mut first, second) = (wakes.listen(&order), wakes.listen(&order));
        assert_eq!(wakes.listeners(), 2);
        wakes.committed(&order, 3);
        first.passed(2).await;
        drop((first, second));
        assert_eq!(wakes.listeners(), 0);
        assert!(wakes.orders().is_empty());
    }
}
