//! Calls to wallets that follow a commit at once, made by the process that committed.
//!
//! In: what a change wants run, and the claim that its commit brought. Out: what came of it, in the order. A call that
//! nobody makes is a job like any other, done when its lease is over.

use std::sync::Arc;
use std::time::Duration;

use merchant_core::lifecycle::{ChangeSet, JobKey, NewAttempt, StoredCall, Subject};

use super::App;
use crate::store::{Job, JobToken};

/// How long a shopper's request waits for the wallet. The call goes on after that, and the long poll
/// brings what came of it.
const INLINE_WAIT: Duration = Duration::from_secs(5);

/// A job that the commit which wrote it down has also claimed, for this process to do at once.
#[derive(Debug)]
pub struct Call {
    job: Job,
    /// What is to be sent, of a payment: as it was written down.
    pay_request: Option<StoredCall>,
}

impl Call {
    /// What a commit has claimed, of what its change wanted run at once.
    pub(super) fn claimed(wanted: Option<Wanted>, token: Option<JobToken>) -> Option<Self> {
        let (Wanted { key, pay_request }, token) = wanted.zip(token)?;
        Some(Self { job: Job { key, token }, pay_request })
    }
}

/// What a change wants run at once.
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
}

impl App {
    /// Makes a call that this process has claimed, and waits a little for it. When the caller goes away
    /// or the time is over, the call goes on.
    pub(super) async fn run_call(self: &Arc<Self>, call: Option<Call>) {
        let Some(Call { job, pay_request }) = call else { return };
        let app = Arc::clone(self);
        let running = self.tasks.spawn(async move { crate::jobs::run_at_once(&app, job, pay_request).await });
        tokio::select! {
            _ = running => {}
            () = self.clock.sleep(INLINE_WAIT) => {}
            () = self.stopping.cancelled() => {}
        }
    }
}
