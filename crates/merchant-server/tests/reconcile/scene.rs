//! The real wallet simulator and the real server, on sockets, by one clock that the test moves.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use merchant_core::lifecycle::{
    Order, OrderState, RefundAmount, RefundRequestId, RefundWish, Schedule, WalletName,
};
use merchant_server::app::{App, Ports, Settings};
use merchant_server::budgets::RequestLimits;
use merchant_server::config::{ShopRules, Version};
use merchant_server::http::admin::Operators;
use merchant_server::jobs;
use merchant_server::metrics::Metrics;
use merchant_server::reconcile::{Reconciliation, Report, StatementFields, StatementFormat};
use merchant_server::server::Server;
use merchant_server::wallet::{ApiGateway, MerchantIdentity, WalletEntry};
use merchant_server::webhooks::Webhooks;
use serde_json::{Value, json};
use shop_api::{MinorUnits, OrderId, Timestamp};
use tempfile::TempDir;
use tokio::net::TcpListener;
use wallet_api::clock::{Clock, ManualClock};
use wallet_api::ids::{ClientId, KeyVersion};
use wallet_api::keys::{ClientKey, KeyRing, PrivateKey, PublicKey, SigningKey};
use wallet_api::profile::WalletProfile;
use wallet_api::random::SystemRng;
use wallet_api::transport::PooledTransport;
use wallet_simulator::merchants::{self, Registration};
use wallet_simulator::simulator::{Config, Ports as SimulatorPorts, Simulator};
use wallet_simulator::web;

use crate::client::Client;
use crate::database::{self, TestDatabase};
use crate::goods;

const CLIENT_ID: &str = "SHOP";

/// Both sides.
pub struct Scene {
    clock: Arc<ManualClock>,
    simulator: Client,
    shop: Client,
    app: Arc<App>,
    profile: WalletProfile,
    _server: Server,
    _folder: TempDir,
    _database: TestDatabase,
}

/// What a simulator's statement looks like.
pub fn format() -> StatementFormat {
    let table = r#"
        columns = { time = "time", kind = "type", payment_id = "paymentId", payment_request_id = "paymentRequestId",
                    refund_id = "refundId", refund_request_id = "refundRequestId", currency = "currency",
                    amount = "amount", fee = "fee" }
        kinds = { payment = ["PAYMENT"], refund = ["REFUND"], reversal = ["REVERSAL"], settlement = ["SETTLEMENT"] }
        time_format = "rfc3339"
        signs = "signed"
    "#;
    StatementFormat::try_from(toml::from_str::<StatementFields>(table).unwrap()).unwrap()
}

