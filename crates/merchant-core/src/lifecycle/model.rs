//! What an order and its attempts are, and which states they can be in.

use shop_api::{Address, AttemptId, Cashier, Currency, MinorUnits, OrderId, QuoteId, Sku, Timestamp};

pub use wallet_ids::{CustomerId, PaymentId, PaymentRequestId};

use super::{Breakdown, Fulfilment, LineParts, Refund};
use crate::pricing::CouponCode;

/// The name of a wallet profile in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WalletName(pub String);

impl WalletName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for WalletName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who ordered: a customer of one wallet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Customer {
    /// The wallet that vouches for it.
    pub wallet: WalletName,
    /// Its id there.
    pub id: CustomerId,
}

/// One line of an order, with names and price as they were quoted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
    /// What.
    pub sku: Sku,
    /// The product's name.
    pub name: String,
    /// The variant's name; may be empty.
    pub variant_name: String,
    /// File name of the product's picture.
    pub image: String,
    /// How many.
    pub quantity: u32,
    /// Price of one.
    pub unit_price: MinorUnits,
    /// Price of all, before discounts.
    pub subtotal: MinorUnits,
    /// What is taken off, and the tax.
    #[serde(default)]
    pub parts: LineParts,
}

/// An order with all its attempts.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The quote that it came from.
    pub quote_id: QuoteId,
    /// Who ordered.
    pub customer: Customer,
    /// Rises with every change.
    pub version: u32,
    /// Where it stands.
    pub state: OrderState,
    /// Why a person should look at it, whatever its state.
    pub attention: Option<Attention>,
    /// What became of the units that it reserved.
    pub stock: StockHold,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// What the total is made of.
    pub breakdown: Breakdown,
    /// What is to be paid: the breakdown's total.
    pub total: MinorUnits,
    /// The coupon that it uses: counted as long as the order holds its stock, or sold it.
    pub coupon: Option<CouponCode>,
    /// Where it goes.
    pub address: Option<Address>,
    /// How far it is on its way.
    pub fulfilment: Option<Fulfilment>,
    /// Who gets the money.
    pub payee: String,
    /// When it was placed.
    pub created_at: Timestamp,
    /// Until when it can be paid.
    pub pay_by: Timestamp,
    /// When the shopper gave it up. What is paid after that isn't wanted any more.
    pub given_up_at: Option<Timestamp>,
    /// When what was personal of it was erased. What came later isn't.
    pub erased_at: Option<Timestamp>,
    /// Oldest first. At most one is live.
    pub attempts: Vec<Attempt>,
    /// Oldest first.
    pub refunds: Vec<Refund>,
}

impl Order {
    /// The attempt that may still move money, if there is one.
    pub fn live_attempt(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.state.is_live())
    }

    /// Whether the wallet contradicts itself about one of its attempts.
    pub fn is_contested(&self) -> bool {
        self.attempts.iter().any(Attempt::is_contested)
    }

    /// The attempt with this id.
    pub fn attempt(&self, id: &AttemptId) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.id == *id)
    }
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// Not paid yet.
    AwaitingPayment,
    /// Paid by the wallet's word; never left again.
    Paid {
        /// Since when.
        at: Timestamp,
    },
    /// Not paid in time, wallet-final.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// Ended unpaid at the shopper's wish.
    Cancelled {
        /// Since when.
        at: Timestamp,
    },
    /// Only a person can tell, or a later word of the wallet's.
    NeedsAttention {
        /// Since when.
        at: Timestamp,
    },
}

impl OrderState {
    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "awaiting_payment",
            Self::Paid { .. } => "paid",
            Self::Expired { .. } => "expired",
            Self::Cancelled { .. } => "cancelled",
            Self::NeedsAttention { .. } => "needs_attention",
        }
    }

    /// Whether a payment of it may still matter to the shopper (law 8).
    pub fn is_unresolved(self) -> bool {
        match self {
            Self::AwaitingPayment | Self::NeedsAttention { .. } => true,
            Self::Paid { .. } | Self::Expired { .. } | Self::Cancelled { .. } => false,
        }
    }
}

/// Why a person should look at an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// Asking the wallet until after the expiry gave no final answer.
    Unresolved,
    /// The wallet says paid, but not the amount that was asked for.
    AmountMismatch,
    /// An ended attempt turned out paid while the next one is still open.
    SuccessWhileAnotherIsLive,
    /// The wallet took its word "paid" back.
    SuccessTakenBack,
    /// A refund failed, or waits for an operator.
    RefundNotDone,
}

impl Attention {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::AmountMismatch => "amount_mismatch",
            Self::SuccessWhileAnotherIsLive => "success_while_another_is_live",
            Self::SuccessTakenBack => "success_taken_back",
            Self::RefundNotDone => "refund_not_done",
        }
    }

    /// What the operator should do.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Unresolved => {
                "look the payment request id up in the wallet's merchant portal and settle it there"
            }
            Self::AmountMismatch => {
                "compare the wallet's amount with the order's; refund what was paid if it isn't the order's"
            }
            Self::SuccessWhileAnotherIsLive => {
                "settle the open attempt in the wallet's portal; if it turns out paid as well, it is refunded by itself"
            }
            Self::RefundNotDone => {
                "`orders show` names the refund and why; repair that, then ask again: one that needs attention with its \
                 key, one that failed with a new key"
            }
            Self::SuccessTakenBack => {
                "don't ship before the wallet's statement shows the money; it may have been reversed"
            }
        }
    }

    /// The reason with this code.
    pub fn parse(code: &str) -> Option<Self> {
        [
            Self::Unresolved,
            Self::AmountMismatch,
            Self::SuccessWhileAnotherIsLive,
            Self::SuccessTakenBack,
            Self::RefundNotDone,
        ]
        .into_iter()
        .find(|reason| reason.code() == code)
    }
}

