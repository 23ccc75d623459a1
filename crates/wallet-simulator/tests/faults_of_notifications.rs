//! Bad days of notifications, over real sockets: what arrives at the merchant, and when.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::routing::post;
use common::{PATH, Running, accepted, folder, merchant_key, order, start, wallet_keys};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wallet_api::amount::Amount;
use wallet_api::clock::{Clock as _, SystemClock};
use wallet_api::ids::PaymentId;
use wallet_api::keys::KeyRing;
use wallet_api::notification::{Notification, NotificationError, RawNotification, acknowledge};
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::result::WireResult;
use wallet_api::profile::WalletProfile;

type Heard = Result<Notification, NotificationError>;

/// A merchant that passes on whatever it made of each notification, and says S to those that it believes.
struct Shop {
    profile: WalletProfile,
    keys: KeyRing,
    heard: UnboundedSender<Heard>,
}

struct Scene {
    running: Running,
    url: String,
    heard: UnboundedReceiver<Heard>,
    _data: tempfile::TempDir,
}

async fn scene() -> Scene {
    let data = folder();
    let running = start(data.path()).await;
    let profile = running.profile();
    let keys = wallet_keys(running.simulator.wallet_key(), profile.client_id.as_str());
    let (sender, heard) = unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{PATH}", listener.local_addr().unwrap());
    let shop = Arc::new(Shop { profile, keys, heard: sender });
    let router = Router::new().route(PATH, post(hear)).with_state(shop);
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    Scene { running, url, heard, _data: data }
}

async fn hear(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let now = SystemClock.now();
    let raw = RawNotification { method: "POST", uri: PATH, headers: &headers, body: &body };
    let heard = raw.verify(&shop.profile, &shop.keys, now);
    let believed = heard.is_ok();
    shop.heard.send(heard).unwrap();
    if !believed {
        return (StatusCode::UNAUTHORIZED, HeaderMap::new(), Vec::new());
    }
    let ack = acknowledge(&shop.profile, &merchant_key(), PATH, now, WireResult::success()).unwrap();
    let headers = ack.headers.iter();
    let headers = headers.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    (StatusCode::OK, headers.collect(), ack.body)
}

impl Scene {
    async fn fault(&self, mut wish: Value) -> String {
        wish["on"] = json!("notifyPayment");
        self.running.fault(wish).await
    }

    async fn pay(&self, id: &str) -> PaymentId {
        let payment_id = accepted(&self.running.client(), order(id, "PHP", 100, self.url.clone())).await;
        let login = self.running.login("c-ana").await;
        assert_eq!(self.running.confirm(&payment_id, &login).await["status"], "paid");
        payment_id
    }

    async fn tried(&self, payment_id: &PaymentId, tries: u64) {
        self.running.until(payment_id, |payment| payment["notificationTries"] == tries).await;
    }

    async fn delivered(&self, payment_id: &PaymentId) {
        self.running.until(payment_id, |payment| payment["notification"] == "delivered").await;
    }

    async fn pass(&self, seconds: u32) {
        self.running.post("/_simulator/clock", &json!({ "advanceSeconds": seconds })).await;
    }

    /// What the merchant hears next and believes.
    async fn believed(&mut self) -> wallet_api::operation::notify_payment::NotifyPaymentRequest {
        self.heard.recv().await.unwrap().unwrap().payment
    }

    /// The marks in the transcript, oldest first.
    async fn marks(&self) -> Vec<Value> {
        let transcript = self.running.get("/_simulator/transcript?after=0").await;
        let messages = transcript["messages"].as_array().unwrap().iter();
        messages.map(|message| message["fault"].clone()).filter(|mark| !mark.is_null()).collect()
    }
}

#[tokio::test]
async fn a_lost_notification_comes_again_by_the_schedule() {
    let mut scene = scene().await;
    let id = scene.fault(json!({ "kind": "lost" })).await;
    let payment_id = scene.pay("a-1").await;
    scene.tried(&payment_id, 1).await;
    assert!(scene.heard.try_recv().is_err());
    assert_eq!(scene.marks().await, [json!({ "id": id, "kind": "lost" })]);
    scene.pass(120).await;
    assert_eq!(scene.believed().await.status, PaymentStatus::Success);
    scene.delivered(&payment_id).await;
}

#[tokio::test]
async fn a_repeated_notification_comes_as_often_as_was_asked_for() {
    let mut scene = scene().await;
    scene.fault(json!({ "kind": "repeated", "copies": 2 })).await;
    let payment_id = scene.pay("a-1").await;
    scene.delivered(&payment_id).await;
    for _ in 0..3 {
        assert_eq!(scene.believed().await.payment_id, payment_id);
    }
    assert!(scene.heard.try_recv().is_err());
    assert_eq!(scene.marks().await.len(), 3);
    assert_eq!(scene.running.fired().await, [1]);
}

#[tokio::test]
async fn the_merchant_can_be_told_before_the_cashier_answers() {
    let mut scene = scene().await;
    let id = scene.running.fault(json!({ "on": "cashier", "kind": "notified_first" })).await;
    scene.pay("a-1").await;
    let told = scene.heard.try_recv().expect("it was there before the answer");
    assert_eq!(told.unwrap().payment.status, PaymentStatus::Success);
    assert_eq!(scene.marks().await, [json!({ "id": id, "kind": "notified_first" })]);
}

