//! A notification is believed only as signed by the wallet, for us, for this path, now.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use std::time::Duration;

use common::{CLIENT, NOW, Reply, now};
use proptest::prelude::*;
use proptest::sample::Index;
use wallet_api::clock::later;
use wallet_api::keys::SigningKey;
use wallet_api::notification::{Notification, NotificationError, RawNotification, acknowledge};
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::result::WireResult;
use wallet_api::signature::SignedMessage;

const PATH: &str = "/wallet/wallet/notifyPayment";
const V2: &str = r#"{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"},"paymentId":"pay-1","paymentRequestId":"attempt-1","paymentAmount":{"currency":"PHP","value":"129900"},"customerId":"c-ana"}"#;

fn signed_by(key: &SigningKey, uri: &str, body: &str) -> Reply {
    let mut message = Reply::signed_by(key, uri, CLIENT, NOW, body);
    message.headers[1].0 = "request-time";
    message
}

fn signed(body: &str) -> Reply {
    signed_by(&common::wallet_key(), PATH, body)
}

fn read_at(message: &Reply, uri: &str, at: jiff::Timestamp) -> Result<Notification, NotificationError> {
    let headers = message.header_map();
    let raw = RawNotification { method: "POST", uri, headers: &headers, body: &message.body };
    raw.verify(&common::profile(), &common::ring(&common::wallet_key()), at)
}

fn read(message: &Reply) -> Result<Notification, NotificationError> {
    read_at(message, PATH, now())
}

