//! Databases for tests: each its own, and gone afterwards.

mod postgres;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use merchant_server::store::{Database, Store};
use merchant_server::vault::{DataKey, Vault};
use tempfile::TempDir;
use wallet_api::random::SystemRng;

pub use postgres::PostgresDatabase;

/// What seals what is personal in every test's database.
pub const DATA_KEY: [u8; 32] = *b"a canary: the data key of a test";

/// Seals and opens with it.
pub fn vault() -> Arc<Vault> {
    Arc::new(Vault::new(DataKey::new(&DATA_KEY), Vec::new(), Arc::new(SystemRng)))
}

/// A database of one test, empty at first. A clone is the same one.
#[derive(Clone)]
pub enum TestDatabase {
    /// A file in a folder of its own.
    Sqlite(Arc<TempDir>),
    /// A database on the server that `TEST_DATABASE_URL` names.
    Postgres(Arc<PostgresDatabase>),
}

impl TestDatabase {
    pub fn sqlite() -> Self {
        Self::Sqlite(Arc::new(TempDir::new().unwrap()))
    }

    pub fn postgres() -> Self {
        Self::Postgres(Arc::new(PostgresDatabase::create()))
    }

    /// As a configuration names it.
    pub fn address(&self) -> String {
        match self {
            Self::Sqlite(folder) => file(folder).display().to_string(),
            Self::Postgres(database) => database.url.clone(),
        }
    }

    /// As the program opens it.
    pub fn database(&self) -> Database {
        Database::parse(&self.address(), 10, Path::to_owned).unwrap()
    }

    /// As the server has it.
    pub async fn open(&self) -> Arc<dyn Store> {
        self.database().open(vault()).await.unwrap()
    }

    /// Runs one statement; the rows that it gave, as text, or why it was refused.
    pub fn run(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        match self {
            Self::Sqlite(folder) => sqlite_rows(&file(folder), sql).map_err(|error| error.to_string()),
            Self::Postgres(database) => database.run(sql),
        }
    }

    /// Runs statements in one transaction, or says why they were refused.
    pub fn script(&self, sql: &str) -> Result<(), String> {
        let script = format!("BEGIN; {sql}; COMMIT;");
        match self {
            Self::Sqlite(folder) => {
                let connection = rusqlite::Connection::open(file(folder)).unwrap();
                connection.pragma_update(None, "foreign_keys", true).unwrap();
                connection.execute_batch(&script).map_err(|error| error.to_string())
            }
            Self::Postgres(database) => database.run(&script).map(drop),
        }
    }

    /// One number.
    pub fn number(&self, sql: &str) -> i64 {
        let rows = self.run(sql).unwrap();
        rows[0][0].as_ref().expect("a number").parse().unwrap()
    }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("merchant.db")
}

fn sqlite_rows(file: &Path, sql: &str) -> rusqlite::Result<Vec<Vec<Option<String>>>> {
    use rusqlite::types::ValueRef;

    let connection = rusqlite::Connection::open(file)?;
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut taken = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |column| match row.get_ref(column).unwrap() {
            ValueRef::Null => None,
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number.to_string()),
            ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        };
        taken.push((0..columns).map(text).collect());
    }
    Ok(taken)
}
