//! A decision in the making: the order as it will be, and what goes with it.

use shop_api::{AttemptId, Timestamp};

use super::{
    Actor, Attempt, AttemptState, AuditEntry, ChangeSet, CouponMove, Guard, JobChange, JobKey, JobKind,
    NewAttempt, Order, Refund, RefundRequestId, Schedule, StockHold, StockMove, Subject, schedule,
};
use crate::{announcements, books};

/// Collects what one decision changes.
pub(super) struct Step<'a> {
    pub(super) now: Timestamp,
    pub(super) schedule: &'a Schedule,
    pub(super) order: Order,
    /// Whether the units that a late payment would need are known to be gone.
    pub(super) stock_is_gone: bool,
    new_attempt: Option<NewAttempt>,
    stock: Vec<StockMove>,
    coupon: Option<CouponMove>,
    jobs: Vec<JobChange>,
    run_now: Option<JobKey>,
    audit: Vec<AuditEntry>,
    erases: bool,
    guards: Vec<Guard>,
}

impl<'a> Step<'a> {
    pub(super) fn new(order: Order, now: Timestamp, schedule: &'a Schedule) -> Self {
        Self {
            now,
            schedule,
            order,
            stock_is_gone: false,
            new_attempt: None,
            stock: Vec::new(),
            coupon: None,
            jobs: Vec::new(),
            run_now: None,
            audit: Vec::new(),
            erases: false,
            guards: Vec::new(),
        }
    }

    /// The finished decision about what was `before`, with what it means for the books and for
    /// others; the version rises
    /// when there is one.
    pub(super) fn finish(mut self, before: Option<&Order>) -> ChangeSet {
        self.order.version = self.order.version.saturating_add(1);
        ChangeSet {
            postings: books::postings(before, &self.order),
            announcements: announcements::announce(before, &self.order, self.now),
            order: self.order,
            new_attempt: self.new_attempt,
            stock: self.stock,
            coupon: self.coupon,
            jobs: self.jobs,
            run_now: self.run_now,
            audit: self.audit,
            erases: self.erases,
            guards: self.guards,
        }
    }

    pub(super) fn note(
        &mut self,
        actor: Actor,
        kind: &'static str,
        attempt: Option<&AttemptId>,
        detail: String,
    ) {
        self.audit.push(AuditEntry { kind, actor, attempt: attempt.cloned(), detail });
    }

    /// What was personal goes with this decision.
    pub(super) fn erase(&mut self) {
        self.erases = true;
    }

    pub(super) fn guard(&mut self, guard: Guard) {
        self.guards.push(guard);
    }

    pub(super) fn attempt_mut(&mut self, id: &AttemptId) -> Option<&mut Attempt> {
        self.order.attempts.iter_mut().find(|attempt| attempt.id == *id)
    }

    pub(super) fn refund_mut(&mut self, id: &RefundRequestId) -> Option<&mut Refund> {
        self.order.refunds.iter_mut().find(|refund| refund.id == *id)
    }

    /// Writes a new attempt down and has this process send it.
    pub(super) fn open_attempt(&mut self, new: NewAttempt, actor: Actor) {
        let number = u32::try_from(self.order.attempts.len()).unwrap_or(u32::MAX).saturating_add(1);
        let id = new.id.clone();
        self.note(actor, "attempt_written", Some(&id), format!("payment request {}", new.payment_request_id));
        self.order.attempts.push(Attempt {
            id: id.clone(),
            number,
            payment_request_id: new.payment_request_id.clone(),
            payment_id: None,
            state: AttemptState::Creating,
            created_at: self.now,
            asking_since: None,
            last_asked_at: None,
            returned_at: None,
            claimed_paid_at: None,
            cancelling: None,
        });
        self.new_attempt = Some(new);
        self.put_job(JobKind::SendPay, Some(&id), self.now);
        self.run_now(JobKind::SendPay, &id);
    }

    /// Has this process do a job that is written down, as soon as the decision is durable.
    pub(super) fn run_now(&mut self, kind: JobKind, attempt: &AttemptId) {
        self.run_now = Some(self.job(kind, Subject::Attempt(attempt.clone())));
    }

    pub(super) fn put_job(&mut self, kind: JobKind, attempt: Option<&AttemptId>, due: Timestamp) {
        let key = self.job(kind, about(attempt));
        self.jobs.push(JobChange::Put(key, due));
    }

