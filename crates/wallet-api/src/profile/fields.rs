//! The keys of a profile, as they stand in a configuration file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::spelling::Spelling;
use crate::amount::Currency;
use crate::ids::{AppId, ClientId, KeyVersion, PartnerId};
use crate::operation::Operation;
use crate::operation::order::Merchant;
use crate::signature::SignatureEncoding;
use crate::time::TimeFormat;

/// The keys of a profile. [`WalletProfile`](super::WalletProfile) dereferences to it once it is checked.
///
/// There are no defaults here: what a merchant's file leaves out comes from the preset that it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// The shipped profile that this one started from.
    pub preset: String,
    /// The profile's name, part of the notification's address: lower-case letters, digits and dashes.
    pub name: String,
    /// How real the money is.
    pub mode: Mode,
    /// Scheme and host of the wallet's OpenAPI, without a path: `https://open.wallet.example`.
    pub base_url: String,
    /// What stands before the version in every path: `/api/open`, or nothing.
    pub path_prefix: String,
    /// Which interface it speaks.
    pub version: ApiVersion,
    /// Which of the keys below that a contract hands out this wallet can't do without.
    pub requires: Vec<ContractKey>,
    /// What the wallet calls our server.
    pub client_id: ClientId,
    /// The mini program's id at the wallet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<AppId>,
    /// What the wallet calls the merchant (v1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<PartnerId>,
    /// `productCode` of `pay`, 1 to 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_code: Option<String>,
    /// `salesCode` of `pay`, 1 to 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales_code: Option<String>,
    /// `customerBelongsTo`, such as `GCASH`: what `my.getSiteInfo` calls the wallet. 1 to 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_belongs_to: Option<String>,
    /// Who sells, by contract: takes the place of the order's own merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_of_record: Option<Merchant>,
    /// Whether we call as an integrator (ISV) for a merchant, with an `Agent-Token`.
    pub agent: bool,
    /// Which of our keys signs, as the wallet numbers them.
    pub key_version: KeyVersion,
    /// How our signature is written.
    pub signature_encoding: SignatureEncoding,
    /// How times are written.
    pub time_format: TimeFormat,
    /// Hosts on which the cashier may stand, `cashier.wallet.example` or `127.0.0.1:8702`.
    pub cashier_hosts: Vec<String>,
    /// What opens the cashier.
    pub cashier_argument: CashierArgument,
    /// By how many seconds the wallet's clock may differ from ours.
    pub clock_skew_seconds: u32,
    /// How old a notification may be, in seconds, to be believed without asking back.
    pub notification_window_seconds: u32,
    /// How long a connection may take, in milliseconds.
    pub connect_timeout_ms: u32,
    /// How long a whole call may take, in milliseconds.
    pub timeout_ms: u32,
    /// The same for single operations.
    pub timeouts_ms: BTreeMap<Operation, u32>,
    /// The least that one payment may be, in the smallest unit.
    pub minimum_amount: u64,
    /// What every payment must be a multiple of, in the smallest unit.
    pub amount_multiple: u64,
    /// Decimals of currencies for which the wallet departs from ISO 4217.
    pub currency_exponents: BTreeMap<Currency, u8>,
    /// Whether the wallet closes a payment at its `paymentExpiryTime`.
    pub honours_expiry: bool,
    /// Whether cancelling a paid payment gives the money back.
    pub cancel_refunds_paid: bool,
    /// How the wallet spells its messages.
    pub wire: Spelling,
}

/// Which of the two interfaces of the same names the wallet speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiVersion {
    /// `/v1/payments/pay` and its kin.
    V1,
    /// `/v2/payments/pay` and its kin.
    V2,
}

impl ApiVersion {
    /// As it stands in the path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }
}

/// How real the money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The wallet simulator; plain http on loopback is allowed, for this mode only.
    Simulator,
    /// A wallet's test system.
    Sandbox,
    /// Real money.
    Live,
}

/// Something that the contract with a wallet hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractKey {
    /// `app_id`
    AppId,
    /// `partner_id`
    PartnerId,
    /// `product_code`
    ProductCode,
    /// `sales_code`
    SalesCode,
    /// `customer_belongs_to`
    CustomerBelongsTo,
}

/// Which argument of `my.tradePay` the wallet's cashier is opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashierArgument {
    /// `paymentUrl`: the address in the answer to `pay`.
    PaymentUrl,
    /// `tradeNO`: the wallet's trade number, or the payment id where the answer has none.
    TradeNo,
    /// `orderStr`: the order string in the answer.
    OrderStr,
}
