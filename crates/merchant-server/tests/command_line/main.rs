//! The program as people run it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod doctor;
mod mistakes;
mod program;
mod reconcile;
mod shop;
mod signature;
mod webhooks;
