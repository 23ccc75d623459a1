//! The wallet simulator, in this process, and its testers' endpoints.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wallet_api::clock::SystemClock;
use wallet_api::ids::ClientId;
use wallet_api::keys::PrivateKey;
use wallet_api::random::SystemRng;
use wallet_api::transport::PooledTransport;
use wallet_simulator::merchants::{self, Registration};
use wallet_simulator::simulator::{Config, Ports, Simulator};
use wallet_simulator::web;

pub const CLIENT_ID: &str = "BENCH_SHOP";

/// More than all orders of a run cost.
const RICH: &str = "9000000000000000";

pub struct Wallet {
    pub origin: String,
    pub public_key: String,
    pub merchant_key: String,
    pub http: Client,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
    _data: TempDir,
}

/// Signed messages between merchant and wallet.
#[derive(Clone, Copy)]
pub struct Said {
    pub by_us: f64,
    pub to_us: f64,
}

impl std::ops::Sub for Said {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { by_us: self.by_us - before.by_us, to_us: self.to_us - before.to_us }
    }
}

impl Wallet {
    pub async fn start() -> Self {
        let data = TempDir::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let key = PrivateKey::generate().unwrap();
        let registration = Registration::new(ClientId::new(CLIENT_ID).unwrap());
        let merchant =
            merchants::merchant(registration, key.public_key().unwrap().to_pem().as_bytes()).unwrap();
        let config = Config {
            data: data.path().to_owned(),
            origin: origin.clone(),
            platform_origin: None,
            merchants: vec![merchant],
        };
        let ports = Ports {
            clock: Arc::new(SystemClock),
            rng: Arc::new(SystemRng),
            transport: Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap()),
        };
        let simulator = Arc::new(Simulator::open(config, ports).unwrap());
        let public_key = simulator.wallet_key().to_owned();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = web::serve(simulator, listener, async {
            let _ = stopped.await;
        });
        let served = tokio::spawn(async { serving.await.unwrap() });
        let merchant_key = key.to_pkcs8_pem().unwrap().to_string();
        Self { origin, public_key, merchant_key, http: http(), stop, served, _data: data }
    }

    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap();
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let address = format!("{}/_simulator{path}", self.origin);
        let answer = self.http.post(&address).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{address}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// A customer who can pay everything; the auth code and the login.
    pub async fn customer(&self, id: &str) -> (String, String) {
        self.post("/customers", json!({ "customerId": id, "name": "Bench Shopper" })).await;
        self.post(&format!("/customers/{id}/top-up"), json!({ "currency": "PHP", "value": RICH })).await;
        let code = self.post("/auth-codes", json!({ "customerId": id })).await;
        let login = self.post("/logins", json!({ "customerId": id })).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&code["authCode"]), text(&login["loginToken"]))
    }

    /// Whether notifications arrive.
    pub async fn notifications(&self, arrive: bool) {
        if arrive {
            let address = format!("{}/_simulator/faults", self.origin);
            assert!(self.http.delete(address).send().await.unwrap().status().is_success());
        } else {
            self.post("/faults", json!({ "on": "notifyPayment", "kind": "lost", "times": 1_000_000 })).await;
        }
    }

    /// Signed messages so far: whoever asks, one of the two messages of a call is ours.
    pub async fn messages(&self) -> Said {
        let address = format!("{}/_simulator/transcript", self.origin);
        let transcript: Value = self.http.get(address).send().await.unwrap().json().await.unwrap();
        let newest = transcript["messages"].as_array().unwrap().last().unwrap()["seq"].as_f64().unwrap();
        Said { by_us: newest / 2.0, to_us: newest / 2.0 }
    }
}

pub fn http() -> Client {
    #[allow(clippy::disallowed_methods, reason = "the shoppers' phones, not the server's client")]
    let client = Client::builder().no_proxy().build().unwrap();
    client
}
