//! The store of SQL databases: every statement and every row once, whatever the database.
//!
//! In: calls of [`Store`](super::Store). Out: statements to a [`Driver`], which owns connections and
//! transactions. [`SqlStore`] is the port over any driver; [`Sql`] is what a transaction offers.

mod admin;
mod attempts;
mod books;
mod catalog;
mod commit;
mod dealings;
mod erasing;
mod guards;
mod jobs;
mod order_key;
mod orders;
mod outbox;
mod port;
mod refunds;
mod sealed;
mod seam;
mod shoppers;
mod statements;
pub mod value;
mod wire;

pub use seam::{Answer, Dialect, Hold, Sql, Statement};

use std::sync::Arc;

use super::StoreError;
use crate::vault::Vault;

/// A database: connections, and transactions on them.
pub trait Driver: Send + Sync + 'static {
    /// Runs the closure in a transaction that writes; returns once that is durable. The closure may run again
    /// when the transaction has to be repeated, and changes nothing but the database.
    ///
    /// # Errors
    /// The closure's, or the database's; nothing was changed then.
    fn write<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<Outcome<T>, StoreError> + Send + 'static;

    /// Runs the closure in a transaction that only reads a few rows, and sees one state of the database.
    ///
    /// # Errors
    /// The closure's, or the database's.
    fn read<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static;

    /// The same for many rows, which hold nobody else up.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn read_long<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<T, StoreError> + Send + 'static;

    /// Whether other servers may use the same database.
    fn is_shared(&self) -> bool;
}

/// What a closure wants done with what it wrote.
pub enum Outcome<T> {
    /// Keep it.
    Keep(T),
    /// Undo it, and answer this.
    Undo(T),
}

/// The [`Store`](super::Store) over a driver. What is personal or secret is sealed by the vault.
pub struct SqlStore<D> {
    driver: D,
    vault: Arc<Vault>,
    known_catalog: Arc<catalog::Known>,
}

impl<D: Driver> SqlStore<D> {
    /// The store of this database.
    pub fn new(driver: D, vault: Arc<Vault>) -> Self {
        Self { driver, vault, known_catalog: Arc::default() }
    }

    /// Runs a closure that seals in a transaction that writes.
    fn write_sealed<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql, &Vault) -> Result<Outcome<T>, StoreError> + Send + 'static,
    {
        let vault = Arc::clone(&self.vault);
        self.driver.write(move |db| work(db, &vault))
    }

    /// Runs a closure that opens in a transaction that reads.
    fn read_sealed<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql, &Vault) -> Result<T, StoreError> + Send + 'static,
    {
        let vault = Arc::clone(&self.vault);
        self.driver.read(move |db| work(db, &vault))
    }

    /// The same for many rows.
    fn read_sealed_long<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql, &Vault) -> Result<T, StoreError> + Send + 'static,
    {
        let vault = Arc::clone(&self.vault);
        self.driver.read_long(move |db| work(db, &vault))
    }
}
