//! A server that dies in the middle loses nothing and repeats nothing.

use std::time::Duration;

use serde_json::json;

use crate::support::{Pay, TestServer, database, until};

#[tokio::test]
async fn a_crash_between_order_and_cashier_sends_the_same_payment_again() {
    let mut server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let quote = server.quote(&shopper, &[("TEA-S", 2)]).await;
    server.wallet.next_pay(Pay::Hang);
    let body = json!({ "quoteId": quote, "despiteOpenOrder": null });
    let press = {
        let (shopper, body) = (shopper.clone(), body.clone());
        let headers = [("content-type", "application/json")];
        tokio::spawn(async move {
            shopper.try_send("POST", "/shop/v1/orders", &headers, Some(body.to_string().as_bytes())).await
        })
    };
    until(|| server.wallet.book().pay_calls > 0).await;
    assert_eq!(
        database::number(&server.database(), "SELECT count(*) FROM attempts"),
        1,
        "written before it is sent"
    );
    server.crash_and_restart().await;
    assert!(press.await.unwrap().is_none(), "the shopper was never answered");
    let mut reborn = server.client();
    reborn.token = shopper.token.clone();
    let found = reborn.get("/shop/v1/orders").await.expect(200);
    assert_eq!(found["orders"][0]["attempt"]["status"], "creating");
    server.run_jobs().await;
    let order = reborn.post("/shop/v1/orders", body).await.expect(200);
    assert_eq!(order["attempt"]["status"], "open");
    let request = server.requests(&order).await.remove(0);
    let bodies = server.wallet.payment(&request).bodies;
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(server.wallet.book().payments.len(), 1);
}

#[tokio::test]
async fn a_refusal_of_what_was_sent_before_the_crash_ends_nothing() {
    let mut server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let quote = server.quote(&shopper, &[("TEA-S", 1)]).await;
    server.wallet.next_pay(Pay::Hang);
    let lost = {
        let shopper = shopper.clone();
        let body = json!({ "quoteId": quote }).to_string();
        tokio::spawn(async move {
            let headers = [("content-type", "application/json")];
            shopper.try_send("POST", "/shop/v1/orders", &headers, Some(body.as_bytes())).await
        })
    };
    until(|| server.wallet.book().pay_calls > 0).await;
    server.crash_and_restart().await;
    lost.await.unwrap();
    server.wallet.next_pay(Pay::Refuse("RISK_REJECT"));
    server.run_jobs().await;
    let mut reborn = server.client();
    reborn.token = shopper.token.clone();
    let order = reborn.get("/shop/v1/orders").await.expect(200)["orders"][0].clone();
    assert_eq!(order["attempt"]["status"], "unknown");
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.pass(Duration::from_secs(6)).await;
    assert_eq!(server.read(&reborn, &order).await["status"], "paid");
}

#[tokio::test]
async fn a_paid_order_and_its_session_survive_a_crash() {
    let mut server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    server.crash_and_restart().await;
    let mut reborn = server.client();
    reborn.token = shopper.token.clone();
    assert_eq!(server.read(&reborn, &order).await["status"], "paid");
}

#[tokio::test]
async fn stopping_answers_open_long_polls_at_once() {
    let mut server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let (id, version) = (order["orderId"].as_str().unwrap().to_owned(), order["version"].clone());
    let poll = {
        let shopper = shopper.clone();
        tokio::spawn(
            async move { shopper.get(&format!("/shop/v1/orders/{id}?after={version}&wait=25")).await },
        )
    };
    let app = server.app();
    until(|| app.wakes.listeners() == 1).await;
    drop(app);
    server.stop().await;
    assert_eq!(poll.await.unwrap().expect(200)["orderId"], order["orderId"]);
}
