//! Two servers on one PostgreSQL database.

use std::time::Duration;

use merchant_server::store::Swept;
use serde_json::json;

use crate::support::database::TestDatabase;
use crate::support::{Pay, Setup, TestServer, until};

async fn two() -> (TestServer, TestServer) {
    let database = TestDatabase::postgres();
    (TestServer::start_on(database.clone()).await, TestServer::start_on(database).await)
}

#[tokio::test]
async fn a_long_poll_hears_what_another_server_did() {
    let (here, there) = two().await;
    let shopper = there.shopper("ana").await;
    let order = there.order(&shopper, &[("MUG", 1)]).await;
    let request = there.requests(&order).await.remove(0);
    let mut listener = here.client();
    listener.token = shopper.token.clone();
    let (id, version) = (order["orderId"].as_str().unwrap().to_owned(), order["version"].clone());
    let poll = tokio::spawn(async move {
        listener.get(&format!("/shop/v1/orders/{id}?after={version}&wait=25")).await.expect(200)
    });
    let app = here.app();
    // The poll sleeps until its time is over, and who follows other servers until the next look.
    let asleep = || here.clock.sleepers() == 2;
    until(|| app.wakes.listeners() == 1 && asleep()).await;
    there.wallet.finish(&request, "SUCCESS", None);
    there.wallet.notify(&there.client(), &request).await;
    let mut passed = Duration::ZERO;
    while !poll.is_finished() {
        here.clock.advance(Duration::from_millis(50));
        passed += Duration::from_millis(50);
        assert!(passed < Duration::from_secs(25), "the poll's time is over, and nothing woke it");
        there.run_jobs().await;
        until(|| poll.is_finished() || asleep()).await;
    }
    assert_eq!(poll.await.unwrap()["status"], "paid");
}

#[tokio::test]
async fn an_order_that_another_server_changed_is_shown_and_decided_on_as_it_is() {
    let (here, there) = two().await;
    let shopper = here.shopper("ana").await;
    let order = here.order(&shopper, &[("MUG", 1)]).await;
    let (id, request) = (order["orderId"].as_str().unwrap(), here.requests(&order).await.remove(0));
    assert_eq!(order["status"], "awaiting_payment");
    here.wallet.finish(&request, "SUCCESS", None);
    here.wallet.notify(&there.client(), &request).await;
    // What this server remembers is outdated by now.
    let refused = here.cancel(&shopper, &order).await;
    assert_eq!(refused.expect(409)["code"], "payment_not_allowed");
    let shown = shopper.get(&format!("/shop/v1/orders/{id}")).await;
    assert_eq!(shown.expect(200)["status"], "paid");
}

#[tokio::test]
async fn what_a_server_that_stops_was_doing_another_takes_up_at_once() {
    let (mut here, there) = two().await;
    let shopper = here.shopper("ana").await;
    let quote = here.quote(&shopper, &[("TEA-S", 2)]).await;
    here.wallet.next_pay(Pay::Hang);
    let press = {
        let (shopper, body) = (shopper.clone(), json!({ "quoteId": quote }).to_string());
        tokio::spawn(async move {
            let headers = [("content-type", "application/json")];
            shopper.try_send("POST", "/shop/v1/orders", &headers, Some(body.as_bytes())).await
        })
    };
    until(|| here.wallet.book().pay_calls > 0).await;
    let held = here.app().claims.held();
    assert_eq!(held.len(), 1);
    there.run_jobs().await;
    assert_eq!(there.wallet.book().pay_calls, 0, "it is claimed");
    let clocks = [here.clock.clone(), there.clock.clone()];
    let stopping = tokio::spawn(async move {
        here.stop().await;
        here
    });
    let taken_up = async {
        while there.wallet.book().pay_calls == 0 {
            // Both alike, as the clocks of two machines go: far less than the lease until it is handed back.
            clocks.iter().for_each(|clock| clock.advance(Duration::from_millis(10)));
            there.run_jobs().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), taken_up).await.expect("it is handed back");
    let mut found = there.client();
    found.token = shopper.token.clone();
    let orders = found.get("/shop/v1/orders").await.expect(200);
    assert_eq!(orders["orders"][0]["attempt"]["status"], "open");
    drop((stopping.await.unwrap(), press.await));
}

#[tokio::test]
async fn servers_that_get_the_same_order_at_once_make_one() {
    let (here, there) = two().await;
    let shopper = here.shopper("ana").await;
    let quote = here.quote(&shopper, &[("LAMP", 1)]).await;
    let mut elsewhere = there.client();
    elsewhere.token = shopper.token.clone();
    let body = json!({ "quoteId": quote });
    let (first, second) =
        tokio::join!(shopper.post("/shop/v1/orders", body.clone()), elsewhere.post("/shop/v1/orders", body));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    assert_eq!(here.wallet.book().pay_calls + there.wallet.book().pay_calls, 1);
}

#[tokio::test]
async fn what_is_not_kept_any_longer_is_erased_by_either_server_and_once() {
    let database = TestDatabase::postgres();
    let setup = Setup { keep_personal_data_millis: Some(30 * 86_400_000), ..Setup::default() };
    let here = TestServer::start_as(setup.clone(), database.clone(), Vec::new()).await;
    let there = TestServer::start_as(setup, database.clone(), Vec::new()).await;
    for name in ["ana", "ben", "eve", "kim"] {
        here.paid_order(&here.shopper(name).await, &[("MUG", 1)]).await;
    }
    here.clock.advance(Duration::from_secs(31 * 86_400));
    there.clock.advance(Duration::from_secs(31 * 86_400));
    let (first, second) = (here.app(), there.app());
    let (first, second) = tokio::join!(first.erase_outdated(), second.erase_outdated());
    assert_eq!((first.unwrap(), second.unwrap()), (Swept::All, Swept::All));
    assert_eq!(database.number("SELECT count(*) FROM orders WHERE erased_at IS NOT NULL"), 4);
    let told = "SELECT count(*) FROM events WHERE kind = 'personal_data_erased'";
    assert_eq!(database.number(told), 4, "each once");
}
