//! Taking off: of lines, of the order, and what a coupon takes.

use shop_api::{Currency, MinorUnits, Sku, sum};

use super::cart::Draft;
use super::rounding::allocate;
use super::terms::{DiscountRule, PerWhat, PriceList, Scope, Taken};
use crate::lifecycle::Discount;

/// The lines that something covers, and what they cost by now.
pub(super) struct Covered {
    at: Vec<usize>,
    costs: Vec<MinorUnits>,
    /// Their sum.
    pub(super) sum: MinorUnits,
}

impl Covered {
    pub(super) fn by(scope: &Scope, drafts: &[Draft<'_>]) -> Self {
        let covers = |draft: &Draft<'_>| scope.covers(draft.category(), sku(draft));
        let at: Vec<_> = (0..drafts.len()).filter(|at| drafts.get(*at).is_some_and(covers)).collect();
        let costs: Vec<_> = at.iter().filter_map(|at| drafts.get(*at)).map(|draft| draft.left).collect();
        // Parts of a sum that was small enough.
        let sum = sum(costs.iter().copied()).unwrap_or(MinorUnits::MAX);
        Self { at, costs, sum }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// Takes it off once, and shares it out over the lines. Returns how much it was.
    pub(super) fn take(&self, taken: Taken, drafts: &mut [Draft<'_>]) -> MinorUnits {
        let off = off(taken, self.sum);
        for (at, share) in self.at.iter().zip(allocate(off, &self.costs)) {
            if let Some(draft) = drafts.get_mut(*at) {
                draft.order_discount = plus(draft.order_discount, share);
                draft.left = draft.left.saturating_sub(share);
            }
        }
        off
    }
}

/// Everything that is taken off by itself, in the order of the rules.
pub(super) fn apply(
    rules: &[DiscountRule],
    currency: &Currency,
    now: shop_api::Timestamp,
    drafts: &mut [Draft<'_>],
) -> Vec<Discount> {
    let mut discounts = Vec::new();
    for rule in rules.iter().filter(|rule| rule.holds(now)) {
        let Some(taken) = rule.takes.amount_in(currency) else { continue };
        let covered = Covered::by(&rule.items, drafts);
        if covered.sum < at_least(&rule.minimum, currency) {
            continue;
        }
        let amount = match rule.per {
            PerWhat::Order => covered.take(taken, drafts),
            PerWhat::Line => take_of_each(&covered.at, taken, drafts),
        };
        if amount > MinorUnits::ZERO {
            discounts.push(Discount { label: rule.label.clone(), amount });
        }
    }
    discounts
}

fn take_of_each(lines: &[usize], taken: Taken, drafts: &mut [Draft<'_>]) -> MinorUnits {
    let mut all = MinorUnits::ZERO;
    for at in lines {
        let Some(draft) = drafts.get_mut(*at) else { continue };
        let taken = match taken {
            // Of each piece; more than the line costs is all of it.
            Taken::Sum(each) => Taken::Sum(each.checked_mul(draft.quantity).unwrap_or(MinorUnits::MAX)),
            Taken::Share(_) => taken,
        };
        let off = off(taken, draft.left);
        draft.discount = plus(draft.discount, off);
        draft.left = draft.left.saturating_sub(off);
        all = plus(all, off);
    }
    all
}

fn off(taken: Taken, cost: MinorUnits) -> MinorUnits {
    match taken {
        Taken::Share(rate) => rate.of(cost),
        Taken::Sum(amount) => amount.min(cost),
    }
}

/// A sum of parts of a line or total, which is small enough.
fn plus(one: MinorUnits, other: MinorUnits) -> MinorUnits {
    one.checked_add(other).unwrap_or(MinorUnits::MAX)
}

/// A minimum in a currency; nothing where none is stated.
pub(super) fn at_least(minimum: &PriceList, currency: &Currency) -> MinorUnits {
    minimum.get(&currency.code).copied().unwrap_or_default()
}

fn sku<'a>(draft: &'a Draft<'_>) -> &'a Sku {
    &draft.variant.sku
}
