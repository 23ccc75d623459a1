//! Two hundred shoppers want the last fifty units, in carts whose lines stand in every order. Some walk away
//! without paying, some give up; their units are free again once the wallet says that they can't be paid.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wallet_api::clock::Clock;

use crate::world::audit::Auditor;
use crate::world::merchant::run_due;
use crate::world::shopper::{Shopper, cashier_of, text};
use crate::world::{Setup, Wallet, fresh_database, until};

const UNITS: u32 = 50;
const SHOPPERS: usize = 200;
const WALKERS: usize = 20;
/// Who pays for everybody; the shop doesn't care.
const PAYER: &str = "c-ana";

#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Pays,
    GivesUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Bought,
    GaveUp,
    SoldOut,
}

/// The three things in each of their six orders.
fn cart(number: usize) -> [(&'static str, u32); 3] {
    let orders: [[&str; 3]; 6] = [
        ["TEA", "MUG", "LAMP"],
        ["TEA", "LAMP", "MUG"],
        ["MUG", "TEA", "LAMP"],
        ["MUG", "LAMP", "TEA"],
        ["LAMP", "TEA", "MUG"],
        ["LAMP", "MUG", "TEA"],
    ];
    orders[number % 6].map(|sku| (sku, 1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_the_last_fifty_units_are_sold() {
    let wallet = Arc::new(Wallet::start().await);
    wallet.enrich(PAYER).await;
    let database = fresh_database();
    let setup = Setup::of(&wallet, "generic-v2", &database, UNITS).await;
    let clock: Arc<dyn Clock> = wallet.clock.clone();
    let server = setup.serve(clock, |ports| ports).await;
    let mut shoppers = Vec::new();
    for number in 0..SHOPPERS {
        shoppers.push(Shopper::with_session(&server, &format!("c-{number}")).await);
    }
    let first = walks_away(&shoppers[0], 0).await;
    for (number, walker) in shoppers.iter().enumerate().take(WALKERS).skip(1) {
        walks_away(walker, number).await;
    }
    let (sold, waiting) = (watch::Sender::new(0), Arc::new(AtomicUsize::new(0)));
    let mut rush = JoinSet::new();
    for (number, shopper) in shoppers.into_iter().enumerate().skip(WALKERS) {
        let mood = if number % 4 == 0 { Mood::GivesUp } else { Mood::Pays };
        let patience = Patience { sold: sold.subscribe(), waiting: Arc::clone(&waiting) };
        rush.spawn(shops(Arc::clone(&wallet), shopper, number, mood, patience));
    }
    let (mut outcomes, mut looks, mut minutes) = (Vec::new(), 0, 0);
    let audit = Auditor::new(server.admin, UNITS);
    while !rush.is_empty() {
        // An observer who looks all the time.
        looks += 1;
        let order = audit.order(&first).await;
        let mut least_sold = i64::from(UNITS);
        for row in order["stock"].as_array().unwrap() {
            let number = |member: &str| row[member].as_i64().unwrap();
            let (on_hand, reserved, sold) = (number("onHand"), number("reserved"), number("sold"));
            assert_eq!(on_hand + sold, i64::from(UNITS), "conserved: {row}");
            assert!(0 <= reserved && reserved <= on_hand, "never oversold: {row}");
            least_sold = least_sold.min(sold);
        }
        run_due(&server.app).await;
        while let Some(outcome) = rush.try_join_next() {
            outcomes.push(outcome.unwrap());
        }
        // Once everybody who is left waits for units to be free again, time passes, and the walkers' orders
        // expire.
        if waiting.load(Ordering::SeqCst) == rush.len() {
            waiting.store(0, Ordering::SeqCst);
            wallet.clock.advance(Duration::from_secs(60));
            sold.send_replace(least_sold);
            minutes += 1;
            assert!(minutes < 120, "{} shoppers are left", rush.len());
        }
    }
    until("everything is settled", async || {
        wallet.clock.advance(Duration::from_secs(30));
        run_due(&server.app).await.is_none()
    })
    .await;
    let orders = audit.audit(&wallet, false).await;
    let of = |status: &str| orders.iter().filter(|order| order["status"] == status).count();
    let count = |wanted: Outcome| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    println!(
        "{} bought, {} gave up, {} came too late, {} walked away; looked at {looks} times",
        count(Outcome::Bought),
        count(Outcome::GaveUp),
        count(Outcome::SoldOut),
        of("expired")
    );
    assert_eq!((of("paid"), count(Outcome::Bought)), (50, 50));
    assert!(of("expired") >= WALKERS);
    assert_eq!(of("cancelled"), count(Outcome::GaveUp));
}

/// What a shopper has who waits until units are free again.
struct Patience {
    /// How many are sold, told every minute.
    sold: watch::Receiver<i64>,
    /// How many shoppers wait.
    waiting: Arc<AtomicUsize>,
}

impl Patience {
    fn sold(&mut self) -> i64 {
        *self.sold.borrow_and_update()
    }

    async fn waits(&mut self) {
        // Nobody is told anything before this one is counted.
        self.sold.mark_unchanged();
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.sold.changed().await.unwrap();
    }
}

/// Orders, and is never seen again.
async fn walks_away(shopper: &Shopper, number: usize) -> String {
    let quote = shopper.quote(&cart(number)).await.unwrap();
    text(&shopper.place(&quote, None).await.unwrap().expect(201)["orderId"])
}

/// Tries until it has the things or they are sold, not merely reserved.
async fn shops(
    wallet: Arc<Wallet>,
    shopper: Shopper,
    number: usize,
    mood: Mood,
    mut patience: Patience,
) -> Outcome {
    loop {
        let lines = cart(number).map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity }));
        let quote = shopper.client.post("/shop/v1/quotes", json!({ "lines": lines })).await.expect(201);
        let Some(id) = quote["quoteId"].as_str() else {
            if patience.sold() == i64::from(UNITS) {
                return Outcome::SoldOut;
            }
            // Some are only reserved.
            patience.waits().await;
            continue;
        };
        let placed = shopper.place(id, None).await.unwrap();
        if placed.status == 409 {
            // Somebody else was faster.
            placed.problem(409, "quote_changed");
            patience.waits().await;
            continue;
        }
        let order = placed.expect(201);
        let id = text(&order["orderId"]);
        if mood == Mood::GivesUp {
            shopper.cancel(&id).await.unwrap().expect(202);
            return Outcome::GaveUp;
        }
        if pays(&wallet, &shopper, &id, &mut patience).await {
            return Outcome::Bought;
        }
    }
}

/// Pays as soon as there is a cashier; whether that was in time.
async fn pays(wallet: &Wallet, shopper: &Shopper, id: &str, patience: &mut Patience) -> bool {
    loop {
        let order = shopper.read(id).await.unwrap();
        if let Some(payment_id) = cashier_of(&order) {
            return wallet.confirm(&payment_id, PAYER).await == "paid";
        }
        if order["status"] != "awaiting_payment" {
            return false;
        }
        if order["mayStartPayment"] == true {
            shopper.pay_again(&order).await.unwrap();
        }
        patience.waits().await;
    }
}
