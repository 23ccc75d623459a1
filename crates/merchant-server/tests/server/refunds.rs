//! Money given back: once for a key, never more than was paid, whatever the wallet does on the way.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::support::server::{LIMITED_TOKEN, READING_TOKEN, REFUND_LIMIT};
use crate::support::{Client, Give, TestServer, database, until};

/// What the command line needs to find the database of the server under test.
pub const CONFIG: &str = r#"
mode = "simulator"
public_url = "http://127.0.0.1:8701"
[shop]
payee = "Test Shop"
[wallets.test]
private_key_file = "private.pem"
public_keys = [{ version = "1", file = "wallet.pem" }]
[wallets.test.profile]
base_url = "http://127.0.0.1:8702"
version = "v2"
client_id = "merchant-test"
app_id = "mini"
cashier_hosts = ["127.0.0.1:8702"]
"#;

const CONFIRM: Duration = Duration::from_secs(6);

async fn paid() -> (TestServer, serde_json::Value) {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let (order, _) = server.paid_order(&shopper, &[("TEA-S", 2), ("MUG", 1)]).await;
    (server, order)
}

async fn status(server: &TestServer, order: &serde_json::Value, index: usize) -> String {
    server.refunds(order).await["refunds"][index]["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_part_then_the_rest_and_never_more() {
    let (server, order) = paid().await;
    let first = server.refund(&order, "k1", "700").await.expect(202);
    assert_eq!(
        (first["refunds"][0]["status"].as_str(), first["refundable"].as_str()),
        (Some("requested"), Some("1800"))
    );
    server.refund(&order, "k2", "1801").await.problem(409, "refund_amount");
    server.pass(CONFIRM).await;
    assert_eq!(status(&server, &order, 0).await, "succeeded");
    assert_eq!(server.wallet.refund("k1").amount, json!({ "currency": "PHP", "value": "700" }));
    server.refund(&order, "k2", "all").await.expect(202);
    server.pass(CONFIRM).await;
    let all = server.refunds(&order).await;
    assert_eq!((all["refunds"][1]["amount"].as_str(), all["refundable"].as_str()), (Some("1800"), Some("0")));
    server.refund(&order, "k3", "1").await.problem(409, "nothing_to_refund");
    let story = server.admin().get(&format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap())).await;
    let story = story.expect(200);
    assert_eq!((story["status"].as_str(), story["attention"].is_null()), (Some("paid"), true));
    assert_eq!(story["refunds"][0]["requestedBy"], "maria");
}

#[tokio::test]
async fn the_same_key_gives_back_once() {
    let (server, order) = paid().await;
    server.refund(&order, "k1", "700").await.expect(202);
    server.refund(&order, "k1", "700").await.expect(200);
    server.refund(&order, "k1", "701").await.problem(409, "refund_key_used");
    server.pass(CONFIRM).await;
    server.refund(&order, "k1", "700").await.expect(200);
    assert_eq!(server.wallet.book().refund_calls, 1);
    let (other, _) = server.paid_order(&server.shopper("ben").await, &[("TEA-L", 1)]).await;
    server.refund(&other, "k1", "700").await.problem(409, "refund_key_used");
}

#[tokio::test]
async fn what_an_operator_asks_for_is_read_strictly() {
    let (server, order) = paid().await;
    for amount in ["", "-1", "1.00", "007", "ALL"] {
        server.refund(&order, "k1", amount).await.problem(422, "invalid_field");
    }
    server.refund(&order, "k 1", "1").await.problem(422, "invalid_field");
    server.refund(&order, "k1", "0").await.problem(409, "refund_amount");
    let path = format!("/admin/v1/orders/{}/refunds", order["orderId"].as_str().unwrap());
    let without_reason = json!({ "key": "k1", "amount": "all", "reason": "" });
    server.admin().post(&path, without_reason).await.problem(422, "invalid_field");
    let stranger = Client { token: None, ..server.admin() };
    stranger.post(&path, json!({})).await.problem(401, "session_required");
    let unknown = server.admin().get("/admin/v1/orders/o-1/refunds").await;
    unknown.problem(404, "order_not_found");
    assert_eq!(database::number(&server.database(), "SELECT count(*) FROM refunds"), 0);
}

#[tokio::test]
async fn an_operator_gives_back_only_what_its_token_allows_and_its_name_stands_in_the_books() {
    let (server, order) = paid().await;
    let path = format!("/admin/v1/orders/{}/refunds", order["orderId"].as_str().unwrap());
    let ask = |key: &str, amount: &str| json!({ "key": key, "amount": amount, "reason": "broken" });
    let with = |token: &str| Client { token: Some(token.to_owned()), ..server.admin() };
    with(READING_TOKEN).get(&path).await.expect(200);
    with(READING_TOKEN).post(&path, ask("k1", "1")).await.problem(403, "scope_required");
    let too_much = (REFUND_LIMIT + 1).to_string();
    for amount in [too_much.as_str(), "all"] {
        with(LIMITED_TOKEN).post(&path, ask("k1", amount)).await.problem(403, "refund_limit");
    }
    let taken = with(LIMITED_TOKEN).post(&path, ask("k1", &REFUND_LIMIT.to_string())).await.expect(202);
    assert_eq!(taken["refunds"][0]["requestedBy"], "trainee");
}

