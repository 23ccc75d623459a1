//! A decision made durable: everything it changes in one transaction, or nothing.

use rusqlite::{Connection, params};

use super::rows::millis;
use super::writer::Outcome;
use super::{attempts, dealings, guards, jobs, orders, refunds};
use crate::digest::sha256;
use crate::store::{Commit, Committed, Conflict, InboxEntry, JobToken, StoreError};

pub(super) fn commit(connection: &Connection, commit: &Commit) -> Result<Outcome<Committed>, StoreError> {
    match apply(connection, commit)? {
        Ok(claimed) => Ok(Outcome::Keep(Committed::Done(claimed))),
        Err(conflict) => Ok(Outcome::Undo(Committed::Refused(conflict))),
    }
}

type Applied = Result<Option<JobToken>, Conflict>;

fn apply(connection: &Connection, commit: &Commit) -> Result<Applied, StoreError> {
    let change = &commit.change;
    if let Some(job) = &commit.job
        && !jobs::end_claim(connection, job)?
    {
        return Ok(Err(Conflict::Fence));
    }
    if commit.expected_version == 0 {
        if let Some(order) = orders::of_quote(connection, &change.order.quote_id)? {
            return Ok(Err(Conflict::QuoteUsed(order)));
        }
        if let Some(conflict) =
            first_conflict(&change.guards, |guard| guards::check(connection, &change.order, guard))?
        {
            return Ok(Err(conflict));
        }
        orders::insert(connection, &change.order)?;
    } else {
        if !orders::update(connection, &change.order, commit.expected_version)? {
            return Ok(Err(Conflict::Version));
        }
        if let Some(conflict) =
            first_conflict(&change.guards, |guard| guards::check(connection, &change.order, guard))?
        {
            return Ok(Err(conflict));
        }
    }
    if let Some(conflict) = first_conflict(&change.stock, |moved| guards::move_stock(connection, moved))? {
        return Ok(Err(conflict));
    }
    if let Some(moved) = &change.coupon {
        dealings::move_coupon(connection, moved)?;
    }
    attempts::write(connection, &change.order, change.new_attempt.as_ref())?;
    refunds::write(connection, &change.order)?;
    for job in &change.jobs {
        jobs::change(connection, job)?;
    }
    if let Some(job) = &commit.job {
        jobs::delete_unless_wanted(connection, job)?;
    }
    append_events(connection, commit)?;
    if let Some(entry) = &commit.inbox {
        record(connection, entry)?;
    }
    match &change.run_now {
        Some(key) => Ok(Ok(jobs::claim_now(connection, key, commit.now)?)),
        None => Ok(Ok(None)),
    }
}

fn first_conflict<T>(
    items: &[T],
    mut check: impl FnMut(&T) -> Result<Option<Conflict>, StoreError>,
) -> Result<Option<Conflict>, StoreError> {
    for item in items {
        if let Some(conflict) = check(item)? {
            return Ok(Some(conflict));
        }
    }
    Ok(None)
}

fn append_events(connection: &Connection, commit: &Commit) -> Result<(), StoreError> {
    let order = &commit.change.order;
    let mut statement = connection.prepare_cached(
        "INSERT INTO events (order_id, version, at, actor, kind, attempt_id, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for entry in &commit.change.audit {
        statement.execute(params![
            order.id.as_str(),
            order.version,
            millis(commit.now),
            entry.actor.as_str(),
            entry.kind,
            entry.attempt.as_ref().map(|id| id.as_str()),
            entry.detail
        ])?;
    }
    Ok(())
}

/// Keeps a verified notification, once by its body.
pub(super) fn record(connection: &Connection, entry: &InboxEntry) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO notifications (wallet, body_hash, body, received_at, verdict, attempt_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (wallet, body_hash) DO NOTHING",
        )?
        .execute(params![
            entry.wallet.as_str(),
            sha256(&entry.body),
            entry.body,
            millis(entry.received_at),
            entry.verdict.as_str(),
            entry.attempt.as_ref().map(|id| id.as_str())
        ])?;
    Ok(())
}
