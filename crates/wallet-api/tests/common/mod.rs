//! A wallet and a merchant for tests: both key pairs, a profile, a clock that stands still, and a
//! transport that answers what the test wants and keeps what was sent.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test stops at the first surprise")]

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::Deserialize;
use wallet_api::BoxFuture;
use wallet_api::amount::Amount;
use wallet_api::client::{PaymentQuestion, RefundQuestion, WalletClient};
use wallet_api::clock::ManualClock;
use wallet_api::ids::{ClientId, KeyVersion, PaymentRequestId, ReferenceOrderId, RefundRequestId};
use wallet_api::keys::{ClientKey, KeyRing, PrivateKey, SigningKey};
use wallet_api::operation::order::{Address, Buyer, Env, Goods, Merchant, Order, Shipping, UserName};
use wallet_api::operation::pay::PayRequest;
use wallet_api::operation::refund::RefundRequest;
use wallet_api::profile::WalletProfile;
use wallet_api::signature::SignedMessage;
use wallet_api::transport::{HttpRequest, HttpResponse, HttpTransport, TransportError};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vectors {
    pub public_key_pem: String,
    #[serde(rename = "testOnlyPrivateKeyPkcs8Pem")]
    pub private_key_pem: String,
    pub vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vector {
    pub name: String,
    pub method: String,
    pub uri: String,
    pub client_id: String,
    pub time: String,
    pub body_utf8_base64: String,
    pub body: String,
    pub content_sha256: String,
    pub content_len: usize,
    pub sig_base64: String,
    pub sig_header_value: String,
    pub sig_base64_url: String,
}

pub static VECTORS: LazyLock<Vectors> =
    LazyLock::new(|| serde_json::from_str(include_str!("../signature-vectors.json")).unwrap());

pub const CLIENT: &str = "TEST_5X00000000000000";
pub const NOW: &str = "2026-03-01T10:00:00+00:00";

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub fn version(text: &str) -> KeyVersion {
    KeyVersion::new(text).unwrap()
}

/// The key of the vectors: the merchant's.
pub fn merchant_key() -> SigningKey {
    SigningKey::new(PrivateKey::parse(VECTORS.private_key_pem.as_bytes()).unwrap(), version("1"))
}

static WALLET_PEM: LazyLock<String> =
    LazyLock::new(|| PrivateKey::generate().unwrap().to_pkcs8_pem().unwrap().to_string());

/// The wallet's key: one for the whole run, because making one is slow.
pub fn wallet_key() -> SigningKey {
    SigningKey::new(PrivateKey::parse(WALLET_PEM.as_bytes()).unwrap(), version("1"))
}

pub fn ring(key: &SigningKey) -> KeyRing {
    let mut ring = KeyRing::new();
    ring.insert(ClientKey {
        client_id: ClientId::new(CLIENT).unwrap(),
        version: version("1"),
        key: key.key().public_key().unwrap(),
    });
    ring
}

pub const PROFILE: &str = r#"
name = "wallet"
mode = "live"
base_url = "https://open.wallet.example"
path_prefix = "/api/open"
version = "v2"
client_id = "TEST_5X00000000000000"
app_id = "app-1"
product_code = "CASHIER_PAYMENT"
cashier_hosts = ["cashier.wallet.example"]
"#;

pub fn profile() -> WalletProfile {
    WalletProfile::from_toml("test", PROFILE).unwrap()
}

/// A merchant's profile of a wallet that is shipped: what its contract hands out, and nothing more.
pub fn shipped(preset: &str) -> WalletProfile {
    let contract = match preset {
        "generic-v1" => "app_id = \"app-1\"\npartner_id = \"partner-1\"\ncustomer_belongs_to = \"WALLET\"",
        "touch-n-go" => "app_id = \"app-1\"\npartner_id = \"partner-1\"",
        "super-qi" => "",
        _ => "app_id = \"app-1\"",
    };
    let text = format!(
        r#"
preset = {preset:?}
name = "wallet"
mode = "live"
base_url = "https://open.wallet.example"
client_id = "{CLIENT}"
cashier_hosts = ["cashier.wallet.example"]
{contract}
"#
    );
    WalletProfile::from_toml(preset, &text).unwrap()
}

/// How the scripted wallet answers.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// Signed by the wallet, now, for our client.
    pub fn signed(uri: &str, body: &str) -> Self {
        Self::signed_by(&wallet_key(), uri, CLIENT, NOW, body)
    }

    pub fn signed_by(key: &SigningKey, uri: &str, client_id: &str, time: &str, body: &str) -> Self {
        let message = SignedMessage { method: "POST", uri, client_id, time, body: body.as_bytes() };
        let headers = vec![
            ("client-id", client_id.to_owned()),
            ("response-time", time.to_owned()),
            ("signature", message.sign(key).unwrap()),
        ];
        Self { status: 200, headers, body: body.into() }
    }

    pub fn unsigned(body: &str) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    pub fn header_map(&self) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            map.append(HeaderName::from_static(name), HeaderValue::try_from(value).unwrap());
        }
        map
    }
}

