//! What notifications may do, and what none may do.

use serde_json::{Value, json};

use crate::support::wallet::{Signed, notify_path};
use crate::support::{Answer, Client, TestServer, database, keys};

/// A server with an open order, paid at the wallet, of which the shop hasn't heard yet.
async fn unheard() -> (TestServer, Client, Value, String) {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 2), ("MUG", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    (server, shopper, order, request)
}

fn genuine(server: &TestServer) -> Signed {
    Signed { path: notify_path(), time: server.wallet.time(), key: keys::wallet() }
}

fn status(answer: &Answer) -> String {
    answer.json()["result"]["resultStatus"].as_str().unwrap().to_owned()
}

/// Refused: whatever the sender wanted, the wallet may be asked, and nothing else comes of it.
fn assert_refused(server: &TestServer, before: &str, answer: &Answer, http: u16) {
    assert_eq!((answer.status, status(answer).as_str()), (http, "U"));
    assert_eq!(server.money(), before);
}

/// Why a person should look at the newest order, if one should.
async fn attention(server: &TestServer) -> Option<String> {
    let listed = server.admin().get("/admin/v1/orders?attention=true").await.expect(200);
    listed["orders"][0]["attention"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_genuine_notification_pays_the_order_and_is_acknowledged_with_a_signature() {
    let (server, shopper, order, request) = unheard().await;
    let answer = server.wallet.notify(&server.client(), &request).await;
    assert_eq!((answer.status, status(&answer).as_str()), (200, "S"));
    let time = answer.header("response-time").unwrap();
    wallet_api::signature::SignedMessage {
        method: "POST",
        uri: &notify_path(),
        client_id: answer.header("client-id").unwrap(),
        time,
        body: &answer.body,
    }
    .verify(&*keys::ring(&keys::merchant()), answer.header("signature").unwrap())
    .unwrap();
    let paid = server.read(&shopper, &order).await;
    assert_eq!(
        (paid["status"].as_str(), paid["attempt"]["status"].as_str()),
        (Some("paid"), Some("succeeded"))
    );
    let stock = "SELECT on_hand * 10000 + reserved * 100 + sold FROM stock WHERE sku = 'TEA-S'";
    assert_eq!(database::number(&server.database(), stock), 28 * 10_000 + 2);
}

#[tokio::test]
async fn any_one_byte_changed_is_refused_and_changes_nothing() {
    let (server, _, _, request) = unheard().await;
    let (genuine, merchant) = (genuine(&server), server.client());
    let body = server.wallet.notification(&request).to_string().into_bytes();
    let signature = genuine.signature(&body);
    let before = server.money();
    for position in 0..body.len() {
        let mut changed = body.clone();
        changed[position] ^= 1;
        let answer = genuine.send_with(&merchant, &notify_path(), &signature, &changed).await;
        assert_eq!((answer.status, status(&answer).as_str()), (401, "U"), "byte {position}");
    }
    for changed in [&body[..body.len() - 1], &[body.as_slice(), b" "].concat(), b""] {
        assert_eq!(genuine.send_with(&merchant, &notify_path(), &signature, changed).await.status, 401);
    }
    assert_eq!(server.money(), before);
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM notifications"), 0);
    let untouched = genuine.send_with(&merchant, &notify_path(), &signature, &body).await;
    assert_eq!(status(&untouched), "S", "the untouched one is believed");
}

#[tokio::test]
async fn any_byte_of_the_signature_or_the_time_changed_is_refused() {
    let (server, _, _, request) = unheard().await;
    let (genuine, merchant) = (genuine(&server), server.client());
    let body = server.wallet.notification(&request).to_string().into_bytes();
    let signature = genuine.signature(&body);
    let before = server.money();
    let value = signature.find("signature=").unwrap() + "signature=".len();
    for position in (value..signature.len()).step_by(7) {
        let mut changed = signature.clone().into_bytes();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let answer = genuine.send_with(&merchant, &notify_path(), &changed, &body).await;
        assert_refused(&server, &before, &answer, 401);
    }
    let later = Signed { time: "2026-03-01T09:00:01+00:00".into(), ..genuine };
    let answer = later.send_with(&merchant, &notify_path(), &signature, &body).await;
    assert_refused(&server, &before, &answer, 401);
}

#[tokio::test]
async fn signed_by_the_wrong_key_or_not_at_all_is_refused() {
    let (server, _, _, request) = unheard().await;
    let merchant = server.client();
    let body = server.wallet.notification(&request).to_string().into_bytes();
    let before = server.money();
    for key in [keys::stranger(), keys::merchant()] {
        let forged = Signed { key, ..genuine(&server) };
        let answer = forged.send(&merchant, &notify_path(), &body, &body).await;
        assert_refused(&server, &before, &answer, 401);
    }
    let unsigned = merchant.post_raw(&notify_path(), &body).await;
    assert_refused(&server, &before, &unsigned, 401);
    let other_client = [
        ("client-id", "somebody-else"),
        ("request-time", "2026-03-01T09:00:00+00:00"),
        ("signature", "algorithm=RSA256, keyVersion=1, signature=AAAA"),
    ];
    let answer = merchant.send("POST", &notify_path(), &other_client, Some(&body)).await;
    assert_refused(&server, &before, &answer, 401);
}

#[tokio::test]
async fn signed_for_another_path_or_time_is_refused() {
    let (server, _, _, request) = unheard().await;
    let merchant = server.client();
    let body = server.wallet.notification(&request).to_string().into_bytes();
    let before = server.money();
    for path in
        ["/wallet/other/notifyPayment", "/wallet/test/notifypayment", "/prefix/wallet/test/notifyPayment"]
    {
        let elsewhere = Signed { path: path.into(), ..genuine(&server) };
        let answer = elsewhere.send(&merchant, &notify_path(), &body, &body).await;
        assert_refused(&server, &before, &answer, 401);
    }
    for time in ["2026-03-01T08:54:59+00:00", "2026-03-01T09:05:01+00:00", "2025-03-01T09:00:00+00:00"] {
        let stale = Signed { time: time.into(), ..genuine(&server) };
        let answer = stale.send(&merchant, &notify_path(), &body, &body).await;
        assert_refused(&server, &before, &answer, 200);
    }
}

#[tokio::test]
async fn another_amount_currency_or_payment_is_refused_even_when_it_is_validly_signed() {
    let (server, _, order, request) = unheard().await;
    let (genuine, merchant) = (genuine(&server), server.client());
    let before = server.money();
    let changes: [fn(&mut Value); 4] = [
        |told| told["paymentAmount"]["value"] = "1".into(),
        |told| told["paymentAmount"]["value"] = "2501".into(),
        |told| told["paymentAmount"]["currency"] = "JPY".into(),
        |told| told["paymentId"] = "P999".into(),
    ];
    for change in changes {
        let mut told = server.wallet.notification(&request);
        change(&mut told);
        let body = told.to_string().into_bytes();
        let answer = genuine.send(&merchant, &notify_path(), &body, &body).await;
        assert_refused(&server, &before, &answer, 200);
    }
    let kept = "SELECT count(*) FROM notifications WHERE verdict = 'mismatch'";
    assert_eq!(database::number(&server.database(), kept), 4, "what the wallet signed is kept for people");
    let path = format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap());
    let story = server.admin().get(&path).await.expect(200);
    let told =
        story["exchanges"].as_array().unwrap().iter().filter(|kept| kept["operation"] == "notifyPayment");
    let doubted = told.filter(|kept| kept["verdict"].as_str().unwrap().starts_with("not believed: "));
    assert_eq!(doubted.count(), 4, "with the reason: {story:#}");
}

#[tokio::test]
async fn a_notification_of_another_order_doesnt_pay_this_one() {
    let (server, shopper, order, request) = unheard().await;
    let other = server.order(&shopper, &[("TEA-L", 1)]).await;
    let other_request = server.requests(&other).await.remove(0);
    let before = server.money();
    // The other order's payment, told under this one's ids, each way round.
    let mut told = server.wallet.notification(&request);
    told["paymentRequestId"] = other_request.clone().into();
    let body = told.to_string().into_bytes();
    let answer = genuine(&server).send(&server.client(), &notify_path(), &body, &body).await;
    assert_refused(&server, &before, &answer, 200);
    let mut told = server.wallet.notification(&request);
    told["paymentId"] = server.wallet.payment(&other_request).payment_id.into();
    let body = told.to_string().into_bytes();
    let answer = genuine(&server).send(&server.client(), &notify_path(), &body, &body).await;
    assert_refused(&server, &before, &answer, 200);
    assert_eq!(server.read(&shopper, &order).await["status"], "awaiting_payment");
}

#[tokio::test]
async fn an_unknown_payment_is_kept_as_an_orphan_and_not_acknowledged() {
    let (server, _, _, request) = unheard().await;
    let before = server.money();
    let mut told = server.wallet.notification(&request);
    told["paymentRequestId"] = "nobody-knows".into();
    let body = told.to_string().into_bytes();
    for _ in 0..3 {
        let answer = genuine(&server).send(&server.client(), &notify_path(), &body, &body).await;
        assert_refused(&server, &before, &answer, 200);
    }
    let kept = "SELECT count(*) FROM notifications WHERE verdict = 'orphan'";
    assert_eq!(database::number(&server.database(), kept), 1, "once by its body");
}

#[tokio::test]
async fn the_same_notification_twice_is_acknowledged_twice_and_takes_effect_once() {
    let (server, _, order, request) = unheard().await;
    assert_eq!(status(&server.wallet.notify(&server.client(), &request).await), "S");
    let before = server.snapshot();
    assert_eq!(status(&server.wallet.notify(&server.client(), &request).await), "S");
    assert_eq!(server.snapshot(), before);
    let story = server.admin().get(&format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap())).await;
    let story = story.expect(200);
    let paid =
        story["events"].as_array().unwrap().iter().filter(|event| event["kind"] == "order_paid").count();
    assert_eq!(paid, 1);
}

