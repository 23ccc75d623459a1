//! What counts against limits: coupons and customers' units, used with an order and free again when it ends.

use merchant_core::lifecycle::{
    CustomerLimits, Event, FulfilmentStage, FulfilmentStep, Order, Placement, Tracking,
};
use merchant_core::pricing::Dealings;
use merchant_server::store::{Committed, Conflict, DealingsQuestion};
use shop_api::Timestamp;

use crate::support::{
    NOW, Shop, accepted, address, code, customer, failed, paid, placement, priced, refused,
};

async fn dealings(shop: &Shop, by: &str, since: Timestamp) -> Dealings {
    let (skus, coupon) = (vec!["TEA".into(), "MUG".into()], Some(code()));
    shop.store.dealings(DealingsQuestion { customer: customer(by), skus, since, coupon }).await.unwrap()
}

fn counted(tea: u32, mug: u32, uses: u32, by_customer: u32) -> Dealings {
    Dealings {
        units: vec![("TEA".into(), tea), ("MUG".into(), mug)],
        coupon_uses: uses,
        coupon_uses_by_customer: by_customer,
    }
}

async fn placed(shop: &Shop, placement: Placement) -> Order {
    let id = placement.order_id.clone();
    assert!(matches!(shop.place(placement).await, Committed::Done(_)));
    shop.load(id.as_str()).await
}

pub async fn every_part_of_an_order_is_loaded_as_it_was_committed(shop: Shop) {
    let placing = priced("o1", "ana", &[("TEA", 2), ("MUG", 1)]);
    let (lines, breakdown) = (placing.lines.clone(), placing.breakdown.clone());
    let order = placed(&shop, placing).await;
    assert_eq!((&order.lines, &order.breakdown, order.total), (&lines, &breakdown, breakdown.total()));
    assert_eq!((order.coupon.clone(), order.address.clone()), (Some(code()), Some(address())));
    let order = shop.happen(&order, accepted(&order, "p1")).await;
    let order = shop.happen(&order, paid(&order)).await;
    let step = FulfilmentStep {
        stage: FulfilmentStage::Shipped,
        tracking: Tracking::parse("LBC 1234"),
        operator: "maria".into(),
    };
    let order = shop.happen(&order, Event::Fulfilled(step)).await;
    let fulfilment = order.fulfilment.unwrap();
    assert_eq!((fulfilment.stage, fulfilment.at), (FulfilmentStage::Shipped, NOW));
    assert_eq!(fulfilment.tracking.unwrap().as_str(), "LBC 1234");
    let before = merchant_server::store::OrderPage { before: None, limit: 9, attention_only: false };
    assert_eq!(shop.store.list_orders(before).await.unwrap()[0].total, order.total);
}

pub async fn uses_and_units_count_until_an_order_ends_unpaid(shop: Shop) {
    assert_eq!(dealings(&shop, "ana", NOW).await, counted(0, 0, 0, 0));
    shop.paid("o2", "ana", &[("TEA", 3), ("MUG", 1)]).await;
    let order = placed(&shop, priced("o1", "ana", &[("TEA", 2)])).await;
    placed(&shop, priced("o3", "ben", &[("TEA", 4)])).await;
    assert_eq!(dealings(&shop, "ana", NOW).await, counted(5, 1, 2, 1));
    assert_eq!(
        dealings(&shop, "ana", NOW.plus_millis(1)).await,
        counted(0, 0, 2, 1),
        "older orders count no more"
    );
    assert_eq!(dealings(&shop, "ben", NOW).await, counted(4, 0, 2, 1));
    let order = shop.happen(&order, failed(&order)).await;
    shop.happen(&order, Event::CancelRequested).await;
    assert_eq!(dealings(&shop, "ana", NOW).await, counted(3, 1, 1, 0), "given back");
}

pub async fn a_coupon_is_used_by_a_customer_as_often_as_one_may(shop: Shop) {
    placed(&shop, priced("o1", "ana", &[("TEA", 1)])).await;
    let again = priced("o2", "ana", &[("MUG", 1)]);
    assert_eq!(refused(shop.place(again).await), Conflict::CouponUsedUp);
    for by in ["ben", "chloe"] {
        placed(&shop, priced(&format!("of-{by}"), by, &[("TEA", 1)])).await;
    }
    assert_eq!(refused(shop.place(priced("o3", "dan", &[("TEA", 1)])).await), Conflict::CouponUsedUp);
    assert_eq!(dealings(&shop, "dan", NOW).await, counted(0, 0, 3, 0), "nothing of it was kept");
}

pub async fn a_customer_has_a_limited_number_of_units(shop: Shop) {
    let limited = |id: &str, quantity: u32, since: Timestamp| {
        let limits = vec![("TEA".into(), quantity, 5)];
        Placement {
            customer_limits: CustomerLimits { limits, since },
            despite_open_order: Some("o1".into()),
            ..placement(id, "ana", &[("TEA", quantity)])
        }
    };
    placed(&shop, limited("o1", 3, NOW)).await;
    assert_eq!(refused(shop.place(limited("o2", 3, NOW)).await), Conflict::CustomerLimit("TEA".into()));
    placed(&shop, limited("o3", 2, NOW)).await;
    let others = Placement { customer: customer("ben"), ..limited("o4", 5, NOW) };
    placed(&shop, others).await;
    let later = Placement { despite_open_order: Some("o3".into()), ..limited("o5", 5, NOW.plus_millis(1)) };
    placed(&shop, later).await;
}
