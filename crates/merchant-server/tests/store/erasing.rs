//! Erasing what is personal: gone for good, once, and only of what is over; what is counted stays.

use std::sync::Arc;

use merchant_core::lifecycle::{
    ERASED, Event, FulfilmentStage, FulfilmentStep, Order, RefundAnswer, RefundId, RefundWord, Refusal,
    Schedule, Sending, StillNeeded, StoredCall, Tracking, WalletName, decide,
};
use merchant_server::store::{Commit, Conflict, Forgotten, InboxEntry, InboxVerdict, MessageEnd, SessionRow};
use merchant_server::webhooks::Subscriber;
use shop_api::{OrderId, Timestamp};

use crate::outbox::subscribers;
use crate::shoppers::quote;
use crate::support::{
    NOW, Shop, accepted, committing, customer, decided, done, erasure, key, paid, priced, refund, refused,
    told_to,
};
use crate::wire::exchange;

fn wallet() -> WalletName {
    WalletName("w".into())
}

fn call() -> StoredCall {
    StoredCall { uri: "/refund".into(), body: b"what is sent".to_vec() }
}

/// Asked for, taken, and confirmed; told to those who want to hear.
async fn give_back(shop: &Shop, order: &Order, name: &str, to: &Arc<[Subscriber]>) -> Order {
    let (id, sending) = (key(name), Sending::First);
    let answer = RefundAnswer::Taken { refund_id: RefundId::new(format!("f-{name}")).unwrap() };
    let events = [
        refund(name, 50),
        Event::RefundAnswered { refund: id.clone(), sending, answer },
        Event::RefundTold { refund: id.clone(), word: RefundWord::Success { refund_id: None } },
    ];
    for event in events {
        let order = shop.load(order.id.as_str()).await;
        let commit = Commit { wire: exchange(name, "refund"), ..decided(&order, event) };
        done(shop.store.commit(told_to(to, commit)).await.unwrap());
        shop.store.keep_refund_call(&wallet(), &id, call()).await.unwrap();
    }
    shop.load(order.id.as_str()).await
}

fn shipped(tracking: &str) -> Event {
    let tracking = Tracking::parse(tracking);
    Event::Fulfilled(FulfilmentStep { stage: FulfilmentStage::Shipped, tracking, operator: "maria".into() })
}

/// An order with all that can be personal, and over.
async fn over(shop: &Shop, id: &str, by: &str) -> Order {
    done(shop.place(priced(id, by, &[("TEA", 1)])).await);
    let order = shop.load(id).await;
    let commit = decided(&order, accepted(&order, &format!("p-{id}")));
    done(shop.store.commit(Commit { wire: exchange(&format!("a-{id}"), "pay"), ..commit }).await.unwrap());
    let order = shop.load(id).await;
    let inbox = InboxEntry {
        wallet: wallet(),
        body: format!("what the wallet told of {id}").into_bytes(),
        received_at: NOW,
        verdict: InboxVerdict::Applied,
        attempt: Some(order.attempts[0].id.clone()),
    };
    done(shop.store.commit(Commit { inbox: Some(inbox), ..decided(&order, paid(&order)) }).await.unwrap());
    let order = shop.happen(&shop.load(id).await, shipped("LBC 1234")).await;
    give_back(shop, &order, &format!("k-{id}"), &Arc::default()).await
}

pub async fn what_was_personal_of_an_order_is_gone_and_what_is_counted_stays(shop: Shop) {
    let before = over(&shop, "o1", "ana").await;
    let other = over(&shop, "o2", "ben").await;
    let story = shop.store.story(&before.id).await.unwrap();
    let expected = decided(&before, erasure()).change.order;
    let after = shop.happen(&before, erasure()).await;
    assert_eq!(after, expected, "it is loaded as it was decided");
    assert_eq!((&after.address, after.erased_at), (&None, Some(NOW)));
    assert_eq!(after.fulfilment.as_ref().unwrap().tracking, None);
    assert_eq!(after.refunds[0].reason, ERASED);
    assert_ne!(after.customer, before.customer);
    assert_eq!((&after.attempts, &after.lines, after.total), (&before.attempts, &before.lines, before.total));
    assert_eq!((after.state, after.refunds[0].amount), (before.state, before.refunds[0].amount));
    assert_eq!(shop.store.pay_request(&after.attempts[0].id).await.unwrap(), None, "it is never sent again");
    assert_eq!(shop.store.refund_call(&wallet(), &key("k-o1")).await.unwrap(), None);
    let wire = shop.store.wire(&after.id).await.unwrap();
    let said: Vec<_> = wire.iter().map(|kept| kept.message.operation.clone()).collect();
    assert_eq!(said, [["pay"; 2].as_slice(), &["refund"; 6]].concat());
    for kept in wire {
        let message = kept.message;
        assert!(kept.erased && message.body.is_empty() && message.uri.is_empty(), "{message:?}");
        assert_eq!((message.signature.as_str(), message.verdict.as_str()), ("", ERASED));
    }
    let told = shop.store.story(&after.id).await.unwrap();
    let (last, earlier) = told.events.split_last().unwrap();
    assert!(earlier.len() > 5 && earlier.iter().all(|event| event.detail == ERASED), "{earlier:?}");
    let last = (last.actor.as_str(), last.kind.as_str(), last.detail.as_str());
    assert_eq!(last, ("operator", "personal_data_erased", "by maria"));
    assert_eq!((told.entries, told.stock), (story.entries, story.stock));
    assert!(told.exchanges.iter().all(|exchange| exchange.verdict == ERASED));
    assert!(shop.store.orders_of(&customer("ana"), 9).await.unwrap().is_empty());
    assert!(shop.store.order_ids_of(&customer("ana")).await.unwrap().is_empty());
    assert_eq!(shop.load("o2").await, other, "another order is as it was");
    assert!(shop.store.pay_request(&other.attempts[0].id).await.unwrap().is_some());
    let Some(database) = &shop.database else { return };
    let found = database.number("SELECT count(*) FROM orders WHERE customer = 'ana'");
    assert_eq!(found, 0, "the customer's id is gone");
}

