//! Killed at random, again and again, while shoppers buy, give up and walk away.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::LocalSet;
use wallet_api::clock::Clock as _;
use wallet_api::random::SeededRng;

use super::crowd::{Crowd, UNITS, draw, number};
use super::process::{Process, Ran};
use super::watch::Fate;
use crate::world::audit::Auditor;
use crate::world::{Setup, Wallet, fresh_database};

/// The most calls that a server lives.
const LIFE: u64 = 80;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_under_load_everything_ends_and_agrees() {
    // Shoppers, and who starts the server anew, take turns on one thread; wallet and server have others.
    LocalSet::new().run_until(shop_under_fire()).await;
}

async fn shop_under_fire() {
    let (kills, seed) = (number("CRASHES", 100), number("CRASHES_SEED", 1));
    println!("CRASHES={kills} CRASHES_SEED={seed}");
    let wallet = Arc::new(Wallet::start().await);
    let database = fresh_database();
    let setup = Setup::of(&wallet, "generic-v2", &database, UNITS).await.on_fixed_ports();
    let mut manager = Manager::start(Arc::clone(&wallet), setup, kills, seed).await;
    let mut crowd = Crowd::enters(&wallet, vec![manager.setup.public_address()], &manager.ticks, seed).await;
    while manager.killed < kills {
        manager.passes(1_000).await;
    }
    crowd.is_asked_to_leave();
    while !crowd.has_left() {
        manager.passes(1_000).await;
    }
    let ended = manager.everything_ends().await;
    println!("{kills} kills, {}", crowd.was_told_the_truth(&ended));
}

/// Moves the time, and starts the server anew whenever it died.
struct Manager {
    wallet: Arc<Wallet>,
    setup: Setup,
    rng: SeededRng,
    process: Process,
    kills: u64,
    killed: u64,
    /// Rises whenever time has passed.
    ticks: watch::Sender<u64>,
}

impl Manager {
    async fn start(wallet: Arc<Wallet>, setup: Setup, kills: u64, seed: u64) -> Self {
        let process = Process::start(&setup, &wallet, Fate::DiesAt(LIFE)).await;
        let rng = SeededRng::new(seed);
        Self { wallet, setup, rng, process, kills, killed: 0, ticks: watch::Sender::new(0) }
    }

    /// Moves the clock and has what is due done; how long until the next job.
    async fn passes(&mut self, millis: u64) -> Option<u64> {
        self.wallet.clock.advance(Duration::from_millis(millis));
        let now = self.wallet.clock.now().as_millisecond();
        let next = match self.process.run(now).await {
            Ran::Through { next } => next.map(|at| u64::try_from(at - now).unwrap_or(0)),
            Ran::Stopped => panic!("nobody stopped it: {:?}", self.process.last_word),
            Ran::Died => {
                self.process.dies().await;
                self.killed += 1;
                let is_last = self.killed == self.kills;
                let fate = if is_last { Fate::Lives } else { Fate::DiesAt(1 + draw(&self.rng, LIFE)) };
                self.process = Process::start(&self.setup, &self.wallet, fate).await;
                Some(0)
            }
        };
        self.ticks.send_modify(|ticks| *ticks += 1);
        next
    }

    /// Moves on until no order is open, and compares everything.
    async fn everything_ends(mut self) -> Vec<Value> {
        let audit = Auditor::new(self.setup.admin_address(), UNITS);
        let mut next = Some(0);
        while let Some(wait) = next {
            next = self.passes(wait.clamp(1, 60_000)).await;
        }
        audit.audit(&self.wallet, false).await
    }
}