impl Scene {
    pub async fn start() -> Self {
        let clock = Arc::new(ManualClock::new("2026-03-01T09:00:00Z".parse().unwrap()));
        let folder = TempDir::new().unwrap();
        let key = PrivateKey::generate().unwrap();
        let (simulator, wallet_key) = simulator(&folder, &key, clock.clone()).await;
        let profile = profile(&simulator);
        let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = format!("http://{}", public.local_addr().unwrap());
        let notify_path = "/wallet/simulator/notifyPayment".to_owned();
        let mut ring = KeyRing::new();
        let (client_id, version) = (ClientId::new(CLIENT_ID).unwrap(), KeyVersion::new("1").unwrap());
        ring.insert(ClientKey { client_id, version: version.clone(), key: wallet_key });
        let entry = WalletEntry {
            profile: Arc::new(profile.clone()),
            signer: Arc::new(SigningKey::new(key, version)),
            verifier: Arc::new(ring),
            agent_token: None,
            notify_url: format!("{public_url}{notify_path}"),
            notify_path,
        };
        let http = Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap());
        let merchant = MerchantIdentity { id: "shop".into(), mcc: "5999".into() };
        let as_clock: Arc<dyn Clock> = clock.clone();
        let metrics = Arc::new(Metrics::default());
        let gateway =
            ApiGateway::new(vec![entry], merchant, http.clone(), as_clock.clone(), Arc::clone(&metrics));
        let database = database::fresh();
        let store = database.open().await;
        store.import_catalog(goods::catalog(&[("MUG", 500, 100)]), true).await.unwrap();
        let ports = Ports {
            store,
            wallets: Arc::new(gateway),
            clock: as_clock,
            rng: Arc::new(SystemRng),
            webhooks: Webhooks::new(Vec::new(), http),
            metrics,
        };
        let app = App::start(ports, settings(&public_url, &folder)).await.unwrap();
        let server =
            Server::start(Arc::clone(&app), public, admin, Operators::new(Vec::new()), false).unwrap();
        let shop = Client::new(server.public);
        Self { clock, simulator, shop, app, profile, _server: server, _folder: folder, _database: database }
    }

    /// An order of so many mugs at ₱5.00, paid at the wallet; the server has heard of it.
    pub async fn paid(&self, mugs: u32) -> OrderId {
        let id = self.confirmed(mugs).await;
        self.until(&id, |order| matches!(order.state, OrderState::Paid { .. })).await;
        id
    }

    /// The same, but the notification is lost: only the wallet knows.
    pub async fn paid_unheard(&self, mugs: u32) -> OrderId {
        let fault = json!({ "on": "notifyPayment", "kind": "lost" });
        self.simulator.post("/_simulator/faults", fault).await.expect(200);
        self.confirmed(mugs).await
    }

    async fn confirmed(&self, mugs: u32) -> OrderId {
        let code = self.simulate("/auth-codes", json!({ "customerId": "c-ana" })).await["authCode"].clone();
        let session =
            self.shop.post("/shop/v1/sessions", json!({ "authCode": code, "siteName": null })).await;
        let shopper =
            Client { token: session.expect(201)["token"].as_str().map(str::to_owned), ..self.shop.clone() };
        let lines = json!({ "lines": [{ "sku": "MUG", "quantity": mugs }] });
        let quote = shopper.post("/shop/v1/quotes", lines).await.expect(201)["quoteId"].clone();
        let open = shopper.get("/shop/v1/orders").await.expect(200);
        let unpaid = open["orders"].as_array().unwrap().iter().find(|order| order["status"] != "paid");
        let despite = unpaid.map(|order| order["orderId"].clone());
        let asked = json!({ "quoteId": quote, "despiteOpenOrder": despite });
        let order = shopper.post("/shop/v1/orders", asked).await.expect(201);
        let url = order["attempt"]["cashier"]["paymentUrl"].as_str().unwrap();
        let payment = url.split("/cashier/").nth(1).unwrap().split(['?', '#']).next().unwrap();
        let login = self.simulate("/logins", json!({ "customerId": "c-ana" })).await["loginToken"].clone();
        let cashier = Client { token: login.as_str().map(str::to_owned), ..self.simulator.clone() };
        let confirmed = cashier.send("POST", &format!("/cashier/{payment}/confirm"), &[], None).await;
        assert_eq!(confirmed.expect(200)["status"], "paid");
        OrderId(order["orderId"].as_str().unwrap().to_owned())
    }

    pub async fn simulate(&self, path: &str, body: Value) -> Value {
        self.simulator.post(&format!("/_simulator{path}"), body).await.expect(200)
    }

    /// The wallet's id of an order's only payment, from its ledger.
    pub async fn payment_of(&self, order: &OrderId) -> String {
        let request = self.order(order).await.attempts[0].payment_request_id.to_string();
        let ledger = self.simulator.get("/_simulator/ledger").await.expect(200);
        let payments = ledger["payments"].as_array().unwrap();
        let found = payments.iter().find(|payment| payment["paymentRequestId"] == request.as_str()).unwrap();
        found["paymentId"].as_str().unwrap().to_owned()
    }

    /// The statement of today, with a fee of 1.5 percent.
    pub async fn statement(&self) -> String {
        let path = "/_simulator/statement?merchant=SHOP&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z\
                    &format=csv&feeBasisPoints=150";
        let answer = self.simulator.get(path).await;
        assert_eq!(answer.status, 200);
        String::from_utf8(answer.body).unwrap()
    }

    pub async fn reconcile(&self, statement: &str) -> Report {
        let format = format();
        let reconciliation = Reconciliation {
            schedule: &Schedule::default(),
            store: &*self.app.store,
            wallet: &WalletName("simulator".into()),
            format: &format,
            profile: &self.profile,
            currency: "PHP",
            period: None,
            subscribers: Arc::new([]),
            now: self.app.now(),
        };
        reconciliation.run(statement.as_bytes()).await.unwrap()
    }

    pub async fn order(&self, id: &OrderId) -> Order {
        self.app.store.load(id).await.unwrap().unwrap()
    }

    /// Gives an order's money back, and waits for the wallet's word.
    pub async fn refund(&self, order: &OrderId, key: &str, amount: u64) {
        let wish = RefundWish {
            key: RefundRequestId::new(key).unwrap(),
            amount: RefundAmount::Exactly(MinorUnits::new(amount).unwrap()),
            reason: "broken".into(),
            operator: "maria".into(),
        };
        self.app.refund(order, wish).await.unwrap();
        self.pass(Duration::from_secs(6)).await;
    }

    /// Moves the clock, a second at a time, running what falls due.
    pub async fn pass(&self, time: Duration) {
        for _ in 0..time.as_secs() {
            self.clock.advance(Duration::from_secs(1));
            jobs::run_due(&self.app).await.unwrap();
        }
    }

    /// Every account that isn't even.
    pub async fn balances(&self) -> BTreeMap<String, i64> {
        let balances = self.app.store.balances(Timestamp(u64::MAX)).await.unwrap();
        assert_eq!(balances.iter().map(|balance| balance.debits - balance.credits).sum::<i64>(), 0);
        let of = balances.into_iter().map(|balance| (balance.account, balance.debits - balance.credits));
        of.filter(|(_, sum)| *sum != 0).collect()
    }

    /// What the wallet owes the merchant, by its own ledger.
    pub async fn owed_by_the_wallet(&self) -> i64 {
        let ledger = self.simulator.get("/_simulator/ledger").await.expect(200);
        let entries = ledger["entries"].as_array().unwrap().iter();
        let ours = entries.filter(|entry| entry["account"] == "merchant:SHOP");
        ours.map(|entry| entry["value"].as_str().unwrap().parse::<i64>().unwrap()).sum()
    }

    async fn until(&self, id: &OrderId, so: impl Fn(&Order) -> bool) {
        let waiting = async {
            while !so(&self.order(id).await) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("it happens in time");
    }
}

