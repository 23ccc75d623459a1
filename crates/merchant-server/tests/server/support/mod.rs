//! What the tests share: the server under test, the wallet it talks to, and a client.

pub mod client;
pub mod database;
pub mod goods;
pub mod keys;
pub mod receiver;
pub mod server;
pub mod wallet;

pub use client::{Answer, Client};
pub use receiver::{Receiver, Take};
pub use server::{Setup, TestServer};
pub use wallet::{Cancel, Give, Inquiry, Pay};

/// Waits until something has happened; fails when it doesn't within half a minute.
pub async fn until(happened: impl Fn() -> bool) {
    let waiting = async {
        while !happened() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await.expect("it happens in time");
}
