//! A wallet simulator on a real socket, a merchant that calls it, and a listener that gets notified.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test stops at the first surprise")]

use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use wallet_api::amount::Amount;
use wallet_api::client::{Cashier, PayAnswer, PaymentQuestion, WalletClient};
use wallet_api::clock::{Clock, SystemClock, later};
use wallet_api::ids::{ClientId, KeyVersion, PaymentId, PaymentRequestId, ReferenceOrderId};
use wallet_api::keys::{ClientKey, KeyRing, PrivateKey, PublicKey, SigningKey};
use wallet_api::notification::{RawNotification, acknowledge};
use wallet_api::operation::notify_payment::NotifyPaymentRequest;
use wallet_api::operation::order::{Merchant as Seller, Order};
use wallet_api::operation::pay::PayRequest;
use wallet_api::operation::result::WireResult;
use wallet_api::outcome::Sending;
use wallet_api::profile::WalletProfile;
use wallet_api::random::SystemRng;
use wallet_api::transport::PooledTransport;
use wallet_simulator::merchants::{self, Registration};
use wallet_simulator::simulator::{Config, Ports, Simulator};
use wallet_simulator::web;

pub const CLIENT: &str = "SHOP";
pub const PATH: &str = "/wallet/simulator/notifyPayment";

static MERCHANT_PEM: LazyLock<String> =
    LazyLock::new(|| PrivateKey::generate().unwrap().to_pkcs8_pem().unwrap().to_string());

pub fn merchant_key() -> SigningKey {
    SigningKey::new(PrivateKey::parse(MERCHANT_PEM.as_bytes()).unwrap(), KeyVersion::new("1").unwrap())
}

/// A running simulator.
pub struct Running {
    pub origin: String,
    pub simulator: Arc<Simulator>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
}

pub async fn start(data: &Path) -> Running {
    start_at(data, Arc::new(SystemClock)).await
}

/// The same by another clock than the machine's.
pub async fn start_at(data: &Path, clock: Arc<dyn Clock>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let public_key = merchant_key().key().public_key().unwrap().to_pem();
    let registration = Registration::new(ClientId::new(CLIENT).unwrap());
    let merchant = merchants::merchant(registration, public_key.as_bytes()).unwrap();
    let config = Config {
        data: data.to_owned(),
        origin: origin.clone(),
        platform_origin: Some("http://127.0.0.1:8700".to_owned()),
        merchants: vec![merchant],
    };
    let ports = Ports {
        clock,
        rng: Arc::new(SystemRng),
        transport: Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap()),
    };
    let simulator = Arc::new(Simulator::open(config, ports).unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = web::serve(Arc::clone(&simulator), listener, async {
        let _ = stopped.await;
    });
    let served = tokio::spawn(async { serving.await.unwrap() });
    Running { origin, simulator, stop: Some(stop), served }
}

