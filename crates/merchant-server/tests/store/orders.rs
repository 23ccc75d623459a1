//! Orders and attempts: what was committed is what is loaded, and what may not be is refused whole.

use merchant_core::lifecycle::{
    CustomerLimits, Event, Order, OrderState, PayAnswer, PaymentRequestId, PaymentWord, Placement,
    ReturnHint, Sending, WalletName,
};
use merchant_core::pricing::{CouponCode, CouponHit};
use merchant_server::store::{Committed, Conflict, DealingsQuestion};
use shop_api::{AttemptId, OrderId, QuoteId};

use crate::support::{
    NOW, Shop, accepted, catalog, customer, decided, done, failed, new_attempt, new_order, paid, placement,
    refused, said, token,
};

pub async fn an_order_is_loaded_as_it_was_committed(shop: Shop) {
    let placing = new_order(placement("o1", "ana", &[("TEA", 2), ("MUG", 1)]));
    let placed = placing.change.order.clone();
    let claim = token(shop.store.commit(placing).await.unwrap());
    assert_eq!(claim.fence, 1, "the first sending is claimed by whoever placed the order");
    let mut order = shop.load("o1").await;
    assert_eq!(order, placed);
    let steps: [fn(&Order) -> Event; 6] = [
        |order| accepted(order, "p1"),
        |order| Event::Returned { attempt: order.attempts[0].id.clone(), hint: ReturnHint::parse("9000") },
        |_| Event::PayByReached,
        |order| Event::InquiryUnanswered { attempt: order.attempts[0].id.clone(), reason: "busy".into() },
        failed,
        |order| Event::PaymentRequested { after: order.attempts[0].id.clone(), next: new_attempt("second") },
    ];
    for step in steps {
        let commit = decided(&order, step(&order));
        let expected = commit.change.order.clone();
        assert!(matches!(shop.store.commit(commit).await.unwrap(), Committed::Done(_)));
        order = shop.load("o1").await;
        assert_eq!(order, expected);
    }
    let unknown = PayAnswer::Unknown { reason: "no answer".into() };
    let attempt = order.attempts[1].id.clone();
    let answered = Event::PayAnswered { attempt, sending: Sending::First, answer: unknown };
    order = shop.happen(&order, answered).await;
    order = shop.happen(&order, Event::CancelRequested).await;
    assert!(order.given_up_at.is_some() && order.attempts[1].cancelling.is_some());
    let expected = decided(&order, paid(&order)).change.order;
    order = shop.happen(&order, paid(&order)).await;
    assert_eq!(order, expected, "paid after the shopper gave it up, and being refunded");
    assert_eq!(order.refunds.len(), 1);
    assert_eq!(shop.store.load(&OrderId::from("o2")).await.unwrap(), None);
}

pub async fn a_commit_against_an_old_version_changes_nothing(shop: Shop) {
    let first = shop.placed("o1", "ana", &[("TEA", 2)]).await;
    let second = shop.happen(&first, accepted(&first, "p1")).await;
    let late = decided(&first, failed(&first));
    assert_eq!(refused(shop.store.commit(late).await.unwrap()), Conflict::Version);
    assert_eq!(shop.load("o1").await, second);
    assert_eq!(shop.stock_of("o1", "TEA").await, (30, 2, 0));
}

pub async fn a_quote_becomes_one_order(shop: Shop) {
    shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let mut again = placement("o2", "ana", &[("TEA", 1)]);
    again.quote_id = QuoteId::from("q-o1");
    assert_eq!(refused(shop.place(again).await), Conflict::QuoteUsed(OrderId::from("o1")));
    assert_eq!(shop.store.order_of_quote(&QuoteId::from("q-o1")).await.unwrap(), Some(OrderId::from("o1")));
    assert_eq!(shop.store.order_of_quote(&QuoteId::from("q-o2")).await.unwrap(), None);
    assert_eq!(shop.orders().await, 1);
}

pub async fn an_order_priced_by_an_older_catalogue_is_refused(shop: Shop) {
    shop.store.import_catalog(catalog(), false).await.unwrap();
    let mut placement = placement("o1", "ana", &[("TEA", 1)]);
    assert_eq!(refused(shop.place(placement.clone()).await), Conflict::CatalogChanged);
    assert_eq!(shop.orders().await, 0);
    placement.catalog_revision = shop.store.catalog().await.unwrap().unwrap().revision;
    assert_eq!(placement.catalog_revision, 2);
    done(shop.place(placement).await);
}

