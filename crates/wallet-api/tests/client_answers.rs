//! What the client believes of an answer, and what it doesn't.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use common::{Reply, payment, question, scene};
use wallet_api::client::{CallAnswer, Cashier, InquiredPayment, InquiryAnswer, PayAnswer};
use wallet_api::ids::{AuthCode, PaymentId};
use wallet_api::operation::PaymentStatus;
use wallet_api::outcome::{NextStep, Reason, Sending};
use wallet_api::signature::SignedMessage;
use wallet_api::transport::TransportError;

const PAY: &str = "/api/open/v2/payments/pay";
const INQUIRY: &str = "/api/open/v2/payments/inquiryPayment";
const TOKEN: &str = "/api/open/v2/authorizations/applyToken";
const ACCEPTED: &str = r#"{"result":{"resultStatus":"A","resultCode":"ACCEPT","resultMessage":"accept"},"paymentId":"pay-1","redirectActionForm":{"method":"GET","redirectUrl":"https://cashier.wallet.example/c/1"}}"#;

async fn pay(reply: Result<Reply, TransportError>, sending: Sending) -> PayAnswer {
    let scene = scene(reply);
    let call = scene.client.prepare_pay(&payment()).unwrap();
    scene.client.pay(&call, sending).await
}

async fn reason(reply: Reply) -> Reason {
    match pay(Ok(reply), Sending::First).await {
        PayAnswer::Unknown { reason, .. } => reason,
        other => panic!("only unknown is right here: {other:?}"),
    }
}