#[tokio::test]
async fn a_failure_told_after_success_never_takes_paid_back() {
    let (server, shopper, order, request) = unheard().await;
    server.wallet.notify(&server.client(), &request).await;
    server.wallet.finish(&request, "FAIL", Some("RISK_REJECT"));
    assert_eq!(status(&server.wallet.notify(&server.client(), &request).await), "S");
    assert_eq!(attention(&server).await, None, "it may be late: the wallet is asked");
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
    assert_eq!(attention(&server).await.as_deref(), Some("success_taken_back"));
}

#[tokio::test]
async fn a_failure_that_comes_late_changes_nothing_once_the_wallet_was_asked() {
    let (server, shopper, order, request) = unheard().await;
    server.wallet.finish(&request, "FAIL", Some("RISK_REJECT"));
    let failure = server.wallet.notification(&request).to_string().into_bytes();
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    let answer = genuine(&server).send(&server.client(), &notify_path(), &failure, &failure).await;
    assert_eq!(status(&answer), "S");
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
    assert_eq!(attention(&server).await, None);
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM jobs"), 0);
}

#[tokio::test]
async fn a_success_told_after_a_failure_pays_once_the_wallet_confirms_it() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "FAIL", Some("RISK_REJECT"));
    server.wallet.notify(&server.client(), &request).await;
    assert_eq!(server.read(&shopper, &order).await["attempt"]["status"], "failed");
    server.wallet.finish(&request, "SUCCESS", None);
    assert_eq!(status(&server.wallet.notify(&server.client(), &request).await), "S");
    let unsure = server.read(&shopper, &order).await;
    assert_eq!(
        (unsure["attempt"]["status"].as_str(), unsure["mayStartPayment"].as_bool()),
        (Some("unknown"), Some(false)),
        "neither failed nor to be paid anew"
    );
    let path = format!("/shop/v1/orders/{}/payments", order["orderId"].as_str().unwrap());
    let again = shopper.post(&path, json!({ "after": order["attempt"]["attemptId"] })).await;
    again.problem(409, "payment_not_allowed");
    server.pass(std::time::Duration::from_secs(1)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
}

