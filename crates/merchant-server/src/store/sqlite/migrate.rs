//! Numbered migrations, embedded in the program; the file's `user_version` says how far it is.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::{Migrated, StoreError};

const MIGRATIONS: [&str; 15] = [
    include_str!("../../../migrations/sqlite/0001_shop.sql"),
    include_str!("../../../migrations/sqlite/0002_limits.sql"),
    include_str!("../../../migrations/sqlite/0003_cancel.sql"),
    include_str!("../../../migrations/sqlite/0004_refunds.sql"),
    include_str!("../../../migrations/sqlite/0005_final.sql"),
    include_str!("../../../migrations/sqlite/0006_pricing.sql"),
    include_str!("../../../migrations/sqlite/0007_jobs.sql"),
    include_str!("../../../migrations/sqlite/0008_books.sql"),
    include_str!("../../../migrations/sqlite/0009_outbox.sql"),
    include_str!("../../../migrations/sqlite/0010_statements.sql"),
    include_str!("../../../migrations/sqlite/0011_wire.sql"),
    include_str!("../../../migrations/sqlite/0012_vault.sql"),
    include_str!("../../../migrations/sqlite/0013_shares.sql"),
    include_str!("../../../migrations/sqlite/0014_erasure.sql"),
    include_str!("../../../migrations/sqlite/0015_words.sql"),
];

/// Brings the file to this program's schema, each step in a transaction of its own.
///
/// # Errors
/// [`StoreError::TooNew`] when a newer program wrote it.
pub fn migrate(connection: &mut Connection) -> Result<Migrated, StoreError> {
    migrate_by(connection, &MIGRATIONS)
}

