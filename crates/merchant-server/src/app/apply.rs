//! Load, decide, commit: the way of every event to every order.

use shop_api::{OrderId, Timestamp};

use super::{App, ShopError};
use crate::evidence::Wire;
use crate::lifecycle::{
    ChangeSet, Customer, Event, Order, PayAnswer, Refusal, Schedule, StillNeeded, decide,
    decide_without_stock,
};
use crate::store::{Commit, Committed, Conflict, InboxEntry, Job, JobToken};

/// How often a decision is made anew because somebody else was faster.
const TRIES: usize = 20;

/// How an event is decided.
type Decide = fn(&Order, Event, Timestamp, &Schedule) -> Result<ChangeSet, Refusal>;

/// What led to an event.
#[derive(Clone, Debug, Default)]
pub struct Cause {
    /// The claimed job; done by the commit.
    pub job: Option<JobToken>,
    /// The verified notification; kept with the commit.
    pub inbox: Option<InboxEntry>,
    /// The messages; kept with the commit, or by themselves when there is nothing to change. What the lifecycle
    /// refuses is the caller's to keep.
    pub wire: Wire,
}

/// What became of an event.
#[derive(Debug)]
pub enum Applied {
    /// Durable: the order as it is now, and the call that this process is to make.
    Changed(Box<Order>, Option<Job>),
    /// Nothing to change.
    Unchanged(Box<Order>),
    /// The lifecycle refuses.
    Refused(Refusal),
    /// The job is somebody else's by now.
    FenceLost,
}

impl App {
    /// Applies an event to an order, of this customer if one is named.
    ///
    /// # Errors
    /// [`ShopError::OrderNotFound`], or the database failed.
    pub async fn apply(
        &self,
        id: &OrderId,
        owner: Option<&Customer>,
        mut event: Event,
        cause: Cause,
    ) -> Result<Applied, ShopError> {
        let mut way: Decide = decide;
        for _ in 0..TRIES {
            let order = self.load(id, owner).await?;
            let now = self.now();
            let schedule = &self.settings.calls(&order.customer.wallet).schedule;
            let change = match way(&order, event.clone(), now, schedule) {
                Ok(change) => change,
                Err(refusal) => return Ok(Applied::Refused(refusal)),
            };
            if change.is_empty() {
                self.nothing_changed(id, &cause).await?;
                return Ok(Applied::Unchanged(Box::new(order)));
            }
            let run_now = change.run_now.clone();
            let after = change.order.clone();
            let Cause { job, inbox, wire } = cause.clone();
            let subscribers = self.webhooks.subscribers();
            let commit =
                Commit { change, expected_version: order.version, now, inbox, job, wire, subscribers };
            match self.store.commit(commit).await? {
                Committed::Done(token) => {
                    self.committed(&after);
                    let call = run_now.zip(token).map(|(key, token)| Job { key, token });
                    return Ok(Applied::Changed(Box::new(after), call));
                }
                Committed::Refused(Conflict::Version) => {}
                Committed::Refused(Conflict::Fence) => {
                    self.store.keep_wire(id, cause.wire).await?;
                    return Ok(Applied::FenceLost);
                }
                Committed::Refused(Conflict::PaymentIdTaken) => match disbelieved(event) {
                    Ok(other) => event = other,
                    Err(refusal) => return Ok(Applied::Refused(refusal)),
                },
                // A late payment needs units that are gone: decided anew, knowing that.
                Committed::Refused(Conflict::OutOfStock(_)) => way = decide_without_stock,
                Committed::Refused(Conflict::RefundKeyTaken) => {
                    return Ok(Applied::Refused(Refusal::RefundKeyUsed));
                }
                Committed::Refused(Conflict::MessagePending) => {
                    return Ok(Applied::Refused(StillNeeded::MessagePending.into()));
                }
                Committed::Refused(conflict) => {
                    tracing::error!(order = %id, ?conflict, "an order that exists met a conflict of placing");
                    return Err(ShopError::Contended);
                }
            }
        }
        Err(ShopError::Contended)
    }

    /// The order, if it is this customer's; whoever else asks can't tell that it exists.
    ///
    /// # Errors
    /// [`ShopError::OrderNotFound`], or the database failed.
    pub async fn load(&self, id: &OrderId, owner: Option<&Customer>) -> Result<Order, ShopError> {
        let order = self.store.load(id).await?.ok_or(ShopError::OrderNotFound)?;
        if owner.is_some_and(|owner| *owner != order.customer) {
            return Err(ShopError::OrderNotFound);
        }
        Ok(order)
    }

    /// Wakes whoever waits for what was committed.
    pub(super) fn committed(&self, order: &Order) {
        self.wakes.committed(&order.id, order.version);
        self.job_bell.notify_one();
        self.webhooks.ring();
    }

    async fn nothing_changed(&self, order: &OrderId, cause: &Cause) -> Result<(), ShopError> {
        if !cause.wire.messages.is_empty() {
            self.store.keep_wire(order, cause.wire.clone()).await?;
        }
        if let Some(job) = &cause.job {
            self.store.finish_job(job).await?;
        }
        if let Some(entry) = &cause.inbox {
            self.store.record_notification(entry.clone()).await?;
        }
        Ok(())
    }
}

/// A payment id that belongs to another attempt: the message can't be about this one (law 10).
fn disbelieved(event: Event) -> Result<Event, Refusal> {
    let reason = "the payment id belongs to another attempt".to_owned();
    match event {
        Event::PayAnswered { attempt, sending, answer: _ } => {
            Ok(Event::PayAnswered { attempt, sending, answer: PayAnswer::Unknown { reason } })
        }
        Event::WalletSaid { attempt, word: _, source: crate::lifecycle::WordSource::Inquiry } => {
            Ok(Event::InquiryUnanswered { attempt, reason })
        }
        Event::WalletSaid { .. }
        | Event::InquiryContradicts { .. }
        | Event::InquiryUnanswered { .. }
        | Event::NotificationDoubted { .. }
        | Event::CancelAnswered { .. }
        | Event::Returned { .. }
        | Event::PaymentRequested { .. }
        | Event::RefundRequested(_)
        | Event::RefundSeen(_)
        | Event::RefundAnswered { .. }
        | Event::RefundTold { .. }
        | Event::CancelRequested
        | Event::Fulfilled(_)
        | Event::ErasureRequested(_)
        | Event::PayByReached => Err(Refusal::Mismatch(reason)),
    }
}
