//! What proofs of the whole payment share: the real merchant server and the real wallet simulator, both on
//! sockets and on one clock that the test moves; shoppers; and the checks of what must be true in the end.

#![allow(dead_code, reason = "each suite uses its own part")]

pub mod audit;
#[path = "../server/support/client.rs"]
pub mod client;
#[path = "../database/mod.rs"]
pub mod database;
#[path = "../goods/mod.rs"]
pub mod goods;
pub mod merchant;
pub mod shopper;
pub mod wallet;

use std::time::Duration;

pub use merchant::{Setup, fresh_database};
pub use wallet::Wallet;

/// Waits until something has happened; fails when it doesn't within half a minute.
pub async fn until<F: Future<Output = bool>>(what: &str, mut happened: impl FnMut() -> F) {
    let waiting = async {
        while !happened().await {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    assert!(waited.is_ok(), "{what} doesn't happen");
}
