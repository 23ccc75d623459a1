//! Killed at random, again and again, while shoppers buy, give up and walk away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};
use wallet_api::clock::Clock as _;
use wallet_api::random::{Rng as _, SeededRng};

use super::process::Process;
use crate::world::audit::Auditor;
use crate::world::client::Client;
use crate::world::shopper::{Shopper, cashier_of, text};
use crate::world::{Setup, Wallet, fresh_database};

const UNITS: u32 = 10_000;
const SKUS: [&str; 3] = ["TEA", "MUG", "LAMP"];
const CUSTOMERS: [&str; 6] = ["c-ana", "c-ben", "c-chloe", "c-ana", "c-ben", "c-chloe"];

/// The most calls that a server lives.
const LIFE: u64 = 80;

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// A number below `below`.
fn draw(rng: &SeededRng, below: u64) -> u64 {
    let mut bytes = [0; 8];
    rng.fill(&mut bytes);
    u64::from_be_bytes(bytes) % below
}

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
    let closed = Arc::new(AtomicBool::new(false));
    let mut shoppers = JoinSet::new();
    for (number, customer) in (1..).zip(CUSTOMERS) {
        wallet.enrich(customer).await;
        let shopping = Shopping {
            wallet: Arc::clone(&wallet),
            setup: manager.setup.clone(),
            customer,
            rng: SeededRng::new(seed * 1_000 + number),
            ticks: manager.ticks.subscribe(),
        };
        shoppers.spawn_local(shopping.until(Arc::clone(&closed)));
    }
    while manager.killed < kills {
        manager.passes(1_000).await;
    }
    closed.store(true, Ordering::SeqCst);
    // Whoever is in the shop still ends what they do.
    while !shoppers.is_empty() {
        manager.passes(1_000).await;
        while let Some(left) = shoppers.try_join_next() {
            left.unwrap();
        }
    }
    let ended = manager.everything_ends().await;
    let of = |status: &str| ended.iter().filter(|order| order["status"] == status).count();
    let (paid, expired, cancelled) = (of("paid"), of("expired"), of("cancelled"));
    println!("{kills} kills, {} orders: {paid} paid, {expired} expired, {cancelled} cancelled", ended.len());
    assert!(paid > 0 && cancelled > 0);
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
        let process = Process::start(&setup, &wallet, LIFE).await;
        let rng = SeededRng::new(seed);
        Self { wallet, setup, rng, process, kills, killed: 0, ticks: watch::Sender::new(0) }
    }

    /// Moves the clock and has what is due done; how long until the next job.
    async fn passes(&mut self, millis: u64) -> Option<u64> {
        self.wallet.clock.advance(Duration::from_millis(millis));
        let now = self.wallet.clock.now().as_millisecond();
        let next = match self.process.run(now).await {
            Some(next) => next.map(|at| u64::try_from(at - now).unwrap_or(0)),
            None => {
                self.process.dies().await;
                self.killed += 1;
                let life = if self.killed < self.kills { 1 + draw(&self.rng, LIFE) } else { 0 };
                self.process = Process::start(&self.setup, &self.wallet, life).await;
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

struct Shopping {
    wallet: Arc<Wallet>,
    setup: Setup,
    customer: &'static str,
    rng: SeededRng,
    ticks: watch::Receiver<u64>,
}

impl Shopping {
    async fn until(mut self, closed: Arc<AtomicBool>) {
        while !closed.load(Ordering::SeqCst) {
            self.shops().await;
        }
    }

    /// Asks until the server answers; it may be dead meanwhile.
    async fn asks<T>(&mut self, ask: impl AsyncFn() -> Option<T>) -> T {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            self.ticks.changed().await.unwrap();
        }
    }

    /// Orders something, and pays it, gives it up or walks away.
    async fn shops(&mut self) {
        let (wallet, address, customer) =
            (Arc::clone(&self.wallet), self.setup.public_address(), self.customer);
        let shopper = self.asks(async || Shopper::login(&wallet, Client::new(address), customer).await).await;
        let sku = SKUS[usize::try_from(draw(&self.rng, 3)).unwrap()];
        let quote = self.asks(async || shopper.quote(&[(sku, 2)]).await).await;
        let mut placed = self.asks(async || shopper.place(&quote, None).await).await;
        while placed.status == 409 {
            // The same thing waits to be paid elsewhere; the shopper wants it all the same.
            let problem = placed.json();
            assert_eq!(problem["code"], "open_payment_exists", "{problem}");
            let open = text(&problem["orderId"]);
            placed = self.asks(async || shopper.place(&quote, Some(&open)).await).await;
        }
        assert!(matches!(placed.status, 200 | 201), "{}", String::from_utf8_lossy(&placed.body));
        let order = text(&placed.json()["orderId"]);
        match draw(&self.rng, 10) {
            0..6 => self.pays(&shopper, &order).await,
            6..9 => {
                let answer = self.asks(async || shopper.cancel(&order).await).await;
                assert_eq!(answer.status, 202);
            }
            _ => {}
        }
    }

    async fn pays(&mut self, shopper: &Shopper, order: &str) {
        // Patience ends before the time to pay does.
        for _ in 0..60 {
            let now = self.asks(async || shopper.read(order).await).await;
            if let Some(payment_id) = cashier_of(&now) {
                self.wallet.confirm(&payment_id, self.customer).await;
                // Whether the answer arrives or not.
                shopper.returned(&now, "9000").await;
                return;
            }
            if now["mayStartPayment"] == true {
                self.asks(async || shopper.pay_again(&now).await).await;
            }
            self.ticks.changed().await.unwrap();
        }
    }
}
