//! The keys of the file, as they stand in it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use shop_api::MinorUnits;
use wallet_api::profile::Fields;

use super::calls::Calls;
use super::webhooks::Webhook;
use super::{PublicKeyFile, Scope, ServerMode};
use crate::reconcile::StatementFields;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) mode: ServerMode,
    #[serde(default = "listen")]
    pub(super) listen: SocketAddr,
    #[serde(default = "admin_listen")]
    pub(super) admin_listen: SocketAddr,
    pub(super) public_url: String,
    #[serde(default = "database")]
    pub(super) database: String,
    #[serde(default = "ten")]
    pub(super) database_connections: u32,
    #[serde(default)]
    pub(super) data_keys: DataKeyFiles,
    #[serde(default = "media_dir")]
    pub(super) media_dir: PathBuf,
    pub(super) client_address_header: Option<String>,
    #[serde(default = "minimum_client_version")]
    pub(super) minimum_client_version: String,
    pub(super) default_wallet: Option<String>,
    pub(super) shop: Shop,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) retention: Retention,
    #[serde(default)]
    pub(super) log: Log,
    #[serde(default)]
    pub(super) operators: BTreeMap<String, Operator>,
    pub(super) wallets: BTreeMap<String, Wallet>,
    #[serde(default)]
    pub(super) webhooks: BTreeMap<String, Webhook>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DataKeyFiles {
    pub(super) current: Option<PathBuf>,
    #[serde(default)]
    pub(super) older: Vec<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operator {
    pub(super) token_file: PathBuf,
    #[serde(default = "may_read")]
    pub(super) scopes: BTreeSet<Scope>,
    pub(super) refund_limit: Option<MinorUnits>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shop {
    pub(super) payee: String,
    #[serde(default = "merchant_id")]
    pub(super) merchant_id: String,
    #[serde(default = "merchant_mcc")]
    pub(super) merchant_mcc: String,
    #[serde(default = "ten_minutes")]
    pub(super) quote_lifetime_seconds: u32,
    #[serde(default = "quarter_of_an_hour")]
    pub(super) payment_window_seconds: u32,
    #[serde(default = "a_day")]
    pub(super) session_lifetime_seconds: u32,
    #[serde(default = "ten")]
    pub(super) max_open_orders: u32,
    #[serde(default = "ninety_nine")]
    pub(super) max_quantity_per_line: u32,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) address: Option<Budget>,
    pub(super) sessions: Option<Budget>,
    pub(super) customer: Option<Budget>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Retention {
    pub(super) personal_data_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Budget {
    pub(super) per_minute: u32,
    pub(super) burst: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Log {
    #[serde(default = "info")]
    pub(super) filter: String,
    #[serde(default)]
    pub(super) json: bool,
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: info(), json: false }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wallet {
    pub(super) private_key_file: PathBuf,
    pub(super) public_keys: Vec<PublicKeyFile>,
    pub(super) agent_token_file: Option<PathBuf>,
    #[serde(default)]
    pub(super) site_names: Vec<String>,
    pub(super) currency: Option<String>,
    pub(super) profile: Fields,
    #[serde(default)]
    pub(super) schedule: Calls,
    pub(super) statement: Option<StatementFields>,
}

fn listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8701))
}

fn admin_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8703))
}

fn database() -> String {
    "var/merchant.db".to_owned()
}

fn media_dir() -> PathBuf {
    PathBuf::from("var/media")
}

fn may_read() -> BTreeSet<Scope> {
    BTreeSet::from([Scope::Read])
}

fn minimum_client_version() -> String {
    "0.1.0".to_owned()
}

fn merchant_id() -> String {
    "shop".to_owned()
}

/// Miscellaneous retail.
fn merchant_mcc() -> String {
    "5999".to_owned()
}

fn ten_minutes() -> u32 {
    600
}

fn quarter_of_an_hour() -> u32 {
    900
}

fn a_day() -> u32 {
    86_400
}

fn ten() -> u32 {
    10
}

fn ninety_nine() -> u32 {
    99
}

fn info() -> String {
    "info".to_owned()
}
