//! The jobs: claimed with a lease, fenced, done by the commit that they lead to.
//!
//! While a job is claimed its due time is [`FAR_FUTURE`]; a due time asked for meanwhile stands after the
//! claim ends.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use merchant_core::lifecycle::{FAR_FUTURE, JobChange, JobKey, LEASE_MILLIS};
use shop_api::{OrderId, Timestamp};

use crate::store::{Job, JobToken};

#[derive(Default)]
pub(super) struct Jobs {
    rows: BTreeMap<i64, Row>,
    ids: HashMap<JobKey, i64>,
    of_order: HashMap<OrderId, BTreeSet<i64>>,
    /// Those that nobody works on, by when they are due.
    due: BTreeSet<(Timestamp, i64)>,
    /// Those that somebody works on, by the end of the lease.
    leased: BTreeSet<(Timestamp, i64)>,
    last_id: i64,
}

/// One job.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) key: JobKey,
    pub(super) due_at: Timestamp,
    pub(super) lease_until: Option<Timestamp>,
    pub(super) fence: u32,
}

impl Jobs {
    pub(super) fn change(&mut self, change: &JobChange) {
        match change {
            JobChange::Put(key, due) => match self.ids.get(key) {
                Some(id) => self.set(*id, |row| row.due_at = row.due_at.min(*due)),
                None => self.insert(key.clone(), *due),
            },
            JobChange::Drop(key) => {
                if let Some(id) = self.ids.get(key) {
                    self.delete(*id);
                }
            }
        }
    }

    /// Claims one job, unless somebody works on it.
    pub(super) fn claim_now(&mut self, key: &JobKey, now: Timestamp) -> Option<JobToken> {
        let id = *self.ids.get(key)?;
        if self.rows.get(&id)?.lease_until.is_some() {
            return None;
        }
        self.claim(id, now.plus_millis(LEASE_MILLIS)).map(|job| job.token)
    }

    /// Claims what is due, and what was claimed by somebody whose lease is over; the longest waiting first.
    pub(super) fn claim_due(&mut self, now: Timestamp, lease_until: Timestamp, limit: usize) -> Vec<Job> {
        let up_to_now = ..=(now, i64::MAX);
        let due = self.due.range(up_to_now).take(limit);
        let mut ready: Vec<_> = due.chain(self.leased.range(up_to_now).take(limit)).copied().collect();
        ready.sort_unstable();
        ready.truncate(limit);
        let mut jobs: Vec<Job> =
            ready.into_iter().filter_map(|(_, id)| self.claim(id, lease_until)).collect();
        jobs.sort_by_key(|job| job.token.id);
        jobs
    }

    fn claim(&mut self, id: i64, lease_until: Timestamp) -> Option<Job> {
        self.set(id, |row| {
            if row.lease_until.is_none() {
                row.due_at = FAR_FUTURE;
            }
            row.lease_until = Some(lease_until);
            row.fence += 1;
        });
        let row = self.rows.get(&id)?;
        Some(Job { key: row.key.clone(), token: JobToken { id, fence: row.fence } })
    }

    /// Whether a claim still holds.
    pub(super) fn is_held(&self, token: &JobToken) -> bool {
        self.rows.get(&token.id).is_some_and(|row| row.fence == token.fence && row.lease_until.is_some())
    }

    pub(super) fn end_claim(&mut self, token: &JobToken) {
        self.set(token.id, |row| row.lease_until = None);
    }

    /// Deletes a job whose claim has ended, unless it was asked for again.
    pub(super) fn delete_unless_wanted(&mut self, token: &JobToken) {
        let is_unwanted = |row: &Row| row.fence == token.fence && row.due_at == FAR_FUTURE;
        if self.rows.get(&token.id).is_some_and(is_unwanted) {
            self.delete(token.id);
        }
    }

    /// Ends a claim, if it still holds; the job falls due at `due` or earlier.
    pub(super) fn put_off(&mut self, token: &JobToken, due: Timestamp) {
        if self.is_held(token) {
            self.set(token.id, |row| (row.lease_until, row.due_at) = (None, row.due_at.min(due)));
        }
    }

    /// Lets every lease be over now.
    pub(super) fn release_leases(&mut self, now: Timestamp) {
        let ids: Vec<i64> = self.leased.range((now, i64::MAX)..).map(|(_, id)| *id).collect();
        for id in ids {
            self.set(id, |row| row.lease_until = Some(now));
        }
    }

    /// Lets the leases of these claims be over now, where they still hold.
    pub(super) fn hand_back(&mut self, tokens: &[JobToken], now: Timestamp) {
        for token in tokens.iter() {
            if self.is_held(token) {
                self.set(token.id, |row| row.lease_until = row.lease_until.map(|until| until.min(now)));
            }
        }
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        let first = |times: &BTreeSet<(Timestamp, i64)>| times.first().map(|(at, _)| *at);
        first(&self.due).into_iter().chain(first(&self.leased)).min()
    }

    /// An order's jobs, by when they are due.
    pub(super) fn of_order(&self, order: &OrderId) -> Vec<&Row> {
        let ids = self.of_order.get(order).into_iter().flatten();
        let mut rows: Vec<&Row> = ids.filter_map(|id| self.rows.get(id)).collect();
        rows.sort_by_key(|row| row.due_at);
        rows
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn count_overdue(&self, now: Timestamp) -> usize {
        self.due.range(..=(now, i64::MAX)).count()
    }

    fn insert(&mut self, key: JobKey, due_at: Timestamp) {
        self.last_id += 1;
        let id = self.last_id;
        self.ids.insert(key.clone(), id);
        self.of_order.entry(key.order.clone()).or_default().insert(id);
        self.due.insert((due_at, id));
        self.rows.insert(id, Row { key, due_at, lease_until: None, fence: 0 });
    }

    /// Changes a job, and its place in the queues.
    fn set(&mut self, id: i64, change: impl FnOnce(&mut Row)) {
        let Some(row) = self.rows.get_mut(&id) else { return };
        match row.lease_until {
            Some(until) => self.leased.remove(&(until, id)),
            None => self.due.remove(&(row.due_at, id)),
        };
        change(row);
        match row.lease_until {
            Some(until) => self.leased.insert((until, id)),
            None => self.due.insert((row.due_at, id)),
        };
    }

    fn delete(&mut self, id: i64) {
        let Some(row) = self.rows.remove(&id) else { return };
        match row.lease_until {
            Some(until) => self.leased.remove(&(until, id)),
            None => self.due.remove(&(row.due_at, id)),
        };
        self.ids.remove(&row.key);
        if let Some(ids) = self.of_order.get_mut(&row.key.order) {
            ids.remove(&id);
            if ids.is_empty() {
                self.of_order.remove(&row.key.order);
            }
        }
    }
}
