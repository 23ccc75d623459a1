//! Everything in which wallets differ, as data.
//!
//! In: a table of configuration that names a shipped profile ([`PRESETS`]) and adds what the contract with
//! the wallet hands out. Out: a [`WalletProfile`] that was checked as a whole; an error names file, key and
//! what was expected. Nothing here is a secret: keys and tokens live in files of their own.

mod check;
mod error;
mod fields;
mod preset;
mod spelling;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use toml::Table;
use url::Url;

pub use self::check::is_loopback;
pub use self::error::ProfileError;
pub use self::fields::{ApiVersion, CashierArgument, ContractKey, Fields, Mode};
pub use self::preset::{PRESETS, Preset, complete};
pub use self::spelling::{
    AcceptedAnswer, BelongsToPlace, BuyerForm, CashierUrlMember, EnvPlace, GoodsForm, MerchantPlace,
    NotificationMember, OrderPlace, PaymentIds, ReturnUrlMember, Spelling, TokenClient, UserInfoPath,
};
use crate::amount::{Amount, Currency};
use crate::operation::Operation;

/// One wallet, as the merchant deals with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct WalletProfile(Fields);

impl core::ops::Deref for WalletProfile {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.0
    }
}

impl From<WalletProfile> for Fields {
    fn from(profile: WalletProfile) -> Self {
        profile.0
    }
}

impl TryFrom<Fields> for WalletProfile {
    type Error = ProfileError;

    fn try_from(fields: Fields) -> Result<Self, ProfileError> {
        check::check(&fields)?;
        Ok(Self(fields))
    }
}

impl WalletProfile {
    /// Reads a file: TOML that names a preset, or a version whose generic preset is meant.
    ///
    /// # Errors
    /// [`ProfileError`] with `file` as its file.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, ProfileError> {
        let table = text.parse().map_err(|error: toml::de::Error| ProfileError::new("", error.message()));
        table.and_then(Self::from_table).map_err(|error| error.in_file(file))
    }

    /// The same from a table.
    ///
    /// # Errors
    /// [`ProfileError`] names the key.
    pub fn from_table(mut table: Table) -> Result<Self, ProfileError> {
        complete(&mut table)?;
        let fields: Fields = serde_path_to_error::deserialize(table).map_err(|error| {
            let path = error.path().to_string();
            ProfileError::from_serde(&path, error.inner().message())
        })?;
        Self::try_from(fields)
    }

    /// The path of an operation, as it is sent and signed: `/api/open/v2/payments/pay`.
    pub fn path(&self, operation: Operation) -> String {
        let name = match operation {
            Operation::ApplyToken => "/authorizations/applyToken",
            Operation::CancelToken => "/authorizations/cancelToken",
            Operation::UserInfo => match self.wire.user_info {
                UserInfoPath::ByAccessToken => "/customers/user/inquiryUserInfoByAccessToken",
                UserInfoPath::Users => "/users/inquiryUserInfo",
            },
            Operation::Pay => "/payments/pay",
            Operation::InquiryPayment => "/payments/inquiryPayment",
            Operation::Cancel => "/payments/cancel",
            Operation::Refund => "/payments/refund",
            Operation::InquiryRefund => "/payments/inquiryRefund",
            Operation::Capture => "/payments/capture",
            Operation::Void => "/payments/void",
        };
        format!("{}/{}{name}", self.path_prefix, self.version.as_str())
    }

    /// The operation at a path, as a wallet that speaks this profile reads it.
    pub fn operation(&self, path: &str) -> Option<Operation> {
        Operation::ALL.into_iter().find(|operation| self.path(*operation) == path)
    }

    /// The whole address behind a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// How long a whole call may take.
    pub fn timeout(&self, operation: Operation) -> Duration {
        let milliseconds = self.timeouts_ms.get(&operation).copied().unwrap_or(self.timeout_ms);
        Duration::from_millis(milliseconds.into())
    }

    /// How many decimals of this currency people write in this wallet.
    pub fn exponent(&self, currency: Currency) -> u8 {
        self.currency_exponents.get(&currency).copied().unwrap_or_else(|| currency.exponent())
    }

    /// An amount as people of this wallet read it: `PHP 1,299.00`.
    pub fn format(&self, amount: Amount) -> String {
        let number = Currency::format_with(self.exponent(amount.currency), amount.value.get());
        format!("{} {number}", amount.currency)
    }

    /// Whether plain http on loopback is allowed.
    pub fn allows_loopback_http(&self) -> bool {
        self.mode == Mode::Simulator
    }

    /// Whether a cashier may stand at `address`: https on a host of the list; loopback http for the
    /// simulator. The address is opened by a reader of the wallet's own, so one in which another reader may
    /// find another host (a user name, a backslash, a tab, no slashes) is refused.
    pub fn allows_cashier(&self, address: &str) -> bool {
        let Ok(url) = Url::parse(address) else { return false };
        let Some(host) = url.host_str() else { return false };
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        let default_port = url.port().is_none();
        let is_host = |text: &str| {
            (default_port && text.eq_ignore_ascii_case(host))
                || with_port.as_ref().is_some_and(|host| text.eq_ignore_ascii_case(host))
        };
        let listed = self.cashier_hosts.iter().any(|allowed| is_host(allowed));
        listed && authority(address).is_some_and(is_host) && check::allowed_scheme(&url, self.mode)
    }
}

/// Host and port as they are written in an address; none where it isn't printable text.
fn authority(address: &str) -> Option<&str> {
    let is_odd = |character: char| character.is_control() || character.is_whitespace();
    if address.contains(is_odd) {
        return None;
    }
    let (_, rest) = address.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

#[cfg(test)]
mod tests;
