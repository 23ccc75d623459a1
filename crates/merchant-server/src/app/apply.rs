//! Load, decide, commit: the way of every event to every order.

use std::sync::Arc;

use merchant_core::lifecycle::{
    ChangeSet, Customer, Event, Order, PayAnswer, PaymentRequestId, Refusal, Schedule, StillNeeded,
    WalletName, decide, decide_without_stock,
};
use shop_api::{AttemptId, OrderId, Timestamp};

use super::calls::{Call, Wanted};
use super::{App, ShopError};
use crate::evidence::Wire;
use crate::store::{Commit, Committed, Conflict, InboxEntry, JobToken, StoreError};

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
    Changed(Arc<Order>, Option<Call>),
    /// Nothing to change.
    Unchanged(Arc<Order>),
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
        // As it was when this server had it in hand last: if it has changed since, the commit is refused.
        let mut remembered = self.recent.get(id).filter(|order| belongs_to(order, owner));
        for _ in 0..TRIES {
            let (order, is_sure) = match remembered.take() {
                Some(order) => (order, false),
                None => (self.load(id, owner).await?, true),
            };
            let now = self.now();
            let schedule = &self.settings.calls(&order.customer.wallet).schedule;
            let change = match way(&order, event.clone(), now, schedule) {
                Ok(change) if change.is_empty() && is_sure => {
                    self.nothing_changed(id, &cause).await?;
                    return Ok(Applied::Unchanged(order));
                }
                Err(refusal) if is_sure => return Ok(Applied::Refused(refusal)),
                Ok(change) if !change.is_empty() => change,
                // Where nothing is committed, only the database knows whether that is still right.
                Ok(_) | Err(_) => continue,
            };
            let wanted = Wanted::of(&change);
            let due = change.next_due();
            let after = Arc::new(change.order.clone());
            let Cause { job, inbox, wire } = cause.clone();
            let subscribers = self.webhooks.subscribers();
            let commit =
                Commit { change, expected_version: order.version, now, inbox, job, wire, subscribers };
            match self.store.commit(commit).await? {
                Committed::Done(token) => {
                    self.committed(&after, due);
                    let call = wanted.zip(token).map(|(wanted, token)| wanted.claimed(token, &after));
                    return Ok(Applied::Changed(after, call));
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
    pub async fn load(&self, id: &OrderId, owner: Option<&Customer>) -> Result<Arc<Order>, ShopError> {
        let order = self.find(id).await?.filter(|order| belongs_to(order, owner));
        order.ok_or(ShopError::OrderNotFound)
    }

    /// The order, if it is known to have passed this version, and is this customer's. The database isn't asked.
    pub fn known_past(&self, id: &OrderId, version: u32, owner: &Customer) -> Option<Arc<Order>> {
        self.recent.get(id).filter(|order| order.version > version && belongs_to(order, Some(owner)))
    }

    /// The attempt that a wallet knows by this id, and its order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_attempt(
        &self,
        wallet: &WalletName,
        payment_request: &PaymentRequestId,
    ) -> Result<Option<(OrderId, AttemptId)>, StoreError> {
        match self.recent.attempt(wallet, payment_request) {
            Some(found) => Ok(Some(found)),
            None => self.store.find_attempt(wallet, payment_request).await,
        }
    }

    /// The order as it is now, if there is one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(&self, id: &OrderId) -> Result<Option<Arc<Order>>, StoreError> {
        if let Some(remembered) = self.recent.get(id) {
            let versions = self.store.versions_of(std::slice::from_ref(id)).await?;
            if versions.iter().any(|(_, version)| *version == remembered.version) {
                return Ok(Some(remembered));
            }
        }
        let Some(order) = self.store.load(id).await?.map(Arc::new) else { return Ok(None) };
        self.recent.keep(&order);
        Ok(Some(order))
    }

    /// Remembers what was committed, and wakes whoever waits for it or has to do with it at this time.
    pub(super) fn committed(&self, order: &Arc<Order>, due: Option<Timestamp>) {
        self.recent.keep(order);
        self.wakes.committed(&order.id, order.version);
        due.into_iter().for_each(|due| self.job_bell.ring(due));
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

/// Whether nobody asks for themselves, or the order's own customer.
fn belongs_to(order: &Order, owner: Option<&Customer>) -> bool {
    owner.is_none_or(|owner| *owner == order.customer)
}

/// A payment id that belongs to another attempt: the message can't be about this one (law 10).
fn disbelieved(event: Event) -> Result<Event, Refusal> {
    let reason = "the payment id belongs to another attempt".to_owned();
    match event {
        Event::PayAnswered { attempt, sending, answer: _ } => {
            Ok(Event::PayAnswered { attempt, sending, answer: PayAnswer::Unknown { reason } })
        }
        Event::WalletSaid { attempt, word: _, source: merchant_core::lifecycle::WordSource::Inquiry } => {
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