pub async fn what_comes_after_an_erasure_is_kept_and_opens(shop: Shop) {
    let order = over(&shop, "o1", "ana").await;
    let order = shop.happen(&order, erasure()).await;
    let order = shop.happen(&order, shipped("LBC 5678")).await;
    assert_eq!(order.fulfilment.as_ref().unwrap().tracking, Tracking::parse("LBC 5678"));
    let order = give_back(&shop, &order, "late", &subscribers()).await;
    assert_eq!(shop.store.refund_call(&wallet(), &key("late")).await.unwrap(), Some(call()));
    assert_eq!((order.refunds[0].reason.as_str(), order.refunds[1].reason.as_str()), (ERASED, "broken"));
    let claimed = shop.store.claim_messages("erp", NOW, NOW.plus_millis(9), 9).await.unwrap();
    assert!(claimed.iter().any(|claimed| claimed.body.starts_with(b"{\"type\":\"order.refunded\"")));
    shop.store.keep_wire(&order.id, exchange("late", "inquiryRefund")).await.unwrap();
    let wire = shop.store.wire(&order.id).await.unwrap();
    let (erased, kept) = wire.split_at(8);
    assert!(erased.iter().all(|kept| kept.erased) && kept.len() == 8 && !kept.iter().any(|kept| kept.erased));
    assert_eq!(kept[7].message, exchange("late", "inquiryRefund").messages[1]);
    let events = shop.store.story(&order.id).await.unwrap().events;
    assert!(events.iter().any(|event| event.kind == "fulfilment" && event.detail.contains("LBC 5678")));
}

pub async fn what_is_not_over_is_not_erased(shop: Shop) {
    let why = |order: &Order| match decide(order, erasure(), NOW, &Schedule::default()) {
        Err(Refusal::StillNeeded(why)) => why,
        other => panic!("{other:?}"),
    };
    let waiting = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    assert_eq!(why(&waiting), StillNeeded::Unresolved);
    let order = shop.paid("o2", "ben", &[("TEA", 1)]).await;
    let erasable = decided(&order, erasure());
    let refunding = shop.happen(&order, refund("k1", 100)).await;
    assert_eq!(why(&refunding), StillNeeded::RefundOpen);
    // No decision of ours: the store refuses by itself.
    for order in [waiting, refunding] {
        let mut change = erasable.change.clone();
        change.order.version = order.version + 1;
        change.order = Order {
            customer: change.order.customer,
            version: order.version + 1,
            erased_at: Some(NOW),
            ..order.clone()
        };
        let forged = committing(change, order.version, NOW);
        shop.store.commit(forged).await.expect_err("what may be sent again stays");
        assert_eq!(shop.load(order.id.as_str()).await, order);
    }
}

pub async fn a_message_that_waits_holds_an_erasure_up(shop: Shop) {
    let order = over(&shop, "o1", "ana").await;
    let order = give_back(&shop, &order, "k2", &subscribers()).await;
    assert!(shop.store.erasable(NOW.plus_millis(1), 9).await.unwrap().is_empty());
    assert_eq!(refused(shop.commit(&order, erasure()).await.unwrap()), Conflict::MessagePending);
    assert_eq!(shop.load("o1").await, order, "nothing was erased");
    for claimed in shop.store.claim_messages("erp", NOW, NOW.plus_millis(9), 9).await.unwrap() {
        let claim = (claimed.number, claimed.fence);
        assert!(shop.store.end_message(claim, MessageEnd::Parked, "HTTP 500".into(), NOW).await.unwrap());
    }
    assert_eq!(shop.store.erasable(NOW.plus_millis(1), 9).await.unwrap(), std::slice::from_ref(&order.id));
    let id = shop.store.story(&order.id).await.unwrap().messages[0].id.clone();
    shop.happen(&order, erasure()).await;
    assert!(shop.store.story(&order.id).await.unwrap().messages.is_empty());
    assert_eq!(shop.store.resend_message(&id, None, NOW).await.unwrap(), 0, "it is sent no more");
    assert_eq!(shop.store.counts(NOW).await.unwrap().parked_messages, 0);
}

