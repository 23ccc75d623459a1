//! The examples of `wallet-api`, run as a reader runs them, in every shipped profile.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
#![allow(clippy::duplicate_mod, reason = "each example has its set-up as its own module, as cargo sees it")]

mod common;
#[allow(dead_code, reason = "a test calls `run`, not `main`")]
#[path = "../../wallet-api/examples/notify.rs"]
mod notify;
#[allow(dead_code, reason = "a test calls `run`, not `main`")]
#[path = "../../wallet-api/examples/pay.rs"]
mod pay;
#[allow(dead_code, reason = "a test calls `run`, not `main`")]
#[path = "../../wallet-api/examples/refund.rs"]
mod refund;

use std::fmt::Debug;

use common::{Running, folder, start};
use serde_json::Value;
use tokio::net::TcpListener;
use wallet_api::profile::PRESETS;

/// What an example printed.
struct Printed(String);

impl Printed {
    /// Of a run that must have ended well.
    fn new(ended: Result<(), impl Debug>, printed: Vec<u8>) -> Self {
        let printed = String::from_utf8(printed).unwrap();
        assert!(ended.is_ok(), "{ended:?} after:\n{printed}");
        Self(printed)
    }

    /// The rest of the only line that begins with `step`.
    fn step(&self, step: &str) -> &str {
        let mut lines = self.0.lines().filter_map(|line| line.strip_prefix(step));
        match (lines.next(), lines.next()) {
            (Some(rest), None) => rest.trim(),
            _ => panic!("one line `{step}` in:\n{}", self.0),
        }
    }
}

/// The one payment of a wallet that an example has just started with.
async fn only_payment(running: &Running) -> Value {
    let ledger = running.get("/_simulator/ledger").await;
    let payments = ledger["payments"].as_array().unwrap();
    assert_eq!(payments.len(), 1);
    payments[0].clone()
}

#[tokio::test]
async fn pay_stores_sends_asks_and_shows_the_cashier() {
    let data = folder();
    let running = start(data.path()).await;
    for preset in PRESETS {
        running.post("/_simulator/reset", &Value::Null).await;
        let mut out = Vec::new();
        let printed = Printed::new(pay::run(&running.origin, preset.name, &mut out).await, out);
        let payment = only_payment(&running).await;
        let (ours, theirs) =
            (payment["paymentRequestId"].as_str().unwrap(), payment["paymentId"].as_str().unwrap());
        assert!(printed.step("stored").ends_with(&format!("under {ours}")), "{}", printed.0);
        assert!(printed.step("accepted").contains(theirs), "{}", printed.0);
        assert_eq!(printed.step("inquiry"), "PROCESSING: ask again, until it is final");
        let cashier = format!("{}/cashier/{theirs}", running.origin);
        assert!(printed.step("cashier").contains(&format!("paymentUrl: '{cashier}'")), "{}", printed.0);

        // The address that a reader is told to open lets the customer pay.
        let (page, login) = printed.step("open").split_once("#login=").unwrap();
        assert_eq!(page, cashier);
        let paid = running.confirm(&theirs.parse().unwrap(), login).await;
        assert_eq!(paid["status"], "paid", "{}: {paid}", preset.name);
    }
    running.stop().await;
}

#[tokio::test]
async fn refund_gives_a_part_back_once() {
    let data = folder();
    let running = start(data.path()).await;
    for preset in PRESETS {
        running.post("/_simulator/reset", &Value::Null).await;
        let mut out = Vec::new();
        let printed = Printed::new(refund::run(&running.origin, preset.name, &mut out).await, out);
        assert_eq!(printed.step("paid"), "PHP 1,299.00");
        assert_eq!(printed.step("inquiry"), "SUCCESS: tell the shopper that the money is on its way");
        assert_eq!(printed.step("left"), "PHP 649.50 can still be given back");
        assert_eq!(only_payment(&running).await["refunded"], "64950", "{}: once", preset.name);
    }
    running.stop().await;
}

#[tokio::test]
async fn notify_takes_the_wallets_word_and_the_wallet_takes_its_acknowledgement() {
    let data = folder();
    let running = start(data.path()).await;
    for preset in PRESETS {
        running.post("/_simulator/reset", &Value::Null).await;
        let mut out = Vec::new();
        let printed = Printed::new(notify::run(&running.origin, preset.name, &mut out).await, out);
        let payment = only_payment(&running).await;
        let id = payment["paymentId"].as_str().unwrap();
        assert_eq!(printed.step("verified"), format!("PHP 1,299.00 paid as {id}: deliver"));
        running.until(&id.parse().unwrap(), |payment| payment["notification"] == "delivered").await;
        let payment = only_payment(&running).await;
        assert_eq!(payment["notificationTries"], 1, "{}: acknowledged at once", preset.name);
        // The wallet takes unsigned acknowledgements as well; the example's is signed.
        let transcript = running.get("/_simulator/transcript").await;
        let acknowledged = transcript["messages"].as_array().unwrap().iter().any(|message| {
            message["uri"].as_str().is_some_and(|uri| uri.ends_with("/notifyPayment"))
                && message["direction"] == "in"
                && message["signature"] == "valid"
        });
        assert!(acknowledged, "{}: {transcript}", preset.name);
    }
    running.stop().await;
}

#[tokio::test]
async fn without_a_simulator_the_examples_say_how_to_start_one() {
    // A port that was free a moment ago: nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut out = Vec::new();
    let ended = [
        format!("{:?}", pay::run(&origin, "generic-v2", &mut out).await),
        format!("{:?}", refund::run(&origin, "generic-v2", &mut out).await),
        format!("{:?}", notify::run(&origin, "generic-v2", &mut out).await),
    ];
    for ended in ended {
        assert!(ended.contains("cargo run -p wallet-simulator -- serve --data var/wallet"), "{ended}");
        assert!(ended.contains("./build.sh run"), "{ended}");
    }
}