#[tokio::test]
async fn a_delayed_notification_waits_for_the_wallets_clock_and_no_other_does() {
    let mut scene = scene().await;
    let id = scene.fault(json!({ "kind": "delayed", "seconds": 600, "paymentRequestId": "a-1" })).await;
    let late = scene.pay("a-1").await;
    let prompt = scene.pay("a-2").await;
    assert_eq!(scene.believed().await.payment_id, prompt);
    scene.delivered(&prompt).await;
    scene.pass(599).await;
    assert_eq!(scene.running.payment(&late).await["notificationTries"], 0);
    scene.pass(1).await;
    assert_eq!(scene.believed().await.payment_id, late);
    scene.delivered(&late).await;
    assert_eq!(scene.marks().await, [json!({ "id": id, "kind": "delayed" })]);
}

#[tokio::test]
async fn deleting_a_delay_lets_the_notification_go() {
    let mut scene = scene().await;
    let id = scene.fault(json!({ "kind": "delayed", "seconds": 600 })).await;
    let payment_id = scene.pay("a-1").await;
    while scene.running.fired().await != [1] {
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.running.http("DELETE", &format!("/_simulator/faults/{id}"), &[], "").await.0, 200);
    assert_eq!(scene.believed().await.payment_id, payment_id);
}

#[tokio::test]
async fn a_success_can_come_after_a_fail() {
    let mut scene = scene().await;
    scene.fault(json!({ "kind": "fail_first" })).await;
    let payment_id = scene.pay("a-1").await;
    let (first, second) = (scene.believed().await, scene.believed().await);
    assert_eq!((first.status, second.status), (PaymentStatus::Fail, PaymentStatus::Success));
    assert_eq!((&first.payment_id, &second.payment_id), (&payment_id, &payment_id));
    assert_eq!(scene.running.payment(&payment_id).await["status"], "SUCCESS");
}

#[tokio::test]
async fn a_notification_can_speak_of_something_else() {
    let mut scene = scene().await;
    let mut before = scene.pay("a-0").await;
    scene.believed().await;
    for (at, wish) in [
        json!({ "kind": "another", "member": "amount" }),
        json!({ "kind": "another", "member": "currency" }),
        json!({ "kind": "another", "member": "paymentId" }),
        json!({ "kind": "another", "member": "paymentRequestId" }),
        json!({ "kind": "another_order" }),
    ]
    .into_iter()
    .enumerate()
    {
        scene.fault(wish).await;
        let id = format!("b-{at}");
        let payment_id = scene.pay(&id).await;
        let told = scene.believed().await;
        let same_ids = told.payment_id == payment_id && told.payment_request_id.as_str() == id;
        match at {
            0 => assert!(same_ids && told.amount == Amount::new("PHP", 101).unwrap()),
            1 => assert!(same_ids && told.amount == Amount::new("JPY", 100).unwrap()),
            2 => assert!(told.payment_id != payment_id && told.payment_request_id.as_str() == id),
            3 => assert!(told.payment_id == payment_id && told.payment_request_id.as_str() != id),
            _ => assert_eq!((&told.payment_id, told.payment_request_id.as_str()), (&before, "b-3")),
        }
        assert_eq!(
            scene.running.payment(&payment_id).await["amount"],
            json!({ "currency": "PHP", "value": "100" })
        );
        before = payment_id;
    }
    scene.running.payments().await;
}

#[tokio::test]
async fn no_notification_with_a_flawed_signature_or_an_old_time_is_believed() {
    let mut scene = scene().await;
    for (at, (wish, code)) in [
        (json!({ "kind": "signature", "flaw": "absent" }), "header_missing"),
        (json!({ "kind": "signature", "flaw": "altered" }), "bad_signature"),
        (json!({ "kind": "signature", "flaw": "other_key" }), "bad_signature"),
        (json!({ "kind": "signature", "flaw": "other_key_version" }), "bad_signature"),
        (json!({ "kind": "signature", "flaw": "other_client" }), "wrong_client"),
        (json!({ "kind": "time_shifted", "seconds": -86_400 * 30 }), "stale"),
    ]
    .into_iter()
    .enumerate()
    {
        scene.fault(wish.clone()).await;
        let payment_id = scene.pay(&format!("a-{at}")).await;
        let error = scene.heard.recv().await.unwrap().unwrap_err();
        assert_eq!(error.code(), code, "{wish}");
        scene.tried(&payment_id, 1).await;
        scene.pass(120).await;
        assert_eq!(scene.believed().await.payment_id, payment_id, "the next try is as it should be");
        scene.delivered(&payment_id).await;
    }
}

#[tokio::test]
async fn whatever_the_merchant_says_the_wallet_may_not_hear_it() {
    let mut scene = scene().await;
    scene.fault(json!({ "kind": "not_acknowledged", "times": 8 })).await;
    let payment_id = scene.pay("a-1").await;
    for tries in 1..=8 {
        assert_eq!(scene.believed().await.payment_id, payment_id);
        scene.tried(&payment_id, tries).await;
        scene.pass(15 * 60 * 60).await;
    }
    let payment = scene.running.payment(&payment_id).await;
    assert_eq!((&payment["notification"], &payment["status"]), (&json!("gave_up"), &json!("SUCCESS")));
}
