//! What a signed message costs, each way: the bare RSA operation, and all that this crate adds to it.
//!
//! Building and signing a `pay` may take at most 1.15 times its bare signature; over the bar the bench
//! fails. What reading a notification takes beside its bare verification is printed.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench stops at the first surprise")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::time::Duration;

use common::{CLIENT, NOW, Reply, Scene, merchant_key, now, payment, profile, ring, scene, wallet_key};
use criterion::{Criterion, criterion_group};
use http::HeaderMap;
use wallet_api::keys::{KeyRing, PublicKey, Signer as _, SigningKey};
use wallet_api::notification::{Notification, RawNotification};
use wallet_api::profile::WalletProfile;
use wallet_api::signature::{SignatureHeader, SignedMessage};
use wallet_api::transport::HttpRequest;

/// What building and signing may cost, in bare signatures.
const BAR: f64 = 1.15;

/// A merchant that asks for a payment.
struct Asking {
    scene: Scene,
    key: SigningKey,
    /// What the bare signature is made over: as long as what the client signs.
    content: Vec<u8>,
}

impl Asking {
    fn new() -> Self {
        let scene = scene(Ok(Reply::unsigned("{}")));
        let call = scene.client.prepare_pay(&payment()).unwrap();
        let message =
            SignedMessage { method: "POST", uri: &call.uri, client_id: CLIENT, time: NOW, body: &call.body };
        Self { content: message.content(), key: merchant_key(), scene }
    }

    fn sign(&self) -> Vec<u8> {
        self.key.sign(black_box(&self.content)).unwrap()
    }

    fn build_and_sign(&self) -> HttpRequest {
        let call = self.scene.client.prepare_pay(black_box(&payment())).unwrap();
        self.scene.client.sign(&call).unwrap()
    }
}

/// A merchant that is notified.
struct Notified {
    profile: WalletProfile,
    ring: KeyRing,
    key: PublicKey,
    headers: HeaderMap,
    content: Vec<u8>,
    signature: Vec<u8>,
}

impl Notified {
    const PATH: &str = "/wallet/wallet/notifyPayment";
    const BODY: &str = r#"{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"},"paymentId":"pay-1","paymentRequestId":"attempt-1","paymentAmount":{"currency":"PHP","value":"129900"},"customerId":"c-ana"}"#;

    fn new() -> Self {
        let key = wallet_key();
        let body = Self::BODY.as_bytes();
        let message = SignedMessage { method: "POST", uri: Self::PATH, client_id: CLIENT, time: NOW, body };
        let header = message.sign(&key).unwrap();
        let signature = SignatureHeader::parse(&header).unwrap().signature;
        let headers =
            [("client-id", CLIENT.to_owned()), ("request-time", NOW.to_owned()), ("signature", header)];
        let reply = Reply { status: 200, headers: headers.to_vec(), body: body.to_vec() };
        Self {
            profile: profile(),
            ring: ring(&key),
            key: key.key().public_key().unwrap(),
            headers: reply.header_map(),
            content: message.content(),
            signature,
        }
    }

    fn verify(&self) {
        self.key.verify(black_box(&self.content), black_box(&self.signature)).unwrap();
    }

    fn verify_and_read(&self) -> Notification {
        let (headers, body) = (black_box(&self.headers), black_box(Self::BODY.as_bytes()));
        let raw = RawNotification { method: "POST", uri: Self::PATH, headers, body };
        raw.verify(&self.profile, &self.ring, now()).unwrap()
    }
}

fn signed_messages(criterion: &mut Criterion) {
    let (asking, notified) = (Asking::new(), Notified::new());
    let mut group = criterion.benchmark_group("signed messages");
    group.sample_size(60).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
    group.bench_function("sign", |bencher| bencher.iter(|| asking.sign()));
    group.bench_function("build and sign a pay request", |bencher| bencher.iter(|| asking.build_and_sign()));
    group.bench_function("verify", |bencher| bencher.iter(|| notified.verify()));
    group.bench_function("verify and read a notification", |bencher| {
        bencher.iter(|| notified.verify_and_read());
    });
    group.finish();
}

criterion_group!(benches, signed_messages);

/// How many times as long as `bare` the `whole` takes. Both are measured in turns, so that a machine that
/// slows down slows both; the median of the ratios.
fn ratio(calls: u32, bare: impl Fn(), whole: impl Fn()) -> f64 {
    const ROUNDS: usize = 31;
    let timed = |work: &dyn Fn()| {
        #[allow(clippy::disallowed_methods, reason = "a bench measures real time")]
        let start = std::time::Instant::now();
        for _ in 0..calls {
            work();
        }
        start.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let bare = timed(&bare);
            timed(&whole) / bare
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
}

#[allow(clippy::print_stdout, reason = "the ratios are what this program is for")]
fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    let (asking, notified) = (Asking::new(), Notified::new());
    let reading = ratio(
        1000,
        || notified.verify(),
        || {
            black_box(notified.verify_and_read());
        },
    );
    println!("verify and read a notification / bare verification: {reading:.3}");
    let signing = ratio(
        40,
        || {
            black_box(asking.sign());
        },
        || {
            black_box(asking.build_and_sign());
        },
    );
    println!("build and sign a pay request / bare signature: {signing:.3} (bar {BAR})");
    assert!(signing <= BAR, "building and signing costs more than {BAR} times the bare signature");
}
