//! The real server against the real wallet simulator, which does everything wrong that its testers can ask
//! for. One table says what goes wrong, one function plays it, and in the end orders, ledger and stock agree.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper that fails fails its test, which says how much it did"
)]

mod cancels;
mod notifications;
mod payments;
mod play;
mod refunds;
#[path = "../world/mod.rs"]
mod world;
