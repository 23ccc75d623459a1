//! What can happen to an order.

use shop_api::{Address, AttemptId, Cashier, Currency, MinorUnits, OrderId, QuoteId, Timestamp};

use super::{
    Breakdown, Customer, CustomerLimits, Erasure, FulfilmentStep, Line, PaymentId, PaymentRequestId,
    RefundAnswer, RefundRequestId, RefundWish, RefundWord, SeenRefund,
};

use crate::pricing::CouponHit;

/// A quote becoming an order. Ids and bytes come from outside, so that deciding draws no chance.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The new order's id.
    pub order_id: OrderId,
    /// The quote; its id is the idempotency key.
    pub quote_id: QuoteId,
    /// Who orders.
    pub customer: Customer,
    /// The quote's currency.
    pub currency: Currency,
    /// The quote's lines.
    pub lines: Vec<Line>,
    /// What the quote's total is made of.
    pub breakdown: Breakdown,
    /// The coupon that the quote uses, with its limits.
    pub coupon: Option<CouponHit>,
    /// Where it goes.
    pub address: Option<Address>,
    /// What one customer may have of its SKUs, where the shop has a limit.
    pub customer_limits: CustomerLimits,
    /// The catalogue by which it was priced.
    pub catalog_revision: u32,
    /// Who gets the money.
    pub payee: String,
    /// Until when it can be paid.
    pub pay_by: Timestamp,
    /// The first attempt; none when there is nothing to pay.
    pub attempt: Option<NewAttempt>,
    /// The unresolved order that the shopper consented to order beside.
    pub despite_open_order: Option<OrderId>,
    /// The most unresolved orders that one customer may have.
    pub max_open_orders: u32,
}

/// An attempt about to be written down.
#[derive(Clone, Debug)]
pub struct NewAttempt {
    /// Its id towards the shop's client.
    pub id: AttemptId,
    /// Its id towards the wallet.
    pub payment_request_id: PaymentRequestId,
    /// The pay request as it will be sent.
    pub pay_request: StoredCall,
}

/// A request to a wallet: what was written down is what is sent, again and again if need be.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredCall {
    /// The path that is sent and signed.
    pub uri: String,
    /// The exact body.
    pub body: Vec<u8>,
}

/// The body may name a shopper, so only its size is shown.
impl std::fmt::Debug for StoredCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredCall({}, {} bytes)", self.uri, self.body.len())
    }
}

/// What can happen to an order that exists.
#[derive(Clone, Debug)]
pub enum Event {
    /// The wallet answered `pay`, or didn't.
    PayAnswered {
        /// Which attempt was sent.
        attempt: AttemptId,
        /// First sending or a repeat.
        sending: Sending,
        /// What came back.
        answer: PayAnswer,
    },
    /// The wallet told about a payment, verified.
    WalletSaid {
        /// Which attempt it is about.
        attempt: AttemptId,
        /// What it said.
        word: WalletWord,
        /// How it came.
        source: WordSource,
    },
    /// The wallet's verified answer speaks of another amount than was asked for.
    InquiryContradicts {
        /// Which attempt it was asked about.
        attempt: AttemptId,
        /// How, for the log.
        detail: String,
    },
    /// The wallet was asked and gave nothing that can be believed.
    InquiryUnanswered {
        /// Which attempt it was asked about.
        attempt: AttemptId,
        /// Why, for the log.
        reason: String,
    },
    /// A notification came that can't be believed.
    NotificationDoubted {
        /// Which attempt it says that it is about.
        attempt: AttemptId,
        /// Why it isn't believed.
        doubt: Doubt,
    },
    /// The wallet was told to end a payment.
    CancelAnswered {
        /// Which attempt it was about.
        attempt: AttemptId,
        /// What came back.
        answer: CancelAnswer,
    },
    /// The shopper came back from the cashier.
    Returned {
        /// Which attempt it had opened.
        attempt: AttemptId,
        /// What `tradePay` said.
        hint: ReturnHint,
    },
    /// The shopper wants to pay again.
    PaymentRequested {
        /// The attempt that the shopper saw fail.
        after: AttemptId,
        /// The next one, if it comes to that.
        next: NewAttempt,
    },
    /// Somebody who may do so wants money given back.
    RefundRequested(RefundWish),
    /// The wallet answered `refund`, or didn't.
    RefundAnswered {
        /// Which refund was sent.
        refund: RefundRequestId,
        /// First sending or a repeat.
        sending: Sending,
        /// What came back.
        answer: RefundAnswer,
    },
    /// The wallet was asked about a refund.
    RefundTold {
        /// Which refund it was asked about.
        refund: RefundRequestId,
        /// What it said.
        word: RefundWord,
    },
    /// The wallet's statement has a refund that we know nothing of.
    RefundSeen(SeenRefund),
    /// The shopper gives the order up.
    CancelRequested,
    /// The time to pay is over.
    PayByReached,
    /// The shop says how far a paid order is on its way.
    Fulfilled(FulfilmentStep),
    /// What is personal of it isn't to be kept any longer.
    ErasureRequested(Erasure),
}

