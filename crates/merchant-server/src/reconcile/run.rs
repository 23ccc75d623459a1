//! Goes through a statement: keeps its rows, books fees and payouts, compares, and has the wallet asked about
//! whatever differs.

use std::io::Read;
use std::sync::Arc;

use merchant_core::books::{Account, Entry, Posting, PostingKind};
use merchant_core::lifecycle::{
    Event, JobKey, JobKind, Order, RefundId, RefundRequestId, RefundState, Schedule, SeenRefund, Subject,
    WalletName, decide,
};
use shop_api::{AttemptId, MinorUnits, OrderId, Timestamp};
use wallet_api::profile::WalletProfile;

use super::compare::find;
use super::report::{Differing, Stray};
use super::{Difference, Period, ReadError, Reader, Report, Row, RowKind, StatementFormat, Verdict, compare};
use crate::digest::sha256;
use crate::evidence::Wire;
use crate::store::{Commit, Committed, StatedRow, Store, StoreError, Unstated, UnstatedKind};
use crate::webhooks::Subscriber;

/// Rows that are kept in one transaction.
const BATCH: usize = 500;

/// How much later we may have learned of something than the wallet did it. What we learned that shortly before
/// a statement's end is looked for in the next one.
const LATENESS_MILLIS: u64 = 600_000;

/// The most that is listed of what only we have.
const MOST_UNSTATED: u32 = 10_000;

/// How often an order is changed anew because the server was faster.
const TRIES: usize = 20;

/// Why a reconciliation came to no end. What was kept until then stays: the next one goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// The file.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A statement to be reconciled.
pub struct Reconciliation<'a> {
    /// Our side.
    pub store: &'a dyn Store,
    /// Whose statement.
    pub wallet: &'a WalletName,
    /// How the wallet writes it.
    pub format: &'a StatementFormat,
    /// The wallet.
    pub profile: &'a WalletProfile,
    /// When it is called.
    pub schedule: &'a Schedule,
    /// The shop's currency, for statements that name none.
    pub currency: &'a str,
    /// The time that the statement speaks of; the days of its rows if left out.
    pub period: Option<Period>,
    /// Who is told of what is adopted.
    pub subscribers: Arc<[Subscriber]>,
    /// Now.
    pub now: Timestamp,
}