#[test]
fn all_three_shapes_say_how_the_payment_ended() {
    let v1 = V2.replace(
        r#""paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"}"#,
        r#""paymentStatus":"FAIL","paymentFailReason":"Order payment expired.""#,
    );
    let antom = V2.replace("paymentResult", "result");
    let pending = antom.replace(r#""paymentId""#, r#""notifyType":"PAYMENT_PENDING","paymentId""#);
    assert_eq!(read(&signed(V2)).unwrap().payment.status, PaymentStatus::Success);
    let failed = read(&signed(&v1)).unwrap().payment;
    assert_eq!(failed.status, PaymentStatus::Fail);
    assert_eq!(failed.fail_reason.as_deref(), Some("Order payment expired."));
    assert_eq!(read(&signed(&antom)).unwrap().payment.status, PaymentStatus::Success);
    assert_eq!(read(&signed(&pending)).unwrap().payment.status, PaymentStatus::Pending);
}

#[test]
fn only_a_notification_about_the_payments_end_ends_it() {
    let of_type = |name: &str| {
        let body = V2.replace(r#""paymentId""#, &format!(r#""notifyType":"{name}","paymentId""#));
        read(&signed(&body)).unwrap().payment.status
    };
    assert_eq!(of_type("PAYMENT_RESULT"), PaymentStatus::Success);
    assert_eq!(of_type(""), PaymentStatus::Success);
    assert_eq!(of_type("REFUND_RESULT"), PaymentStatus::Other("REFUND_RESULT".to_owned()));
    let limited = V2.replace(
        r#""resultStatus":"S","resultCode":"SUCCESS""#,
        r#""resultStatus":"F","resultCode":"REQUEST_TRAFFIC_EXCEED_LIMIT""#,
    );
    assert_eq!(read(&signed(&limited)).unwrap().payment.status, PaymentStatus::Processing);
}

#[test]
fn a_failed_payment_keeps_the_wallets_code_and_text() {
    let refused =
        r#""resultStatus":"F","resultCode":"RISK_REJECT","resultMessage":"Refused by risk control.""#;
    let succeeded = r#""resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success""#;
    let notification = read(&signed(&V2.replace(succeeded, refused))).unwrap().payment;
    assert_eq!(notification.status, PaymentStatus::Fail);
    assert_eq!(notification.fail_code.as_deref(), Some("RISK_REJECT"));
    assert_eq!(notification.fail_reason.as_deref(), Some("Refused by risk control."));
}

#[test]
fn what_contradicts_itself_or_says_nothing_is_unreadable() {
    let contradicts = V2.replace(r#""paymentId""#, r#""paymentStatus":"FAIL","paymentId""#);
    let silent = V2.replace("paymentResult", "paymentResultOfSomething");
    let zero = V2.replace("129900", "0");
    let paid_but_refused = V2.replace(r#""SUCCESS""#, r#""RISK_REJECT""#);
    let failed_but_success = V2.replace(r#""resultStatus":"S""#, r#""resultStatus":"F""#);
    let failed_but_open = failed_but_success.replace(r#""SUCCESS""#, r#""PAYMENT_IN_PROCESS""#);
    for body in [
        &contradicts,
        &silent,
        &zero,
        &paid_but_refused,
        &failed_but_success,
        &failed_but_open,
        "",
        "{",
        "null",
        "[]",
    ] {
        assert_eq!(read(&signed(body)).unwrap_err().code(), "unreadable", "{body}");
    }
}

#[test]
fn the_older_names_of_the_ids_are_read_and_two_that_differ_are_refused() {
    let older = V2.replace("paymentId", "acquirementId").replace("paymentRequestId", "merchantTransId");
    assert_eq!(read(&signed(&older)).unwrap(), read(&signed(V2)).unwrap());
    let both = V2.replace(r#""paymentId""#, r#""acquirementId":"pay-1","paymentId""#);
    assert_eq!(read(&signed(&both)).unwrap(), read(&signed(V2)).unwrap());
    let differ = V2.replace(r#""paymentId""#, r#""acquirementId":"pay-2","paymentId""#);
    let twice = V2.replace(r#""paymentId""#, r#""paymentId":"pay-2","paymentId""#);
    for body in [differ, twice] {
        assert_eq!(read(&signed(&body)).unwrap_err().code(), "unreadable", "{body}");
    }
}

#[test]
fn an_id_that_nobody_needs_does_not_hide_that_the_payment_is_paid() {
    for id in [r#""""#, r#""ana@example.com""#, "7", "null", "{}"] {
        let body = V2
            .replace(r#""c-ana""#, id)
            .replace(r#""paymentId""#, &format!(r#""partnerId":{id},"paymentId""#));
        let payment = read(&signed(&body)).unwrap().payment;
        assert_eq!((payment.status, payment.customer_id), (PaymentStatus::Success, None), "{id}");
    }
}

#[test]
fn a_time_that_nobody_can_read_does_not_hide_that_the_payment_is_paid() {
    for time in [r#""""#, r#""yesterday""#, "1772359200000", "null", "{}"] {
        let body = V2.replace(r#""paymentId""#, &format!(r#""paymentTime":{time},"paymentId""#));
        assert_eq!(read(&signed(&body)).unwrap().payment.status, PaymentStatus::Success, "{time}");
    }
}

#[test]
fn the_wrong_key_path_client_or_time_is_refused() {
    let by_merchant = signed_by(&common::merchant_key(), PATH, V2);
    assert_eq!(read(&by_merchant).unwrap_err().code(), "bad_signature");
    assert_eq!(
        read_at(&signed(V2), "/wallet/other/notifyPayment", now()).unwrap_err().code(),
        "bad_signature"
    );
    let mut other_client = signed(V2);
    other_client.headers[0].1 = "OTHER".to_owned();
    assert_eq!(read(&other_client).unwrap_err(), NotificationError::WrongClient);
    let mut unsigned = signed(V2);
    unsigned.headers.pop();
    assert_eq!(read(&unsigned).unwrap_err(), NotificationError::HeaderMissing);
    let stale = read_at(&signed(V2), PATH, later(now(), Duration::from_secs(301))).unwrap_err();
    assert!(matches!(stale, NotificationError::Stale(_)));
    let mut retimed = signed(V2);
    retimed.headers[1].1 = "2026-03-01T10:00:01+00:00".to_owned();
    assert_eq!(read(&retimed).unwrap_err().code(), "bad_signature");
}

#[test]
fn errors_do_not_repeat_what_came_from_outside() {
    let secret = V2.replace("129900", "S3CRET");
    let error = read(&signed(&secret)).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("S3CRET"), "{error:?}");
}

#[test]
fn the_acknowledgement_is_signed_over_its_exact_bytes() {
    let ack =
        acknowledge(&common::profile(), &common::merchant_key(), PATH, now(), WireResult::success()).unwrap();
    let [(_, client_id), (_, time), (_, signature)] = &ack.headers[..] else { panic!("three headers") };
    SignedMessage { method: "POST", uri: PATH, client_id, time, body: &ack.body }
        .verify(&common::ring(&common::merchant_key()), signature)
        .unwrap();
    let body = String::from_utf8(ack.body).unwrap();
    assert_eq!(body, r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"}}"#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_one_byte_changed_is_refused(at in any::<Index>(), flip in 1u8..=255) {
        let mut message = signed(V2);
        let place = at.index(message.body.len());
        message.body[place] ^= flip;
        prop_assert_eq!(read(&message).unwrap_err().code(), "bad_signature");
    }
}
