//! Bad input anywhere is named, with a stable code; never a panic, a hang or a silent default.

use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn bad_bodies_are_named() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let line = |rest: &str| format!("{{\"lines\":[{{\"sku\":\"MUG\",{rest}}}]}}");
    let table: Vec<(String, u16, &str, &str)> = vec![
        (String::new(), 400, "malformed_body", "line 1"),
        ("{".into(), 400, "malformed_body", "line 1"),
        ("null".into(), 400, "malformed_body", "object"),
        ("[]".into(), 400, "malformed_body", "object"),
        ("{}".into(), 400, "malformed_body", "`lines`"),
        ("{\"lines\":[]}".into(), 422, "invalid_field", "`lines`"),
        ("{\"lines\":{}}".into(), 422, "invalid_field", "`lines` must be a list"),
        ("{\"lines\":[],\"discount\":1}".into(), 400, "malformed_body", "doesn't exist"),
        ("{\"lines\":[]} {}".into(), 400, "malformed_body", "behind"),
        (line("\"quantity\":0"), 422, "invalid_quantity", "`lines[0].quantity`"),
        (line("\"quantity\":-1"), 422, "invalid_quantity", "`lines[0].quantity`"),
        (line("\"quantity\":1e9"), 422, "invalid_quantity", "`lines[0].quantity`"),
        (line("\"quantity\":1000000000"), 422, "invalid_quantity", "`lines[0].quantity`"),
        (line("\"quantity\":99999999999999999999999"), 422, "invalid_quantity", "`lines[0].quantity`"),
        (line("\"quantity\":1.5"), 422, "invalid_quantity", "`lines[0].quantity`"),
        (line("\"quantity\":\"2\""), 422, "invalid_quantity", "`lines[0].quantity`"),
        (line("\"quantity\":null"), 422, "invalid_quantity", "`lines[0].quantity`"),
        (line("\"quantity\":1000"), 422, "invalid_quantity", "1 to 999"),
        ("{\"lines\":[{\"sku\":\"MUG\"}]}".into(), 400, "malformed_body", "`quantity`"),
        ("{\"lines\":[{\"sku\":5,\"quantity\":1}]}".into(), 422, "invalid_field", "`lines[0].sku`"),
        ("{\"lines\":[{\"sku\":\"\",\"quantity\":1}]}".into(), 422, "invalid_field", "`lines[0].sku`"),
        ("[{\"lines\":[]}]".into(), 400, "malformed_body", "object"),
        ("{\"lines\":[[\"MUG\",1]]}".into(), 400, "malformed_body", "object"),
        ("{\"lines\":[{\"sku\":\"[\\\"[[\",\"quantity\":0}]}".into(), 422, "invalid_quantity", "1 to 999"),
        (
            "{\"lines\":[{\"sku\":\"MUG\",\"quantity\":1},{\"sku\":\"MUG\",\"quantity\":1}]}".into(),
            422,
            "invalid_field",
            "`lines[1].sku`",
        ),
    ];
    let before = server.snapshot();
    for (body, status, code, named) in table {
        let detail = shopper.post_raw("/shop/v1/quotes", body.as_bytes()).await.problem(status, code);
        assert!(detail.contains(named), "{body}: {detail}");
    }
    shopper.post_raw("/shop/v1/quotes", &[0xff, 0xfe, 0x00]).await.problem(400, "malformed_body");
    let deep = "[".repeat(60_000);
    shopper.post_raw("/shop/v1/quotes", deep.as_bytes()).await.problem(400, "malformed_body");
    let many = json!({ "lines": (0..101).map(|i| json!({ "sku": i.to_string(), "quantity": 1 })).collect::<Vec<_>>() });
    shopper.post("/shop/v1/quotes", many).await.problem(422, "invalid_field");
    assert_eq!(server.snapshot(), before);
}

#[tokio::test]
async fn bad_requests_are_named() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let path = format!("/shop/v1/orders/{}", order["orderId"].as_str().unwrap());
    shopper.get("/").await.problem(404, "not_found");
    shopper.get("/shop/v1/").await.problem(404, "not_found");
    shopper.get("/shop/v1/quotes").await.problem(405, "method_not_allowed");
    shopper.send("PUT", &path, &[], None).await.problem(405, "method_not_allowed");
    shopper.send("POST", "/shop/v1/quotes", &[], Some(b"{}")).await.problem(415, "unsupported_media_type");
    let text = [("content-type", "text/plain")];
    shopper.send("POST", "/shop/v1/quotes", &text, Some(b"{}")).await.problem(415, "unsupported_media_type");
    let large = vec![b' '; 70_000];
    shopper.post_raw("/shop/v1/quotes", &large).await.problem(413, "body_too_large");
    for query in
        ["after=x", "after=-1", "after=1.5", "wait=", "wait=99999999999", "wait=1&later=2", "after=1&after=2"]
    {
        shopper.get(&format!("{path}?{query}")).await.problem(422, "invalid_field");
    }
    let returned = format!("{path}/payments/{}/returned", order["attempt"]["attemptId"].as_str().unwrap());
    for code in ["", "a b", &"9".repeat(33)] {
        let detail =
            shopper.post(&returned, json!({ "resultCode": code })).await.problem(422, "invalid_field");
        assert!(detail.contains("resultCode"));
    }
    shopper.post(&returned, json!({ "resultCode": 9000 })).await.problem(422, "invalid_field");
    shopper.get("/shop/v1/orders/%00%ff").await.problem(404, "not_found");
    shopper.get("/shop/v1/orders/%00").await.problem(404, "order_not_found");
}

#[tokio::test]
async fn errors_dont_repeat_what_came() {
    let server = TestServer::start().await;
    let body = br#"{"authCode": {"secret": "hunter2"}, "siteName": null}"#;
    let answer = server.client().post_raw("/shop/v1/sessions", body).await;
    assert!(answer.problem(422, "invalid_field").contains("authCode"));
    assert!(!String::from_utf8(answer.body).unwrap().contains("hunter2"));
}
