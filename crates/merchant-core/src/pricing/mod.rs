//! What a cart costs, and what of it a refund gives back. Pure: whole numbers in, parts that add up out.
//!
//! In: the catalogue, the shop's [`Terms`], what the customer wants, what the customer had before, the time.
//! Out: [`Priced`]: lines, reasons, and a [`Breakdown`](crate::lifecycle::Breakdown) that adds up to the
//! unit; [`changes`] between a quote and now; and [`refund_share`], by which refunds are split.
//! The one rule of rounding is in [`rounding`]; `docs/pricing.md` tells all of it to shopkeepers.

mod cart;
mod change;
mod country;
mod coupon;
mod delivery;
mod discount;
pub mod rounding;
mod share;
mod terms;

pub use cart::{Basket, Dealings, Priced, PricedCoupon, PricedDelivery, Shop, limits, price};
pub use change::{Quoted, changes};
pub use country::is_country;
pub use coupon::{CouponCode, CouponHit};
pub use share::{PartShare, RefundScope, RefundShare, ShareError, refund_share};
pub use terms::{
    Coupon, DeliveryMethod, DiscountRule, PerWhat, PriceList, Reduction, Scope, TaxTerms, Terms, Window,
    standard,
};

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
pub(crate) mod laws;
#[cfg(test)]
mod stories;
