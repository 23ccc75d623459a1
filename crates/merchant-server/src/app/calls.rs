//! Calls to wallets that follow a commit at once, made by the process that committed.
//!
//! In: what a change wants run, and the claim that its commit brought. Out: what came of it, in the order. A call that
//! nobody makes is a job like any other, done when its lease is over.

use std::sync::Arc;
use std::time::Duration;

use merchant_core::lifecycle::{ChangeSet, JobKey, NewAttempt, Order, StoredCall, Subject};

use super::App;
use crate::store::{Job, JobToken};

/// How long a shopper's request waits for the wallet. The call goes on after that, and the long poll
/// brings what came of it.
const INLINE_WAIT: Duration = Duration::from_secs(5);

/// A job that the commit which wrote it down has also claimed, for this process to do at once.
#[derive(Debug)]
pub struct Call {
    job: Job,
    at_hand: Option<AtHand>,
}

/// A payment that was just written down: what is to be sent, and the order that it is of.
#[derive(Debug)]
pub struct AtHand {
    /// As it was committed.
    pub order: Arc<Order>,
    /// As it was written down.
    pub pay_request: StoredCall,
}

/// What a change wants done at once, before the commit that claims it.
pub(super) struct Wanted {
    key: JobKey,
    pay_request: Option<StoredCall>,
}

impl Wanted {
    pub(super) fn of(change: &ChangeSet) -> Option<Self> {
        let key = change.run_now.clone()?;
        let pays = |new: &&NewAttempt| key.about == Subject::Attempt(new.id.clone());
        let pay_request = change.new_attempt.as_ref().filter(pays).map(|new| new.pay_request.clone());
        Some(Self { key, pay_request })
    }

    pub(super) fn claimed(self, token: JobToken, order: &Arc<Order>) -> Call {
        let at_hand = self.pay_request.map(|pay_request| AtHand { order: Arc::clone(order), pay_request });
        Call { job: Job { key: self.key, token }, at_hand }
    }
}

impl App {
    /// Makes a call that this process has claimed, and waits a little for it. When the caller goes away
    /// or the time is over, the call goes on.
    pub(super) async fn run_call(self: &Arc<Self>, call: Option<Call>) {
        let Some(Call { job, at_hand }) = call else { return };
        let app = Arc::clone(self);
        let running = self.tasks.spawn(async move { crate::jobs::run_at_once(&app, job, at_hand).await });
        tokio::select! {
            _ = running => {}
            () = self.clock.sleep(INLINE_WAIT) => {}
            () = self.stopping.cancelled() => {}
        }
    }
}
