//! The embedded database: one SQLite file, one writer thread, readers beside it.
//!
//! In: calls of [`Store`]. Out: durable rows. WAL with `synchronous=FULL`, asserted at start; a change is
//! synced to the disk before its caller hears of it.

mod admin;
mod attempts;
mod catalog;
mod commit;
mod guards;
mod jobs;
mod migrate;
mod orders;
mod port;
mod readers;
mod rows;
mod shoppers;
mod writer;

use std::path::Path;

use rusqlite::Connection;

pub use migrate::{Migrated, migrate};

use super::StoreError;
use readers::Readers;
use writer::Writer;

/// The embedded [`Store`](super::Store).
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
}

impl SqliteStore {
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

/// A connection as every part of the program uses it.
pub fn connect(path: &Path) -> Result<Connection, StoreError> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(connection)
    };
    open().map_err(|source| StoreError::Open { path: path.display().to_string(), source })
}

fn assert_durable(connection: &Connection) -> Result<(), StoreError> {
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") {
        return Err(StoreError::NotDurable { setting: "journal_mode=wal", found: journal });
    }
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if synchronous != 2 {
        return Err(StoreError::NotDurable { setting: "synchronous=full", found: synchronous.to_string() });
    }
    Ok(())
}
