//! The port to the wallets, and its implementation over `wallet_api`.
//!
//! In: what an order wants (prepare a payment or a refund, send it, ask about it, cancel it, learn who a
//! shopper is), and raw notifications. Out: answers in the lifecycle's terms, verified. Nothing is retried or stored in here.

mod ended;
mod gateway;
mod order;
mod tape;
mod translate;
mod verdict;

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::HeaderMap;
use merchant_core::lifecycle::{
    Breakdown, CancelAnswer, Customer, CustomerId, Line, PayAnswer, PaymentRequestId, Refund, RefundAnswer,
    RefundWord, Sending, StoredCall, WalletName, WalletWord,
};
use shop_api::{Address, AmountProblem, Currency, MinorUnits, OrderId, Timestamp};

pub use ended::CallEnd;
pub use gateway::{ApiGateway, MerchantIdentity, WalletEntry};

use crate::evidence::WireMessage;

/// What the server asks of the wallets.
#[async_trait]
pub trait WalletGateway: Send + Sync + 'static {
    /// The exact bytes of a pay request.
    ///
    /// # Errors
    /// [`CantAsk`] when this wallet can't be asked for this payment.
    fn prepare_pay(
        &self,
        facts: &PayFacts<'_>,
        payment_request_id: &PaymentRequestId,
    ) -> Result<StoredCall, CantAsk>;

    /// Why this wallet takes no payment of this total, if it doesn't. It isn't asked for one of zero.
    fn amount_problem(&self, wallet: &WalletName, total: MinorUnits) -> Option<AmountProblem>;

    /// Sends a stored pay request once.
    async fn pay(&self, wallet: &WalletName, request: &StoredCall, sending: Sending) -> Told<PayAnswer>;

    /// Asks about a payment by our own id.
    async fn inquire(&self, wallet: &WalletName, question: &Question) -> Told<InquiryReply>;

    /// Has a payment ended, by our own id.
    async fn cancel(
        &self,
        wallet: &WalletName,
        payment_request_id: &PaymentRequestId,
        sending: Sending,
    ) -> Told<CancelAnswer>;

    /// The exact bytes of a refund request.
    ///
    /// # Errors
    /// [`CantAsk`] when this wallet can't be asked for it.
    fn prepare_refund(&self, facts: &RefundFacts<'_>) -> Result<StoredCall, CantAsk>;

    /// Sends a stored refund request once.
    async fn refund(&self, wallet: &WalletName, request: &StoredCall, sending: Sending)
    -> Told<RefundAnswer>;

    /// Asks about a refund by our own id.
    async fn inquire_refund(&self, facts: &RefundFacts<'_>) -> Told<RefundWord>;

    /// Learns whose auth code this is.
    async fn apply_token(&self, wallet: &WalletName, auth_code: &str) -> TokenReply;

    /// Verifies a notification over our public path.
    ///
    /// # Errors
    /// [`NotBelieved`]: nothing may change.
    fn read_notification(
        &self,
        wallet: &WalletName,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<BelievedNotification, NotBelieved>;

    /// The signed acknowledgement of a notification; `None` when our key refuses to sign.
    fn acknowledge(&self, wallet: &WalletName, verdict: AckVerdict) -> Option<Acknowledgement>;
}

/// What a call came to, and the messages that were exchanged for it.
#[derive(Debug)]
pub struct Told<T> {
    /// What it came to.
    pub meaning: T,
    /// None when nothing was sent.
    pub wire: Vec<WireMessage>,
}

impl<T> Told<T> {
    /// Without a message: nothing was sent.
    fn unsent(meaning: T) -> Self {
        Self { meaning, wire: Vec::new() }
    }
}

/// What a pay request is made of, beside the attempt's id.
#[derive(Debug)]
pub struct PayFacts<'a> {
    /// Who pays, and in which wallet.
    pub customer: &'a Customer,
    /// The order.
    pub order_id: &'a OrderId,
    /// The currency of all amounts.
    pub currency: &'a Currency,
    /// What for.
    pub lines: &'a [Line],
    /// What to collect, and what it is made of.
    pub breakdown: &'a Breakdown,
    /// Where it goes.
    pub address: Option<&'a Address>,
    /// Who gets the money.
    pub payee: &'a str,
    /// Until when it can be paid.
    pub pay_by: Timestamp,
    /// From which device.
    pub device: &'a Device,
}

/// The shopper's device, as far as a request tells, for the wallet's risk control. Claimed, never proof.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// Its system.
    pub system: Option<DeviceSystem>,
    /// Its user agent.
    pub user_agent: Option<String>,
    /// Where it connects from.
    pub address: Option<IpAddr>,
}

/// Personal: what it says is for nobody's log.
impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device").field("system", &self.system).finish_non_exhaustive()
    }
}

/// A phone's system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceSystem {
    /// Android.
    Android,
    /// iOS.
    Ios,
}

/// What a refund request, or a question about it, is made of.
#[derive(Debug)]
pub struct RefundFacts<'a> {
    /// Which wallet.
    pub wallet: &'a WalletName,
    /// The refund.
    pub refund: &'a Refund,
    /// The payment that it gives back.
    pub payment_request_id: Option<&'a PaymentRequestId>,
    /// The code of its amount's currency.
    pub currency: &'a str,
}

/// Why a wallet can't be asked for a payment or a refund.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CantAsk(pub String);

/// A payment to ask about, by our own id. The wallet's is for the lifecycle to compare: what `pay` said of it
/// can't be checked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Our id.
    pub payment_request_id: PaymentRequestId,
    /// What was to be collected.
    pub amount: MinorUnits,
    /// Its currency's code.
    pub currency: String,
}

/// What asking brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InquiryReply {
    /// The wallet's word.
    Word(WalletWord),
    /// Verified, about this payment, but of another amount.
    Contradiction(String),
    /// Nothing that can be believed.
    Nothing(String),
}

/// Whose auth code it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenReply {
    /// This customer's.
    Customer(CustomerId),
    /// The code isn't good; the wallet's code says why.
    Rejected(String),
    /// Nobody can say.
    Unavailable(String),
}

/// A notification that may be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BelievedNotification {
    /// Our id of the attempt.
    pub payment_request_id: PaymentRequestId,
    /// What it says.
    pub word: WalletWord,
    /// The message itself.
    pub wire: WireMessage,
    /// How long it took from the payment to the message, by the wallet's times; none when it doesn't say.
    pub lag: Option<Duration>,
}

/// Why a notification isn't believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotBelieved {
    /// No such wallet.
    UnknownWallet,
    /// Unsigned, signed by another key, over other bytes, path or time; stable code.
    Unverified {
        /// Stable code.
        code: String,
        /// Which payment it says that it is about. Anybody may have written that.
        claimed: Option<PaymentRequestId>,
    },
    /// Signed, but unreadable.
    Unreadable {
        /// Stable code.
        code: String,
        /// Which payment it is about, where that much can be read.
        claimed: Option<PaymentRequestId>,
    },
    /// Signed and readable, but too old, or from the future.
    Stale {
        /// Which payment it is about.
        payment_request_id: PaymentRequestId,
    },
}

/// What an acknowledgement says. F is never said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckVerdict {
    /// S: recorded, stop sending.
    Recorded,
    /// U: not taken; send again.
    NotTaken(&'static str),
}

/// Status 200, these headers, this body.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// Signed headers.
    pub headers: Vec<(&'static str, String)>,
    /// The exact bytes that were signed.
    pub body: Vec<u8>,
    /// The message itself.
    pub wire: WireMessage,
}
