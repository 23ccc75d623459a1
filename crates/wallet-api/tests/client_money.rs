//! What the client believes of answers to cancel, refund, capture and void, and of a wallet's other dialects.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use std::fmt::Debug;

use common::{Reply, Scene, payment, refund_question, scene, scene_with, shipped};
use wallet_api::amount::Amount;
use wallet_api::client::{
    CallAnswer, Cashier, InquiryAnswer, PayAnswer, PaymentQuestion, PrepareError, WalletClient,
};
use wallet_api::ids::{AccessToken, AgentToken, PaymentId, RefreshToken};
use wallet_api::operation::cancel::CancelRequest;
use wallet_api::operation::capture::CaptureRequest;
use wallet_api::operation::void::VoidRequest;
use wallet_api::operation::{Operation, PaymentStatus, RefundStatus};
use wallet_api::outcome::{NextStep, Reason, Sending};

const SUCCESS: &str = r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"ok"}}"#;

fn verdict(status: &str, code: &str) -> String {
    format!(r#"{{"result":{{"resultStatus":"{status}","resultCode":"{code}","resultMessage":"m"}}}}"#)
}

/// Success with more members.
fn success(members: &str) -> String {
    SUCCESS.replace("}}", &format!("}},{members}}}"))
}

/// A wallet that answers `operation` with this body, signed.
fn answering(operation: Operation, body: &str) -> Scene {
    scene(Ok(Reply::signed(&common::profile().path(operation), body)))
}

fn id<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn mismatch<T: Debug>(answer: CallAnswer<T>) -> &'static str {
    match answer {
        CallAnswer::Unknown(Reason::Mismatch(member)) => member,
        other => panic!("a mismatch is right here: {other:?}"),
    }
}

