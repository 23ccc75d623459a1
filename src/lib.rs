//! The checkout of a wallet mini program, from cart to paid: start reading at [`checkout::Checkout`].
//!
//! > **The one law.** `Checkout::update(now, event) -> effects`. After every event the host layer carries
//! > out the effects and feeds what comes of each back as an event, until none are left. The core does no
//! > I/O, reads no clock, draws no chance and holds no promise.
//!
//! So the whole checkout runs natively under property tests, and a recorded list of events replays to the
//! same state. `host/` is the only room that knows JavaScript; nothing else is compiled only for the
//! browser's target.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unreachable
    )
)]

mod amounts;
pub mod cart;
pub mod catalog;
pub mod checkout;
pub mod confirm;
pub mod effect;
pub mod event;
pub mod intent;
pub mod notice;
pub mod orders;
mod pages;
pub mod patch;
pub mod payment;
pub mod result;
pub mod session;
mod stored;
pub mod text;
pub mod value;
mod wire;

#[cfg(target_arch = "wasm32")]
mod host;
#[cfg(test)]
mod testing;