impl Running {
    /// Stops as SIGTERM does, and waits until the data folder is free.
    pub async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.served.await.unwrap();
    }

    /// A merchant's client of this wallet.
    pub fn client(&self) -> WalletClient {
        let profile = self.profile();
        let keys = wallet_keys(self.simulator.wallet_key(), profile.client_id.as_str());
        client(profile, keys)
    }

    pub fn profile(&self) -> WalletProfile {
        self.profile_of("generic-v2", CLIENT)
    }

    /// A merchant's profile of this wallet, starting from a shipped one.
    pub fn profile_of(&self, preset: &str, client_id: &str) -> WalletProfile {
        let origin = &self.origin;
        let host = origin.strip_prefix("http://").unwrap();
        let contract = match preset {
            "generic-v1" => "app_id = 'app-1'\npartner_id = 'p-1'\ncustomer_belongs_to = 'WALLET'",
            "touch-n-go" => "app_id = 'app-1'\npartner_id = 'p-1'",
            "super-qi" => "",
            _ => "app_id = 'app-1'",
        };
        let text = format!(
            "preset = '{preset}'\nname = 'simulator'\nmode = 'simulator'\nbase_url = '{origin}'\n\
             client_id = '{client_id}'\ncashier_hosts = ['{host}']\n{contract}\n"
        );
        WalletProfile::from_toml(preset, &text).unwrap()
    }

    /// Registers a merchant that speaks a shipped profile, as a tester does it while the wallet runs, and
    /// asks for the wallet's key the same way.
    pub async fn register(&self, preset: &str) -> WalletClient {
        let client_id = format!("SHOP_{preset}");
        let public_key = merchant_key().key().public_key().unwrap().to_pem();
        let merchant = json!({ "clientId": client_id, "publicKey": public_key, "profile": preset });
        let registered = self.post("/_simulator/merchants", &merchant).await;
        let profile = self.profile_of(preset, &client_id);
        let pay = wallet_api::operation::Operation::Pay;
        assert_eq!(registered["payUrl"], profile.url(&profile.path(pay)));
        let (status, key) = self.http("GET", "/_simulator/wallet-key", &[], "").await;
        assert_eq!(status, 200);
        client(profile, wallet_keys(&key, &client_id))
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.http("GET", path, &[], "").await;
        assert_eq!(answer.0, 200, "{path}: {}", answer.1);
        serde_json::from_str(&answer.1).unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let answer =
            self.http("POST", path, &[("content-type", "application/json")], &body.to_string()).await;
        assert_eq!(answer.0, 200, "{path}: {}", answer.1);
        serde_json::from_str(&answer.1).unwrap()
    }

    /// Makes something go wrong; the fault's id.
    pub async fn fault(&self, wish: Value) -> String {
        self.post("/_simulator/faults", &wish).await["id"].as_str().unwrap().to_owned()
    }

    /// How often each fault fired, oldest first.
    pub async fn fired(&self) -> Vec<u64> {
        let faults = self.get("/_simulator/faults").await;
        faults["faults"].as_array().unwrap().iter().map(|fault| fault["fired"].as_u64().unwrap()).collect()
    }

    /// The payments of the ledger, after a look at whether its entries sum to zero.
    pub async fn payments(&self) -> Vec<Value> {
        let ledger = self.get("/_simulator/ledger").await;
        let values = ledger["entries"].as_array().unwrap().iter();
        let sum: i64 = values.map(|entry| entry["value"].as_str().unwrap().parse::<i64>().unwrap()).sum();
        assert_eq!(sum, 0, "the books sum to zero");
        ledger["payments"].as_array().unwrap().clone()
    }

    /// One bare HTTP exchange, so that tests control every header.
    pub async fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String) {
        let (status, answer) = self.http_bytes(method, path, headers, body.as_bytes()).await;
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    /// The same with any body; the answer is the whole of it, with its head.
    pub async fn http_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> (u16, String) {
        let host = self.origin.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).await.unwrap();
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| *name == "host") {
            head.push_str(&format!("host: {host}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all([format!("{head}\r\n").as_bytes(), body].concat().as_slice()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }

    pub async fn login(&self, customer_id: &str) -> String {
        let login = self.post("/_simulator/logins", &json!({ "customerId": customer_id })).await;
        login["loginToken"].as_str().unwrap().to_owned()
    }

    /// Confirms in the cashier; the answer is the payment as the page would show it.
    pub async fn confirm(&self, payment_id: &PaymentId, login: &str) -> Value {
        let path = format!("/cashier/{payment_id}/confirm");
        let answer = self.http("POST", &path, &[("authorization", &format!("Bearer {login}"))], "").await;
        serde_json::from_str(&answer.1).unwrap()
    }

    pub async fn payment(&self, payment_id: &PaymentId) -> Value {
        let ledger = self.get("/_simulator/ledger").await;
        let payments = ledger["payments"].as_array().unwrap();
        payments.iter().find(|payment| payment["paymentId"] == payment_id.as_str()).unwrap().clone()
    }

    /// Waits until the ledger shows the payment so.
    pub async fn until(&self, payment_id: &PaymentId, so: impl Fn(&Value) -> bool) {
        while !so(&self.payment(payment_id).await) {
            SystemClock.sleep(Duration::from_millis(10)).await;
        }
    }
}

/// The wallet's key, for messages to this client.
pub fn wallet_keys(pem: &str, client_id: &str) -> KeyRing {
    let mut keys = KeyRing::new();
    keys.insert(ClientKey {
        client_id: ClientId::new(client_id).unwrap(),
        version: KeyVersion::new("1").unwrap(),
        key: PublicKey::parse(pem.as_bytes()).unwrap(),
    });
    keys
}

pub fn client(profile: WalletProfile, keys: KeyRing) -> WalletClient {
    let http = Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap());
    let (profile, signer, clock) = (Arc::new(profile), Arc::new(merchant_key()), Arc::new(SystemClock));
    WalletClient::new(profile, signer, Arc::new(keys), http, clock)
}

pub fn order(id: &str, currency: &str, value: u64, notify_url: String) -> PayRequest {
    let amount = Amount::new(currency, value).unwrap();
    PayRequest {
        payment_request_id: PaymentRequestId::new(id).unwrap(),
        amount,
        order: Order {
            reference_order_id: ReferenceOrderId::new("order-1").unwrap(),
            description: "Two mugs".to_owned(),
            amount,
            created_at: None,
            merchant: Some(Seller {
                reference_merchant_id: "shop".to_owned(),
                merchant_mcc: "5499".to_owned(),
                merchant_name: "Kapé Trading Inc.".to_owned(),
                merchant_display_name: Some("Kapé & Co.".to_owned()),
                merchant_address: None,
                store: None,
            }),
            goods: Vec::new(),
            shipping: None,
            buyer: None,
        },
        env: None,
        expires_at: Some(later(SystemClock.now(), Duration::from_secs(900))),
        notify_url: Some(notify_url),
        return_url: None,
        authorise_only: false,
    }
}

/// Asks for a payment that must be accepted; its wallet id.
pub async fn accepted(client: &WalletClient, order: PayRequest) -> PaymentId {
    let call = client.prepare_pay(&order).unwrap();
    match client.pay(&call, Sending::First).await {
        PayAnswer::Accepted { payment_id, cashier: Cashier::PaymentUrl(_) } => payment_id,
        other => panic!("accepted: {other:?}"),
    }
}

pub fn question(order: &PayRequest) -> PaymentQuestion {
    PaymentQuestion {
        payment_request_id: order.payment_request_id.clone(),
        amount: order.amount,
        payment_id: None,
    }
}

/// A merchant's address for notifications: verifies, answers what it is told to, passes on what came.
pub struct Receiver {
    pub url: String,
    pub notifications: mpsc::UnboundedReceiver<NotifyPaymentRequest>,
    served: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.served.abort();
    }
}

