//! Bad days of calls, over real sockets: what a merchant's client makes of each.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use std::sync::Arc;

use common::{Running, accepted, folder, order, question, start, start_at};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use wallet_api::client::{
    CallAnswer, Cancelled, InquiryAnswer, PayAnswer, RefundQuestion, Refunded, WalletClient,
};
use wallet_api::clock::{Clock as _, ManualClock, SystemClock};
use wallet_api::ids::PaymentId;
use wallet_api::keys::VerifyError;
use wallet_api::operation::cancel::CancelRequest;
use wallet_api::operation::pay::PayRequest;
use wallet_api::operation::refund::RefundRequest;
use wallet_api::operation::{PaymentStatus, RefundStatus};
use wallet_api::outcome::{NextStep, Reason, Sending};
use wallet_api::profile::PRESETS;
use wallet_api::signature::SignatureError;
use wallet_api::transport::TransportError;

const NOWHERE: &str = "http://127.0.0.1:9/wallet/simulator/notifyPayment";
const BROKEN: Reason = Reason::Transport(TransportError::Broken);

struct Scene {
    running: Running,
    client: WalletClient,
    _data: tempfile::TempDir,
}

async fn scene() -> Scene {
    let data = folder();
    let running = start(data.path()).await;
    let client = running.client();
    Scene { running, client, _data: data }
}

fn mugs(id: &str) -> PayRequest {
    order(id, "PHP", 100, NOWHERE.to_owned())
}

impl Scene {
    async fn pay(&self, order: &PayRequest, sending: Sending) -> PayAnswer {
        self.client.pay(&self.client.prepare_pay(order).unwrap(), sending).await
    }

    /// Why nobody can say what became of a first `pay`.
    async fn doubt(&self, order: &PayRequest) -> Reason {
        match self.pay(order, Sending::First).await {
            PayAnswer::Unknown { reason, .. } => reason,
            other => panic!("unknown: {other:?}"),
        }
    }

    async fn paid(&self, id: &str) -> (PayRequest, PaymentId) {
        let order = mugs(id);
        let payment_id = accepted(&self.client, order.clone()).await;
        let login = self.running.login("c-ana").await;
        assert_eq!(self.running.confirm(&payment_id, &login).await["status"], "paid");
        (order, payment_id)
    }

    async fn status(&self, order: &PayRequest) -> PaymentStatus {
        match self.client.inquire_payment(&question(order)).await {
            InquiryAnswer::Found(found) => found.status,
            other => panic!("found: {other:?}"),
        }
    }

    async fn cancel(&self, order: &PayRequest) -> CallAnswer<Cancelled> {
        let id = Some(order.payment_request_id.clone());
        let request = CancelRequest { payment_id: None, payment_request_id: id };
        self.client.cancel(&self.client.prepare_cancel(&request).unwrap(), Sending::First).await
    }

    async fn refund(&self, payment_id: &PaymentId, id: &str, sending: Sending) -> CallAnswer<Refunded> {
        let request = RefundRequest {
            refund_request_id: id.parse().unwrap(),
            payment_id: Some(payment_id.clone()),
            payment_request_id: None,
            amount: mugs("a").amount,
            reason: None,
            capture_id: None,
        };
        self.client.refund(&self.client.prepare_refund(&request).unwrap(), sending).await
    }

    async fn refund_status(&self, id: &str) -> (RefundStatus, Option<String>) {
        let question = RefundQuestion {
            refund_request_id: id.parse().unwrap(),
            amount: mugs("a").amount,
            refund_id: None,
        };
        match self.client.inquire_refund(&question).await {
            InquiryAnswer::Found(found) => (found.status, found.fail_reason),
            other => panic!("found: {other:?}"),
        }
    }

    async fn merchants_balance(&self) -> i64 {
        let ledger = self.running.get("/_simulator/ledger").await;
        let entries = ledger["entries"].as_array().unwrap().iter();
        let entries = entries.filter(|entry| entry["account"] == "merchant:SHOP");
        entries.map(|entry| entry["value"].as_str().unwrap().parse::<i64>().unwrap()).sum()
    }
}

