//! What time does to orders: nothing by itself.

use std::time::Duration;

use crate::support::{Cancel, Inquiry, TestServer, database};

const WINDOW: Duration = Duration::from_secs(900);

fn reserved(server: &TestServer) -> i64 {
    database::number(&server.database(), "SELECT reserved FROM stock WHERE sku = 'TEA-S'")
}

#[tokio::test]
async fn an_unpaid_order_expires_when_the_wallet_says_that_it_is_over() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 3)]).await;
    let request = server.requests(&order).await.remove(0);
    server.clock.advance(WINDOW);
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "awaiting_payment", "our clock ends nothing");
    assert_eq!(reserved(&server), 3);
    server.wallet.finish(&request, "FAIL", None);
    server.pass(Duration::from_secs(15)).await;
    let expired = server.read(&shopper, &order).await;
    assert_eq!(expired["status"], "expired");
    assert_eq!(expired["attempt"]["failure"]["code"], "payment_expired");
    assert_eq!(reserved(&server), 0);
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM jobs"), 0);
}

#[tokio::test]
async fn an_order_whose_last_attempt_failed_expires_by_the_clock() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.wallet.next_pay(crate::support::Pay::Refuse("RISK_REJECT"));
    let order = server.order(&shopper, &[("TEA-S", 3)]).await;
    server.clock.advance(WINDOW);
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "expired");
    assert_eq!(reserved(&server), 0);
}

#[tokio::test]
async fn what_the_wallet_never_tells_is_for_a_person_and_may_still_turn_out_paid() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.clock.advance(WINDOW);
    for _ in 0..200 {
        server.wallet.next_inquiry(Inquiry::Lose);
        server.wallet.next_cancel(Cancel::Lose);
    }
    server.pass(Duration::from_secs(430)).await;
    assert!(server.wallet.book().cancel_calls > 5, "cancelled again and again");
    let held = server.read(&shopper, &order).await;
    assert_eq!(held["status"], "needs_attention");
    assert_eq!(reserved(&server), 1, "stock stays reserved");
    let listed = server.admin().get("/admin/v1/orders?attention=true").await.expect(200);
    assert_eq!(listed["orders"][0]["attention"], "unresolved");
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
}

#[tokio::test]
async fn a_payment_that_the_wallet_doesnt_close_is_cancelled_there() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 3)]).await;
    server.clock.advance(WINDOW);
    server.pass(Duration::from_secs(115)).await;
    assert_eq!(server.wallet.book().cancel_calls, 0, "it may close it by itself");
    server.pass(Duration::from_secs(15)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "expired");
    assert_eq!(reserved(&server), 0);
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM jobs"), 0);
}

#[tokio::test]
async fn after_a_long_outage_the_wallet_is_asked_before_anything_is_given_up() {
    let mut server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.clock.advance(WINDOW * 10);
    server.crash_and_restart().await;
    server.run_jobs().await;
    assert_eq!(server.read(&server.shopper("ana").await, &order).await["status"], "paid");
}

/// An order that has expired by the wallet's word, which then changes its mind.
async fn paid_after_expiry(buy: u32) -> (TestServer, crate::support::Client, serde_json::Value) {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("LAMP", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "FAIL", None);
    server.clock.advance(WINDOW);
    server.pass(Duration::from_secs(15)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "expired");
    if buy > 0 {
        server.order(&server.shopper("ben").await, &[("LAMP", buy)]).await;
    }
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "expired", "the wallet is asked first");
    server.pass(Duration::from_secs(1)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
    (server, shopper, order)
}

#[tokio::test]
async fn success_after_expiry_is_fulfilled_while_there_is_stock() {
    let (server, _, order) = paid_after_expiry(0).await;
    assert_eq!(database::number(&server.database(), "SELECT sold FROM stock WHERE sku = 'LAMP'"), 1);
    assert_eq!(server.refunds(&order).await["refunds"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn success_after_expiry_is_given_back_when_somebody_else_has_the_last_one() {
    let (server, _, order) = paid_after_expiry(1).await;
    server.pass(Duration::from_secs(6)).await;
    let refunds = server.refunds(&order).await;
    assert_eq!(refunds["refunds"][0]["status"], "succeeded");
    assert_eq!(
        (refunds["refunds"][0]["amount"].as_str(), refunds["refundable"].as_str()),
        (Some("99900"), Some("0"))
    );
    assert_eq!(database::number(&server.database(), "SELECT sold FROM stock WHERE sku = 'LAMP'"), 0);
}
