//! Refunds: kept with their bytes, each key for one.

use merchant_server::lifecycle::{
    Event, RefundAnswer, RefundId, RefundWord, Sending, StoredCall, WalletName,
};
use merchant_server::store::{Committed, Conflict};

use crate::support::{Shop, decided, key, refund, refused};

pub async fn a_refund_is_loaded_as_it_was_committed(shop: Shop) {
    let mut order = shop.paid("o1", "ana", &[("TEA", 2)]).await;
    let id = || RefundId::new("f1").unwrap();
    let answered =
        |name: &str, answer| Event::RefundAnswered { refund: key(name), sending: Sending::First, answer };
    let steps = [
        refund("k1", 500),
        refund("k2", 700),
        answered("k1", RefundAnswer::Taken { refund_id: id() }),
        answered("k2", RefundAnswer::Refused { code: "PARTNER_BALANCE_NOT_ENOUGH".into() }),
        Event::RefundTold { refund: key("k1"), word: RefundWord::Success { refund_id: Some(id()) } },
        refund("k3", 300),
        answered("k3", RefundAnswer::Unknown { reason: "no answer".into() }),
        Event::RefundTold { refund: key("k3"), word: RefundWord::Fail { text: None } },
    ];
    for event in steps {
        let commit = decided(&order, event);
        let expected = commit.change.order.clone();
        assert!(matches!(shop.store.commit(commit).await.unwrap(), Committed::Done(_)));
        order = shop.load("o1").await;
        assert_eq!(order, expected);
    }
    assert_eq!(
        order.refunds.iter().map(|refund| refund.state.as_str()).collect::<Vec<_>>(),
        ["succeeded", "needs_attention", "failed"]
    );
}

pub async fn the_bytes_of_a_refund_are_kept_once(shop: Shop) {
    let order = shop.paid("o1", "ana", &[("TEA", 2)]).await;
    shop.happen(&order, refund("k1", 500)).await;
    let wallet = WalletName("w".into());
    assert_eq!(shop.store.refund_call(&wallet, &key("k1")).await.unwrap(), None);
    let call = |body: &str| StoredCall { uri: "/refund".into(), body: body.as_bytes().to_vec() };
    for body in ["first", "second"] {
        shop.store.keep_refund_call(&wallet, &key("k1"), call(body)).await.unwrap();
    }
    assert_eq!(shop.store.refund_call(&wallet, &key("k1")).await.unwrap(), Some(call("first")));
    shop.store.keep_refund_call(&wallet, &key("k2"), call("nobody's")).await.unwrap();
    assert_eq!(shop.store.refund_call(&wallet, &key("k2")).await.unwrap(), None);
}

pub async fn a_refunds_key_belongs_to_one_order(shop: Shop) {
    let first = shop.paid("o1", "ana", &[("TEA", 2)]).await;
    let second = shop.paid("o2", "ben", &[("TEA", 2)]).await;
    shop.happen(&first, refund("k1", 500)).await;
    for taken in ["k1", "r-o1"] {
        let refusal = refused(shop.commit(&second, refund(taken, 500)).await.unwrap());
        assert_eq!(refusal, Conflict::RefundKeyTaken, "{taken}");
    }
    assert_eq!(shop.load("o2").await, second);
}
