//! What the server tells Prometheus, and that docs/operating.md says what it means.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use crate::support::{Inquiry, Pay, TestServer};

async fn metrics(server: &TestServer) -> String {
    let answer = server.admin().get("/metrics").await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    String::from_utf8(answer.body).unwrap()
}

fn assert_has(text: &str, line: &str) {
    assert!(text.lines().any(|found| found == line), "{line} in {text}");
}

#[tokio::test]
async fn requests_and_calls_are_timed_by_route_and_operation() {
    let server = TestServer::start().await;
    let ana = server.shopper("ana").await;
    let (order, _) = server.paid_order(&ana, &[("TEA-S", 1)]).await;
    server.read(&ana, &order).await;
    ana.get("/shop/v1/orders/of-nobody").await.problem(404, "order_not_found");
    server.client().get("/no/such/path").await.problem(404, "not_found");
    let text = metrics(&server).await;
    let of_order = "method=\"GET\",route=\"/shop/v1/orders/{order}\"";
    for (labels, count) in [
        (format!("{of_order},status=\"2xx\""), 1),
        (format!("{of_order},status=\"4xx\""), 1),
        ("method=\"GET\",route=\"other\",status=\"4xx\"".to_owned(), 1),
        ("method=\"POST\",route=\"/wallet/{wallet}/notifyPayment\",status=\"2xx\"".to_owned(), 1),
    ] {
        assert_has(&text, &format!("merchant_request_duration_seconds_count{{{labels}}} {count}"));
    }
    for operation in ["applyToken", "pay"] {
        let labels = format!("wallet=\"test\",operation=\"{operation}\",end=\"answered\"");
        assert_has(&text, &format!("merchant_wallet_call_duration_seconds_count{{{labels}}} 1"));
    }
    assert_has(&text, "merchant_notification_lag_seconds_count{wallet=\"test\"} 1");
    let id = order["orderId"].as_str().unwrap();
    assert!(!text.contains(id) && !text.contains("of-nobody") && !text.contains("/no/such"), "{text}");
}

#[tokio::test]
async fn what_a_wallet_did_not_sign_and_what_is_not_known_is_seen() {
    let server = TestServer::start().await;
    let ana = server.shopper("ana").await;
    server.wallet.next_pay(Pay::TakeAndLoseAnswer);
    server.order(&ana, &[("TEA-S", 1)]).await;
    server.clock.advance(Duration::from_secs(90));
    let text = metrics(&server).await;
    assert_has(&text, "merchant_attempts_live{status=\"unknown\"} 1");
    assert_has(&text, "merchant_oldest_unknown_age_seconds 90");
    assert_has(&text, "merchant_answers_unverified_total 0");
    server.wallet.next_inquiry(Inquiry::BadlySigned);
    server.run_jobs().await;
    assert_has(&metrics(&server).await, "merchant_answers_unverified_total 1");
    server.pass(Duration::from_secs(60)).await;
    let text = metrics(&server).await;
    assert_has(&text, "merchant_oldest_unknown_age_seconds 0");
}

#[tokio::test]
async fn every_metric_is_explained_and_every_explanation_is_of_one() {
    let server = TestServer::start().await;
    let ana = server.shopper("ana").await;
    server.paid_order(&ana, &[("TEA-S", 1)]).await;
    let served: BTreeSet<String> = metrics(&server)
        .await
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .map(|(name, kind)| if kind == "counter" { format!("{name}_total") } else { name.to_owned() })
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operating.md");
    let document = std::fs::read_to_string(path).unwrap();
    let section = document.split("\n## Metrics\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let names = section.split('`').filter(|word| word.starts_with("merchant_"));
    let explained: BTreeSet<String> = names.map(|name| name.split('{').next().unwrap().to_owned()).collect();
    assert_eq!(served, explained);
}

#[tokio::test]
async fn a_label_from_outside_is_not_taken_over() {
    let server = TestServer::start().await;
    server.client().send("BREW", "/shop/v1/orders", &[], None).await;
    server.client().post("/wallet/made-up/notifyPayment", json!({})).await;
    let text = metrics(&server).await;
    assert!(text.contains("method=\"other\""), "{text}");
    assert!(!text.contains("BREW") && !text.contains("made-up"), "{text}");
}
