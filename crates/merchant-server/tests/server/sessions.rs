//! Who may see what.

use std::time::Duration;

use serde_json::json;

use crate::support::{TestServer, database};

#[tokio::test]
async fn a_session_ends_when_its_time_is_over() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    shopper.get("/shop/v1/orders").await.expect(200);
    server.clock.advance(Duration::from_secs(3_600));
    shopper.get("/shop/v1/orders").await.problem(401, "session_expired");
}

#[tokio::test]
async fn without_a_session_there_is_only_the_catalogue() {
    let server = TestServer::start().await;
    let mut client = server.client();
    client.get("/shop/v1/catalog").await.expect(200);
    for token in [None, Some("made-up"), Some("")] {
        client.token = token.map(str::to_owned);
        client.get("/shop/v1/orders").await.problem(401, "session_required");
        client.post("/shop/v1/quotes", json!({ "lines": [] })).await.problem(401, "session_required");
    }
}

#[tokio::test]
async fn an_auth_code_is_good_once() {
    let server = TestServer::start().await;
    let code = server.wallet.auth_code("ana");
    let body = json!({ "authCode": code, "siteName": "GCASH" });
    server.client().post("/shop/v1/sessions", body.clone()).await.expect(201);
    server.client().post("/shop/v1/sessions", body).await.problem(401, "auth_code_rejected");
    let bad = json!({ "authCode": "", "siteName": null });
    assert!(
        server
            .client()
            .post("/shop/v1/sessions", bad)
            .await
            .problem(422, "invalid_field")
            .contains("authCode")
    );
}

#[tokio::test]
async fn neither_tokens_nor_the_wallets_access_token_are_kept() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let token = shopper.token.unwrap();
    for secret in [token.as_bytes(), b"secret-access-token"] {
        assert!(!server.database().holds(secret));
    }
}

#[tokio::test]
async fn somebody_elses_order_doesnt_exist() {
    let server = TestServer::start().await;
    let (ana, ben) = (server.shopper("ana").await, server.shopper("ben").await);
    let order = server.order(&ana, &[("MUG", 1)]).await;
    let (id, attempt) = (order["orderId"].as_str().unwrap(), order["attempt"]["attemptId"].as_str().unwrap());
    let before = database::dump(&server.database(), "orders");
    let path = format!("/shop/v1/orders/{id}");
    ben.get(&path).await.problem(404, "order_not_found");
    ben.get(&format!("{path}?after=0&wait=1")).await.problem(404, "order_not_found");
    ben.send("POST", &format!("{path}/cancel"), &[], None).await.problem(404, "order_not_found");
    ben.post(&format!("{path}/payments"), json!({ "after": attempt })).await.problem(404, "order_not_found");
    let returned = format!("{path}/payments/{attempt}/returned");
    ben.post(&returned, json!({ "resultCode": "9000" })).await.problem(404, "order_not_found");
    assert_eq!(ben.get("/shop/v1/orders").await.expect(200)["orders"], json!([]));
    assert_eq!(database::dump(&server.database(), "orders"), before);
    ana.get("/shop/v1/orders/made-up").await.problem(404, "order_not_found");
    let other = format!("{path}/payments/made-up/returned");
    ana.post(&other, json!({ "resultCode": "9000" })).await.problem(404, "attempt_not_found");
    ana.post(&format!("{path}/payments"), json!({ "after": "made-up" }))
        .await
        .problem(404, "attempt_not_found");
}

#[tokio::test]
async fn the_customer_tag_is_the_same_for_the_same_customer_only() {
    let server = TestServer::start().await;
    let mut tags = Vec::new();
    for customer in ["ana", "ben", "ana"] {
        let code = server.wallet.auth_code(customer);
        let session =
            server.client().post("/shop/v1/sessions", json!({ "authCode": code })).await.expect(201);
        tags.push(session["customerTag"].as_str().unwrap().to_owned());
    }
    assert_eq!(tags[0], tags[2]);
    assert_ne!(tags[0], tags[1]);
}

#[tokio::test]
async fn operators_need_their_token() {
    let server = TestServer::start().await;
    let mut admin = server.admin();
    admin.get("/admin/v1/orders").await.expect(200);
    let metrics = admin.get("/metrics").await;
    assert!(String::from_utf8(metrics.body).unwrap().contains("merchant_orders_placed_total 0"));
    for token in [None, Some("wrong")] {
        admin.token = token.map(str::to_owned);
        admin.get("/admin/v1/orders").await.problem(401, "session_required");
        admin.get("/admin/v1/orders/any").await.problem(401, "session_required");
        admin.get("/healthz").await.expect(200);
    }
    server.client().get("/admin/v1/orders").await.problem(404, "not_found");
    server.client().get("/metrics").await.problem(404, "not_found");
}
