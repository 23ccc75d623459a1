//! The calls between merchant and wallet, as callers see them.
//!
//! One file per call: its request and its answer, the same for every wallet. How a wallet spells them on
//! the wire is the business of [`crate::wire`], and which way it does is data in its
//! [`WalletProfile`](crate::profile::WalletProfile).
//!
//! The head of each file ends with the documents that its facts come from, by the names that
//! `profiles/README.md` explains. Every point in time is a [`Timestamp`](jiff::Timestamp), whatever offset
//! the wire has; every amount is in the currency's smallest unit; lengths are in characters.

/// Personal data is not printed: a request that lands in a log must not carry a shopper there.
macro_rules! personal {
    ($($type:ident),+) => {
        $(impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($type), " (hidden)"))
            }
        })+
    };
}

pub mod apply_token;
pub mod cancel;
pub mod cancel_token;
pub mod capture;
pub mod inquiry_payment;
pub mod inquiry_refund;
pub mod notify_payment;
pub mod order;
pub mod pay;
pub mod refund;
pub mod result;
pub mod user_info;
pub mod void;

use serde::{Deserialize, Serialize};

use crate::wire_enum::wire_enum;

/// A call from the merchant to the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Exchanges the code of `my.getAuthCode`, or a refresh token, for tokens and the customer's id.
    ApplyToken,
    /// Ends an access token and its refresh token.
    CancelToken,
    /// Asks who the user behind an access token is.
    UserInfo,
    /// Asks for a payment; the answer leads to the cashier.
    Pay,
    /// Asks how a payment stands.
    InquiryPayment,
    /// Ends a payment; some wallets give a paid one back.
    Cancel,
    /// Gives money back.
    Refund,
    /// Asks how a refund stands.
    InquiryRefund,
    /// Takes authorised money.
    Capture,
    /// Releases authorised money.
    Void,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::ApplyToken,
        Self::CancelToken,
        Self::UserInfo,
        Self::Pay,
        Self::InquiryPayment,
        Self::Cancel,
        Self::Refund,
        Self::InquiryRefund,
        Self::Capture,
        Self::Void,
    ];

    /// The operation's name, as it is stored and logged.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApplyToken => "applyToken",
            Self::CancelToken => "cancelToken",
            Self::UserInfo => "userInfo",
            Self::Pay => "pay",
            Self::InquiryPayment => "inquiryPayment",
            Self::Cancel => "cancel",
            Self::Refund => "refund",
            Self::InquiryRefund => "inquiryRefund",
            Self::Capture => "capture",
            Self::Void => "void",
        }
    }

    /// The operation of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.as_str() == name)
    }

    /// Whether the call only asks: it changes nothing at the wallet, so asking again is always safe.
    pub fn only_asks(self) -> bool {
        match self {
            Self::InquiryPayment | Self::InquiryRefund | Self::UserInfo => true,
            Self::ApplyToken
            | Self::CancelToken
            | Self::Pay
            | Self::Cancel
            | Self::Refund
            | Self::Capture
            | Self::Void => false,
        }
    }
}

wire_enum!(
    /// How a payment stands at the wallet: `paymentStatus` of platform-v1 and platform-v2.
    PaymentStatus:
    /// Paid. Final.
    Success <=> "SUCCESS",
    /// Failed, or its time ran out. Final.
    Fail <=> "FAIL",
    /// Cancelled; what had been paid was given back. Final.
    Cancelled <=> "CANCELLED",
    /// Not paid, or paid and not finished.
    Processing <=> "PROCESSING",
    /// Authorised, not captured: not paid, not final (superqi).
    AuthSuccess <=> "AUTH_SUCCESS",
    /// Not final (antom).
    Pending <=> "PENDING",
);

wire_enum!(
    /// How a refund stands at the wallet: `refundStatus` of platform-v1 and platform-v2.
    RefundStatus:
    /// The money was taken from the merchant; the user is paid afterwards. Final.
    Success <=> "SUCCESS",
    /// Failed; nothing was taken. Final.
    Fail <=> "FAIL",
    /// Accepted and not finished; it may still fail.
    Processing <=> "PROCESSING",
);
