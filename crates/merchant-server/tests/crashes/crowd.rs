//! Shoppers who buy, give up and walk away, at one of several servers, and remember what they were told.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wallet_api::random::{Rng as _, SeededRng};

use crate::world::Wallet;
use crate::world::client::Client;
use crate::world::shopper::{Shopper, cashier_of, text};

/// How many units of everything there are: enough.
pub const UNITS: u32 = 10_000;
const SKUS: [&str; 3] = ["TEA", "MUG", "LAMP"];
const CUSTOMERS: [&str; 6] = ["c-ana", "c-ben", "c-chloe", "c-ana", "c-ben", "c-chloe"];

/// A number that the environment may choose.
pub fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// A number below `below`.
pub fn draw(rng: &SeededRng, below: u64) -> u64 {
    let mut bytes = [0; 8];
    rng.fill(&mut bytes);
    u64::from_be_bytes(bytes) % below
}

/// Everybody in the shop.
pub struct Crowd {
    shoppers: JoinSet<()>,
    closed: Arc<AtomicBool>,
    told: Rc<RefCell<Told>>,
}

/// What servers answered. None of it may be undone.
#[derive(Default)]
struct Told {
    placed: BTreeSet<String>,
    paid: BTreeSet<String>,
    cancelled: BTreeSet<String>,
}

impl Told {
    /// Remembers that an order has ended, if it has.
    fn end(&mut self, order: &str, status: &str) -> bool {
        let ended = match status {
            "paid" => &mut self.paid,
            "cancelled" => &mut self.cancelled,
            _ => return false,
        };
        ended.insert(order.to_owned());
        true
    }
}

impl Crowd {
    /// Shoppers come, each to one of these addresses at a time. They look again with every tick.
    pub async fn enters(
        wallet: &Arc<Wallet>,
        doors: Vec<SocketAddr>,
        ticks: &watch::Sender<u64>,
        seed: u64,
    ) -> Self {
        let (closed, told) = (Arc::new(AtomicBool::new(false)), Rc::new(RefCell::new(Told::default())));
        let mut shoppers = JoinSet::new();
        for (number, customer) in (1..).zip(CUSTOMERS) {
            wallet.enrich(customer).await;
            let shopping = Shopping {
                wallet: Arc::clone(wallet),
                doors: doors.clone(),
                customer,
                rng: SeededRng::new(seed * 1_000 + number),
                ticks: ticks.subscribe(),
                told: Rc::clone(&told),
            };
            shoppers.spawn_local(shopping.until(Arc::clone(&closed)));
        }
        Self { shoppers, closed, told }
    }

    /// Whoever is in the shop still ends what they do.
    pub fn is_asked_to_leave(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    pub fn has_left(&mut self) -> bool {
        while let Some(left) = self.shoppers.try_join_next() {
            left.unwrap();
        }
        self.shoppers.is_empty()
    }

    /// Compares what they were told with how it ended; how much there was.
    pub fn was_told_the_truth(&self, ended: &[Value]) -> String {
        let of = |status: &str| -> BTreeSet<String> {
            let with = ended.iter().filter(|order| order["status"] == status);
            with.map(|order| text(&order["orderId"])).collect()
        };
        let (paid, expired, cancelled) = (of("paid"), of("expired"), of("cancelled"));
        let told = self.told.borrow();
        let all: BTreeSet<_> = ended.iter().map(|order| text(&order["orderId"])).collect();
        assert!(told.placed.is_subset(&all), "an order that was placed is gone");
        assert!(told.paid.is_subset(&paid), "an order that was paid isn't any more");
        assert!(told.cancelled.is_subset(&cancelled), "an order that was cancelled isn't any more");
        assert!(!told.paid.is_empty() && !told.cancelled.is_empty());
        let (orders, paid, expired, cancelled) = (all.len(), paid.len(), expired.len(), cancelled.len());
        format!("{orders} orders: {paid} paid, {expired} expired, {cancelled} cancelled")
    }
}

struct Shopping {
    wallet: Arc<Wallet>,
    doors: Vec<SocketAddr>,
    customer: &'static str,
    rng: SeededRng,
    ticks: watch::Receiver<u64>,
    told: Rc<RefCell<Told>>,
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
        let (wallet, customer) = (Arc::clone(&self.wallet), self.customer);
        let door = draw(&self.rng, self.doors.len().try_into().unwrap());
        let address = self.doors[usize::try_from(door).unwrap()];
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
        self.told.borrow_mut().placed.insert(order.clone());
        match draw(&self.rng, 10) {
            0..6 => self.pays(&shopper, &order).await,
            6..9 => {
                let answer = self.asks(async || shopper.cancel(&order).await).await;
                assert_eq!(answer.status, 202);
                self.waits_for(&shopper, &order).await;
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
                return self.waits_for(shopper, order).await;
            }
            if now["mayStartPayment"] == true {
                self.asks(async || shopper.pay_again(&now).await).await;
            }
            self.ticks.changed().await.unwrap();
        }
    }

    /// Waits for the end, not for long.
    async fn waits_for(&mut self, shopper: &Shopper, order: &str) {
        for _ in 0..20 {
            let now = self.asks(async || shopper.read(order).await).await;
            if self.told.borrow_mut().end(order, now["status"].as_str().unwrap()) {
                return;
            }
            self.ticks.changed().await.unwrap();
        }
    }
}
