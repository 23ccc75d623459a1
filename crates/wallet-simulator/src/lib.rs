//! The wallet's side for testers: signed OpenAPI, cashier page, notifications, ledger, transcript.
//!
//! In: a data folder, merchants' public keys, and doors to clock, chance and network. Out: a wallet on a
//! TCP listener that keeps its word: it verifies every request, signs every answer, moves money by double
//! entries, and tells the merchant until the merchant has understood. It runs against any merchant server.
//!
//! Where to start: [`wallet`] is the wallet itself, pure; [`openapi`] turns verified bytes into its
//! decisions, in the [`dialect`] of each merchant's profile; [`store`] writes them down; [`simulator`] and [`web`] are the shell.
//! What testers asked to go wrong is in [`faults`]; without them the wallet never lies.

pub mod dialect;
pub mod faults;
mod gate;
mod keys;
pub mod merchants;
mod notifier;
pub mod openapi;
mod seal;
pub mod simulator;
pub mod store;
mod transcript;
pub mod wallet;
pub mod web;