impl Reconciliation<'_> {
    /// Goes through the file.
    ///
    /// # Errors
    /// [`ReconcileError`]
    pub async fn run(&self, file: impl Read) -> Result<Report, ReconcileError> {
        let mut report = Report::new(self.wallet.as_str());
        let mut reader = Reader::new(file, self.format, self.profile, self.currency)?;
        let mut span: Option<(Timestamp, Timestamp)> = None;
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(row) = reader.next_row()? {
            match row {
                Ok(row) => {
                    let (first, last) = span.unwrap_or((row.at, row.at));
                    span = Some((first.min(row.at), last.max(row.at)));
                    batch.push(row);
                    if batch.len() == BATCH {
                        self.take(std::mem::take(&mut batch), &mut report).await?;
                    }
                }
                Err(bad) => report.unreadable.push(bad),
            }
        }
        self.take(batch, &mut report).await?;
        report.period = self.period.or_else(|| self.days(span?));
        if let Some(period) = report.period {
            self.look_for_ours(period, &mut report).await?;
        }
        Ok(report)
    }

    fn days(&self, (first, last): (Timestamp, Timestamp)) -> Option<Period> {
        let timing = &self.format.timing;
        timing.days(timing.day_of(first)?, timing.day_of(last)?)
    }

    async fn take(&self, rows: Vec<Row>, report: &mut Report) -> Result<(), ReconcileError> {
        let stated: Vec<_> = rows.into_iter().map(stated).collect();
        let is_new = self.store.import_rows(self.wallet, stated.clone(), self.now).await?;
        report.new_rows += is_new.iter().map(|is_new| u64::from(*is_new)).sum::<u64>();
        for StatedRow { row, .. } in stated {
            report.rows += 1;
            let (fee, settled) = match row.kind {
                RowKind::Fee => (row.amount, 0),
                RowKind::Settlement => (row.fee, row.amount),
                RowKind::Payment | RowKind::Refund | RowKind::Reversal => (row.fee, 0),
            };
            for (sums, amount) in [(&mut report.fees, fee), (&mut report.settled, settled)] {
                if amount != 0 {
                    *sums.entry(row.currency.clone()).or_insert(0) += amount;
                }
            }
            match row.kind {
                RowKind::Payment | RowKind::Refund | RowKind::Reversal => self.compare(row, report).await?,
                RowKind::Fee | RowKind::Settlement => {}
            }
        }
        Ok(())
    }

    async fn compare(&self, row: Row, report: &mut Report) -> Result<(), ReconcileError> {
        let ids = (row.payment_request_id.as_deref(), row.payment_id.as_deref());
        let found = self.store.find_payment(self.wallet, ids.0, ids.1).await?;
        let Some((order_id, attempt)) = found else {
            report.only_wallet.push(stray(row));
            return Ok(());
        };
        let Some(order) = self.store.load(&order_id).await? else { return Ok(()) };
        match compare(&row, &order, &attempt) {
            Verdict::Matches => report.matching += 1,
            Verdict::Differs(difference) => {
                let adopted = self.adopt(&row, &order, &attempt, &difference).await?;
                report.inquiries += u64::from(adopted);
                report.differing.push(Differing {
                    line: row.line,
                    kind: row.kind,
                    order_id,
                    id: id_of(&row),
                    difference: difference.code(),
                    ours: difference.ours(),
                    theirs: format!("{} {}", row.currency, row.amount),
                });
            }
        }
        Ok(())
    }

    /// Has the wallet asked about what a row says: a file proves nothing, its signed answer does. Whether
    /// there is something to ask.
    async fn adopt(
        &self,
        row: &Row,
        order: &Order,
        attempt: &AttemptId,
        difference: &Difference,
    ) -> Result<bool, StoreError> {
        match difference {
            Difference::Amount { .. } | Difference::Currency { .. } if row.kind == RowKind::Refund => {
                Ok(false)
            }
            Difference::Amount { .. }
            | Difference::Currency { .. }
            | Difference::NotPaid { .. }
            | Difference::NotReversed { .. } => self.check(&order.id, attempt).await,
            Difference::RefundUnknown => self.see_refund(row, &order.id, attempt).await,
            Difference::RefundNotDone { .. } => match find(row, order) {
                Some(refund) => match refund.state {
                    RefundState::Accepted { .. } | RefundState::Unknown { .. } => {
                        let about = Subject::Refund(refund.id.clone());
                        self.put(JobKind::InquireRefund, &order.id, about).await
                    }
                    // Not sent yet, or a person's decision.
                    RefundState::Requested
                    | RefundState::Succeeded { .. }
                    | RefundState::Failed { .. }
                    | RefundState::NeedsAttention { .. } => Ok(false),
                },
                None => Ok(false),
            },
        }
    }

    async fn check(&self, order: &OrderId, attempt: &AttemptId) -> Result<bool, StoreError> {
        self.put(JobKind::CheckPayment, order, Subject::Attempt(attempt.clone())).await
    }

    async fn put(&self, kind: JobKind, order: &OrderId, about: Subject) -> Result<bool, StoreError> {
        let key = JobKey { kind, order: order.clone(), about };
        self.store.put_job(key, self.now).await.map(|()| true)
    }

    /// Writes a refund down that somebody made at the wallet; the wallet is asked whether it is so.
    async fn see_refund(&self, row: &Row, order: &OrderId, attempt: &AttemptId) -> Result<bool, StoreError> {
        let Some(seen) = seen(row, attempt) else { return Ok(false) };
        for _ in 0..TRIES {
            let Some(before) = self.store.load(order).await? else { return Ok(false) };
            let event = Event::RefundSeen(seen.clone());
            let Ok(change) = decide(&before, event, self.now, self.schedule) else {
                return Ok(false);
            };
            if change.is_empty() {
                return Ok(false);
            }
            let asks = !change.jobs.is_empty();
            let commit = Commit {
                change,
                expected_version: before.version,
                now: self.now,
                inbox: None,
                job: None,
                wire: Wire::default(),
                subscribers: Arc::clone(&self.subscribers),
            };
            if let Committed::Done(_) = self.store.commit(commit).await? {
                return Ok(asks);
            }
        }
        Ok(false)
    }

    async fn look_for_ours(&self, period: Period, report: &mut Report) -> Result<(), ReconcileError> {
        let earlier = |time: Timestamp| Timestamp(time.0.saturating_sub(LATENESS_MILLIS));
        let shifted = Period { from: earlier(period.from), to: earlier(period.to) };
        for ours in self.store.unstated(self.wallet, shifted, MOST_UNSTATED).await? {
            let Unstated { kind, order_id, attempt_id, .. } = &ours;
            match kind {
                UnstatedKind::Payment => {
                    report.inquiries += u64::from(self.check(order_id, attempt_id).await?);
                }
                // It was confirmed by the wallet's signed word already.
                UnstatedKind::Refund => {}
            }
            report.only_ours.push(ours);
        }
        Ok(())
    }
}

