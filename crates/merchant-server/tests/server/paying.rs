//! From order to paid, through everything that the wallet may do on the way.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, Inquiry, Pay, TestServer, database};

async fn open_order() -> (TestServer, Client, Value, String) {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    (server, shopper, order, request)
}

async fn start_payment(client: &Client, order: &Value) -> crate::support::Answer {
    let (id, after) = (order["orderId"].as_str().unwrap(), order["attempt"]["attemptId"].as_str().unwrap());
    client.post(&format!("/shop/v1/orders/{id}/payments"), json!({ "after": after })).await
}

#[tokio::test]
async fn an_order_is_answered_with_its_cashier() {
    let (server, _, order, request) = open_order().await;
    assert_eq!(order["status"], "awaiting_payment");
    assert_eq!(order["attempt"]["status"], "open");
    let payment = server.wallet.payment(&request);
    let url = order["attempt"]["cashier"]["paymentUrl"].as_str().unwrap();
    assert!(url.ends_with(&payment.payment_id), "{url}");
    assert_eq!(payment.amount, json!({ "currency": "PHP", "value": "1000" }));
    assert_eq!(payment.notify_url, format!("http://{}/wallet/test/notifyPayment", server.client().address));
    assert_eq!(order["mayStartPayment"], false);
}

#[tokio::test]
async fn coming_back_leads_to_one_inquiry_and_to_paid() {
    let (server, shopper, order, request) = open_order().await;
    server.wallet.finish(&request, "SUCCESS", None);
    for _ in 0..5 {
        server.returned(&shopper, &order, "9000").await;
    }
    server.run_jobs().await;
    assert_eq!(server.wallet.book().inquiry_calls, 1, "coalesced");
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
}

#[tokio::test]
async fn tradepays_word_alone_pays_nothing() {
    let (server, shopper, order, _) = open_order().await;
    server.returned(&shopper, &order, "9000").await;
    server.run_jobs().await;
    let still = server.read(&shopper, &order).await;
    assert_eq!(
        (still["status"].as_str(), still["attempt"]["status"].as_str()),
        (Some("awaiting_payment"), Some("open"))
    );
}

#[tokio::test]
async fn a_cancelled_cashier_stays_payable_at_the_same_address() {
    let (server, shopper, order, request) = open_order().await;
    let back = server.returned(&shopper, &order, "6001").await;
    server.run_jobs().await;
    assert_eq!(back["attempt"]["cashier"], order["attempt"]["cashier"]);
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
    assert_eq!(server.requests(&order).await.len(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_is_resolved_by_sending_the_same_bytes_again() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.wallet.next_pay(Pay::TakeAndLoseAnswer);
    server.wallet.next_pay(Pay::Unknown);
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    assert_eq!(order["attempt"]["status"], "unknown");
    assert!(order["attempt"]["cashier"].is_null() && order["mayStartPayment"] == false);
    start_payment(&shopper, &order).await.expect(200);
    server.pass(Duration::from_secs(6)).await;
    let open = server.read(&shopper, &order).await;
    assert_eq!(open["attempt"]["status"], "open");
    let request = server.requests(&order).await.remove(0);
    let bodies = server.wallet.payment(&request).bodies;
    assert!(bodies.len() >= 2 && bodies.iter().all(|body| *body == bodies[0]), "byte-identical");
    assert_eq!(server.wallet.book().payments.len(), 1);
}

#[tokio::test]
async fn unknown_then_inquiry_then_paid() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    for pay in [Pay::TakeAndLoseAnswer, Pay::LoseRequest, Pay::LoseRequest, Pay::LoseRequest] {
        server.wallet.next_pay(pay);
    }
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.next_inquiry(Inquiry::Lose);
    server.wallet.next_inquiry(Inquiry::BadlySigned);
    server.pass(Duration::from_secs(11)).await;
    assert_ne!(server.read(&shopper, &order).await["status"], "paid", "nothing believable was said yet");
    server.pass(Duration::from_secs(6)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
}

#[tokio::test]
async fn pay_claiming_success_is_asked_about() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.wallet.next_pay(Pay::Success);
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    assert_eq!(order["status"], "awaiting_payment");
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
}

#[tokio::test]
async fn refused_for_good_then_a_new_attempt_then_paid() {
    let (server, shopper, order, first) = open_order().await;
    server.wallet.finish(&first, "FAIL", Some("RISK_REJECT"));
    server.returned(&shopper, &order, "4000").await;
    server.run_jobs().await;
    let failed = server.read(&shopper, &order).await;
    assert_eq!(failed["attempt"]["status"], "failed");
    assert_eq!(failed["attempt"]["failure"]["code"], "RISK_REJECT");
    assert_eq!(failed["mayStartPayment"], true);
    let next = start_payment(&shopper, &failed).await.expect(201);
    assert_eq!(
        (next["attempt"]["number"].as_u64(), next["attempt"]["status"].as_str()),
        (Some(2), Some("open"))
    );
    assert_eq!(
        start_payment(&shopper, &failed).await.expect(200)["attempt"],
        next["attempt"],
        "pressed twice"
    );
    let requests = server.requests(&order).await;
    assert_eq!(requests.len(), 2);
    assert_ne!(requests[0], requests[1]);
    server.wallet.finish(&requests[1], "SUCCESS", None);
    server.wallet.notify(&server.client(), &requests[1]).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
    start_payment(&shopper, &next).await.problem(409, "payment_not_allowed");
}

#[tokio::test]
async fn refused_at_once_allows_the_next_attempt() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.wallet.next_pay(Pay::Refuse("USER_AMOUNT_EXCEED_LIMIT"));
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    assert_eq!(order["attempt"]["status"], "failed");
    assert_eq!(order["attempt"]["failure"]["code"], "USER_AMOUNT_EXCEED_LIMIT");
    start_payment(&shopper, &order).await.expect(201);
}

