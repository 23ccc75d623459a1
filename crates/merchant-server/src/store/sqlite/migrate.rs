//! Numbered migrations, embedded in the program; the file's `user_version` says how far it is.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::{Migrated, StoreError};

const MIGRATIONS: [&str; 8] = [
    include_str!("../../../migrations/sqlite/0001_shop.sql"),
    include_str!("../../../migrations/sqlite/0002_limits.sql"),
    include_str!("../../../migrations/sqlite/0003_cancel.sql"),
    include_str!("../../../migrations/sqlite/0004_refunds.sql"),
    include_str!("../../../migrations/sqlite/0005_books.sql"),
    include_str!("../../../migrations/sqlite/0006_outbox.sql"),
    include_str!("../../../migrations/sqlite/0007_statements.sql"),
    include_str!("../../../migrations/sqlite/0008_wire.sql"),
];

/// Brings the file to this program's schema, each step in a transaction of its own.
///
/// # Errors
/// [`StoreError::TooNew`] when a newer program wrote it.
pub fn migrate(connection: &mut Connection) -> Result<Migrated, StoreError> {
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    let from = version(connection)?;
    if from > known {
        return Err(StoreError::TooNew { found: from, known });
    }
    for (number, sql) in (1u32..).zip(MIGRATIONS) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Asked again under the lock: another process may have been faster.
        if version(&transaction)? < number {
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "user_version", number)?;
        }
        transaction.commit()?;
    }
    Ok(Migrated { from, to: known })
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATEST: u32 = MIGRATIONS.len() as u32;

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(migrate(&mut connection).unwrap(), Migrated { from: 0, to: LATEST });
        assert_eq!(migrate(&mut connection).unwrap(), Migrated { from: LATEST, to: LATEST });
    }

    #[test]
    fn a_newer_file_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(migrate(&mut connection), Err(StoreError::TooNew { found: 99, known: LATEST })));
    }
}
