//! Catalogue, quotes, lists, long polls, the envelope, pictures.

use std::time::Duration;

use serde_json::json;

use crate::support::{TestServer, until};

#[tokio::test]
async fn the_catalogue_tells_what_can_be_had() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.order(&shopper, &[("TEA-S", 4)]).await;
    let catalog = server.client().get("/shop/v1/catalog").await.expect(200);
    let tea = &catalog["products"][0];
    assert_eq!(
        tea["variants"][0],
        json!({ "sku": "TEA-S", "name": "small", "price": "1000", "available": 26, "minPerOrder": 1, "maxPerOrder": 20, "step": 1 })
    );
    assert!(tea["imageUrl"].as_str().unwrap().ends_with("/media/tea.svg"));
    assert_eq!(catalog["currency"], json!({ "code": "PHP", "exponent": 2, "symbol": "₱" }));
}

#[tokio::test]
async fn a_quote_with_problems_names_them_and_cant_be_ordered() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let lines = json!([
        { "sku": "TEA-S", "quantity": 2 },
        { "sku": "GONE", "quantity": 1 },
        { "sku": "MUG", "quantity": 11 },
        { "sku": "TEA-L", "quantity": 21 },
    ]);
    let quote = shopper.post("/shop/v1/quotes", json!({ "lines": lines })).await.expect(201);
    assert!(quote["quoteId"].is_null());
    assert_eq!(
        quote["problems"],
        json!([
            { "sku": "GONE", "code": "unknown_sku", "available": 0 },
            { "sku": "MUG", "code": "insufficient_stock", "available": 10 },
            { "sku": "TEA-L", "code": "quantity_limit", "available": 20 },
        ])
    );
    assert_eq!(quote["payee"]["name"], "Test Shop");
    let good = shopper
        .post("/shop/v1/quotes", json!({ "lines": [{ "sku": "TEA-S", "quantity": 2 }] }))
        .await
        .expect(201);
    assert_eq!((good["total"].as_str(), good["lines"][0]["total"].as_str()), (Some("2000"), Some("2000")));
    let now = good["serverTime"].as_u64().unwrap();
    assert_eq!(good["expiresAt"].as_u64().unwrap() - now, 600_000);
}

#[tokio::test]
async fn a_long_poll_answers_as_soon_as_the_order_changes() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let path =
        format!("/shop/v1/orders/{}?after={}&wait=25", order["orderId"].as_str().unwrap(), order["version"]);
    let poll = {
        let (shopper, path) = (shopper.clone(), path.clone());
        tokio::spawn(async move { shopper.get(&path).await })
    };
    until(|| server.app().wakes.listeners() > 0).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    assert_eq!(poll.await.unwrap().expect(200)["status"], "paid");
    assert_eq!(
        shopper.get(&path).await.expect(200)["status"],
        "paid",
        "an older version is answered at once"
    );
}

#[tokio::test]
async fn a_long_poll_ends_with_its_time_and_never_asks_the_wallet() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let path = format!(
        "/shop/v1/orders/{}?after={}&wait=4000",
        order["orderId"].as_str().unwrap(),
        order["version"]
    );
    let poll = tokio::spawn(async move { shopper.get(&path).await });
    until(|| server.app().wakes.listeners() > 0).await;
    // Others sleep by the same clock, so whoever sleeps may not be the poll yet.
    until(|| {
        server.clock.advance(Duration::from_secs(25));
        poll.is_finished()
    })
    .await;
    assert_eq!(poll.await.unwrap().expect(200)["version"], order["version"]);
    assert_eq!(server.wallet.book().inquiry_calls, 0);
}

#[tokio::test]
async fn the_envelope_carries_every_status() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let envelope = [("shop-envelope", "1")];
    let good = shopper.send("GET", "/shop/v1/orders", &envelope, None).await.expect(200);
    assert_eq!((good["status"].as_u64(), good["body"]["orders"].clone()), (Some(200), json!([])));
    for (method, path, status, code) in [
        ("GET", "/shop/v1/orders/none", 404, "order_not_found"),
        ("GET", "/shop/v1/nothing", 404, "not_found"),
        ("DELETE", "/shop/v1/orders", 405, "method_not_allowed"),
        ("POST", "/shop/v1/quotes", 415, "unsupported_media_type"),
    ] {
        let answer = shopper.send(method, path, &envelope, Some(b"{}")).await.expect(200);
        assert_eq!(
            (answer["status"].as_u64(), answer["body"]["code"].as_str()),
            (Some(status), Some(code)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn clients_that_are_too_old_are_told_to_update() {
    let server = TestServer::start().await;
    let send = |version: &'static str| {
        let client = server.client();
        async move { client.send("GET", "/shop/v1/catalog", &[("shop-client-version", version)], None).await }
    };
    send("0.1.0").await.expect(200);
    send("12.0.3").await.expect(200);
    send("0.0.9").await.problem(426, "upgrade_required");
    send("new").await.problem(422, "invalid_field");
}

#[tokio::test]
async fn the_list_has_the_newest_orders_and_every_unresolved_one() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let oldest = server.order(&shopper, &[("LAMP", 1)]).await;
    for _ in 0..22 {
        server.order(&shopper, &[("STICKER", 1)]).await;
        server.clock.advance(Duration::from_millis(1));
    }
    let orders = shopper.get("/shop/v1/orders").await.expect(200)["orders"].as_array().unwrap().clone();
    assert_eq!(orders.len(), 20);
    assert_eq!(orders[19]["orderId"], oldest["orderId"]);
    let times: Vec<_> = orders.iter().map(|order| order["createdAt"].as_u64().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "newest first");
}

#[tokio::test]
async fn pictures_come_from_their_folder_and_nowhere_else() {
    let server = TestServer::start().await;
    std::fs::create_dir_all(server.media_dir()).unwrap();
    std::fs::write(server.media_dir().join("tea.svg"), "<svg/>").unwrap();
    std::fs::write(server.media_dir().join("notes.txt"), "private").unwrap();
    let picture = server.client().get("/media/tea.svg").await;
    assert_eq!((picture.status, picture.body.as_slice()), (200, &b"<svg/>"[..]));
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert!(picture.header("cache-control").unwrap().contains("max-age"));
    assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));
    for path in [
        "/media/none.svg",
        "/media/notes.txt",
        "/media/..%2Fmerchant.db",
        "/media/%2e%2e%2fmerchant.db",
        "/media/.svg",
    ] {
        server.client().get(path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn health_is_told() {
    let server = TestServer::start().await;
    assert_eq!(server.client().get("/healthz").await.expect(200)["status"], "alive");
    assert_eq!(server.client().get("/readyz").await.expect(200)["status"], "ready");
}
