//! The connections: a limited number, opened when they are needed, kept while they work.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::connection::Connection;
use super::tls;
use crate::store::StoreError;

/// How long a caller waits for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    pub(super) address: Address,
    pub(super) tls: Option<MakeRustlsConnect>,
    idle: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
}

impl Pool {
    pub(super) fn new(address: Address, connections: u32) -> Result<Self, StoreError> {
        let tls = tls::connector(&address)?;
        let turns = Arc::new(Semaphore::new(connections as usize));
        Ok(Self { address, tls, idle: Mutex::default(), turns })
    }

    /// Waits for the right to use one connection.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        turn(&self.turns).await
    }

    /// A connection for whoever has a turn: one that was used before, or a new one. Blocks while it connects.
    pub(super) fn connection(&self) -> Result<Connection, StoreError> {
        while let Some(connection) = self.idle().pop() {
            if !connection.is_closed() {
                return Ok(connection);
            }
        }
        Connection::open(&self.address, self.tls.as_ref())
    }

    pub(super) fn give_back(&self, connection: Connection) {
        self.idle().push(connection);
    }

    /// Where one connection broke, those that lie idle are likely to have broken too.
    pub(super) fn forget_idle(&self) {
        self.idle().clear();
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for one of these turns.
pub(super) async fn turn(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    match tokio::time::timeout(TURN_TIMEOUT, Arc::clone(turns).acquire_owned()).await {
        Ok(turn) => turn.map_err(|_| StoreError::Closed),
        Err(_) => Err(StoreError::Busy),
    }
}