fn migrate_by(connection: &mut Connection, migrations: &[&str]) -> Result<Migrated, StoreError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let from = version(connection)?;
    if from > known {
        return Err(StoreError::TooNew { found: from, known });
    }
    for (number, sql) in (1u32..).zip(migrations) {
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

    /// A paid order, in the columns that its table has had from the beginning.
    const PAID_ORDER: &str =
        "INSERT INTO orders (number, id, quote_id, wallet, customer, version, status, status_at, stock, currency_code,
                             currency_exponent, currency_symbol, total, payee, created_at, pay_by)
         VALUES (1, 'o', 'q', 'w', 'c', 2, 'paid', 1, 'sold', 'PHP', 2, '₱', 2000, 'Shop', 1, 2)";

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(migrate(&mut connection).unwrap(), Migrated { from: 0, to: LATEST });
        assert_eq!(migrate(&mut connection).unwrap(), Migrated { from: LATEST, to: LATEST });
    }

    #[test]
    fn a_shop_and_its_orders_from_before_there_were_discounts_are_kept() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..5]).unwrap();
        connection
            .execute_batch(
                "INSERT INTO shop VALUES (1, 'Shop', '', 'PHP', 2, '₱');
                 INSERT INTO categories VALUES ('tea', 'Tea', 0);
                 INSERT INTO products VALUES ('green', 'tea', 'Green', '', 'green.svg', 0);
                 INSERT INTO stock VALUES ('G-1', 5, 1, 0);
                 INSERT INTO variants VALUES ('G-1', 'green', '', 1000, 10, 0);
                 INSERT INTO quotes VALUES ('q', 'w', 'c', 'PHP', 2, '₱', '[]', 0, 'Shop', 1, 2);
                 INSERT INTO orders VALUES (1, 'o', 'q', 'w', 'c', 1, 'awaiting_payment', 1, NULL, 'reserved', 'PHP', 2,
                                            '₱', 2000, 'Shop', 1, 2, NULL);
                 INSERT INTO order_lines VALUES ('o', 0, 'G-1', 'Green', '', 'green.svg', 2, 1000, 2000);",
            )
            .unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..11]).unwrap();
        let text = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
        assert_eq!(text("SELECT prices FROM variants"), r#"{"PHP":"1000"}"#);
        assert_eq!(
            text("SELECT subtotal || ' ' || discount || ' ' || tax_rate FROM order_lines"),
            "2000 0 0"
        );
        assert_eq!(text("SELECT coalesce(parts, 'none') FROM orders"), "none", "its total is its lines");
        assert_eq!(text("SELECT CAST(count(*) AS TEXT) FROM quotes"), "0", "they are asked for anew");
        let changed = connection.execute("UPDATE orders SET total = 1", []);
        assert!(changed.unwrap_err().to_string().contains("an order keeps what it was placed for"));
        let refused = migrate(&mut connection).unwrap_err().to_string();
        assert!(refused.contains("its orders are from before they were encrypted"), "{refused}");
        assert_eq!(version(&connection).unwrap(), 11, "and is as it was");
    }

    #[test]
    fn refunds_from_before_their_parts_were_kept_bring_nothing_back() {
        let mut connection = Connection::open_in_memory().unwrap();
        let before = MIGRATIONS.iter().position(|sql| sql.contains("ADD COLUMN share")).unwrap();
        for (number, sql) in (1u32..).zip(&MIGRATIONS[..before]) {
            connection.execute_batch(sql).unwrap();
            connection.pragma_update(None, "user_version", number).unwrap();
        }
        connection.execute(PAID_ORDER, []).unwrap();
        connection
            .execute_batch(
                "INSERT INTO attempts (id, order_id, number, wallet, payment_request_id, pay_uri, pay_request, status,
                                       status_at, created_at)
                 VALUES ('a', 'o', 1, 'w', 'r', '/pay', x'00', 'succeeded', 1, 1);
                 INSERT INTO refunds (wallet, refund_request_id, order_id, attempt_id, number, amount, reason,
                                      requested_by, requested_at, status, status_at, sendings)
                 VALUES ('w', 'k', 'o', 'a', 1, 500, x'00', 'maria', 1, 'accepted', 1, 1);",
            )
            .unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..13]).unwrap();
        let text = "SELECT coalesce(share, 'none') || ' ' || restock FROM refunds";
        let kept: String = connection.query_row(text, [], |row| row.get(0)).unwrap();
        assert_eq!(kept, "none 0");
        let refused = migrate(&mut connection).unwrap_err().to_string();
        assert!(refused.contains("its orders are from before each had a key of its own"), "{refused}");
        assert_eq!(version(&connection).unwrap(), 13, "and is as it was");
    }

    #[test]
    fn what_may_stand_in_a_column_is_still_checked_when_it_is_said_otherwise() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let mut tables =
            connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").unwrap();
        let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let checked: Vec<(String, String)> = tables.map(Result::unwrap).collect();
        for (table, column, words) in [
            ("orders", "status", 5),
            ("orders", "stock", 3),
            ("orders", "fulfilment", 3),
            ("attempts", "status", 7),
            ("refunds", "status", 6),
            ("notifications", "verdict", 4),
            ("outbox", "status", 3),
            ("postings", "kind", 9),
            ("entries", "account", 11),
            ("statement_rows", "kind", 5),
        ] {
            let (_, sql) = checked.iter().find(|(name, _)| name == table).unwrap();
            assert!(!sql.contains(&format!("{column} IN (")), "{sql}");
            assert_eq!(sql.matches(&format!("{column} = '")).count(), words, "{table}.{column}");
        }
        let refused = connection.execute(
            "INSERT INTO notifications VALUES (1, 'w', zeroblob(32), x'00', 1, 'believed', NULL)",
            [],
        );
        assert!(refused.unwrap_err().to_string().contains("CHECK constraint failed: verdict = 'applied'"));
    }

    #[test]
    fn events_keep_their_places_when_they_lose_their_numbers() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..14]).unwrap();
        connection.execute(PAID_ORDER, []).unwrap();
        connection
            .execute_batch(
                "INSERT INTO events (seq, order_id, version, position, at, actor, kind, detail)
                 VALUES (1, 'o', 2, 0, 5, 'wallet', 'paid', x'02'), (2, 'o', 1, 1, 4, 'us', 'sent', x'01'),
                        (3, 'o', 1, 0, 4, 'shopper', 'placed', x'00');",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let mut events =
            connection.prepare("SELECT kind, detail FROM events ORDER BY version, position").unwrap();
        let events = events.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let events: Vec<(String, Vec<u8>)> = events.map(Result::unwrap).collect();
        assert_eq!(events, [("placed".into(), vec![0]), ("sent".into(), vec![1]), ("paid".into(), vec![2])]);
        let refused = connection.execute("DELETE FROM events", []).unwrap_err();
        assert!(refused.to_string().contains("events are append-only"));
    }

    #[test]
    fn a_newer_file_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(migrate(&mut connection), Err(StoreError::TooNew { found: 99, known: LATEST })));
    }
}
