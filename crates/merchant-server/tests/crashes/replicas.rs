//! Two servers on one PostgreSQL database, under load. One is killed, one stands still in the middle of what it
//! does until its leases are long over, and goes on as if nothing had happened; again and again.

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
use crate::world::database::TestDatabase;
use crate::world::{Setup, Wallet};

/// The most calls before a server meets its fate.
const LIFE: u64 = 60;

/// How long a server stands still: a lease, what clocks may differ by, and some.
const STANDSTILL_MILLIS: i64 = 120_000;

/// How long it lives after that.
const AFTERLIFE_MILLIS: i64 = 20_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_killed_and_one_paused_past_its_lease_undo_nothing_and_do_nothing_twice() {
    LocalSet::new().run_until(shop_at_two()).await;
}

async fn shop_at_two() {
    let (rounds, seed) = (number("REPLICAS", 10), number("REPLICAS_SEED", 1));
    println!("REPLICAS={rounds} REPLICAS_SEED={seed}");
    let wallet = Arc::new(Wallet::start().await);
    let database = TestDatabase::postgres();
    let mut shop = Shop::opens(&wallet, &database, rounds, seed).await;
    let mut crowd = Crowd::enters(&wallet, shop.doors(), &shop.ticks, seed).await;
    while !shop.has_seen_enough() {
        shop.passes(1_000).await;
    }
    crowd.is_asked_to_leave();
    while !crowd.has_left() {
        shop.passes(1_000).await;
    }
    let (kills, standstills) = (shop.kills(), shop.standstills());
    let ended = shop.everything_ends().await;
    println!("{kills} kills, {standstills} standstills, {}", crowd.was_told_the_truth(&ended));
}

/// The servers, and the time.
struct Shop {
    wallet: Arc<Wallet>,
    replicas: [Replica; 2],
    rounds: u64,
    ticks: watch::Sender<u64>,
}

/// How a server is, and since when.
#[derive(Clone, Copy)]
enum State {
    Runs,
    StandsStill { since: i64 },
    RunsAgain { since: i64 },
}

struct Replica {
    setup: Setup,
    rng: SeededRng,
    process: Process,
    state: State,
    kills: u64,
    standstills: u64,
}

impl Shop {
    async fn opens(wallet: &Arc<Wallet>, database: &TestDatabase, rounds: u64, seed: u64) -> Self {
        let setup = Setup::of(wallet, "generic-v2", database, UNITS).await;
        let replicas = [
            Replica::starts(setup.clone().on_fixed_ports(), wallet, 2 * seed).await,
            Replica::starts(setup.on_fixed_ports(), wallet, 2 * seed + 1).await,
        ];
        Self { wallet: Arc::clone(wallet), replicas, rounds, ticks: watch::Sender::new(0) }
    }

    fn doors(&self) -> Vec<std::net::SocketAddr> {
        self.replicas.iter().map(|replica| replica.setup.public_address()).collect()
    }

    fn kills(&self) -> u64 {
        self.replicas.iter().map(|replica| replica.kills).sum()
    }

    fn standstills(&self) -> u64 {
        self.replicas.iter().map(|replica| replica.standstills).sum()
    }

    fn has_seen_enough(&self) -> bool {
        self.kills() >= self.rounds && self.standstills() >= self.rounds
    }

    /// Moves the clock and has what is due done by whoever can; when there is something to do again.
    async fn passes(&mut self, millis: u64) -> Option<i64> {
        self.wallet.clock.advance(Duration::from_millis(millis));
        let now = self.wallet.clock.now().as_millisecond();
        let fates_go_on = !self.has_seen_enough();
        let mut next = None;
        for replica in &mut self.replicas {
            let due = replica.lives(&self.wallet, now, fates_go_on).await;
            next = next.into_iter().chain(due).min();
        }
        self.ticks.send_modify(|ticks| *ticks += 1);
        next
    }

    /// Moves on until no server has anything to do, and compares everything.
    async fn everything_ends(mut self) -> Vec<Value> {
        let audit = Auditor::new(self.replicas[0].setup.admin_address(), UNITS);
        while let Some(at) = self.passes(1_000).await {
            let wait = at - self.wallet.clock.now().as_millisecond();
            self.wallet.clock.advance(Duration::from_millis(wait.clamp(0, 60_000).unsigned_abs()));
        }
        audit.audit(&self.wallet, false).await
    }
}

impl Replica {
    async fn starts(setup: Setup, wallet: &Wallet, seed: u64) -> Self {
        let process = Process::start(&setup, wallet, Fate::StopsAt(LIFE)).await;
        let rng = SeededRng::new(seed);
        Self { setup, rng, process, state: State::Runs, kills: 0, standstills: 0 }
    }

    /// Does what is due, or what its fate is; when there is something to do again.
    async fn lives(&mut self, wallet: &Wallet, now: i64, fates_go_on: bool) -> Option<i64> {
        let ran = match self.state {
            State::StandsStill { since } if now - since < STANDSTILL_MILLIS => return Some(now),
            State::StandsStill { .. } => {
                self.standstills += 1;
                self.state = State::RunsAgain { since: now };
                self.process.goes_on(now).await
            }
            State::RunsAgain { since } if now - since > AFTERLIFE_MILLIS => {
                self.process.is_killed().await;
                Ran::Died
            }
            State::RunsAgain { .. } | State::Runs => self.process.run(now).await,
        };
        match ran {
            Ran::Through { next } => next,
            Ran::Stopped => {
                self.state = State::StandsStill { since: now };
                Some(now)
            }
            Ran::Died => {
                self.process.dies().await;
                self.kills += 1;
                let at = 1 + draw(&self.rng, LIFE);
                let fate = match draw(&self.rng, 2) {
                    _ if !fates_go_on => Fate::Lives,
                    0 => Fate::DiesAt(at),
                    _ => Fate::StopsAt(at),
                };
                self.process = Process::start(&self.setup, wallet, fate).await;
                self.state = State::Runs;
                Some(now)
            }
        }
    }
}
