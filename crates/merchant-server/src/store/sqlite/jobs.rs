//! The table of jobs: claimed with a lease, fenced, done by the commit that they lead to.
//!
//! While a job is claimed its due time is [`FAR_FUTURE`]; a due time asked for meanwhile stands after the
//! claim ends, so that nothing asked for while somebody works on it is lost or done beside it.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shop_api::{AttemptId, OrderId, Timestamp};

use super::rows::{millis, time, wallet_id};
use crate::lifecycle::{FAR_FUTURE, JobChange, JobKey, JobKind, LEASE_MILLIS, Subject};
use crate::store::{Job, JobToken, StoreError};

pub(super) fn change(connection: &Connection, change: &JobChange) -> Result<(), StoreError> {
    match change {
        JobChange::Put(key, due) => {
            connection
                .prepare_cached(
                    "INSERT INTO jobs (kind, order_id, subject_id, due_at, fence) VALUES (?1, ?2, ?3, ?4, 0)
                     ON CONFLICT (kind, order_id, subject_id) DO UPDATE SET due_at = min(due_at, excluded.due_at)",
                )?
                .execute(params![key.kind.as_str(), key.order.as_str(), subject_in(key), millis(*due)])?;
        }
        JobChange::Drop(key) => {
            connection
                .prepare_cached("DELETE FROM jobs WHERE kind = ?1 AND order_id = ?2 AND subject_id = ?3")?
                .execute(params![key.kind.as_str(), key.order.as_str(), subject_in(key)])?;
        }
    }
    Ok(())
}

/// Claims one job for the process that writes it down.
pub(super) fn claim_now(
    connection: &Connection,
    key: &JobKey,
    now: Timestamp,
) -> Result<Option<JobToken>, StoreError> {
    let token = connection
        .prepare_cached(
            "UPDATE jobs SET lease_until = ?4, fence = fence + 1, due_at = ?5
             WHERE kind = ?1 AND order_id = ?2 AND subject_id = ?3 AND lease_until IS NULL
             RETURNING id, fence",
        )?
        .query_row(
            params![
                key.kind.as_str(),
                key.order.as_str(),
                subject_in(key),
                millis(now.plus_millis(LEASE_MILLIS)),
                millis(FAR_FUTURE)
            ],
            |row| Ok(JobToken { id: row.get(0)?, fence: row.get(1)? }),
        )
        .optional()?;
    Ok(token)
}

pub(super) fn claim_due(
    connection: &Connection,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE jobs SET lease_until = ?2, fence = fence + 1, due_at = CASE WHEN lease_until IS NULL THEN ?3 ELSE due_at END
         WHERE id IN (SELECT id FROM (
             SELECT id, due_at AS at FROM jobs WHERE lease_until IS NULL AND due_at <= ?1
             UNION ALL
             SELECT id, lease_until AS at FROM jobs WHERE lease_until IS NOT NULL AND lease_until <= ?1
         ) ORDER BY at, id LIMIT ?4)
         RETURNING id, fence, kind, order_id, subject_id",
    )?;
    let mut rows = statement.query(params![millis(now), millis(lease_until), millis(FAR_FUTURE), limit])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        jobs.push(Job { token: JobToken { id: row.get(0)?, fence: row.get(1)? }, key: key_out(row, 2)? });
    }
    jobs.sort_by_key(|job| job.token.id);
    Ok(jobs)
}

/// Lets every lease be over now.
pub(super) fn release_leases(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE jobs SET lease_until = min(lease_until, ?1) WHERE lease_until IS NOT NULL")?
        .execute([millis(now)])?;
    Ok(())
}

/// Ends a claim. Whether it still held.
pub(super) fn end_claim(connection: &Connection, token: &JobToken) -> Result<bool, StoreError> {
    let held = connection
        .prepare_cached(
            "UPDATE jobs SET lease_until = NULL WHERE id = ?1 AND fence = ?2 AND lease_until IS NOT NULL",
        )?
        .execute(params![token.id, token.fence])?;
    Ok(held == 1)
}

/// Ends a claim, if it still holds; the job falls due at `due` or earlier.
pub(super) fn put_off(connection: &Connection, token: &JobToken, due: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE jobs SET lease_until = NULL, due_at = min(due_at, ?3)
             WHERE id = ?1 AND fence = ?2 AND lease_until IS NOT NULL",
        )?
        .execute(params![token.id, token.fence, millis(due)])?;
    Ok(())
}

/// Deletes a job whose claim has ended, unless it was asked for again.
pub(super) fn delete_unless_wanted(connection: &Connection, token: &JobToken) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM jobs WHERE id = ?1 AND fence = ?2 AND due_at = ?3")?
        .execute(params![token.id, token.fence, millis(FAR_FUTURE)])?;
    Ok(())
}

pub(super) fn next_at(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<i64> = connection
        .prepare_cached(
            "SELECT min(at) FROM (SELECT min(due_at) AS at FROM jobs WHERE lease_until IS NULL
                                  UNION ALL
                                  SELECT min(lease_until) AS at FROM jobs WHERE lease_until IS NOT NULL)",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(next.map(time))
}

fn subject_in(key: &JobKey) -> &str {
    match &key.about {
        Subject::Order => "",
        Subject::Attempt(id) => id.as_str(),
        Subject::Refund(id) => id.as_str(),
    }
}

fn key_out(row: &Row<'_>, first: usize) -> Result<JobKey, StoreError> {
    let (kind, subject): (String, String) = (row.get(first)?, row.get(first + 2)?);
    let kind = JobKind::parse(&kind).ok_or_else(|| StoreError::Corrupt(format!("job {kind}")))?;
    let about = match kind {
        JobKind::ExpireOrder => Subject::Order,
        JobKind::SendPay | JobKind::Inquire | JobKind::Cancel => Subject::Attempt(AttemptId(subject)),
        JobKind::SendRefund | JobKind::InquireRefund => Subject::Refund(wallet_id(subject)?),
    };
    Ok(JobKey { kind, order: OrderId(row.get(first + 1)?), about })
}
