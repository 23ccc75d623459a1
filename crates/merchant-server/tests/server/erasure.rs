//! Personal data goes when its time is over, or when somebody has it erased; the money stays as it was.

use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use merchant_core::announcements::EventKind;
use merchant_server::jobs;
use merchant_server::store::Swept;
use serde_json::Value;

use crate::support::{Receiver, Setup, Take, TestServer, database, until};

const DAY: Duration = Duration::from_secs(86_400);
const CONFIRM: Duration = Duration::from_secs(6);

async fn keeping(days: u32) -> TestServer {
    let keep_personal_data_millis = Some(u64::from(days) * 86_400_000);
    TestServer::start_with(Setup { keep_personal_data_millis, ..Setup::default() }).await
}

async fn story(server: &TestServer, order: &Value) -> Value {
    let path = format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap());
    server.admin().get(&path).await.expect(200)
}

fn erasures(server: &TestServer) -> i64 {
    database::number(&server.database(), "SELECT count(*) FROM events WHERE kind = 'personal_data_erased'")
}

#[tokio::test]
async fn what_is_personal_is_erased_when_its_time_is_over_and_not_before() {
    let server = keeping(30).await;
    let ana = server.shopper("ana").await;
    let (order, _) = server.paid_order(&ana, &[("TEA-S", 1)]).await;
    server.clock.advance(DAY * 20);
    server.refund(&order, "k1", "100").await.expect(202);
    server.pass(CONFIRM).await;
    server.clock.advance(DAY * 20);
    assert_eq!(server.app().erase_outdated().await.unwrap(), Swept::All);
    assert_eq!(erasures(&server), 0, "it changed 20 days ago");
    let before = story(&server, &order).await;
    assert_eq!((&before["customerId"], &before["erasedAt"]), (&"ana".into(), &Value::Null));
    server.clock.advance(DAY * 11);
    let app = server.app();
    let (first, second) = tokio::join!(app.erase_outdated(), app.erase_outdated());
    assert_eq!((first.unwrap(), second.unwrap()), (Swept::All, Swept::All));
    assert_eq!(erasures(&server), 1, "by whoever comes first, once");
    let after = story(&server, &order).await;
    assert!(after["erasedAt"].is_u64() || after["erasedAt"].is_string(), "{after}");
    assert!(after["customerId"].as_str().unwrap().starts_with("erased-"), "{after}");
    for kept in ["total", "lines", "status", "attempts", "entries", "breakdown", "orderId", "stock"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert_eq!(after["refunds"][0]["reason"], "erased");
    let last = after["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["actor"], &last["detail"]), (&"server".into(), &"by retention".into()));
    let metrics = String::from_utf8(server.admin().get("/metrics").await.body).unwrap();
    assert!(metrics.contains("merchant_orders_erased_total 1\n"), "{metrics}");
}

#[tokio::test]
async fn without_a_time_to_keep_it_nothing_is_erased() {
    let server = TestServer::start().await;
    let ana = server.shopper("ana").await;
    server.paid_order(&ana, &[("TEA-S", 1)]).await;
    server.clock.advance(DAY * 40_000);
    assert_eq!(server.app().erase_outdated().await.unwrap(), Swept::All);
    assert_eq!(erasures(&server), 0);
}

#[tokio::test]
async fn many_orders_are_erased_a_part_at_a_time_by_the_servers_own_jobs() {
    let server = keeping(30).await;
    server.database().run("UPDATE stock SET on_hand = 30 WHERE sku = 'MUG'").unwrap();
    for number in 0..25 {
        let shopper = server.shopper(&format!("c{number}")).await;
        server.paid_order(&shopper, &[("MUG", 1)]).await;
    }
    let waiting = server.shopper("ana").await;
    server.order(&waiting, &[("MUG", 1)]).await;
    server.clock.advance(DAY * 31);
    assert_eq!(server.app().erase_outdated().await.unwrap(), Swept::Part);
    assert_eq!(erasures(&server), 20);
    let app = server.app();
    let serving = tokio::spawn(jobs::serve(Arc::clone(&app)));
    until(|| erasures(&server) == 25).await;
    app.stopping.cancel();
    serving.await.unwrap();
    let kept = database::number(&server.database(), "SELECT count(*) FROM orders WHERE customer = 'ana'");
    assert_eq!(kept, 1, "what isn't over stays");
}

#[tokio::test]
async fn a_shopper_sees_no_order_that_was_erased_and_its_money_can_be_given_back() {
    let server = keeping(30).await;
    let ana = server.shopper("ana").await;
    let (order, _) = server.paid_order(&ana, &[("TEA-S", 1)]).await;
    server.clock.advance(DAY * 31);
    server.app().erase_outdated().await.unwrap();
    let ana = server.shopper("ana").await;
    assert_eq!(ana.get("/shop/v1/orders").await.expect(200)["orders"], serde_json::json!([]));
    let id = order["orderId"].as_str().unwrap();
    ana.get(&format!("/shop/v1/orders/{id}")).await.problem(404, "order_not_found");
    server.cancel(&ana, &order).await.problem(404, "order_not_found");
    server.refund(&order, "late", "300").await.expect(202);
    server.pass(CONFIRM).await;
    let refund = server.refunds(&order).await["refunds"][0].clone();
    assert_eq!((&refund["status"], &refund["reason"]), (&"succeeded".into(), &"broken".into()));
    assert_eq!(server.wallet.book().refund_calls, 1);
}

async fn erase(server: &TestServer, arguments: &[&str]) -> Output {
    std::fs::write(server.folder().join("shop.toml"), crate::refunds::CONFIG).unwrap();
    let mut command = server.program();
    command.args(["--config", "shop.toml", "customers", "erase", "--operator", "maria"]).args(arguments);
    command.current_dir(server.folder());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap()
}

#[tokio::test]
async fn the_command_line_erases_a_customer_and_says_what_it_could_not() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_telling(vec![receiver.endpoint("erp", &EventKind::ALL)]).await;
    let (ana, ben) = (server.shopper("ana").await, server.shopper("ben").await);
    let (over, _) = server.paid_order(&ana, &[("TEA-S", 1)]).await;
    let (untold, _) = server.paid_order(&ana, &[("MUG", 1)]).await;
    let (bens, _) = server.paid_order(&ben, &[("TEA-S", 1)]).await;
    server.deliver().await;
    server.refund(&untold, "k1", "100").await.expect(202);
    server.pass(CONFIRM).await;
    receiver.next(Take::Status(500));
    server.deliver().await;
    let open = server.order(&ana, &[("TEA-S", 2)]).await;
    server.quote(&ana, &[("MUG", 1)]).await;
    let id = |order: &Value| order["orderId"].as_str().unwrap().to_owned();

    let tried = erase(&server, &["ana", "--wallet", "test", "--dry-run"]).await;
    let told = said(&tried);
    assert_eq!(tried.status.code(), Some(1), "{told}");
    assert!(told.contains("1 orders would be erased"), "{told}");
    assert_eq!(erasures(&server), 0, "it was only asked");
    assert_eq!(ana.get("/shop/v1/orders").await.expect(200)["orders"].as_array().unwrap().len(), 3);

    let erased = erase(&server, &["ana", "--wallet", "test"]).await;
    let told = said(&erased);
    assert_eq!(erased.status.code(), Some(1), "{told}");
    assert!(told.contains("1 orders erased\n1 sessions and"), "{told}");
    assert!(told.contains(&format!("{}  not yet: a message about it", id(&untold))), "{told}");
    assert!(told.contains(&format!("{}  not yet: it isn't over", id(&open))), "{told}");
    assert!(told.contains("2 orders can't be erased yet"), "{told}");
    ana.get("/shop/v1/orders").await.problem(401, "session_required");
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM quotes WHERE customer = 'ana'"), 0);
    let story = story(&server, &over).await;
    assert_eq!(story["events"].as_array().unwrap().last().unwrap()["detail"], "by maria");
    assert_eq!(server.read(&ben, &bens).await["status"], "paid", "nobody else's");

    let request = server.requests(&open).await.remove(0);
    server.wallet.finish(&request, "FAIL", None);
    server.wallet.notify(&server.client(), &request).await;
    let ana = server.shopper("ana").await;
    server.cancel(&ana, &open).await.expect(202);
    server.clock.advance(DAY);
    server.deliver().await;
    let again = erase(&server, &["ana", "--wallet", "test"]).await;
    assert!(again.status.success() && said(&again).contains("2 orders erased"), "{}", said(&again));
    assert_eq!(erasures(&server), 3);
    let none = erase(&server, &["ana", "--wallet", "test"]).await;
    assert!(none.status.success() && said(&none).contains("0 orders erased"), "{}", said(&none));
    let wrong = erase(&server, &["ana", "--wallet", "tset"]).await;
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("there is no wallet tset"), "{}", said(&wrong));
}

#[tokio::test]
async fn the_story_on_one_screen_says_when_it_was_erased() {
    let server = keeping(30).await;
    let ana = server.shopper("ana").await;
    let (order, _) = server.paid_order(&ana, &[("TEA-S", 1)]).await;
    server.clock.advance(DAY * 31);
    server.app().erase_outdated().await.unwrap();
    std::fs::write(server.folder().join("shop.toml"), crate::refunds::CONFIG).unwrap();
    let mut command = server.program();
    command.args(["--config", "shop.toml", "orders", "show", order["orderId"].as_str().unwrap()]);
    let shown = said(&command.current_dir(server.folder()).output().unwrap());
    assert!(shown.contains("erased    2026-04-01"), "{shown}");
    assert!(!shown.contains("ana"), "{shown}");
}
