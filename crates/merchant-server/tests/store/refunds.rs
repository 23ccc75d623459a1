//! Refunds: kept with their bytes, each key for one.

use merchant_core::lifecycle::{Event, RefundAnswer, RefundId, RefundWord, Sending, StoredCall, WalletName};
use merchant_server::store::{Committed, Conflict};

use crate::support::{Shop, accepted, decided, key, paid, priced, refund, refund_units, refused};

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

fn taken(name: &str) -> Event {
    let answer = RefundAnswer::Taken { refund_id: RefundId::new(format!("f-{name}")).unwrap() };
    Event::RefundAnswered { refund: key(name), sending: Sending::First, answer }
}

fn told(name: &str, word: RefundWord) -> Event {
    Event::RefundTold { refund: key(name), word }
}

pub async fn a_refund_of_units_is_loaded_with_what_it_gives_back_of_each_part(shop: Shop) {
    shop.place(priced("o1", "ana", &[("TEA", 3), ("MUG", 1)])).await;
    let order = shop.load("o1").await;
    let order = shop.happen(&order, accepted(&order, "p1")).await;
    let mut order = shop.happen(&order, paid(&order)).await;
    for event in [
        refund_units("k1", &[("TEA", 2)], true, true),
        refund("k2", 100),
        taken("k1"),
        refund_units("k3", &[("TEA", 1)], false, false),
    ] {
        let commit = decided(&order, event);
        let expected = commit.change.order.clone();
        assert!(matches!(shop.store.commit(commit).await.unwrap(), Committed::Done(_)));
        order = shop.load("o1").await;
        assert_eq!(order, expected);
    }
    let amounts: Vec<_> = order.refunds.iter().map(|refund| refund.amount.value()).collect();
    assert_eq!(amounts, [2 * 995 + 80, 100, 995], "a tea is a third of 2985");
}

pub async fn units_come_back_with_the_change_that_ends_their_refund(shop: Shop) {
    let order = shop.paid("o1", "ana", &[("TEA", 3), ("MUG", 2)]).await;
    let order = shop.happen(&order, refund_units("k1", &[("TEA", 2), ("MUG", 1)], false, true)).await;
    let order = shop.happen(&order, taken("k1")).await;
    assert_eq!((shop.stock_of("o1", "TEA").await, shop.stock_of("o1", "MUG").await), ((27, 0, 3), (8, 0, 2)));
    let end = told("k1", RefundWord::Success { refund_id: None });
    let (first, second) = (decided(&order, end.clone()), decided(&order, end));
    assert!(matches!(shop.store.commit(first).await.unwrap(), Committed::Done(_)));
    assert_eq!(
        refused(shop.store.commit(second).await.unwrap()),
        Conflict::Version,
        "at once by two servers"
    );
    assert_eq!((shop.stock_of("o1", "TEA").await, shop.stock_of("o1", "MUG").await), ((29, 0, 1), (9, 0, 1)));
    let order = shop.load("o1").await;
    let order = shop.happen(&order, refund_units("k2", &[("TEA", 1)], false, true)).await;
    let order = shop.happen(&order, taken("k2")).await;
    let order = shop.happen(&order, told("k2", RefundWord::Fail { text: None })).await;
    let order = shop.happen(&order, refund_units("k3", &[("TEA", 1)], false, false)).await;
    let order = shop.happen(&order, taken("k3")).await;
    shop.happen(&order, told("k3", RefundWord::Success { refund_id: None })).await;
    assert_eq!(shop.stock_of("o1", "TEA").await, (29, 0, 1), "neither brings anything back");
    let variant = shop.store.catalog().await.unwrap().unwrap();
    let variant = variant.products.iter().find(|product| product.id == "tea").unwrap().variants[0].clone();
    assert_eq!((variant.on_hand, variant.reserved), (29, 0), "they can be bought again");
}