/// Whether the wallet can have seen these bytes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Never sent before.
    First,
    /// Perhaps sent before; this is sending number so and so.
    Repeat {
        /// 2 or more.
        number: u32,
    },
}

/// What came back from `pay`.
#[derive(Clone, Debug, PartialEq)]
pub enum PayAnswer {
    /// A: the cashier is open.
    Accepted {
        /// The wallet's id of the payment.
        payment_id: PaymentId,
        /// What `tradePay` takes.
        cashier: Cashier,
    },
    /// S: paid at once, it says; it carries no amount, so the wallet is asked.
    ClaimsSuccess,
    /// F, signed, with a code that is known to end a payment.
    Refused {
        /// The wallet's code.
        code: String,
    },
    /// F that doesn't say whether a payment exists: unsigned, a gateway's, or a code never seen.
    Doubtful {
        /// The wallet's code.
        code: String,
    },
    /// U, a timeout, or anything that can't be read or believed.
    Unknown {
        /// Why, for the log.
        reason: String,
    },
}

impl PayAnswer {
    /// What it is, for the story; without what it carries.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::ClaimsSuccess => "claims_success",
            Self::Refused { .. } => "refused",
            Self::Doubtful { .. } => "doubtful",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// What came back from `cancel`. Whatever it is, what became of the payment is for an inquiry to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelAnswer {
    /// S: cancelled, it says.
    Taken,
    /// F, signed: the wallet knows of no such payment. It may still be on its way there.
    NotKnown,
    /// F, signed, as only a payment that exists is refused: it may be paid.
    TooLate {
        /// Why, for the log.
        reason: String,
    },
    /// F for another reason, U, a timeout, or anything that can't be read or believed.
    NotTaken {
        /// Why, for the log.
        reason: String,
    },
}

/// What the wallet said about a payment, in a message whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletWord {
    /// Our id, where the message echoes it.
    pub payment_request_id: Option<PaymentRequestId>,
    /// The wallet's id, where the message carries it.
    pub payment_id: Option<PaymentId>,
    /// The amount and its currency's code, where the message carries them.
    pub amount: Option<(MinorUnits, String)>,
    /// What it said.
    pub word: PaymentWord,
}

/// The state of a payment in the wallet's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentWord {
    /// Paid.
    Success,
    /// Ended unpaid.
    Fail {
        /// The wallet's code, where it gives one.
        code: Option<String>,
        /// The wallet's sentence: not for shoppers.
        text: Option<String>,
    },
    /// Cancelled.
    Cancelled,
    /// Not decided yet; also authorised but not captured, and any status never seen.
    Pending {
        /// The wallet's status as it came.
        status: String,
    },
    /// The wallet knows of no such payment.
    NotExist,
}

/// How a word of the wallet's came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordSource {
    /// By a notification.
    Notification,
    /// By an inquiry that went by our own payment request id.
    Inquiry,
}

/// Why a notification isn't believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// The wallet signed it, too long ago or in the future.
    Stale,
    /// The wallet signed it, and its ids, amount or currency aren't the attempt's.
    Mismatch,
    /// Nobody knows who sent it, or it can't be read.
    Unverified,
}

impl Doubt {
    /// The same as a few words, for the story.
    pub fn text(self) -> &'static str {
        match self {
            Self::Stale => "signed too long ago, or in the future",
            Self::Mismatch => "it doesn't fit the attempt",
            Self::Unverified => "it can't be verified or read",
        }
    }
}

/// What `tradePay` said. Never proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnHint {
    /// `9000`.
    Paid,
    /// `8000`, `6002`, `6004`, or the bridge failed: anything may have happened.
    Unsure {
        /// As it came.
        code: String,
    },
    /// `6001`, `99`: the shopper left the cashier.
    Left,
    /// `4000`.
    Failed,
}

impl ReturnHint {
    /// Reads the code; what isn't known leaves everything possible.
    pub fn parse(code: &str) -> Self {
        match code {
            "9000" => Self::Paid,
            "6001" | "99" => Self::Left,
            "4000" => Self::Failed,
            other => Self::Unsure { code: other.to_owned() },
        }
    }

    /// The code as it came.
    pub fn code(&self) -> &str {
        match self {
            Self::Paid => "9000",
            Self::Unsure { code } => code,
            Self::Left => "6001",
            Self::Failed => "4000",
        }
    }

    /// Whether one inquiry isn't enough: the payment may be on its way.
    pub fn expects_result(&self) -> bool {
        match self {
            Self::Paid | Self::Unsure { .. } | Self::Failed => true,
            Self::Left => false,
        }
    }
}
