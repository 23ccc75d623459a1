//! A payment at the wallet: its terms never change, its state moves forward only, and the merchant is told.
//!
//! ```text
//! Processing -> Succeeded    the customer confirmed, the money moved
//!            -> Authorised   the customer confirmed, the money is held; a capture makes it Succeeded
//!            -> Failed       refused, or its time ran out; an authorisation's time can run out, too
//!            -> Cancelled    by the merchant; an authorised payment also by a void
//! Succeeded  -> Cancelled    by the merchant, at wallets that give back what was paid
//! ```
//!
//! Beside it runs the delivery of the notification.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::amount::{Amount, AmountValue};
use wallet_api::clock::later;
use wallet_api::ids::{CaptureId, ClientId, CustomerId, PaymentId, PaymentRequestId, RefundId, VoidId};
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::result::ResultCode;

/// What the merchant asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The wallet's id.
    pub payment_id: PaymentId,
    /// Who asked.
    pub client_id: ClientId,
    /// The merchant's id, the idempotency key with `client_id`.
    pub payment_request_id: PaymentRequestId,
    /// The whole request with its members in order: what a repetition is compared with.
    pub content: String,
    /// How much.
    pub amount: Amount,
    /// Who is paid, for people.
    pub payee: String,
    /// For what, for people.
    pub description: String,
    /// Where the notification goes.
    pub notify_url: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it closes.
    pub expires_at: Timestamp,
    /// Whether confirming holds the money for captures instead of paying.
    #[serde(default)]
    pub authorise_only: bool,
}

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has confirmed yet.
    Processing,
    /// The money is held, nothing is captured: not paid.
    Authorised {
        /// Whose money.
        customer_id: CustomerId,
        /// Since when.
        at: Timestamp,
    },
    /// Paid; if authorised before, what was captured.
    Succeeded {
        /// Who paid.
        customer_id: CustomerId,
        /// When; the first capture's time.
        at: Timestamp,
    },
    /// Ended unpaid.
    Failed {
        /// Who tried, if anybody.
        customer_id: Option<CustomerId>,
        /// Why.
        reason: FailReason,
        /// When.
        at: Timestamp,
    },
    /// Taken back by the merchant; what was held or paid is the customer's again.
    Cancelled {
        /// Who had authorised or paid, if anybody.
        customer_id: Option<CustomerId>,
        /// How.
        by: CancelledBy,
        /// When.
        at: Timestamp,
    },
}

/// Why a payment ended unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// Its time ran out.
    Expired,
    /// Risk control refused it.
    Refused,
    /// It was authorised and not captured in time.
    AuthorisationExpired,
}

impl FailReason {
    /// As a `pay` that is repeated, and a notification, say it.
    pub fn code(self) -> ResultCode {
        match self {
            Self::Expired => ResultCode::OrderIsClosed,
            Self::Refused => ResultCode::RiskReject,
            Self::AuthorisationExpired => ResultCode::AuthExpired,
        }
    }

    /// As inquiries and notifications say it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Expired => "Order payment expired.",
            Self::Refused => "The payment was refused by risk control.",
            Self::AuthorisationExpired => "The authorisation expired before it was captured.",
        }
    }
}

/// Which call of the merchant's took a payment back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelledBy {
    /// `cancel`
    Cancel,
    /// `void`, of an authorised payment.
    Void,
}

impl CancelledBy {
    /// As a `pay` that is repeated, and a notification, say it: notifications know S and F only.
    pub fn code(self) -> ResultCode {
        match self {
            Self::Cancel => ResultCode::OrderIsClosed,
            Self::Void => ResultCode::AuthCancelled,
        }
    }

    /// As inquiries and notifications say it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Cancel => "The payment was cancelled by the merchant.",
            Self::Void => "The authorisation was voided by the merchant.",
        }
    }
}

/// The customer's money that waits for captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nothing was ever held.
    None,
    /// Some is.
    Open {
        /// How many of the currency's smallest unit; more than zero.
        left: u64,
        /// When it is given back uncaptured.
        expires_at: Timestamp,
    },
    /// All of it was captured or given back.
    Closed,
    /// Its time ran out; what was left was given back.
    Expired,
}

/// How far the merchant has been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Nothing to tell, or no address to tell it to.
    None,
    /// To be sent.
    Pending {
        /// When to try next.
        due: Timestamp,
    },
    /// Acknowledged.
    Delivered,
    /// The schedule is exhausted.
    GaveUp,
}

/// How long to wait before each try: 0, 2 and 10 minutes, 10 more, 1, 2, 6 and 15 hours.
pub const SCHEDULE: [Duration; 8] = [
    Duration::ZERO,
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(6 * 60 * 60),
    Duration::from_secs(15 * 60 * 60),
];

