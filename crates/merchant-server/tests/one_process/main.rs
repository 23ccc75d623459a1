//! A world in one process: the merchant server over its store in memory, the wallet's own logic, shoppers, operators,
//! and a wire between them that loses, delays, doubles and reorders. No socket, no disk, no RSA, and no time but the
//! world's: a day passes in moments, and the same seed makes the same day.
//!
//! `WORLD_SHOPPERS` and `WORLD_SEED` make it larger, and another one.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper that fails fails its test, which says how much it did"
)]

mod audit;
mod chance;
mod gateway;
#[path = "../goods/mod.rs"]
mod goods;
mod shopper;
mod wallet;
mod world;

use world::World;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn no_payment_is_lost_doubled_or_left_open_whatever_the_wire_does() {
    let (shoppers, seed) = (number("WORLD_SHOPPERS", 2_000), number("WORLD_SEED", 1));
    let report = World::run(seed, shoppers);
    println!("{report}");
    // Otherwise nothing of what can go wrong went wrong.
    let rare = shoppers / 500;
    for (what, times) in report.times() {
        assert!(times > rare, "{what} happened {times} times: {report}");
    }
}

#[test]
fn the_same_seed_makes_the_same_world() {
    let (first, second) = (World::run(7, 400), World::run(7, 400));
    assert_eq!(first.to_string(), second.to_string());
    assert_ne!(first.to_string(), World::run(8, 400).to_string());
}
