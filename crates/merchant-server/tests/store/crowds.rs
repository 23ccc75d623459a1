//! Many at once, some of them from another server: what must hold, holds, and nobody is stuck.

use std::sync::Arc;

use merchant_core::lifecycle::{Event, Placement};
use merchant_server::store::{Commit, Committed, Conflict, OrderPage};
use shop_api::{OrderId, QuoteId};
use tokio::task::JoinSet;

use crate::support::{
    NOW, Shop, accepted, catalog, catalog_with, decided, failed, new_order, paid, place_in, placement,
    priced, refund, units,
};

/// Commits all of them at once, every other one through another server; what became of each.
async fn at_once(shop: &Shop, commits: Vec<Commit>) -> Vec<Committed> {
    let stores = [Arc::clone(&shop.store), shop.another().await];
    let mut running = JoinSet::new();
    for (commit, store) in commits.into_iter().zip(stores.iter().cycle()) {
        let store = Arc::clone(store);
        running.spawn(async move { store.commit(commit).await.unwrap() });
    }
    running.join_all().await
}

fn done(all: &[Committed]) -> usize {
    all.iter().filter(|one| matches!(one, Committed::Done(_))).count()
}

fn conflicts(all: Vec<Committed>) -> Vec<Conflict> {
    let conflict = |one| match one {
        Committed::Refused(conflict) => Some(conflict),
        Committed::Done(_) => None,
    };
    all.into_iter().filter_map(conflict).collect()
}

pub async fn the_last_units_are_sold_once(shop: Shop) {
    let wanted = (0..24).map(|number| {
        new_order(placement(&format!("o{number}"), &format!("c{number}"), &[("STICKER", 1), ("MUG", 1)]))
    });
    let all = at_once(&shop, wanted.collect()).await;
    assert_eq!(done(&all), 10);
    assert!(conflicts(all).iter().all(|conflict| *conflict == Conflict::OutOfStock("MUG".into())));
    assert_eq!(shop.orders().await, 10);
    let page = OrderPage { before: None, limit: 1, attention_only: false };
    let any = shop.store.list_orders(page).await.unwrap()[0].order_id.0.clone();
    assert_eq!(shop.stock_of(&any, "MUG").await, (10, 10, 0));
    assert_eq!(shop.stock_of(&any, "STICKER").await, (100, 10, 0), "who got no mug kept no sticker");
}

pub async fn carts_in_any_order_dont_block_each_other(shop: Shop) {
    let catalog = catalog_with(&[("TEA", 900), ("MUG", 900), ("STICKER", 900), ("LAMP", 900)]);
    shop.store.import_catalog(catalog, false).await.unwrap();
    let mut cart = [("TEA", 1), ("MUG", 1), ("STICKER", 1), ("LAMP", 1)];
    let mut wanted = Vec::new();
    for number in 0..48 {
        cart.rotate_left(1);
        if number % 8 == 0 {
            cart.reverse();
        }
        let placement = placement(&format!("o{number}"), &format!("c{number}"), &cart);
        wanted.push(new_order(Placement { catalog_revision: 2, ..placement }));
    }
    let all = at_once(&shop, wanted).await;
    assert_eq!(done(&all), 48, "{all:?}");
    // What ends gives its units back while others are taken.
    let mut next = Vec::new();
    for number in 0..24 {
        let order = shop.load(&format!("o{number}")).await;
        next.push(decided(&order, failed(&order)));
        let placement = placement(&format!("n{number}"), &format!("d{number}"), &cart);
        next.push(new_order(Placement { catalog_revision: 2, ..placement }));
    }
    let all = at_once(&shop, next).await;
    assert_eq!(done(&all), 48, "{all:?}");
}

pub async fn of_two_orders_at_once_by_one_customer_one_is_told_of_the_other(shop: Shop) {
    for round in 0..10 {
        let customer = format!("c{round}");
        let ids = [format!("a{round}"), format!("b{round}")];
        let wanted = ids.iter().map(|id| new_order(placement(id, &customer, &[("STICKER", 1), ("TEA", 1)])));
        let all = at_once(&shop, wanted.collect()).await;
        assert_eq!(done(&all), 1, "{all:?}");
        let conflict = conflicts(all).remove(0);
        let Conflict::Overlap(other) = conflict else { panic!("{conflict:?}") };
        assert!(shop.store.load(&other).await.unwrap().is_some());
    }
}

pub async fn a_customers_limit_holds_for_orders_at_once(shop: Shop) {
    let to_be_paid = ["TEA", "MUG", "LAMP"];
    let wanted = to_be_paid.iter().map(|sku| {
        let mut placement = placement(&format!("o-{sku}"), "ana", &[(sku, 1)]);
        placement.max_open_orders = 2;
        new_order(placement)
    });
    let all = at_once(&shop, wanted.collect()).await;
    assert_eq!(done(&all), 2, "{all:?}");
    assert!(conflicts(all).iter().all(|conflict| *conflict == Conflict::TooManyOpenOrders));
}

pub async fn of_many_decisions_on_one_version_one_stands(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let order = shop.happen(&order, accepted(&order, "p1")).await;
    let events = [paid(&order), failed(&order), Event::CancelRequested, paid(&order), failed(&order)];
    let all = at_once(&shop, events.into_iter().map(|event| decided(&order, event)).collect()).await;
    assert_eq!(done(&all), 1);
    assert!(conflicts(all).iter().all(|conflict| *conflict == Conflict::Version));
    assert_eq!(shop.load("o1").await.version, order.version + 1);
}

