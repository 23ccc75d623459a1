//! PostgreSQL: one database that any number of servers share.
//!
//! In: closures of statements. Out: rows that are durable when the call returns; `fsync` and
//! `synchronous_commit` are asserted on every connection. Closures that write or read much run on blocking threads,
//! each with a connection of its own for as long as its transaction takes; short reads need no thread.
//!
//! Transactions that write are READ COMMITTED and take locks in one order: the catalogue and the customer
//! (advisory locks, for what no row stands for yet), then the order's row by its version, its jobs, stock by
//! SKU. SERIALIZABLE would need none of that, but it would make the hottest rows, the stock of what sells
//! well, fail and repeat instead of wait; and the checks that need more than a row are few and have names.
//! What still crosses (a deadlock, a unique value taken at the same moment) is run again here, a few times.
//! Transactions that read see one state: they are REPEATABLE READ.

mod address;
mod asking;
mod connection;
mod failure;
mod migrate;
mod pool;
mod session;
mod tls;
mod value;

use std::sync::Arc;

pub use address::{Address, AddressError};
pub use session::CLOCK_SKEW_MILLIS;

use super::sql::{Driver, Outcome, Sql, SqlStore};
use super::{Migrated, StoreError};
use crate::vault::Vault;
use asking::{Asked, Asking};
use connection::Connection;
use pool::Pool;
use session::{Kind, Session};

/// One of so many connections only asks.
const ASKING: u32 = 4;

/// The [`Store`](super::Store) that servers share.
pub type PostgresStore = SqlStore<Postgres>;

/// A PostgreSQL database, reached.
pub struct Postgres {
    pool: Arc<Pool<Connection>>,
    /// None where there are too few connections for some that only ask.
    asking: Option<Asking>,
}

impl PostgresStore {
    /// The store in this database.
    ///
    /// # Errors
    /// As [`Postgres::open`].
    pub async fn open(address: Address, connections: u32, vault: Arc<Vault>) -> Result<Self, StoreError> {
        Ok(Self::new(Postgres::open(address, connections).await?, vault))
    }
}

/// Brings the database to this program's schema.
///
/// # Errors
/// As [`Postgres::open`].
pub async fn migrate(address: Address) -> Result<Migrated, StoreError> {
    let tls = tls::connector(&address)?;
    migrate_with(Arc::new(Pool::new(address, tls, 1))).await
}

async fn migrate_with(pool: Arc<Pool<Connection>>) -> Result<Migrated, StoreError> {
    let run = move || {
        let mut connection = pool.connection()?;
        let migrated = migrate::migrate(&mut connection, &pool.address.to_string())?;
        pool.give_back(connection);
        Ok(migrated)
    };
    tokio::task::spawn_blocking(run).await.map_err(|_| StoreError::Closed)?
}

impl Driver for Postgres {
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<Outcome<T>, StoreError> + Send + 'static,
    {
        self.transact(Kind::Write, work).await
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static,
    {
        let Some(asking) = &self.asking else { return self.read_long(work).await };
        match asking.ask(work).await? {
            Asked::Told(told) => told,
            Asked::AsksMore(work) => self.read_long(work).await,
        }
    }

    async fn read_long<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static,
    {
        self.transact(Kind::Read, move |db| work(db).map(Outcome::Keep)).await
    }

    fn is_shared(&self) -> bool {
        true
    }
}

impl Postgres {
    /// Connects, migrates the database to this program's schema, asserts durability. At most so many
    /// connections are open at a time.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be reached, is too new or too old, or doesn't keep what it commits.
    pub async fn open(address: Address, connections: u32) -> Result<Self, StoreError> {
        let asking = connections / ASKING;
        let tls = tls::connector(&address)?;
        let lines = (asking > 0).then(|| Pool::new(address.clone(), tls.clone(), asking));
        let pool = Arc::new(Pool::new(address, tls, connections - asking));
        migrate_with(Arc::clone(&pool)).await?;
        let asking = lines.map(Asking::new);
        Ok(Self { pool, asking })
    }

    async fn transact<T, F>(&self, kind: Kind, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<Outcome<T>, StoreError> + Send + 'static,
    {
        let turn = self.pool.turn().await?;
        let pool = Arc::clone(&self.pool);
        let run = move || {
            let _turn = turn;
            repeat(&pool, kind, work)
        };
        tokio::task::spawn_blocking(run).await.map_err(|_| StoreError::Closed)?
    }
}

/// Runs the closure in a transaction, again if others got in its way.
fn repeat<T>(
    pool: &Pool<Connection>,
    kind: Kind,
    work: impl Fn(&mut dyn Sql) -> Result<Outcome<T>, StoreError>,
) -> Result<T, StoreError> {
    let database = pool.address.to_string();
    let mut tried = 0;
    loop {
        tried += 1;
        let mut connection = pool.connection()?;
        let mut session = Session::new(&mut connection, &database, kind);
        let result = work(&mut session);
        let (result, failure) = session.end(result);
        match failure {
            None => {
                pool.give_back(connection);
                return result;
            }
            Some(failure) => {
                if failure.spares_connection() {
                    pool.give_back(connection)
                } else {
                    pool.forget_idle()
                }
                if !failure.allows_repeating(tried) {
                    return result;
                }
                tracing::debug!(?failure, tried, "a transaction is run again");
            }
        }
    }
}