pub async fn what_a_customer_ordered_counts_until_it_is_given_up(shop: Shop) {
    let limited = |id: &str, by: &str, wanted: u32| Placement {
        customer_limits: CustomerLimits { limits: vec![("TEA".into(), wanted, 3)], since: NOW },
        ..placement(id, by, &[("TEA", wanted)])
    };
    done(shop.place(limited("o1", "ana", 2)).await);
    let more = Placement { despite_open_order: Some("o1".into()), ..limited("o2", "ana", 2) };
    assert_eq!(refused(shop.place(more).await), Conflict::CustomerLimit("TEA".into()));
    done(shop.place(limited("o3", "ben", 3)).await);
    let asked = DealingsQuestion {
        customer: customer("ana"),
        skus: vec!["TEA".into(), "MUG".into()],
        since: NOW,
        coupon: None,
    };
    let dealings = shop.store.dealings(asked.clone()).await.unwrap();
    assert_eq!(dealings.units, [("TEA".into(), 2), ("MUG".into(), 0)]);
    let later = DealingsQuestion { since: NOW.plus_millis(1), ..asked.clone() };
    assert_eq!(shop.store.dealings(later).await.unwrap().units[0].1, 0);
    shop.gives_up("o1").await;
    assert_eq!(shop.store.dealings(asked).await.unwrap().units[0].1, 0);
    done(shop.place(limited("o4", "ana", 3)).await);
}

pub async fn a_coupon_is_used_as_often_as_it_may_be_and_given_back_with_the_order(shop: Shop) {
    let code = CouponCode::parse("TEATIME").unwrap();
    let with = |id: &str, by: &str| Placement {
        coupon: Some(CouponHit { code: code.clone(), uses: Some(2), uses_per_customer: Some(1) }),
        ..placement(id, by, &[("STICKER", 1), ("TEA", 1)])
    };
    done(shop.place(with("o1", "ana")).await);
    let again = Placement { despite_open_order: Some("o1".into()), ..with("o2", "ana") };
    assert_eq!(refused(shop.place(again).await), Conflict::CouponUsedUp);
    done(shop.place(with("o3", "ben")).await);
    assert_eq!(refused(shop.place(with("o4", "cleo")).await), Conflict::CouponUsedUp);
    let asked = |by: &str| DealingsQuestion {
        customer: customer(by),
        skus: Vec::new(),
        since: NOW,
        coupon: Some(code.clone()),
    };
    let dealings = shop.store.dealings(asked("ana")).await.unwrap();
    assert_eq!((dealings.coupon_uses, dealings.coupon_uses_by_customer), (2, 1));
    shop.gives_up("o1").await;
    let dealings = shop.store.dealings(asked("ana")).await.unwrap();
    assert_eq!((dealings.coupon_uses, dealings.coupon_uses_by_customer), (1, 0));
    done(shop.place(with("o4", "cleo")).await);
}

pub async fn more_than_there_is_is_refused_whole(shop: Shop) {
    let greedy = refused(shop.place(placement("o1", "ana", &[("TEA", 3), ("LAMP", 2), ("MUG", 1)])).await);
    assert_eq!(greedy, Conflict::OutOfStock("LAMP".into()));
    assert_eq!(shop.orders().await, 0);
    shop.placed("o2", "ana", &[("TEA", 1), ("MUG", 1), ("LAMP", 1)]).await;
    let stock = shop.stock("o2").await;
    assert_eq!(stock.iter().map(|row| row.reserved).collect::<Vec<_>>(), [1, 1, 1]);
}

pub async fn an_overlap_with_an_unpaid_order_needs_consent_to_the_newest(shop: Shop) {
    shop.placed("o1", "ana", &[("TEA", 1), ("MUG", 1)]).await;
    shop.placed("ben", "ben", &[("TEA", 1)]).await;
    shop.placed("o2", "ana", &[("STICKER", 1), ("LAMP", 1)]).await;
    let overlapping = |consented: Option<&str>| {
        let mut placement = placement("o3", "ana", &[("MUG", 1), ("TEA", 1)]);
        placement.despite_open_order = consented.map(OrderId::from);
        shop.place(placement)
    };
    assert_eq!(refused(overlapping(None).await), Conflict::Overlap(OrderId::from("o1")));
    assert_eq!(refused(overlapping(Some("o2")).await), Conflict::Overlap(OrderId::from("o1")));
    assert!(matches!(overlapping(Some("o1")).await, Committed::Done(_)));
    let mut fourth = placement("o4", "ana", &[("TEA", 1)]);
    fourth.despite_open_order = Some(OrderId::from("o1"));
    assert_eq!(refused(shop.place(fourth).await), Conflict::Overlap(OrderId::from("o3")));
}