async fn simulator(folder: &TempDir, key: &PrivateKey, clock: Arc<dyn Clock>) -> (Client, PublicKey) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let registration = Registration::new(ClientId::new(CLIENT_ID).unwrap());
    let public_key = key.public_key().unwrap().to_pem();
    let config = Config {
        data: folder.path().join("wallet"),
        origin: format!("http://{address}"),
        platform_origin: None,
        merchants: vec![merchants::merchant(registration, public_key.as_bytes()).unwrap()],
    };
    let transport = Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap());
    let ports = SimulatorPorts { clock, rng: Arc::new(SystemRng), transport };
    let simulator = Arc::new(Simulator::open(config, ports).unwrap());
    let wallet_key = PublicKey::parse(simulator.wallet_key().as_bytes()).unwrap();
    tokio::spawn(async { web::serve(simulator, listener, std::future::pending()).await.unwrap() });
    (Client::new(address), wallet_key)
}

fn profile(simulator: &Client) -> WalletProfile {
    let address = simulator.address;
    let text = format!(
        "preset = 'generic-v2'\nname = 'simulator'\nmode = 'simulator'\nbase_url = 'http://{address}'\n\
         client_id = '{CLIENT_ID}'\napp_id = 'mini'\ncashier_hosts = ['{address}']\n"
    );
    WalletProfile::from_toml("simulator", &text).unwrap()
}

fn settings(public_url: &str, folder: &TempDir) -> Settings {
    Settings {
        calls: BTreeMap::new(),
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
        default_wallet: WalletName("simulator".into()),
        currencies: Vec::new(),
        client_address_header: None,
        limits: RequestLimits::NONE,
        keep_personal_data_millis: None,
        media_dir: folder.path().join("media"),
    }
}
