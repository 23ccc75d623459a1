//! The embedded database: one SQLite file, one writer thread, readers beside it.
//!
//! In: closures of statements. Out: durable rows. WAL with `synchronous=FULL`, asserted at start; a change is
//! synced to the disk before its caller hears of it.

mod migrate;
mod readers;
mod session;
mod writer;

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

pub use migrate::migrate;

use super::StoreError;
use super::sql::{Driver, Outcome, Sql, SqlStore};
use crate::vault::Vault;
use readers::Readers;
use writer::Writer;

/// How many pages the journal holds before they are copied into the file: 16 MB. A page that changes often is copied
/// once in that time.
const CHECKPOINT_PAGES: u32 = 4_096;

/// The embedded [`Store`](super::Store).
pub type SqliteStore = SqlStore<Sqlite>;

/// The embedded database: one file, open.
pub struct Sqlite {
    writer: Writer,
    readers: Readers,
}

impl SqliteStore {
    /// The store in this file.
    ///
    /// # Errors
    /// As [`Sqlite::open`].
    pub fn open(path: &Path, vault: Arc<Vault>) -> Result<Self, StoreError> {
        Ok(Self::new(Sqlite::open(path)?, vault))
    }
}

impl Sqlite {
    /// Opens the file, migrates it to this program's schema, asserts durability.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be opened, is too new, or the disk doesn't keep its promises.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connect(path)?;
        migrate(&mut connection)?;
        assert_durable(&connection)?;
        Ok(Self { writer: Writer::start(connection)?, readers: Readers::new(path.to_owned()) })
    }
}

impl Driver for Sqlite {
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<Outcome<T>, StoreError> + Send + 'static,
    {
        self.writer.write(work).await
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static,
    {
        self.readers.read(work)
    }

    async fn read_long<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static,
    {
        self.readers.read_long(work).await
    }

    fn is_shared(&self) -> bool {
        false
    }
}

/// A connection as every part of the program uses it.
pub fn connect(path: &Path) -> Result<Connection, StoreError> {
    create_for_us_only(path);
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // What is deleted or replaced, such as the key of an order that is erased, doesn't stay in the file.
        connection.pragma_update(None, "secure_delete", true)?;
        // What a savepoint may have to take back is kept in memory, not in a file of its own.
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.set_prepared_statement_cache_capacity(256);
        // Otherwise the planner looks at each value that is bound, and prepares the statement anew for it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    };
    open().map_err(|source| StoreError::Open { path: path.display().to_string(), source })
}

/// Runs a statement that begins or ends something, and is prepared once.
fn control(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// Makes the file, if there is none, unreadable for other users of the machine: it tells who bought what.
/// SQLite gives its journals the same mode. Where it can't be made, opening says why.
fn create_for_us_only(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

fn assert_durable(connection: &Connection) -> Result<(), StoreError> {
    let remedy = "put the file on a local disk";
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") {
        return Err(StoreError::NotDurable { setting: "journal_mode=wal", found: journal, remedy });
    }
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if synchronous != 2 {
        let found = synchronous.to_string();
        return Err(StoreError::NotDurable { setting: "synchronous=full", found, remedy });
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_new_database_is_for_its_owner_only() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("merchant.db");
        let mut connection = connect(&path).unwrap();
        migrate(&mut connection).unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?}", file.path());
        }
    }
}
