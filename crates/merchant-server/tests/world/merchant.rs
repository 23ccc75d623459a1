//! The merchant server on a database of the suite's choice: in this process, or in a child's.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{Schedule, WalletName};
use merchant_server::app::{App, CallRules, Ports, Settings};
use merchant_server::budgets::RequestLimits;
use merchant_server::config::{Scope, ShopRules, Version};
use merchant_server::http::admin::{Operator, Operators};
use merchant_server::jobs;
use merchant_server::metrics::Metrics;
use merchant_server::server::Server;
use merchant_server::store::{Database, Imported, Store};
use merchant_server::wallet::{ApiGateway, MerchantIdentity, WalletEntry};
use merchant_server::webhooks::Webhooks;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use wallet_api::clock::Clock;
use wallet_api::ids::{ClientId, KeyVersion};
use wallet_api::keys::{ClientKey, KeyRing, PrivateKey, PublicKey, SigningKey};
use wallet_api::profile::WalletProfile;
use wallet_api::random::SystemRng;
use wallet_api::transport::PooledTransport;

use super::database::{TestDatabase, vault};
use super::goods::catalog;
use super::wallet::{CLIENT_ID, Wallet};

pub const ADMIN_TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// The merchant's key, made once: making keys is slow.
static KEY: LazyLock<String> =
    LazyLock::new(|| PrivateKey::generate().unwrap().to_pkcs8_pem().unwrap().to_string());

const NOTIFY_PATH: &str = "/wallet/test/notifyPayment";

/// A database of its own: of the kind that `TEST_DATABASE` names, SQLite if it names none.
pub fn fresh_database() -> TestDatabase {
    match std::env::var("TEST_DATABASE").as_deref() {
        Err(_) | Ok("sqlite") => TestDatabase::sqlite(),
        Ok("postgres") => TestDatabase::postgres(),
        Ok(other) => panic!("TEST_DATABASE is sqlite or postgres, not {other}"),
    }
}

/// Opens the database with this address.
pub async fn open(address: &str) -> Arc<dyn Store> {
    Database::parse(address, 10, Path::to_owned).unwrap().open(vault()).await.unwrap()
}

/// What a merchant server is started with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Setup {
    /// The database's address.
    pub database: String,
    /// The port for clients and wallets; 0 is any.
    pub port: u16,
    /// The port for operators; 0 is any.
    pub admin_port: u16,
    pub wallet_origin: String,
    /// The wallet's public key, PEM.
    pub wallet_key: String,
    /// The merchant's private key, PEM.
    pub merchant_key: String,
    /// Which shipped profile the wallet speaks.
    pub preset: String,
    /// How many units there are of every SKU.
    pub units: u32,
}

impl Setup {
    /// A merchant of this wallet, made known to it.
    pub async fn of(wallet: &Wallet, preset: &str, database: &TestDatabase, units: u32) -> Self {
        let key = PrivateKey::parse(KEY.as_bytes()).unwrap();
        wallet.register(&key.public_key().unwrap().to_pem(), preset).await;
        Self {
            database: database.address(),
            port: 0,
            admin_port: 0,
            wallet_origin: wallet.origin.clone(),
            wallet_key: wallet.key.clone(),
            merchant_key: KEY.clone(),
            preset: preset.to_owned(),
            units,
        }
    }

    /// The same on ports that stay when the server is started anew.
    pub fn on_fixed_ports(mut self) -> Self {
        (self.port, self.admin_port) = (free_port(), free_port());
        self
    }

