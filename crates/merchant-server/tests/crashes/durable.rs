//! What is sent is on disk before its first byte leaves: at every send, another process reads the very bytes
//! from a copy of the database's files as they are at that moment, and the commit that wrote them returned
//! before. That a commit is synced before it returns, the store asserts when it opens the file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;
use wallet_api::clock::Clock;

use super::process::kept;
use super::watch::{Call, Watch, watched};
use crate::world::audit::Auditor;
use crate::world::client::Client;
use crate::world::database::TestDatabase;
use crate::world::merchant::run_due;
use crate::world::shopper::{Shopper, cashier_of, text};
use crate::world::{Setup, Wallet, until};

/// A send, as it was seen just before.
struct Sent {
    what: &'static str,
    bytes: Vec<u8>,
    /// Whether the commit with these bytes had returned.
    was_committed: bool,
    /// The database's files as they were.
    copy: PathBuf,
}

struct Witness {
    database: PathBuf,
    copies: PathBuf,
    committed: Mutex<Vec<Vec<u8>>>,
    sent: Mutex<Vec<Sent>>,
}

impl Watch for Witness {
    fn before(&self, call: &Call) {
        let (what @ ("pay" | "refund"), Some(bytes)) = (call.what, &call.bytes) else { return };
        let mut sent = self.sent.lock().unwrap();
        let copy = self.copies.join(format!("{}.db", sent.len()));
        copy_database(&self.database, &copy);
        let was_committed = self.committed.lock().unwrap().contains(bytes);
        sent.push(Sent { what, bytes: bytes.clone(), was_committed, copy });
    }

    fn after(&self, call: &Call) {
        if let ("commit" | "keep_refund_call", Some(bytes)) = (call.what, &call.bytes) {
            self.committed.lock().unwrap().push(bytes.clone());
        }
    }
}

fn copy_database(from: &Path, to: &Path) {
    let with = |path: &Path, ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    std::fs::copy(from, to).unwrap();
    std::fs::copy(with(from, "-wal"), with(to, "-wal")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_is_on_disk_before_its_first_byte_leaves() {
    let wallet = Wallet::start().await;
    // The embedded database, of which there are files to copy.
    let database = TestDatabase::sqlite();
    let copies = TempDir::new().unwrap();
    let setup = Setup::of(&wallet, "generic-v2", &database, 100).await;
    let clock: Arc<dyn Clock> = wallet.clock.clone();
    let witness = Arc::new(Witness {
        database: PathBuf::from(database.address()),
        copies: copies.path().to_owned(),
        committed: Mutex::default(),
        sent: Mutex::default(),
    });
    let server = setup.serve(clock, |ports| watched(ports, witness.clone())).await;
    let audit = Auditor::new(server.admin, 100);
    let shopper = Shopper::login(&wallet, Client::new(server.public), "c-ana").await.unwrap();
    for sku in ["TEA", "MUG"] {
        let quote = shopper.quote(&[(sku, 2)]).await.unwrap();
        let order = shopper.place(&quote, None).await.unwrap().expect(201);
        wallet.confirm(&cashier_of(&order).unwrap(), "c-ana").await;
        let id = text(&order["orderId"]);
        until("it is paid", async || shopper.read(&id).await.unwrap()["status"] == "paid").await;
        assert!(audit.refund(&id, &format!("key-{sku}"), "500").await);
        run_due(&server.app).await;
    }
    let sent = std::mem::take(&mut *witness.sent.lock().unwrap());
    let kinds: Vec<_> = sent.iter().map(|sent| sent.what).collect();
    assert_eq!(kinds, ["pay", "refund", "pay", "refund"]);
    for Sent { what, bytes, was_committed, copy } in sent {
        assert!(was_committed, "{what} was sent before its commit returned");
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        let id = if what == "pay" { &body["paymentRequestId"] } else { &body["refundRequestId"] };
        assert_eq!(kept(copy.display().to_string(), &text(id)).await, bytes, "{what}, to the byte");
    }
}
