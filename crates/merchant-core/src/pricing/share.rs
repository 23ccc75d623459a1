//! What a refund gives back of each part of an order: its lines, the delivery, and the tax in them.
//!
//! In: an order's lines and breakdown, what was given back already, and what is asked for: units, or a sum. Out: a
//! [`RefundShare`] that is kept with the refund. The shares of all refunds of an order never exceed any part, and
//! when everything has been given back they are every part to the unit.

use serde::{Deserialize, Serialize};
use shop_api::{MinorUnits, Sku, sum};

use super::rounding::{allocate, floor_share};
use crate::lifecycle::{Breakdown, Line};

/// What is to be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundScope<'a> {
    /// So many units of these lines at what they cost, and the delivery if that is wished.
    Units {
        /// Which SKUs, each once, and how many of each.
        units: &'a [(Sku, u32)],
        /// Whether the delivery is given back too.
        with_delivery: bool,
    },
    /// A sum, from every part in proportion to what is left of it.
    Amount(MinorUnits),
}

/// What is given back of one part: a line, or the delivery, which is one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PartShare {
    /// How many units; none when a sum was asked for.
    pub units: u32,
    /// What those units cost.
    pub worth: MinorUnits,
    /// How much of the part is given back, tax included. It isn't what its units cost where sums were given back
    /// before: those took something of every part.
    pub amount: MinorUnits,
    /// The tax in it.
    pub tax: MinorUnits,
    /// What had been taken off it.
    pub discount: MinorUnits,
}

/// What is given back of a whole order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundShare {
    /// Of each line, in the order's order.
    pub lines: Vec<PartShare>,
    /// Of the delivery.
    pub delivery: PartShare,
}

/// Why it can't be given back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The order has no such line.
    #[error("the order has no line of {0}")]
    UnknownLine(Sku),
    /// More units than are left.
    #[error("of {sku} at most {left} can be given back")]
    TooManyUnits {
        /// Of what.
        sku: Sku,
        /// How many are left.
        left: u32,
    },
    /// The delivery was given back, or there was none.
    #[error("no delivery is left to give back")]
    NoDelivery,
    /// More than is left of the order.
    #[error("at most {0} is left to give back, in the smallest unit")]
    MoreThanIsLeft(MinorUnits),
}

impl RefundShare {
    /// Nothing of an order with so many lines.
    pub fn nothing(lines: usize) -> Self {
        Self { lines: vec![PartShare::default(); lines], delivery: PartShare::default() }
    }

    /// All parts together.
    pub fn total(&self) -> MinorUnits {
        self.add_up(|part| part.amount)
    }

    /// The tax in all parts together.
    pub fn tax(&self) -> MinorUnits {
        self.add_up(|part| part.tax)
    }

    /// What had been taken off all parts together.
    pub fn discount(&self) -> MinorUnits {
        self.add_up(|part| part.discount)
    }

    /// Whether units were asked for, or the delivery, and not a sum.
    pub fn is_by_units(&self) -> bool {
        self.parts().any(|part| part.units > 0)
    }

    /// This and another refund of the same order.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.with(other, PartShare::and)
    }

    fn parts(&self) -> impl Iterator<Item = &PartShare> {
        self.lines.iter().chain([&self.delivery])
    }

    fn add_up(&self, of: fn(&PartShare) -> MinorUnits) -> MinorUnits {
        // Parts of a total that was small enough.
        sum(self.parts().map(of)).unwrap_or(MinorUnits::MAX)
    }

    fn with(&self, other: &Self, make: fn(PartShare, PartShare) -> PartShare) -> Self {
        let lines = self.lines.iter().zip(&other.lines).map(|(one, other)| make(*one, *other));
        Self { lines: lines.collect(), delivery: make(self.delivery, other.delivery) }
    }

    /// All of an order.
    fn whole(lines: &[Line], breakdown: &Breakdown) -> Self {
        let of_line = |line: &Line| {
            let worth = breakdown.of_line(line);
            let off = sum([line.parts.discount, line.parts.order_discount]).unwrap_or(MinorUnits::MAX);
            PartShare { units: line.quantity, worth, amount: worth, tax: line.parts.tax, discount: off }
        };
        let delivery = breakdown.parts().delivery.as_ref().map(|part| {
            let worth = breakdown.of_delivery();
            PartShare { units: 1, worth, amount: worth, tax: part.tax, discount: MinorUnits::ZERO }
        });
        Self { lines: lines.iter().map(of_line).collect(), delivery: delivery.unwrap_or_default() }
    }
}

impl PartShare {
    fn and(self, other: Self) -> Self {
        let add = |one: MinorUnits, other| one.checked_add(other).unwrap_or(MinorUnits::MAX);
        Self {
            units: self.units.saturating_add(other.units),
            worth: add(self.worth, other.worth),
            amount: add(self.amount, other.amount),
            tax: add(self.tax, other.tax),
            discount: add(self.discount, other.discount),
        }
    }

