//! What a cart costs: lines, discounts, delivery, tax, in this order.

use std::collections::{BTreeMap, HashMap};

use shop_api::{
    Address, CouponRefusal, CouponRefusalCode, Currency, DeliveryRefusal, Imbalance, LineProblem,
    LineProblemCode, MinorUnits, MoneyError, RequestedLine, Sku, Timestamp, sum,
};

use super::coupon::{self, CouponCode, CouponHit};
use super::rounding::{Rate, allocate};
use super::{delivery, discount};
use crate::goods::{StoredCatalog, StoredProduct, StoredVariant};
use crate::lifecycle::{Breakdown, DeliveryPart, Discount, Line, LineParts, Parts};

/// What the shop sells, to whom, and when.
#[derive(Clone, Copy, Debug)]
pub struct Shop<'a> {
    /// The catalogue with its terms.
    pub catalog: &'a StoredCatalog,
    /// In which of its currencies.
    pub currency: &'a Currency,
    /// The time.
    pub now: Timestamp,
    /// The most units of one SKU in one order, whatever the catalogue says.
    pub max_quantity_per_line: u32,
    /// What the customer had before.
    pub dealings: &'a Dealings,
}

/// What counts against limits: orders that are unresolved or paid, not those that ended unpaid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dealings {
    /// Units of each SKU that the customer ordered within the shop's window.
    pub units: Vec<(Sku, u32)>,
    /// How often the coupon was used by anybody.
    pub coupon_uses: u32,
    /// How often the coupon was used by this customer.
    pub coupon_uses_by_customer: u32,
}

impl Dealings {
    fn held(&self, sku: &Sku) -> u32 {
        self.units.iter().find(|(held, _)| held == sku).map_or(0, |(_, units)| *units)
    }
}

/// What a customer wants.
#[derive(Clone, Copy, Debug)]
pub struct Basket<'a> {
    /// What, each SKU once.
    pub lines: &'a [RequestedLine],
    /// The coupon's code as it was typed.
    pub coupon: Option<&'a str>,
    /// The delivery method's id.
    pub delivery: Option<&'a str>,
    /// Where to.
    pub to: Option<&'a Address>,
}

/// A cart with its prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Priced {
    /// The lines that can be priced, in the order asked for.
    pub lines: Vec<Line>,
    /// What stands in the way.
    pub problems: Vec<LineProblem>,
    /// The coupon that was asked for.
    pub coupon: Option<PricedCoupon>,
    /// The ways of delivery.
    pub deliveries: Vec<PricedDelivery>,
    /// Whether the chosen way of delivery can be had, or none is needed.
    pub can_be_delivered: bool,
    /// What the total is made of.
    pub breakdown: Breakdown,
}

/// What became of a coupon.
#[derive(Clone, Debug, PartialEq)]
pub struct PricedCoupon {
    /// The code as far as it is one, else as it was typed.
    pub code: String,
    /// For people.
    pub label: String,
    /// The coupon that the order uses, or why it uses none.
    pub verdict: Result<CouponHit, CouponRefusal>,
}

/// A way of delivery for this cart.
#[derive(Clone, Debug, PartialEq)]
pub struct PricedDelivery {
    /// The method's id.
    pub id: String,
    /// For people.
    pub label: String,
    /// What it costs.
    pub price: MinorUnits,
    /// Whether it goes to an address.
    pub to_address: bool,
    /// The countries that it goes to; none: all.
    pub countries: Vec<String>,
    /// Its tax class.
    pub tax_class: String,
    /// Why it can't be had.
    pub refusal: Option<DeliveryRefusal>,
}

/// A line on its way to its price.
pub(super) struct Draft<'a> {
    pub product: &'a StoredProduct,
    pub variant: &'a StoredVariant,
    pub quantity: u32,
    pub unit_price: MinorUnits,
    pub subtotal: MinorUnits,
    pub discount: MinorUnits,
    pub order_discount: MinorUnits,
    /// What it costs by now.
    pub left: MinorUnits,
}

impl Draft<'_> {
    pub(super) fn category(&self) -> &str {
        &self.product.category_id
    }
}