    pub fn public_address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    pub fn admin_address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.admin_port))
    }

    /// The wallet's profile, as the merchant has it.
    fn profile(&self) -> WalletProfile {
        let (preset, origin) = (&self.preset, &self.wallet_origin);
        let host = origin.strip_prefix("http://").unwrap();
        let contract = if preset == "super-qi" { "" } else { "app_id = 'mini'" };
        let text = format!(
            "preset = '{preset}'\nname = 'test'\nmode = 'simulator'\nbase_url = '{origin}'\n\
             client_id = '{CLIENT_ID}'\ncashier_hosts = ['{host}']\n{contract}\n"
        );
        WalletProfile::from_toml("test", &text).unwrap()
    }

    fn gateway(&self, public_url: &str, clock: &Arc<dyn Clock>, metrics: &Arc<Metrics>) -> ApiGateway {
        let mut keys = KeyRing::new();
        keys.insert(ClientKey {
            client_id: ClientId::new(CLIENT_ID).unwrap(),
            version: KeyVersion::new("1").unwrap(),
            key: PublicKey::parse(self.wallet_key.as_bytes()).unwrap(),
        });
        let key = PrivateKey::parse(self.merchant_key.as_bytes()).unwrap();
        let entry = WalletEntry {
            profile: Arc::new(self.profile()),
            signer: Arc::new(SigningKey::new(key, KeyVersion::new("1").unwrap())),
            verifier: Arc::new(keys),
            agent_token: None,
            notify_url: format!("{public_url}{NOTIFY_PATH}"),
            notify_path: NOTIFY_PATH.to_owned(),
        };
        let http = Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap());
        let merchant = MerchantIdentity { id: "shop".into(), mcc: "5999".into() };
        ApiGateway::new(vec![entry], merchant, http, Arc::clone(clock), Arc::clone(metrics))
    }

    fn settings(&self, public_url: &str) -> Settings {
        let profile = self.profile();
        let schedule = Schedule {
            clock_skew_millis: u64::from(profile.clock_skew_seconds) * 1_000,
            ..Schedule::default()
        };
        let calls = CallRules { schedule, ..CallRules::default() };
        Settings {
            public_url: public_url.to_owned(),
            minimum_client_version: Version(0, 1, 0),
            shop: ShopRules {
                payee: "Test Shop".into(),
                merchant_id: "shop".into(),
                merchant_mcc: "5999".into(),
                quote_lifetime_millis: 600_000,
                payment_window_millis: 900_000,
                session_lifetime_millis: 3_600_000,
                max_open_orders: 1_000,
                max_quantity_per_line: 50,
            },
            sites: Vec::new(),
            currencies: Vec::new(),
            client_address_header: None,
            limits: RequestLimits::NONE,
            default_wallet: WalletName("test".into()),
            keep_personal_data_millis: None,
            media_dir: PathBuf::from("media"),
            calls: BTreeMap::from([(WalletName("test".into()), calls)]),
        }
    }

    /// A few things with so many units each.
    fn catalog(&self) -> StoredCatalog {
        catalog(
            &[("TEA", 1_000), ("MUG", 500), ("LAMP", 99_900)].map(|(sku, price)| (sku, price, self.units)),
        )
    }

    /// Serves it, on ports that `wrap` may have made its own. Jobs run when the test says so.
    pub async fn serve(&self, clock: Arc<dyn Clock>, wrap: impl FnOnce(Ports) -> Ports) -> Server {
        let public = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        let admin = TcpListener::bind(("127.0.0.1", self.admin_port)).await.unwrap();
        let public_url = format!("http://{}", public.local_addr().unwrap());
        let store = open(&self.database).await;
        let imported = store.import_catalog(self.catalog(), true).await.unwrap();
        assert!(matches!(imported, Imported::Done(_) | Imported::NotEmpty));
        let metrics = Arc::new(Metrics::default());
        let ports = wrap(Ports {
            store,
            wallets: Arc::new(self.gateway(&public_url, &clock, &metrics)),
            clock,
            rng: Arc::new(SystemRng),
            webhooks: Webhooks::new(
                Vec::new(),
                Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap()),
            ),
            metrics,
        });
        let app = App::start(ports, self.settings(&public_url)).await.unwrap();
        let scopes = [Scope::Read, Scope::Refund].into_iter().collect();
        let operator = Operator { name: "maria".into(), scopes, refund_limit: None };
        let operators = Operators::new(vec![(ADMIN_TOKEN.as_bytes().to_vec(), operator)]);
        Server::start(app, public, admin, operators, false).unwrap()
    }
}

/// A port below those that systems give to connections, so that nobody takes it while its server is dead.
fn free_port() -> u16 {
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
        // Suites that run beside each other begin in different places.
        let process = u16::try_from(std::process::id() % 120).unwrap();
        AtomicU16::new(20_000 + process * 100)
    });
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Runs what is due by now; when the next job falls due.
pub async fn run_due(app: &Arc<App>) -> Option<shop_api::Timestamp> {
    jobs::run_due(app).await.unwrap();
    app.store.next_job_at().await.unwrap()
}
