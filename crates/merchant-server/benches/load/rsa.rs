//! What the bare RSA operations cost here: the part of an order that no server can save.

use std::hint::black_box;

use wallet_api::ids::KeyVersion;
use wallet_api::keys::{PrivateKey, Signer as _, SigningKey};

use crate::process;
use crate::wallet::Said;

/// Enough that the system's accounts, in hundredths of a second, tell the cost.
const SIGNATURES: u32 = 3_000;
const VERIFICATIONS: u32 = 30_000;

pub struct Costs {
    pub sign_us: f64,
    pub verify_us: f64,
}

impl Costs {
    pub fn measure() -> Self {
        let key = PrivateKey::generate().unwrap();
        let public = key.public_key().unwrap();
        let signer = SigningKey::new(key, KeyVersion::new("1").unwrap());
        let content = [b'x'; 900];
        let signature = signer.sign(&content).unwrap();
        let sign_us = each(SIGNATURES, || drop(black_box(signer.sign(black_box(&content)).unwrap())));
        let verify_us =
            each(VERIFICATIONS, || public.verify(black_box(&content), black_box(&signature)).unwrap());
        Self { sign_us, verify_us }
    }

    /// Between these and others.
    pub fn and(&self, others: &Self) -> Self {
        let sign_us = f64::midpoint(self.sign_us, others.sign_us);
        Self { sign_us, verify_us: f64::midpoint(self.verify_us, others.verify_us) }
    }

    /// Microseconds for what was said: each message of ours is signed, each to us verified.
    pub fn of(&self, said: Said) -> f64 {
        said.by_us * self.sign_us + said.to_us * self.verify_us
    }
}

/// Microseconds of CPU, while all of the machine is at it: so it is under load, and a core that works alone is faster.
fn each(rounds: u32, work: impl Fn() + Sync) -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    let before = process::cpu(std::process::id());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| (0..rounds).for_each(|_| work()));
        }
    });
    (process::cpu(std::process::id()) - before).as_secs_f64() * 1e6 / f64::from(rounds * cores)
}
