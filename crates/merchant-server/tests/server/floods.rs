//! What a client may repeat as often as it likes without filling the disk or holding the server up.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::wallet::{Signed, notify_path};
use crate::support::{Client, TestServer, database, keys, until};

async fn open_order() -> (TestServer, Client, Value, String) {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    (server, shopper, order, request)
}

fn events(server: &TestServer) -> i64 {
    database::number(&server.database(), "SELECT count(*) FROM events")
}

#[tokio::test]
async fn coming_back_again_and_again_is_written_down_once_in_five_seconds() {
    let (server, shopper, order, _) = open_order().await;
    let before = events(&server);
    for code in ["6001", "9000", "6001", "9000", "8000", "whatever"].iter().cycle().take(60) {
        server.returned(&shopper, &order, code).await;
    }
    assert_eq!(events(&server), before + 2, "the return, and that it expects a result");
    server.clock.advance(Duration::from_secs(5));
    let later = server.returned(&shopper, &order, "9000").await;
    assert_eq!(events(&server), before + 3);
    assert!(later["version"].as_u64() > order["version"].as_u64());
}

#[tokio::test]
async fn a_notification_without_news_adds_nothing_to_the_story_however_often_it_comes() {
    let (server, _, _, request) = open_order().await;
    let mut body = server.wallet.notification(&request);
    body.as_object_mut().unwrap().remove("paymentResult");
    body["paymentStatus"] = json!("PROCESSING");
    let body = body.to_string().into_bytes();
    let signed = Signed { path: notify_path(), time: server.wallet.time(), key: keys::wallet() };
    let before = server.snapshot();
    for _ in 0..10 {
        let answer = signed.send(&server.client(), &notify_path(), &body, &body).await;
        assert_eq!(answer.expect(200)["result"]["resultStatus"], "S");
    }
    assert_eq!(server.snapshot(), before);
    let kept = "SELECT count(*) FROM notifications WHERE verdict = 'applied'";
    assert_eq!(database::number(&server.database(), kept), 1);
}

#[tokio::test]
async fn an_order_takes_twenty_attempts_and_no_more() {
    let (server, shopper, order, first) = open_order().await;
    let path = format!("/shop/v1/orders/{}", order["orderId"].as_str().unwrap());
    let (mut now, mut request) = (order.clone(), first);
    for number in 1..=20 {
        assert_eq!(now["attempt"]["number"], number);
        server.wallet.finish(&request, "FAIL", Some("RISK_REJECT"));
        server.wallet.notify(&server.client(), &request).await;
        now = server.read(&shopper, &order).await;
        assert_eq!(now["mayStartPayment"], number < 20);
        if number < 20 {
            let after = json!({ "after": now["attempt"]["attemptId"] });
            now = shopper.post(&format!("{path}/payments"), after).await.expect(201);
            request = server.requests(&order).await.pop().unwrap();
        }
    }
    let after = json!({ "after": now["attempt"]["attemptId"] });
    shopper.post(&format!("{path}/payments"), after).await.problem(409, "payment_not_allowed");
    shopper.post(&format!("{path}/cancel"), json!({})).await.expect(202);
}

#[tokio::test]
async fn of_one_customers_quotes_the_newest_are_kept() {
    let server = TestServer::start().await;
    let (ana, ben) = (server.shopper("ana").await, server.shopper("ben").await);
    let bens = server.quote(&ben, &[("MUG", 1)]).await;
    let oldest = server.quote(&ana, &[("MUG", 1)]).await;
    let mut newest = String::new();
    for _ in 0..50 {
        server.clock.advance(Duration::from_millis(1));
        newest = server.quote(&ana, &[("MUG", 1)]).await;
    }
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM quotes"), 51);
    ana.post("/shop/v1/orders", json!({ "quoteId": oldest })).await.problem(404, "quote_not_found");
    ana.post("/shop/v1/orders", json!({ "quoteId": newest })).await.expect(201);
    ben.post("/shop/v1/orders", json!({ "quoteId": bens })).await.expect(201);
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up() {
    let server = TestServer::start().await;
    for path in ["/shop/v1/sessions", "/wallet/test/notifyPayment"] {
        let mut stream = TcpStream::connect(server.client().address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        until(|| server.clock.sleepers() > 0).await;
        server.clock.advance(Duration::from_secs(9));
        stream.write_all(b" ").await.unwrap();
        server.clock.advance(Duration::from_secs(1));
        let mut answer = Vec::new();
        // The server closes with the rest of the body unread, which may end the connection roughly.
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("malformed_body"), "{path}: {answer}");
    }
}