struct Receiving {
    profile: WalletProfile,
    keys: KeyRing,
    answers: Mutex<Vec<WireResult>>,
    seen: mpsc::UnboundedSender<NotifyPaymentRequest>,
}

/// `answers` are given in turn; after them, S.
pub async fn receiver(running: &Running, answers: Vec<WireResult>) -> Receiver {
    receiver_for(running, running.profile(), answers).await
}

/// The same for a merchant of another profile.
pub async fn receiver_for(running: &Running, profile: WalletProfile, answers: Vec<WireResult>) -> Receiver {
    let keys = wallet_keys(running.simulator.wallet_key(), profile.client_id.as_str());
    let (seen, notifications) = mpsc::unbounded_channel();
    let state = Receiving { profile, keys, answers: Mutex::new(answers), seen };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{PATH}", listener.local_addr().unwrap());
    let router = Router::new().route(PATH, post(receive)).with_state(Arc::new(state));
    let served = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    Receiver { url, notifications, served }
}

async fn receive(
    State(state): State<Arc<Receiving>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let now = SystemClock.now();
    let raw = RawNotification { method: "POST", uri: PATH, headers: &headers, body: &body };
    let notification = raw.verify(&state.profile, &state.keys, now).unwrap();
    let result = state.answers.lock().unwrap().pop().unwrap_or_else(WireResult::success);
    let ack = acknowledge(&state.profile, &merchant_key(), PATH, now, result).unwrap();
    let headers = ack
        .headers
        .iter()
        .map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap()));
    let headers = headers.collect();
    state.seen.send(notification.payment).unwrap();
    (StatusCode::OK, headers, ack.body)
}

pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}
