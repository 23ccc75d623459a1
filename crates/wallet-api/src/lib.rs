//! The mini program platform's payment OpenAPIs: what a merchant server and a wallet say to each other.
//!
//! In: a [`WalletProfile`](profile::WalletProfile), keys, a clock, a transport. Out: typed calls
//! ([`client::WalletClient`]), verified notifications ([`notification`]), and the pieces both are made of.
//! It keeps nothing, decides nothing about orders, and knows neither shop nor database.
//!
//! Where to start: [`client`] to call, [`notification`] to be called, [`signature`] for the protocol below
//! both, [`outcome`] for what may be believed. The README has a beginning that compiles, and `examples/` three
//! programs that run against a simulated wallet: `pay`, `notify`, `refund`.
//!
//! Two rules run through all of it. Bytes are signed and verified as they travel, before anything is
//! parsed. And what can't be believed is [`Outcome::Unknown`](outcome::Outcome::Unknown): never success,
//! and never failure either.

pub mod amount;
pub mod client;
pub mod clock;
mod headers;
pub mod keys;
pub mod notification;
mod object;
pub mod operation;
pub mod outcome;
pub mod profile;
pub mod random;
pub mod signature;
pub mod time;
pub mod transport;
pub mod wire;
mod wire_enum;

#[doc(inline)]
pub use wallet_ids as ids;

/// A future that can be stored behind a trait.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Compiles the code in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