/// What became of an order's units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockHold {
    /// Kept for this order.
    Reserved,
    /// Gone with it.
    Sold,
    /// Free for others again.
    Released,
}

/// One attempt to pay an order. Its exact bytes are stored beside it before they are sent; only sending
/// needs them, so they aren't loaded here.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Its id towards the shop's client.
    pub id: AttemptId,
    /// 1 for the first.
    pub number: u32,
    /// Its id towards the wallet.
    pub payment_request_id: PaymentRequestId,
    /// The wallet's id for it, once the wallet has told it. While the attempt is live it comes from the answer
    /// to `pay`, which doesn't say to which request it belongs.
    pub payment_id: Option<PaymentId>,
    /// Where it stands.
    pub state: AttemptState,
    /// When it was written down.
    pub created_at: Timestamp,
    /// Since when there is reason to ask the wallet often: the shopper returned, or the outcome is unknown.
    pub asking_since: Option<Timestamp>,
    /// When the wallet was asked last.
    pub last_asked_at: Option<Timestamp>,
    /// When the shopper's return was written down last.
    pub returned_at: Option<Timestamp>,
    /// When the wallet said "paid" in a way that doesn't prove it: `pay` was answered S, `cancel` that it is too
    /// late, or a notification came after the attempt had ended. It may be paid, and an inquiry has to say so.
    pub claimed_paid_at: Option<Timestamp>,
    /// How far ending it at the wallet came, once it is to end unpaid. Only the wallet's word ends it.
    pub cancelling: Option<Cancelling>,
}

impl Attempt {
    /// Whether the wallet said of it both that it is paid and that it ended unpaid. Until an inquiry tells
    /// which of the two holds, nothing may rest on either.
    pub fn is_contested(&self) -> bool {
        match self.state {
            AttemptState::Failed { .. } | AttemptState::Cancelled { .. } => self.claimed_paid_at.is_some(),
            AttemptState::Succeeded { .. } => self.asking_since.is_some(),
            AttemptState::Creating
            | AttemptState::Open { .. }
            | AttemptState::Unknown
            | AttemptState::Reversed { .. }
            | AttemptState::NeedsAttention { .. } => false,
        }
    }

    /// Whether asking the wallet about it can bring news.
    pub fn can_be_asked(&self) -> bool {
        match self.state {
            AttemptState::Succeeded { .. } => self.is_contested(),
            AttemptState::Reversed { .. } => false,
            AttemptState::Creating
            | AttemptState::Open { .. }
            | AttemptState::Unknown
            | AttemptState::Failed { .. }
            | AttemptState::Cancelled { .. }
            | AttemptState::NeedsAttention { .. } => true,
        }
    }
}

/// An attempt on its way to its end: the wish, and what the wallet made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelling {
    /// Since when it is to end.
    pub since: Timestamp,
    /// How often the wallet answered a `cancel`, or didn't.
    pub sent: u32,
    /// When the wallet said that it cancelled. The proof is an inquiry.
    pub taken_at: Option<Timestamp>,
}

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq)]
pub enum AttemptState {
    /// Written down; no answer of the wallet's yet.
    Creating,
    /// The wallet accepted it; its cashier can be opened.
    Open {
        /// What `tradePay` takes.
        cashier: Cashier,
    },
    /// The wallet's answer is missing or can't be believed.
    Unknown,
    /// Paid, by the wallet's word.
    Succeeded {
        /// Since when we know.
        at: Timestamp,
    },
    /// Ended unpaid, by the wallet's word.
    Failed {
        /// Since when we know.
        at: Timestamp,
        /// The wallet's code, or one of ours.
        code: String,
    },
    /// Paid, and then given back by the wallet itself.
    Reversed {
        /// Since when we know.
        at: Timestamp,
    },
    /// Cancelled, by the wallet's word.
    Cancelled {
        /// Since when we know.
        at: Timestamp,
    },
    /// Asking didn't help, or the answer doesn't fit.
    NeedsAttention {
        /// Since when.
        at: Timestamp,
        /// Why.
        reason: Attention,
    },
}

impl AttemptState {
    /// As it stands in the database, where what was given back is noted beside.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Open { .. } => "open",
            Self::Unknown => "unknown",
            Self::Succeeded { .. } | Self::Reversed { .. } => "succeeded",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
            Self::NeedsAttention { .. } => "needs_attention",
        }
    }

    /// Whether the wallet may still move money for it. Only the wallet's own word ends that.
    pub fn is_live(&self) -> bool {
        match self {
            Self::Creating | Self::Open { .. } | Self::Unknown | Self::NeedsAttention { .. } => true,
            Self::Succeeded { .. } | Self::Reversed { .. } | Self::Failed { .. } | Self::Cancelled { .. } => {
                false
            }
        }
    }
}
