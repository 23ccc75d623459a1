//! What operators look at: lists, stories, counts.

use rusqlite::{Connection, params};
use shop_api::{AttemptId, OrderId, Sku, Timestamp};

use super::rows::{amount_out, millis, time};
use crate::lifecycle::FAR_FUTURE;
use crate::store::{Counts, OrderPage, OrderSummary, StockRow, StoreError, Story, StoryEvent, StoryJob};

/// Events of one order that a story shows at most: the first ones tell how it began, so the newest go.
const STORY_EVENTS: u32 = 1_000;

pub(super) fn list(connection: &Connection, page: OrderPage) -> Result<Vec<OrderSummary>, StoreError> {
    let only = if page.attention_only { "AND attention IS NOT NULL" } else { "" };
    let sql = format!(
        "SELECT number, id,
                CASE WHEN status = 'awaiting_payment' AND given_up_at IS NOT NULL THEN 'cancelling' ELSE status END,
                attention, currency_code, total, created_at, wallet
         FROM orders WHERE number < ?1 {only} ORDER BY number DESC LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![page.before.unwrap_or(i64::MAX), page.limit])?;
    let mut orders = Vec::new();
    while let Some(row) = rows.next()? {
        orders.push(OrderSummary {
            number: row.get(0)?,
            order_id: OrderId(row.get(1)?),
            status: row.get(2)?,
            attention: row.get(3)?,
            currency: row.get(4)?,
            total: amount_out(row.get(5)?)?,
            created_at: time(row.get(6)?),
            wallet: row.get(7)?,
        });
    }
    Ok(orders)
}

pub(super) fn story(connection: &Connection, order: &OrderId) -> Result<Story, StoreError> {
    let events = connection
        .prepare_cached(
            "SELECT at, version, actor, kind, attempt_id, detail FROM events WHERE order_id = ?1 ORDER BY seq LIMIT ?2",
        )?
        .query_map(params![order.as_str(), STORY_EVENTS], |row| {
            Ok(StoryEvent {
                at: time(row.get(0)?),
                version: row.get(1)?,
                actor: row.get(2)?,
                kind: row.get(3)?,
                attempt_id: row.get::<_, Option<String>>(4)?.map(AttemptId),
                detail: row.get(5)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let stock = connection
        .prepare_cached(
            "SELECT sku, on_hand, reserved, sold FROM stock
             WHERE sku IN (SELECT sku FROM order_lines WHERE order_id = ?1) ORDER BY sku",
        )?
        .query_map([order.as_str()], |row| {
            Ok(StockRow {
                sku: Sku(row.get(0)?),
                on_hand: row.get(1)?,
                reserved: row.get(2)?,
                sold: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let jobs = connection
        .prepare_cached(
            "SELECT kind, subject_id, due_at, fence FROM jobs WHERE order_id = ?1 ORDER BY due_at, id",
        )?
        .query_map([order.as_str()], |row| {
            let subject: String = row.get(1)?;
            let due: i64 = row.get(2)?;
            Ok(StoryJob {
                kind: row.get(0)?,
                subject_id: (!subject.is_empty()).then_some(subject),
                due_at: (due != millis(FAR_FUTURE)).then(|| time(due)),
                tries: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Story { events, stock, jobs })
}

pub(super) fn counts(connection: &Connection, now: Timestamp) -> Result<Counts, StoreError> {
    let live_attempts = connection
        .prepare_cached(
            "SELECT status, count(*) FROM attempts
             WHERE status IN ('creating', 'open', 'unknown', 'needs_attention') GROUP BY status ORDER BY status",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, u32)>, _>>()?;
    let count = |sql: &str| -> Result<u64, StoreError> {
        let count: u32 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(u64::from(count))
    };
    let overdue: u32 = connection
        .prepare_cached("SELECT count(*) FROM jobs WHERE lease_until IS NULL AND due_at <= ?1")?
        .query_row([millis(now)], |row| row.get(0))?;
    Ok(Counts {
        live_attempts: live_attempts.into_iter().map(|(status, count)| (status, u64::from(count))).collect(),
        attention: count("SELECT count(*) FROM orders WHERE attention IS NOT NULL")?,
        jobs: count("SELECT count(*) FROM jobs")?,
        overdue_jobs: u64::from(overdue),
    })
}
