//! Any request in any profile, signed, sent over a real socket and answered, verifies on both sides; any
//! change on the way, of either message, does not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{Running, folder, merchant_key, start};
use http::HeaderMap;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use wallet_api::amount::Amount;
use wallet_api::clock::{Clock as _, SystemClock, later};
use wallet_api::keys::KeyRing;
use wallet_api::operation::apply_token::ApplyTokenRequest;
use wallet_api::operation::cancel::CancelRequest;
use wallet_api::operation::cancel_token::CancelTokenRequest;
use wallet_api::operation::capture::CaptureRequest;
use wallet_api::operation::inquiry_payment::InquiryPaymentRequest;
use wallet_api::operation::inquiry_refund::InquiryRefundRequest;
use wallet_api::operation::order::{Buyer, Env, Goods, Order};
use wallet_api::operation::pay::PayRequest;
use wallet_api::operation::refund::RefundRequest;
use wallet_api::operation::result::ResultStatus;
use wallet_api::operation::user_info::UserInfoRequest;
use wallet_api::operation::void::VoidRequest;
use wallet_api::profile::{PRESETS, WalletProfile};
use wallet_api::signature::{
    CLIENT_ID, REQUEST_TIME, RESPONSE_TIME, SIGNATURE, SignatureHeader, SignedMessage,
};
use wallet_api::transport::{HttpRequest, HttpTransport as _, PooledTransport};
use wallet_api::wire::{Answer as _, Call, Message as _, read_result};

/// Any request.
#[derive(Clone, Debug)]
enum Request {
    Pay(Box<PayRequest>),
    InquiryPayment(InquiryPaymentRequest),
    Cancel(CancelRequest),
    Refund(RefundRequest),
    InquiryRefund(InquiryRefundRequest),
    Capture(CaptureRequest),
    Void(VoidRequest),
    ApplyToken(ApplyTokenRequest),
    CancelToken(CancelTokenRequest),
    UserInfo(UserInfoRequest),
}

/// How a message is changed on its way.
#[derive(Clone, Copy, Debug)]
enum Change {
    Method,
    Uri,
    Client,
    Time,
    Body,
    Signature,
}

const CHANGES: [Change; 6] =
    [Change::Method, Change::Uri, Change::Client, Change::Time, Change::Body, Change::Signature];

fn wallet_id<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    "[!-~&&[^@#?]]{1,64}".prop_map(|text| text.parse().unwrap())
}

fn token<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    "[!-~&&[^@#?]]{1,128}".prop_map(|text| text.parse().unwrap())
}

fn amount() -> impl Strategy<Value = Amount> {
    ("PHP|JPY|IQD|XTS", 1u64..=9_999_999_999_999_999)
        .prop_map(|(currency, value)| Amount::new(&currency, value).unwrap())
}

