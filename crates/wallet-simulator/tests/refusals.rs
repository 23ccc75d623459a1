//! Whom the simulator doesn't listen to, and what it says then.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use common::{CLIENT, accepted, folder, merchant_key, order, start};
use serde_json::{Value, json};
use wallet_api::clock::{Clock as _, SystemClock};
use wallet_api::keys::{PrivateKey, SigningKey};
use wallet_api::signature::SignedMessage;
use wallet_api::time::TimeFormat;

const PAY: &str = "/api/open/v2/payments/pay";
const NOWHERE: &str = "http://127.0.0.1:9/wallet/simulator/notifyPayment";

fn signed(key: &SigningKey, client_id: &str, uri: &str, body: &str) -> Vec<(&'static str, String)> {
    let time = TimeFormat::IsoSeconds.format(SystemClock.now());
    let message = SignedMessage { method: "POST", uri, client_id, time: &time, body: body.as_bytes() };
    let signature = message.sign(key).unwrap();
    vec![("client-id", client_id.to_owned()), ("request-time", time), ("signature", signature)]
}

async fn send(running: &common::Running, uri: &str, headers: &[(&'static str, String)], body: &str) -> Value {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (status, body) = running.http("POST", uri, &headers, body).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn what_can_not_be_verified_is_answered_unsigned_and_changes_nothing() {
    let data = folder();
    let running = start(data.path()).await;
    let stranger = SigningKey::new(PrivateKey::generate().unwrap(), "1".parse().unwrap());
    let body = "{}";
    for (headers, code) in [
        (Vec::new(), "INVALID_SIGNATURE"),
        (signed(&stranger, CLIENT, PAY, body), "INVALID_SIGNATURE"),
        (signed(&merchant_key(), CLIENT, "/v2/payments/pay", body), "INVALID_SIGNATURE"),
        (signed(&merchant_key(), CLIENT, PAY, "{} "), "INVALID_SIGNATURE"),
        (signed(&merchant_key(), "NOBODY", PAY, body), "KEY_NOT_FOUND"),
    ] {
        let answer = send(&running, PAY, &headers, body).await;
        assert_eq!(
            (&answer["result"]["resultStatus"], &answer["result"]["resultCode"]),
            (&json!("F"), &json!(code))
        );
    }
    let transcript = running.get("/_simulator/transcript?after=0").await;
    let messages = transcript["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 10);
    assert!(
        messages
            .iter()
            .filter(|message| message["direction"] == "out")
            .all(|out| out["signature"] == "unsigned")
    );
    assert_eq!(messages[2]["signature"], "invalid");
    assert_eq!(running.get("/_simulator/ledger").await["payments"], json!([]));
    running.stop().await;
}

#[tokio::test]
async fn a_signed_request_that_is_not_right_gets_a_signed_reason() {
    let data = folder();
    let running = start(data.path()).await;
    let long = json!({
        "appId": "a", "paymentRequestId": "a-1", "paymentAmount": { "currency": "PHP", "value": "1" },
        "paymentNotifyUrl": format!("https://shop.example/{}", "x".repeat(1100)),
    });
    for (uri, body, code) in [
        (PAY, "not json".to_owned(), "PARAM_ILLEGAL"),
        (PAY, json!({ "appId": "a" }).to_string(), "PARAM_ILLEGAL"),
        (
            PAY,
            r#"{"appId":"a","paymentRequestId":"a@1","paymentAmount":{"currency":"PHP","value":"1"}}"#
                .to_owned(),
            "PARAM_ILLEGAL",
        ),
        (
            PAY,
            r#"{"appId":"a","paymentRequestId":"a-1","paymentAmount":{"currency":"PHP","value":"-1"}}"#
                .to_owned(),
            "PARAM_ILLEGAL",
        ),
        (PAY, long.to_string(), "PARAM_ILLEGAL"),
        ("/api/open/v2/payments/inquiryPayment", "{}".to_owned(), "PARAM_ILLEGAL"),
        ("/api/open/v2/payments/unheardOf", "{}".to_owned(), "NO_INTERFACE_DEF"),
    ] {
        let answer = send(&running, uri, &signed(&merchant_key(), CLIENT, uri, &body), &body).await;
        assert_eq!(answer["result"]["resultCode"], code, "{uri} {body}");
    }
    let transcript = running.get("/_simulator/transcript").await;
    let mut messages = transcript["messages"].as_array().unwrap().iter();
    assert!(messages.all(|message| message["signature"] == "valid"));
    running.stop().await;
}

#[tokio::test]
async fn one_merchant_never_sees_anothers_payment() {
    let data = folder();
    let running = start(data.path()).await;
    let payment_id = accepted(&running.client(), order("a-1", "PHP", 100, NOWHERE.to_owned())).await;
    let other = SigningKey::new(PrivateKey::generate().unwrap(), "1".parse().unwrap());
    let public_key = other.key().public_key().unwrap().to_pem();
    let registered = running
        .post(
            "/_simulator/merchants",
            &json!({ "clientId": "OTHER", "publicKey": public_key, "profile": "gcash" }),
        )
        .await;
    assert_eq!(registered["clientId"], "OTHER");
    let uri = "/api/v2/payments/inquiryPayment";
    for body in [json!({ "paymentId": payment_id }), json!({ "paymentRequestId": "a-1" })] {
        let body = body.to_string();
        let answer = send(&running, uri, &signed(&other, "OTHER", uri, &body), &body).await;
        assert_eq!(answer["result"]["resultCode"], "ORDER_NOT_EXIST");
    }
    running.stop().await;
}

#[tokio::test]
async fn the_testers_interface_listens_to_this_machine_only() {
    let data = folder();
    let running = start(data.path()).await;
    for headers in [
        [("host", "evil.example"), ("accept", "*/*")],
        [("host", "127.0.0.1"), ("origin", "https://evil.example")],
        [("host", "127.0.0.1"), ("origin", "null")],
    ] {
        let (status, body) = running.http("GET", "/_simulator/customers", &headers, "").await;
        assert_eq!(status, 403, "{headers:?}");
        assert!(body.contains("not_local"), "{body}");
    }
    let fine = [("host", "localhost:8702"), ("origin", "http://127.0.0.1:8700")];
    assert_eq!(running.http("GET", "/_simulator/customers", &fine, "").await.0, 200);
    running.stop().await;
}

#[tokio::test]
async fn bad_input_is_named_with_a_code() {
    let data = folder();
    let running = start(data.path()).await;
    let json_type = [("content-type", "application/json")];
    let public_key = merchant_key().key().public_key().unwrap().to_pem();
    let unheard_of = json!({ "clientId": "X", "publicKey": public_key, "profile": "unheard-of" }).to_string();
    let big = format!("{{\"customerId\":\"{}\"}}", "x".repeat(70_000));
    for (path, body, status, code) in [
        (
            "/_simulator/customers/c-nobody/top-up",
            r#"{"currency":"PHP","value":"1"}"#,
            404,
            "unknown_customer",
        ),
        ("/_simulator/customers/c-ana/top-up", r#"{"currency":"PHP","value":"-1"}"#, 400, "bad_amount"),
        (
            "/_simulator/customers/c-ana/top-up",
            r#"{"currency":"PHP","value":"9999999999999999"}"#,
            400,
            "balance_too_large",
        ),
        ("/_simulator/customers/c-ana/top-up", r#"{"currency":"PHP"}"#, 422, "bad_body"),
        ("/_simulator/customers", r#"{"customerId":"c-ana","name":"Ana"}"#, 409, "customer_exists"),
        ("/_simulator/customers", r#"{"customerId":"c-new","name":""}"#, 400, "bad_name"),
        ("/_simulator/logins", r#"{"customerId":"c-nobody"}"#, 404, "unknown_customer"),
        ("/_simulator/logins", big.as_str(), 413, "bad_body"),
        ("/_simulator/merchants", r#"{"clientId":"X","publicKey":"nonsense"}"#, 400, "bad_public_key"),
        ("/_simulator/merchants", unheard_of.as_str(), 400, "bad_profile"),
        ("/_simulator/clock", r#"{"advanceSeconds":-1}"#, 422, "bad_body"),
        ("/_simulator/v2/payments/pay", "{}", 404, "path_not_found"),
        ("/_simulator/ledger", "{}", 405, "method_not_allowed"),
        ("/nothing/here", "{}", 404, "path_not_found"),
    ] {
        let (got, answer) = running.http("POST", path, &json_type, body).await;
        assert_eq!(got, status, "{path}: {answer}");
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{path}: {answer}");
    }
    running.stop().await;
}

#[tokio::test]
async fn the_cashier_wants_a_login_and_a_payment_that_exists() {
    let data = folder();
    let running = start(data.path()).await;
    let payment_id = accepted(&running.client(), order("a-1", "PHP", 100, NOWHERE.to_owned())).await;
    let nobody = running.confirm(&payment_id, "stolen").await;
    assert_eq!(nobody["code"], "login_required");
    let login = running.login("c-ana").await;
    let unknown = running.confirm(&"sim-nothing".parse().unwrap(), &login).await;
    assert_eq!(unknown["code"], "unknown_payment");
    assert_eq!(running.payment(&payment_id).await["status"], "PROCESSING");
    let (status, page) = running.http("GET", &format!("/cashier/{payment_id}"), &[], "").await;
    assert_eq!(status, 200);
    assert!(page.contains(r#"content="http://127.0.0.1:8700""#), "the page knows whom to tell");
    running.stop().await;
}

#[tokio::test]
async fn a_reset_starts_over_but_keeps_the_merchants() {
    let data = folder();
    let running = start(data.path()).await;
    let client = running.client();
    accepted(&client, order("a-1", "PHP", 100, NOWHERE.to_owned())).await;
    running.post("/_simulator/customers/c-ben/top-up", &json!({ "currency": "PHP", "value": "1" })).await;
    let customers = running.post("/_simulator/reset", &json!({})).await;
    assert_eq!(customers["customers"][1]["balances"][1], json!({ "currency": "PHP", "value": "5000" }));
    assert_eq!(running.get("/_simulator/ledger").await["payments"], json!([]));
    accepted(&client, order("a-1", "PHP", 200, NOWHERE.to_owned())).await;
    running.stop().await;
}
