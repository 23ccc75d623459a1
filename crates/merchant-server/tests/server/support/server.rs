//! The server under test: real sockets, a real database in a folder of its own, a clock that the test moves.
//!
//! It runs on a runtime of its own, so that a crash is as sudden as a process's end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{LEASE_MILLIS, WalletName};
use merchant_server::app::{App, CallRules, Ports, Settings};
use merchant_server::budgets::RequestLimits;
use merchant_server::config::{Scope, ShopRules, Version};
use merchant_server::http::admin::{Operator, Operators};
use merchant_server::jobs;
use merchant_server::metrics::Metrics;
use merchant_server::server::Server;
use merchant_server::store::Imported;
use merchant_server::store::postgres::CLOCK_SKEW_MILLIS;
use merchant_server::vault::DataKey;
use merchant_server::wallet::{ApiGateway, MerchantIdentity, WalletEntry};
use merchant_server::webhooks::{self, Endpoint, Webhooks};
use serde_json::{Value, json};
use shop_api::MinorUnits;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use wallet_api::clock::{Clock, ManualClock, SystemClock};
use wallet_api::keys::{Signer, Verifier};
use wallet_api::profile::WalletProfile;
use wallet_api::random::SystemRng;
use wallet_api::transport::PooledTransport;

use super::database::TestDatabase;
use super::database::databases::DATA_KEY;
use super::goods::catalog;
use super::wallet::{ScriptedWallet, notify_path};
use super::{Answer, Client, database, keys};
use crate::secrets::Log;

pub const ADMIN_TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The token of an operator who may only look.
pub const READING_TOKEN: &str = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr";

/// The token of an operator who may give back this much at once.
pub const LIMITED_TOKEN: &str = "llllllllllllllllllllllllllllllll";
pub const REFUND_LIMIT: u64 = 100;

fn operators() -> Operators {
    let operator = |token: &str, name: &str, scopes: &[Scope], limit: Option<u64>| {
        let (name, scopes) = (name.to_owned(), scopes.iter().copied().collect());
        let refund_limit = limit.map(|limit| MinorUnits::new(limit).unwrap());
        (token.as_bytes().to_vec(), Operator { name, scopes, refund_limit })
    };
    let all = [Scope::Read, Scope::Refund, Scope::Fulfil];
    Operators::new(vec![
        operator(ADMIN_TOKEN, "maria", &all, None),
        operator(READING_TOKEN, "auditor", &[Scope::Read], None),
        operator(LIMITED_TOKEN, "trainee", &all, Some(REFUND_LIMIT)),
    ])
}

pub struct TestServer {
    pub clock: Arc<ManualClock>,
    pub wallet: ScriptedWallet,
    folder: TempDir,
    setup: Setup,
    endpoints: Vec<Endpoint>,
    database: TestDatabase,
    running: Option<Running>,
}

/// In what a server differs from the usual one.
#[derive(Clone, Default)]
pub struct Setup {
    /// The currency that the wallet's shoppers pay in.
    pub currency: Option<&'static str>,
    /// The header in which a proxy names the client's address.
    pub client_address_header: Option<&'static str>,
    /// More lines of the wallet's profile.
    pub profile: &'static str,
    /// What is sold; none: [`catalog`].
    pub catalog: Option<StoredCatalog>,
    /// When and how often the wallet is called.
    pub calls: CallRules,
    /// How often addresses and customers may ask; none: as often as they like.
    pub limits: Option<RequestLimits>,
    /// How long personal data is kept; none: until somebody erases it.
    pub keep_personal_data_millis: Option<u64>,
    /// What hears all that it logs.
    pub log: Option<Log>,
}

struct Running {
    runtime: Runtime,
    server: Server,
}

impl TestServer {
    /// A server with a small catalogue.
    pub async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    /// A server that differs from the usual one.
    pub async fn start_with(setup: Setup) -> Self {
        Self::start_as(setup, database::fresh(), Vec::new()).await
    }

    /// A server which tells these endpoints of its orders.
    pub async fn start_telling(endpoints: Vec<Endpoint>) -> Self {
        Self::start_as(Setup::default(), database::fresh(), endpoints).await
    }

    /// A server on this database, which others may use too. Its wallet and its clock are its own.
    pub async fn start_on(database: TestDatabase) -> Self {
        Self::start_as(Setup::default(), database, Vec::new()).await
    }

    /// A server that differs from the usual one, on this database, which tells these endpoints.
    pub async fn start_as(setup: Setup, database: TestDatabase, endpoints: Vec<Endpoint>) -> Self {
        let clock = Arc::new(ManualClock::new("2026-03-01T09:00:00Z".parse().unwrap()));
        let as_clock: Arc<dyn Clock> = clock.clone();
        let wallet = ScriptedWallet::start(as_clock).await;
        let folder = TempDir::new().unwrap();
        let mut server = Self { clock, wallet, folder, setup, endpoints, database, running: None };
        server.open().await;
        server
    }

