//! A merchant, a customer and the wallet, over real sockets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use std::time::Duration;

use common::{accepted, folder, order, question, receiver, start};
use serde_json::json;
use wallet_api::client::{CallAnswer, InquiryAnswer, PayAnswer};
use wallet_api::clock::{Clock as _, SystemClock, later};
use wallet_api::ids::AuthCode;
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::result::WireResult;
use wallet_api::outcome::Sending;

const NOWHERE: &str = "http://127.0.0.1:9/wallet/simulator/notifyPayment";

#[tokio::test]
async fn a_confirmed_payment_is_notified_inquired_and_booked() {
    let (data, running) = running().await;
    let mut receiver = receiver(&running, Vec::new()).await;
    let client = running.client();
    let order = order("a-1", "PHP", 129_900, receiver.url.clone());
    let payment_id = accepted(&client, order.clone()).await;
    let login = running.login("c-ana").await;

    let view = running.confirm(&payment_id, &login).await;
    assert_eq!(view["status"], "paid");
    assert_eq!(view["payee"], "Kapé & Co.");
    assert_eq!(view["amount"], json!({ "currency": "PHP", "number": "1,299.00" }));
    let notified = receiver.notifications.recv().await.unwrap();
    assert_eq!(notified.status, PaymentStatus::Success);
    assert_eq!((notified.payment_id, notified.amount), (payment_id.clone(), order.amount));
    assert_eq!(notified.customer_id.unwrap().as_str(), "c-ana");

    let InquiryAnswer::Found(inquired) = client.inquire_payment(&question(&order)).await else {
        panic!("found")
    };
    assert_eq!((inquired.status, inquired.payment_id), (PaymentStatus::Success, Some(payment_id.clone())));
    let booked = running.payment(&payment_id).await;
    assert_eq!((&booked["status"], &booked["customerId"]), (&json!("SUCCESS"), &json!("c-ana")));
    let ledger = running.get("/_simulator/ledger").await;
    let sum: i64 = ledger["entries"].as_array().unwrap().iter().map(value_of).sum();
    assert_eq!(sum, 0);
    running.stop().await;
    drop(data);
}

fn value_of(entry: &serde_json::Value) -> i64 {
    entry["value"].as_str().unwrap().parse().unwrap()
}

async fn running() -> (tempfile::TempDir, common::Running) {
    let data = folder();
    let running = start(data.path()).await;
    (data, running)
}

#[tokio::test]
async fn lack_of_balance_keeps_the_cashier_open_until_a_top_up() {
    let (_data, running) = running().await;
    let payment_id = accepted(&running.client(), order("a-1", "PHP", 129_900, NOWHERE.to_owned())).await;
    let login = running.login("c-ben").await;
    let view = running.confirm(&payment_id, &login).await;
    assert_eq!((&view["status"], &view["payer"]["hasEnough"]), (&json!("open"), &json!(false)));
    assert_eq!(view["payer"]["balance"]["number"], "50.00");
    running
        .post("/_simulator/customers/c-ben/top-up", &json!({ "currency": "PHP", "value": "200000" }))
        .await;
    assert_eq!(running.confirm(&payment_id, &login).await["status"], "paid");
    running.stop().await;
}

#[tokio::test]
async fn a_customer_who_was_just_taken_in_pays_after_a_top_up() {
    let (_data, running) = running().await;
    let taken_in =
        running.post("/_simulator/customers", &json!({ "customerId": "c-dora", "name": "Dora Lim" })).await;
    assert_eq!((&taken_in["name"], &taken_in["balances"]), (&json!("Dora Lim"), &json!([])));
    let payment_id = accepted(&running.client(), order("a-1", "PHP", 100, NOWHERE.to_owned())).await;
    let login = running.login("c-dora").await;
    assert_eq!(running.confirm(&payment_id, &login).await["payer"]["hasEnough"], false);
    running.post("/_simulator/customers/c-dora/top-up", &json!({ "currency": "PHP", "value": "100" })).await;
    assert_eq!(running.confirm(&payment_id, &login).await["status"], "paid");
    running.stop().await;
}

