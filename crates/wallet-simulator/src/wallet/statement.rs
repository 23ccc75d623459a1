//! What a merchant reads about its money: every payment, refund, reversal and payout, as it happened.

use jiff::Timestamp;
use wallet_api::amount::Amount;
use wallet_api::ids::{ClientId, PaymentId, RefundId};

use super::Wallet;

/// One line of a merchant's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When the money moved.
    pub at: Timestamp,
    /// Whose statement.
    pub client_id: ClientId,
    /// What moved it.
    pub movement: Movement,
    /// How much.
    pub amount: Amount,
}

/// What moved a merchant's money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Movement {
    /// A customer paid, or held money was captured.
    Payment(PaymentId),
    /// A refund reached the customer.
    Refund(PaymentId, RefundId),
    /// A paid payment was cancelled: the customer has the money again.
    Reversal(PaymentId),
    /// The wallet paid the merchant out.
    Payout,
}

impl Movement {
    /// As the statement says it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Payment(_) => "PAYMENT",
            Self::Refund(..) => "REFUND",
            Self::Reversal(_) => "REVERSAL",
            Self::Payout => "SETTLEMENT",
        }
    }

    /// Whether the merchant has more of it afterwards.
    pub fn is_income(&self) -> bool {
        match self {
            Self::Payment(_) => true,
            Self::Refund(..) | Self::Reversal(_) | Self::Payout => false,
        }
    }

    /// The payment that it belongs to.
    pub fn payment_id(&self) -> Option<&PaymentId> {
        match self {
            Self::Payment(id) | Self::Refund(id, _) | Self::Reversal(id) => Some(id),
            Self::Payout => None,
        }
    }
}

impl Wallet {
    /// A merchant's statement from `from` up to, and not with, `to`; oldest first.
    pub fn statement<'a>(
        &'a self,
        client_id: &'a ClientId,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = &'a Line> {
        self.statement
            .iter()
            .filter(move |line| line.client_id == *client_id && line.at >= from && line.at < to)
    }

    pub(super) fn state(&mut self, client_id: ClientId, movement: Movement, amount: Amount, at: Timestamp) {
        self.statement.push(Line { at, client_id, movement, amount });
    }
}
