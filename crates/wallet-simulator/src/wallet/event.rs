//! Everything that can happen in the wallet, as it is written to the journal.
//!
//! The state is what all events, applied in order, come to. So what a decision changes is exactly what is
//! stored, and a restart replays it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::amount::Amount;
use wallet_api::ids::{
    AccessToken, AppId, AuthCode, ClientId, CustomerId, KeyVersion, PartnerId, PaymentId, RefreshToken,
    RefundId,
};

use super::authorisation::{Capture, Void};
use super::customer::Profile;
use super::payment::{FailReason, Terms};
use super::refund::RefundTerms;
use super::token::Tokens;
use crate::dialect::DEFAULT;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A customer has an account.
    CustomerOpened {
        /// Whose.
        customer_id: CustomerId,
        /// The full name; the cashier shows it.
        name: String,
        /// What else merchants may learn.
        #[serde(default)]
        profile: Profile,
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
    /// A merchant got a pair of tokens.
    TokensIssued(Box<Tokens>),
    /// A merchant bought the next pair with a refresh token; its pair is no longer good.
    RefreshTokenUsed {
        /// Which.
        refresh_token: RefreshToken,
    },
    /// A merchant gave a pair back.
    TokensCancelled {
        /// Of which pair.
        access_token: AccessToken,
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
    /// A customer confirmed a payment that is only to be authorised: the whole amount is held.
    PaymentAuthorised {
        /// Which payment.
        payment_id: PaymentId,
        /// Whose money.
        customer_id: CustomerId,
        /// When.
        at: Timestamp,
        /// Until when it is held.
        expires_at: Timestamp,
    },
    /// Held money went to the merchant.
    PaymentCaptured(Box<Capture>),
    /// All that was held went back; nothing had been captured.
    PaymentVoided(Box<Void>),
    /// What captures left was held for too long and went back; the payment stays paid.
    HoldExpired {
        /// Of which payment.
        payment_id: PaymentId,
        /// When.
        at: Timestamp,
    },
    /// The merchant took a payment back; what was held or paid went back to the customer.
    PaymentCancelled {
        /// Which payment.
        payment_id: PaymentId,
        /// When.
        at: Timestamp,
    },
    /// A payment ended unpaid; what was held went back.
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
    /// A merchant asked for a refund: the money was taken from its balance.
    RefundAccepted(Box<RefundTerms>),
    /// The refund reached the customer.
    RefundSucceeded {
        /// Which.
        refund_id: RefundId,
        /// When.
        at: Timestamp,
    },
    /// The refund did not reach the customer; the merchant has the money again.
    RefundFailed {
        /// Which.
        refund_id: RefundId,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// A part of a merchant's balance went to its bank.
    PaidOut {
        /// Whose.
        client_id: ClientId,
        /// How much.
        amount: Amount,
        /// When; older journals don't say.
        #[serde(default)]
        at: Option<Timestamp>,
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
    /// What its contract calls it; absent: anything.
    #[serde(default)]
    pub partner_id: Option<PartnerId>,
    /// The shipped profile that it speaks.
    #[serde(default = "default_profile")]
    pub profile: String,
    /// Which of its keys this is.
    pub key_version: KeyVersion,
    /// Its public key, PEM.
    pub public_key: String,
}

/// What merchants spoke before they had a choice.
fn default_profile() -> String {
    DEFAULT.to_owned()
}
