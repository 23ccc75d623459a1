//! What operators look at: lists, stories, counts.

use merchant_core::lifecycle::{ERASED, FAR_FUTURE};
use shop_api::{OrderId, Timestamp};

use super::order_key::OrderKey;
use super::sealed::Sealed;
use super::value::{Row, values};
use super::{Answer, Sql, Statement, books, outbox, wire};
use crate::store::limits::STORY_EVENTS;
use crate::store::{Counts, OrderPage, OrderSummary, StockRow, StoreError, Story, StoryEvent, StoryJob};
use crate::vault::Vault;

pub(super) fn list(db: &mut dyn Sql, page: OrderPage) -> Result<Vec<OrderSummary>, StoreError> {
    let only = if page.attention_only { "AND attention IS NOT NULL" } else { "" };
    let sql = format!(
        "SELECT number, id,
                CASE WHEN status = 'awaiting_payment' AND given_up_at IS NOT NULL THEN 'cancelling' ELSE status END,
                attention, currency_code, total, created_at, wallet
         FROM orders WHERE number < $1 {only} ORDER BY number DESC LIMIT $2"
    );
    let rows = db.query(sql, values![page.before.unwrap_or(i64::MAX), page.limit])?;
    rows.into_iter().map(summary).collect()
}

fn summary(mut row: Row) -> Result<OrderSummary, StoreError> {
    Ok(OrderSummary {
        number: row.take()?,
        order_id: row.take()?,
        status: row.take()?,
        attention: row.take()?,
        currency: row.take()?,
        total: row.take()?,
        created_at: row.take()?,
        wallet: row.take::<String>()?,
    })
}

pub(super) fn story(db: &mut dyn Sql, vault: &Vault, order: &OrderId) -> Result<Story, StoreError> {
    let [key, events, stock, jobs, entries, messages, exchanges] = db.run_all([
        OrderKey::find(order),
        Statement::new(
            "SELECT at, version, actor, kind, attempt_id, position, detail FROM events WHERE order_id = $1
             ORDER BY version, position LIMIT $2",
            values![order, STORY_EVENTS],
        ),
        Statement::new(
            "SELECT sku, on_hand, reserved, sold FROM stock
             WHERE sku IN (SELECT sku FROM order_lines WHERE order_id = $1) ORDER BY sku",
            values![order],
        ),
        Statement::new(
            "SELECT kind, subject_id, due_at, fence FROM jobs WHERE order_id = $1 ORDER BY due_at, id",
            values![order],
        ),
        books::of_order(order),
        outbox::of_order(order),
        wire::summaries(order, STORY_EVENTS),
    ])?;
    let Some(key) = OrderKey::found(vault, key.rows)? else { return Ok(Story::default()) };
    Ok(Story {
        events: events.rows.into_iter().map(|row| event(&key, order, row)).collect::<Result<_, _>>()?,
        stock: stock.rows.into_iter().map(stock_row).collect::<Result<_, _>>()?,
        jobs: jobs.rows.into_iter().map(job).collect::<Result<_, _>>()?,
        entries: books::read_all(entries)?,
        messages: outbox::read_all(messages)?,
        exchanges: wire::summaries_out(&key, order, exchanges)?,
    })
}

fn event(key: &OrderKey<'_>, order: &OrderId, mut row: Row) -> Result<StoryEvent, StoreError> {
    let (at, version) = (row.take()?, row.take()?);
    let (actor, kind, attempt_id) = (row.take()?, row.take()?, row.take()?);
    let place = event_key(version, row.take()?);
    let sealed = Sealed::of(key, "events", [order.as_str().as_bytes(), &place]);
    let detail = sealed.open_text("detail", &mut row)?.unwrap_or_else(|| ERASED.to_owned());
    Ok(StoryEvent { at, version, actor, kind, attempt_id, detail })
}

/// An event's place among those of its order.
pub(super) fn event_key(version: u32, position: i64) -> Vec<u8> {
    [version.to_be_bytes().as_slice(), &position.to_be_bytes()].concat()
}

pub(super) fn stock_row(mut row: Row) -> Result<StockRow, StoreError> {
    Ok(StockRow { sku: row.take()?, on_hand: row.take()?, reserved: row.take()?, sold: row.take()? })
}

fn job(mut row: Row) -> Result<StoryJob, StoreError> {
    let (kind, subject, due): (_, String, Timestamp) = (row.take()?, row.take()?, row.take()?);
    Ok(StoryJob {
        kind,
        subject_id: (!subject.is_empty()).then_some(subject),
        due_at: (due != FAR_FUTURE).then_some(due),
        tries: row.take()?,
    })
}

pub(super) fn counts(db: &mut dyn Sql, now: Timestamp) -> Result<Counts, StoreError> {
    let ask = |sql: &'static str| Statement::new(sql, Vec::new());
    // The words of the index, as it says them.
    let [live_attempts, attention, pending, parked, jobs, overdue] = db.run_all([
        ask("SELECT status, count(*), min(created_at) FROM attempts
             WHERE status = 'creating' OR status = 'open' OR status = 'unknown' OR status = 'needs_attention'
             GROUP BY status ORDER BY status"),
        ask("SELECT count(*) FROM orders WHERE attention IS NOT NULL"),
        ask("SELECT count(*) FROM outbox WHERE status = 'pending'"),
        ask("SELECT count(*) FROM outbox WHERE status = 'parked'"),
        ask("SELECT count(*) FROM jobs"),
        Statement::new("SELECT count(*) FROM jobs WHERE lease_until IS NULL AND due_at <= $1", values![now]),
    ])?;
    let by_status = |mut row: Row| Ok((row.take()?, row.take()?, row.take()?));
    let live_attempts: Vec<(String, u64, Timestamp)> =
        live_attempts.rows.into_iter().map(by_status).collect::<Result<_, StoreError>>()?;
    let unknown = live_attempts.iter().filter(|(status, ..)| Counts::is_unknown(status));
    Ok(Counts {
        unresolved_since: unknown.map(|(.., oldest)| *oldest).min(),
        live_attempts: live_attempts.into_iter().map(|(status, count, _)| (status, count)).collect(),
        attention: number(attention)?,
        jobs: number(jobs)?,
        overdue_jobs: number(overdue)?,
        pending_messages: number(pending)?,
        parked_messages: number(parked)?,
    })
}

fn number(answer: Answer) -> Result<u64, StoreError> {
    answer.rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}