#[tokio::test]
async fn a_stale_notification_has_the_wallet_asked_at_once() {
    let (server, shopper, order, request) = unheard().await;
    let body = server.wallet.notification(&request).to_string().into_bytes();
    let stale = Signed { time: "2026-03-01T08:00:00+00:00".into(), ..genuine(&server) };
    assert_eq!(status(&stale.send(&server.client(), &notify_path(), &body, &body).await), "U");
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid", "by the wallet's answer");
    assert_eq!(server.wallet.book().inquiry_calls, 1);
}

#[tokio::test]
async fn a_notification_of_another_amount_has_the_wallet_asked_at_once() {
    let (server, shopper, order, request) = unheard().await;
    let mut told = server.wallet.notification(&request);
    told["paymentAmount"]["value"] = "1".into();
    let body = told.to_string().into_bytes();
    let answer = genuine(&server).send(&server.client(), &notify_path(), &body, &body).await;
    assert_eq!(status(&answer), "U");
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid", "by the wallet's answer");
}

#[tokio::test]
async fn forged_notifications_have_the_wallet_asked_once_in_half_a_minute() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    let forged = server.wallet.notification(&request).to_string().into_bytes();
    let events = || database::number(&server.database(), "SELECT count(*) FROM events");
    let merchant = server.client();
    let flood = async || {
        for _ in 0..20 {
            assert_eq!(merchant.post_raw(&notify_path(), &forged).await.status, 401);
        }
        server.run_jobs().await;
    };
    let before = events();
    flood().await;
    assert_eq!(server.wallet.book().inquiry_calls, 1);
    assert_eq!(events(), before + 2, "that it was doubted, and what the wallet said");
    server.pass(std::time::Duration::from_secs(29)).await;
    flood().await;
    assert_eq!(server.wallet.book().inquiry_calls, 1);
    server.pass(std::time::Duration::from_secs(1)).await;
    flood().await;
    assert_eq!(server.wallet.book().inquiry_calls, 2);
    assert_eq!(server.read(&shopper, &order).await["attempt"]["status"], "open");
}

