//! The connections: a limited number, opened when they are needed, kept while they work.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use super::connection::{Connection, Line};
use crate::store::StoreError;

/// How long a caller waits for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections of one kind: for threads that may block, or for async ones.
pub(super) struct Pool<C> {
    pub(super) address: Address,
    tls: Option<MakeRustlsConnect>,
    idle: Mutex<Vec<C>>,
    turns: Arc<Semaphore>,
}

impl<C> Pool<C> {
    pub(super) fn new(address: Address, tls: Option<MakeRustlsConnect>, connections: u32) -> Self {
        let turns = Arc::new(Semaphore::new(connections as usize));
        Self { address, tls, idle: Mutex::default(), turns }
    }

    /// Waits for the right to use one connection.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        match tokio::time::timeout(TURN_TIMEOUT, turn).await {
            Ok(turn) => turn.map_err(|_| StoreError::Closed),
            Err(_) => Err(StoreError::Busy),
        }
    }

    pub(super) fn give_back(&self, connection: C) {
        self.idle().push(connection);
    }

    /// Where one connection broke, those that lie idle are likely to have broken too.
    pub(super) fn forget_idle(&self) {
        self.idle().clear();
    }

    /// One that was used before.
    fn kept(&self, is_closed: fn(&C) -> bool) -> Option<C> {
        let mut idle = self.idle();
        std::iter::from_fn(|| idle.pop()).find(|connection| !is_closed(connection))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<C>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool<Connection> {
    /// A connection for whoever has a turn: one that was used before, or a new one. Blocks while it connects.
    pub(super) fn connection(&self) -> Result<Connection, StoreError> {
        match self.kept(Connection::is_closed) {
            Some(connection) => Ok(connection),
            None => Connection::open(&self.address, self.tls.as_ref()),
        }
    }
}

impl Pool<Line> {
    /// A connection for whoever has a turn: one that was used before, or a new one.
    pub(super) async fn line(&self) -> Result<Line, StoreError> {
        match self.kept(Line::is_closed) {
            Some(line) => Ok(line),
            None => Line::open(&self.address, self.tls.as_ref()).await,
        }
    }
}