    /// Where it lies, shared by clones.
    pub fn database(&self) -> TestDatabase {
        self.database.clone()
    }

    /// The program, with this database and its data key.
    pub fn program(&self) -> Command {
        let key = self.folder.path().join("data.key");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        std::io::Write::write_all(&mut options.open(&key).unwrap(), DataKey::text(&DATA_KEY).as_bytes())
            .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_merchant-server"));
        command.env("DATABASE_URL", self.database().address());
        command.env("MERCHANT_SERVER__DATA_KEYS__CURRENT", key);
        command
    }

    /// A folder for the test's own files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn media_dir(&self) -> PathBuf {
        self.folder.path().join("media")
    }

    pub fn snapshot(&self) -> String {
        database::snapshot(&self.database())
    }

    /// What money, stock and their states are now.
    pub fn money(&self) -> String {
        database::money(&self.database())
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the server runs")
    }

    pub fn app(&self) -> Arc<App> {
        Arc::clone(&self.running().server.app)
    }

    /// A client without a session.
    pub fn client(&self) -> Client {
        Client::new(self.running().server.public)
    }

    /// A client of the operators' listener.
    pub fn admin(&self) -> Client {
        Client { address: self.running().server.admin, token: Some(ADMIN_TOKEN.to_owned()) }
    }

    /// A client with a session of this customer's.
    pub async fn shopper(&self, customer: &str) -> Client {
        let mut client = self.client();
        let code = self.wallet.auth_code(customer);
        let session =
            client.post("/shop/v1/sessions", json!({ "authCode": code, "siteName": null })).await.expect(201);
        client.token = Some(session["token"].as_str().unwrap().to_owned());
        client
    }

    /// A quote of these SKUs; its id.
    pub async fn quote(&self, client: &Client, lines: &[(&str, u32)]) -> String {
        let lines: Vec<_> =
            lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
        let quote = client.post("/shop/v1/quotes", json!({ "lines": lines })).await.expect(201);
        quote["quoteId"].as_str().unwrap_or_else(|| panic!("{quote}")).to_owned()
    }

    /// An order of these SKUs, as the server answered.
    pub async fn order(&self, client: &Client, lines: &[(&str, u32)]) -> Value {
        let quote = self.quote(client, lines).await;
        client
            .post("/shop/v1/orders", json!({ "quoteId": quote, "despiteOpenOrder": null }))
            .await
            .expect(201)
    }

    /// The order as the server has it.
    pub async fn read(&self, client: &Client, order: &Value) -> Value {
        client.get(&format!("/shop/v1/orders/{}", order["orderId"].as_str().unwrap())).await.expect(200)
    }

    /// The payment request ids of an order's attempts, oldest first, from the operators' listener.
    pub async fn requests(&self, order: &Value) -> Vec<String> {
        let story =
            self.admin().get(&format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap())).await;
        let attempts = story.expect(200)["attempts"].as_array().unwrap().clone();
        attempts.iter().map(|attempt| attempt["paymentRequestId"].as_str().unwrap().to_owned()).collect()
    }

    /// Gives the order up; what the server answers.
    pub async fn cancel(&self, client: &Client, order: &Value) -> Answer {
        let id = order["orderId"].as_str().unwrap();
        client.send("POST", &format!("/shop/v1/orders/{id}/cancel"), &[], None).await
    }

    /// Asks for a refund; what the server answers.
    pub async fn refund(&self, order: &Value, key: &str, amount: &str) -> Answer {
        self.give_back(order, json!({ "key": key, "amount": amount, "reason": "broken" })).await
    }

    /// Moves the clock to the machine's time, which the command line has.
    pub fn advance_to_machine_time(&self) {
        let ahead = SystemClock.now().duration_since(self.clock.now()).unsigned_abs();
        self.clock.advance(ahead + Duration::from_secs(1));
    }

    /// Asks for a refund with this body.
    pub async fn give_back(&self, order: &Value, body: Value) -> Answer {
        let path = format!("/admin/v1/orders/{}/refunds", order["orderId"].as_str().unwrap());
        self.admin().post(&path, body).await
    }

    /// An order's refunds, from the operators' listener.
    pub async fn refunds(&self, order: &Value) -> Value {
        let path = format!("/admin/v1/orders/{}/refunds", order["orderId"].as_str().unwrap());
        self.admin().get(&path).await.expect(200)
    }

    /// An order whose payment the wallet has said is paid, and that payment's request id.
    pub async fn paid_order(&self, client: &Client, lines: &[(&str, u32)]) -> (Value, String) {
        let order = self.order(client, lines).await;
        let request = self.requests(&order).await.remove(0);
        self.wallet.finish(&request, "SUCCESS", None);
        self.wallet.notify(&self.client(), &request).await;
        (order, request)
    }

    /// Back from the cashier with this code.
    pub async fn returned(&self, client: &Client, order: &Value, code: &str) -> Value {
        let (id, attempt) =
            (order["orderId"].as_str().unwrap(), order["attempt"]["attemptId"].as_str().unwrap());
        let path = format!("/shop/v1/orders/{id}/payments/{attempt}/returned");
        client.post(&path, json!({ "resultCode": code })).await.expect(202)
    }

    /// Runs what is due by now.
    pub async fn run_jobs(&self) {
        let app = self.app();
        self.running().runtime.spawn(async move { jobs::run_due(&app).await.unwrap() }).await.unwrap();
    }

    /// Delivers the messages that are due by now, once each; how many.
    pub async fn deliver(&self) -> u32 {
        let app = self.app();
        self.running().runtime.spawn(async move { webhooks::deliver_due(&app).await.unwrap() }).await.unwrap()
    }

    /// Moves the clock, a second at a time at most, running what falls due.
    pub async fn pass(&self, time: Duration) {
        let mut left = time;
        while !left.is_zero() {
            let step = left.min(Duration::from_secs(1));
            self.clock.advance(step);
            left -= step;
            self.run_jobs().await;
        }
    }

    /// Ends the server in the middle of whatever it does, and starts it anew on the same database. Where
    /// servers share the database, time passes until what it had claimed is free.
    pub async fn crash_and_restart(&mut self) {
        let running = self.running.take().unwrap();
        running.runtime.shutdown_background();
        self.open().await;
        if self.app().store.is_shared() {
            self.clock.advance(Duration::from_millis(LEASE_MILLIS + CLOCK_SKEW_MILLIS));
        }
    }

    /// Stops the server as a signal would. Returns before the clock has moved.
    pub async fn stop(&mut self) {
        let Running { runtime, server } = self.running.take().unwrap();
        runtime.spawn(server.stop()).await.unwrap();
        runtime.shutdown_background();
    }

    async fn open(&mut self) {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        if let Some(log) = self.setup.log.clone() {
            runtime.on_thread_start(move || log.listen());
        }
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        let clock: Arc<dyn Clock> = self.clock.clone();
        let (database, media_dir, wallet) = (self.database(), self.media_dir(), self.wallet.address);
        let (setup, endpoints) = (self.setup.clone(), self.endpoints.clone());
        let start = async move {
            let store = database.open().await;
            let imported =
                store.import_catalog(setup.catalog.clone().unwrap_or_else(catalog), true).await.unwrap();
            assert!(matches!(imported, Imported::Done(_) | Imported::NotEmpty));
            let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let public_url = format!("http://{}", public.local_addr().unwrap());
            let settings = settings(&public_url, media_dir, &setup);
            let metrics = Arc::new(Metrics::default());
            let gateway = gateway(wallet, &public_url, &clock, setup.profile, Arc::clone(&metrics));
            let http = Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap());
            let ports = Ports {
                store,
                wallets: Arc::new(gateway),
                clock,
                rng: Arc::new(SystemRng),
                webhooks: Webhooks::new(endpoints, http),
                metrics,
            };
            let app = App::start(ports, settings).await.unwrap();
            Server::start(app, public, admin, operators(), false).unwrap()
        };
        let server = runtime.spawn(start).await.unwrap();
        self.running = Some(Running { runtime, server });
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.runtime.shutdown_background();
        }
    }
}

