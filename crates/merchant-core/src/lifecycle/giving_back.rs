//! Of which payment, how much, and of which parts of an order money is given back.
//!
//! In: an order with the refunds it has, and a [`RefundAmount`]. Out: [`Repayable`], what a refund of it would be, or
//! the [`Refusal`]. Refunds that are pending or unknown count, those that failed don't.

use shop_api::{AttemptId, MinorUnits, Sku};

use super::{Attempt, AttemptState, Order, Refund, RefundAmount, Refusal, StockHold};
use crate::pricing::{RefundScope, RefundShare, ShareError, refund_share};

/// Units of lines that are to be given back, or the delivery: each SKU once, none of them zero times, and not
/// nothing at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedUnits {
    lines: Vec<(Sku, u32)>,
    with_delivery: bool,
    restock: bool,
}

/// Why units can't be asked for like that, whatever the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitsError {
    /// Neither a line nor the delivery.
    Nothing,
    /// The line at this place has no quantity.
    NoQuantity(usize),
    /// The line at this place has the SKU of one before it.
    Twice(usize),
    /// Units are to come back to the stock, and there are none.
    NothingToRestock,
}

impl ReturnedUnits {
    /// So many units of these SKUs, the delivery if that is wished, and whether the units come back to the stock.
    ///
    /// # Errors
    /// [`UnitsError`].
    pub fn new(lines: Vec<(Sku, u32)>, with_delivery: bool, restock: bool) -> Result<Self, UnitsError> {
        if lines.is_empty() && restock {
            return Err(UnitsError::NothingToRestock);
        }
        if lines.is_empty() && !with_delivery {
            return Err(UnitsError::Nothing);
        }
        for (index, (sku, quantity)) in lines.iter().enumerate() {
            if *quantity == 0 {
                return Err(UnitsError::NoQuantity(index));
            }
            if lines.iter().take(index).any(|(before, _)| before == sku) {
                return Err(UnitsError::Twice(index));
            }
        }
        Ok(Self { lines, with_delivery, restock })
    }

    fn scope(&self) -> RefundScope<'_> {
        RefundScope::Units { units: &self.lines, with_delivery: self.with_delivery }
    }

    fn of(&self, sku: &Sku) -> u32 {
        self.lines.iter().find(|(asked, _)| asked == sku).map_or(0, |(_, quantity)| *quantity)
    }
}

/// Why these units of this order can't be given back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitsRefusal {
    /// They were given back, or never ordered.
    #[error("of {sku} at most {left} can still be given back")]
    TooMany {
        /// Units of what.
        sku: Sku,
        /// How many are left.
        left: u32,
    },
    /// It was given back, or there was none.
    #[error("no delivery is left to give back; leave it out")]
    NoDelivery,
    /// Nobody paid for them.
    #[error("these units cost nothing, so there is nothing to give back")]
    Free,
    /// They are where they would come back to.
    #[error("the units of this payment never left the stock, so none can come back; leave `restock` out")]
    NeverLeft,
}

/// What can be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repayable {
    /// Of which payment.
    pub attempt: AttemptId,
    /// How much.
    pub amount: MinorUnits,
    /// Of which parts.
    pub share: Option<RefundShare>,
    /// Whether its units come back to the stock.
    pub restock: bool,
}

impl Order {
    /// What a refund of this would be.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is left.
    pub fn repayable(&self, wanted: &RefundAmount) -> Result<Repayable, Refusal> {
        match wanted {
            RefundAmount::Rest => self.sum_of_a_payment(None),
            RefundAmount::Exactly(amount) => self.sum_of_a_payment(Some(*amount)),
            RefundAmount::Units(units) => self.units_of_a_payment(units),
        }
    }

    /// A sum of this payment, as far as it is known to be left.
    pub(super) fn sum_of(&self, attempt: &AttemptId, amount: MinorUnits) -> Repayable {
        let scope = RefundScope::Amount(amount);
        let share = refund_share(&self.lines, &self.breakdown, &self.given_back(attempt), scope);
        // It is within the payment. Where it isn't within the parts, an older refund's parts aren't known.
        Repayable { attempt: attempt.clone(), amount, share: share.ok(), restock: false }
    }

    /// A sum is given back of the oldest payment that has as much left.
    fn sum_of_a_payment(&self, wanted: Option<MinorUnits>) -> Result<Repayable, Refusal> {
        let left: Vec<_> =
            self.attempts.iter().map(|attempt| (&attempt.id, self.refundable(&attempt.id))).collect();
        let most = left.iter().map(|(_, left)| *left).max().unwrap_or(MinorUnits::ZERO);
        if most == MinorUnits::ZERO {
            return Err(Refusal::NothingToRefund);
        }
        let fits = |left: MinorUnits| match wanted {
            None => (left.value() > 0).then_some(left),
            Some(amount) => (amount.value() > 0 && amount <= left).then_some(amount),
        };
        left.into_iter()
            .find_map(|(id, left)| fits(left).map(|amount| self.sum_of(id, amount)))
            .ok_or(Refusal::RefundAmount { most })
    }

