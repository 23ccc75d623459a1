//! Notifications that can't be believed: the wallet is asked, and whoever sends them can't have it asked often.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use merchant_core::lifecycle::{DOUBT_SPACING_MILLIS, Doubt, Event, PaymentRequestId, WalletName};
use shop_api::{AttemptId, Timestamp};

use super::{App, Applied, Cause, ShopError};

/// When a message in doubt was written down last, by the attempt that it is about. Holds only attempts that
/// exist, and those for as long as it matters.
#[derive(Debug, Default)]
pub struct Doubts(Mutex<HashMap<(AttemptId, Doubt), Timestamp>>);

impl Doubts {
    /// Whether this one counts: the first, and then one each half minute.
    fn counts(&self, attempt: &AttemptId, doubt: Doubt, now: Timestamp) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, at| now < at.plus_millis(DOUBT_SPACING_MILLIS));
        let key = (attempt.clone(), doubt);
        let is_first = !seen.contains_key(&key);
        if is_first {
            seen.insert(key, now);
        }
        is_first
    }
}

impl App {
    /// A notification came that says it is about this payment, and can't be believed. A payment that nobody
    /// here knows is none of ours.
    ///
    /// # Errors
    /// The database failed.
    pub async fn doubted(
        &self,
        wallet: &WalletName,
        payment: &PaymentRequestId,
        doubt: Doubt,
    ) -> Result<(), ShopError> {
        let Some((order, attempt)) = self.find_attempt(wallet, payment).await? else { return Ok(()) };
        if !self.doubts.counts(&attempt, doubt, self.now()) {
            return Ok(());
        }
        let event = Event::NotificationDoubted { attempt, doubt };
        match self.apply(&order, None, event, Cause::default()).await? {
            Applied::Changed(..) | Applied::Unchanged(_) | Applied::Refused(_) | Applied::FenceLost => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_doubts_one_counts_in_half_a_minute_and_old_ones_are_forgotten() {
        let doubts = Doubts::default();
        let counts = |id: &str, doubt, at| doubts.counts(&AttemptId::from(id), doubt, Timestamp(at));
        assert!(counts("a", Doubt::Unverified, 0));
        assert!(!counts("a", Doubt::Unverified, 29_999));
        assert!(counts("b", Doubt::Unverified, 29_999), "another attempt's");
        assert!(counts("a", Doubt::Stale, 29_999), "the wallet's own");
        assert!(counts("a", Doubt::Unverified, 30_000));
        assert!(counts("c", Doubt::Unverified, 100_000));
        assert_eq!(doubts.0.lock().unwrap().len(), 1);
    }
}