#[tokio::test]
async fn an_unknown_refund_is_found_by_asking() {
    let (server, order) = paid().await;
    server.wallet.next_refund(Give::TakeAndLoseAnswer);
    server.refund(&order, "k1", "700").await.expect(202);
    server.run_jobs().await;
    assert_eq!(status(&server, &order, 0).await, "unknown");
    server.refund(&order, "k2", "1801").await.problem(409, "refund_amount");
    server.pass(CONFIRM).await;
    assert_eq!(status(&server, &order, 0).await, "succeeded");
    assert_eq!(server.wallet.book().refund_calls, 1);
}

#[tokio::test]
async fn a_refund_that_never_came_is_sent_again_to_the_byte() {
    let (server, order) = paid().await;
    server.wallet.next_refund(Give::TakeAndLoseAnswer);
    server.refund(&order, "k1", "700").await.expect(202);
    server.run_jobs().await;
    let taken = server.wallet.book().refunds.remove("k1").unwrap();
    server.pass(Duration::from_secs(20)).await;
    assert_eq!(status(&server, &order, 0).await, "succeeded");
    assert_eq!(server.wallet.refund("k1").bodies, taken.bodies);
}

#[tokio::test]
async fn a_refusal_on_a_repeat_says_nothing_about_the_first_sending() {
    let (server, order) = paid().await;
    server.wallet.next_refund(Give::LoseRequest);
    server.wallet.next_refund(Give::Refuse("REFUND_WINDOW_EXCEED"));
    server.refund(&order, "k1", "700").await.expect(202);
    server.pass(Duration::from_secs(11)).await;
    assert_eq!(server.wallet.book().refund_calls, 2);
    assert_eq!(status(&server, &order, 0).await, "unknown");
    server.pass(Duration::from_secs(20)).await;
    assert_eq!(status(&server, &order, 0).await, "succeeded");
}

#[tokio::test]
async fn a_refusal_at_once_fails_and_is_told() {
    let (server, order) = paid().await;
    server.wallet.next_refund(Give::Refuse("REFUND_WINDOW_EXCEED"));
    server.refund(&order, "k1", "700").await.expect(202);
    server.run_jobs().await;
    let refunds = server.refunds(&order).await;
    assert_eq!(refunds["refunds"][0]["code"], "REFUND_WINDOW_EXCEED");
    assert_eq!(
        (refunds["refunds"][0]["status"].as_str(), refunds["refundable"].as_str()),
        (Some("failed"), Some("2500"))
    );
    let listed = server.admin().get("/admin/v1/orders?attention=true").await.expect(200);
    assert_eq!(listed["orders"][0]["attention"], "refund_not_done");
    server.refund(&order, "k2", "700").await.expect(202);
    server.pass(CONFIRM).await;
    assert_eq!(status(&server, &order, 1).await, "succeeded");
}

#[tokio::test]
async fn a_refund_that_was_taken_may_still_fail() {
    let (server, order) = paid().await;
    server.refund(&order, "k1", "700").await.expect(202);
    server.run_jobs().await;
    assert_eq!(status(&server, &order, 0).await, "accepted");
    server.wallet.end_refund("k1", "PROCESSING");
    server.pass(CONFIRM).await;
    assert_eq!(status(&server, &order, 0).await, "accepted");
    server.wallet.end_refund("k1", "FAIL");
    server.pass(CONFIRM).await;
    assert_eq!(status(&server, &order, 0).await, "failed");
}

