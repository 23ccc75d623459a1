//! The newest version of each order.
//!
//! Triggered by: every answer that carries an order, in whatever order they arrive. Outcome: an answer
//! older than what is known is dropped, so an order never seems to go back.

use std::rc::Rc;

use shop_api::{Order, OrderId, OrderStatus};

/// What is known of the customer's orders; newest first.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    known: Vec<Rc<Order>>,
}

impl Orders {
    /// Takes in an order. Returns whether it is news.
    pub fn learn(&mut self, order: Order) -> bool {
        match self.known.iter_mut().find(|known| known.order_id == order.order_id) {
            Some(known) if known.version >= order.version => false,
            Some(known) => {
                *known = Rc::new(order);
                true
            }
            None => {
                let newer = |known: &Rc<Order>| known.created_at < order.created_at;
                let at = self.known.iter().position(newer).unwrap_or(self.known.len());
                self.known.insert(at, Rc::new(order));
                true
            }
        }
    }

    /// The order with this id.
    pub fn get(&self, id: &OrderId) -> Option<&Rc<Order>> {
        self.known.iter().find(|order| order.order_id == *id)
    }

    /// The newest order that waits for the shopper or for the wallet.
    pub fn open(&self) -> Option<&Order> {
        self.known.iter().map(Rc::as_ref).find(|order| !is_settled(&order.status))
    }
}

/// Whether an order's status is final. What a newer server calls otherwise isn't known to be.
pub fn is_settled(status: &OrderStatus) -> bool {
    match status {
        OrderStatus::Paid | OrderStatus::Expired | OrderStatus::Cancelled => true,
        OrderStatus::AwaitingPayment
        | OrderStatus::Cancelling
        | OrderStatus::NeedsAttention
        | OrderStatus::Other(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn an_older_answer_changes_nothing() {
        let mut orders = Orders::default();
        let mut paid = testing::order("o-1", 5);
        paid.status = OrderStatus::Paid;
        assert!(orders.learn(paid));
        assert!(!orders.learn(testing::order("o-1", 4)), "stale");
        assert_eq!(orders.get(&"o-1".into()).map(|order| &order.status), Some(&OrderStatus::Paid));
        assert_eq!(orders.open(), None);
    }

    #[test]
    fn a_status_never_seen_is_not_settled() {
        let mut orders = Orders::default();
        let mut order = testing::order("o-1", 1);
        order.status = OrderStatus::Other("parked".into());
        orders.learn(order);
        assert!(orders.open().is_some());
    }
}
