//! What a refund gives back of each part of an order: its lines, their tax, the delivery.
//!
//! The shares of all refunds of an order never exceed any part, and when everything has been given back they
//! are every part to the unit.

use shop_api::{MinorUnits, Sku, sum};

use super::rounding::{allocate, floor_share};
use crate::lifecycle::{Breakdown, Line};

/// What is to be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundScope<'a> {
    /// So many units of these lines, and the delivery if that is wished.
    Units {
        /// Which SKUs, and how many of each.
        units: &'a [(Sku, u32)],
        /// Whether all that is left of the delivery is given back too.
        with_delivery: bool,
    },
    /// A sum, from every part in proportion to what is left of it.
    Amount(MinorUnits),
}

/// What is given back of one part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartShare {
    /// How much, tax included.
    pub amount: MinorUnits,
    /// The tax in it.
    pub tax: MinorUnits,
}

/// What is given back of a whole order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundShare {
    /// Of each line, in the order's order: how many units, and how much.
    pub lines: Vec<(u32, PartShare)>,
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
    /// More than is left of the order.
    #[error("at most {0} is left to give back, in the smallest unit")]
    MoreThanIsLeft(MinorUnits),
}

impl RefundShare {
    /// Nothing of an order with so many lines.
    pub fn nothing(lines: usize) -> Self {
        Self { lines: vec![(0, PartShare::default()); lines], delivery: PartShare::default() }
    }

    /// All parts together.
    pub fn total(&self) -> MinorUnits {
        self.add_up(|part| part.amount)
    }

    /// The tax in all parts together.
    pub fn tax(&self) -> MinorUnits {
        self.add_up(|part| part.tax)
    }

    /// This and another refund of the same order.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let lines = self.lines.iter().zip(&other.lines);
        let lines =
            lines.map(|((units, one), (more, other))| (units.saturating_add(*more), both(*one, *other)));
        Self { lines: lines.collect(), delivery: both(self.delivery, other.delivery) }
    }

    fn add_up(&self, of: fn(&PartShare) -> MinorUnits) -> MinorUnits {
        // Parts of a total that was small enough.
        let parts = self.lines.iter().map(|(_, part)| part).chain([&self.delivery]);
        sum(parts.map(of)).unwrap_or(MinorUnits::MAX)
    }
}

fn both(one: PartShare, other: PartShare) -> PartShare {
    let add = |a: MinorUnits, b| a.checked_add(b).unwrap_or(MinorUnits::MAX);
    PartShare { amount: add(one.amount, other.amount), tax: add(one.tax, other.tax) }
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
    let left = Left::of(lines, breakdown, already);
    match scope {
        RefundScope::Units { units, with_delivery } => {
            let mut share = RefundShare::nothing(lines.len());
            for (sku, wanted) in units {
                let at = lines.iter().position(|line| line.sku == *sku);
                let found =
                    at.and_then(|at| Some((lines.get(at)?, left.lines.get(at)?, share.lines.get_mut(at)?)));
                let (line, part, given) = found.ok_or_else(|| ShareError::UnknownLine(sku.clone()))?;
                *given = of_units(line, breakdown.of_line(line), part, given.0.saturating_add(*wanted))?;
            }
            if with_delivery {
                share.delivery = left.delivery;
            }
            Ok(share)
        }
        RefundScope::Amount(amount) => left.amount(amount),
    }
}

/// What is left of each part.
struct Left {
    /// Units given back so far, and what is left of the line.
    lines: Vec<(u32, PartShare)>,
    delivery: PartShare,
}

impl Left {
    fn of(lines: &[Line], breakdown: &Breakdown, already: &RefundShare) -> Self {
        let rest = |amount: MinorUnits, tax: MinorUnits, given: PartShare| PartShare {
            amount: amount.saturating_sub(given.amount),
            tax: tax.saturating_sub(given.tax),
        };
        let of_line = |(at, line): (usize, &Line)| {
            let (units, given) = already.lines.get(at).copied().unwrap_or_default();
            (units, rest(breakdown.of_line(line), line.parts.tax, given))
        };
        let delivery_tax = breakdown.parts().delivery.as_ref().map_or(MinorUnits::ZERO, |part| part.tax);
        Self {
            lines: lines.iter().enumerate().map(of_line).collect(),
            delivery: rest(breakdown.of_delivery(), delivery_tax, already.delivery),
        }
    }

    fn amount(&self, amount: MinorUnits) -> Result<RefundShare, ShareError> {
        let parts: Vec<PartShare> = self.lines.iter().map(|(_, part)| *part).chain([self.delivery]).collect();
        let weights: Vec<_> = parts.iter().map(|part| part.amount).collect();
        let most = sum(weights.iter().copied()).unwrap_or(MinorUnits::MAX);
        if amount > most {
            return Err(ShareError::MoreThanIsLeft(most));
        }
        let shares = allocate(amount, &weights).into_iter().zip(&parts);
        let mut shares: Vec<_> = shares.map(|(amount, left)| with_its_tax(amount, left)).collect();
        let delivery = shares.pop().unwrap_or_default();
        Ok(RefundShare { lines: shares.into_iter().map(|share| (0, share)).collect(), delivery })
    }
}

/// By units the share is the difference of two running totals, so that equal units cost the same to within a
/// unit of money, and the last unit takes what is left.
fn of_units(
    line: &Line,
    whole: MinorUnits,
    (given, left): &(u32, PartShare),
    wanted: u32,
) -> Result<(u32, PartShare), ShareError> {
    let units_left = line.quantity.saturating_sub(*given);
    if wanted > units_left {
        return Err(ShareError::TooManyUnits { sku: line.sku.clone(), left: units_left });
    }
    let up_to = |units: u32| floor_share(whole, u64::from(units), u64::from(line.quantity));
    let after = given.saturating_add(wanted);
    let amount = if after == line.quantity && wanted > 0 {
        left.amount
    } else {
        up_to(after).saturating_sub(up_to(*given)).min(left.amount)
    };
    Ok((wanted, with_its_tax(amount, left)))
}

fn with_its_tax(amount: MinorUnits, left: &PartShare) -> PartShare {
    let is_all = amount == left.amount;
    let tax = if is_all { left.tax } else { floor_share(left.tax, amount.value(), left.amount.value()) };
    PartShare { amount, tax }
}