fn verdict(status: &str, code: &str) -> String {
    format!(r#"{{"result":{{"resultStatus":"{status}","resultCode":"{code}","resultMessage":"m"}}}}"#)
}

#[tokio::test]
async fn an_accepted_payment_leads_to_the_cashier() {
    let answer = pay(Ok(Reply::signed(PAY, ACCEPTED)), Sending::First).await;
    let expected = PayAnswer::Accepted {
        payment_id: PaymentId::new("pay-1").unwrap(),
        cashier: Cashier::PaymentUrl("https://cashier.wallet.example/c/1".to_owned()),
    };
    assert_eq!(answer, expected);
    let as_samples_spell_it = ACCEPTED.replace("redirectUrl", "redirectionUrl");
    assert_eq!(pay(Ok(Reply::signed(PAY, &as_samples_spell_it)), Sending::Resend).await, expected);
}

#[tokio::test]
async fn an_answer_that_is_not_verified_is_unknown_whatever_it_claims() {
    for status in ["S", "A", "F"] {
        assert_eq!(reason(Reply::unsigned(&verdict(status, "RISK_REJECT"))).await.code(), "unsigned");
    }
    let mut tampered = Reply::signed(PAY, ACCEPTED);
    tampered.body[20] ^= 1;
    assert_eq!(reason(tampered).await.code(), "bad_signature");
    let by_merchant = Reply::signed_by(&common::merchant_key(), PAY, common::CLIENT, common::NOW, ACCEPTED);
    assert_eq!(reason(by_merchant).await.code(), "bad_signature");
    assert_eq!(reason(Reply::signed(INQUIRY, ACCEPTED)).await.code(), "bad_signature", "for another path");
    let other_client = Reply::signed_by(&common::wallet_key(), PAY, "OTHER", common::NOW, ACCEPTED);
    assert_eq!(reason(other_client).await, Reason::WrongClient);
    let mut twice = Reply::signed(PAY, ACCEPTED);
    twice.headers.push(twice.headers[2].clone());
    assert_eq!(reason(twice).await.code(), "bad_signature");
    let mut empty = Reply::signed(PAY, ACCEPTED);
    empty.headers[2].1.clear();
    assert_eq!(reason(empty).await.code(), "bad_signature");
}

#[tokio::test]
async fn an_answer_of_another_time_is_unknown() {
    for time in ["2026-03-01T09:54:59+00:00", "2026-03-01T10:05:01+00:00", "soon"] {
        let reply = Reply::signed_by(&common::wallet_key(), PAY, common::CLIENT, time, ACCEPTED);
        assert_eq!(reason(reply).await, Reason::ResponseTime, "{time}");
    }
}

#[tokio::test]
async fn an_unsigned_configuration_error_is_reported_as_that_and_ends_nothing() {
    let reason = reason(Reply::unsigned(&verdict("F", "KEY_NOT_FOUND"))).await;
    assert!(matches!(reason, Reason::Configuration { .. }), "{reason:?}");
    assert_eq!(reason.next_step(), NextStep::FixConfiguration);
    assert_eq!(self::reason(Reply::unsigned(&verdict("S", "KEY_NOT_FOUND"))).await.code(), "unsigned");
}

#[tokio::test]
async fn a_failure_ends_an_attempt_only_as_the_first_signed_answer_with_a_known_code() {
    let signed = |code: &str| Ok(Reply::signed(PAY, &verdict("F", code)));
    assert!(matches!(pay(signed("RISK_REJECT"), Sending::First).await, PayAnswer::Failed(_)));
    assert!(matches!(pay(signed("RISK_REJECT"), Sending::Resend).await, PayAnswer::Unknown { .. }));
    for code in [
        "REPEAT_REQ_INCONSISTENT",
        "ORDER_STATUS_INVALID",
        "REQUEST_TRAFFIC_EXCEED_LIMIT",
        "INVALID_SIGNATURE",
        "NEVER_SEEN",
    ] {
        let answer = pay(signed(code), Sending::First).await;
        assert!(
            matches!(&answer, PayAnswer::Unknown { reason: Reason::Wallet { .. }, .. }),
            "{code}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn null_is_read_as_absent() {
    let accepted = ACCEPTED.replace(r#""resultMessage":"accept""#, r#""resultMessage":null"#).replace(
        r#""paymentId""#,
        r#""paymentRequestId":null,"actionForm":null,"paymentTime":null,"paymentId""#,
    );
    let answer = pay(Ok(Reply::signed(PAY, &accepted)), Sending::First).await;
    assert!(matches!(answer, PayAnswer::Accepted { .. }), "{answer:?}");
    let user = verdict("S", "SUCCESS").replace(
        "}}",
        r#"},"userInfo":{"userId":"c-ana","userAddresses":null,"loginIdInfos":null,"contactInfos":null}}"#,
    );
    let uri = "/api/open/v2/users/inquiryUserInfo";
    let answer = scene(Ok(Reply::signed(uri, &user))).client.user_info("t-1".parse().unwrap()).await;
    assert!(matches!(answer, CallAnswer::Done(_)), "{answer:?}");
}

#[tokio::test]
async fn what_nobody_can_read_is_unknown() {
    assert_eq!(reason(Reply { status: 502, ..Reply::signed(PAY, ACCEPTED) }).await, Reason::HttpStatus(502));
    assert_eq!(reason(Reply::signed(PAY, "[1]")).await.code(), "unreadable");
    let as_array = ACCEPTED.replace(
        r#"{"resultStatus":"A","resultCode":"ACCEPT","resultMessage":"accept"}"#,
        r#"["A","ACCEPT","accept"]"#,
    );
    assert_eq!(reason(Reply::signed(PAY, &as_array)).await.code(), "unreadable");
    let unsigned = Reply::unsigned(r#"[{"resultStatus":"F","resultCode":"KEY_NOT_FOUND"}]"#);
    assert_eq!(reason(unsigned).await.code(), "unsigned");
    let uri = "/api/open/v2/authorizations/cancelToken";
    let ended = Reply::signed(uri, r#"[{"resultStatus":"S","resultCode":"SUCCESS"}]"#);
    let answer = scene(Ok(ended)).client.cancel_token("t-1".parse().unwrap()).await;
    assert!(matches!(answer, CallAnswer::Unknown(Reason::Unreadable(_))), "{answer:?}");
    assert_eq!(reason(Reply::signed(PAY, &verdict("X", "SUCCESS"))).await.code(), "unexpected_status");
    assert_eq!(reason(Reply::signed(PAY, &verdict("A", "ACCEPT"))).await.code(), "unreadable");
    let failed = pay(Err(TransportError::Timeout), Sending::First).await;
    assert!(matches!(failed, PayAnswer::Unknown { reason: Reason::Transport(TransportError::Timeout), .. }));
}

#[tokio::test]
async fn a_cashier_elsewhere_or_an_echo_of_another_request_is_unknown() {
    for address in ["https://evil.example/c/1", "http://cashier.wallet.example/c/1", "javascript:alert(1)"] {
        let body = ACCEPTED.replace("https://cashier.wallet.example/c/1", address);
        assert_eq!(reason(Reply::signed(PAY, &body)).await, Reason::Cashier, "{address}");
    }
    let echo = ACCEPTED.replace(r#""paymentId""#, r#""paymentRequestId":"attempt-2","paymentId""#);
    assert_eq!(reason(Reply::signed(PAY, &echo)).await, Reason::Mismatch("paymentRequestId"));
}

#[tokio::test]
async fn every_sending_has_the_same_body_and_a_fresh_time_and_signature() {
    let scene = scene(Ok(Reply::signed(PAY, ACCEPTED)));
    let call = scene.client.prepare_pay(&payment()).unwrap();
    scene.client.pay(&call, Sending::First).await;
    scene.clock.advance(std::time::Duration::from_secs(2));
    scene.client.pay(&call, Sending::Resend).await;
    let sent = scene.transport.sent.lock().unwrap();
    assert_eq!(sent[0].body, sent[1].body);
    assert_ne!(sent[0].headers, sent[1].headers);
    for request in sent.iter() {
        let [(_, client_id), (_, time), (_, signature)] = &request.headers[..] else {
            panic!("three headers")
        };
        SignedMessage { method: "POST", uri: PAY, client_id, time, body: &request.body }
            .verify(&common::ring(&common::merchant_key()), signature)
            .unwrap();
    }
    let body = String::from_utf8(sent[0].body.clone()).unwrap();
    insta::assert_snapshot!(body, @r#"{"appId":"app-1","productCode":"CASHIER_PAYMENT","paymentRequestId":"attempt-1","paymentAmount":{"currency":"PHP","value":"129900"},"order":{"referenceOrderId":"order-1","orderDescription":"Two mugs","orderAmount":{"currency":"PHP","value":"129900"}},"paymentExpiryTime":"2026-03-01T10:15:00+00:00","paymentNotifyUrl":"https://shop.example/wallet/wallet/notifyPayment"}"#);
}

async fn inquire(body: &str) -> InquiryAnswer<InquiredPayment> {
    scene(Ok(Reply::signed(INQUIRY, body))).client.inquire_payment(&question()).await
}

const PAID: &str = r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"ok"},"paymentId":"pay-1","paymentRequestId":"attempt-1","paymentAmount":{"currency":"PHP","value":"129900"},"paymentStatus":"SUCCESS"}"#;

#[tokio::test]
async fn paid_needs_the_whole_word_about_exactly_this_payment() {
    let InquiryAnswer::Found(payment) = inquire(PAID).await else { panic!("found") };
    assert_eq!(payment.status, PaymentStatus::Success);
    for (other, member) in [
        (PAID.replace("attempt-1", "attempt-2"), "paymentRequestId"),
        (PAID.replace("129900", "129901"), "paymentAmount"),
        (PAID.replace("PHP", "JPY"), "paymentAmount"),
        (PAID.replace(r#""paymentAmount":{"currency":"PHP","value":"129900"},"#, ""), "paymentAmount"),
        (PAID.replace(r#""paymentId":"pay-1","#, ""), "paymentId"),
    ] {
        assert_eq!(inquire(&other).await, InquiryAnswer::Unknown(Reason::Mismatch(member)));
    }
    let known = common::question();
    let known = wallet_api::client::PaymentQuestion { payment_id: PaymentId::new("pay-9").ok(), ..known };
    let answer = scene(Ok(Reply::signed(INQUIRY, PAID))).client.inquire_payment(&known).await;
    assert_eq!(answer, InquiryAnswer::Unknown(Reason::Mismatch("paymentId")));
}

#[tokio::test]
async fn a_question_that_failed_says_nothing_about_the_payment() {
    assert!(matches!(inquire(&verdict("F", "ORDER_NOT_EXIST")).await, InquiryAnswer::NotFound(_)));
    assert!(matches!(inquire(&verdict("F", "PROCESS_FAIL")).await, InquiryAnswer::Failed(_)));
    assert!(matches!(
        inquire(&verdict("F", "REQUEST_TRAFFIC_EXCEED_LIMIT")).await,
        InquiryAnswer::Unknown(_)
    ));
    assert!(matches!(inquire(&verdict("U", "UNKNOWN_EXCEPTION")).await, InquiryAnswer::Unknown(_)));
    assert!(matches!(inquire(&verdict("S", "SUCCESS")).await, InquiryAnswer::Unknown(_)));
}

#[tokio::test]
async fn a_code_becomes_a_customer_or_a_refusal() {
    let apply = async |body: &str| {
        let code = AuthCode::new("code-1").unwrap();
        scene(Ok(Reply::signed(TOKEN, body))).client.apply_token(code).await
    };
    let granted = verdict("S", "SUCCESS").replace("}}", r#"},"customerId":"c-ana","accessToken":"t-1"}"#);
    let CallAnswer::Done(grant) = apply(&granted).await else { panic!("granted") };
    assert_eq!(grant.customer_id.as_str(), "c-ana");
    assert!(!format!("{grant:?}").contains("t-1"), "tokens are secrets");
    assert!(matches!(apply(&verdict("F", "USED_AUTHCODE")).await, CallAnswer::Failed(_)));
    assert!(matches!(apply(&verdict("U", "UNKNOWN_EXCEPTION")).await, CallAnswer::Unknown(_)));
}