pub async fn an_order_is_erased_once(shop: Shop) {
    let order = over(&shop, "o1", "ana").await;
    let (first, second) = (decided(&order, erasure()), decided(&order, erasure()));
    done(shop.store.commit(first).await.unwrap());
    assert_eq!(refused(shop.store.commit(second).await.unwrap()), Conflict::Version);
    let erased = shop.load("o1").await;
    assert!(
        decide(&erased, erasure(), NOW, &Schedule::default()).unwrap().is_empty(),
        "nothing is left to do"
    );
    let mut again = decided(&order, erasure()).change;
    again.order = Order { version: erased.version + 1, ..again.order };
    shop.store.commit(committing(again, erased.version, NOW)).await.expect_err("once");
    let Some(database) = &shop.database else { return };
    for change in [
        "customer = 'ana'",
        "erased_at = NULL",
        "erased_at = 5",
        "seal_key = (SELECT body FROM wire LIMIT 1)",
    ] {
        let error = database.run(&format!("UPDATE orders SET {change} WHERE id = 'o1'")).unwrap_err();
        assert!(error.contains("until it is erased, once"), "{change}: {error}");
    }
    over(&shop, "o2", "ben").await;
    for change in ["customer = 'eve'", "seal_key = (SELECT body FROM wire LIMIT 1)", "erased_at = 5"] {
        let error = database.run(&format!("UPDATE orders SET {change} WHERE id = 'o2'")).unwrap_err();
        assert!(error.contains("until it is erased, once"), "{change}: {error}");
    }
}

pub async fn what_can_be_erased_is_found_the_longest_unchanged_first(shop: Shop) {
    let at = |millis: u64| NOW.plus_millis(millis);
    let change = async |id: &str, event: Event, now: Timestamp| {
        let order = shop.load(id).await;
        let change = decide(&order, event, now, &Schedule::default()).unwrap();
        done(shop.store.commit(committing(change, order.version, now)).await.unwrap());
    };
    for id in ["o1", "o2", "o3"] {
        over(&shop, id, id).await;
    }
    shop.placed("unpaid", "ana", &[("TEA", 1)]).await;
    shop.paid("refunding", "ben", &[("TEA", 1)]).await;
    change("refunding", refund("open", 10), NOW).await;
    shop.placed("given-up", "eve", &[("TEA", 1)]).await;
    shop.gives_up("given-up").await;
    change("o1", shipped("LBC 9"), at(50)).await;
    let found = async |before: u64, limit: u32| {
        let ids = shop.store.erasable(at(before), limit).await.unwrap();
        ids.into_iter().map(|id: OrderId| id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(0, 9).await, [""; 0]);
    assert_eq!(found(1, 9).await, ["o2", "o3", "given-up"]);
    assert_eq!(found(51, 9).await, ["o2", "o3", "given-up", "o1"]);
    assert_eq!(found(51, 3).await, ["o2", "o3", "given-up"]);
    change("o2", erasure(), at(60)).await;
    assert_eq!(found(99, 9).await, ["o3", "given-up", "o1"], "what is erased is erased");
    for id in found(99, 9).await {
        let order = shop.load(&id).await;
        assert!(decide(&order, erasure(), at(99), &Schedule::default()).unwrap().erases, "{id}");
    }
}

pub async fn a_customers_sessions_and_quotes_are_forgotten(shop: Shop) {
    let session = |number: u8, by: &str| SessionRow {
        token_hash: [number; 32],
        customer: customer(by),
        created_at: NOW,
        expires_at: NOW.plus_millis(9),
    };
    for (number, by) in [(1, "ana"), (2, "ana"), (3, "ben")] {
        shop.store.add_session(session(number, by)).await.unwrap();
        shop.store.add_quote(quote(&format!("q{number}"), by, NOW)).await.unwrap();
    }
    let forgotten = shop.store.forget_customer(&customer("ana")).await.unwrap();
    assert_eq!(forgotten, Forgotten { sessions: 2, quotes: 2 });
    for number in [1, 2] {
        assert_eq!(shop.store.session([number; 32]).await.unwrap(), None);
        assert_eq!(shop.store.quote(&format!("q{number}").as_str().into()).await.unwrap(), None);
    }
    assert!(shop.store.session([3; 32]).await.unwrap().is_some());
    assert!(shop.store.quote(&"q3".into()).await.unwrap().is_some());
    assert_eq!(shop.store.forget_customer(&customer("ana")).await.unwrap(), Forgotten::default());
}
