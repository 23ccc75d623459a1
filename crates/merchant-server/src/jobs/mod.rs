//! Work that is due: sending, asking, cancelling, refunding, expiring; and sweeping away what isn't kept.
//!
//! In: the table of jobs and the clock. Out: the events that the calls bring. A job runs at least once and
//! takes effect once: it is claimed with a lease, and the commit it leads to is refused when somebody else
//! has claimed it since. Questions keep to the wallet's limit: what is over it is put off, never dropped.

mod bell;
mod limit;
mod refund;
mod work;

use std::sync::Arc;
use std::time::Duration;

use merchant_core::lifecycle::LEASE_MILLIS;
use shop_api::Timestamp;
use tokio::task::JoinSet;

pub use bell::Bell;
pub use limit::{Limits, RateLimit};
pub use work::{run, run_at_once};

use crate::app::App;
use crate::store::{StoreError, Swept};

/// How many jobs one server works on at a time.
const PARALLEL: u32 = 32;

/// The longest that the runner sleeps: another process, such as `merchant-server refund`, may have written a
/// job down.
const LONGEST_SLEEP_MILLIS: u64 = 2_000;

/// How long the runner waits when it can't know or do more now.
const REST: Duration = Duration::from_secs(1);

/// How often expired sessions and quotes are deleted, and personal data is erased whose time is over.
const SWEEP_EVERY_MILLIS: u64 = 600_000;

/// Quotes and sessions are kept so long after they expired, so that what is sent late is told the reason.
const KEEP_EXPIRED_MILLIS: u64 = 86_400_000;

/// Runs everything that is due by now, and what that makes due, until nothing is. For tests.
///
/// # Errors
/// [`StoreError`] when the jobs can't be claimed.
pub async fn run_due(app: &Arc<App>) -> Result<u32, StoreError> {
    let mut done = 0;
    loop {
        let jobs = claim(app, PARALLEL).await?;
        if jobs.is_empty() {
            return Ok(done);
        }
        let mut running = JoinSet::new();
        for job in jobs {
            let app = Arc::clone(app);
            running.spawn(async move { run(&app, job).await });
            done += 1;
        }
        while running.join_next().await.is_some() {}
    }
}

/// Works until the server stops.
pub async fn serve(app: Arc<App>) {
    let mut running = JoinSet::new();
    let mut swept_at = Timestamp(0);
    while !app.stopping.is_cancelled() {
        let sleep = match start_due(&app, &mut running).await {
            Ok(sleep) => {
                sweep(&app, &mut swept_at).await;
                sleep
            }
            // What is due stays due: without a rest this would spin while, say, the disk is full.
            Err(error) => {
                tracing::error!(%error, "jobs can't be claimed; trying again");
                REST
            }
        };
        tokio::select! {
            () = app.clock.sleep(sleep) => {}
            () = app.job_bell.rung() => {}
            () = app.stopping.cancelled() => {}
            Some(_) = running.join_next() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

/// Starts what is due, as far as there are hands for it. How long the runner sleeps then.
async fn start_due(app: &Arc<App>, running: &mut JoinSet<()>) -> Result<Duration, StoreError> {
    loop {
        let free = PARALLEL.saturating_sub(u32::try_from(running.len()).unwrap_or(PARALLEL));
        if free == 0 {
            return Ok(REST);
        }
        app.job_bell.looking();
        let now = app.now();
        let latest = now.plus_millis(LONGEST_SLEEP_MILLIS);
        let next = app.store.next_job_at().await?.map_or(latest, |due| due.min(latest));
        app.job_bell.known(next);
        if next > now {
            return Ok(Duration::from_millis(next.millis_since(now)));
        }
        let jobs = claim(app, free).await?;
        // Somebody else was faster, or is about to be.
        if jobs.is_empty() {
            app.job_bell.looking();
            return Ok(REST);
        }
        for job in jobs {
            let app = Arc::clone(app);
            running.spawn(async move { run(&app, job).await });
        }
    }
}

async fn claim(app: &App, limit: u32) -> Result<Vec<crate::store::Job>, StoreError> {
    let now = app.now();
    app.store.claim_jobs(now, now.plus_millis(LEASE_MILLIS), limit).await
}

async fn sweep(app: &App, swept_at: &mut Timestamp) {
    let now = app.now();
    if now.millis_since(*swept_at) < SWEEP_EVERY_MILLIS {
        return;
    }
    let before = Timestamp(now.0.saturating_sub(KEEP_EXPIRED_MILLIS));
    let expired = app.store.sweep(before).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "expired sessions and quotes can't be deleted");
        Swept::All
    });
    let outdated = app.erase_outdated().await.unwrap_or_else(|error| {
        tracing::warn!(%error, "personal data whose time is over can't be erased");
        Swept::All
    });
    // A part at a time, so that nobody waits long; the next part comes with the next round.
    if [expired, outdated].contains(&Swept::Part) {
        app.job_bell.ring(now);
    } else {
        *swept_at = now;
    }
}
