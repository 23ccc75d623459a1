//! What a probe reports of an answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use common::{Reply, scene};
use jiff::SignedDuration;
use wallet_api::client::{AnswerSignature, Probe, ProbeAnswer, ResponseTime};
use wallet_api::ids::PaymentRequestId;
use wallet_api::keys::VerifyError;
use wallet_api::operation::result::ResultCode;
use wallet_api::signature::SignatureError;
use wallet_api::transport::TransportError;

const INQUIRY: &str = "/api/open/v2/payments/inquiryPayment";
const NO_SUCH: &str =
    r#"{"result":{"resultStatus":"F","resultCode":"ORDER_NOT_EXIST","resultMessage":"no such order"}}"#;

async fn probe(reply: Reply) -> ProbeAnswer {
    let id = PaymentRequestId::new("probe-1").unwrap();
    match scene(Ok(reply)).client.probe(id).await {
        Probe::Answered(answer) => *answer,
        other => panic!("answered: {other:?}"),
    }
}

fn signed_at(time: &str) -> Reply {
    Reply::signed_by(&common::wallet_key(), INQUIRY, common::CLIENT, time, NO_SUCH)
}

#[tokio::test]
async fn a_good_answer_is_reported_whole() {
    let answer = probe(Reply::signed(INQUIRY, NO_SUCH)).await;
    assert_eq!(answer.http_status, 200);
    assert_eq!(answer.signature, AnswerSignature::Valid { key_version: Some(common::version("1")) });
    let time = common::now();
    assert_eq!(answer.response_time, ResponseTime::At { time, ahead: SignedDuration::ZERO });
    assert_eq!(answer.result.unwrap().result_code, ResultCode::OrderNotExist);
}

#[tokio::test]
async fn what_is_sent_is_a_signed_inquiry_about_that_id_alone() {
    let scene = scene(Ok(Reply::signed(INQUIRY, NO_SUCH)));
    scene.client.probe(PaymentRequestId::new("probe-1").unwrap()).await;
    let sent = scene.transport.sent.lock().unwrap();
    let [request] = &sent[..] else { panic!("one request: {sent:?}") };
    assert_eq!(request.url, format!("https://open.wallet.example{INQUIRY}"));
    assert_eq!(request.body, br#"{"paymentRequestId":"probe-1"}"#);
    assert!(request.headers.iter().any(|(name, _)| *name == "signature"));
}

#[tokio::test]
async fn each_way_of_not_being_signed_is_told_apart() {
    assert_eq!(probe(Reply::unsigned(NO_SUCH)).await.signature, AnswerSignature::Missing);
    let mut incomplete = Reply::signed(INQUIRY, NO_SUCH);
    incomplete.headers.retain(|(name, _)| *name != "response-time");
    let incomplete = probe(incomplete).await;
    assert_eq!(incomplete.signature, AnswerSignature::Incomplete);
    assert_eq!(incomplete.response_time, ResponseTime::Missing);
    let other = Reply::signed_by(&common::wallet_key(), INQUIRY, "OTHER", common::NOW, NO_SUCH);
    assert_eq!(probe(other).await.signature, AnswerSignature::OtherClient("OTHER".to_owned()));
    let refused = |version: Option<&str>, error| AnswerSignature::Refused {
        key_version: version.map(common::version),
        error,
    };
    let by_us = Reply::signed_by(&common::merchant_key(), INQUIRY, common::CLIENT, common::NOW, NO_SUCH);
    let mismatch = refused(Some("1"), SignatureError::Refused(VerifyError::Mismatch));
    assert_eq!(probe(by_us).await.signature, mismatch);
    let mut newer = Reply::signed(INQUIRY, NO_SUCH);
    newer.headers[2].1 = newer.headers[2].1.replace("keyVersion=1", "keyVersion=7");
    let unknown = refused(Some("7"), SignatureError::Refused(VerifyError::UnknownKey));
    assert_eq!(probe(newer).await.signature, unknown);
    let mut nonsense = Reply::signed(INQUIRY, NO_SUCH);
    nonsense.headers[2].1 = "nonsense".to_owned();
    let malformed = refused(None, SignatureError::Malformed("a part has no '='"));
    assert_eq!(probe(nonsense).await.signature, malformed);
}

#[tokio::test]
async fn the_wallets_clock_is_measured_from_our_sending_and_receiving() {
    for (time, minutes) in [("2026-03-01T10:07:00+00:00", 7), ("2026-03-01T09:30:00Z", -30)] {
        let ResponseTime::At { ahead, .. } = probe(signed_at(time)).await.response_time else {
            panic!("a time")
        };
        assert_eq!(ahead, SignedDuration::from_mins(minutes), "{time}");
    }
    assert_eq!(probe(signed_at("soon")).await.response_time, ResponseTime::Unreadable("soon".to_owned()));
    let mut dated = Reply::unsigned("busy");
    dated.headers.push(("date", "Sun, 01 Mar 2026 10:01:00 GMT".to_owned()));
    let answer = probe(dated).await;
    assert_eq!(answer.date_ahead, Some(SignedDuration::from_mins(1)));
    assert_eq!(answer.result, None);
}

#[tokio::test]
async fn no_answer_is_reported_with_its_cause() {
    let scene = scene(Err(TransportError::Connect));
    let probe = scene.client.probe(PaymentRequestId::new("probe-1").unwrap()).await;
    assert_eq!(probe, Probe::NoAnswer(TransportError::Connect));
}
