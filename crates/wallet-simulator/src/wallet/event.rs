//! Everything that can happen in the wallet, as it is written to the journal.
//!
//! The state is what all events, applied in order, come to. So what a decision changes is exactly what is
//! stored, and a restart replays it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::amount::Amount;
use wallet_api::ids::{AppId, AuthCode, ClientId, CustomerId, KeyVersion, PaymentId};

use super::payment::{FailReason, Terms};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A customer has an account.
    CustomerOpened {
        /// Whose.
        customer_id: CustomerId,
        /// The name that the cashier shows.
        name: String,
    },
    /// Money came into a customer's balance.
    ToppedUp {
        /// Whose.
        customer_id: CustomerId,
        /// How much.
        amount: Amount,
    },
    /// Risk control will, or will no longer, refuse the customer's next payment.
    RefusalSet {
        /// Whose.
        customer_id: CustomerId,
        /// Whether.
        refuse: bool,
    },
    /// A merchant may call.
    MerchantRegistered(Merchant),
    /// `my.getAuthCode` got a code.
    AuthCodeIssued {
        /// Good once.
        code: AuthCode,
        /// For whom it speaks.
        customer_id: CustomerId,
        /// Until when.
        expires_at: Timestamp,
    },
    /// A merchant exchanged a code.
    AuthCodeUsed {
        /// Which.
        code: AuthCode,
    },
    /// A customer is logged in on a phone.
    LoginIssued {
        /// What the cashier page shows to prove it.
        token: String,
        /// Who.
        customer_id: CustomerId,
        /// Until when.
        expires_at: Timestamp,
    },
    /// A merchant asked for a payment.
    PaymentCreated(Box<Terms>),
    /// A customer paid: the money moved.
    PaymentSucceeded {
        /// Which payment.
        payment_id: PaymentId,
        /// Who paid.
        customer_id: CustomerId,
        /// When.
        at: Timestamp,
    },
    /// A payment ended unpaid.
    PaymentFailed {
        /// Which payment.
        payment_id: PaymentId,
        /// Who tried to pay, if anybody.
        customer_id: Option<CustomerId>,
        /// Why.
        reason: FailReason,
        /// When.
        at: Timestamp,
    },
    /// The merchant was notified, or it was tried.
    NotificationTried {
        /// Of which payment.
        payment_id: PaymentId,
        /// When.
        at: Timestamp,
        /// Whether the merchant acknowledged it.
        delivered: bool,
    },
    /// A tester moved the wallet's time.
    ClockAdvanced {
        /// By how much.
        seconds: u32,
    },
    /// A tester started over: everything but the merchants is forgotten.
    Reset,
}

/// A merchant's server, as the wallet knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merchant {
    /// What it calls itself in `Client-Id`.
    pub client_id: ClientId,
    /// Its mini program; absent: any.
    pub app_id: Option<AppId>,
    /// Which of its keys this is.
    pub key_version: KeyVersion,
    /// Its public key, PEM.
    pub public_key: String,
}