fn pay_request() -> impl Strategy<Value = PayRequest> {
    let goods = ("\\PC{1,300}", "\\PC{0,80}", 1u32..999).prop_map(|(name, sku, quantity)| Goods {
        reference_goods_id: sku,
        goods_name: name,
        goods_category: None,
        goods_unit_amount: Some(Amount::new("PHP", 1).unwrap()),
        goods_quantity: Some(quantity.to_string()),
        goods_sku_name: Some(String::new()),
    });
    let goods = proptest::collection::vec(goods, 0..4);
    let texts = (any::<String>(), any::<String>(), any::<bool>());
    (wallet_id(), wallet_id(), amount(), goods, texts).prop_map(
        |(payment_request_id, reference_order_id, amount, goods, (description, agent, authorise_only))| {
            PayRequest {
                payment_request_id,
                amount,
                order: Order {
                    reference_order_id,
                    description,
                    amount,
                    created_at: Some(SystemClock.now()),
                    merchant: None,
                    goods,
                    shipping: None,
                    buyer: Some(Buyer { reference_buyer_id: Some("a?b".to_owned()), ..Buyer::default() }),
                },
                env: Some(Env { user_agent: Some(agent), ..Env::mini_program() }),
                expires_at: Some(later(SystemClock.now(), Duration::from_secs(900))),
                notify_url: Some("http://127.0.0.1:9/notify".to_owned()),
                return_url: None,
                authorise_only,
            }
        },
    )
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        pay_request().prop_map(|request| Request::Pay(Box::new(request))),
        (proptest::option::of(wallet_id()), wallet_id()).prop_map(|(payment_id, id)| {
            Request::InquiryPayment(InquiryPaymentRequest { payment_id, payment_request_id: Some(id) })
        }),
        (proptest::option::of(wallet_id()), wallet_id()).prop_map(|(payment_id, id)| {
            Request::Cancel(CancelRequest { payment_id, payment_request_id: Some(id) })
        }),
        (wallet_id(), wallet_id(), amount(), proptest::option::of(any::<String>())).prop_map(
            |(refund_request_id, payment_id, amount, reason)| Request::Refund(RefundRequest {
                refund_request_id,
                payment_id: Some(payment_id),
                payment_request_id: None,
                amount,
                reason,
                capture_id: None,
            })
        ),
        wallet_id().prop_map(|id| {
            Request::InquiryRefund(InquiryRefundRequest { refund_id: None, refund_request_id: Some(id) })
        }),
        (wallet_id(), wallet_id(), proptest::option::of(amount()), any::<bool>()).prop_map(
            |(capture_request_id, payment_id, amount, is_last)| Request::Capture(CaptureRequest {
                capture_request_id,
                payment_id,
                amount,
                is_last,
            })
        ),
        (wallet_id(), wallet_id()).prop_map(|(void_request_id, id)| Request::Void(VoidRequest {
            void_request_id,
            payment_id: None,
            payment_request_id: Some(id),
        })),
        token().prop_map(|code| Request::ApplyToken(ApplyTokenRequest::AuthCode(code))),
        token().prop_map(|token| Request::ApplyToken(ApplyTokenRequest::RefreshToken(token))),
        token().prop_map(|access_token| Request::CancelToken(CancelTokenRequest { access_token })),
        token().prop_map(|access_token| Request::UserInfo(UserInfoRequest { access_token })),
    ]
}

/// A running wallet, and what a merchant needs to talk to it.
struct Scene {
    running: Running,
    transport: PooledTransport,
    profiles: Vec<WalletProfile>,
}

impl Scene {
    fn keys(&self, profile: &WalletProfile) -> KeyRing {
        common::wallet_keys(self.running.simulator.wallet_key(), profile.client_id.as_str())
    }

    /// Sends a request as it should be, and then once changed.
    async fn exchange<C: Call>(
        &self,
        profile: &WalletProfile,
        request: &C,
        change: Change,
        at: Index,
        flip: u8,
    ) {
        let (uri, body) = (profile.path(C::OPERATION), request.write(profile).unwrap());
        let client_id = profile.client_id.as_str();
        let time = profile.time_format.format(SystemClock.now());
        let message = SignedMessage { method: "POST", uri: &uri, client_id, time: &time, body: &body };
        let signature = message.sign_as(&merchant_key(), profile.signature_encoding).unwrap();
        let headers =
            vec![(CLIENT_ID, client_id.to_owned()), (REQUEST_TIME, time.clone()), (SIGNATURE, signature)];
        let sent = HttpRequest {
            url: profile.url(&uri),
            headers: headers.clone(),
            body: body.clone(),
            timeout: Duration::from_secs(20),
        };
        let answer = self.transport.post(sent).await.unwrap();
        assert_eq!(answer.status, 200);
        let header = |map: &HeaderMap, name: &str| map[name].to_str().unwrap().to_owned();
        let (told_client, answered) =
            (header(&answer.headers, CLIENT_ID), header(&answer.headers, RESPONSE_TIME));
        let told = SignedMessage {
            method: "POST",
            uri: &uri,
            client_id: &told_client,
            time: &answered,
            body: &answer.body,
        };
        let told_signature = header(&answer.headers, SIGNATURE);
        told.verify(&self.keys(profile), &told_signature).expect("the wallet signs every verified answer");
        let result = C::Answer::read(&answer.body).expect("and writes what can be read").result().clone();
        for never in ["NO_INTERFACE_DEF", "PARAM_ILLEGAL"] {
            assert_ne!(result.result_code.as_str(), never, "{}: {}", profile.preset, result.result_message);
        }
        self.changed_answer(profile, told, &told_signature, change, at, flip);
        self.changed_request(&message, &headers, change, at, flip).await;
    }

