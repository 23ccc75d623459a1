//! The running server under a closed loop of shoppers, on every database: what an order costs, and how long a shopper
//! waits.
//!
//! The server is a process of its own, built for release and fully durable; the wallet simulator and the shoppers live
//! here, beside it on the same machine. PostgreSQL is the server that `TEST_DATABASE_URL` names. Figures are of this machine; the
//! bars are ratios within one run, or the promises of docs/operating.md in milliseconds and megabytes. Over a bar the
//! bench fails, after printing everything. `TEST_DATABASE` names one of the databases, as with tests.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a bench stops at the first surprise")]
#![allow(clippy::print_stdout, reason = "its figures are its output")]
#![allow(clippy::disallowed_methods, reason = "a bench measures by the machine's own clock")]

mod database;
mod figures;
mod past;
mod process;
mod rsa;
mod server;
mod shopper;
mod wallet;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use database::{Database, Kind};
use figures::{Bars, Times};
use server::Server;
use shopper::{Round, Shopper, Way};
use wallet::Wallet;

/// How long each part of the load lasts, at least.
const LASTING: Duration = Duration::from_secs(8);

const CONCURRENCIES: [usize; 3] = [1, 16, 64];

/// Orders from which a latency is taken where one shopper is alone.
const ALONE: usize = 150;

const LONG_POLLS: usize = 1_000;

/// Past orders that must not make a new one slower.
const PAST: usize = 1_000_000;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run())
}

async fn run() -> ExitCode {
    let mut bars = Bars::default();
    for database in Kind::asked_for().into_iter().map(Database::new) {
        println!("\n== {}", database.name());
        let wallet = Wallet::start().await;
        let server = Server::start(&wallet, &database).await;
        load(&wallet, &server, &database, &mut bars).await;
        told(&wallet, &server, &mut bars).await;
        long_polls(&wallet, &server, &mut bars).await;
        drop(server);
        past(&wallet, &database, &mut bars).await;
        wallet.stop().await;
    }
    bars.verdict()
}

/// Orders a second, the time of each step, and what an order costs the server.
async fn load(wallet: &Wallet, server: &Server, database: &Database, bars: &mut Bars) {
    for concurrency in CONCURRENCIES {
        let shoppers = shoppers(wallet, server, concurrency).await;
        let rsa_before = rsa::Costs::measure();
        let (messages, cpu, began) = (wallet.messages().await, server.cpu(), Instant::now());
        let rounds = closed_loop(shoppers, LASTING).await;
        let took = began.elapsed();
        let orders = rounds.len() as f64;
        let cpu_ms = (server.cpu() - cpu).as_secs_f64() * 1e3 / orders;
        let said = wallet.messages().await - messages;
        // Machines that are shared are faster at one time and slower at another.
        let rsa = rsa_before.and(&rsa::Costs::measure());
        let rsa_ms = rsa.of(said) / orders / 1e3;
        println!("{concurrency} shoppers: {:.0} orders a second", orders / took.as_secs_f64());
        Times::of(rounds.iter().map(|round| round.quote)).print("quote");
        Times::of(rounds.iter().map(|round| round.order)).print("order");
        Times::of(rounds.iter().map(|round| round.told)).print("paid to told");
        println!(
            "  CPU of the server {cpu_ms:.2} ms an order, {rsa_ms:.2} ms of it for {:.1} signatures of {:.0} µs \
             and {:.1} verifications of {:.0} µs; memory {} MB",
            said.by_us / orders,
            rsa.sign_us,
            said.to_us / orders,
            rsa.verify_us,
            server.memory_mb()
        );
        if concurrency == 16 {
            let name = format!("{}: CPU over its RSA, 16 shoppers", database.name());
            bars.at_most(name, cpu_ms / rsa_ms, database.kind.cpu_over_rsa());
        }
    }
}

/// From paid in the wallet to told on the long poll, with notifications and without.
async fn told(wallet: &Wallet, server: &Server, bars: &mut Bars) {
    for (way, most) in [(Way::Notified, 100.0), (Way::Returned, 1_000.0)] {
        wallet.notifications(way == Way::Notified).await;
        let mut shopper = Shopper::enter(wallet, server, way).await;
        let mut rounds = Vec::with_capacity(ALONE);
        for _ in 0..ALONE {
            rounds.push(shopper.buy().await);
        }
        let times = Times::of(rounds.iter().map(|round| round.told));
        let name = format!("{}: paid to told, {way}, p99 ms", server.database);
        bars.at_most(name, times.p99_ms(), most);
    }
    wallet.notifications(true).await;
}

/// What a thousand shoppers who wait cost in memory.
async fn long_polls(wallet: &Wallet, server: &Server, bars: &mut Bars) {
    let mut shopper = Shopper::enter(wallet, server, Way::Notified).await;
    let mut polls = shopper.wait_often(LONG_POLLS).await;
    server.until_waiting(LONG_POLLS).await;
    let memory = server.memory_mb();
    bars.at_most(format!("{}: MB at {LONG_POLLS} open long polls", server.database), memory, 60.0);
    polls.abort_all();
}

/// The same order in an empty database and beside a million past ones.
async fn past(wallet: &Wallet, database: &Database, bars: &mut Bars) {
    let mut medians = Vec::with_capacity(2);
    for past in [0, PAST] {
        let server = Server::start(wallet, database).await;
        let mut shopper = Shopper::enter(wallet, &server, Way::Notified).await;
        for _ in 0..10 {
            shopper.buy().await;
        }
        past::add(database, past);
        let mut orders = Vec::with_capacity(ALONE);
        for _ in 0..ALONE {
            orders.push(shopper.buy().await.order);
        }
        let times = Times::of(orders.into_iter());
        times.print(&format!("order beside {past} past ones"));
        medians.push(times.p50_ms());
    }
    let name = format!("{}: order beside {PAST} past ones, over an empty database", database.name());
    bars.at_most(name, medians[1] / medians[0], 1.3);
}

async fn shoppers(wallet: &Wallet, server: &Server, count: usize) -> Vec<Shopper> {
    let mut shoppers = Vec::with_capacity(count);
    for _ in 0..count {
        shoppers.push(Shopper::enter(wallet, server, Way::Notified).await);
    }
    shoppers
}

/// Each shopper buys one order after another until the time is over.
async fn closed_loop(shoppers: Vec<Shopper>, lasting: Duration) -> Vec<Round> {
    let until = Instant::now() + lasting;
    let mut buying = tokio::task::JoinSet::new();
    for mut shopper in shoppers {
        buying.spawn(async move {
            let mut rounds = Vec::new();
            while Instant::now() < until {
                rounds.push(shopper.buy().await);
            }
            rounds
        });
    }
    buying.join_all().await.into_iter().flatten().collect()
}