#[tokio::test]
async fn a_refusal_that_says_nothing_about_the_payment_doesnt_end_the_attempt() {
    for code in ["REPEAT_REQ_INCONSISTENT", "ORDER_STATUS_INVALID", "NEVER_SEEN_BEFORE", "INVALID_SIGNATURE"]
    {
        let server = TestServer::start().await;
        let shopper = server.shopper("ana").await;
        server.wallet.next_pay(Pay::Refuse(code));
        let order = server.order(&shopper, &[("TEA-S", 1)]).await;
        assert_eq!(order["attempt"]["status"], "unknown", "{code}");
        assert_eq!(order["mayStartPayment"], false);
    }
}

#[tokio::test]
async fn an_answer_of_another_amount_never_pays_and_is_for_a_person() {
    let (server, shopper, order, request) = open_order().await;
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.next_inquiry(Inquiry::OtherAmount);
    server.returned(&shopper, &order, "9000").await;
    server.run_jobs().await;
    assert_eq!(server.read(&shopper, &order).await["status"], "needs_attention");
    let story = server.admin().get(&format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap())).await;
    assert_eq!(story.expect(200)["attention"], "amount_mismatch");
}

#[tokio::test]
async fn a_lost_notification_is_made_up_for_without_anybody_coming_back() {
    let (server, shopper, order, request) = open_order().await;
    server.wallet.finish(&request, "SUCCESS", None);
    server.pass(Duration::from_secs(61)).await;
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
}

#[tokio::test]
async fn an_order_of_zero_is_paid_without_the_wallet() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("STICKER", 2)]).await;
    assert_eq!(order["status"], "paid");
    assert!(order["attempt"].is_null());
    assert_eq!(server.wallet.book().pay_calls, 0);
    assert_eq!(database::number(&server.database(), "SELECT sold FROM stock WHERE sku = 'STICKER'"), 2);
}

#[tokio::test]
async fn the_database_itself_refuses_a_second_live_attempt_and_a_paid_order_that_regresses() {
    let (server, _, _, request) = open_order().await;
    let database = server.database();
    let refused = |sql: &str| database.run(sql).unwrap_err();
    let second = refused(
        "INSERT INTO attempts (id, order_id, number, wallet, payment_request_id, pay_uri, pay_request, status, status_at, created_at)
         SELECT 'x', order_id, 2, wallet, 'y', pay_uri, pay_request, 'creating', 0, 0 FROM attempts",
    );
    assert!(second.to_lowercase().contains("unique"), "{second}");
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    assert!(refused("UPDATE orders SET status = 'expired'").contains("a paid order stays paid"));
    assert!(refused("DELETE FROM events").contains("append-only"));
    refused("UPDATE stock SET reserved = on_hand + 1");
}
