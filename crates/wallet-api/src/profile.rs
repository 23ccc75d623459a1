//! Everything in which wallets differ, as data.
//!
//! In: a table of configuration. Out: a [`WalletProfile`] that was checked as a whole; an error names the
//! key and what was expected. Nothing here is a secret: keys live in files of their own.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::ids::{AppId, ClientId, KeyVersion};
use crate::operation::Operation;
use crate::time::TimeFormat;

/// Which of the two interfaces of the same names the wallet speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiVersion {
    /// `/v2/payments/pay` and its kin.
    V2,
}

impl ApiVersion {
    /// As it stands in the path.
    pub fn as_str(self) -> &'static str {
        match self {
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

/// Which argument of `my.tradePay` the wallet's cashier is opened by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashierArgument {
    /// `paymentUrl`: the address in the answer to `pay`.
    #[default]
    PaymentUrl,
    /// `tradeNO`: the wallet's trade number, or the payment id where the answer has none.
    TradeNo,
    /// `orderStr`: the order string in the answer.
    OrderStr,
}

/// One wallet, as the merchant deals with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct WalletProfile(Fields);

/// The keys of a profile in a configuration file. [`WalletProfile`] dereferences to it once it is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// The profile's name, part of the notification's address: lower-case letters, digits and dashes.
    pub name: String,
    /// How real the money is.
    pub mode: Mode,
    /// Scheme and host of the wallet's OpenAPI, without a path: `https://open.wallet.example`.
    pub base_url: String,
    /// What stands before the version in every path: `/api/open`, or nothing.
    #[serde(default)]
    pub path_prefix: String,
    /// Which interface it speaks.
    pub version: ApiVersion,
    /// What the wallet calls our server.
    pub client_id: ClientId,
    /// The mini program's id at the wallet.
    pub app_id: AppId,
    /// Which of our keys signs, as the wallet numbers them.
    #[serde(default = "first_key_version")]
    pub key_version: KeyVersion,
    /// `productCode` of `pay`.
    #[serde(default)]
    pub product_code: Option<String>,
    /// `salesCode` of `pay`.
    #[serde(default)]
    pub sales_code: Option<String>,
    /// `customerBelongsTo` of `pay` and `applyToken`, such as `GCASH`.
    #[serde(default)]
    pub customer_belongs_to: Option<String>,
    /// How times are written.
    #[serde(default)]
    pub time_format: TimeFormat,
    /// Hosts on which the cashier may stand, `cashier.wallet.example` or `127.0.0.1:8702`.
    pub cashier_hosts: Vec<String>,
    /// What opens the cashier.
    #[serde(default)]
    pub cashier_argument: CashierArgument,
    /// By how many seconds the wallet's clock may differ from ours.
    #[serde(default = "five_minutes")]
    pub clock_skew_seconds: u32,
    /// How old a notification may be, in seconds, to be believed without asking back.
    #[serde(default = "five_minutes")]
    pub notification_window_seconds: u32,
    /// How long a connection may take, in milliseconds.
    #[serde(default = "connect_timeout")]
    pub connect_timeout_ms: u32,
    /// How long a whole call may take, in milliseconds.
    #[serde(default = "timeout")]
    pub timeout_ms: u32,
    /// The least that one payment may be, in the smallest unit.
    #[serde(default = "one")]
    pub minimum_amount: u64,
    /// What every payment must be a multiple of, in the smallest unit.
    #[serde(default = "one")]
    pub amount_multiple: u64,
    /// Whether the wallet closes a payment at its `paymentExpiryTime`.
    #[serde(default = "yes")]
    pub honours_expiry: bool,
}

fn first_key_version() -> KeyVersion {
    #[allow(clippy::expect_used, reason = "a constant that its own test reads")]
    KeyVersion::new("1").expect("1 is a key version")
}

fn five_minutes() -> u32 {
    300
}

fn connect_timeout() -> u32 {
    3_000
}

fn timeout() -> u32 {
    10_000
}

fn one() -> u64 {
    1
}

fn yes() -> bool {
    true
}

