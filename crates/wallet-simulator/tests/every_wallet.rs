//! Every operation in every shipped profile, over real sockets, by a merchant that was registered while the
//! wallet ran.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use std::fmt::Debug;

use common::{Running, accepted, folder, order, question, receiver_for, start};
use serde_json::json;
use wallet_api::amount::Amount;
use wallet_api::client::{
    CallAnswer, InquiredPayment, InquiryAnswer, PaymentQuestion, RefundQuestion, WalletClient,
};
use wallet_api::ids::{AuthCode, PaymentId};
use wallet_api::operation::cancel::CancelRequest;
use wallet_api::operation::capture::CaptureRequest;
use wallet_api::operation::refund::RefundRequest;
use wallet_api::operation::void::VoidRequest;
use wallet_api::operation::{PaymentStatus, RefundStatus};
use wallet_api::outcome::Sending;
use wallet_api::profile::{ApiVersion, PRESETS};

const NOWHERE: &str = "http://127.0.0.1:9/wallet/simulator/notifyPayment";

fn id<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn done<T: Debug>(answer: CallAnswer<T>) -> T {
    match answer {
        CallAnswer::Done(done) => done,
        other => panic!("done: {other:?}"),
    }
}

fn refusal<T: Debug>(answer: CallAnswer<T>) -> String {
    match answer {
        CallAnswer::Failed(reason) | CallAnswer::Unknown(reason) => reason.code().to_owned(),
        CallAnswer::Done(done) => panic!("refused: {done:?}"),
    }
}

async fn inquire(client: &WalletClient, question: &PaymentQuestion) -> InquiredPayment {
    match client.inquire_payment(question).await {
        InquiryAnswer::Found(payment) => *payment,
        other => panic!("found: {other:?}"),
    }
}

fn refund_request(refund_id: &str, payment_id: &PaymentId, value: u64) -> RefundRequest {
    RefundRequest {
        refund_request_id: id(refund_id),
        payment_id: Some(payment_id.clone()),
        payment_request_id: None,
        amount: Amount::new("PHP", value).unwrap(),
        reason: Some("a cup broke".to_owned()),
        capture_id: None,
    }
}

async fn refund(client: &WalletClient, request: &RefundRequest, sending: Sending) -> String {
    let call = client.prepare_refund(request).unwrap();
    match client.refund(&call, sending).await {
        CallAnswer::Done(refunded) => refunded.refund_id.to_string(),
        other => refusal(other),
    }
}

