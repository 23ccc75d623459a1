//! What a refund is, which states it can be in, and what is said about it.

use std::fmt;

use shop_api::{AttemptId, MinorUnits, Timestamp};

pub use wallet_ids::{RefundId, RefundRequestId};

use super::{Attempt, AttemptState, Order, ReturnedUnits};
use crate::pricing::RefundShare;

/// Money of one payment given back, in part or whole. Its exact bytes are stored beside it before they are
/// sent; only sending needs them, so they aren't loaded here.
#[derive(Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id towards the wallet: the idempotency key, chosen by whoever asked for it.
    pub id: RefundRequestId,
    /// Which payment is given back.
    pub attempt: AttemptId,
    /// How much.
    pub amount: MinorUnits,
    /// What it gives back of each part of the order; `None` in refunds from before that was kept.
    pub share: Option<RefundShare>,
    /// Whether its units come back to the stock once it has succeeded.
    pub restock: bool,
    /// Why, for people; the wallet is told.
    pub reason: String,
    /// Who asked for it.
    pub requested_by: String,
    /// Who made it.
    pub made_by: RefundMaker,
    /// When it was written down.
    pub requested_at: Timestamp,
    /// The wallet's id for it, once the wallet has told it.
    pub refund_id: Option<RefundId>,
    /// Where it stands.
    pub state: RefundState,
    /// How often the wallet answered it, or didn't.
    pub sendings: u32,
    /// Since when the wallet is asked about it.
    pub asking_since: Option<Timestamp>,
}

/// Its reason is what a person wrote, perhaps about another one, so it isn't shown.
impl fmt::Debug for Refund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refund")
            .field("id", &self.id)
            .field("attempt", &self.attempt)
            .field("amount", &self.amount)
            .field("requested_by", &self.requested_by)
            .field("made_by", &self.made_by)
            .field("requested_at", &self.requested_at)
            .field("refund_id", &self.refund_id)
            .field("state", &self.state)
            .field("sendings", &self.sendings)
            .field("asking_since", &self.asking_since)
            .finish_non_exhaustive()
    }
}

/// Who made a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundMaker {
    /// We: it is sent until the wallet has answered it.
    Us,
    /// Somebody at the wallet, as its statement told: it is asked about and never sent.
    Wallet,
}

impl RefundMaker {
    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Wallet => "wallet",
        }
    }

    /// Who has this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Us, Self::Wallet].into_iter().find(|maker| maker.as_str() == text)
    }
}

/// A refund in a wallet's statement that we know nothing of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRefund {
    /// Its id there, by which the wallet is asked.
    pub key: RefundRequestId,
    /// Which payment it gives back.
    pub attempt: AttemptId,
    /// How much.
    pub amount: MinorUnits,
    /// The wallet's id.
    pub refund_id: Option<RefundId>,
}

/// Where a refund stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// Written down; no answer of the wallet's yet.
    Requested,
    /// The wallet took the money from the merchant, it says. It may still fail: an inquiry confirms it.
    Accepted {
        /// Since when.
        at: Timestamp,
    },
    /// The wallet's answer is missing or can't be believed.
    Unknown {
        /// Since when.
        at: Timestamp,
    },
    /// Given back, by the wallet's word.
    Succeeded {
        /// Since when we know.
        at: Timestamp,
    },
    /// Not given back, by the wallet's word. Its amount can be refunded anew, with another key.
    Failed {
        /// Since when we know.
        at: Timestamp,
        /// The wallet's code, or one of ours.
        code: String,
    },
    /// An operator has to do something before it is sent again, with the same key.
    NeedsAttention {
        /// Since when.
        at: Timestamp,
        /// The wallet's code, or `unresolved`.
        code: String,
    },
}

impl RefundState {
    /// Stable name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Accepted { .. } => "accepted",
            Self::Unknown { .. } => "unknown",
            Self::Succeeded { .. } => "succeeded",
            Self::Failed { .. } => "failed",
            Self::NeedsAttention { .. } => "needs_attention",
        }
    }

    /// Whether its amount counts against what was paid: all of them but those that definitely failed.
    pub fn counts(&self) -> bool {
        match self {
            Self::Requested
            | Self::Accepted { .. }
            | Self::Unknown { .. }
            | Self::Succeeded { .. }
            | Self::NeedsAttention { .. } => true,
            Self::Failed { .. } => false,
        }
    }

    /// Whether the server is still at work on it.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Requested | Self::Accepted { .. } | Self::Unknown { .. } => true,
            Self::Succeeded { .. } | Self::Failed { .. } | Self::NeedsAttention { .. } => false,
        }
    }
}

