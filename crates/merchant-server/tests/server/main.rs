//! The real server on real sockets with a real database, against a wallet that does as it is told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod bad_input;
mod books;
mod cancelling;
mod erasure;
mod evidence;
mod expiry;
mod floods;
mod fulfilment;
#[path = "../goods/mod.rs"]
mod goods;
mod limits;
mod metrics;
mod notifications;
mod openapi;
mod paying;
mod placing;
mod pricing;
mod refunds;
mod replicas;
mod restart;
mod returns;
mod secrets;
mod sessions;
mod shop;
mod story;
mod support;
mod webhooks;
