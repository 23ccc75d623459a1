//! One purchase, one cancel and one refund, with the server killed at call 1, at call 2, and so on until a run
//! goes through alive.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::task::{JoinSet, LocalSet};
use wallet_api::clock::Clock as _;

use super::process::{Process, Ran};
use super::watch::Fate;
use crate::world::audit::Auditor;
use crate::world::client::Client;
use crate::world::database::TestDatabase;
use crate::world::shopper::{Shopper, cashier_of, text};
use crate::world::{Setup, Wallet, fresh_database, until};

const UNITS: u32 = 1_000;
const CUSTOMER: &str = "c-ana";

/// How many runs go on at a time, each with a wallet and a database of its own, which the next one goes on with.
const AT_A_TIME: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_call_everything_ends_and_agrees() {
    // The shoppers take turns on one thread; wallets and servers have others.
    LocalSet::new().run_until(sweep()).await;
}

async fn sweep() {
    let next = Arc::new(AtomicU64::new(1));
    let survived = Arc::new(AtomicU64::new(u64::MAX));
    let mut workers = JoinSet::new();
    for _ in 0..AT_A_TIME {
        let (next, survived) = (Arc::clone(&next), Arc::clone(&survived));
        workers.spawn_local(async move {
            let shop = Shop::open().await;
            loop {
                let kill_at = next.fetch_add(1, Ordering::SeqCst);
                if kill_at > survived.load(Ordering::SeqCst) {
                    return;
                }
                if !Run::start(&shop, kill_at).await.goes_through().await {
                    survived.fetch_min(kill_at, Ordering::SeqCst);
                }
            }
        });
    }
    while let Some(done) = workers.join_next().await {
        done.unwrap();
    }
    let calls = survived.load(Ordering::SeqCst) - 1;
    println!("killed at each of {calls} calls");
    assert!(calls > 60, "only {calls} calls: something isn't counted");
}

struct Shop {
    wallet: Wallet,
    setup: Setup,
    _database: TestDatabase,
}

impl Shop {
    async fn open() -> Self {
        let wallet = Wallet::start().await;
        wallet.enrich(CUSTOMER).await;
        let database = fresh_database();
        let setup = Setup::of(&wallet, "generic-v2", &database, UNITS).await.on_fixed_ports();
        Self { wallet, setup, _database: database }
    }
}

struct Run<'a> {
    kill_at: u64,
    wallet: &'a Wallet,
    setup: &'a Setup,
    process: Process,
    was_killed: bool,
    shopper: Option<Shopper>,
}

impl<'a> Run<'a> {
    async fn start(shop: &'a Shop, kill_at: u64) -> Self {
        let Shop { wallet, setup, .. } = shop;
        let process = Process::start(setup, wallet, Fate::DiesAt(kill_at)).await;
        Self { kill_at, wallet, setup, process, was_killed: false, shopper: None }
    }

    /// Whether it was killed on the way.
    async fn goes_through(mut self) -> bool {
        let bought = self.orders("TEA").await;
        self.pays(&bought).await;
        let given_up = self.orders("MUG").await;
        self.gives_up(&given_up).await;
        let refunded = self.orders("LAMP").await;
        self.pays(&refunded).await;
        self.ends(&refunded).await;
        self.refunds(&refunded).await;
        for (order, status) in [(&bought, "paid"), (&given_up, "cancelled"), (&refunded, "paid")] {
            let ended = self.ends(order).await;
            assert_eq!(ended["status"], status, "{}: {ended:#}", self.name());
        }
        let audit = self.audit();
        assert_eq!(audit.order(&refunded).await["refunds"][0]["status"], "succeeded", "{}", self.name());
        audit.audit(self.wallet, false).await;
        assert!(self.process.ends_with_its_input().await.success());
        self.was_killed
    }

    fn name(&self) -> String {
        format!("killed at call {}, {:?}", self.kill_at, self.process.last_word)
    }

    fn audit(&self) -> Auditor {
        Auditor::new(self.setup.admin_address(), UNITS)
    }

