//! What people look at: lists, stories, counts.

use merchant_core::lifecycle::{Attention, Order};
use merchant_server::store::{OrderPage, StockRow};
use shop_api::{OrderId, Sku};

use crate::support::{NOW, Shop, accepted, customer, decided, failed, paid};

fn ids(orders: &[Order]) -> Vec<&str> {
    orders.iter().map(|order| order.id.as_str()).collect()
}

pub async fn a_customers_unpaid_orders_come_first(shop: Shop) {
    shop.placed("unpaid", "ana", &[("TEA", 1)]).await;
    for id in ["paid-1", "paid-2", "paid-3"] {
        shop.paid(id, "ana", &[("MUG", 1)]).await;
    }
    shop.placed("bens", "ben", &[("TEA", 1)]).await;
    let ana = customer("ana");
    let all = shop.store.orders_of(&ana, 10).await.unwrap();
    assert_eq!(ids(&all), ["paid-3", "paid-2", "paid-1", "unpaid"]);
    let two = shop.store.orders_of(&ana, 2).await.unwrap();
    assert_eq!(ids(&two), ["paid-3", "unpaid"], "the unpaid one is in it, the newest stands first");
    assert_eq!(two[1], shop.load("unpaid").await);
    assert!(shop.store.orders_of(&customer("cid"), 10).await.unwrap().is_empty());
}

pub async fn all_orders_are_listed_in_pages(shop: Shop) {
    for number in 0..7 {
        shop.placed(&format!("o{number}"), "ana", &[("STICKER", 1)]).await;
    }
    let odd = shop.load("o3").await;
    let mut commit = decided(&odd, merchant_core::lifecycle::Event::PayByReached);
    commit.change.order.attention = Some(Attention::Unresolved);
    shop.store.commit(commit).await.unwrap();
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let page = OrderPage { before, limit: 3, attention_only: false };
        let orders = shop.store.list_orders(page).await.unwrap();
        let Some(last) = orders.last() else { break };
        before = Some(last.number);
        seen.extend(orders.into_iter().map(|order| order.order_id.0));
    }
    assert_eq!(seen, ["o6", "o5", "o4", "o3", "o2", "o1", "o0"]);
    let page = OrderPage { before: None, limit: 3, attention_only: true };
    let attention = shop.store.list_orders(page).await.unwrap();
    assert_eq!(attention.len(), 1);
    assert_eq!(attention[0].order_id, odd.id);
    assert_eq!(attention[0].attention.as_deref(), Some("unresolved"));
    assert_eq!((attention[0].currency.as_str(), attention[0].wallet.as_str()), ("PHP", "w"));
    assert_eq!((attention[0].total, attention[0].created_at), (odd.total, NOW));
}

pub async fn a_story_tells_events_stock_and_jobs(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 2), ("MUG", 1)]).await;
    shop.placed("o2", "ben", &[("LAMP", 1)]).await;
    shop.happen(&order, accepted(&order, "p1")).await;
    let story = shop.store.story(&order.id).await.unwrap();
    let kinds: Vec<_> = story.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds[..2], ["order_placed", "attempt_written"]);
    assert!(kinds.len() > 2 && story.events.iter().all(|event| event.at == NOW));
    assert_eq!(story.events[0].actor, "shopper");
    assert!(story.events.is_sorted_by_key(|event| event.version));
    assert_eq!(story.events[1].attempt_id.as_ref(), Some(&order.attempts[0].id));
    let row = |sku: &str, on_hand, reserved| StockRow { sku: Sku::from(sku), on_hand, reserved, sold: 0 };
    assert_eq!(story.stock, [row("MUG", 10, 1), row("TEA", 30, 2)]);
    // Of sending, which is claimed, nothing is due; what is left stands in the order in which it falls due.
    assert!(story.jobs.is_sorted_by_key(|job| job.due_at.unwrap_or(shop_api::Timestamp(u64::MAX))));
    let claimed: Vec<_> = story.jobs.iter().filter(|job| job.due_at.is_none()).collect();
    assert!(claimed.iter().all(|job| job.tries == 1), "{:?}", story.jobs);
    let expiry = story.jobs.iter().find(|job| job.kind == "expire_order").unwrap();
    assert_eq!((expiry.due_at, expiry.tries, &expiry.subject_id), (Some(order.pay_by), 0, &None));
    let nothing = shop.store.story(&OrderId::from("o3")).await.unwrap();
    assert!(nothing.events.is_empty() && nothing.stock.is_empty() && nothing.jobs.is_empty());
}

pub async fn versions_are_told_of_many_orders_at_once(shop: Shop) {
    let mut ids: Vec<OrderId> = (0..67).map(|number| OrderId(format!("o{number}"))).collect();
    for id in &ids {
        shop.placed(id.as_str(), "ana", &[("STICKER", 1)]).await;
    }
    let first = shop.placed("first", "ana", &[("TEA", 1)]).await;
    shop.happen(&first, accepted(&first, "p1")).await;
    ids.push(first.id.clone());
    ids.push(OrderId::from("nobody's"));
    let mut versions = shop.store.versions_of(&ids).await.unwrap();
    versions.sort();
    assert_eq!(versions.len(), 68);
    assert_eq!(versions.iter().find(|(id, _)| *id == first.id).unwrap().1, first.version + 1);
    for few in 0..4 {
        assert_eq!(shop.store.versions_of(&ids[..few]).await.unwrap().len(), few);
    }
}

pub async fn counts_count(shop: Shop) {
    assert_eq!(shop.store.counts(NOW).await.unwrap(), Default::default());
    let first = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let second = shop.placed("o2", "ben", &[("TEA", 1)]).await;
    shop.placed("o3", "cid", &[("TEA", 1)]).await;
    shop.paid("o4", "dan", &[("TEA", 1)]).await;
    shop.happen(&first, accepted(&first, "p1")).await;
    let ended = shop.happen(&second, failed(&second)).await;
    let counts = shop.store.counts(NOW).await.unwrap();
    assert_eq!(counts.live_attempts, [("creating".to_owned(), 1), ("open".to_owned(), 1)]);
    assert_eq!(counts.unresolved_since, Some(NOW), "of the one whose cashier isn't known");
    assert_eq!(counts.attention, 0);
    let jobs = counts.jobs;
    assert!(jobs >= 3, "{jobs}");
    assert_eq!(counts.overdue_jobs, 0, "what is claimed isn't overdue");
    let mut odd = decided(&ended, paid(&ended));
    odd.change.order.attention = Some(Attention::SuccessTakenBack);
    shop.store.commit(odd).await.unwrap();
    let later = shop.store.counts(NOW.plus_millis(10_000_000)).await.unwrap();
    assert_eq!(later.attention, 1);
    assert!(later.overdue_jobs > 0 && later.overdue_jobs < later.jobs);
}
