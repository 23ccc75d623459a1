//! Messages to the merchant's own systems: written with the change that they tell of, delivered at least
//! once under one id, whatever the receiver does.

use std::time::Duration;

use merchant_core::announcements::EventKind;
use merchant_server::store::{MessagePage, MessageRow};

use crate::support::{Client, Receiver, Take, TestServer, database, until};

const CONFIRM: Duration = Duration::from_secs(6);

async fn telling(events: &[EventKind]) -> (TestServer, Receiver) {
    let receiver = Receiver::start().await;
    let server = TestServer::start_telling(vec![receiver.endpoint("erp", events)]).await;
    (server, receiver)
}

async fn messages(server: &TestServer) -> Vec<MessageRow> {
    let page = MessagePage { before: None, limit: 100, parked_only: false };
    server.app().store.list_messages(page).await.unwrap()
}

/// An order that is paid; only that was announced.
async fn paid(server: &TestServer) -> Client {
    let shopper = server.shopper("ana").await;
    server.paid_order(&shopper, &[("TEA-S", 2), ("MUG", 1)]).await;
    shopper
}

#[tokio::test]
async fn the_life_of_an_order_is_told_event_by_event() {
    let (server, receiver) = telling(&EventKind::ALL).await;
    let shopper = server.shopper("ana").await;
    let (order, _) = server.paid_order(&shopper, &[("TEA-S", 2), ("MUG", 1)]).await;
    assert_eq!(server.deliver().await, 2);
    server.refund(&order, "k1", "700").await.expect(202);
    server.pass(CONFIRM).await;
    assert_eq!(server.deliver().await, 1);
    assert_eq!(server.deliver().await, 0);
    assert_eq!(receiver.events(), ["order.placed", "order.paid", "order.refunded"]);
    let told = receiver.received();
    let last = &told[2].body["data"];
    assert_eq!(last["orderId"], order["orderId"]);
    assert_eq!(
        (&last["total"], &last["refunded"], &last["status"]),
        (&"2500".into(), &"700".into(), &"paid".into())
    );
    assert_eq!(last["refund"], serde_json::json!({ "key": "k1", "amount": "700" }));
    let versions: Vec<_> =
        told.iter().map(|message| message.body["data"]["version"].as_u64().unwrap()).collect();
    assert!(versions.is_sorted() && versions[0] < versions[2], "{versions:?}");
    let ids: std::collections::HashSet<_> = told.iter().map(|message| &message.id).collect();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn an_endpoint_hears_only_of_what_it_wants() {
    let (server, receiver) = telling(&[EventKind::Cancelled]).await;
    let shopper = paid(&server).await;
    let order = server.order(&shopper, &[("TEA-L", 1)]).await;
    server.cancel(&shopper, &order).await.expect(202);
    server.pass(CONFIRM).await;
    server.deliver().await;
    assert_eq!(receiver.events(), ["order.cancelled"]);
}

#[tokio::test]
async fn a_message_is_written_with_the_change_and_not_without_it() {
    let (server, receiver) = telling(&EventKind::ALL).await;
    let shopper = server.shopper("ana").await;
    let quote = server.quote(&shopper, &[("TEA-S", 1)]).await;
    let body = serde_json::json!({ "quoteId": quote, "despiteOpenOrder": null });
    shopper.post("/shop/v1/orders", body.clone()).await.expect(201);
    shopper.post("/shop/v1/orders", body).await.expect(200);
    assert_eq!(messages(&server).await.len(), 1);
    server.deliver().await;
    assert_eq!(receiver.events(), ["order.placed"]);
}

#[tokio::test]
async fn whatever_is_not_2xx_is_tried_again_under_the_same_id() {
    for (take, answer) in [
        (Take::Status(500), "HTTP 500"),
        (Take::Status(404), "HTTP 404"),
        (Take::Redirect, "HTTP 307"),
        (Take::Hang, "timeout"),
    ] {
        let (server, receiver) = telling(&[EventKind::Paid]).await;
        receiver.next(take);
        paid(&server).await;
        server.deliver().await;
        let pending = &messages(&server).await[0];
        assert_eq!((pending.status.as_str(), pending.answer.as_deref()), ("pending", Some(answer)));
        assert_eq!(server.deliver().await, 0, "not before its time");
        server.clock.advance(Duration::from_secs(6));
        assert_eq!(server.deliver().await, 1);
        let received = receiver.received();
        assert_eq!((received.len(), &received[0].id), (2, &received[1].id), "{answer}");
        assert_eq!(received[0].body, received[1].body);
        assert_eq!(received[1].timestamp, received[0].timestamp + 6, "the time is the try's");
        assert_eq!(messages(&server).await[0].status, "delivered");
    }
}

#[tokio::test]
async fn a_receiver_that_is_down_gets_it_when_it_is_up() {
    let gone = Receiver::start().await;
    let mut endpoint = gone.endpoint("erp", &[EventKind::Paid]);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    endpoint.url = format!("http://{nobody}/hooks");
    let server = TestServer::start_telling(vec![endpoint]).await;
    paid(&server).await;
    server.deliver().await;
    assert_eq!(messages(&server).await[0].answer.as_deref(), Some("no_connection"));
    let tries = database::number(&server.database(), "SELECT tries FROM outbox");
    assert_eq!((tries, messages(&server).await[0].due_at.is_some()), (1, true));
}

#[tokio::test]
async fn a_receiver_may_ask_for_time() {
    let (server, receiver) = telling(&[EventKind::Paid]).await;
    receiver.next(Take::Later(503, 600));
    paid(&server).await;
    server.deliver().await;
    server.clock.advance(Duration::from_secs(599));
    assert_eq!(server.deliver().await, 0);
    server.clock.advance(Duration::from_secs(1));
    assert_eq!(server.deliver().await, 1);
    assert_eq!(messages(&server).await[0].status, "delivered");
}

#[tokio::test]
async fn after_days_a_message_is_parked_and_can_be_sent_anew() {
    let (server, receiver) = telling(&[EventKind::Paid]).await;
    paid(&server).await;
    for _ in 0..10 {
        receiver.next(Take::Status(500));
        assert_eq!(server.deliver().await, 1);
        server.clock.advance(Duration::from_secs(27 * 3_600));
    }
    let parked = messages(&server).await.remove(0);
    assert_eq!((parked.status.as_str(), parked.tries, parked.due_at), ("parked", 10, None));
    assert_eq!(server.deliver().await, 0);
    let metrics = server.admin().get("/metrics").await;
    let text = String::from_utf8(metrics.body.clone()).unwrap();
    for line in [
        "merchant_webhooks_parked 1",
        "merchant_webhooks_given_up_total 1",
        "merchant_webhooks_failed_total 9",
        "merchant_webhooks_delivered_total 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    let store = server.app().store.clone();
    assert_eq!(store.resend_message(&parked.id, Some("crm"), server.app().now()).await.unwrap(), 0);
    assert_eq!(store.resend_message(&parked.id, None, server.app().now()).await.unwrap(), 1);
    assert_eq!(server.deliver().await, 1);
    assert_eq!(messages(&server).await[0].status, "delivered");
    assert_eq!(receiver.received().last().unwrap().id, parked.id);
}

#[tokio::test]
async fn who_is_gone_is_not_tried_again() {
    let (server, receiver) = telling(&[EventKind::Paid]).await;
    receiver.next(Take::Status(410));
    paid(&server).await;
    server.deliver().await;
    let parked = messages(&server).await.remove(0);
    assert_eq!((parked.status.as_str(), parked.answer.as_deref()), ("parked", Some("HTTP 410")));
}

#[tokio::test]
async fn a_crash_between_delivery_and_its_record_sends_it_again_under_the_same_id() {
    let (mut server, receiver) = telling(&[EventKind::Paid]).await;
    paid(&server).await;
    receiver.next(Take::Hang);
    let app = server.app();
    let now = app.now();
    // Sent by a process that dies before it can write anything down.
    let claimed = app.store.claim_messages("erp", now, now.plus_millis(90_000), 8).await.unwrap();
    assert_eq!(claimed.len(), 1);
    drop(app);
    assert_eq!(server.deliver().await, 0, "the lease isn't over");
    server.crash_and_restart().await;
    server.clock.advance(Duration::from_secs(90));
    let delivering = server.app();
    let task =
        tokio::spawn(async move { merchant_server::webhooks::deliver_due(&delivering).await.unwrap() });
    until(|| receiver.received().len() == 1).await;
    task.abort();
    server.crash_and_restart().await;
    server.clock.advance(Duration::from_secs(90));
    assert_eq!(server.deliver().await, 1);
    let received = receiver.received();
    assert_eq!((received.len(), &received[0].id), (2, &received[1].id));
    assert_eq!(messages(&server).await[0].status, "delivered");
}

#[tokio::test]
async fn a_claim_that_was_lost_writes_nothing_down() {
    let (server, _receiver) = telling(&[EventKind::Paid]).await;
    paid(&server).await;
    let store = server.app().store.clone();
    let now = server.app().now();
    let first = store.claim_messages("erp", now, now.plus_millis(1), 8).await.unwrap().remove(0);
    let later = now.plus_millis(1);
    let second = store.claim_messages("erp", later, later.plus_millis(1), 8).await.unwrap().remove(0);
    assert_eq!((first.id.as_str(), first.fence + 1), (second.id.as_str(), second.fence));
    let end = |claimed: &merchant_server::store::Claimed| {
        let claim = (claimed.number, claimed.fence);
        store.end_message(claim, merchant_server::store::MessageEnd::Delivered, "HTTP 204".into(), later)
    };
    assert!(!end(&first).await.unwrap());
    assert_eq!(messages(&server).await[0].status, "pending");
    assert!(end(&second).await.unwrap());
}

#[tokio::test]
async fn an_endpoint_that_hangs_holds_up_nobody_else() {
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    let mut hanging = slow.endpoint("slow", &[EventKind::Paid]);
    hanging.timeout = Duration::from_secs(30);
    let server = TestServer::start_telling(vec![hanging, quick.endpoint("quick", &[EventKind::Paid])]).await;
    for _ in 0..9 {
        slow.next(Take::Hang);
    }
    let app = server.app();
    let serving = tokio::spawn(merchant_server::webhooks::serve(app));
    paid(&server).await;
    until(|| quick.received().len() == 1 && slow.received().len() == 1).await;
    serving.abort();
}

#[tokio::test]
async fn the_operators_listener_shows_an_orders_messages() {
    let (server, _receiver) = telling(&[EventKind::Placed]).await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    server.deliver().await;
    let path = format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap());
    let story = server.admin().get(&path).await.expect(200);
    let message = &story["messages"][0];
    assert_eq!((&message["kind"], &message["status"]), (&"order.placed".into(), &"delivered".into()));
}
