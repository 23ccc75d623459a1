//! The bell that wakes the runner: rung with the time at which a job falls due.
//!
//! Most jobs that are written down fall due after others that the runner knows of, and are done by what happens
//! meanwhile. For those it sleeps on, and the database isn't asked.

use std::sync::atomic::{AtomicU64, Ordering};

use shop_api::Timestamp;
use tokio::sync::Notify;

/// Tells the runner when to look for work. Holds the earliest time that it knows of.
#[derive(Debug)]
pub struct Bell {
    next: AtomicU64,
    rung: Notify,
}

impl Default for Bell {
    fn default() -> Self {
        Self { next: AtomicU64::new(u64::MAX), rung: Notify::new() }
    }
}

impl Bell {
    /// A job was written down that falls due at this time. Wakes the runner if it would look later.
    pub fn ring(&self, due: Timestamp) {
        if due.0 < self.next.fetch_min(due.0, Ordering::SeqCst) {
            self.rung.notify_one();
        }
    }

    /// The runner is about to look: whatever is rung from now on may be what it doesn't see.
    pub(super) fn looking(&self) {
        self.next.store(u64::MAX, Ordering::SeqCst);
    }

    /// The runner looked, and will look again at this time.
    pub(super) fn known(&self, next: Timestamp) {
        self.next.fetch_min(next.0, Ordering::SeqCst);
    }

    /// Resolves when the runner should look earlier than it would.
    pub(super) async fn rung(&self) {
        self.rung.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn is_rung(bell: &Bell) -> bool {
        tokio::select! {
            biased;
            () = bell.rung() => true,
            () = std::future::ready(()) => false,
        }
    }

    #[tokio::test]
    async fn it_wakes_for_what_falls_due_earlier_than_known_and_for_nothing_else() {
        let bell = Bell::default();
        bell.looking();
        bell.known(Timestamp(100));
        bell.ring(Timestamp(100));
        bell.ring(Timestamp(150));
        assert!(!is_rung(&bell).await);
        bell.ring(Timestamp(99));
        assert!(is_rung(&bell).await);
        assert!(!is_rung(&bell).await, "once");
    }

    #[tokio::test]
    async fn it_wakes_for_whatever_was_written_down_while_the_runner_looked() {
        let bell = Bell::default();
        bell.looking();
        bell.ring(Timestamp(150));
        bell.known(Timestamp(100));
        assert!(is_rung(&bell).await);
    }
}