fn seen(row: &Row, attempt: &AttemptId) -> Option<SeenRefund> {
    let key = row.refund_request_id.as_ref().or(row.refund_id.as_ref())?;
    Some(SeenRefund {
        key: RefundRequestId::new(key.clone()).ok()?,
        attempt: attempt.clone(),
        amount: u64::try_from(row.amount).ok().and_then(|amount| MinorUnits::new(amount).ok())?,
        refund_id: row.refund_id.as_ref().and_then(|id| RefundId::new(id.clone()).ok()),
    })
}

fn stray(row: Row) -> Stray {
    let id = id_of(&row);
    Stray { line: row.line, kind: row.kind, at: row.at, id, currency: row.currency, amount: row.amount }
}

/// What names a row best to people.
fn id_of(row: &Row) -> String {
    let ids = match row.kind {
        RowKind::Refund => [&row.refund_request_id, &row.refund_id, &row.payment_request_id, &row.payment_id],
        RowKind::Payment | RowKind::Reversal | RowKind::Fee | RowKind::Settlement => {
            [&row.payment_request_id, &row.payment_id, &row.reference, &None]
        }
    };
    ids.into_iter().flatten().next().cloned().unwrap_or_default()
}

/// A row with what it is told apart by, and what it means for the books.
fn stated(row: Row) -> StatedRow {
    StatedRow { hash: identity(&row), postings: postings(&row), row }
}

/// The same row in another file has the same one: by the wallet's reference, kind and amount. What has no
/// reference is told apart by its time.
fn identity(row: &Row) -> [u8; 32] {
    let payment = || row.payment_id.as_ref().or(row.payment_request_id.as_ref()).cloned();
    let at = || row.at.0.to_string();
    let reference = match row.kind {
        RowKind::Payment | RowKind::Reversal => payment(),
        RowKind::Refund => row.refund_id.as_ref().or(row.refund_request_id.as_ref()).cloned(),
        RowKind::Fee | RowKind::Settlement => row.reference.clone(),
    };
    let reference = reference.unwrap_or_else(|| format!("{} {}", payment().unwrap_or_default(), at()));
    let (kind, currency, amount) = (row.kind.as_str(), &row.currency, row.amount);
    sha256(format!("{kind}\n{currency}\n{amount}\n{reference}").as_bytes())
}

/// Fees and payouts leave the wallet. Payments and refunds are booked when it confirms them.
fn postings(row: &Row) -> Vec<Posting> {
    let fee = if row.kind == RowKind::Fee { row.amount } else { row.fee };
    let settled = if row.kind == RowKind::Settlement { row.amount } else { 0 };
    let moves =
        [(PostingKind::Fee, Account::Fees, fee), (PostingKind::Settlement, Account::Settled, settled)];
    let posting = |(kind, to, amount): (PostingKind, Account, i64)| Posting {
        kind,
        subject: id_of(row),
        entries: vec![entry(to, row, amount), entry(Account::Receivable, row, -amount)],
    };
    moves.into_iter().filter(|(_, _, amount)| *amount != 0).map(posting).collect()
}

fn entry(account: Account, row: &Row, amount: i64) -> Entry {
    Entry { account, currency: row.currency.clone(), amount }
}
