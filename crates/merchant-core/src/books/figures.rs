//! What an order amounts to: how much the wallet took, what was sold, what is given back; and where that
//! puts the money.

use std::collections::BTreeMap;

use shop_api::{AttemptId, MinorUnits};

use super::{Account, Breakdown};
use crate::lifecycle::{
    Attempt, AttemptState, Order, OrderState, Refund, RefundRequestId, RefundState, StockHold,
};

/// An order in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// What the wallet took for each attempt and hasn't taken back; only attempts that moved money.
    pub(super) received: Vec<(AttemptId, i64)>,
    /// The sale, once there is one.
    pub(super) sale: Option<Sale>,
    /// What is or was given back.
    pub(super) refunds: Vec<Repayment>,
    /// The currency of all of that.
    currency: String,
}

/// Goods that went, and the attempt that pays them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sale {
    breakdown: Breakdown,
    paid_by: Option<AttemptId>,
}

/// Money given back, or to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repayment {
    pub(super) id: RefundRequestId,
    pub(super) attempt: AttemptId,
    parts: Breakdown,
    amount: i64,
    pub(super) standing: Standing,
}

/// How far a repayment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It may still leave the wallet.
    Owed,
    /// It has left the wallet.
    Paid,
    /// It never will.
    Dropped,
}

/// Amounts by account and currency; none is zero.
pub(super) type Position = BTreeMap<(Account, String), i64>;

impl Figures {
    pub(super) fn of(order: &Order) -> Self {
        Self {
            received: order.attempts.iter().filter_map(|attempt| received(order, attempt)).collect(),
            sale: sale(order),
            refunds: order.refunds.iter().map(repayment).collect(),
            currency: order.currency.code.clone(),
        }
    }

    /// Nothing yet, for an order in this currency.
    pub(super) fn none(currency: &str) -> Self {
        Self { currency: currency.to_owned(), ..Self::default() }
    }

    /// Where the money is. It sums to zero in every currency, whatever the figures are.
    pub(super) fn position(&self) -> Position {
        let mut position = Position::new();
        let mut add = |account, currency: &str, amount: i64| {
            let place = position.entry((account, currency.to_owned())).or_insert(0);
            *place = i64::saturating_add(*place, amount);
        };
        for (_, amount) in &self.received {
            add(Account::Receivable, &self.currency, *amount);
            add(Account::Suspense, &self.currency, -amount);
        }
        if let Some(sale) = &self.sale {
            let Breakdown { goods, discounts, delivery, tax } = sale.breakdown;
            let total = signed(goods) - signed(discounts) + signed(delivery) + signed(tax);
            let paid = sale.paid_by.as_ref().map_or(total, |attempt| self.received_for(attempt));
            add(Account::Sales, &self.currency, -signed(goods));
            add(Account::Discounts, &self.currency, signed(discounts));
            add(Account::Delivery, &self.currency, -signed(delivery));
            add(Account::Tax, &self.currency, -signed(tax));
            add(Account::Suspense, &self.currency, paid);
            add(Account::Reversals, &self.currency, total - paid);
        }
        for refund in &self.refunds {
            let to = match refund.standing {
                Standing::Owed => Account::RefundsPayable,
                Standing::Paid => Account::Receivable,
                Standing::Dropped => continue,
            };
            add(to, &self.currency, -refund.amount);
            if self.is_of_the_sale(refund) {
                let Breakdown { goods, discounts, delivery, tax } = refund.parts;
                add(Account::Returns, &self.currency, signed(goods));
                add(Account::Discounts, &self.currency, -signed(discounts));
                add(Account::Delivery, &self.currency, signed(delivery));
                add(Account::Tax, &self.currency, signed(tax));
            } else {
                add(Account::Suspense, &self.currency, refund.amount);
            }
        }
        position.retain(|_, amount| *amount != 0);
        position
    }

    fn received_for(&self, attempt: &AttemptId) -> i64 {
        self.received.iter().find(|(id, _)| id == attempt).map_or(0, |(_, amount)| *amount)
    }

    fn is_of_the_sale(&self, refund: &Repayment) -> bool {
        self.sale.as_ref().is_some_and(|sale| sale.paid_by.as_ref() == Some(&refund.attempt))
    }
}

/// What the wallet holds, or held until it was given back, for an attempt. One that it took back holds what
/// we had asked it to give back ourselves: only the rest was there to take.
fn received(order: &Order, attempt: &Attempt) -> Option<(AttemptId, i64)> {
    match attempt.state {
        AttemptState::Succeeded { .. } => Some((attempt.id.clone(), signed(order.total))),
        AttemptState::Reversed { .. } => {
            let ours = order.refunds.iter().filter(|refund| refund.attempt == attempt.id);
            let kept = ours.filter(|refund| refund.state.counts()).map(|refund| signed(refund.amount)).sum();
            Some((attempt.id.clone(), kept))
        }
        AttemptState::Creating
        | AttemptState::Open { .. }
        | AttemptState::Unknown
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => None,
    }
}

/// An order is a sale once it is paid and its units went with it.
fn sale(order: &Order) -> Option<Sale> {
    let is_paid = match order.state {
        OrderState::Paid { .. } => true,
        OrderState::AwaitingPayment
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
        | OrderState::NeedsAttention { .. } => false,
    };
    let went = match order.stock {
        StockHold::Sold => true,
        StockHold::Reserved | StockHold::Released => false,
    };
    (is_paid && went)
        .then(|| Sale { breakdown: Breakdown::of(order), paid_by: order.sale_payment().cloned() })
}

fn repayment(refund: &Refund) -> Repayment {
    let standing = match refund.state {
        RefundState::Requested
        | RefundState::Accepted { .. }
        | RefundState::Unknown { .. }
        | RefundState::NeedsAttention { .. } => Standing::Owed,
        RefundState::Succeeded { .. } => Standing::Paid,
        RefundState::Failed { .. } => Standing::Dropped,
    };
    Repayment {
        id: refund.id.clone(),
        attempt: refund.attempt.clone(),
        parts: Breakdown::given_back(refund),
        amount: signed(refund.amount),
        standing,
    }
}

/// An amount has 16 digits at most, so it always fits.
fn signed(amount: MinorUnits) -> i64 {
    i64::try_from(amount.value()).unwrap_or(i64::MAX)
}