/// Answers the same thing every time, and keeps what was sent.
pub struct ScriptedTransport {
    reply: Result<Reply, TransportError>,
    pub sent: Mutex<Vec<HttpRequest>>,
}

impl HttpTransport for ScriptedTransport {
    fn post(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.sent.lock().unwrap().push(request);
        let reply = self.reply.clone().map(|reply| HttpResponse {
            status: reply.status,
            headers: reply.header_map(),
            body: reply.body,
        });
        Box::pin(async move { reply })
    }
}

pub struct Scene {
    pub client: WalletClient,
    pub transport: Arc<ScriptedTransport>,
    pub clock: Arc<ManualClock>,
}

pub fn scene(reply: Result<Reply, TransportError>) -> Scene {
    scene_with(profile(), reply)
}

pub fn scene_with(profile: WalletProfile, reply: Result<Reply, TransportError>) -> Scene {
    let transport = Arc::new(ScriptedTransport { reply, sent: Mutex::default() });
    let clock = Arc::new(ManualClock::new(now()));
    let verifier = Arc::new(ring(&wallet_key()));
    let client = WalletClient::new(
        Arc::new(profile),
        Arc::new(merchant_key()),
        verifier,
        transport.clone(),
        clock.clone(),
    );
    Scene { client, transport, clock }
}

/// The least that a payment needs.
pub fn payment() -> PayRequest {
    let amount = Amount::new("PHP", 129_900).unwrap();
    PayRequest {
        payment_request_id: PaymentRequestId::new("attempt-1").unwrap(),
        amount,
        order: Order {
            reference_order_id: ReferenceOrderId::new("order-1").unwrap(),
            description: "Two mugs".to_owned(),
            amount,
            created_at: None,
            merchant: None,
            goods: Vec::new(),
            shipping: None,
            buyer: None,
        },
        env: None,
        expires_at: Some(wallet_api::clock::later(now(), Duration::from_secs(900))),
        notify_url: Some("https://shop.example/wallet/wallet/notifyPayment".to_owned()),
        return_url: None,
        authorise_only: false,
    }
}

/// The most that a payment can say.
pub fn full_payment() -> PayRequest {
    let amount = |value| Amount::new("PHP", value).unwrap();
    let goods = |sku: &str, name: &str, price, quantity: &str| Goods {
        reference_goods_id: sku.to_owned(),
        goods_name: name.to_owned(),
        goods_category: Some("kitchen".to_owned()),
        goods_unit_amount: Some(amount(price)),
        goods_quantity: Some(quantity.to_owned()),
        goods_sku_name: Some("blue".to_owned()),
    };
    let address = Address {
        region: "PH".to_owned(),
        state: None,
        city: Some("Makati".to_owned()),
        address1: Some("1 Ayala Avenue".to_owned()),
        address2: None,
        zip_code: Some("1226".to_owned()),
    };
    let name = UserName { full_name: Some("Ana Reyes".to_owned()), ..UserName::default() };
    let payment = payment();
    PayRequest {
        order: Order {
            created_at: Some(now()),
            merchant: Some(Merchant {
                reference_merchant_id: "shop".to_owned(),
                merchant_mcc: "5812".to_owned(),
                merchant_name: "Kapé Trading Inc.".to_owned(),
                merchant_display_name: Some("Kapé & Co.".to_owned()),
                merchant_address: Some(address.clone()),
                store: None,
            }),
            goods: vec![goods("MUG-1", "Mug", 49_950, "2"), goods("POT-1", "Pot", 30_000, "1")],
            shipping: Some(Shipping {
                shipping_name: name.clone(),
                shipping_address: address,
                shipping_carrier: None,
                shipping_phone_no: Some("+639170000000".to_owned()),
                shipping_fee: Some(amount(100)),
            }),
            buyer: Some(Buyer {
                reference_buyer_id: Some("buyer-1".to_owned()),
                buyer_name: Some(name),
                buyer_phone_no: Some("+639170000000".to_owned()),
            }),
            ..payment.order
        },
        env: Some(Env { client_ip: Some("203.0.113.7".to_owned()), ..Env::mini_program() }),
        return_url: Some("https://shop.example/back".to_owned()),
        ..payment
    }
}

pub fn question() -> PaymentQuestion {
    let payment = payment();
    PaymentQuestion {
        payment_request_id: payment.payment_request_id,
        amount: payment.amount,
        payment_id: None,
    }
}

pub fn refund() -> RefundRequest {
    let question = refund_question();
    RefundRequest {
        refund_request_id: question.refund_request_id,
        payment_id: "pay-1".parse().ok(),
        payment_request_id: None,
        amount: question.amount,
        reason: Some("a cup broke".to_owned()),
        capture_id: None,
    }
}

pub fn refund_question() -> RefundQuestion {
    RefundQuestion {
        refund_request_id: RefundRequestId::new("refund-1").unwrap(),
        amount: Amount::new("PHP", 9_900).unwrap(),
        refund_id: None,
    }
}