/// A profile's key has a value that can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wallet profile: `{key}` must be {expected}")]
pub struct ProfileError {
    /// The key in the configuration.
    pub key: &'static str,
    /// What it must be.
    pub expected: &'static str,
}

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
        let require =
            |holds: bool, key, expected| if holds { Ok(()) } else { Err(ProfileError { key, expected }) };
        require(is_name(&fields.name), "name", "1 to 32 lower-case letters, digits and dashes")?;
        let base = Url::parse(&fields.base_url).ok().filter(|url| is_origin(url, &fields.base_url));
        let base = base.ok_or(ProfileError {
            key: "base_url",
            expected: "scheme and host without a path, such as https://open.wallet.example",
        })?;
        require(
            allowed_scheme(&base, fields.mode),
            "base_url",
            "https (http is for mode = \"simulator\" on loopback only)",
        )?;
        require(
            is_path(&fields.path_prefix),
            "path_prefix",
            "empty, or a path such as /api/open without a slash at its end",
        )?;
        require(!fields.cashier_hosts.is_empty(), "cashier_hosts", "a list of at least one host")?;
        require(
            fields.cashier_hosts.iter().all(|host| is_host(host)),
            "cashier_hosts",
            "hosts such as cashier.wallet.example, without scheme and path",
        )?;
        let is_skew = |seconds: u32| (1..=86_400).contains(&seconds);
        require(is_skew(fields.clock_skew_seconds), "clock_skew_seconds", "1 to 86400")?;
        require(is_skew(fields.notification_window_seconds), "notification_window_seconds", "1 to 86400")?;
        require((100..=30_000).contains(&fields.connect_timeout_ms), "connect_timeout_ms", "100 to 30000")?;
        require((500..=60_000).contains(&fields.timeout_ms), "timeout_ms", "500 to 60000")?;
        require(fields.minimum_amount >= 1, "minimum_amount", "1 or more")?;
        require(fields.amount_multiple >= 1, "amount_multiple", "1 or more")?;
        let fits =
            |code: &Option<String>| code.as_ref().is_none_or(|code| (1..=32).contains(&code.chars().count()));
        require(fits(&fields.product_code), "product_code", "1 to 32 characters, or left out")?;
        require(fits(&fields.sales_code), "sales_code", "1 to 32 characters, or left out")?;
        require(fits(&fields.customer_belongs_to), "customer_belongs_to", "1 to 32 characters, or left out")?;
        Ok(Self(fields))
    }
}

impl WalletProfile {
    /// The path of an operation, as it is sent and signed: `/api/open/v2/payments/pay`.
    pub fn path(&self, operation: Operation) -> String {
        format!("{}{}", self.path_prefix, operation.path(self.version))
    }

    /// The whole address behind a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// Whether plain http on loopback is allowed.
    pub fn allows_loopback_http(&self) -> bool {
        self.mode == Mode::Simulator
    }

    /// Whether a cashier may stand at `url`: https on a host of the list; loopback http for the simulator.
    pub fn allows_cashier(&self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        let Some(host) = url.host_str() else { return false };
        let plain = url.username().is_empty() && url.password().is_none();
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        let default_port = url.port().is_none();
        let listed = self.cashier_hosts.iter().any(|allowed| {
            (default_port && allowed.eq_ignore_ascii_case(host))
                || with_port.as_ref().is_some_and(|host| allowed.eq_ignore_ascii_case(host))
        });
        plain && listed && allowed_scheme(&url, self.mode)
    }
}

fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_origin(url: &Url, text: &str) -> bool {
    url.has_host()
        && url.path() == "/"
        && !text.ends_with('/')
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

fn is_path(path: &str) -> bool {
    path.is_empty()
        || (path.starts_with('/')
            && !path.ends_with('/')
            && path
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.')))
}

fn is_host(host: &str) -> bool {
    Url::parse(&format!("https://{host}/")).is_ok_and(|url| {
        url.path() == "/" && url.query().is_none() && url.username().is_empty() && !host.contains('/')
    })
}

fn allowed_scheme(url: &Url, mode: Mode) -> bool {
    match (url.scheme(), mode) {
        ("https", _) => true,
        ("http", Mode::Simulator) => is_loopback(url),
        _ => false,
    }
}

/// Whether the address is this machine's own.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests;
