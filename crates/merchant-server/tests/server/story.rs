//! What `orders show` tells of an order: everything, on one screen.

use std::time::Duration;

use merchant_core::announcements::EventKind;

use crate::refunds::CONFIG;
use crate::support::{Receiver, TestServer};

#[tokio::test]
async fn an_orders_whole_life_is_on_one_screen() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_telling(vec![receiver.endpoint("erp", &[EventKind::Paid])]).await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("TEA-S", 2), ("MUG", 1)]).await;
    let first = server.requests(&order).await.remove(0);
    server.wallet.finish(&first, "FAIL", Some("RISK_REJECT"));
    server.wallet.notify(&server.client(), &first).await;
    server.clock.advance(Duration::from_secs(60));
    let (id, attempt) = (order["orderId"].as_str().unwrap(), order["attempt"]["attemptId"].as_str().unwrap());
    let again = serde_json::json!({ "after": attempt });
    shopper.post(&format!("/shop/v1/orders/{id}/payments"), again).await.expect(201);
    let second = server.requests(&order).await.remove(1);
    server.wallet.finish(&second, "SUCCESS", None);
    server.wallet.notify(&server.client(), &second).await;
    server.clock.advance(Duration::from_secs(60));
    server.refund(&order, "R-1", "700").await.expect(202);
    server.pass(Duration::from_secs(6)).await;
    server.deliver().await;

    let folder = server.folder().to_owned();
    std::fs::write(folder.join("shop.toml"), CONFIG).unwrap();
    let mut command = server.program();
    let output = command.args(["--config", "shop.toml", "orders", "show", id]).current_dir(&folder).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    insta::assert_snapshot!(named(&String::from_utf8(output.stdout).unwrap()));
}

/// The text with each unguessable id called by a name of its own, in the order of their coming.
fn named(text: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut named = String::new();
    let mut rest = text;
    let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='v');
    while let Some(start) = rest.find(is_digit) {
        named.push_str(&rest[..start]);
        let run = rest[start..].find(|c: char| !is_digit(c)).unwrap_or(rest.len() - start);
        let (word, after) = rest[start..].split_at(run);
        if word.len() == 35 {
            let place = names.iter().position(|name| name == word).unwrap_or_else(|| {
                names.push(word.to_owned());
                names.len() - 1
            });
            named.push_str(&format!("ID-{}", place + 1));
        } else {
            named.push_str(word);
        }
        rest = after;
    }
    named + rest
}
