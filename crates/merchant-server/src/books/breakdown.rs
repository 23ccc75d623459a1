//! What an order's total is made of.

use shop_api::MinorUnits;

use crate::lifecycle::Order;

/// What an order's total is made of: goods less discounts, and delivery, and tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// The goods at their prices.
    pub goods: MinorUnits,
    /// What was taken off.
    pub discounts: MinorUnits,
    /// What delivery costs.
    pub delivery: MinorUnits,
    /// Tax that is charged on top.
    pub tax: MinorUnits,
}

impl Breakdown {
    /// An order's. Its prices are what is paid: nothing is taken off or put on yet.
    pub fn of(order: &Order) -> Self {
        Self {
            goods: order.total,
            discounts: MinorUnits::ZERO,
            delivery: MinorUnits::ZERO,
            tax: MinorUnits::ZERO,
        }
    }
}
