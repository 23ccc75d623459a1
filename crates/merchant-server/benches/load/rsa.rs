//! What the bare RSA operations cost here: the part of an order that no server can save.

use std::hint::black_box;
use std::time::Instant;

use wallet_api::ids::KeyVersion;
use wallet_api::keys::{PrivateKey, Signer as _, SigningKey};

use crate::wallet::Said;

const ROUNDS: u32 = 300;

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
        let sign_us = each(|| drop(black_box(signer.sign(black_box(&content)).unwrap())));
        let verify_us = each(|| public.verify(black_box(&content), black_box(&signature)).unwrap());
        Self { sign_us, verify_us }
    }

    /// Microseconds for what was said: each message of ours is signed, each to us verified.
    pub fn of(&self, said: Said) -> f64 {
        said.by_us * self.sign_us + said.to_us * self.verify_us
    }
}

fn each(mut work: impl FnMut()) -> f64 {
    let began = Instant::now();
    for _ in 0..ROUNDS {
        work();
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
}
