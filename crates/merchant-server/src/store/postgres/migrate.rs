//! Numbered migrations, embedded in the program; the table `schema_version` says how far a database is.

use super::connection::Connection;
use super::session::lock_number;
use crate::store::sql::Statement;
use crate::store::{Migrated, StoreError};

const MIGRATIONS: [&str; 9] = [
    include_str!("../../../migrations/postgres/0001_shop.sql"),
    include_str!("../../../migrations/postgres/0002_pricing.sql"),
    include_str!("../../../migrations/postgres/0003_books.sql"),
    include_str!("../../../migrations/postgres/0004_outbox.sql"),
    include_str!("../../../migrations/postgres/0005_statements.sql"),
    include_str!("../../../migrations/postgres/0006_wire.sql"),
    include_str!("../../../migrations/postgres/0007_vault.sql"),
    include_str!("../../../migrations/postgres/0008_shares.sql"),
    include_str!("../../../migrations/postgres/0009_erasure.sql"),
];

/// Brings the database to this program's schema, all steps in one transaction and under a lock: several
/// servers may start at once.
///
/// # Errors
/// [`StoreError::TooNew`] when a newer program was here.
pub(super) fn migrate(connection: &mut Connection, database: &str) -> Result<Migrated, StoreError> {
    let lock = lock_number("migration");
    let begin = format!(
        "BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({lock});
         CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"
    );
    batch(connection, &begin, database)?;
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    let from = version(connection, database)?;
    if from > known {
        batch(connection, "ROLLBACK", database)?;
        return Err(StoreError::TooNew { found: from, known });
    }
    for (_, sql) in (1u32..).zip(MIGRATIONS).filter(|(number, _)| *number > from) {
        batch(connection, sql, database)?;
    }
    let end =
        format!("DELETE FROM schema_version; INSERT INTO schema_version (version) VALUES ({known}); COMMIT");
    batch(connection, &end, database)?;
    Ok(Migrated { from, to: known })
}

fn version(connection: &mut Connection, database: &str) -> Result<u32, StoreError> {
    let ask = Statement::new("SELECT version FROM schema_version", Vec::new());
    let answers = connection.exchange(None, &[ask], None).map_err(|failure| failure.as_error(database))?;
    let row = answers.into_iter().flat_map(|answer| answer.rows).next();
    row.map_or(Ok(0), |mut row| row.take())
}

fn batch(connection: &mut Connection, sql: &str, database: &str) -> Result<(), StoreError> {
    connection.batch(sql).map_err(|failure| failure.as_error(database))
}
