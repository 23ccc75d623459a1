//! The merchant server: the shop's side of the checkout.
//!
//! In: requests of the mini program (the shop API), notifications of wallets, the clock, operators. Out:
//! orders that are paid only by the wallet's verified word, stock that is never oversold, and a story of
//! each order.
//!
//! Where to start: [`merchant_core`] decides, purely; [`app`] loads, decides, commits; [`http`], [`jobs`] and
//! [`cli`] are shells around it; [`store`] and [`wallet`] are the ports to database and wallets.

pub mod app;
pub mod budgets;
pub mod catalog;
pub mod cli;
pub mod config;
mod digest;
pub mod evidence;
pub mod http;
pub mod jobs;
mod listener;
pub mod metrics;
pub mod reconcile;
pub mod server;
pub mod store;
mod time;
pub mod vault;
pub mod wallet;
pub mod webhooks;