#[tokio::test]
async fn a_refund_is_done_with_its_id_and_about_what_was_asked_for() {
    let refund = async |body: &str, sending| {
        let client = answering(Operation::Refund, body).client;
        client.refund(&client.prepare_refund(&common::refund()).unwrap(), sending).await
    };
    let done =
        refund(&success(r#""refundId":"ref-1","refundTime":"2026-03-01T10:00:00Z""#), Sending::First).await;
    let CallAnswer::Done(done) = done else { panic!("{done:?}") };
    assert_eq!((done.refund_id.as_str(), done.refunded_at), ("ref-1", Some(common::now())));
    let nameless = refund(SUCCESS, Sending::First).await;
    assert!(matches!(nameless, CallAnswer::Unknown(Reason::Unreadable(_))), "{nameless:?}");
    let other = success(r#""refundId":"ref-1","refundRequestId":"refund-2""#);
    assert_eq!(mismatch(refund(&other, Sending::First).await), "refundRequestId");
    let dearer = success(r#""refundId":"ref-1","refundAmount":{"currency":"PHP","value":"1"}"#);
    assert_eq!(mismatch(refund(&dearer, Sending::First).await), "refundAmount");
}

#[tokio::test]
async fn a_refund_fails_only_as_the_first_signed_answer_with_a_code_of_refunds() {
    let refund = async |body: String, sending| {
        let client = answering(Operation::Refund, &body).client;
        client.refund(&client.prepare_refund(&common::refund()).unwrap(), sending).await
    };
    let low = refund(verdict("F", "PARTNER_BALANCE_NOT_ENOUGH"), Sending::First).await;
    let CallAnswer::Failed(reason) = low else { panic!("{low:?}") };
    assert_eq!(reason.next_step(), NextStep::CallWallet);
    for (body, sending, next) in [
        (verdict("F", "PARTNER_BALANCE_NOT_ENOUGH"), Sending::Resend, NextStep::Inquire),
        (verdict("F", "REPEAT_REQ_INCONSISTENT"), Sending::First, NextStep::Inquire),
        (verdict("U", "REFUND_IN_PROCESS"), Sending::First, NextStep::Inquire),
        (verdict("U", "UNKNOWN_EXCEPTION"), Sending::First, NextStep::ResendSame),
        (verdict("F", "REQUEST_TRAFFIC_EXCEED_LIMIT"), Sending::First, NextStep::ResendSame),
        (verdict("F", "USER_BALANCE_NOT_ENOUGH"), Sending::First, NextStep::Inquire),
        (verdict("A", "ACCEPT"), Sending::First, NextStep::Inquire),
    ] {
        let answer = refund(body.clone(), sending).await;
        let CallAnswer::Unknown(reason) = answer else { panic!("{body}: {answer:?}") };
        assert_eq!(reason.next_step(), next, "{body}");
    }
    let client = scene(Ok(Reply::unsigned(&success(r#""refundId":"ref-1""#)))).client;
    let unsigned = client.refund(&client.prepare_refund(&common::refund()).unwrap(), Sending::First).await;
    assert!(matches!(unsigned, CallAnswer::Unknown(Reason::Unverified(_))), "{unsigned:?}");
}

#[tokio::test]
async fn a_refund_inquiry_needs_the_whole_word_about_exactly_this_refund() {
    let ask = async |body: &str| {
        answering(Operation::InquiryRefund, body).client.inquire_refund(&refund_question()).await
    };
    let found = success(
        r#""refundId":"ref-1","refundRequestId":"refund-1","refundAmount":{"currency":"PHP","value":"9900"},"refundStatus":"SUCCESS""#,
    );
    let InquiryAnswer::Found(refund) = ask(&found).await else { panic!("found") };
    assert_eq!(refund.status, RefundStatus::Success);
    for (body, member) in [
        (found.replace("refund-1", "refund-2"), "refundRequestId"),
        (found.replace("9900", "9901"), "refundAmount"),
        (found.replace(r#""refundId":"ref-1","#, ""), "refundId"),
        (found.replace(r#""refundAmount":{"currency":"PHP","value":"9900"},"#, ""), "refundAmount"),
    ] {
        assert_eq!(ask(&body).await, InquiryAnswer::Unknown(Reason::Mismatch(member)), "{body}");
    }
    assert!(matches!(ask(&verdict("F", "REFUND_NOT_EXIST")).await, InquiryAnswer::NotFound(_)));
    assert!(matches!(ask(&verdict("F", "ORDER_NOT_EXIST")).await, InquiryAnswer::Failed(_)));
}

#[tokio::test]
async fn a_cancel_says_nothing_about_another_payment_and_its_failure_leads_to_asking() {
    let cancel = async |body: &str, sending| {
        let client = answering(Operation::Cancel, body).client;
        let request = CancelRequest { payment_id: None, payment_request_id: Some(id("attempt-1")) };
        client.cancel(&client.prepare_cancel(&request).unwrap(), sending).await
    };
    assert!(matches!(cancel(SUCCESS, Sending::First).await, CallAnswer::Done(_)));
    let other = success(r#""paymentRequestId":"attempt-2""#);
    assert_eq!(mismatch(cancel(&other, Sending::First).await), "paymentRequestId");
    for code in ["ORDER_STATUS_INVALID", "ORDER_NOT_EXIST", "NEVER_SEEN"] {
        let answer = cancel(&verdict("F", code), Sending::First).await;
        let CallAnswer::Unknown(reason) = answer else { panic!("{code}: {answer:?}") };
        assert_eq!(reason.next_step(), NextStep::Inquire, "{code}");
    }
    let late = cancel(&verdict("F", "CANCEL_WINDOW_EXCEED"), Sending::First).await;
    let CallAnswer::Failed(reason) = late else { panic!("{late:?}") };
    assert_eq!(reason.next_step(), NextStep::Inquire);
}

#[tokio::test]
async fn authorised_money_is_not_paid_and_is_taken_or_released_by_its_own_calls() {
    let client =
        answering(Operation::Pay, &success(r#""paymentId":"pay-1","authExpiryTime":"2026-03-08T10:00:00Z""#))
            .client;
    let mut request = payment();
    request.authorise_only = true;
    let answer = client.pay(&client.prepare_pay(&request).unwrap(), Sending::First).await;
    let PayAnswer::Authorised { payment_id, until } = answer else { panic!("{answer:?}") };
    assert_eq!((payment_id.as_str(), until.is_some()), ("pay-1", true));

    let word = success(
        r#""paymentId":"pay-1","paymentRequestId":"attempt-1","paymentAmount":{"currency":"PHP","value":"129900"},"paymentStatus":"AUTH_SUCCESS""#,
    );
    let asked = answering(Operation::InquiryPayment, &word).client.inquire_payment(&common::question()).await;
    let InquiryAnswer::Found(payment) = asked else { panic!("{asked:?}") };
    assert_eq!(payment.status, PaymentStatus::AuthSuccess, "a state of its own");

    let capture = CaptureRequest {
        capture_request_id: id("capture-1"),
        payment_id: id("pay-1"),
        amount: Some(Amount::new("PHP", 100).unwrap()),
        is_last: true,
    };
    let captured = async |body: &str| {
        let client = answering(Operation::Capture, body).client;
        client.capture(&client.prepare_capture(&capture).unwrap(), Sending::First).await
    };
    assert!(matches!(captured(&success(r#""captureId":"cap-1""#)).await, CallAnswer::Done(_)));
    let other = success(r#""captureId":"cap-1","captureAmount":{"currency":"PHP","value":"101"}"#);
    assert_eq!(mismatch(captured(&other).await), "captureAmount");
    assert!(matches!(captured(&verdict("F", "AUTH_EXPIRED")).await, CallAnswer::Failed(_)));

    let client = answering(Operation::Void, &success(r#""voidRequestId":"void-2""#)).client;
    let void = VoidRequest {
        void_request_id: id("void-1"),
        payment_id: Some(id("pay-1")),
        payment_request_id: None,
    };
    assert_eq!(
        mismatch(client.void(&client.prepare_void(&void).unwrap(), Sending::First).await),
        "voidRequestId"
    );
}

#[tokio::test]
async fn tokens_are_refreshed_cancelled_and_tell_who_the_user_is() {
    let granted = success(r#""customerId":"c-ana","accessToken":"t-2","refreshToken":"r-2""#);
    let client = answering(Operation::ApplyToken, &granted).client;
    let CallAnswer::Done(grant) = client.refresh_token(RefreshToken::new("r-1").unwrap()).await else {
        panic!("granted")
    };
    assert_eq!(grant.refresh_token.unwrap().as_str(), "r-2");
    let used = answering(Operation::ApplyToken, &verdict("F", "USED_REFRESH_TOKEN")).client;
    let CallAnswer::Failed(reason) = used.refresh_token(RefreshToken::new("r-1").unwrap()).await else {
        panic!("refused")
    };
    assert_eq!(reason.next_step(), NextStep::Reauthorise);
    let client = answering(Operation::CancelToken, SUCCESS).client;
    assert_eq!(client.cancel_token(AccessToken::new("t-1").unwrap()).await, CallAnswer::Done(()));
    let client =
        answering(Operation::UserInfo, &success(r#""userInfo":{"userId":"c-ana","nickName":"Ana"}"#)).client;
    let CallAnswer::Done(user) = client.user_info(AccessToken::new("t-1").unwrap()).await else {
        panic!("known")
    };
    assert_eq!(user.nick_name.as_deref(), Some("Ana"));
    assert!(!format!("{user:?}").contains("Ana"), "personal data isn't printed");
}

/// What `pay` comes to in a shipped profile, for this body.
async fn pay_in(preset: &str, body: &str) -> PayAnswer {
    let profile = shipped(preset);
    let reply = Reply::signed(&profile.path(Operation::Pay), body);
    let client = scene_with(profile, Ok(reply)).client;
    client.pay(&client.prepare_pay(&payment()).unwrap(), Sending::First).await
}

#[tokio::test]
async fn every_spelling_of_the_cashiers_address_leads_there() {
    let address = "https://cashier.wallet.example/c/1";
    let accepted = PayAnswer::Accepted {
        payment_id: PaymentId::new("pay-1").unwrap(),
        cashier: Cashier::PaymentUrl(address.to_owned()),
    };
    for spelled in [
        r#""redirectActionForm":{"method":"GET","redirectUrl":"URL"}"#,
        r#""redirectActionForm":{"method":"GET","redirectionUrl":"URL"}"#,
        r#""redirectActionForm":{"redirectUrl":"","redirectionUrl":"URL"}"#,
        r#""actionForm":{"actionFormType":"REDIRECTION","redirectionUrl":"URL"}"#,
        r#""actionForm":{"redirectUrl":"URL"}"#,
        r#""paymentUrl":"URL""#,
        r#""normalUrl":"URL""#,
        r#""checkoutUrl":"URL""#,
    ] {
        let members = format!(r#""paymentId":"pay-1",{}"#, spelled.replace("URL", address));
        let body = verdict("A", "ACCEPT").replace("}}", &format!("}},{members}}}"));
        for preset in ["generic-v1", "generic-v2", "dana"] {
            assert_eq!(pay_in(preset, &body).await, accepted, "{preset}: {spelled}");
        }
        let older = body.replace("paymentId", "acquirementId");
        assert_eq!(pay_in("dana", &older).await, accepted, "{spelled}");
    }
}

#[tokio::test]
async fn in_process_with_an_address_is_accepted_where_the_wallet_has_no_a() {
    let with_address = verdict("U", "PAYMENT_IN_PROCESS")
        .replace("}}", r#"},"paymentId":"pay-1","normalUrl":"https://cashier.wallet.example/c/1"}"#);
    assert!(matches!(pay_in("antom", &with_address).await, PayAnswer::Accepted { .. }));
    let elsewhere = pay_in("generic-v2", &with_address).await;
    assert!(matches!(elsewhere, PayAnswer::Unknown { payment_id: Some(_), .. }), "{elsewhere:?}");
    let without = verdict("U", "PAYMENT_IN_PROCESS").replace("}}", r#"},"paymentId":"pay-1"}"#);
    let PayAnswer::Unknown { reason, payment_id: Some(_) } = pay_in("antom", &without).await else {
        panic!("unknown, with the wallet's id")
    };
    assert_eq!((reason.code(), reason.next_step()), ("PAYMENT_IN_PROCESS", NextStep::Inquire));
    let elsewhere = with_address.replace("cashier.wallet.example", "evil.example");
    let answer = pay_in("antom", &elsewhere).await;
    assert!(matches!(answer, PayAnswer::Unknown { reason: Reason::Cashier, .. }), "{answer:?}");
    let again = pay_in("antom", &verdict("U", "UNKNOWN_EXCEPTION")).await;
    assert!(matches!(again, PayAnswer::Unknown { .. }), "{again:?}");
}

#[test]
fn a_shoppers_personal_data_is_not_printed() {
    let printed = format!("{:?}", common::full_payment());
    assert!(printed.contains("attempt-1"), "{printed}");
    for personal in ["Ana Reyes", "Ayala", "+639170000000", "buyer-1"] {
        assert!(!printed.contains(personal), "{printed}");
    }
}

#[test]
fn an_integrator_says_so_in_every_call_and_debug_prints_neither_token_nor_body() {
    let client: WalletClient = scene(Ok(Reply::unsigned("{}"))).client;
    let token = AgentToken::new("agent-s3cret").unwrap();
    assert!(!format!("{token:?}").contains("s3cret"));
    let client = client.with_agent_token(std::sync::Arc::new(token));
    let request = client.sign(&client.prepare_pay(&payment()).unwrap()).unwrap();
    assert!(request.headers.contains(&("agent-token", "agent-s3cret".to_owned())));
    let call = client.prepare_pay(&payment()).unwrap();
    assert_eq!(format!("{call:?}"), format!("pay at {} ({} bytes)", call.uri, call.body.len()));
}

#[test]
fn a_signature_goes_out_in_the_wallets_encoding_and_times_in_its_format() {
    let headers = |preset: &str| {
        let client = scene_with(shipped(preset), Ok(Reply::unsigned("{}"))).client;
        let call = client.prepare_pay(&payment()).unwrap();
        client.sign(&call).unwrap().headers.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
    };
    let [_, time, signature] = &headers("generic-v2")[..] else { panic!("three headers") };
    assert_eq!(time, "2026-03-01T10:00:00+00:00");
    assert!(signature.contains("%3D"), "percent-encoded: {signature}");
    assert!(headers("super-qi")[2].ends_with("=="), "as it is: {}", headers("super-qi")[2]);
    assert_eq!(headers("antom")[1], "1772359200000");
}

#[test]
fn what_a_wallet_cannot_be_asked_is_said_before_anything_is_sent() {
    let client = |text: &str| {
        let profile = format!("{}\n{text}", common::PROFILE);
        let profile = wallet_api::profile::WalletProfile::from_toml("test", &profile).unwrap();
        scene_with(profile, Ok(Reply::unsigned("{}"))).client
    };
    let refused = |text: &str| client(text).prepare_pay(&payment()).unwrap_err();
    assert_eq!(refused("minimum_amount = 200000"), PrepareError::BelowMinimum(200_000));
    assert_eq!(refused("amount_multiple = 1000"), PrepareError::NotAMultiple(1_000));
    let mut long = payment();
    long.notify_url = Some(format!("https://shop.example/{}", "x".repeat(1_100)));
    assert_eq!(client("").prepare_pay(&long), Err(PrepareError::BadUrl("notify_url")));
    let nothing = CancelRequest { payment_id: None, payment_request_id: None };
    assert_eq!(client("").prepare_cancel(&nothing), Err(PrepareError::NoPaymentId));
}

#[tokio::test]
async fn an_inquiry_may_say_how_it_stands_by_a_result_but_not_two_things() {
    let word = |members: &str| {
        success(&format!(
            r#""paymentId":"pay-1","paymentRequestId":"attempt-1","paymentAmount":{{"currency":"PHP","value":"129900"}},{members}"#
        ))
    };
    let paid = r#""paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"ok"}"#;
    let ask = async |body: String| {
        answering(Operation::InquiryPayment, &body).client.inquire_payment(&common::question()).await
    };
    let InquiryAnswer::Found(payment) = ask(word(paid)).await else { panic!("found") };
    assert_eq!(payment.status, PaymentStatus::Success);
    let both = ask(word(&format!(r#"{paid},"paymentStatus":"FAIL""#))).await;
    assert!(matches!(both, InquiryAnswer::Unknown(Reason::Unreadable(_))), "{both:?}");
}

#[tokio::test]
async fn a_question_about_a_payment_that_names_the_wallets_id_wants_the_same_back() {
    let word = success(
        r#""acquirementId":"pay-1","merchantTransId":"attempt-1","paymentAmount":{"currency":"PHP","value":"129900"},"paymentStatus":"SUCCESS""#,
    );
    let profile = shipped("dana");
    let reply = Reply::signed(&profile.path(Operation::InquiryPayment), &word);
    let client = scene_with(profile, Ok(reply)).client;
    let known = PaymentQuestion { payment_id: PaymentId::new("pay-1").ok(), ..common::question() };
    assert!(matches!(client.inquire_payment(&known).await, InquiryAnswer::Found(_)));
    let other = PaymentQuestion { payment_id: PaymentId::new("pay-2").ok(), ..common::question() };
    assert_eq!(client.inquire_payment(&other).await, InquiryAnswer::Unknown(Reason::Mismatch("paymentId")));
}

#[tokio::test]
async fn what_is_echoed_binds_an_answer_whatever_it_says() {
    let failed = |code: &str, members: &str| verdict("F", code).replace("}}", &format!("}},{members}}}"));
    let of_another = r#""paymentId":"pay-2""#;
    let amount = r#"{"currency":"PHP","value":"1"}"#;

    let refund = async |body: &str| {
        let client = answering(Operation::Refund, body).client;
        mismatch(client.refund(&client.prepare_refund(&common::refund()).unwrap(), Sending::First).await)
    };
    let another_refund = failed("REFUND_WINDOW_EXCEED", r#""refundRequestId":"refund-2""#);
    assert_eq!(refund(&another_refund).await, "refundRequestId");
    assert_eq!(refund(&success(&format!(r#""refundId":"ref-1",{of_another}"#))).await, "paymentId");

    let void = VoidRequest {
        void_request_id: id("void-1"),
        payment_id: Some(id("pay-1")),
        payment_request_id: None,
    };
    for body in [success(of_another), failed("AUTH_EXPIRED", of_another)] {
        let client = answering(Operation::Void, &body).client;
        let answer = client.void(&client.prepare_void(&void).unwrap(), Sending::First).await;
        assert_eq!(mismatch(answer), "paymentId", "{body}");
    }

    for (body, member) in [
        (failed("ORDER_NOT_EXIST", r#""paymentRequestId":"attempt-2""#), "paymentRequestId"),
        (failed("ORDER_NOT_EXIST", &format!(r#""paymentAmount":{amount}"#)), "paymentAmount"),
    ] {
        let client = answering(Operation::InquiryPayment, &body).client;
        let answer = client.inquire_payment(&common::question()).await;
        assert_eq!(answer, InquiryAnswer::Unknown(Reason::Mismatch(member)), "{body}");
    }

    for body in [
        failed("RISK_REJECT", &format!(r#""paymentAmount":{amount}"#)),
        success(&format!(r#""paymentId":"pay-1","paymentAmount":{amount}"#)),
    ] {
        let answer = pay_in("antom", &body).await;
        let expected = PayAnswer::Unknown { reason: Reason::Mismatch("paymentAmount"), payment_id: None };
        assert_eq!(answer, expected, "{body}");
    }
}