/// Prices a cart. A line that can't be had as asked is priced all the same, so that the shopper sees what
/// it would cost; one that isn't sold in this currency is only a problem.
///
/// # Errors
/// [`MoneyError::TooLarge`] when a sum has more than 16 digits.
pub fn price(shop: &Shop<'_>, basket: &Basket<'_>) -> Result<Priced, MoneyError> {
    let terms = &shop.catalog.terms;
    let (mut drafts, problems) = drafts(shop, basket.lines)?;
    // Every later sum is a part of this one, or adds to it and is checked.
    sum(drafts.iter().map(|draft| draft.subtotal))?;
    let mut discounts = discount::apply(&terms.discounts, shop.currency, shop.now, &mut drafts);
    let coupon = basket.coupon.map(|typed| redeem(shop, typed, &mut drafts, &mut discounts));
    let parcel = delivery::Parcel {
        units: drafts.iter().map(|draft| draft.quantity).sum(),
        cost: sum(drafts.iter().map(|draft| draft.left))?,
        to: basket.to,
    };
    let deliveries = delivery::offers(&terms.delivery, shop.currency, &parcel)?;
    let chosen = delivery::choose(&deliveries, basket.delivery).filter(|_| !drafts.is_empty());
    let can_be_delivered = terms.delivery.is_empty() || chosen.is_some_and(|chosen| chosen.refusal.is_none());
    let (lines, delivery) = taxed(shop, drafts, chosen);
    let parts = Parts {
        discounts,
        delivery,
        tax_label: terms.tax.as_ref().map_or(String::new(), |tax| tax.label.clone()),
        tax_included: terms.tax.as_ref().is_none_or(|tax| tax.included),
    };
    let breakdown = Breakdown::new(parts, &lines).map_err(|imbalance| {
        debug_assert_eq!(imbalance, Imbalance::TooLarge, "prices add up by construction");
        MoneyError::TooLarge
    })?;
    Ok(Priced { lines, problems, coupon, deliveries, can_be_delivered, breakdown })
}

fn drafts<'a>(
    shop: &Shop<'a>,
    wanted: &[RequestedLine],
) -> Result<(Vec<Draft<'a>>, Vec<LineProblem>), MoneyError> {
    let variants =
        |product: &'a StoredProduct| product.variants.iter().map(move |variant| (product, variant));
    let by_sku: HashMap<&Sku, (&StoredProduct, &StoredVariant)> =
        shop.catalog.products.iter().flat_map(variants).map(|found| (&found.1.sku, found)).collect();
    let (mut drafts, mut problems) = (Vec::with_capacity(wanted.len()), Vec::new());
    for wish in wanted {
        let found = by_sku.get(&wish.sku).and_then(|(product, variant)| {
            Some((*product, *variant, *variant.prices.get(&shop.currency.code)?))
        });
        let Some((product, variant, unit_price)) = found else {
            let (sku, code) = (wish.sku.clone(), LineProblemCode::UnknownSku);
            problems.push(LineProblem { sku, code, available: 0 });
            continue;
        };
        problems.extend(problem(shop, variant, wish.quantity));
        let subtotal = unit_price.checked_mul(wish.quantity)?;
        let (discount, order_discount) = (MinorUnits::ZERO, MinorUnits::ZERO);
        let quantity = wish.quantity;
        drafts.push(Draft {
            product,
            variant,
            quantity,
            unit_price,
            subtotal,
            discount,
            order_discount,
            left: subtotal,
        });
    }
    Ok((drafts, problems))
}

/// How many units of a variant an order may have now, and how many it may have at most.
pub fn limits(variant: &StoredVariant, max_quantity_per_line: u32) -> (u32, u32) {
    (variant.on_hand.saturating_sub(variant.reserved), variant.max_per_order.min(max_quantity_per_line))
}

fn problem(shop: &Shop<'_>, variant: &StoredVariant, quantity: u32) -> Option<LineProblem> {
    let (left, most) = limits(variant, shop.max_quantity_per_line);
    // What one could order of so many: whole steps, and none of too few.
    let whole = |units: u32| {
        let units = units - units % variant.step.max(1);
        if units < variant.min_per_order { 0 } else { units }
    };
    let of_customer =
        variant.max_per_customer.map(|limit| limit.saturating_sub(shop.dealings.held(&variant.sku)));
    let (code, available) = if whole(left) == 0 {
        (LineProblemCode::OutOfStock, 0)
    } else if quantity > most {
        (LineProblemCode::QuantityLimit, whole(left.min(most)))
    } else if quantity < variant.min_per_order {
        (LineProblemCode::BelowMinimum, variant.min_per_order)
    } else if !quantity.is_multiple_of(variant.step.max(1)) {
        (LineProblemCode::QuantityStep, variant.step)
    } else if let Some(allowed) = of_customer.filter(|allowed| quantity > *allowed) {
        (LineProblemCode::CustomerLimit, whole(left.min(allowed)))
    } else if quantity > left {
        (LineProblemCode::InsufficientStock, whole(left))
    } else {
        return None;
    };
    Some(LineProblem { sku: variant.sku.clone(), code, available })
}

