//! A payment at the wallet: its terms never change, its state moves once, and then the merchant is told.
//!
//! Processing ends in Succeeded (the customer confirmed, the money moved) or Failed (refused, or its time
//! ran out); both are final. Beside it runs the delivery of the notification.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use wallet_api::amount::Amount;
use wallet_api::clock::later;
use wallet_api::ids::{ClientId, CustomerId, PaymentId, PaymentRequestId};
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
}

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has paid yet.
    Processing,
    /// Paid.
    Succeeded {
        /// Who paid.
        customer_id: CustomerId,
        /// When.
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
}

/// Why a payment ended unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// Its time ran out.
    Expired,
    /// Risk control refused it.
    Refused,
}

impl FailReason {
    /// As a `pay` that is repeated, and a notification, say it.
    pub fn code(self) -> ResultCode {
        match self {
            Self::Expired => ResultCode::OrderIsClosed,
            Self::Refused => ResultCode::RiskReject,
        }
    }

    /// As inquiries and notifications say it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Expired => "Order payment expired.",
            Self::Refused => "The payment was refused by risk control.",
        }
    }
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

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// What was asked for.
    pub terms: Terms,
    /// How it stands.
    pub state: State,
    /// How far the merchant has been told.
    pub delivery: Delivery,
    /// How often it was told.
    pub notification_tries: usize,
}

impl Payment {
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
            State::Succeeded { .. } => PaymentStatus::Success,
            State::Failed { .. } => PaymentStatus::Fail,
        }
    }

    /// Whether nothing can change it any more.
    pub fn is_final(&self) -> bool {
        match self.state {
            State::Processing => false,
            State::Succeeded { .. } | State::Failed { .. } => true,
        }
    }

    /// Who paid or tried to.
    pub fn customer_id(&self) -> Option<&CustomerId> {
        match &self.state {
            State::Processing => None,
            State::Succeeded { customer_id, .. } => Some(customer_id),
            State::Failed { customer_id, .. } => customer_id.as_ref(),
        }
    }

    /// Why it failed.
    pub fn fail_reason(&self) -> Option<FailReason> {
        match self.state {
            State::Processing | State::Succeeded { .. } => None,
            State::Failed { reason, .. } => Some(reason),
        }
    }

    /// When it ended.
    pub fn finished_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Processing => None,
            State::Succeeded { at, .. } | State::Failed { at, .. } => Some(at),
        }
    }

    /// When it was paid.
    pub fn paid_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Succeeded { at, .. } => Some(at),
            State::Processing | State::Failed { .. } => None,
        }
    }
}