/// Runs `shown` once for each shipped profile, each with a wallet of its own.
async fn for_every_profile(shown: impl AsyncFn(&Running, &WalletClient, &str)) {
    for preset in PRESETS {
        let data = folder();
        let running = start(data.path()).await;
        let client = running.register(preset.name).await;
        shown(&running, &client, preset.name).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn a_payment_is_accepted_confirmed_notified_inquired_and_refunded() {
    for_every_profile(async |running, client, preset| {
        let mut receiver = receiver_for(running, client.profile().clone(), Vec::new()).await;
        let order = order("a-1", "PHP", 129_900, receiver.url.clone());
        let payment_id = accepted(client, order.clone()).await;
        assert_eq!(inquire(client, &question(&order)).await.status, PaymentStatus::Processing, "{preset}");
        let login = running.login("c-ana").await;
        running.confirm(&payment_id, &login).await;
        let told = receiver.notifications.recv().await.unwrap();
        assert_eq!((told.status, told.amount), (PaymentStatus::Success, order.amount), "{preset}");
        assert_eq!((&told.payment_id, &told.payment_request_id), (&payment_id, &order.payment_request_id));
        running.until(&payment_id, |payment| payment["notification"] == "delivered").await;
        let paid = inquire(client, &question(&order)).await;
        assert_eq!((paid.status, paid.payment_id.as_ref()), (PaymentStatus::Success, Some(&payment_id)));

        let first = refund_request("r-1", &payment_id, 29_900);
        let refund_id = refund(client, &first, Sending::First).await;
        assert_eq!(refund(client, &first, Sending::Resend).await, refund_id, "{preset}: once");
        let too_much = refund_request("r-2", &payment_id, 100_001);
        assert_eq!(refund(client, &too_much, Sending::First).await, "REFUND_AMOUNT_EXCEED", "{preset}");
        let asked = RefundQuestion {
            refund_request_id: id("r-1"),
            amount: first.amount,
            refund_id: Some(id(&refund_id)),
        };
        let InquiryAnswer::Found(refunded) = client.inquire_refund(&asked).await else { panic!("{preset}") };
        assert_eq!(refunded.status, RefundStatus::Success, "{preset}");
        let unknown = RefundQuestion { refund_request_id: id("r-9"), ..asked };
        assert!(matches!(client.inquire_refund(&unknown).await, InquiryAnswer::NotFound(_)), "{preset}");
        let transactions = inquire(client, &question(&order)).await.transactions.len();
        let told = if client.profile().version == ApiVersion::V2 { 1 } else { 0 };
        assert_eq!(transactions, told, "{preset}: v2 inquiries list refunds");
    })
    .await;
}

#[tokio::test]
async fn an_open_payment_is_cancelled_and_a_paid_one_where_the_wallet_gives_it_back() {
    for_every_profile(async |running, client, preset| {
        let cancel = async |order: &wallet_api::operation::pay::PayRequest| {
            let payment_request_id = Some(order.payment_request_id.clone());
            let request = CancelRequest { payment_id: None, payment_request_id };
            client.cancel(&client.prepare_cancel(&request).unwrap(), Sending::First).await
        };
        let open = order("a-1", "PHP", 100, NOWHERE.to_owned());
        accepted(client, open.clone()).await;
        done(cancel(&open).await);
        assert_eq!(inquire(client, &question(&open)).await.status, PaymentStatus::Cancelled, "{preset}");

        let paid = order("a-2", "PHP", 100, NOWHERE.to_owned());
        let payment_id = accepted(client, paid.clone()).await;
        running.confirm(&payment_id, &running.login("c-ana").await).await;
        let answer = cancel(&paid).await;
        let status = inquire(client, &question(&paid)).await.status;
        if client.profile().cancel_refunds_paid {
            done(answer);
            assert_eq!(status, PaymentStatus::Cancelled, "{preset}");
        } else {
            assert_eq!(refusal(answer), "ORDER_STATUS_INVALID", "{preset}");
            assert_eq!(status, PaymentStatus::Success, "{preset}");
        }
        let nobody = order("a-9", "PHP", 100, NOWHERE.to_owned());
        assert_eq!(refusal(cancel(&nobody).await), "ORDER_NOT_EXIST", "{preset}");
    })
    .await;
}

#[tokio::test]
async fn authorised_money_is_captured_or_voided_and_never_paid_before() {
    for_every_profile(async |running, client, preset| {
        let login = running.login("c-ana").await;
        let authorise = async |name: &str| {
            let mut order = order(name, "PHP", 1_000, NOWHERE.to_owned());
            order.authorise_only = true;
            let payment_id = accepted(client, order.clone()).await;
            running.confirm(&payment_id, &login).await;
            let held = inquire(client, &question(&order)).await;
            assert_eq!(held.status, PaymentStatus::AuthSuccess, "{preset}");
            assert!(held.authorised_until.is_some(), "{preset}");
            (order, payment_id)
        };
        let (order, payment_id) = authorise("a-1").await;
        let capture = CaptureRequest {
            capture_request_id: id("c-1"),
            payment_id,
            amount: Some(order.amount),
            is_last: true,
        };
        let call = client.prepare_capture(&capture).unwrap();
        let captured = done(client.capture(&call, Sending::First).await);
        assert_eq!(done(client.capture(&call, Sending::Resend).await), captured, "{preset}: once");
        assert_eq!(inquire(client, &question(&order)).await.status, PaymentStatus::Success, "{preset}");

        let (order, payment_id) = authorise("a-2").await;
        let void = VoidRequest {
            void_request_id: id("v-1"),
            payment_id: Some(payment_id.clone()),
            payment_request_id: None,
        };
        done(client.void(&client.prepare_void(&void).unwrap(), Sending::First).await);
        assert_eq!(inquire(client, &question(&order)).await.status, PaymentStatus::Cancelled, "{preset}");
        let late = CaptureRequest { capture_request_id: id("c-2"), payment_id, ..capture };
        let answer = client.capture(&client.prepare_capture(&late).unwrap(), Sending::First).await;
        assert_eq!(refusal(answer), "AUTH_CANCELLED", "{preset}");
    })
    .await;
}

#[tokio::test]
async fn tokens_are_granted_refreshed_used_and_cancelled() {
    for_every_profile(async |running, client, preset| {
        let issued = running.post("/_simulator/auth-codes", &json!({ "customerId": "c-chloe" })).await;
        let code = AuthCode::new(issued["authCode"].as_str().unwrap()).unwrap();
        let grant = done(client.apply_token(code.clone()).await);
        assert_eq!(grant.customer_id.as_str(), "c-chloe", "{preset}");
        let used = if client.profile().version == ApiVersion::V1 { "USED_CODE" } else { "USED_AUTHCODE" };
        assert_eq!(refusal(client.apply_token(code).await), used, "{preset}");
        let refresh = grant.refresh_token.unwrap();
        let next = done(client.refresh_token(refresh.clone()).await);
        assert_eq!(refusal(client.refresh_token(refresh).await), "USED_REFRESH_TOKEN", "{preset}");
        let token = next.access_token.unwrap();
        let user = done(client.user_info(token.clone()).await);
        assert_eq!(user.user_name.unwrap().full_name.as_deref(), Some("Chloe Tan"), "{preset}");
        done(client.cancel_token(token.clone()).await);
        assert_eq!(refusal(client.user_info(token).await), "INVALID_ACCESS_TOKEN", "{preset}");
    })
    .await;
}

#[tokio::test]
async fn a_wallet_refuses_what_its_contract_requires_and_a_payment_lacks() {
    let data = folder();
    let running = start(data.path()).await;
    running.register("touch-n-go").await;
    // The generic profile knows nothing of Touch 'n Go's product code, but speaks to its address.
    let profile = running.profile_of("generic-v1", "SHOP_touch-n-go");
    let text =
        toml::to_string(&profile).unwrap().replacen("path_prefix = \"\"", "path_prefix = \"/acl/api\"", 1);
    let profile = wallet_api::profile::WalletProfile::from_toml("test", &text).unwrap();
    let keys = common::wallet_keys(running.simulator.wallet_key(), "SHOP_touch-n-go");
    let client = common::client(profile, keys);
    let call = client.prepare_pay(&order("a-1", "PHP", 100, NOWHERE.to_owned())).unwrap();
    let answer = client.pay(&call, Sending::First).await;
    assert!(format!("{answer:?}").contains("productCode is missing"), "{answer:?}");
    running.stop().await;
}
