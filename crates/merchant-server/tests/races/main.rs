//! Many shoppers at once, over sockets: nobody buys what isn't there, nothing is bought twice.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper that fails fails its test, which says how much it did"
)]

mod last_units;
mod pressing;
#[path = "../world/mod.rs"]
mod world;
