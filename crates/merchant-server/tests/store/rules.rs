//! What the store refuses by itself, whatever a decision says: the last line of defence.
//!
//! Each test commits a change that no decision of ours makes.

use merchant_core::lifecycle::{
    AttemptState, Event, NewAttempt, Order, OrderState, RefundAnswer, RefundState, RefundWord, Sending,
    StockMove,
};
use merchant_server::store::{Commit, Conflict};

use crate::support::{
    NOW, Shop, accepted, decided, failed, key, new_attempt, refund, refund_units, refused, units,
};

/// A commit that changes the order like this and nothing else.
fn forged(order: &Order, change: impl FnOnce(&mut Order)) -> Commit {
    let mut commit = decided(order, Event::PayByReached);
    commit.change.jobs.clear();
    commit.change.audit.clear();
    commit.change.order = order.clone();
    commit.change.order.version += 1;
    change(&mut commit.change.order);
    commit
}

async fn refuses(shop: &Shop, commit: Commit) {
    let before = shop.load("o1").await;
    let error = shop.store.commit(commit).await.expect_err("no store takes this");
    assert!(!error.to_string().is_empty());
    assert_eq!(shop.load("o1").await, before, "nothing of it was kept");
}

pub async fn paid_is_never_left(shop: Shop) {
    let order = shop.paid("o1", "ana", &[("TEA", 1)]).await;
    refuses(&shop, forged(&order, |order| order.state = OrderState::Expired { at: NOW })).await;
}

pub async fn an_attempt_is_never_written_twice(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let mut commit = forged(&order, |_| {});
    let other_bytes = new_attempt("other").pay_request;
    commit.change.new_attempt = Some(NewAttempt { pay_request: other_bytes, ..new_attempt("o1") });
    refuses(&shop, commit).await;
    let kept = shop.store.pay_request(&order.attempts[0].id).await.unwrap();
    assert_eq!(kept, Some(new_attempt("o1").pay_request));
}

pub async fn an_order_has_one_live_attempt(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let order = shop.happen(&order, accepted(&order, "p1")).await;
    let mut ended = order.clone();
    ended.attempts[0].state = AttemptState::Failed { at: NOW, code: "x".into() };
    let request =
        Event::PaymentRequested { after: order.attempts[0].id.clone(), next: new_attempt("second") };
    let mut commit = decided(&ended, request);
    commit.change.order.attempts[0].state = order.attempts[0].state.clone();
    refuses(&shop, commit).await;
    let order = shop.happen(&order, failed(&order)).await;
    let request =
        Event::PaymentRequested { after: order.attempts[0].id.clone(), next: new_attempt("second") };
    shop.happen(&order, request).await;
}

pub async fn refunds_never_exceed_what_was_paid(shop: Shop) {
    let order = shop.paid("o1", "ana", &[("TEA", 2)]).await;
    let order = shop.happen(&order, refund("k1", 1_500)).await;
    let mut too_much = decided(&order, refund("k2", 500));
    too_much.change.order.refunds[1].amount = units(501);
    refuses(&shop, too_much).await;
    let order = shop.happen(&order, refund("k2", 500)).await;
    assert_eq!(order.refunds.len(), 2);
    let unpaid = shop.placed("o2", "ben", &[("TEA", 2)]).await;
    let mut of_unpaid = forged(&unpaid, |_| {});
    of_unpaid.change.order.refunds = order.refunds;
    of_unpaid.change.order.refunds.truncate(1);
    of_unpaid.change.order.refunds[0].id = key("k9");
    of_unpaid.change.order.refunds[0].attempt = unpaid.attempts[0].id.clone();
    shop.store.commit(of_unpaid).await.expect_err("nothing was paid");
}

pub async fn a_refund_keeps_its_terms_and_its_end(shop: Shop) {
    let order = shop.paid("o1", "ana", &[("TEA", 2)]).await;
    let order = shop.happen(&order, refund("k1", 500)).await;
    let cheaper = forged(&order, |order| order.refunds[0].amount = units(1));
    shop.store.commit(cheaper).await.unwrap();
    let order = shop.load("o1").await;
    assert_eq!(order.refunds[0].amount, units(500), "an amount is written once");
    let taken = Event::RefundAnswered {
        refund: key("k1"),
        sending: Sending::First,
        answer: RefundAnswer::Unknown { reason: String::new() },
    };
    let order = shop.happen(&order, taken).await;
    let told = Event::RefundTold { refund: key("k1"), word: RefundWord::Success { refund_id: None } };
    let order = shop.happen(&order, told).await;
    refuses(&shop, forged(&order, |order| order.refunds[0].state = RefundState::Unknown { at: NOW })).await;
}

pub async fn a_unit_is_given_back_once(shop: Shop) {
    let order = shop.paid("o1", "ana", &[("TEA", 3), ("MUG", 1)]).await;
    let order = shop.happen(&order, refund_units("k1", &[("TEA", 2)], false, false)).await;
    let mut too_many = decided(&order, refund("k2", 100));
    let share = too_many.change.order.refunds[1].share.as_mut().unwrap();
    share.lines[0].units = 2;
    refuses(&shop, too_many).await;
    let changed = forged(&order, |order| {
        order.refunds[0].restock = true;
        order.refunds[0].share.as_mut().unwrap().lines[0].units = 1;
    });
    shop.store.commit(changed).await.unwrap();
    let kept = shop.load("o1").await;
    assert_eq!(kept.refunds, order.refunds, "what it gives back is written once");
    let order = shop.happen(&kept, refund_units("k2", &[("TEA", 1), ("MUG", 1)], false, false)).await;
    assert_eq!(order.refunds.len(), 2);
}

pub async fn stock_is_never_more_than_it_is(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 2)]).await;
    let too_many = [
        StockMove::Release("TEA".into(), 3),
        StockMove::Sell("TEA".into(), 3),
        StockMove::Restock("TEA".into(), 1),
    ];
    for moved in too_many {
        let mut commit = forged(&order, |_| {});
        commit.change.stock = vec![moved];
        refuses(&shop, commit).await;
    }
    let mut of_nothing = forged(&order, |_| {});
    of_nothing.change.stock = vec![StockMove::Release("NONE".into(), 1)];
    let conflict = refused(shop.store.commit(of_nothing).await.unwrap());
    assert_eq!(conflict, Conflict::OutOfStock("NONE".into()));
    assert_eq!(shop.stock_of("o1", "TEA").await, (30, 2, 0));
}
