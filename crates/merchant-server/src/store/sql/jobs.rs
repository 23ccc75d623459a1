//! The table of jobs: claimed with a lease, fenced, done by the commit that they lead to.
//!
//! While a job is claimed its due time is [`FAR_FUTURE`]; a due time asked for meanwhile stands after the
//! claim ends, so that nothing asked for while somebody works on it is lost or done beside it.

use merchant_core::lifecycle::{
    FAR_FUTURE, JobChange, JobKey, JobKind, LEASE_MILLIS, RefundRequestId, Subject,
};
use shop_api::{AttemptId, Timestamp};

use super::value::{FromValue, Row, Value, values};
use super::{Answer, Dialect, Sql, Statement};
use crate::store::{Job, JobToken, StoreError};

pub(super) fn change(change: &JobChange) -> Statement {
    match change {
        JobChange::Put(key, due) => Statement::new(
            "INSERT INTO jobs (kind, order_id, subject_id, due_at, fence) VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (kind, order_id, subject_id) DO UPDATE
             SET due_at = CASE WHEN excluded.due_at < jobs.due_at THEN excluded.due_at ELSE jobs.due_at END",
            values![key.kind.as_str(), &key.order, subject_in(key), *due],
        ),
        JobChange::Drop(key) => Statement::new(
            "DELETE FROM jobs WHERE kind = $1 AND order_id = $2 AND subject_id = $3",
            values![key.kind.as_str(), &key.order, subject_in(key)],
        ),
    }
}

/// Claims one job for the process that writes it down; [`claimed`] reads the answer.
pub(super) fn claim_now(key: &JobKey, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE jobs SET lease_until = $1, fence = fence + 1, due_at = $2
         WHERE kind = $3 AND order_id = $4 AND subject_id = $5 AND lease_until IS NULL
         RETURNING id, fence",
        values![now.plus_millis(LEASE_MILLIS), FAR_FUTURE, key.kind.as_str(), &key.order, subject_in(key)],
    )
}

pub(super) fn claimed(answer: Answer) -> Result<Option<JobToken>, StoreError> {
    answer.rows.into_iter().next().map(|mut row| token_out(&mut row)).transpose()
}

/// Claims what is due, and what was claimed by somebody whose lease is over; the longest waiting first.
pub(super) fn claim_due(
    db: &mut dyn Sql,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let Dialect { skip_locked, clock_skew_millis } = db.dialect();
    let due = format!(
        "SELECT due_at, id, fence, kind, order_id, subject_id FROM jobs
         WHERE lease_until IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2 {skip_locked}"
    );
    let abandoned = format!(
        "SELECT lease_until, id, fence, kind, order_id, subject_id FROM jobs
         WHERE lease_until IS NOT NULL AND lease_until <= $1 ORDER BY lease_until, id LIMIT $2 {skip_locked}"
    );
    let lapsed = earlier(now, *clock_skew_millis);
    let [due, abandoned] = db.run_all([
        Statement::new(due, values![now, limit]),
        Statement::new(abandoned, values![lapsed, limit]),
    ])?;
    let rows = due.rows.into_iter().chain(abandoned.rows);
    let mut waiting: Vec<(Timestamp, Job)> =
        rows.map(|mut row| Ok((row.take()?, job_out(row)?))).collect::<Result<_, StoreError>>()?;
    waiting.sort_by_key(|(since, job)| (*since, job.token.id));
    waiting.truncate(limit as usize);
    let mut jobs = Vec::with_capacity(waiting.len());
    for (_, mut job) in waiting {
        job.token.fence = job.token.fence.saturating_add(1);
        db.later(Statement::new(
            "UPDATE jobs SET lease_until = $1, fence = $2, due_at = CASE WHEN lease_until IS NULL THEN $3 ELSE due_at END
             WHERE id = $4",
            values![lease_until, job.token.fence, FAR_FUTURE, job.token.id],
        ))?;
        jobs.push(job);
    }
    jobs.sort_by_key(|job| job.token.id);
    Ok(jobs)
}

