//! `pay`: asks the wallet for a payment. The answer "accepted" leads to the cashier.
//!
//! Source: `payments/pay` of platform-v1 and platform-v2; echoed ids: superqi.

use jiff::Timestamp;

use super::order::{Env, Order};
use super::result::WireResult;
use crate::amount::Amount;
use crate::ids::{PaymentId, PaymentRequestId};

/// A payment to be asked for; the profile adds who asks (app, partner, contract).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayRequest {
    /// The attempt's id: the idempotency key, 1 to 64 characters. Minted once and kept; a new attempt after
    /// F gets a new one.
    pub payment_request_id: PaymentRequestId,
    /// What to collect: this moves, whatever the order says.
    pub amount: Amount,
    /// What it is for; texts are cut to their documented lengths.
    pub order: Order,
    /// From which device; sent where the profile has a place for it.
    pub env: Option<Env>,
    /// When the wallet shall close the payment (`paymentExpiryTime`); absent: it isn't sent. Not every
    /// wallet keeps to it (`honours_expiry` in the profile).
    pub expires_at: Option<Timestamp>,
    /// Our public address for the notification (`paymentNotifyUrl`), absolute, at most 1024 characters; its
    /// path is what the wallet signs, so it should have no query. Absent: it isn't sent.
    pub notify_url: Option<String>,
    /// Where a browser returns to, absolute, at most 1024 characters. Who comes back there proves nothing.
    pub return_url: Option<String>,
    /// Only authorise: the money is held, and taken by a `capture` later.
    pub authorise_only: bool,
}

/// The answer to `pay`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayResponse {
    /// The verdict on the call.
    pub result: WireResult,
    /// The wallet's id of the payment; with S and A.
    pub payment_id: Option<PaymentId>,
    /// Our id, echoed by some wallets.
    pub payment_request_id: Option<PaymentRequestId>,
    /// What is to be collected, echoed by some wallets.
    pub amount: Option<Amount>,
    /// When it was paid, by the wallet's clock; with S.
    pub paid_at: Option<Timestamp>,
    /// The cashier's address, as it came: [`allows_cashier`](crate::profile::WalletProfile::allows_cashier)
    /// says whether it may be opened. With A.
    pub cashier_url: Option<String>,
    /// The wallet's trade number, where `tradePay` wants that.
    pub trade_no: Option<String>,
    /// The signed order string, where `tradePay` wants that.
    pub order_str: Option<String>,
    /// Until when the money is held, when it was only authorised.
    pub authorised_until: Option<Timestamp>,
}

impl PayResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            payment_id: None,
            payment_request_id: None,
            amount: None,
            paid_at: None,
            cashier_url: None,
            trade_no: None,
            order_str: None,
            authorised_until: None,
        }
    }
}
