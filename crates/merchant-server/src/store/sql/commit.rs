//! A decision made durable: everything it changes in one transaction, or nothing.
//!
//! Rows are locked in one order by all commits, so that none waits for another that waits for it: the
//! customer, the order, its jobs, the coupon, stock by SKU.

use merchant_core::lifecycle::StockMove;

use super::admin::event_key;
use super::guards::{Check, first_conflict};
use super::order_key::OrderKey;
use super::sealed::Sealed;
use super::value::values;
use super::{
    Outcome, Sql, Statement, attempts, books, dealings, guards, jobs, orders, outbox, refunds, wire,
};
use crate::digest::sha256;
use crate::store::{Commit, Committed, Conflict, InboxEntry, JobToken, StoreError};
use crate::vault::Vault;

pub(super) fn commit(
    db: &mut dyn Sql,
    vault: &Vault,
    commit: &Commit,
) -> Result<Outcome<Committed>, StoreError> {
    match apply(db, vault, commit)? {
        Ok(claimed) => Ok(Outcome::Keep(Committed::Done(claimed))),
        Err(conflict) => Ok(Outcome::Undo(Committed::Refused(conflict))),
    }
}

type Applied = Result<Option<JobToken>, Conflict>;

fn apply(db: &mut dyn Sql, vault: &Vault, commit: &Commit) -> Result<Applied, StoreError> {
    let change = &commit.change;
    guards::lock(db, &change.guards)?;
    let mut key = None;
    if let Some(conflict) = first_conflict(db, conditions(vault, commit, &mut key))? {
        return Ok(Err(conflict));
    }
    let key = &match key {
        Some(key) => key,
        None => orders::insert(db, vault, &change.order, commit.now)?,
    };
    if let Some(tracking) = orders::keep_tracking(key, &change.order) {
        db.later(tracking)?;
    }
    if change.erases {
        db.later(outbox::forget(&change.order.id))?;
    }
    attempts::write(db, key, &change.order, change.new_attempt.as_ref())?;
    refunds::write(db, key, &change.order)?;
    for job in &change.jobs {
        db.later(jobs::change(job))?;
    }
    if let Some(job) = &commit.job {
        db.later(jobs::delete_unless_wanted(job))?;
    }
    if let Some(moved) = &change.coupon {
        db.later(dealings::move_coupon(moved))?;
    }
    append_events(db, key, commit)?;
    books::append(db, &change.order, &change.postings, commit.now)?;
    wire::append(db, key, &change.order.id, &commit.wire)?;
    outbox::append(db, key, &change.order, &change.announcements, &commit.subscribers, commit.now)?;
    if let Some(entry) = &commit.inbox {
        db.later(inbox(vault, Some(key), entry))?;
    }
    finish(db, commit)
}

/// What must hold before anything is written, the order's version and the job's fence first. Of an order that there is,
/// this brings the key.
fn conditions<'a, 'v: 'a>(
    vault: &'v Vault,
    commit: &'a Commit,
    key: &'a mut Option<OrderKey<'v>>,
) -> Vec<Check<'a>> {
    let order = &commit.change.order;
    let mut conditions = Vec::new();
    if commit.expected_version == 0 {
        conditions.push(Check::new(orders::find_of_quote(&order.quote_id), |answer| {
            Ok(orders::first_id(answer)?.map(Conflict::QuoteUsed))
        }));
    } else {
        conditions.push(Check::changes_one(orders::update(vault, commit), Conflict::Version));
        conditions.push(Check::new(OrderKey::find(&order.id), move |answer| {
            *key = OrderKey::found(vault, answer.rows)?;
            Ok(None)
        }));
    }
    if let Some(job) = &commit.job {
        conditions.push(Check::changes_one(jobs::end_claim(job), Conflict::Fence));
    }
    conditions.extend(commit.change.guards.iter().map(|guard| guards::check(order, guard)));
    conditions
}

/// Moves the stock, and claims the job that is to run at once.
fn finish(db: &mut dyn Sql, commit: &Commit) -> Result<Applied, StoreError> {
    let mut moves: Vec<&StockMove> = commit.change.stock.iter().collect();
    moves.sort_by_key(|moved| moved.sku());
    let mut token = None;
    let mut checks: Vec<_> = moves.into_iter().map(guards::move_stock).collect();
    if let Some(key) = &commit.change.run_now {
        checks.push(Check::new(jobs::claim_now(key, commit.now), |answer| {
            token = jobs::claimed(answer)?;
            Ok(None)
        }));
    }
    let conflict = first_conflict(db, checks)?;
    Ok(conflict.map_or(Ok(token), Err))
}

fn append_events(db: &mut dyn Sql, key: &OrderKey<'_>, commit: &Commit) -> Result<(), StoreError> {
    let order = &commit.change.order;
    for (position, entry) in (0i64..).zip(&commit.change.audit) {
        let place = event_key(order.version, position);
        let sealed = Sealed::of(key, "events", [order.id.as_str().as_bytes(), &place]);
        db.later(Statement::new(
            "INSERT INTO events (order_id, version, position, at, actor, kind, attempt_id, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                &order.id,
                order.version,
                position,
                commit.now,
                entry.actor.as_str(),
                entry.kind,
                entry.attempt.as_ref(),
                sealed.seal("detail", entry.detail.as_bytes()),
            ],
        ))?;
    }
    Ok(())
}

/// Keeps a verified notification that led to no change, once by its body.
pub(super) fn record(db: &mut dyn Sql, vault: &Vault, entry: &InboxEntry) -> Result<(), StoreError> {
    let key = match &entry.attempt {
        Some(attempt) => {
            let [answer] = db.run_all([attempts::find_key(attempt)])?;
            OrderKey::found(vault, answer.rows)?
        }
        None => None,
    };
    db.later(inbox(vault, key.as_ref(), entry))
}

/// A notification about no attempt that we know is about no order: nothing of it is ever erased.
fn inbox(vault: &Vault, key: Option<&OrderKey<'_>>, entry: &InboxEntry) -> Statement {
    let hash = sha256(&entry.body);
    let (table, row) = ("notifications", [entry.wallet.as_str().as_bytes(), &hash]);
    let sealed = match key {
        Some(key) => Sealed::of(key, table, row),
        None => Sealed::by_data_key(vault, table, row),
    };
    Statement::new(
        "INSERT INTO notifications (wallet, body_hash, body, received_at, verdict, attempt_id)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (wallet, body_hash) DO NOTHING",
        values![
            &entry.wallet,
            hash,
            sealed.seal("body", &entry.body),
            entry.received_at,
            entry.verdict.as_str(),
            entry.attempt.as_ref(),
        ],
    )
}