#[tokio::test]
async fn forged_notifications_of_nothing_that_is_open_do_nothing() {
    let (server, _, _, request) = unheard().await;
    server.wallet.notify(&server.client(), &request).await;
    let before = server.snapshot();
    for id in [request.as_str(), "nobody-knows", ""] {
        let body = json!({ "paymentRequestId": id }).to_string();
        assert_eq!(server.client().post_raw(&notify_path(), body.as_bytes()).await.status, 401);
    }
    assert_eq!(server.snapshot(), before);
}

#[tokio::test]
async fn a_notification_before_the_answer_to_pay_pays_the_order() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.wallet.next_pay(crate::support::Pay::TakeAndLoseAnswer);
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    assert_eq!(order["attempt"]["status"], "unknown");
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    assert_eq!(status(&server.wallet.notify(&server.client(), &request).await), "S");
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
}

#[tokio::test]
async fn what_isnt_a_notification_is_refused() {
    let server = TestServer::start().await;
    let merchant = server.client();
    let signed = genuine(&server);
    for body in [&b"not json"[..], b"{}", b"[]", b"{\"paymentId\":5}"] {
        let answer = signed.send(&merchant, &notify_path(), body, body).await;
        assert_eq!((answer.status, status(&answer).as_str()), (200, "U"));
    }
    let large = vec![b'x'; 70_000];
    signed.send(&merchant, &notify_path(), &large, &large).await.problem(413, "body_too_large");
    merchant.post("/wallet/nobody/notifyPayment", json!({})).await.problem(404, "not_found");
    merchant.get(&notify_path()).await.problem(405, "method_not_allowed");
}