/// What was done with a payment after it was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactionId {
    /// Held money went to the merchant.
    Capture(CaptureId),
    /// Held money went back.
    Void(VoidId),
    /// Paid money went back, or is about to.
    Refund(RefundId),
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// What was asked for.
    pub terms: Terms,
    /// How it stands.
    pub state: State,
    /// What is held of the customer's money.
    pub hold: Hold,
    /// The sum of its captures, in the smallest unit.
    pub captured: u64,
    /// The sum of its refunds, those in process included and failed ones not, in the smallest unit.
    pub refunded: u64,
    /// Captures, void and refunds, oldest first.
    pub transactions: Vec<TransactionId>,
    /// How far the merchant has been told.
    pub delivery: Delivery,
    /// How often it was told.
    pub notification_tries: usize,
}

impl Payment {
    /// Just asked for.
    pub fn new(terms: Terms) -> Self {
        Self {
            terms,
            state: State::Processing,
            hold: Hold::None,
            captured: 0,
            refunded: 0,
            transactions: Vec::new(),
            delivery: Delivery::None,
            notification_tries: 0,
        }
    }

    /// How far the merchant has been told after one more try, at `at`.
    pub fn delivery_after_try(&self, at: Timestamp, delivered: bool) -> Delivery {
        match self.delivery {
            Delivery::Pending { .. } if delivered => Delivery::Delivered,
            Delivery::Pending { .. } => match SCHEDULE.get(self.notification_tries + 1) {
                Some(wait) => Delivery::Pending { due: later(at, *wait) },
                None => Delivery::GaveUp,
            },
            Delivery::None | Delivery::Delivered | Delivery::GaveUp => self.delivery,
        }
    }

    /// How it stands, as the wire says it.
    pub fn status(&self) -> PaymentStatus {
        match self.state {
            State::Processing => PaymentStatus::Processing,
            State::Authorised { .. } => PaymentStatus::AuthSuccess,
            State::Succeeded { .. } => PaymentStatus::Success,
            State::Failed { .. } => PaymentStatus::Fail,
            State::Cancelled { .. } => PaymentStatus::Cancelled,
        }
    }

    /// Whether it is decided; all that can still come is that the merchant cancels what was paid.
    pub fn is_final(&self) -> bool {
        match self.state {
            State::Processing | State::Authorised { .. } => false,
            State::Succeeded { .. } | State::Failed { .. } | State::Cancelled { .. } => true,
        }
    }

    /// Who paid, authorised or tried to.
    pub fn customer_id(&self) -> Option<&CustomerId> {
        match &self.state {
            State::Processing => None,
            State::Authorised { customer_id, .. } | State::Succeeded { customer_id, .. } => Some(customer_id),
            State::Failed { customer_id, .. } | State::Cancelled { customer_id, .. } => customer_id.as_ref(),
        }
    }

    /// Why it failed or was cancelled, as inquiries and notifications say it.
    pub fn fail_reason(&self) -> Option<&'static str> {
        match self.state {
            State::Processing | State::Authorised { .. } | State::Succeeded { .. } => None,
            State::Failed { reason, .. } => Some(reason.text()),
            State::Cancelled { by, .. } => Some(by.text()),
        }
    }

    /// When it ended.
    pub fn finished_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Processing | State::Authorised { .. } => None,
            State::Succeeded { at, .. } | State::Failed { at, .. } | State::Cancelled { at, .. } => Some(at),
        }
    }

    /// When it was paid.
    pub fn paid_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Succeeded { at, .. } => Some(at),
            State::Processing | State::Authorised { .. } | State::Failed { .. } | State::Cancelled { .. } => {
                None
            }
        }
    }

    /// What the merchant was paid and may refund, in the smallest unit: the whole amount, or of an
    /// authorised payment what was captured. Nothing once it is cancelled.
    pub fn paid(&self) -> u64 {
        match self.state {
            State::Succeeded { .. } if self.terms.authorise_only => self.captured,
            State::Succeeded { .. } => self.terms.amount.value.get(),
            State::Processing | State::Authorised { .. } | State::Failed { .. } | State::Cancelled { .. } => {
                0
            }
        }
    }

    /// What is held and not captured, in the smallest unit.
    pub fn held(&self) -> u64 {
        match self.hold {
            Hold::Open { left, .. } => left,
            Hold::None | Hold::Closed | Hold::Expired => 0,
        }
    }

    /// When what is held is given back uncaptured.
    pub fn hold_expires_at(&self) -> Option<Timestamp> {
        match self.hold {
            Hold::Open { expires_at, .. } => Some(expires_at),
            Hold::None | Hold::Closed | Hold::Expired => None,
        }
    }

    /// `value` of the payment's currency; `None` for nothing.
    pub fn amount_of(&self, value: u64) -> Option<Amount> {
        let value = AmountValue::new(value).ok()?;
        Some(Amount { currency: self.terms.amount.currency, value })
    }
}
