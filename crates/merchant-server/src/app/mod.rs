//! The server's one object: what it runs on, and what a shopper, a wallet or a job may do with it.
//!
//! In: calls of the HTTP handlers, the jobs and the notifications. Out: durable decisions. It loads an
//! order, asks the lifecycle to decide, commits, and wakes whoever waits; it decides nothing itself.

mod apply;
mod calls;
mod claims;
mod doubting;
mod erasing;
mod error;
mod fulfilling;
mod ids;
mod paying;
mod placing;
mod quoting;
mod recent;
mod refunding;
mod sessions;
mod wakes;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use axum::http::HeaderName;
use merchant_core::lifecycle::{Schedule, ShopView, WalletName};
use shop_api::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wallet_api::clock::Clock;
use wallet_api::random::Rng;

pub use apply::{Applied, Cause};
pub use calls::AtHand;
pub use claims::Claims;
pub use doubting::Doubts;
pub use erasing::erasure;
pub use error::ShopError;
pub use recent::Recent;
pub use refunding::Refunding;
pub use sessions::Shopper;
pub use wakes::{Wakes, follow};

use crate::budgets::{Budgets, RequestLimits};
use crate::config::{Config, ShopRules, Version};
use crate::jobs::{Bell, Limits, RateLimit};
use crate::metrics::Metrics;
use crate::store::{Store, StoreError};
use crate::wallet::WalletGateway;
use crate::webhooks::Webhooks;

/// What the server runs on. Everything outside is behind a port.
pub struct Ports {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The wallets.
    pub wallets: Arc<dyn WalletGateway>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub rng: Arc<dyn Rng>,
    /// The merchant's own systems that want to be told.
    pub webhooks: Webhooks,
    /// What is counted. The wallets count with it too.
    pub metrics: Arc<Metrics>,
}

/// What the server was told, apart from keys.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that clients and wallets use.
    pub public_url: String,
    /// The oldest client that is served.
    pub minimum_client_version: Version,
    /// What the shop allows.
    pub shop: ShopRules,
    /// Site names and the wallets they mean.
    pub sites: Vec<(String, WalletName)>,
    /// The wallet of all other sites.
    pub default_wallet: WalletName,
    /// The code of the currency of wallets that don't pay in the catalogue's default.
    pub currencies: Vec<(WalletName, String)>,
    /// The header in which a trusted proxy names the client's address.
    pub client_address_header: Option<HeaderName>,
    /// How often one address or customer may ask.
    pub limits: RequestLimits,
    /// How long after an order's last change what is personal of it is kept; none: until somebody erases it.
    pub keep_personal_data_millis: Option<u64>,
    /// Where the pictures lie.
    pub media_dir: PathBuf,
    /// When and how often each wallet is called.
    pub calls: BTreeMap<WalletName, CallRules>,
}

/// When and how often a wallet is called.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CallRules {
    /// When it is called without anybody asking for it.
    pub schedule: Schedule,
    /// How often it is asked at most.
    pub limit: RateLimit,
}

/// The rules of a wallet that isn't configured any more: its orders are still looked after.
static UNCONFIGURED: LazyLock<CallRules> = LazyLock::new(CallRules::default);

impl Settings {
    /// The part of the configuration that the running server needs.
    pub fn from_config(config: &Config) -> Self {
        let sites = config
            .wallets
            .iter()
            .flat_map(|wallet| wallet.site_names.iter().map(|site| (site.clone(), wallet.name.clone())))
            .collect();
        Self {
            public_url: config.public_url.clone(),
            minimum_client_version: config.minimum_client_version,
            shop: config.shop.clone(),
            sites,
            default_wallet: config.default_wallet.clone(),
            currencies: config
                .wallets
                .iter()
                .filter_map(|wallet| Some((wallet.name.clone(), wallet.currency.clone()?)))
                .collect(),
            client_address_header: config.client_address_header.clone(),
            limits: config.limits,
            keep_personal_data_millis: config.personal_data_days.map(|days| u64::from(days) * 86_400_000),
            media_dir: config.media_dir.clone(),
            calls: config.wallets.iter().map(|wallet| (wallet.name.clone(), wallet.calls.clone())).collect(),
        }
    }

    /// When and how often this wallet is called.
    pub fn calls(&self, wallet: &WalletName) -> &CallRules {
        self.calls.get(wallet).unwrap_or_else(|| &UNCONFIGURED)
    }
}

/// The running server.
pub struct App {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The wallets.
    pub wallets: Arc<dyn WalletGateway>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub rng: Arc<dyn Rng>,
    /// The merchant's own systems that want to be told.
    pub webhooks: Webhooks,
    /// What it was told.
    pub settings: Settings,
    /// How orders look to shoppers.
    pub view: ShopView,
    /// Who waits for which order.
    pub wakes: Wakes,
    /// Which jobs this server works on.
    pub claims: Claims,
    /// What it counted.
    pub metrics: Arc<Metrics>,
    /// Which messages in doubt count.
    pub doubts: Doubts,
    /// How often the wallets may be asked.
    pub limits: Limits,
    /// What addresses and customers may still ask.
    pub budgets: Budgets,
    /// Rung with the time of each job that is written down.
    pub job_bell: Bell,
    /// The orders that it had in hand last.
    pub recent: Recent,
    /// What runs beside the requests.
    pub tasks: TaskTracker,
    /// Says that the server is to stop.
    pub stopping: CancellationToken,
    tag_key: Vec<u8>,
}

/// The name of the secret behind the customer tags.
const TAG_KEY: &str = "customer_tag_key";

impl App {
    /// Takes up work on what the ports give: jobs that an earlier run left claimed are handed back.
    ///
    /// # Errors
    /// [`StoreError`] when the database doesn't answer.
    pub async fn start(ports: Ports, settings: Settings) -> Result<Arc<Self>, StoreError> {
        let Ports { store, wallets, clock, rng, webhooks, metrics } = ports;
        let mut fresh = vec![0; 32];
        rng.fill(&mut fresh);
        let tag_key = store.secret(TAG_KEY, fresh).await?;
        store.release_leases(crate::time::now(&*clock)).await?;
        let budgets = Budgets::new(settings.limits, &clock);
        let view = ShopView { public_url: settings.public_url.clone() };
        Ok(Arc::new(Self {
            store,
            wallets,
            clock,
            rng,
            webhooks,
            settings,
            view,
            wakes: Wakes::default(),
            claims: Claims::default(),
            metrics,
            doubts: Doubts::default(),
            limits: Limits::default(),
            budgets,
            job_bell: Bell::default(),
            recent: Recent::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            tag_key,
        }))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        crate::time::now(&*self.clock)
    }
}
