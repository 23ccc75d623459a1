//! The server killed, again and again, at every moment that matters: before and after each durable write and
//! each call to the wallet. It is a process of its own, killed as the kernel kills, and started anew on the
//! same database; in the end every order has ended, and orders, ledger and stock agree.
//!
//! `CRASHES=1000` kills it so often under load, `REPLICAS=100` kills and pauses one of two so often; the default
//! is what fits into every run of the tests. `CRASHES_SEED` and `REPLICAS_SEED` choose other moments.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper that fails fails its test, which says how much it did"
)]

mod child;
mod crowd;
mod durable;
mod load;
mod process;
mod replicas;
mod sweep;
mod watch;
#[path = "../world/mod.rs"]
mod world;