pub async fn two_payments_cant_take_one_payment_id_at_once(shop: Shop) {
    for round in 0..10 {
        let mut commits = Vec::new();
        for name in ["a", "b"] {
            let id = format!("{name}{round}");
            let order = shop.placed(&id, &id, &[("TEA", 1)]).await;
            commits.push(decided(&order, accepted(&order, &format!("p{round}"))));
        }
        let all = at_once(&shop, commits).await;
        assert_eq!(done(&all), 1, "{all:?}");
        assert_eq!(conflicts(all), [Conflict::PaymentIdTaken]);
    }
}

pub async fn two_orders_cant_take_one_refund_key_at_once(shop: Shop) {
    for round in 0..5 {
        let mut commits = Vec::new();
        for name in ["a", "b"] {
            let order = shop.paid(&format!("{name}{round}"), &format!("{name}{round}"), &[("TEA", 1)]).await;
            commits.push(decided(&order, refund(&format!("k{round}"), 10)));
        }
        let all = at_once(&shop, commits).await;
        assert_eq!(done(&all), 1, "{all:?}");
        assert_eq!(conflicts(all), [Conflict::RefundKeyTaken]);
    }
}

pub async fn one_quote_ordered_many_times_at_once_is_one_order(shop: Shop) {
    let wanted = (0..6).map(|number| {
        let mut placement = placement(&format!("o{number}"), "ana", &[("TEA", 1)]);
        placement.quote_id = QuoteId::from("the-quote");
        new_order(placement)
    });
    let all = at_once(&shop, wanted.collect()).await;
    assert_eq!(done(&all), 1, "{all:?}");
    let order = shop.store.order_of_quote(&QuoteId::from("the-quote")).await.unwrap().unwrap();
    assert!(conflicts(all).iter().all(|conflict| *conflict == Conflict::QuoteUsed(order.clone())));
}

pub async fn claimers_at_once_share_the_jobs(shop: Shop) {
    for number in 0..25 {
        shop.placed(&format!("o{number}"), &format!("c{number}"), &[("TEA", 1)]).await;
    }
    let stores = [Arc::clone(&shop.store), shop.another().await];
    let due = NOW.plus_millis(10_000_000);
    let before = shop.store.counts(due).await.unwrap();
    let mut claiming = JoinSet::new();
    for number in 0..8 {
        let store = Arc::clone(&stores[number % 2]);
        claiming.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let jobs = store.claim_jobs(due, due.plus_millis(60_000), 3).await.unwrap();
                if jobs.is_empty() {
                    return mine;
                }
                mine.extend(jobs.into_iter().map(|job| job.token.id));
            }
        });
    }
    let mut all: Vec<_> = claiming.join_all().await.into_iter().flatten().collect();
    let claimed = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), claimed, "a job has one claimer");
    assert_eq!(u64::try_from(claimed).unwrap(), before.jobs);
}

pub async fn a_secret_asked_for_at_once_is_one(shop: Shop) {
    let stores = [Arc::clone(&shop.store), shop.another().await];
    let mut asking = JoinSet::new();
    for number in 0..8u8 {
        let store = Arc::clone(&stores[usize::from(number % 2)]);
        asking.spawn(async move { store.secret("key", vec![number]).await.unwrap() });
    }
    let mut all = asking.join_all().await;
    all.dedup();
    assert_eq!(all.len(), 1, "{all:?}");
}

/// An import comes while orders are placed: each order was priced by the catalogue that was the shop's then.
pub async fn orders_and_imports_at_once_agree_about_the_price(shop: Shop) {
    let other = shop.another().await;
    let mut dearer = catalog();
    dearer.products[3].variants[0].prices = [("PHP".to_owned(), units(2_000))].into();
    let importing = tokio::spawn(async move { other.import_catalog(dearer, false).await.unwrap() });
    let mut placing = JoinSet::new();
    for number in 0..20 {
        let store = Arc::clone(&shop.store);
        placing.spawn(async move {
            let placement = placement(&format!("o{number}"), &format!("c{number}"), &[("TEA", 1)]);
            place_in(&*store, placement).await.unwrap()
        });
    }
    let all = placing.join_all().await;
    importing.await.unwrap();
    let placed = done(&all);
    assert!(conflicts(all).iter().all(|conflict| *conflict == Conflict::CatalogChanged));
    assert_eq!(shop.orders().await, placed);
    let late = place_in(&*shop.store, placement("late", "zoe", &[("TEA", 1)])).await.unwrap();
    assert!(matches!(late, Committed::Refused(Conflict::CatalogChanged)));
    assert_eq!(shop.store.load(&OrderId::from("late")).await.unwrap(), None);
}

/// Its uses are counted one after the other, whoever places the order.
pub async fn the_last_uses_of_a_coupon_go_to_as_many(shop: Shop) {
    let mut placing = JoinSet::new();
    for number in 0..12 {
        let store = if number % 2 == 0 { Arc::clone(&shop.store) } else { shop.another().await };
        placing.spawn(async move {
            let placement = priced(&format!("o{number}"), &format!("c{number}"), &[("TEA", 1)]);
            place_in(&*store, placement).await.unwrap()
        });
    }
    let all = placing.join_all().await;
    assert_eq!(done(&all), 3, "it has three uses");
    assert!(conflicts(all).iter().all(|conflict| *conflict == Conflict::CouponUsedUp));
}
