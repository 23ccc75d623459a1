//! The calls that a merchant makes, and what they say on the wire.
//!
//! One folder entry per operation: its request and its answer as serde types, used by both sides (the
//! merchant writes what the wallet reads and the other way round). Writing is strict, absent values are
//! left out; reading passes over members that it doesn't know.

pub mod apply_token;
pub mod inquiry_payment;
pub mod notify_payment;
pub mod order;
pub mod pay;
pub mod result;

use serde::{Deserialize, Serialize};

use crate::profile::ApiVersion;
use crate::wire_enum::wire_enum;

/// A call from the merchant to the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Exchanges the code of `my.getAuthCode` for a token and the customer's id.
    ApplyToken,
    /// Asks for a payment; the answer leads to the cashier.
    Pay,
    /// Asks how a payment stands.
    InquiryPayment,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ApplyToken, Self::Pay, Self::InquiryPayment];

    /// The operation's name, as it ends the path and as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApplyToken => "applyToken",
            Self::Pay => "pay",
            Self::InquiryPayment => "inquiryPayment",
        }
    }

    /// The operation of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.as_str() == name)
    }

    /// The path behind the wallet's prefix: `/v2/payments/pay`.
    pub fn path(self, version: ApiVersion) -> String {
        let group = match self {
            Self::ApplyToken => "authorizations",
            Self::Pay | Self::InquiryPayment => "payments",
        };
        format!("/{}/{group}/{}", version.as_str(), self.as_str())
    }
}

wire_enum!(
    /// How a payment stands at the wallet.
    PaymentStatus:
    /// Paid. Final.
    Success <=> "SUCCESS",
    /// Failed, or its time ran out. Final.
    Fail <=> "FAIL",
    /// Cancelled; what had been paid was given back. Final.
    Cancelled <=> "CANCELLED",
    /// Not paid, or paid and not finished.
    Processing <=> "PROCESSING",
    /// Authorised, not captured: not paid.
    AuthSuccess <=> "AUTH_SUCCESS",
    /// Not final (some wallets).
    Pending <=> "PENDING",
);

wire_enum!(
    /// How a refund stands at the wallet.
    RefundStatus:
    /// The money was taken from the merchant; the user is paid afterwards. Final.
    Success <=> "SUCCESS",
    /// Failed; nothing was taken. Final.
    Fail <=> "FAIL",
    /// Accepted and not finished; it may still fail.
    Processing <=> "PROCESSING",
);
