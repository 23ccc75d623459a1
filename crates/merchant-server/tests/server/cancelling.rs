//! Orders that their shopper gives up, and payments that nobody can finish.

use std::time::Duration;

use serde_json::json;

use crate::support::{Cancel, Inquiry, Pay, TestServer, database};

fn reserved(server: &TestServer) -> i64 {
    database::number(&server.database(), "SELECT reserved FROM stock WHERE sku = 'TEA-S'")
}

#[tokio::test]
async fn an_open_payment_is_cancelled_at_the_wallet_and_confirmed_by_inquiry() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 2)]).await;
    let waiting = server.cancel(&shopper, &order).await.expect(202);
    assert_eq!(
        (waiting["status"].as_str(), waiting["attempt"]["status"].as_str()),
        (Some("cancelling"), Some("cancelling")),
        "the answer to cancel ends nothing"
    );
    assert_eq!(server.wallet.book().cancel_calls, 1);
    assert_eq!(reserved(&server), 2);
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "cancelled");
    assert_eq!(reserved(&server), 0);
    assert_eq!(server.cancel(&shopper, &order).await.expect(202)["status"], "cancelled", "pressed twice");
    assert_eq!(server.wallet.book().cancel_calls, 1);
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM jobs"), 0);
}

#[tokio::test]
async fn a_cancel_whose_answer_is_lost_is_sent_again_and_confirmed() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    server.wallet.next_cancel(Cancel::Lose);
    server.wallet.next_cancel(Cancel::TakeAndLoseAnswer);
    for _ in 0..2 {
        server.wallet.next_inquiry(Inquiry::Lose);
    }
    assert_eq!(server.cancel(&shopper, &order).await.expect(202)["status"], "cancelling");
    server.pass(Duration::from_secs(6)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "cancelled");
}

#[tokio::test]
async fn an_order_that_a_person_looks_into_can_be_given_up_and_is_given_back_if_it_turns_out_paid() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.next_inquiry(Inquiry::OtherAmount);
    server.returned(&shopper, &order, "9000").await;
    server.run_jobs().await;
    server.wallet.next_inquiry(Inquiry::Lose);
    let wish = server.cancel(&shopper, &order).await.expect(202);
    assert_eq!(wish["status"], "needs_attention", "a wish, and no more");
    server.run_jobs().await;
    server.wallet.notify(&server.client(), &request).await;
    server.pass(Duration::from_secs(8)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid", "that is what happened");
    assert_eq!(server.refunds(&order).await["refunds"][0]["status"], "succeeded");
}

#[tokio::test]
async fn what_was_given_up_and_never_got_there_ends_when_its_time_and_the_clocks_difference_are_over() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    for _ in 0..20 {
        server.wallet.next_pay(Pay::LoseRequest);
    }
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    server.cancel(&shopper, &order).await.expect(202);
    server.pass(Duration::from_secs(900 + 299)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "cancelling", "it may be on its way");
    server.pass(Duration::from_secs(2)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "cancelled");
    assert_eq!(reserved(&server), 0);
    assert_eq!(server.wallet.book().pay_calls, 1, "nothing is sent for it but cancels");
}

#[tokio::test]
async fn a_payment_that_the_wallet_never_got_is_sent_again_until_its_cashier_opens() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    for _ in 0..5 {
        server.wallet.next_pay(Pay::LoseRequest);
    }
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    assert_eq!(order["attempt"]["status"], "unknown");
    server.pass(Duration::from_secs(20)).await;
    let open = server.read(&shopper, &order).await;
    assert_eq!(open["attempt"]["status"], "open", "nobody is stranded");
    assert_eq!(server.wallet.book().cancel_calls, 1, "it was told to end it, and never had it");
    assert_eq!(server.requests(&order).await.len(), 1);
}

#[tokio::test]
async fn a_refusal_after_the_wallet_was_told_to_cancel_ends_nothing() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    for _ in 0..5 {
        server.wallet.next_pay(Pay::LoseRequest);
    }
    server.wallet.next_pay(Pay::Refuse("RISK_REJECT"));
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    server.pass(Duration::from_secs(20)).await;
    assert!(server.wallet.book().pays.is_empty(), "it was refused");
    assert_eq!(
        server.read(&shopper, &order).await["attempt"]["status"],
        "unknown",
        "it isn't the first answer"
    );
    server.pass(Duration::from_secs(20)).await;
    assert_eq!(server.read(&shopper, &order).await["attempt"]["status"], "open");
}

#[tokio::test]
async fn a_payment_without_a_cashier_ends_within_seconds_and_the_shopper_tries_again() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.wallet.next_pay(Pay::TakeAndLoseAnswer);
    for _ in 0..5 {
        server.wallet.next_pay(Pay::LoseRequest);
    }
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    server.pass(Duration::from_secs(20)).await;
    let ended = server.read(&shopper, &order).await;
    assert_eq!(ended["attempt"]["status"], "cancelled");
    assert_eq!(
        (ended["status"].as_str(), ended["mayStartPayment"].as_bool()),
        (Some("awaiting_payment"), Some(true))
    );
    server.wallet.book().pays.clear();
    let path = format!("/shop/v1/orders/{}/payments", order["orderId"].as_str().unwrap());
    let next = shopper.post(&path, json!({ "after": ended["attempt"]["attemptId"] })).await.expect(201);
    assert_eq!(next["attempt"]["status"], "open");
}

#[tokio::test]
async fn a_wallet_that_cancels_what_it_never_got_ends_the_attempt() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    for _ in 0..6 {
        server.wallet.next_pay(Pay::LoseRequest);
    }
    server.wallet.next_cancel(Cancel::TakeUnknown);
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    server.pass(Duration::from_secs(20)).await;
    assert_eq!(server.read(&shopper, &order).await["attempt"]["status"], "cancelled");
}

#[tokio::test]
async fn who_gave_up_and_has_paid_gets_everything_back() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 2)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.cancel(&shopper, &order).await.expect(202);
    server.pass(Duration::from_secs(8)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid", "that is what happened");
    let refunds = server.refunds(&order).await;
    assert_eq!(refunds["refunds"][0]["status"], "succeeded");
    assert_eq!(refunds["refunds"][0]["amount"], order["total"]);
    let stock = "SELECT reserved * 100 + sold FROM stock WHERE sku = 'TEA-S'";
    assert_eq!(database::number(&server.database(), stock), 0, "and nothing is shipped");
}

#[tokio::test]
async fn success_after_a_confirmed_cancel_is_given_back() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 2)]).await;
    let request = server.requests(&order).await.remove(0);
    server.cancel(&shopper, &order).await.expect(202);
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "cancelled");
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    server.pass(Duration::from_secs(8)).await;
    assert_eq!(server.refunds(&order).await["refunds"][0]["status"], "succeeded");
    server.wallet.notify(&server.client(), &request).await;
    assert_eq!(server.wallet.book().refund_calls, 1, "told twice, given back once");
}