    pub(super) fn drop_job(&mut self, kind: JobKind, attempt: Option<&AttemptId>) {
        let key = self.job(kind, about(attempt));
        self.jobs.push(JobChange::Drop(key));
    }

    pub(super) fn put_refund_job(&mut self, kind: JobKind, refund: &RefundRequestId, due: Timestamp) {
        let key = self.job(kind, Subject::Refund(refund.clone()));
        self.jobs.push(JobChange::Put(key, due));
    }

    pub(super) fn drop_refund_job(&mut self, kind: JobKind, refund: &RefundRequestId) {
        let key = self.job(kind, Subject::Refund(refund.clone()));
        self.jobs.push(JobChange::Drop(key));
    }

    /// No more calls for a refund that is final, or waits for a person.
    pub(super) fn drop_refund_calls(&mut self, refund: &RefundRequestId) {
        self.drop_refund_job(JobKind::SendRefund, refund);
        self.drop_refund_job(JobKind::InquireRefund, refund);
    }

    /// No more calls for an attempt that is final.
    pub(super) fn drop_calls(&mut self, attempt: &AttemptId) {
        self.drop_job(JobKind::SendPay, Some(attempt));
        self.drop_job(JobKind::Inquire, Some(attempt));
        self.drop_job(JobKind::Cancel, Some(attempt));
    }

    /// Asks by schedule. Returns whether there still is a time to ask at.
    pub(super) fn schedule_inquiry(&mut self, id: &AttemptId) -> bool {
        let next = |attempt| self.schedule.next_inquiry(&self.order, attempt, self.now);
        let due = self.order.attempt(id).and_then(next);
        if let Some(due) = due {
            self.put_job(JobKind::Inquire, Some(id), due);
        }
        due.is_some()
    }

    /// Asks as soon as the wallet may be asked.
    pub(super) fn inquire_soon(&mut self, id: &AttemptId) {
        let due = self.order.attempt(id).map(|attempt| schedule::soonest_inquiry(attempt, self.now));
        if let Some(due) = due {
            self.put_job(JobKind::Inquire, Some(id), due);
        }
    }

    /// Asks once the wallet has had a moment to close the payment, however late it is by now.
    pub(super) fn inquire_at_closing(&mut self, id: &AttemptId) {
        let due = schedule::closing_inquiry(&self.order, self.now);
        self.put_job(JobKind::Inquire, Some(id), due);
    }

    pub(super) fn reserve_stock(&mut self) {
        self.coupon = self.order.coupon.clone().map(CouponMove::Use);
        self.move_stock(StockHold::Reserved, StockMove::Reserve);
    }

    pub(super) fn sell_stock(&mut self) {
        self.move_stock(StockHold::Sold, StockMove::Sell);
    }

    pub(super) fn release_stock(&mut self) {
        self.coupon = self.order.coupon.clone().map(CouponMove::GiveBack);
        self.move_stock(StockHold::Released, StockMove::Release);
    }

    /// The units of a refund that has just succeeded come back, if that was asked for. That happens once, for it is
    /// final.
    pub(super) fn restock(&mut self, id: &RefundRequestId) {
        let has_left = match self.order.stock {
            StockHold::Sold => true,
            StockHold::Reserved | StockHold::Released => false,
        };
        let Some(refund) = self.order.refund(id).filter(|refund| refund.restock && has_left) else { return };
        let (attempt, units) = (refund.attempt.clone(), self.order.units_of(refund));
        let told: Vec<_> = units.iter().map(|(sku, quantity)| format!("{quantity} x {sku}")).collect();
        self.note(Actor::Server, "restocked", Some(&attempt), format!("{id}: {}", told.join(", ")));
        self.stock.extend(units.into_iter().map(|(sku, quantity)| StockMove::Restock(sku, quantity)));
    }

    fn move_stock(&mut self, hold: StockHold, make: fn(shop_api::Sku, u32) -> StockMove) {
        self.order.stock = hold;
        self.stock.extend(self.order.lines.iter().map(|line| make(line.sku.clone(), line.quantity)));
    }

    fn job(&self, kind: JobKind, about: Subject) -> JobKey {
        JobKey { kind, order: self.order.id.clone(), about }
    }
}

fn about(attempt: Option<&AttemptId>) -> Subject {
    attempt.map_or(Subject::Order, |attempt| Subject::Attempt(attempt.clone()))
}
