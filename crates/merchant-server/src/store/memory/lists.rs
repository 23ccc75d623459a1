//! What people look at: lists, stories, counts.

use std::collections::BTreeSet;

use merchant_core::lifecycle::{Attention, FAR_FUTURE, OrderState, Subject};
use merchant_core::pricing::Dealings;
use shop_api::{OrderId, Sku, Timestamp};

use super::World;
use super::jobs::Row;
use super::orders::Kept;
use crate::store::limits::STORY_EVENTS;
use crate::store::{Counts, DealingsQuestion, OrderPage, OrderSummary, Story, StoryJob};

pub(super) fn list(world: &World, page: OrderPage) -> Vec<OrderSummary> {
    let orders = world.orders.before(page.before.unwrap_or(i64::MAX), page.attention_only);
    orders.take(page.limit as usize).map(summary).collect()
}

fn summary(kept: &Kept) -> OrderSummary {
    let order = &kept.order;
    let status = match order.state {
        OrderState::AwaitingPayment if order.given_up_at.is_some() => "cancelling",
        state => state.as_str(),
    };
    OrderSummary {
        number: kept.number,
        order_id: order.id.clone(),
        status: status.to_owned(),
        attention: order.attention.map(|reason| Attention::code(reason).to_owned()),
        currency: order.currency.code.clone(),
        total: order.total,
        created_at: order.created_at,
        wallet: order.customer.wallet.0.clone(),
    }
}

pub(super) fn story(world: &World, id: &OrderId) -> Story {
    let Some(kept) = world.orders.get(id) else { return Story::default() };
    let skus: BTreeSet<_> = kept.order.lines.iter().map(|line| &line.sku).collect();
    Story {
        events: kept.events.iter().take(STORY_EVENTS as usize).cloned().collect(),
        stock: skus.into_iter().filter_map(|sku| world.goods.stock(sku)).cloned().collect(),
        jobs: world.jobs.of_order(id).into_iter().map(job).collect(),
        entries: world.books.of_order(id),
        messages: world.outbox.of_order(id),
        exchanges: world.wire.summaries(id),
    }
}

fn job(row: &Row) -> StoryJob {
    StoryJob {
        kind: row.key.kind.as_str().to_owned(),
        subject_id: match &row.key.about {
            Subject::Order => None,
            Subject::Attempt(id) => Some(id.as_str().to_owned()),
            Subject::Refund(id) => Some(id.as_str().to_owned()),
        },
        due_at: (row.due_at != FAR_FUTURE).then_some(row.due_at),
        tries: row.fence,
    }
}

pub(super) fn counts(world: &World, now: Timestamp) -> Counts {
    let live = world.orders.live_attempts().iter().filter(|(_, listed)| !listed.is_empty());
    let unknown = live.clone().filter(|(status, _)| Counts::is_unknown(status));
    Counts {
        unresolved_since: unknown.filter_map(|(_, listed)| listed.first()).map(|(at, _)| *at).min(),
        live_attempts: live.map(|(status, listed)| ((*status).to_owned(), listed.len() as u64)).collect(),
        attention: world.orders.count_attention() as u64,
        jobs: world.jobs.count() as u64,
        overdue_jobs: world.jobs.count_overdue(now) as u64,
        pending_messages: world.outbox.count_pending() as u64,
        parked_messages: world.outbox.count_parked() as u64,
    }
}

/// What counts against limits.
pub(super) fn dealings(world: &World, asked: &DealingsQuestion) -> Dealings {
    let units = |sku: &Sku| world.orders.units_of(&asked.customer, sku, asked.since);
    Dealings {
        units: asked.skus.iter().map(|sku| (sku.clone(), units(sku))).collect(),
        coupon_uses: asked.coupon.as_ref().map_or(0, |code| world.orders.coupon_uses(code)),
        coupon_uses_by_customer: asked
            .coupon
            .as_ref()
            .map_or(0, |code| world.orders.coupon_uses_by(&asked.customer, code)),
    }
}
