//! The jobs that this server has claimed and works on, so that it can hand them back when it stops.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::JobToken;

/// The claims that are worked on.
#[derive(Debug, Default)]
pub struct Claims(Mutex<HashSet<JobToken>>);

impl Claims {
    /// Notes a claim for as long as what this returns lives.
    pub fn hold(&self, token: &JobToken) -> HeldClaim<'_> {
        self.tokens().insert(token.clone());
        HeldClaim { claims: self, token: token.clone() }
    }

    /// Those that are worked on now.
    pub fn held(&self) -> Vec<JobToken> {
        self.tokens().iter().cloned().collect()
    }

    fn tokens(&self) -> MutexGuard<'_, HashSet<JobToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A claim that is worked on.
#[derive(Debug)]
pub struct HeldClaim<'a> {
    claims: &'a Claims,
    token: JobToken,
}

impl Drop for HeldClaim<'_> {
    fn drop(&mut self) {
        self.claims.tokens().remove(&self.token);
    }
}
