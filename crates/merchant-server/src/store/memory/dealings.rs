//! What counts against limits: units that a customer ordered, and uses of coupons.

use std::collections::HashMap;

use shop_api::{Sku, Timestamp};

use super::World;
use super::rules::refuse;
use crate::lifecycle::{CouponMove, Customer, StockHold};
use crate::pricing::{CouponCode, Dealings};
use crate::store::{DealingsQuestion, StoreError};

/// How often coupons are used by orders that hold their stock, or sold it.
#[derive(Default)]
pub(super) struct Coupons {
    uses: HashMap<CouponCode, u32>,
    by_customer: HashMap<(CouponCode, Customer), u32>,
}

impl Coupons {
    pub(super) fn uses(&self, code: &CouponCode) -> u32 {
        self.uses.get(code).copied().unwrap_or(0)
    }

    pub(super) fn uses_by(&self, code: &CouponCode, customer: &Customer) -> u32 {
        self.by_customer.get(&(code.clone(), customer.clone())).copied().unwrap_or(0)
    }

    /// # Errors
    /// A use would be given back that nobody has.
    pub(super) fn check(&self, change: Option<&CouponMove>) -> Result<(), StoreError> {
        match change {
            Some(CouponMove::GiveBack(code)) if self.uses(code) == 0 => {
                Err(refuse("there is no less than no use of a coupon"))
            }
            Some(CouponMove::GiveBack(_) | CouponMove::Use(_)) | None => Ok(()),
        }
    }

    pub(super) fn change(&mut self, change: &CouponMove, customer: &Customer) {
        let (CouponMove::Use(code) | CouponMove::GiveBack(code)) = change;
        let by_customer = self.by_customer.entry((code.clone(), customer.clone())).or_default();
        for count in [by_customer, self.uses.entry(code.clone()).or_default()] {
            *count = match change {
                CouponMove::Use(_) => count.saturating_add(1),
                CouponMove::GiveBack(_) => count.saturating_sub(1),
            };
        }
    }
}

pub(super) fn of(world: &World, asked: &DealingsQuestion) -> Dealings {
    let units = |sku: &Sku| (sku.clone(), units(world, &asked.customer, sku, asked.since));
    let count = |count: &dyn Fn(&CouponCode) -> u32| asked.coupon.as_ref().map_or(0, count);
    Dealings {
        units: asked.skus.iter().map(units).collect(),
        coupon_uses: count(&|code| world.coupons.uses(code)),
        coupon_uses_by_customer: count(&|code| world.coupons.uses_by(code, &asked.customer)),
    }
}

/// Units of a SKU in the customer's orders since then that hold their stock, or sold it.
pub(super) fn units(world: &World, customer: &Customer, sku: &Sku, since: Timestamp) -> u32 {
    let counted = world.orders.since(customer, since).filter(|order| order.stock != StockHold::Released);
    let lines = counted.flat_map(|order| &order.lines).filter(|line| line.sku == *sku);
    lines.map(|line| line.quantity).sum()
}