fn gateway(
    wallet: std::net::SocketAddr,
    public_url: &str,
    clock: &Arc<dyn Clock>,
    more: &str,
    metrics: Arc<Metrics>,
) -> ApiGateway {
    let text = format!(
        "preset = 'generic-v2'\nname = 'test'\nmode = 'simulator'\nbase_url = 'http://{wallet}'\n\
         client_id = '{}'\napp_id = 'mini'\ncashier_hosts = ['{wallet}']\n{more}",
        keys::CLIENT_ID
    );
    let profile = WalletProfile::from_toml("test", &text).unwrap();
    let signer: Arc<dyn Signer> = keys::merchant();
    let verifier: Arc<dyn Verifier> = keys::ring(&keys::wallet());
    let entry = WalletEntry {
        profile: Arc::new(profile),
        signer,
        verifier,
        agent_token: None,
        notify_url: format!("{public_url}{}", notify_path()),
        notify_path: notify_path(),
    };
    let http = Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap());
    let merchant = MerchantIdentity { id: "shop".into(), mcc: "5999".into() };
    ApiGateway::new(vec![entry], merchant, http, Arc::clone(clock), metrics)
}

fn settings(public_url: &str, media_dir: PathBuf, setup: &Setup) -> Settings {
    let wallet = WalletName("test".into());
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
            max_open_orders: 3,
            max_quantity_per_line: 50,
        },
        sites: Vec::new(),
        currencies: setup.currency.map(|code| (wallet.clone(), code.to_owned())).into_iter().collect(),
        client_address_header: setup.client_address_header.map(|name| name.parse().unwrap()),
        limits: setup.limits.unwrap_or(RequestLimits::NONE),
        default_wallet: wallet,
        keep_personal_data_millis: setup.keep_personal_data_millis,
        media_dir,
        calls: BTreeMap::from([(WalletName("test".into()), setup.calls.clone())]),
    }
}