#[tokio::test]
async fn a_lost_request_was_never_taken() {
    let scene = scene().await;
    scene.running.fault(json!({ "on": "pay", "kind": "request_lost" })).await;
    let order = mugs("a-1");
    assert_eq!(scene.doubt(&order).await, BROKEN);
    assert!(scene.running.payments().await.is_empty());
    assert!(matches!(scene.pay(&order, Sending::Resend).await, PayAnswer::Accepted { .. }));
    assert_eq!(scene.running.payments().await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_was_taken_and_a_resend_finds_the_same_payment() {
    let scene = scene().await;
    accepted(&scene.client, mugs("a-0")).await;
    scene.running.fault(json!({ "on": "pay", "kind": "answer_lost" })).await;
    let order = mugs("a-1");
    assert_eq!(scene.doubt(&order).await, BROKEN, "also on a connection that was good before");
    let booked = scene.running.payments().await;
    let PayAnswer::Accepted { payment_id, .. } = scene.pay(&order, Sending::Resend).await else {
        panic!("accepted")
    };
    assert_eq!((booked.len(), &booked[1]["paymentId"]), (2, &json!(payment_id.as_str())));
    assert_eq!(scene.running.payments().await, booked);
}

#[tokio::test]
async fn a_closed_connection_carries_no_byte() {
    let scene = scene().await;
    scene.running.fault(json!({ "on": "pay", "kind": "request_lost" })).await;
    let call = scene.client.prepare_pay(&mugs("a-1")).unwrap();
    let request = scene.client.sign(&call).unwrap();
    let host = scene.running.origin.strip_prefix("http://").unwrap();
    let mut head =
        format!("POST {} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {}\r\n", call.uri, request.body.len());
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all([format!("{head}\r\n").as_bytes(), &request.body].concat().as_slice()).await.unwrap();
    let mut answer = Vec::new();
    // Closed or reset: either way nothing was said.
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(scene.running.fired().await, [1]);
}

#[tokio::test]
async fn a_delayed_answer_waits_for_the_injected_clock() {
    let data = folder();
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let running = start_at(data.path(), clock.clone()).await;
    let client = running.client();
    running.fault(json!({ "on": "pay", "kind": "answer_delayed", "milliseconds": 2_000 })).await;
    let call = client.prepare_pay(&mugs("a-1")).unwrap();
    let paying = tokio::spawn(async move { client.pay(&call, Sending::First).await });
    // The notifier and the answer.
    while clock.sleepers() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(running.payments().await.len(), 1, "taken, not answered");
    assert!(!paying.is_finished());
    clock.advance(std::time::Duration::from_secs(2));
    assert!(matches!(paying.await.unwrap(), PayAnswer::Accepted { .. }));
}

#[tokio::test]
async fn http_errors_and_unknown_exceptions_come_taken_or_not() {
    let scene = scene().await;
    let mut booked = 0;
    for (kind, taken) in
        [("http_status", false), ("http_status", true), ("unknown", false), ("unknown", true)]
    {
        let mut wish = json!({ "on": "pay", "kind": kind, "taken": taken });
        if kind == "http_status" {
            wish["status"] = json!(503);
        }
        scene.running.fault(wish).await;
        let order = mugs(&format!("{kind}-{taken}"));
        match scene.doubt(&order).await {
            Reason::HttpStatus(503) => assert_eq!(kind, "http_status"),
            reason => assert_eq!((kind, reason.code()), ("unknown", "UNKNOWN_EXCEPTION")),
        }
        booked += usize::from(taken);
        assert_eq!(scene.running.payments().await.len(), booked, "{kind} {taken}");
    }
}

#[tokio::test]
async fn a_refusal_says_the_code_that_was_asked_for_and_takes_nothing() {
    let scene = scene().await;
    let refuse = |on: &str, status: &str, code: &str| json!({ "on": on, "kind": "refused", "resultStatus": status, "resultCode": code });
    scene.running.fault(refuse("pay", "F", "RISK_REJECT")).await;
    assert!(matches!(scene.pay(&mugs("a-1"), Sending::First).await, PayAnswer::Failed(_)));
    for (status, code) in [
        ("F", "REQUEST_TRAFFIC_EXCEED_LIMIT"),
        ("U", "REQUEST_TRAFFIC_EXCEED_LIMIT"),
        ("F", "ORDER_STATUS_INVALID"),
        ("F", "NEVER_SEEN_BEFORE"),
    ] {
        scene.running.fault(refuse("pay", status, code)).await;
        let reason = scene.doubt(&mugs("a-1")).await;
        assert_eq!(reason.code(), code);
        let resend = matches!(reason, Reason::Wallet { next: NextStep::ResendSame, .. });
        assert_eq!(resend, code == "REQUEST_TRAFFIC_EXCEED_LIMIT", "{code}");
    }
    assert!(scene.running.payments().await.is_empty());
    let (order, _) = scene.paid("a-2").await;
    scene.running.fault(refuse("inquiryPayment", "F", "ORDER_NOT_EXIST")).await;
    let inquired = scene.client.inquire_payment(&question(&order)).await;
    assert!(matches!(inquired, InquiryAnswer::NotFound(_)), "{inquired:?}");
    scene.running.fault(refuse("cancel", "F", "CANCEL_WINDOW_EXCEED")).await;
    let cancelled = scene.cancel(&order).await;
    assert!(matches!(&cancelled, CallAnswer::Failed(reason) if reason.code() == "CANCEL_WINDOW_EXCEED"));
    assert_eq!(scene.status(&order).await, PaymentStatus::Success);
}

#[tokio::test]
async fn no_answer_with_a_flawed_signature_is_believed() {
    let scene = scene().await;
    let refused = |error| Reason::Unverified(SignatureError::Refused(error));
    for (flaw, reason, verdict) in [
        ("absent", Reason::Unverified(SignatureError::Missing), "unsigned"),
        ("altered", refused(VerifyError::Mismatch), "invalid"),
        ("other_key", refused(VerifyError::Mismatch), "invalid"),
        ("other_key_version", refused(VerifyError::UnknownKey), "invalid"),
        ("other_client", Reason::WrongClient, "valid"),
    ] {
        let id = scene.running.fault(json!({ "on": "pay", "kind": "signature", "flaw": flaw })).await;
        assert_eq!(scene.doubt(&mugs(flaw)).await, reason, "{flaw}");
        let said = last_out(&scene.running).await;
        assert_eq!(said["fault"], json!({ "id": id, "kind": "signature" }));
        assert_eq!(said["signature"], verdict, "{flaw}");
        serde_json::from_str::<Value>(said["body"].as_str().unwrap()).expect("JSON still");
    }
    assert_eq!(scene.running.payments().await.len(), 5, "all of them were taken");
}

async fn last_out(running: &Running) -> Value {
    let transcript = running.get("/_simulator/transcript?after=0").await;
    let messages = transcript["messages"].as_array().unwrap();
    messages.iter().rev().find(|message| message["direction"] == "out").unwrap().clone()
}

#[tokio::test]
async fn an_answer_about_something_else_changes_nothing() {
    let scene = scene().await;
    let another = |on: &str, member: &str| json!({ "on": on, "kind": "another", "member": member });
    for (member, named) in
        [("amount", "paymentAmount"), ("currency", "paymentAmount"), ("paymentRequestId", "paymentRequestId")]
    {
        scene.running.fault(another("pay", member)).await;
        assert_eq!(scene.doubt(&mugs(member)).await, Reason::Mismatch(named), "pay: {member}");
    }
    let (order, payment_id) = scene.paid("a-1").await;
    let mut question = question(&order);
    question.payment_id = Some(payment_id);
    for (member, named) in [
        ("amount", "paymentAmount"),
        ("currency", "paymentAmount"),
        ("paymentId", "paymentId"),
        ("paymentRequestId", "paymentRequestId"),
    ] {
        scene.running.fault(another("inquiryPayment", member)).await;
        let inquired = scene.client.inquire_payment(&question).await;
        assert_eq!(inquired, InquiryAnswer::Unknown(Reason::Mismatch(named)), "inquiry: {member}");
    }
    assert_eq!(scene.status(&order).await, PaymentStatus::Success);
}

#[tokio::test]
async fn another_payment_id_is_all_that_differs_in_a_pay_answer() {
    let scene = scene().await;
    scene.running.fault(json!({ "on": "pay", "kind": "another", "member": "paymentId" })).await;
    let said = accepted(&scene.client, mugs("a-1")).await;
    let booked = scene.running.payments().await;
    assert_ne!(booked[0]["paymentId"], said.as_str());
    assert_eq!(booked[0]["paymentRequestId"], "a-1");
}

#[tokio::test]
async fn an_answer_that_was_given_to_another_order_is_not_taken_for_this_one() {
    let scene = scene().await;
    scene.running.fault(json!({ "on": "pay", "kind": "another_answer" })).await;
    accepted(&scene.client, mugs("a-1")).await;
    assert_eq!(scene.running.fired().await, [0], "there was none to give");
    let first = last_out(&scene.running).await;
    assert_eq!(scene.doubt(&mugs("a-2")).await, Reason::Mismatch("paymentRequestId"));
    let second = last_out(&scene.running).await;
    assert_eq!((&second["body"], &second["headers"]), (&first["body"], &first["headers"]));
    assert_eq!(scene.running.payments().await.len(), 2);
}

#[tokio::test]
async fn a_wrong_time_a_strange_cashier_and_unreadable_bodies_stay_unknown() {
    let scene = scene().await;
    for (at, (mut wish, code)) in [
        (json!({ "kind": "time_shifted", "seconds": -3_600 }), "response_time"),
        (json!({ "kind": "time_shifted", "seconds": 3_600 }), "response_time"),
        (json!({ "kind": "cashier_elsewhere" }), "cashier_refused"),
        (json!({ "kind": "truncated" }), "unreadable"),
        (json!({ "kind": "not_json" }), "unreadable"),
        (json!({ "kind": "too_long" }), "answer_too_long"),
    ]
    .into_iter()
    .enumerate()
    {
        wish["on"] = json!("pay");
        scene.running.fault(wish.clone()).await;
        assert_eq!(scene.doubt(&mugs(&format!("a-{at}"))).await.code(), code, "{wish}");
        assert_eq!(scene.running.payments().await.len(), at + 1);
    }
}

#[tokio::test]
async fn a_paid_payment_is_said_to_be_in_process_for_as_many_inquiries() {
    let scene = scene().await;
    scene.running.fault(json!({ "on": "inquiryPayment", "kind": "still_processing", "times": 2 })).await;
    let order = mugs("a-1");
    let payment_id = accepted(&scene.client, order.clone()).await;
    assert_eq!(scene.status(&order).await, PaymentStatus::Processing);
    assert_eq!(scene.running.fired().await, [0], "it wasn't paid");
    let login = scene.running.login("c-ana").await;
    scene.running.confirm(&payment_id, &login).await;
    for _ in 0..2 {
        assert_eq!(scene.status(&order).await, PaymentStatus::Processing);
    }
    assert_eq!(scene.status(&order).await, PaymentStatus::Success);
    assert_eq!(scene.running.payments().await[0]["status"], "SUCCESS");
}

#[tokio::test]
async fn a_cancel_that_says_done_may_turn_out_paid() {
    let scene = scene().await;
    let order = mugs("a-1");
    accepted(&scene.client, order.clone()).await;
    scene
        .running
        .fault(json!({ "on": "cancel", "kind": "cancelled_then_paid", "customerId": "c-chloe" }))
        .await;
    assert!(matches!(scene.cancel(&order).await, CallAnswer::Done(_)));
    assert_eq!(scene.status(&order).await, PaymentStatus::Success);
    let booked = scene.running.payments().await;
    assert_eq!((&booked[0]["status"], &booked[0]["customerId"]), (&json!("SUCCESS"), &json!("c-chloe")));
}

#[tokio::test]
async fn a_refund_in_process_is_settled_by_the_tester() {
    let scene = scene().await;
    for (id, settle, status) in [
        ("r-1", json!({ "outcome": "fails", "reason": "Account closed." }), RefundStatus::Fail),
        ("r-2", json!({ "outcome": "succeeds" }), RefundStatus::Success),
    ] {
        let (_, payment_id) = scene.paid(&format!("for-{id}")).await;
        let before = scene.merchants_balance().await;
        scene.running.fault(json!({ "on": "refund", "kind": "refund_in_process" })).await;
        let refunded = scene.refund(&payment_id, id, Sending::First).await;
        assert!(matches!(&refunded, CallAnswer::Unknown(reason) if reason.code() == "REFUND_IN_PROCESS"));
        assert_eq!(scene.refund_status(id).await.0, RefundStatus::Processing);
        assert_eq!(scene.merchants_balance().await, before - 100);
        let ledger = scene.running.get("/_simulator/ledger").await;
        let refunds = ledger["refunds"].as_array().unwrap();
        let refund_id = refunds.last().unwrap()["refundId"].as_str().unwrap();
        let path = format!("/_simulator/refunds/{refund_id}/settle");
        assert_eq!(scene.running.post(&path, &settle).await["status"], status.as_str());
        assert_eq!(scene.refund_status(id).await.0, status);
        let kept = if status == RefundStatus::Fail { before } else { before - 100 };
        assert_eq!(scene.merchants_balance().await, kept);
        let (code, body) = send(&scene.running, "POST", &path, &settle.to_string()).await;
        assert_eq!((code, &body["code"]), (409, &json!("refund_has_ended")));
    }
    let (code, body) =
        send(&scene.running, "POST", "/_simulator/refunds/nope/settle", r#"{"outcome":"succeeds"}"#).await;
    assert_eq!((code, &body["code"]), (404, &json!("unknown_refund")));
    scene.running.payments().await;
}

#[tokio::test]
async fn a_refund_that_was_accepted_fails_and_the_merchant_has_the_money_again() {
    let scene = scene().await;
    let (_, payment_id) = scene.paid("a-1").await;
    scene.running.fault(json!({ "on": "refund", "kind": "refund_fails", "reason": "Account closed." })).await;
    let refunded = scene.refund(&payment_id, "r-1", Sending::First).await;
    assert!(matches!(&refunded, CallAnswer::Unknown(reason) if reason.code() == "REFUND_IN_PROCESS"));
    let failed = (RefundStatus::Fail, Some("Account closed.".to_owned()));
    assert_eq!(scene.refund_status("r-1").await, failed);
    assert_eq!(scene.merchants_balance().await, 100);
    assert!(matches!(scene.refund(&payment_id, "r-2", Sending::First).await, CallAnswer::Done(_)));
    assert_eq!(scene.merchants_balance().await, 0);
    scene.running.payments().await;
}

#[tokio::test]
async fn a_merchant_that_was_paid_out_has_too_little_for_a_refund() {
    let scene = scene().await;
    let (_, payment_id) = scene.paid("a-1").await;
    let path = "/_simulator/merchants/SHOP/pay-out";
    let left = scene.running.post(path, &json!({ "currency": "PHP", "value": "60" })).await;
    assert_eq!(left, json!({ "clientId": "SHOP", "balances": [{ "currency": "PHP", "value": "40" }] }));
    let refunded = scene.refund(&payment_id, "r-1", Sending::First).await;
    assert!(
        matches!(&refunded, CallAnswer::Failed(reason) if reason.code() == "PARTNER_BALANCE_NOT_ENOUGH"),
        "{refunded:?}"
    );
    for (path, body, code, named) in [
        (path, r#"{"currency":"PHP","value":"41"}"#, 409, "balance_too_low"),
        (path, r#"{"currency":"PHP","value":"0"}"#, 400, "bad_amount"),
        (
            "/_simulator/merchants/NOBODY/pay-out",
            r#"{"currency":"PHP","value":"1"}"#,
            404,
            "unknown_merchant",
        ),
    ] {
        let (status, problem) = send(&scene.running, "POST", path, body).await;
        assert_eq!((status, &problem["code"]), (code, &json!(named)));
    }
    scene.running.payments().await;
}

async fn send(running: &Running, method: &str, path: &str, body: &str) -> (u16, Value) {
    let (status, body) = running.http(method, path, &[("content-type", "application/json")], body).await;
    (status, serde_json::from_str(&body).unwrap())
}

#[tokio::test]
async fn what_is_deleted_happens_no_more() {
    let scene = scene().await;
    let lose = json!({ "on": "pay", "kind": "request_lost", "times": 9 });
    let first = scene.running.fault(lose.clone()).await;
    scene.running.fault(lose.clone()).await;
    assert_eq!(scene.doubt(&mugs("a-1")).await, BROKEN);
    let (status, left) = send(&scene.running, "DELETE", &format!("/_simulator/faults/{first}"), "").await;
    assert_eq!((status, left["faults"].as_array().unwrap().len()), (200, 1));
    let (status, problem) = send(&scene.running, "DELETE", &format!("/_simulator/faults/{first}"), "").await;
    assert_eq!((status, &problem["code"]), (404, &json!("unknown_fault")));
    assert_eq!(scene.doubt(&mugs("a-1")).await, BROKEN, "the other one goes on");
    assert_eq!(
        send(&scene.running, "DELETE", "/_simulator/faults", "").await,
        (200, json!({ "faults": [] }))
    );
    accepted(&scene.client, mugs("a-1")).await;
    scene.running.fault(lose).await;
    scene.running.post("/_simulator/reset", &json!({})).await;
    assert!(scene.running.fired().await.is_empty());
    accepted(&scene.client, mugs("a-1")).await;
}

#[tokio::test]
async fn a_restart_forgets_faults_and_nothing_of_them_is_in_the_journal() {
    let data = folder();
    let running = start(data.path()).await;
    running.fault(json!({ "on": "pay", "kind": "answer_lost", "times": 9 })).await;
    let client = running.client();
    let call = client.prepare_pay(&mugs("a-1")).unwrap();
    assert!(matches!(client.pay(&call, Sending::First).await, PayAnswer::Unknown { .. }));
    running.stop().await;
    let journal = std::fs::read_to_string(data.path().join("journal.jsonl")).unwrap();
    assert!(journal.contains("a-1") && !journal.contains("fault"), "{journal}");
    let running = start(data.path()).await;
    assert!(running.fired().await.is_empty());
    assert!(matches!(running.client().pay(&call, Sending::Resend).await, PayAnswer::Accepted { .. }));
}

#[tokio::test]
async fn a_bad_wish_is_refused_by_name() {
    let scene = scene().await;
    let path = "/_simulator/faults";
    let (status, problem) = send(&scene.running, "POST", path, r#"{"on":"pay","kind":"earthquake"}"#).await;
    assert_eq!((status, &problem["code"]), (400, &json!("bad_fault")));
    assert!(problem["detail"].as_str().unwrap().contains("earthquake"), "{problem}");
    let (status, _) = send(&scene.running, "POST", path, "[]").await;
    assert_eq!(status, 422);
    let foreign = [("content-type", "application/json"), ("origin", "http://evil.example")];
    let wish = r#"{"on":"pay","kind":"request_lost"}"#;
    assert_eq!(scene.running.http("POST", path, &foreign, wish).await.0, 403);
    assert!(scene.running.fired().await.is_empty());
}

#[tokio::test]
async fn every_firing_is_in_the_transcript() {
    let scene = scene().await;
    let id = scene.running.fault(json!({ "on": "pay", "kind": "request_lost", "times": 2 })).await;
    for _ in 0..3 {
        scene.pay(&mugs("a-1"), Sending::Resend).await;
    }
    let transcript = scene.running.get("/_simulator/transcript?after=0").await;
    let messages = transcript["messages"].as_array().unwrap();
    let marked: Vec<_> = messages.iter().filter(|message| !message["fault"].is_null()).collect();
    assert_eq!((messages.len(), marked.len()), (6, 2));
    for message in marked {
        assert_eq!(message["fault"], json!({ "id": id, "kind": "request_lost" }));
        assert_eq!((&message["direction"], &message["status"]), (&json!("out"), &json!(0)));
        assert_eq!((&message["body"], &message["signature"]), (&json!(""), &json!("none")));
    }
    assert_eq!(scene.running.fired().await, [2]);
}

#[tokio::test]
async fn in_the_words_of_every_wallet_the_day_is_as_bad() {
    let scene = scene().await;
    for preset in PRESETS {
        let client = scene.running.register(preset.name).await;
        for (wish, code) in [
            (json!({ "kind": "answer_lost" }), "connection_broken"),
            (json!({ "kind": "signature", "flaw": "altered" }), "bad_signature"),
            (json!({ "kind": "another", "member": "amount" }), "mismatch"),
            (json!({ "kind": "another", "member": "paymentRequestId" }), "mismatch"),
            (json!({ "kind": "time_shifted", "seconds": 3_600 }), "response_time"),
        ] {
            let mut wish = wish;
            wish["on"] = json!("pay");
            wish["clientId"] = json!(client.profile().client_id);
            let id = scene.running.fault(wish.clone()).await;
            let order = mugs(&id);
            let answer = client.pay(&client.prepare_pay(&order).unwrap(), Sending::First).await;
            let PayAnswer::Unknown { reason, .. } = answer else {
                panic!("{}: {wish}: {answer:?}", preset.name)
            };
            assert_eq!(reason.code(), code, "{}: {wish}", preset.name);
            let booked = scene.running.payments().await;
            assert_eq!(booked.last().unwrap()["paymentRequestId"], id.as_str(), "taken as it was asked for");
        }
    }
}
