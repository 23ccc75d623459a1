//! Messages between us and the wallets: kept with what they led to, or beside it, to the byte and in order.

use merchant_server::evidence::{Direction, Wire, WireMessage};
use merchant_server::store::{Commit, Conflict, KeptMessage, StoryExchange};
use shop_api::OrderId;

use crate::support::{NOW, Shop, accepted, decided, done, refused};

fn sent(operation: &str) -> WireMessage {
    WireMessage {
        direction: Direction::Sent,
        operation: operation.into(),
        uri: format!("/v2/{operation}"),
        client_id: "SHOP".into(),
        time: "2026-05-28T20:26:40Z".into(),
        signature: "algorithm=RSA256, signature=abc".into(),
        status: None,
        // Bytes are no text.
        body: vec![0, 255, b'{', 0xC3, 0x28],
        at: NOW,
        verdict: "sent".into(),
    }
}

fn answer(operation: &str) -> WireMessage {
    WireMessage {
        direction: Direction::Received,
        client_id: String::new(),
        signature: String::new(),
        status: Some(200),
        at: NOW.plus_millis(8),
        verdict: "accepted".into(),
        ..sent(operation)
    }
}

pub fn exchange(about: &str, operation: &str) -> Wire {
    Wire { about: about.into(), messages: vec![sent(operation), answer(operation)] }
}

fn kept(wire: Wire) -> Vec<KeptMessage> {
    let about = wire.about;
    wire.messages
        .into_iter()
        .map(|message| KeptMessage { about: about.clone(), message, erased: false })
        .collect()
}

pub async fn messages_are_kept_with_what_they_led_to_and_beside_it(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let other = shop.placed("o2", "ben", &[("TEA", 1)]).await;
    let paying = || Commit { wire: exchange("a-o1", "pay"), ..decided(&order, accepted(&order, "p1")) };
    done(shop.store.commit(paying()).await.unwrap());
    assert_eq!(refused(shop.store.commit(paying()).await.unwrap()), Conflict::Version);
    shop.store.keep_wire(&order.id, exchange("a-o1", "inquiryPayment")).await.unwrap();
    shop.store.keep_wire(&order.id, Wire::default()).await.unwrap();
    let expected = [kept(exchange("a-o1", "pay")), kept(exchange("a-o1", "inquiryPayment"))].concat();
    assert_eq!(shop.store.wire(&order.id).await.unwrap(), expected);
    assert!(shop.store.wire(&other.id).await.unwrap().is_empty());

    let exchanges = shop.store.story(&order.id).await.unwrap().exchanges;
    assert_eq!(exchanges.len(), 4);
    let first = StoryExchange {
        at: NOW,
        direction: "sent".into(),
        operation: "pay".into(),
        about: "a-o1".into(),
        http_status: None,
        verdict: "sent".into(),
    };
    assert_eq!(exchanges[0], first);
    assert_eq!((exchanges[3].direction.as_str(), exchanges[3].http_status), ("received", Some(200)));
}

pub async fn messages_about_no_order_are_refused(shop: Shop) {
    let nobodys = OrderId::from("nobody's");
    let error =
        shop.store.keep_wire(&nobodys, exchange("a", "pay")).await.expect_err("there is no such order");
    assert!(!error.to_string().is_empty());
    assert!(shop.store.wire(&nobodys).await.unwrap().is_empty());
}
