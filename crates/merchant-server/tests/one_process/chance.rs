//! What nobody decides: drawn from a seed, so that it happens again.

use std::time::Duration;

use wallet_api::random::{Rng, SeededRng};

pub struct Chance(SeededRng);

/// What the wire does with a call.
pub enum Fate {
    Arrives,
    RequestLost,
    AnswerLost,
    /// The same bytes arrive twice; the second answer is heard.
    Doubled,
    /// Nobody waits for the answer any more.
    Late(Duration),
}

impl Chance {
    pub fn of(seed: u64) -> Self {
        Self(SeededRng::new(seed))
    }

    /// From 0 up to, not including, `end`.
    pub fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }

    pub fn one_in(&self, often: u64) -> bool {
        self.below(often) == 0
    }

    /// Between one second and, including, `most`.
    pub fn seconds(&self, most: u64) -> Duration {
        Duration::from_secs(1 + self.below(most))
    }

    pub fn fate(&self) -> Fate {
        match self.below(100) {
            0..80 => Fate::Arrives,
            80..85 => Fate::RequestLost,
            85..90 => Fate::AnswerLost,
            90..95 => Fate::Doubled,
            _ => Fate::Late(self.seconds(600)),
        }
    }
}
