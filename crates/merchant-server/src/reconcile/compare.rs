//! One row of a statement against the order that it is about.

use merchant_core::lifecycle::{Attempt, AttemptState, Order, Refund, RefundState};
use shop_api::AttemptId;

use super::{Row, RowKind};

/// What a row comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both sides say the same.
    Matches,
    /// They don't.
    Differs(Difference),
}

/// How two sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The wallet speaks of another currency.
    Currency {
        /// The order's.
        ours: String,
    },
    /// The wallet speaks of another amount.
    Amount {
        /// Ours, in the smallest unit.
        ours: u64,
    },
    /// The wallet was paid, and we say something else.
    NotPaid {
        /// What we say.
        ours: &'static str,
    },
    /// The wallet gave money back that we know nothing of.
    RefundUnknown,
    /// The wallet gave money back, and we say something else.
    RefundNotDone {
        /// What we say.
        ours: &'static str,
    },
    /// The wallet took a payment back that we call paid, or never called paid.
    NotReversed {
        /// What we say.
        ours: &'static str,
    },
}

impl Difference {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Currency { .. } => "currency",
            Self::Amount { .. } => "amount",
            Self::NotPaid { .. } => "not_paid",
            Self::RefundUnknown => "refund_unknown",
            Self::RefundNotDone { .. } => "refund_not_done",
            Self::NotReversed { .. } => "not_reversed",
        }
    }

    /// What we say, for people.
    pub fn ours(&self) -> String {
        match self {
            Self::Currency { ours } => ours.clone(),
            Self::Amount { ours } => ours.to_string(),
            Self::RefundUnknown => "no such refund".to_owned(),
            Self::NotPaid { ours } | Self::RefundNotDone { ours } | Self::NotReversed { ours } => {
                (*ours).to_owned()
            }
        }
    }
}

/// Compares a row that is about an attempt of this order.
pub fn compare(row: &Row, order: &Order, attempt: &AttemptId) -> Verdict {
    let Some(attempt) = order.attempt(attempt) else { return Verdict::Matches };
    if row.currency != order.currency.code {
        return Verdict::Differs(Difference::Currency { ours: order.currency.code.clone() });
    }
    let difference = match row.kind {
        RowKind::Payment => payment(row, order, attempt),
        RowKind::Refund => refund(row, order),
        RowKind::Reversal => reversal(attempt),
        RowKind::Fee | RowKind::Settlement => None,
    };
    difference.map_or(Verdict::Matches, Verdict::Differs)
}

fn payment(row: &Row, order: &Order, attempt: &Attempt) -> Option<Difference> {
    let ours = match &attempt.state {
        AttemptState::Succeeded { .. } | AttemptState::Reversed { .. } => {
            return amount(row, order.total.value());
        }
        AttemptState::Creating | AttemptState::Unknown => "not known",
        AttemptState::Open { .. } => "open",
        AttemptState::Failed { .. } => "failed",
        AttemptState::Cancelled { .. } => "cancelled",
        AttemptState::NeedsAttention { .. } => "needs attention",
    };
    Some(Difference::NotPaid { ours })
}

fn refund(row: &Row, order: &Order) -> Option<Difference> {
    let Some(refund) = find(row, order) else { return Some(Difference::RefundUnknown) };
    match &refund.state {
        RefundState::Succeeded { .. } => amount(row, refund.amount.value()),
        state @ (RefundState::Requested
        | RefundState::Accepted { .. }
        | RefundState::Unknown { .. }
        | RefundState::Failed { .. }
        | RefundState::NeedsAttention { .. }) => Some(Difference::RefundNotDone { ours: state.as_str() }),
    }
}

/// The refund that a row is about, by our id or by the wallet's.
pub(super) fn find<'a>(row: &Row, order: &'a Order) -> Option<&'a Refund> {
    let is_it = |ours: &str, told: &Option<String>| told.as_deref() == Some(ours);
    order.refunds.iter().find(|refund| {
        is_it(refund.id.as_str(), &row.refund_request_id)
            || is_it(refund.id.as_str(), &row.refund_id)
            || refund.refund_id.as_ref().is_some_and(|id| is_it(id.as_str(), &row.refund_id))
    })
}

fn reversal(attempt: &Attempt) -> Option<Difference> {
    let ours = match &attempt.state {
        AttemptState::Reversed { .. } => return None,
        AttemptState::Succeeded { .. } => "paid",
        AttemptState::Creating | AttemptState::Unknown => "not known",
        AttemptState::Open { .. } => "open",
        AttemptState::Failed { .. } => "failed",
        // Cancelled by us before it was known to be paid: the customer has the money again, as it should be.
        AttemptState::Cancelled { .. } => return None,
        AttemptState::NeedsAttention { .. } => "needs attention",
    };
    Some(Difference::NotReversed { ours })
}

fn amount(row: &Row, ours: u64) -> Option<Difference> {
    (u64::try_from(row.amount) != Ok(ours)).then_some(Difference::Amount { ours })
}