fn redeem(
    shop: &Shop<'_>,
    typed: &str,
    drafts: &mut [Draft<'_>],
    discounts: &mut Vec<Discount>,
) -> PricedCoupon {
    let code = CouponCode::parse(typed);
    let coupons = &shop.catalog.terms.coupons;
    let coupon = code.as_ref().and_then(|code| coupons.iter().find(|coupon| coupon.code == *code));
    let shown = code.as_ref().map_or_else(|| typed.trim().to_owned(), |code| code.as_str().to_owned());
    let Some(coupon) = coupon else {
        let refusal = CouponRefusal { code: CouponRefusalCode::Unknown, minimum: None };
        return PricedCoupon { code: shown, label: String::new(), verdict: Err(refusal) };
    };
    let verdict =
        coupon::judge(coupon, shop.currency, shop.now, shop.dealings, drafts).map(|(taken, covered)| {
            let amount = covered.take(taken, drafts);
            discounts.push(Discount { label: coupon.label.clone(), amount });
            let (uses, uses_per_customer) = (coupon.uses, coupon.uses_per_customer);
            CouponHit { code: coupon.code.clone(), uses, uses_per_customer }
        });
    PricedCoupon { code: shown, label: coupon.label.clone(), verdict }
}

/// Tax once for each rate over everything of that rate, shared out over it.
fn taxed(
    shop: &Shop<'_>,
    drafts: Vec<Draft<'_>>,
    chosen: Option<&PricedDelivery>,
) -> (Vec<Line>, Option<DeliveryPart>) {
    let terms = &shop.catalog.terms;
    let included = terms.tax.as_ref().is_none_or(|tax| tax.included);
    let rates: Vec<Rate> = drafts.iter().map(|draft| terms.rate(&draft.product.tax_class)).collect();
    let delivery_rate = chosen.map(|chosen| terms.rate(&chosen.tax_class));
    let costs: Vec<(Rate, MinorUnits)> = rates
        .iter()
        .copied()
        .zip(drafts.iter().map(|draft| draft.left))
        .chain(delivery_rate.zip(chosen.map(|chosen| chosen.price)))
        .collect();
    let taxes = tax_of_each(&costs, included);
    let mut lines = Vec::with_capacity(drafts.len());
    for ((draft, tax_rate), tax) in drafts.into_iter().zip(rates).zip(&taxes) {
        let parts =
            LineParts { discount: draft.discount, order_discount: draft.order_discount, tax_rate, tax: *tax };
        lines.push(Line {
            sku: draft.variant.sku.clone(),
            name: draft.product.name.clone(),
            variant_name: draft.variant.name.clone(),
            image: draft.product.image.clone(),
            quantity: draft.quantity,
            unit_price: draft.unit_price,
            subtotal: draft.subtotal,
            parts,
        });
    }
    let delivery = chosen.zip(delivery_rate).map(|(chosen, tax_rate)| DeliveryPart {
        method: chosen.id.clone(),
        label: chosen.label.clone(),
        price: chosen.price,
        tax_rate,
        tax: taxes.last().copied().unwrap_or_default(),
    });
    (lines, delivery)
}

fn tax_of_each(costs: &[(Rate, MinorUnits)], included: bool) -> Vec<MinorUnits> {
    let mut by_rate: BTreeMap<Rate, Vec<usize>> = BTreeMap::new();
    for (at, (rate, _)) in costs.iter().enumerate() {
        by_rate.entry(*rate).or_default().push(at);
    }
    let mut taxes = vec![MinorUnits::ZERO; costs.len()];
    for (rate, places) in by_rate {
        let base: Vec<_> = places.iter().filter_map(|at| costs.get(*at)).map(|(_, cost)| *cost).collect();
        let whole = sum(base.iter().copied()).unwrap_or(MinorUnits::MAX);
        let tax = if included { rate.inside(whole) } else { rate.of(whole) };
        for (at, share) in places.into_iter().zip(allocate(tax, &base)) {
            if let Some(tax) = taxes.get_mut(at) {
                *tax = share;
            }
        }
    }
    taxes
}