    /// Units are given back of the payment that the sale needs, or else of the oldest that has something left.
    fn units_of_a_payment(&self, units: &ReturnedUnits) -> Result<Repayable, Refusal> {
        let has_rest = |attempt: &&AttemptId| self.refundable(attempt) > MinorUnits::ZERO;
        let sold_for = self.sale_payment();
        let oldest = || self.attempts.iter().map(|attempt| &attempt.id).find(has_rest);
        let attempt = sold_for.filter(has_rest).or_else(oldest).ok_or(Refusal::NothingToRefund)?;
        let has_left = self.stock == StockHold::Sold && sold_for == Some(attempt);
        if units.restock && !has_left {
            return Err(UnitsRefusal::NeverLeft.into());
        }
        let left = self.refundable(attempt);
        let share = refund_share(&self.lines, &self.breakdown, &self.given_back(attempt), units.scope());
        let share = share.map_err(|error| match error {
            ShareError::UnknownLine(sku) => Refusal::RefundLine(sku),
            ShareError::TooManyUnits { sku, left } => UnitsRefusal::TooMany { sku, left }.into(),
            ShareError::NoDelivery => UnitsRefusal::NoDelivery.into(),
            ShareError::MoreThanIsLeft(most) => Refusal::RefundAmount { most: most.min(left) },
        })?;
        let amount = share.total();
        if amount == MinorUnits::ZERO {
            return Err(UnitsRefusal::Free.into());
        }
        if amount > left {
            return Err(Refusal::RefundAmount { most: left });
        }
        Ok(Repayable { attempt: attempt.clone(), amount, share: Some(share), restock: units.restock })
    }

    /// The payment that the sale needs: one that isn't given back in full under its own id, as every further
    /// one is. What the wallet took back counts when there is no other.
    pub fn sale_payment(&self) -> Option<&AttemptId> {
        let is_wanted = |attempt: &&Attempt| {
            !self.refunds.iter().any(|refund| refund.id.as_str() == attempt.payment_request_id.as_str())
        };
        let wanted = || self.attempts.iter().filter(is_wanted);
        let held = wanted().find(|attempt| matches!(attempt.state, AttemptState::Succeeded { .. }));
        let taken_back = || wanted().find(|attempt| matches!(attempt.state, AttemptState::Reversed { .. }));
        held.or_else(taken_back).map(|attempt| &attempt.id)
    }

    /// What is given back of each part of a payment. Of a refund whose parts weren't kept it is as if they were
    /// worked out now.
    pub fn given_back(&self, attempt: &AttemptId) -> RefundShare {
        let counted =
            self.refunds.iter().filter(|refund| refund.attempt == *attempt && refund.state.counts());
        counted.fold(RefundShare::nothing(self.lines.len()), |given, refund| match &refund.share {
            Some(share) => given.and(share),
            None => {
                let scope = RefundScope::Amount(refund.amount);
                let share = refund_share(&self.lines, &self.breakdown, &given, scope);
                share.map_or(given.clone(), |share| given.and(&share))
            }
        })
    }

    /// The units that a refund gives back, by SKU.
    pub fn units_of(&self, refund: &Refund) -> Vec<(Sku, u32)> {
        let shares = refund.share.iter().flat_map(|share| &share.lines);
        let units = self.lines.iter().zip(shares).filter(|(_, share)| share.units > 0);
        units.map(|(line, share)| (line.sku.clone(), share.units)).collect()
    }

    /// Whether a refund is what is asked for.
    pub(super) fn is_asked_for(&self, refund: &Refund, wanted: &RefundAmount) -> bool {
        let is_by_units = refund.share.as_ref().is_some_and(RefundShare::is_by_units);
        match wanted {
            RefundAmount::Rest => !is_by_units,
            RefundAmount::Exactly(amount) => !is_by_units && *amount == refund.amount,
            RefundAmount::Units(units) => {
                let share = refund.share.as_ref().filter(|share| share.is_by_units());
                let with_delivery = share.is_some_and(|share| share.delivery.units > 0);
                let given = self.units_of(refund);
                given.len() == units.lines.len()
                    && given.iter().all(|(sku, quantity)| units.of(sku) == *quantity)
                    && (with_delivery, refund.restock) == (units.with_delivery, units.restock)
            }
        }
    }

    /// What units a refund gives back, for people: ` of 2 x TEA-S, delivery`; nothing when it is of a sum.
    pub(super) fn told_units(&self, repayable: &Repayable) -> String {
        let Some(share) = repayable.share.as_ref().filter(|share| share.is_by_units()) else {
            return String::new();
        };
        let units = self.lines.iter().zip(&share.lines).filter(|(_, share)| share.units > 0);
        let mut parts: Vec<_> =
            units.map(|(line, share)| format!("{} x {}", share.units, line.sku)).collect();
        if share.delivery.units > 0 {
            parts.push("delivery".to_owned());
        }
        format!(" of {}", parts.join(", "))
    }
}
