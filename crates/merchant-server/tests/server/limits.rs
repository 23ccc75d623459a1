//! How often addresses and customers may ask.

use std::time::Duration;

use merchant_server::budgets::RequestLimits;
use merchant_server::jobs::RateLimit;
use serde_json::json;

use crate::support::{Answer, Client, Setup, TestServer};

const FEW: RateLimit = RateLimit { per_minute: 6, burst: 3 };

async fn server(limits: RequestLimits, client_address_header: Option<&'static str>) -> TestServer {
    let setup = Setup { limits: Some(limits), client_address_header, ..Setup::default() };
    TestServer::start_with(setup).await
}

/// How long it is told to wait.
fn refused(answer: &Answer) -> u64 {
    let detail = answer.problem(429, "too_many_requests");
    let seconds = answer.header("retry-after").unwrap().parse().unwrap();
    assert!(detail.ends_with(&format!("wait {seconds} s")), "{detail}");
    seconds
}

#[tokio::test]
async fn a_customer_who_asks_too_often_waits_and_another_one_does_not() {
    let server = server(RequestLimits { customer: FEW, ..RequestLimits::NONE }, None).await;
    let (ana, ben) = (server.shopper("ana").await, server.shopper("ben").await);
    for _ in 0..FEW.burst {
        ana.get("/shop/v1/orders").await.expect(200);
    }
    let wait = refused(&ana.get("/shop/v1/orders").await);
    assert!((10..=11).contains(&wait), "{wait}");
    let elsewhere = server.shopper("ana").await;
    refused(&elsewhere.get("/shop/v1/orders").await);
    ben.get("/shop/v1/orders").await.expect(200);
    server.clock.advance(Duration::from_secs(wait));
    ana.get("/shop/v1/orders").await.expect(200);
    refused(&ana.get("/shop/v1/orders").await);
}

#[tokio::test]
async fn an_address_that_asks_too_often_waits_but_wallets_and_health_are_served() {
    let server = server(RequestLimits { address: FEW, ..RequestLimits::NONE }, None).await;
    let client = server.client();
    for _ in 0..FEW.burst {
        client.get("/shop/v1/catalog").await.expect(200);
    }
    refused(&client.get("/shop/v1/catalog").await);
    refused(&client.post("/shop/v1/sessions", json!({ "authCode": "a", "siteName": null })).await);
    for _ in 0..2 * FEW.burst {
        client.get("/healthz").await.expect(200);
        let told = client.post("/wallet/test/notifyPayment", json!({})).await;
        assert_eq!(told.status, 401, "it is read: its signature is what is wrong");
    }
    let metrics = String::from_utf8(server.admin().get("/metrics").await.body).unwrap();
    assert!(metrics.contains("merchant_requests_limited_total 2\n"), "{metrics}");
}

#[tokio::test]
async fn behind_a_proxy_each_client_has_its_own_budget() {
    let server = server(RequestLimits { address: FEW, ..RequestLimits::NONE }, Some("x-forwarded-for")).await;
    let ask = |from: &'static str| {
        let client: Client = server.client();
        async move {
            let headers = [("x-forwarded-for", from)];
            client.send("GET", "/shop/v1/catalog", &headers, None).await
        }
    };
    for host in ["2001:db8::1", "2001:db8::2", "6.6.6.6, 2001:db8::3"] {
        ask(host).await.expect(200);
    }
    refused(&ask("2001:db8::4").await);
    ask("2001:db8:0:1::4").await.expect(200);
    ask("2001:db8::1, 203.0.113.9").await.expect(200);
}

#[tokio::test]
async fn sessions_that_have_the_wallet_asked_have_a_budget_of_their_own() {
    let server = server(RequestLimits { sessions: FEW, ..RequestLimits::NONE }, None).await;
    for _ in 0..FEW.burst {
        server.shopper("ana").await;
    }
    let body = json!({ "authCode": server.wallet.auth_code("ana"), "siteName": null });
    let answer = server.client().post("/shop/v1/sessions", body.clone()).await;
    let wait = refused(&answer);
    server.clock.advance(Duration::from_secs(wait));
    server.client().post("/shop/v1/sessions", body).await.expect(201);
}
