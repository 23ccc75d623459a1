//! A decision kept: everything it changes, or nothing. All is checked before anything is changed.

use merchant_core::lifecycle::{Guard, Order};

use super::books::Books;
use super::rules::{admit, refuse};
use super::{World, erasing};
use crate::store::{Commit, Committed, Conflict, StoreError, StoryEvent};

pub(super) fn commit(world: &mut World, commit: Commit) -> Result<Committed, StoreError> {
    if let Some(conflict) = conflict(world, &commit) {
        return Ok(Committed::Refused(conflict));
    }
    let events = events(&commit);
    let change = commit.change;
    if commit.expected_version == 0 {
        check_new(world, &change.order)?;
    }
    Books::check(&change.postings)?;
    if commit
        .subscribers
        .iter()
        .any(|subscriber| change.announcements.iter().any(|told| subscriber.wants(told.kind)))
    {
        world.outbox.check(&change.announcements)?;
    }
    if change.erases {
        erasing::erase(world, &change.order, commit.now)?;
    }
    let order = admit(&world.orders, change.order, change.new_attempt.as_ref())?;
    let stock = match world.goods.after(&change.stock)? {
        Ok(stock) => stock,
        Err(conflict) => return Ok(Committed::Refused(conflict)),
    };
    if let Some(moved) = &change.coupon {
        world.orders.move_coupon(moved)?;
    }
    world.goods.set_stock(stock);
    world.books.append(&order.customer.wallet, Some(&order), &change.postings, commit.now);
    world.outbox.append(&order.id, &change.announcements, &commit.subscribers, commit.now);
    world.wire.append(&order.id, commit.wire);
    world.orders.keep(order, change.new_attempt.as_ref(), events, commit.now);
    if let Some(job) = &commit.job {
        world.jobs.end_claim(job);
    }
    for job in &change.jobs {
        world.jobs.change(job);
    }
    if let Some(job) = &commit.job {
        world.jobs.delete_unless_wanted(job);
    }
    if let Some(entry) = commit.inbox {
        world.shoppers.record(entry);
    }
    Ok(Committed::Done(change.run_now.and_then(|key| world.jobs.claim_now(&key, commit.now))))
}

/// What stands against it, the order's version and the job's fence first.
fn conflict(world: &World, commit: &Commit) -> Option<Conflict> {
    let order = &commit.change.order;
    if commit.expected_version == 0 {
        if let Some(other) = world.orders.of_quote(&order.quote_id) {
            return Some(Conflict::QuoteUsed(other.clone()));
        }
    } else if world.orders.get(&order.id).is_none_or(|kept| kept.order.version != commit.expected_version) {
        return Some(Conflict::Version);
    }
    if commit.job.as_ref().is_some_and(|job| !world.jobs.is_held(job)) {
        return Some(Conflict::Fence);
    }
    commit.change.guards.iter().find_map(|guard| broken(world, order, guard))
}

/// What a guard that doesn't hold says.
fn broken(world: &World, order: &Order, guard: &Guard) -> Option<Conflict> {
    match guard {
        Guard::CatalogIs(revision) => {
            (world.goods.revision() != *revision).then_some(Conflict::CatalogChanged)
        }
        Guard::CouponUsesBelow(code, most) => {
            (world.orders.coupon_uses(code) >= *most).then_some(Conflict::CouponUsedUp)
        }
        Guard::CouponUsesByCustomerBelow(customer, code, most) => {
            (world.orders.coupon_uses_by(customer, code) >= *most).then_some(Conflict::CouponUsedUp)
        }
        Guard::CustomerLimit { customer, sku, wanted, most, since } => {
            let held = world.orders.units_of(customer, sku, *since);
            (held.saturating_add(*wanted) > *most).then(|| Conflict::CustomerLimit(sku.clone()))
        }
        Guard::NoOverlap { customer, skus, consented } => {
            let newest = world.orders.newest_overlap(customer, skus, &order.id);
            newest.filter(|found| Some(*found) != consented.as_ref()).cloned().map(Conflict::Overlap)
        }
        Guard::OpenOrdersBelow(customer, limit) => {
            let open = world.orders.unresolved_of(customer, &order.id).count();
            (open >= *limit as usize).then_some(Conflict::TooManyOpenOrders)
        }
        Guard::PaymentIdIsNew(wallet, payment) => {
            world.orders.holder_of_payment(wallet, payment).map(|_| Conflict::PaymentIdTaken)
        }
        Guard::NothingToDeliver => world.outbox.is_pending(&order.id).then_some(Conflict::MessagePending),
        Guard::RefundKeyIsNew(wallet, key) => {
            let of_refund = world.orders.order_of_refund(wallet, key).cloned();
            let as_request = merchant_core::lifecycle::PaymentRequestId::new(key.as_str()).ok();
            let of_payment = as_request.and_then(|id| world.orders.find_attempt(wallet, &id));
            let holders = of_refund.into_iter().chain(of_payment.map(|(order, _)| order));
            holders.into_iter().any(|holder| holder != order.id).then_some(Conflict::RefundKeyTaken)
        }
    }
}

fn check_new(world: &World, order: &Order) -> Result<(), StoreError> {
    if world.orders.get(&order.id).is_some() {
        return Err(refuse("an order's id is its own"));
    }
    if order.lines.iter().any(|line| world.goods.stock(&line.sku).is_none()) {
        return Err(refuse("an order's lines are of things that there are"));
    }
    Ok(())
}

fn events(commit: &Commit) -> Vec<StoryEvent> {
    let events = commit.change.audit.iter().map(|entry| StoryEvent {
        at: commit.now,
        version: commit.change.order.version,
        actor: entry.actor.as_str().to_owned(),
        kind: entry.kind.to_owned(),
        attempt_id: entry.attempt.clone(),
        detail: entry.detail.clone(),
    });
    events.collect()
}
