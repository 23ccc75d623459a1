//! The server's configuration: one TOML file, overridden by environment variables.
//!
//! In: a file and `MERCHANT_SERVER__…` variables. Out: a [`Config`] that was checked as a whole, or a
//! [`ConfigError`] that names file, line and key, what was expected, and what to do. Keys and tokens are
//! read from their own files, by [`keys`], when the server starts.

mod agent_token;
mod calls;
mod check;
pub mod data_keys;
mod environment;
mod error;
mod file;
pub mod keys;
mod source;
mod webhooks;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::http::HeaderName;
use merchant_core::lifecycle::WalletName;
use shop_api::MinorUnits;
use wallet_api::profile::WalletProfile;

pub use data_keys::{CurrentKey, DataKeys};
pub use environment::ENV_PREFIX;
pub use error::{ConfigError, Problem};
pub use webhooks::WebhookConfig;

use crate::app::CallRules;
use crate::budgets::RequestLimits;
use crate::reconcile::StatementFormat;
use crate::store::Database;

/// Everything that the server is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether the wallets are real.
    pub mode: ServerMode,
    /// Where clients and wallets reach it.
    pub listen: SocketAddr,
    /// Where operators reach it.
    pub admin_listen: SocketAddr,
    /// The address that clients and wallets use, without slash at its end.
    pub public_url: String,
    /// Where everything is kept.
    pub database: Database,
    /// What seals what is personal or secret in it.
    pub data_keys: DataKeys,
    /// Where the pictures lie.
    pub media_dir: PathBuf,
    /// Who may use the operators' API.
    pub operators: Vec<OperatorConfig>,
    /// The header in which a trusted proxy names the client's address; none: the connection's is the client's.
    pub client_address_header: Option<HeaderName>,
    /// The oldest client that is served.
    pub minimum_client_version: Version,
    /// What the shop allows.
    pub shop: ShopRules,
    /// How often one address or customer may ask.
    pub limits: RequestLimits,
    /// How many days after an order's last change what is personal of it is erased; none: never by itself.
    pub personal_data_days: Option<u32>,
    /// What is logged.
    pub log: LogSettings,
    /// The wallet of clients whose host names none, or none that is known.
    pub default_wallet: WalletName,
    /// The wallets.
    pub wallets: Vec<WalletConfig>,
    /// The merchant's own systems that want to be told.
    pub webhooks: Vec<WebhookConfig>,
}

/// Whether the wallets are real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerMode {
    /// Wallet simulators on this machine.
    Simulator,
    /// Real wallets, or their test systems.
    Live,
}

/// What the shop allows.
#[derive(Clone, Debug)]
pub struct ShopRules {
    /// Who gets the money, as the cashier names it.
    pub payee: String,
    /// The merchant's id towards the wallets.
    pub merchant_id: String,
    /// The merchant's category code.
    pub merchant_mcc: String,
    /// How long a quote can be ordered.
    pub quote_lifetime_millis: u64,
    /// How long an order can be paid.
    pub payment_window_millis: u64,
    /// How long a session lasts.
    pub session_lifetime_millis: u64,
    /// The most unresolved orders of one customer.
    pub max_open_orders: u32,
    /// The most units of one SKU in one order, whatever the catalogue says.
    pub max_quantity_per_line: u32,
}

/// What is logged.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// `tracing` filter, such as `info` or `merchant_server=debug,info`.
    pub filter: String,
    /// One JSON object a line, instead of text.
    pub json: bool,
}

/// Somebody, or some program, that may use the operators' API.
#[derive(Clone, Debug)]
pub struct OperatorConfig {
    /// Its name, as it stands in the books.
    pub name: String,
    /// The file with its token.
    pub token_file: PathBuf,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The most that one refund of its may be, in the smallest unit of the order's currency.
    pub refund_limit: Option<MinorUnits>,
}

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look at orders.
    Read,
    /// Give money back.
    Refund,
    /// Say how far paid orders are on their way.
    Fulfil,
}

impl Scope {
    /// As it stands in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Refund => "refund",
            Self::Fulfil => "fulfil",
        }
    }
}

/// One wallet.
#[derive(Clone, Debug)]
pub struct WalletConfig {
    /// Its name: part of the address of its notifications.
    pub name: WalletName,
    /// Everything in which wallets differ.
    pub profile: WalletProfile,
    /// The file with our private key.
    pub private_key_file: PathBuf,
    /// The files with the wallet's public keys, the newest last.
    pub public_keys: Vec<PublicKeyFile>,
    /// The file with the `Agent-Token`, where we call as an integrator.
    pub agent_token_file: Option<PathBuf>,
    /// What `my.getSiteInfo` says in this wallet.
    pub site_names: Vec<String>,
    /// The code of the currency that its shoppers pay in; none: the catalogue's default.
    pub currency: Option<String>,
    /// The public address of its notifications.
    pub notify_url: String,
    /// The path of that address.
    pub notify_path: String,
    /// When and how often it is called.
    pub calls: CallRules,
    /// How it writes its statements, where it was said.
    pub statement: Option<StatementFormat>,
}

/// A public key of a wallet's.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeyFile {
    /// The wallet's number for it.
    pub version: wallet_api::ids::KeyVersion,
    /// Where it lies.
    pub file: PathBuf,
}

/// A client's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// Reads `major.minor.patch`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| {
            let is_number =
                !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten()
        });
        let version = Self(parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(version)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl Config {
    /// Reads and checks the file and the environment.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn load(
        path: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let source = source::Source::read(path, environment)?;
        let file: file::File = source.deserialize()?;
        check::check(&source, file)
    }

    /// The wallet that serves clients on this host.
    pub fn wallet_for_site(&self, site_name: Option<&str>) -> &WalletName {
        self.wallets
            .iter()
            .find(|wallet| wallet.site_names.iter().any(|name| Some(name.as_str()) == site_name))
            .map_or(&self.default_wallet, |wallet| &wallet.name)
    }
}

#[cfg(test)]
mod data_key_tests;
#[cfg(test)]
mod retention_tests;
#[cfg(test)]
mod tests;
