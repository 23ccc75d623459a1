//! Messages to the merchant's own systems: written with the change that they tell of, claimed with a lease,
//! fenced.

use merchant_core::announcements::Announcement;
use merchant_core::lifecycle::Order;
use shop_api::{OrderId, Timestamp};

use super::order_key::OrderKey;
use super::sealed::Sealed;
use super::value::{Row, values};
use super::{Answer, Sql, Statement};
use crate::store::{Claimed, MessageEnd, MessagePage, MessageRow, StoreError};
use crate::vault::Vault;
use crate::webhooks::Subscriber;

/// Writes down what each subscriber wants to hear of.
pub(super) fn append(
    db: &mut dyn Sql,
    key: &OrderKey<'_>,
    order: &Order,
    announcements: &[Announcement],
    subscribers: &[Subscriber],
    now: Timestamp,
) -> Result<(), StoreError> {
    for announcement in announcements {
        for subscriber in subscribers.iter().filter(|subscriber| subscriber.wants(announcement.kind)) {
            let sealed = sealed(key, &announcement.id, &subscriber.name);
            db.later(Statement::new(
                "INSERT INTO outbox (id, endpoint, order_id, kind, body, created_at, status, status_at, due_at, tries, fence)
                 VALUES ($1, $2, $3, $4, $5, $6, 'pending', $6, $6, 0, 0)",
                values![
                    &announcement.id,
                    &subscriber.name,
                    &order.id,
                    announcement.kind.as_str(),
                    sealed.seal("body", &announcement.body),
                    now,
                ],
            ))?;
        }
    }
    Ok(())
}

fn sealed<'a>(key: &'a OrderKey<'_>, id: &'a str, endpoint: &'a str) -> Sealed<'a, 2> {
    Sealed::of(key, "outbox", [id.as_bytes(), endpoint.as_bytes()])
}

/// Claims an endpoint's messages that are due, the longest waiting first.
pub(super) fn claim(
    db: &mut dyn Sql,
    vault: &Vault,
    endpoint: &str,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
) -> Result<Vec<Claimed>, StoreError> {
    let skip_locked = db.dialect().skip_locked;
    let sql = format!(
        "UPDATE outbox SET due_at = $1, tries = tries + 1, fence = fence + 1
         WHERE number IN (SELECT number FROM outbox WHERE endpoint = $2 AND status = 'pending' AND due_at <= $3
                          ORDER BY due_at, number LIMIT $4 {skip_locked})
         RETURNING number, fence, tries, id, body, order_id,
             (SELECT seal_key FROM orders WHERE orders.id = outbox.order_id),
             (SELECT erased_at FROM orders WHERE orders.id = outbox.order_id)"
    );
    let rows = db.query(sql, values![lease_until, endpoint, now, limit])?;
    let mut claimed =
        rows.into_iter().map(|row| claimed_out(vault, endpoint, row)).collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by_key(|message| message.number);
    Ok(claimed)
}

fn claimed_out(vault: &Vault, endpoint: &str, mut row: Row) -> Result<Claimed, StoreError> {
    let (number, fence, tries) = (row.take()?, row.take()?, row.take()?);
    let (id, body): (String, Vec<u8>) = (row.take()?, row.take()?);
    let (order_id, key) = OrderKey::read_with_id(vault, &mut row)?;
    let body = sealed(&key, &id, endpoint).open("body", &mut Row::new(vec![body.as_slice().into()]))?;
    Ok(Claimed { number, fence, tries, id, order_id, body })
}

/// Writes down what became of a claimed message. Whether the claim still held.
pub(super) fn end(
    db: &mut dyn Sql,
    claimed: (i64, u32),
    end: &MessageEnd,
    answer: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (status, due) = match end {
        MessageEnd::Delivered => ("delivered", now),
        MessageEnd::Again(due) => ("pending", *due),
        MessageEnd::Parked => ("parked", now),
    };
    let changed = db.execute(
        "UPDATE outbox SET status = $1, status_at = $2, due_at = $3, answer = $4
         WHERE number = $5 AND fence = $6 AND status = 'pending'",
        values![status, now, due, answer, claimed.0, claimed.1],
    )?;
    Ok(changed == 1)
}

pub(super) fn next_at(db: &mut dyn Sql, endpoint: &str) -> Result<Option<Timestamp>, StoreError> {
    let row = db.query_one(
        "SELECT min(due_at) FROM outbox WHERE endpoint = $1 AND status = 'pending'",
        values![endpoint],
    )?;
    row.map_or(Ok(None), |mut row| row.take())
}

/// Has a message sent anew, whatever became of it. To how many endpoints.
pub(super) fn resend(
    db: &mut dyn Sql,
    id: &str,
    endpoint: Option<&str>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    db.execute(
        "UPDATE outbox SET status = 'pending', status_at = $1, due_at = $1, tries = 0, fence = fence + 1
         WHERE id = $2 AND (CAST($3 AS TEXT) IS NULL OR endpoint = $3)",
        values![now, id, endpoint],
    )
}

const COLUMNS: &str =
    "number, id, endpoint, order_id, kind, created_at, status, status_at, due_at, tries, answer";

pub(super) fn list(db: &mut dyn Sql, page: &MessagePage) -> Result<Vec<MessageRow>, StoreError> {
    let only = if page.parked_only { "AND status = 'parked'" } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE number < $1 {only} ORDER BY number DESC LIMIT $2");
    let rows = db.query(sql, values![page.before.unwrap_or(i64::MAX), page.limit])?;
    rows.into_iter().map(read).collect()
}

/// An order's messages that wait to be delivered.
pub(super) fn pending_of(order: &OrderId) -> Statement {
    Statement::new("SELECT 1 FROM outbox WHERE order_id = $1 AND status = 'pending'", values![order])
}

/// Deletes all that was told of an order.
pub(super) fn forget(order: &OrderId) -> Statement {
    Statement::new("DELETE FROM outbox WHERE order_id = $1", values![order])
}

/// Asks for an order's messages, oldest first.
pub(super) fn of_order(order: &OrderId) -> Statement {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE order_id = $1 ORDER BY number");
    Statement::new(sql, values![order])
}

pub(super) fn read_all(answer: Answer) -> Result<Vec<MessageRow>, StoreError> {
    answer.rows.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<MessageRow, StoreError> {
    let (number, id, endpoint, order_id, kind) =
        (row.take()?, row.take()?, row.take()?, row.take()?, row.take()?);
    let (created_at, status, status_at): (_, String, _) = (row.take()?, row.take()?, row.take()?);
    let due_at: Timestamp = row.take()?;
    Ok(MessageRow {
        number,
        id,
        endpoint,
        order_id,
        kind,
        created_at,
        due_at: (status == "pending").then_some(due_at),
        status,
        status_at,
        tries: row.take()?,
        answer: row.take()?,
    })
}
