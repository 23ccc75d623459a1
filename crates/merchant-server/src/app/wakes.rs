//! Who waits for which order: long polls sleep here and are woken by commits.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shop_api::OrderId;
use tokio::sync::watch;

/// The orders that somebody waits for, with the newest version that was committed meanwhile.
#[derive(Debug, Default)]
pub struct Wakes(Mutex<HashMap<OrderId, watch::Sender<u32>>>);

impl Wakes {
    /// Waits for an order. Begin before loading it, so that nothing committed in between is missed.
    pub fn listen(&self, order: &OrderId) -> Listener<'_> {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let versions = orders.entry(order.clone()).or_insert_with(|| watch::Sender::new(0)).subscribe();
        Listener { wakes: self, order: order.clone(), versions }
    }

    /// Tells that a version was committed.
    pub fn committed(&self, order: &OrderId, version: u32) {
        let orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = orders.get(order) {
            sender.send_modify(|newest| *newest = version.max(*newest));
        }
    }

    /// How many long polls are open.
    pub fn listeners(&self) -> usize {
        let orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        orders.values().map(watch::Sender::receiver_count).sum()
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
        let mut orders = self.wakes.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        assert!(wakes.0.lock().unwrap().is_empty());
    }
}
