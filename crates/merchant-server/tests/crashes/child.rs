//! The child's side: this test binary, started anew to be a merchant server, or to look into a database.
//!
//! In: its role in the environment; then, line by line on its standard input, the time that it is. Out: lines
//! that begin with [`MARK`], for the parent. It ends with its input, so nothing is left behind by a parent
//! that is gone.

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use merchant_core::lifecycle::{PaymentRequestId, RefundRequestId, WalletName};
use serde::{Deserialize, Serialize};
use wallet_api::clock::{Clock, ManualClock};

use super::process::Process;
use super::watch::{Fate, Fuse, watched};
use crate::world::merchant::{open, run_due};
use crate::world::{Setup, Wallet, fresh_database};

/// What the parent reads; everything else is the test harness's.
pub const MARK: &str = "@ ";

/// The word of a child that stands still.
pub const STOPPED: &str = "stopped";

/// Where the child finds its role.
pub const ROLE: &str = "CRASHES_CHILD";

/// What a child is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Role {
    /// It is a merchant server.
    Serves(ChildSetup),
    /// It reads from this database what is kept for sending under this id, and ends.
    Reads {
        /// Its address.
        database: String,
        /// The attempt's or the refund's id towards the wallet.
        request: String,
    },
}

/// What a server is started with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChildSetup {
    pub merchant: Setup,
    /// The time now, in milliseconds since 1970.
    pub now: i64,
    pub fate: Fate,
}

/// Tells the parent something.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A parent that is gone needs to hear nothing.
    let _ = writeln!(out, "{MARK}{line}").and_then(|()| out.flush());
}

/// Without a role this is the test that a child ends with its parent's last word. With one it is the child.
#[test]
fn a_child_serves_until_its_input_ends() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match std::env::var(ROLE) {
        Ok(role) => runtime.block_on(async {
            match serde_json::from_str(&role).unwrap() {
                Role::Serves(setup) => serve(setup).await,
                Role::Reads { database, request } => read(&database, &request).await,
            }
        }),
        Err(_) => runtime.block_on(async {
            let wallet = Wallet::start().await;
            let database = fresh_database();
            let setup = Setup::of(&wallet, "generic-v2", &database, 1).await.on_fixed_ports();
            let child = Process::start(&setup, &wallet, Fate::Lives).await;
            assert!(child.ends_with_its_input().await.success());
        }),
    }
}

async fn read(database: &str, request: &str) {
    let store = open(database).await;
    let wallet = WalletName("test".into());
    let attempt = store.find_attempt(&wallet, &PaymentRequestId::new(request).unwrap()).await.unwrap();
    let kept = match attempt {
        Some((_, attempt)) => store.pay_request(&attempt).await.unwrap(),
        None => store.refund_call(&wallet, &RefundRequestId::new(request).unwrap()).await.unwrap(),
    };
    say(&format!("kept {}", kept.map_or_else(String::new, |call| String::from_utf8(call.body).unwrap())));
}

async fn serve(setup: ChildSetup) {
    let clock = Arc::new(ManualClock::new(Timestamp::from_millisecond(setup.now).unwrap()));
    let as_clock: Arc<dyn Clock> = clock.clone();
    let fuse = Fuse::new(setup.fate);
    let server = setup.merchant.serve(as_clock, |ports| watched(ports, fuse)).await;
    say("ready");
    let (lines, mut commands) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            // Time passes whatever is being done.
            let now = Timestamp::from_millisecond(line.parse().unwrap()).unwrap();
            let passed = Duration::try_from(now.duration_since(clock.now())).unwrap_or_default();
            clock.advance(passed);
            if lines.blocking_send(line).is_err() {
                return;
            }
        }
    });
    while let Some(now) = commands.recv().await {
        let next = run_due(&server.app).await;
        say(&format!("ran {now} {}", next.map_or(-1, |at| i64::try_from(at.0).unwrap_or(i64::MAX))));
    }
}