#[tokio::test]
async fn without_balance_the_operator_tops_up_and_sends_the_same_again() {
    let (server, order) = paid().await;
    server.wallet.next_refund(Give::Refuse("PARTNER_BALANCE_NOT_ENOUGH"));
    server.refund(&order, "k1", "700").await.expect(202);
    server.run_jobs().await;
    assert_eq!(status(&server, &order, 0).await, "needs_attention");
    assert_eq!(server.refunds(&order).await["refundable"], "1800", "it still counts");
    server.refund(&order, "k1", "700").await.expect(202);
    server.pass(CONFIRM).await;
    assert_eq!(status(&server, &order, 0).await, "succeeded");
    let listed = server.admin().get("/admin/v1/orders?attention=true").await.expect(200);
    assert_eq!(listed["orders"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn what_is_paid_twice_is_given_back_once() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 1)]).await;
    let first = server.requests(&order).await.remove(0);
    server.wallet.finish(&first, "FAIL", Some("RISK_REJECT"));
    server.returned(&shopper, &order, "4000").await;
    server.run_jobs().await;
    let path = format!("/shop/v1/orders/{}/payments", order["orderId"].as_str().unwrap());
    shopper.post(&path, json!({ "after": order["attempt"]["attemptId"] })).await.expect(201);
    let second = server.requests(&order).await.remove(1);
    for request in [&second, &first, &first] {
        server.wallet.finish(request, "SUCCESS", None);
        server.wallet.notify(&server.client(), request).await;
    }
    server.pass(CONFIRM).await;
    let refunds = server.refunds(&order).await;
    assert_eq!(refunds["refunds"].as_array().unwrap().len(), 1);
    assert_eq!(refunds["refunds"][0]["status"], "succeeded");
    assert_eq!(refunds["refunds"][0]["requestedBy"], "server");
    assert_eq!(server.wallet.refund(&first).amount, json!({ "currency": "PHP", "value": "1000" }));
    assert_eq!(server.read(&shopper, &order).await["status"], "paid");
    assert_eq!(refunds["refundable"], "1000", "the payment that counts can still be given back");
}

#[tokio::test]
async fn a_crash_between_storing_and_sending_a_refund_gives_back_once() {
    let (mut server, order) = paid().await;
    server.wallet.next_refund(Give::Hang);
    server.refund(&order, "k1", "700").await.expect(202);
    let app = server.app();
    let job = tokio::spawn(async move { merchant_server::jobs::run_due(&app).await });
    until(|| server.wallet.book().refund_calls > 0).await;
    let stored = "SELECT count(*) FROM refunds WHERE refund_request IS NOT NULL AND sendings = 0";
    assert_eq!(database::number(&server.database(), stored), 1, "written before it is sent");
    job.abort();
    assert!(job.await.is_err());
    server.crash_and_restart().await;
    server.wallet.next_refund(Give::Refuse("REFUND_AMOUNT_EXCEED"));
    server.run_jobs().await;
    assert_eq!(status(&server, &order, 0).await, "unknown", "a refusal of what was sent before ends nothing");
    server.pass(CONFIRM).await;
    assert_eq!(status(&server, &order, 0).await, "succeeded");
    assert_eq!(server.wallet.book().refunds.len(), 1);
}

#[tokio::test]
async fn the_command_line_gives_back_through_the_running_server() {
    let (server, order) = paid().await;
    let folder = server.folder().to_owned();
    std::fs::write(folder.join("shop.toml"), CONFIG).unwrap();
    let refund = |amount: &[&str]| {
        let mut command = server.program();
        command.args(["--config", "shop.toml", "refund", order["orderId"].as_str().unwrap()]).args(amount);
        command.args(["--reason", "broken", "--key", "k1", "--operator", "maria"]);
        command.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let program = refund(&["--amount", "700"]).spawn().unwrap();
    let database = server.database();
    until(|| database::number(&database, "SELECT count(*) FROM refunds") == 1).await;
    // The program has the machine's time, which isn't the test's.
    server.advance_to_machine_time();
    server.pass(CONFIRM).await;
    let output = tokio::task::spawn_blocking(move || program.wait_with_output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with("₱7.00  given back\n"), "{said}");
    let again = refund(&["--all"]).output().unwrap();
    assert!(again.status.success());
    assert!(String::from_utf8(again.stderr).unwrap().contains("this key was used before"));
    let other = refund(&["--amount", "1"]).output().unwrap();
    assert!(String::from_utf8(other.stderr).unwrap().contains("choose a new one"));
    assert_eq!(server.wallet.book().refund_calls, 1);
}

#[tokio::test]
async fn the_database_itself_refuses_to_give_back_more_than_was_paid() {
    let (server, order) = paid().await;
    server.refund(&order, "k1", "2000").await.expect(202);
    let database = server.database();
    let more = |amount: u32| {
        database.run(&format!(
            "INSERT INTO refunds (wallet, refund_request_id, order_id, attempt_id, number, amount, reason, requested_by,
                                  requested_at, status, status_at, sendings)
             SELECT wallet, 'x', order_id, id, 9, {amount}, pay_request, '', 0, 'requested', 0, 0 FROM attempts"
        ))
    };
    assert!(more(501).unwrap_err().contains("refunds never exceed what was paid"));
    let change = |sql: &str| database.run(sql).unwrap_err();
    assert!(change("UPDATE refunds SET amount = 1").contains("keeps its ids and amount"));
    assert!(change("DELETE FROM refunds").contains("kept"));
    server.run_jobs().await;
    assert!(change("UPDATE refunds SET refund_request = NULL").contains("keeps its bytes"));
    more(500).unwrap();
}
