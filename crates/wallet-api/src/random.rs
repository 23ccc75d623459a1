//! The one home of chance.
//!
//! In: nothing. Out: [`Rng`], what everything else draws from; [`SystemRng`] for programs (the operating
//! system's secure source, through AWS-LC) and [`SeededRng`] for tests, which repeats itself.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// Where random bytes come from.
pub trait Rng: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);

    /// An id that can't be guessed: 128 bits as 32 lower-case hexadecimal digits.
    fn unguessable_id(&self) -> String {
        let mut bytes = [0u8; 16];
        self.fill(&mut bytes);
        hex(&bytes)
    }

    /// A secret that can't be guessed: 256 bits as 64 lower-case hexadecimal digits.
    fn secret(&self) -> String {
        let mut bytes = [0u8; 32];
        self.fill(&mut bytes);
        hex(&bytes)
    }
}

/// The operating system's secure source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[allow(clippy::expect_used, reason = "without randomness no id is safe, and AWS-LC itself aborts first")]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the operating system's random source answers");
    }
}

/// What AWS-LC blinds RSA with.
#[allow(clippy::disallowed_methods, reason = "this is the home of the random generator")]
pub(crate) fn blinding() -> aws_lc_rs::rand::SystemRandom {
    aws_lc_rs::rand::SystemRandom::new()
}

/// Repeats the same bytes for the same seed: SHA-256 of seed and counter. For tests, and for what testers ask for; never for ids.
#[derive(Debug)]
pub struct SeededRng {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRng {
    /// A generator that starts anew from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let counter = self.drawn.fetch_add(1, Ordering::Relaxed);
            let block = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(counter.to_be_bytes())
                .finalize();
            for (byte, drawn) in chunk.iter_mut().zip(block) {
                *byte = drawn;
            }
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_ids_differ_and_seeded_ids_repeat() {
        assert_ne!(SystemRng.unguessable_id(), SystemRng.unguessable_id());
        let first = SeededRng::new(7);
        let second = SeededRng::new(7);
        assert_eq!(first.secret(), second.secret());
        assert_ne!(first.unguessable_id(), first.unguessable_id());
        assert_ne!(SeededRng::new(7).secret(), SeededRng::new(8).secret());
    }
}
