//! Which database: a file, or a server's address. Opens it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::postgres::{self, Address, AddressError, PostgresStore};
use super::sqlite::{self, SqliteStore};
use super::{Migrated, Store, StoreError};
use crate::vault::Vault;

/// Where the server keeps what it knows. Shows itself without password.
#[derive(Clone, Debug)]
pub enum Database {
    /// One SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database, over so many connections at most.
    Postgres(Address, u32),
}

impl Database {
    /// Reads `postgres://…`, `sqlite:PATH` or a path, which starts where `resolve` says.
    ///
    /// # Errors
    /// [`AddressError`] when it is a server's address and can't be used.
    pub fn parse(
        text: &str,
        connections: u32,
        resolve: impl FnOnce(&Path) -> PathBuf,
    ) -> Result<Self, AddressError> {
        if Address::is_meant(text) {
            return Ok(Self::Postgres(Address::parse(text)?, connections));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        Ok(Self::Sqlite(resolve(Path::new(path.strip_prefix("//").unwrap_or(path)))))
    }

    /// Whether it is there: a file that nobody made yet isn't.
    pub fn may_exist(&self) -> bool {
        match self {
            Self::Sqlite(file) => file.exists(),
            Self::Postgres(_, _) => true,
        }
    }

    /// Opens it, made and brought to this program's schema if need be. The vault seals what is personal or
    /// secret in it.
    ///
    /// # Errors
    /// [`StoreError`] says what to do.
    pub async fn open(&self, vault: Arc<Vault>) -> Result<Arc<dyn Store>, StoreError> {
        match self {
            Self::Sqlite(file) => {
                make_folder(file)?;
                Ok(Arc::new(SqliteStore::open(file, vault)?))
            }
            Self::Postgres(address, connections) => {
                Ok(Arc::new(PostgresStore::open(address.clone(), *connections, vault).await?))
            }
        }
    }

    /// Brings it to this program's schema.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub async fn migrate(&self) -> Result<Migrated, StoreError> {
        match self {
            Self::Sqlite(file) => {
                make_folder(file)?;
                sqlite::migrate(&mut sqlite::connect(file)?)
            }
            Self::Postgres(address, _) => postgres::migrate(address.clone()).await,
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => file.display().fmt(f),
            Self::Postgres(address, _) => address.fmt(f),
        }
    }
}

fn make_folder(file: &Path) -> Result<(), StoreError> {
    let Some(folder) = file.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder)
        .map_err(|source| StoreError::Folder { path: folder.display().to_string(), source })
}
