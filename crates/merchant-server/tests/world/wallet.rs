//! The wallet simulator on a socket, as testers use it.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use wallet_api::clock::{Clock, ManualClock};
use wallet_api::keys::PrivateKey;
use wallet_api::random::SystemRng;
use wallet_api::transport::PooledTransport;
use wallet_simulator::simulator::{Config, Ports, Simulator};
use wallet_simulator::web;

use super::client::Client;

pub const CLIENT_ID: &str = "SHOP";

/// The wallet's key, made once: making keys is slow.
static KEY: LazyLock<String> =
    LazyLock::new(|| PrivateKey::generate().unwrap().to_pkcs8_pem().unwrap().to_string());

pub struct Wallet {
    pub clock: Arc<ManualClock>,
    pub origin: String,
    /// The wallet's public key, PEM.
    pub key: String,
    tester: Client,
    _folder: TempDir,
}

impl Wallet {
    /// A wallet whose clock stands at the beginning of a day.
    pub async fn start() -> Self {
        let clock = Arc::new(ManualClock::new("2026-03-01T09:00:00Z".parse().unwrap()));
        let folder = TempDir::new().unwrap();
        // The wallet takes the key that it finds.
        let key = folder.path().join("wallet-private.pem");
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(key).unwrap();
        file.write_all(KEY.as_bytes()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let origin = format!("http://{address}");
        let config = Config {
            data: folder.path().to_owned(),
            origin: origin.clone(),
            platform_origin: None,
            merchants: Vec::new(),
        };
        let as_clock: Arc<dyn Clock> = clock.clone();
        let transport = Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap());
        let ports = Ports { clock: as_clock, rng: Arc::new(SystemRng), transport };
        let simulator = Arc::new(Simulator::open(config, ports).unwrap());
        let key = simulator.wallet_key().to_owned();
        tokio::spawn(web::serve(simulator, listener, std::future::pending()));
        Self { clock, origin, key, tester: Client::new(address), _folder: folder }
    }

    /// Makes a merchant known who speaks a shipped profile.
    pub async fn register(&self, public_key: &str, preset: &str) {
        let merchant = json!({ "clientId": CLIENT_ID, "publicKey": public_key, "profile": preset });
        self.post("/merchants", merchant).await;
    }

    /// Customers and books as at the beginning; merchants stay.
    pub async fn reset(&self) {
        self.post("/reset", json!({})).await;
    }

    /// Makes something go wrong.
    pub async fn fault(&self, wish: Value) {
        self.post("/faults", wish).await;
    }

    /// What was asked to go wrong.
    pub async fn faults(&self) -> Vec<Value> {
        self.get("/faults").await["faults"].as_array().unwrap().clone()
    }

    /// How often each fault fired; then nothing goes wrong any more.
    pub async fn end_faults(&self) -> Vec<(String, u64)> {
        let listed = self.faults().await;
        self.tester.send("DELETE", "/_simulator/faults", &[], None).await;
        let fired = |fault: &Value| {
            (format!("{} on {}", fault["kind"], fault["on"]), fault["fired"].as_u64().unwrap())
        };
        listed.iter().map(fired).collect()
    }

    /// What `my.getAuthCode` gives in this customer's app.
    pub async fn auth_code(&self, customer: &str) -> String {
        let issued = self.post("/auth-codes", json!({ "customerId": customer })).await;
        issued["authCode"].as_str().unwrap().to_owned()
    }

    /// Gives the customer money enough for everything.
    pub async fn enrich(&self, customer: &str) {
        let amount = json!({ "currency": "PHP", "value": "100000000" });
        self.post(&format!("/customers/{customer}/top-up"), amount).await;
    }

    /// Has the wallet refuse the customer's next payment.
    pub async fn refuse_next(&self, customer: &str) {
        let refuse = json!({ "refuse": true });
        self.post(&format!("/customers/{customer}/refuse-next-payment"), refuse).await;
    }

    /// Confirms in the cashier, as the shopper does; how the cashier says the payment stands.
    pub async fn confirm(&self, payment_id: &str, customer: &str) -> String {
        let login = self.post("/logins", json!({ "customerId": customer })).await;
        let bearer = format!("Bearer {}", login["loginToken"].as_str().unwrap());
        let path = format!("/cashier/{payment_id}/confirm");
        let answer = self.tester.send("POST", &path, &[("authorization", &bearer)], Some(b"")).await;
        answer.expect(200)["status"].as_str().unwrap().to_owned()
    }

    /// Ends a refund that is in process.
    pub async fn settle_refund(&self, refund_id: &str, outcome: &str) {
        self.post(&format!("/refunds/{refund_id}/settle"), json!({ "outcome": outcome })).await;
    }

    /// What really happened; its entries sum to zero.
    pub async fn ledger(&self) -> Value {
        let ledger = self.get("/ledger").await;
        let values = ledger["entries"].as_array().unwrap().iter();
        let sum: i64 = values.map(|entry| entry["value"].as_str().unwrap().parse::<i64>().unwrap()).sum();
        assert_eq!(sum, 0, "the wallet's books sum to zero");
        ledger
    }

    /// The payment with this request id, if the wallet has it.
    pub async fn payment(&self, payment_request_id: &str) -> Option<Value> {
        let ledger = self.get("/ledger").await;
        let mut payments = ledger["payments"].as_array().unwrap().iter();
        payments.find(|payment| payment["paymentRequestId"] == payment_request_id).cloned()
    }

    async fn get(&self, path: &str) -> Value {
        self.tester.get(&format!("/_simulator{path}")).await.expect(200)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.tester.post(&format!("/_simulator{path}"), body).await.expect(200)
    }
}
