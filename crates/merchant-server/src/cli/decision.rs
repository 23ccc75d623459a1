//! What the command line decides about an order, written down beside a running server.
//!
//! In: an order's id and an event. Out: what became of it. The server may change the order meanwhile: then it is
//! decided anew.

use std::sync::Arc;

use merchant_core::lifecycle::{Event, Order, Refusal, Schedule, decide};
use shop_api::OrderId;
use wallet_api::clock::SystemClock;

use super::Failure;
use crate::evidence::Wire;
use crate::store::{Commit, Committed, Conflict, Store};
use crate::time::now;
use crate::webhooks::Subscriber;

/// How often it is decided anew because the server was faster.
const TRIES: usize = 20;

/// What became of an event.
pub(super) enum Decided {
    /// It is written down.
    Changed,
    /// It changes nothing: so it was already.
    Unchanged,
    /// The order doesn't allow it.
    Refused(Refusal),
    /// What else is in the database doesn't allow it, however often it is tried.
    Conflict,
}

/// Writes down what an event makes of an order.
pub(super) async fn write_down(
    store: &dyn Store,
    id: &OrderId,
    event: &Event,
    schedule: impl Fn(&Order) -> Schedule,
    subscribers: &Arc<[Subscriber]>,
) -> Result<Decided, Failure> {
    for _ in 0..TRIES {
        let order = load(store, id).await?;
        let now = now(&SystemClock);
        let change = match decide(&order, event.clone(), now, &schedule(&order)) {
            Ok(change) if change.is_empty() => return Ok(Decided::Unchanged),
            Ok(change) => change,
            Err(refusal) => return Ok(Decided::Refused(refusal)),
        };
        let commit = Commit {
            change,
            expected_version: order.version,
            now,
            inbox: None,
            job: None,
            wire: Wire::default(),
            subscribers: Arc::clone(subscribers),
        };
        match store.commit(commit).await? {
            Committed::Done(_) => return Ok(Decided::Changed),
            Committed::Refused(Conflict::RefundKeyTaken | Conflict::MessagePending) => {
                return Ok(Decided::Conflict);
            }
            Committed::Refused(_) => {}
        }
    }
    Err(Failure::Other(format!("order {id} changes all the time; try again")))
}

/// The order of this id.
pub(super) async fn load(store: &dyn Store, id: &OrderId) -> Result<Order, Failure> {
    let order = store.load(id).await?;
    order.ok_or_else(|| Failure::Other(format!("there is no order {id}; see `orders list`")))
}