/// Lets every lease be over now.
pub(super) fn release_leases(db: &mut dyn Sql, now: Timestamp) -> Result<(), StoreError> {
    db.later(Statement::new(
        "UPDATE jobs SET lease_until = $1 WHERE lease_until IS NOT NULL AND lease_until > $1",
        values![now],
    ))
}

/// Lets the leases of these claims be over now, where they still hold, also for those whose clocks are behind.
pub(super) fn hand_back(db: &mut dyn Sql, tokens: &[JobToken], now: Timestamp) -> Result<(), StoreError> {
    let lapsed = earlier(now, 2 * db.dialect().clock_skew_millis);
    for token in tokens {
        db.later(Statement::new(
            "UPDATE jobs SET lease_until = $1 WHERE id = $2 AND fence = $3 AND lease_until > $1",
            values![lapsed, token.id, token.fence],
        ))?;
    }
    Ok(())
}

/// Ends a claim: changes one row if it still held.
pub(super) fn end_claim(token: &JobToken) -> Statement {
    Statement::new(
        "UPDATE jobs SET lease_until = NULL WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL",
        values![token.id, token.fence],
    )
}

/// Ends a claim, if it still holds; the job falls due at `due` or earlier.
pub(super) fn put_off(db: &mut dyn Sql, token: &JobToken, due: Timestamp) -> Result<(), StoreError> {
    db.later(Statement::new(
        "UPDATE jobs SET lease_until = NULL, due_at = CASE WHEN $1 < due_at THEN $1 ELSE due_at END
         WHERE id = $2 AND fence = $3 AND lease_until IS NOT NULL",
        values![due, token.id, token.fence],
    ))
}

/// Deletes a job whose claim has ended, unless it was asked for again.
pub(super) fn delete_unless_wanted(token: &JobToken) -> Statement {
    Statement::new(
        "DELETE FROM jobs WHERE id = $1 AND fence = $2 AND due_at = $3",
        values![token.id, token.fence, FAR_FUTURE],
    )
}

pub(super) fn finish(db: &mut dyn Sql, token: &JobToken) -> Result<(), StoreError> {
    let [ended] = db.run_all([end_claim(token)])?;
    if ended.changed == 1 {
        db.later(delete_unless_wanted(token))?;
    }
    Ok(())
}

pub(super) fn next_at(db: &mut dyn Sql) -> Result<Option<Timestamp>, StoreError> {
    let row = db.query_one(
        "SELECT (SELECT min(due_at) FROM jobs WHERE lease_until IS NULL),
                (SELECT min(lease_until) FROM jobs WHERE lease_until IS NOT NULL)",
        Vec::new(),
    )?;
    let Some(mut row) = row else { return Ok(None) };
    let (due, lease): (Option<Timestamp>, Option<Timestamp>) = (row.take()?, row.take()?);
    let lapses = lease.map(|until| until.plus_millis(db.dialect().clock_skew_millis));
    Ok(due.into_iter().chain(lapses).min())
}

fn earlier(time: Timestamp, millis: u64) -> Timestamp {
    Timestamp(time.0.saturating_sub(millis))
}

fn subject_in(key: &JobKey) -> &str {
    match &key.about {
        Subject::Order => "",
        Subject::Attempt(id) => id.as_str(),
        Subject::Refund(id) => id.as_str(),
    }
}

fn token_out(row: &mut Row) -> Result<JobToken, StoreError> {
    Ok(JobToken { id: row.take()?, fence: row.take()? })
}

fn job_out(mut row: Row) -> Result<Job, StoreError> {
    let token = token_out(&mut row)?;
    let (kind, order, subject): (String, _, String) = (row.take()?, row.take()?, row.take()?);
    let kind = JobKind::parse(&kind).ok_or_else(|| StoreError::Corrupt(format!("job {kind}")))?;
    let about = match kind {
        JobKind::ExpireOrder => Subject::Order,
        JobKind::SendPay | JobKind::Inquire | JobKind::CheckPayment | JobKind::Cancel => {
            Subject::Attempt(AttemptId(subject))
        }
        JobKind::SendRefund | JobKind::InquireRefund => {
            Subject::Refund(RefundRequestId::from_value(Value::from(subject))?)
        }
    };
    Ok(Job { token, key: JobKey { kind, order, about } })
}