/// A refund that somebody asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct RefundWish {
    /// The idempotency key. Asking again with it makes no second refund.
    pub key: RefundRequestId,
    /// How much.
    pub amount: RefundAmount,
    /// Why, for people.
    pub reason: String,
    /// Who asks.
    pub operator: String,
}

/// As a refund's, its reason isn't shown.
impl fmt::Debug for RefundWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefundWish")
            .field("key", &self.key)
            .field("amount", &self.amount)
            .field("operator", &self.operator)
            .finish_non_exhaustive()
    }
}

/// How much is to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundAmount {
    /// All that wasn't given back yet.
    Rest,
    /// This much.
    Exactly(MinorUnits),
    /// What these units cost.
    Units(ReturnedUnits),
}

/// What came back from `refund`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundAnswer {
    /// S: the money has been taken from the merchant.
    Taken {
        /// The wallet's id of the refund.
        refund_id: RefundId,
    },
    /// F, signed, with a code that is known to end a refund.
    Refused {
        /// The wallet's code.
        code: String,
    },
    /// U, a timeout, F that doesn't say whether there is a refund, or anything that can't be believed.
    Unknown {
        /// Why, for the log.
        reason: String,
    },
}

/// What asking about a refund brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundWord {
    /// Given back.
    Success {
        /// The wallet's id of the refund.
        refund_id: Option<RefundId>,
    },
    /// Failed; nothing was taken.
    Fail {
        /// The wallet's sentence: not for shoppers.
        text: Option<String>,
    },
    /// Not decided yet, or a status never seen.
    Pending,
    /// The wallet knows of no such refund.
    NotExist,
    /// Nothing that can be believed.
    Nothing {
        /// Why, for the log.
        reason: String,
    },
}

impl Attempt {
    /// The key by which all of it is given back when the order doesn't need it: the payment's own id, so that it happens
    /// once.
    pub(super) fn key_of_full_refund(&self) -> Option<RefundRequestId> {
        RefundRequestId::new(self.payment_request_id.as_str()).ok()
    }
}

impl Order {
    /// The refund with this id.
    pub fn refund(&self, id: &RefundRequestId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.id == *id)
    }

    /// Whether a refund waits for an operator: to be sent again, or because it failed and was of a payment that the order
    /// doesn't need, of which something is left.
    pub fn has_stuck_refund(&self) -> bool {
        self.refunds.iter().any(|refund| match refund.state {
            RefundState::NeedsAttention { .. } => true,
            RefundState::Failed { .. } => {
                self.is_of_unneeded(refund) && self.refundable(&refund.attempt) > MinorUnits::ZERO
            }
            RefundState::Requested
            | RefundState::Accepted { .. }
            | RefundState::Unknown { .. }
            | RefundState::Succeeded { .. } => false,
        })
    }

    /// Whether it gives back all of a payment that the order doesn't need.
    fn is_of_unneeded(&self, refund: &Refund) -> bool {
        let key = self.attempt(&refund.attempt).and_then(Attempt::key_of_full_refund);
        key.as_ref() == Some(&refund.id)
    }

    /// What can still be given back of a payment: nothing of one that isn't paid.
    pub fn refundable(&self, attempt: &AttemptId) -> MinorUnits {
        let is_paid = self
            .attempt(attempt)
            .is_some_and(|attempt| matches!(attempt.state, AttemptState::Succeeded { .. }));
        let taken: u64 = self
            .refunds
            .iter()
            .filter(|refund| refund.attempt == *attempt && refund.state.counts())
            .map(|refund| refund.amount.value())
            .sum();
        let paid = if is_paid { self.total.value() } else { 0 };
        MinorUnits::new(paid.saturating_sub(taken)).unwrap_or(MinorUnits::ZERO)
    }
}
