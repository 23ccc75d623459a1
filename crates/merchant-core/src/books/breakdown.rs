//! What an order's total is made of, and what is given back of it.

use shop_api::MinorUnits;

use crate::lifecycle::{Order, Refund};

/// What an order's total, or what is given back of it, is made of: goods less discounts, and delivery, and tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// The goods at their prices, without tax.
    pub goods: MinorUnits,
    /// What was taken off.
    pub discounts: MinorUnits,
    /// What delivery costs, without tax.
    pub delivery: MinorUnits,
    /// All tax, whether it is inside the prices or comes on top.
    pub tax: MinorUnits,
}

impl Breakdown {
    /// An order's. Tax inside prices is no sale: it is taken out of the goods and the delivery.
    pub fn of(order: &Order) -> Self {
        let parts = &order.breakdown;
        let delivery_tax = parts.parts().delivery.as_ref().map_or(MinorUnits::ZERO, |delivery| delivery.tax);
        let inside = |tax: MinorUnits| if parts.parts().tax_included { tax } else { MinorUnits::ZERO };
        Self {
            goods: less(parts.subtotal(), inside(less(parts.tax(), delivery_tax))),
            discounts: parts.off(),
            delivery: less(parts.delivery(), inside(delivery_tax)),
            tax: parts.tax(),
        }
    }

    /// A refund's. One from before its parts were kept is all goods, as it was posted then.
    pub fn given_back(refund: &Refund) -> Self {
        let Some(share) = &refund.share else {
            return Self {
                goods: refund.amount,
                discounts: MinorUnits::ZERO,
                delivery: MinorUnits::ZERO,
                tax: MinorUnits::ZERO,
            };
        };
        let delivery = less(share.delivery.amount, share.delivery.tax);
        let net_goods = less(less(share.total(), share.tax()), delivery);
        Self {
            goods: net_goods.checked_add(share.discount()).unwrap_or(MinorUnits::MAX),
            discounts: share.discount(),
            delivery,
            tax: share.tax(),
        }
    }
}

/// A part is never more than its whole.
fn less(whole: MinorUnits, part: MinorUnits) -> MinorUnits {
    MinorUnits::new(whole.value().saturating_sub(part.value())).unwrap_or(MinorUnits::ZERO)
}
