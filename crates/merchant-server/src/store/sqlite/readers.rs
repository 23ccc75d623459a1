//! Connections that only read, beside the writer. Each read sees one state of the database.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::control;
use super::session::Session;
use crate::store::StoreError;
use crate::store::sql::Sql;

/// How many long reads run at the same time.
const LONG_READS: usize = 4;

pub(super) struct Readers {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        let pool = Arc::new(Pool { path, idle: Mutex::new(Vec::new()) });
        Self { pool, permits: Arc::new(Semaphore::new(LONG_READS)) }
    }

    /// Runs the closure here and now. A few rows, which are nearly always in memory, are read in less time than
    /// it takes to hand them to another thread and back.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&mut dyn Sql) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.pool.read(work)
    }

    /// Runs the closure away from the async threads, which it would hold up.
    pub(super) async fn read_long<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let pool = Arc::clone(&self.pool);
        let run = move || {
            let _permit = permit;
            pool.read(work)
        };
        tokio::task::spawn_blocking(run).await.map_err(|_| StoreError::Closed)?
    }
}

struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    fn read<T>(&self, work: impl FnOnce(&mut dyn Sql) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let pooled = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let connection = match pooled {
            Some(connection) => connection,
            None => open(&self.path)?,
        };
        control(&connection, "BEGIN")?;
        let result = work(&mut Session(&connection));
        control(&connection, "COMMIT")?;
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(connection);
        }
        result
    }
}

fn open(path: &std::path::Path) -> Result<Connection, StoreError> {
    let connection = super::connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}