    fn less(self, other: Self) -> Self {
        Self {
            units: self.units.saturating_sub(other.units),
            worth: self.worth.saturating_sub(other.worth),
            amount: self.amount.saturating_sub(other.amount),
            tax: self.tax.saturating_sub(other.tax),
            discount: self.discount.saturating_sub(other.discount),
        }
    }

    /// So much of what is left here, with its tax and discount; all of it when nothing stays behind anywhere, also
    /// the discount of what cost nothing.
    fn take(self, amount: MinorUnits, is_last: bool) -> Self {
        if is_last {
            return self;
        }
        let part = |of: MinorUnits| floor_share(of, amount.value(), self.amount.value());
        Self { amount, tax: part(self.tax), discount: part(self.discount), ..self }
    }
}

/// What a refund gives back of each part, after what was given back `already`.
///
/// # Errors
/// [`ShareError`] when as much isn't left.
pub fn refund_share(
    lines: &[Line],
    breakdown: &Breakdown,
    already: &RefundShare,
    scope: RefundScope<'_>,
) -> Result<RefundShare, ShareError> {
    let whole = RefundShare::whole(lines, breakdown);
    let left = whole.with(already, PartShare::less);
    let (asked, amount) = match scope {
        RefundScope::Units { units, with_delivery } => {
            let asked = units_of(lines, &whole, already, units, with_delivery)?;
            let amount = asked.add_up(|part| part.worth);
            (asked, amount)
        }
        RefundScope::Amount(amount) => (RefundShare::nothing(lines.len()), amount),
    };
    let most = left.total();
    if amount > most {
        return Err(ShareError::MoreThanIsLeft(most));
    }
    Ok(taken(&left, &asked, amount))
}

/// The units asked for and what they cost.
fn units_of(
    lines: &[Line],
    whole: &RefundShare,
    already: &RefundShare,
    units: &[(Sku, u32)],
    with_delivery: bool,
) -> Result<RefundShare, ShareError> {
    let mut asked = RefundShare::nothing(lines.len());
    for (sku, wanted) in units {
        let at = lines.iter().position(|line| line.sku == *sku);
        let found =
            at.and_then(|at| Some((whole.lines.get(at)?, already.lines.get(at)?, asked.lines.get_mut(at)?)));
        let (whole, already, place) = found.ok_or_else(|| ShareError::UnknownLine(sku.clone()))?;
        let too_many = |left| ShareError::TooManyUnits { sku: sku.clone(), left };
        *place = next_units(whole, already, *wanted).map_err(too_many)?;
    }
    if with_delivery {
        asked.delivery =
            next_units(&whole.delivery, &already.delivery, 1).map_err(|_| ShareError::NoDelivery)?;
    }
    Ok(asked)
}

/// The next units of a part cost what so many of its first units cost, less what those before them came to. So
/// they add up to the part, one by one or together, also when some of those before them failed.
///
/// # Errors
/// How many units are left, if they are fewer.
fn next_units(whole: &PartShare, already: &PartShare, wanted: u32) -> Result<PartShare, u32> {
    let left = whole.units.saturating_sub(already.units);
    if wanted > left {
        return Err(left);
    }
    let upto = already.units.saturating_add(wanted);
    let worth = if wanted == 0 { MinorUnits::ZERO } else { first_units(whole, upto) };
    Ok(PartShare { units: wanted, worth: worth.saturating_sub(already.worth), ..PartShare::default() })
}

/// What the first units of a part cost: it is shared out among all of its units, which are alike.
fn first_units(whole: &PartShare, units: u32) -> MinorUnits {
    let (all, first) = (usize::try_from(whole.units), usize::try_from(units));
    let each = allocate(whole.worth, &vec![ONE; all.unwrap_or(0)]);
    sum(each.into_iter().take(first.unwrap_or(0))).unwrap_or(whole.worth)
}

/// The weight of things that are alike.
const ONE: MinorUnits = match MinorUnits::new(1) {
    Ok(one) => one,
    Err(_) => MinorUnits::MAX,
};

/// An amount out of what is left of each part: of the parts that are asked for first, as far as they go; what sums
/// took of them before comes from all parts in proportion to what is left then.
fn taken(left: &RefundShare, asked: &RefundShare, amount: MinorUnits) -> RefundShare {
    let own: Vec<_> =
        asked.parts().zip(left.parts()).map(|(asked, left)| asked.worth.min(left.amount)).collect();
    let own_total = sum(own.iter().copied()).unwrap_or(MinorUnits::MAX);
    let rest: Vec<_> = left.parts().zip(&own).map(|(left, own)| left.amount.saturating_sub(*own)).collect();
    let more = allocate(amount.saturating_sub(own_total), &rest);
    let is_last = amount == left.total();
    let parts = left.parts().zip(asked.parts()).zip(own.into_iter().zip(more));
    let mut parts: Vec<_> = parts
        .map(|((left, asked), (own, more))| {
            let amount = own.checked_add(more).unwrap_or(left.amount);
            PartShare { units: asked.units, worth: asked.worth, ..left.take(amount, is_last) }
        })
        .collect();
    let delivery = parts.pop().unwrap_or_default();
    RefundShare { lines: parts, delivery }
}
