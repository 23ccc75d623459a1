//! The one home of the wall clock and of waiting.
//!
//! In: nothing. Out: [`Clock`], what everything else asks for the time; [`SystemClock`] for programs and
//! [`ManualClock`] for tests, which moves only when told. Nobody else may read the machine's clock (the
//! workspace's `clippy.toml` sees to it), so whatever depends on time can be tested without waiting.

use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::BoxFuture;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Resolves when `duration` has passed on this clock.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[allow(clippy::disallowed_methods, reason = "this is the home of the wall clock and of waiting")]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that stands still until [`ManualClock::advance`] moves it; sleepers wake when it passes them.
#[derive(Debug)]
pub struct ManualClock {
    now: watch::Sender<Timestamp>,
    sleepers: Mutex<usize>,
}

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { now: watch::Sender::new(start), sleepers: Mutex::new(0) }
    }

    /// Moves the clock forward; it stops at the end of time rather than overflow.
    pub fn advance(&self, duration: Duration) {
        self.now.send_modify(|now| *now = later(*now, duration));
    }

    /// How many sleeps are waiting for this clock, so that a test can wait for its subject to be idle.
    pub fn sleepers(&self) -> usize {
        self.sleepers.lock().map_or(0, |count| *count)
    }

    fn count_sleepers(&self, change: isize) {
        if let Ok(mut count) = self.sleepers.lock() {
            *count = count.saturating_add_signed(change);
        }
    }
}

/// Takes a sleeper off the count also when its future is dropped before it woke.
struct Sleeper<'a>(&'a ManualClock);

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.0.count_sleepers(-1);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let wake_at = later(self.now(), duration);
        let mut changes = self.now.subscribe();
        Box::pin(async move {
            self.count_sleepers(1);
            let _sleeper = Sleeper(self);
            // The sender lives in `self`, so the channel can't close while we wait.
            let _ = changes.wait_for(|now| *now >= wake_at).await;
        })
    }
}

/// `time` plus `duration`; the end of time rather than an overflow.
pub fn later(time: Timestamp, duration: Duration) -> Timestamp {
    SignedDuration::try_from(duration)
        .ok()
        .and_then(|duration| time.checked_add(duration).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_passes_it_and_not_before() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let mut sleep = clock.sleep(Duration::from_secs(10));
        assert!(futures_poll(&mut sleep).is_pending());
        assert_eq!(clock.sleepers(), 1);
        clock.advance(Duration::from_secs(9));
        assert!(futures_poll(&mut sleep).is_pending());
        clock.advance(Duration::from_secs(1));
        sleep.await;
        assert_eq!(clock.sleepers(), 0);
    }

    #[test]
    fn time_stops_at_its_end() {
        assert_eq!(later(Timestamp::MAX, Duration::from_secs(1)), Timestamp::MAX);
        assert_eq!(later(Timestamp::UNIX_EPOCH, Duration::MAX), Timestamp::MAX);
    }

    fn futures_poll(future: &mut BoxFuture<'_, ()>) -> std::task::Poll<()> {
        future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    }
}