pub async fn a_customer_has_a_limited_number_of_unpaid_orders(shop: Shop) {
    let limited = |id: &str, sku: &str| {
        let mut placement = placement(id, "ana", &[(sku, 1)]);
        placement.max_open_orders = 2;
        placement
    };
    for (id, sku) in [("o1", "TEA"), ("o2", "MUG")] {
        assert!(matches!(shop.place(limited(id, sku)).await, Committed::Done(_)));
    }
    assert_eq!(refused(shop.place(limited("o3", "LAMP")).await), Conflict::TooManyOpenOrders);
    let order = shop.load("o1").await;
    let order = shop.happen(&order, accepted(&order, "p1")).await;
    shop.happen(&order, paid(&order)).await;
    assert!(matches!(shop.place(limited("o3", "LAMP")).await, Committed::Done(_)));
}

pub async fn a_payment_id_belongs_to_one_attempt(shop: Shop) {
    let (first, second) =
        (shop.placed("o1", "ana", &[("TEA", 1)]).await, shop.placed("o2", "ben", &[("TEA", 1)]).await);
    shop.happen(&first, accepted(&first, "p1")).await;
    let taken = shop.commit(&second, accepted(&second, "p1")).await.unwrap();
    assert_eq!(refused(taken), Conflict::PaymentIdTaken);
    assert_eq!(shop.load("o2").await, second);
}

pub async fn the_bytes_of_a_payment_are_found_by_its_attempt(shop: Shop) {
    shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let request = new_attempt("o1");
    let found = shop.store.pay_request(&request.id).await.unwrap();
    assert_eq!(found, Some(request.pay_request));
    assert_eq!(shop.store.pay_request(&AttemptId("a-o2".into())).await.unwrap(), None);
    let wallet = WalletName("w".into());
    let find = |wallet: WalletName, id: PaymentRequestId| {
        let store = &shop.store;
        async move { store.find_attempt(&wallet, &id).await.unwrap() }
    };
    let known = find(wallet.clone(), request.payment_request_id.clone()).await;
    assert_eq!(known, Some((OrderId::from("o1"), request.id)));
    assert_eq!(find(WalletName("v".into()), request.payment_request_id).await, None);
    assert_eq!(find(wallet, PaymentRequestId::new("r-o2").unwrap()).await, None);
}

pub async fn what_was_paid_is_sold_and_what_ended_unpaid_is_free_again(shop: Shop) {
    shop.paid("o1", "ana", &[("TEA", 2), ("MUG", 1)]).await;
    assert_eq!(shop.stock_of("o1", "TEA").await, (28, 0, 2));
    let order = shop.placed("o2", "ben", &[("TEA", 5)]).await;
    assert_eq!(shop.stock_of("o2", "TEA").await, (28, 5, 2));
    let order = shop.happen(&order, accepted(&order, "p2")).await;
    let order = shop.happen(&order, Event::CancelRequested).await;
    let ended = shop.happen(&order, said(&order, PaymentWord::Cancelled)).await;
    assert_eq!(ended.state, OrderState::Cancelled { at: NOW });
    assert_eq!(shop.stock_of("o2", "TEA").await, (28, 0, 2));
}

pub async fn a_nul_in_what_a_wallet_says_is_no_obstacle(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let refusal = PayAnswer::Refused { code: "RISK\0REJECT".into() };
    let attempt = order.attempts[0].id.clone();
    shop.happen(&order, Event::PayAnswered { attempt, sending: Sending::First, answer: refusal }).await;
    let story = shop.store.story(&OrderId::from("o1")).await.unwrap();
    let tells = |detail: &str| detail.contains("RISK") && detail.contains("REJECT");
    assert!(story.events.iter().any(|event| tells(&event.detail)), "{:?}", story.events);
    assert_eq!(shop.store.load(&OrderId("o1\0".into())).await.unwrap(), None);
}