#[tokio::test]
async fn a_refused_payment_is_final_and_a_new_one_can_be_paid() {
    let (_data, running) = running().await;
    let mut receiver = receiver(&running, Vec::new()).await;
    let client = running.client();
    let login = running.login("c-ana").await;
    running.post("/_simulator/customers/c-ana/refuse-next-payment", &json!({ "refuse": true })).await;
    let first = order("a-1", "PHP", 100, receiver.url.clone());
    let payment_id = accepted(&client, first.clone()).await;
    assert_eq!(running.confirm(&payment_id, &login).await["status"], "refused");
    let notified = receiver.notifications.recv().await.unwrap();
    assert_eq!(notified.status, PaymentStatus::Fail);
    assert_eq!(notified.fail_reason.as_deref(), Some("The payment was refused by risk control."));
    let again = client.pay(&client.prepare_pay(&first).unwrap(), Sending::Resend).await;
    assert!(matches!(again, PayAnswer::Unknown { .. }), "on a resend F ends nothing: {again:?}");
    let second = accepted(&client, order("a-2", "PHP", 100, receiver.url.clone())).await;
    assert_eq!(running.confirm(&second, &login).await["status"], "paid");
    running.stop().await;
}

#[tokio::test]
async fn the_same_pay_is_the_same_payment_and_other_content_ends_nothing() {
    let (_data, running) = running().await;
    let client = running.client();
    let order = order("a-1", "PHP", 100, NOWHERE.to_owned());
    let call = client.prepare_pay(&order).unwrap();
    let first = client.pay(&call, Sending::First).await;
    assert_eq!(client.pay(&call, Sending::Resend).await, first);
    let dearer = common::order("a-1", "PHP", 200, NOWHERE.to_owned());
    let PayAnswer::Unknown { reason, .. } =
        client.pay(&client.prepare_pay(&dearer).unwrap(), Sending::First).await
    else {
        panic!("unknown")
    };
    assert_eq!(reason.code(), "REPEAT_REQ_INCONSISTENT");
    assert_eq!(running.get("/_simulator/ledger").await["payments"].as_array().unwrap().len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn confirming_many_times_at_once_pays_once() {
    let (_data, running) = running().await;
    let payment_id = accepted(&running.client(), order("a-1", "PHP", 100, NOWHERE.to_owned())).await;
    let login = running.login("c-ana").await;
    let views = tokio::join!(
        running.confirm(&payment_id, &login),
        running.confirm(&payment_id, &login),
        running.confirm(&payment_id, &login),
    );
    for view in [views.0, views.1, views.2] {
        assert_eq!(view["status"], "paid");
    }
    let ledger = running.get("/_simulator/ledger").await;
    let moved = ledger["entries"].as_array().unwrap().iter().filter(|entry| !entry["paymentId"].is_null());
    assert_eq!(moved.map(value_of).collect::<Vec<_>>(), [-100, 100]);
    running.stop().await;
}

#[tokio::test]
async fn at_its_time_a_payment_fails_and_the_merchant_is_told() {
    let (_data, running) = running().await;
    let mut receiver = receiver(&running, Vec::new()).await;
    let client = running.client();
    let order = order("a-1", "PHP", 100, receiver.url.clone());
    let payment_id = accepted(&client, order.clone()).await;
    running.post("/_simulator/clock", &json!({ "advanceSeconds": 901 })).await;
    let notified = receiver.notifications.recv().await.unwrap();
    assert_eq!(notified.fail_reason.as_deref(), Some("Order payment expired."));
    let login = running.login("c-ana").await;
    assert_eq!(running.confirm(&payment_id, &login).await["status"], "expired");
    let InquiryAnswer::Found(inquired) = client.inquire_payment(&question(&order)).await else {
        panic!("found")
    };
    assert_eq!(inquired.status, PaymentStatus::Fail);
    running.stop().await;
}

#[tokio::test]
async fn a_notification_that_is_not_acknowledged_comes_again() {
    let (_data, running) = running().await;
    let mut receiver = receiver(&running, vec![WireResult::unknown("later, please")]).await;
    let payment_id = accepted(&running.client(), order("a-1", "PHP", 100, receiver.url.clone())).await;
    let login = running.login("c-ana").await;
    running.confirm(&payment_id, &login).await;
    receiver.notifications.recv().await.unwrap();
    running.until(&payment_id, |payment| payment["notificationTries"] == 1).await;
    running.post("/_simulator/clock", &json!({ "advanceSeconds": 120 })).await;
    assert_eq!(receiver.notifications.recv().await.unwrap().payment_id, payment_id);
    running.until(&payment_id, |payment| payment["notification"] == "delivered").await;
    running.stop().await;
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let data = folder();
    let running = start(data.path()).await;
    let key = running.simulator.wallet_key().to_owned();
    let paid = order("a-1", "PHP", 100, NOWHERE.to_owned());
    let open = order("a-2", "JPY", 40, NOWHERE.to_owned());
    let payment_id = accepted(&running.client(), paid.clone()).await;
    let login = running.login("c-ben").await;
    running.confirm(&payment_id, &login).await;
    let open_id = accepted(&running.client(), open).await;
    let customers = running.get("/_simulator/customers").await;
    running.stop().await;

    let running = start(data.path()).await;
    assert_eq!(running.simulator.wallet_key(), key);
    assert_eq!(running.get("/_simulator/customers").await, customers);
    let InquiryAnswer::Found(inquired) = running.client().inquire_payment(&question(&paid)).await else {
        panic!("found")
    };
    assert_eq!(inquired.status, PaymentStatus::Success);
    assert_eq!(running.confirm(&open_id, &login).await["status"], "paid");
    running.stop().await;
}

#[tokio::test]
async fn an_auth_code_tells_who_the_customer_is_once() {
    let (_data, running) = running().await;
    let issued = running.post("/_simulator/auth-codes", &json!({ "customerId": "c-chloe" })).await;
    let code = AuthCode::new(issued["authCode"].as_str().unwrap()).unwrap();
    let client = running.client();
    let CallAnswer::Done(grant) = client.apply_token(code.clone()).await else { panic!("granted") };
    assert_eq!(grant.customer_id.as_str(), "c-chloe");
    let CallAnswer::Failed(reason) = client.apply_token(code).await else { panic!("refused") };
    assert_eq!(reason.code(), "USED_AUTHCODE");
    running.stop().await;
}

#[tokio::test]
async fn what_can_not_be_paid_is_refused_with_a_code() {
    let (_data, running) = running().await;
    let client = running.client();
    let late = wallet_api::operation::pay::PayRequest {
        expires_at: Some(later(SystemClock.now(), Duration::ZERO)),
        ..order("a-1", "PHP", 100, NOWHERE.to_owned())
    };
    for (order, code) in
        [(late, "PARAM_ILLEGAL"), (order("a-2", "XTS", 100, NOWHERE.to_owned()), "CURRENCY_NOT_SUPPORT")]
    {
        let PayAnswer::Failed(reason) =
            client.pay(&client.prepare_pay(&order).unwrap(), Sending::First).await
        else {
            panic!("failed")
        };
        assert_eq!(reason.code(), code);
    }
    let missing = question(&order("a-9", "PHP", 100, NOWHERE.to_owned()));
    assert!(matches!(client.inquire_payment(&missing).await, InquiryAnswer::NotFound(_)));
    running.stop().await;
}

#[tokio::test]
async fn a_merchant_that_never_answers_keeps_no_other_one_waiting() {
    let (_data, running) = running().await;
    let client = running.client();
    let login = running.login("c-ana").await;
    // Connections are taken by the system, and nobody ever reads them.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}{}", silent.local_addr().unwrap(), common::PATH);
    let unanswered = accepted(&client, order("a-1", "PHP", 100, address)).await;
    running.confirm(&unanswered, &login).await;
    let (_connection, _) = silent.accept().await.unwrap();

    let mut receiver = receiver(&running, Vec::new()).await;
    let answered = accepted(&client, order("a-2", "PHP", 100, receiver.url.clone())).await;
    running.confirm(&answered, &login).await;
    assert_eq!(receiver.notifications.recv().await.unwrap().payment_id, answered);
    let first = running.payment(&unanswered).await;
    assert_eq!(first["notificationTries"], 0, "the first try still waits for its answer: {first}");
    running.until(&answered, |payment| payment["notificationTries"] == 1).await;
    running.stop().await;
}