    fn changed_answer(
        &self,
        profile: &WalletProfile,
        told: SignedMessage<'_>,
        signature: &str,
        change: Change,
        at: Index,
        flip: u8,
    ) {
        let changed = changed(&told, signature, change, at, flip);
        let message = changed.message();
        assert!(message.verify(&self.keys(profile), &changed.signature).is_err(), "{change:?}");
    }

    async fn changed_request(
        &self,
        message: &SignedMessage<'_>,
        headers: &[(&'static str, String)],
        change: Change,
        at: Index,
        flip: u8,
    ) {
        let changed = changed(message, &headers[2].1, change, at, flip);
        let headers = [
            (CLIENT_ID, changed.client_id.as_str()),
            (REQUEST_TIME, changed.time.as_str()),
            (SIGNATURE, changed.signature.as_str()),
        ];
        let (status, answer) =
            self.running.http_bytes(&changed.method, &changed.uri, &headers, &changed.body).await;
        assert_eq!(status, 200, "{change:?}: {answer}");
        assert!(!answer.to_ascii_lowercase().contains("\r\nsignature:"), "{change:?}: answered unsigned");
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let result = read_result(body.as_bytes()).unwrap();
        assert_eq!(result.result_status, ResultStatus::Failed, "{change:?}: {body}");
    }
}

/// A message with one of its parts changed.
struct Changed {
    method: String,
    uri: String,
    client_id: String,
    time: String,
    body: Vec<u8>,
    signature: String,
}

impl Changed {
    fn message(&self) -> SignedMessage<'_> {
        SignedMessage {
            method: &self.method,
            uri: &self.uri,
            client_id: &self.client_id,
            time: &self.time,
            body: &self.body,
        }
    }
}

fn changed(message: &SignedMessage<'_>, signature: &str, change: Change, at: Index, flip: u8) -> Changed {
    let mut changed = Changed {
        method: message.method.to_owned(),
        uri: message.uri.to_owned(),
        client_id: message.client_id.to_owned(),
        time: message.time.to_owned(),
        body: message.body.to_vec(),
        signature: signature.to_owned(),
    };
    match change {
        Change::Method => changed.method = "PUT".to_owned(),
        Change::Uri => changed.uri.push_str("?a=1"),
        Change::Client => changed.client_id.push('x'),
        Change::Time => changed.time = "2026-03-01T10:00:00Z".to_owned(),
        Change::Body => {
            let place = at.index(changed.body.len());
            changed.body[place] ^= flip;
        }
        Change::Signature => {
            let mut header = SignatureHeader::parse(signature).unwrap();
            let place = at.index(header.signature.len());
            header.signature[place] ^= flip;
            changed.signature = header.write(wallet_api::signature::SignatureEncoding::default());
        }
    }
    changed
}

#[test]
fn any_request_in_any_profile_verifies_there_and_back_and_no_changed_one_does() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let data = folder();
    let scene = runtime.block_on(async {
        let running = start(data.path()).await;
        let mut profiles = Vec::new();
        for preset in PRESETS {
            profiles.push(running.register(preset.name).await.profile().clone());
        }
        let transport = PooledTransport::new(Duration::from_secs(3)).unwrap();
        Arc::new(Scene { running, transport, profiles })
    });
    let strategy =
        (request(), any::<Index>(), proptest::sample::select(&CHANGES[..]), any::<Index>(), 1u8..=255);
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&strategy, |(request, profile, change, at, flip)| {
        let profile = profile.get(&scene.profiles);
        runtime.block_on(async {
            match &request {
                Request::Pay(request) => scene.exchange(profile, &**request, change, at, flip).await,
                Request::InquiryPayment(request) => scene.exchange(profile, request, change, at, flip).await,
                Request::Cancel(request) => scene.exchange(profile, request, change, at, flip).await,
                Request::Refund(request) => scene.exchange(profile, request, change, at, flip).await,
                Request::InquiryRefund(request) => scene.exchange(profile, request, change, at, flip).await,
                Request::Capture(request) => scene.exchange(profile, request, change, at, flip).await,
                Request::Void(request) => scene.exchange(profile, request, change, at, flip).await,
                Request::ApplyToken(request) => scene.exchange(profile, request, change, at, flip).await,
                Request::CancelToken(request) => scene.exchange(profile, request, change, at, flip).await,
                Request::UserInfo(request) => scene.exchange(profile, request, change, at, flip).await,
            }
        });
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