    /// Has the shopper ask for something until the server answers; it is started anew where it died.
    async fn asks<T>(&mut self, ask: impl AsyncFn(&Shopper) -> Option<T>) -> T {
        loop {
            let shopper = match self.shopper.take() {
                Some(shopper) => Some(shopper),
                None => {
                    let client = Client::new(self.setup.public_address());
                    Shopper::login(self.wallet, client, CUSTOMER).await
                }
            };
            if let Some(shopper) = shopper {
                let answer = ask(&shopper).await;
                self.shopper = Some(shopper);
                if let Some(answer) = answer {
                    return answer;
                }
            }
            self.restarts().await;
        }
    }

    /// The server is gone: started anew, on the same database, to live.
    async fn restarts(&mut self) {
        self.process.dies().await;
        let word = self.process.last_word.take();
        assert!(!self.was_killed, "it died twice: {word:?}");
        self.process = Process::start(self.setup, self.wallet, Fate::Lives).await;
        self.process.last_word = word;
        self.was_killed = true;
    }

    /// An order's id. Whatever isn't answered is sent again: the same quote makes one order.
    async fn orders(&mut self, sku: &str) -> String {
        let quote = self.asks(async |shopper| shopper.quote(&[(sku, 2)]).await).await;
        let placed = self.asks(async |shopper| shopper.place(&quote, None).await).await;
        assert!(matches!(placed.status, 200 | 201), "{}", String::from_utf8_lossy(&placed.body));
        text(&placed.json()["orderId"])
    }

    async fn read(&mut self, order: &str) -> Value {
        self.asks(async |shopper| shopper.read(order).await).await
    }

    /// Pays as soon as there is a cashier, and waits until the wallet has tried to tell.
    async fn pays(&mut self, order: &str) {
        for _ in 0..200 {
            let now = self.read(order).await;
            if let Some(payment_id) = cashier_of(&now) {
                self.wallet.confirm(&payment_id, CUSTOMER).await;
                until("a notification", async || {
                    let ledger = self.wallet.ledger().await;
                    let mut payments = ledger["payments"].as_array().unwrap().iter();
                    payments.any(|payment| {
                        payment["paymentId"] == payment_id.as_str()
                            && payment["notificationTries"].as_u64().unwrap() > 0
                    })
                })
                .await;
                return;
            }
            if now["mayStartPayment"] == true {
                self.asks(async |shopper| shopper.pay_again(&now).await).await;
                continue;
            }
            self.passes(2_000).await;
        }
        panic!("{}: no cashier", self.name());
    }

    async fn gives_up(&mut self, order: &str) {
        let answer = self.asks(async |shopper| shopper.cancel(order).await).await;
        assert_eq!(answer.status, 202);
    }

    async fn refunds(&mut self, order: &str) {
        let key = format!("key-{}", self.kill_at);
        while !self.audit().refund(order, &key, "700").await {
            self.restarts().await;
        }
    }

    /// Moves the clock and has what is due done; how long until the next job.
    async fn passes(&mut self, millis: u64) -> Option<u64> {
        self.wallet.clock.advance(Duration::from_millis(millis));
        let now = self.wallet.clock.now().as_millisecond();
        match self.process.run(now).await {
            Ran::Through { next } => next.map(|at| u64::try_from(at - now).unwrap_or(0)),
            Ran::Stopped => panic!("{}: nobody stopped it", self.name()),
            Ran::Died => {
                self.restarts().await;
                Some(0)
            }
        }
    }

    /// Moves on until the server has nothing to do for the order any more.
    async fn ends(&mut self, order: &str) -> Value {
        let mut wait = 0;
        for _ in 0..500 {
            let next = self.passes(wait).await;
            let Some(now) = self.audit().try_order(order).await else {
                self.restarts().await;
                continue;
            };
            let status = now["status"].as_str().unwrap();
            assert_ne!(status, "needs_attention", "{}: {now:#}", self.name());
            let is_over = matches!(status, "paid" | "expired" | "cancelled");
            if is_over && now["jobs"].as_array().unwrap().is_empty() {
                return now;
            }
            wait = next.unwrap_or(1_000).clamp(1, 60_000);
        }
        panic!("{}: it doesn't end", self.name());
    }
}
