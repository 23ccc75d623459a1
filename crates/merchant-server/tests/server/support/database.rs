//! The database as it is, for comparing before and after.

#[path = "../../database/mod.rs"]
mod databases;

pub use databases::TestDatabase;

/// A database for one server: of the kind that `TEST_DATABASE` names, SQLite if it names none.
pub fn fresh() -> TestDatabase {
    match std::env::var("TEST_DATABASE").as_deref() {
        Err(_) | Ok("sqlite") => TestDatabase::sqlite(),
        Ok("postgres") => TestDatabase::postgres(),
        Ok(other) => panic!("TEST_DATABASE is sqlite or postgres, not {other}"),
    }
}

/// Everything that orders, payments and stock are made of, as text. What verified notifications left in
/// the inbox isn't part of it.
pub fn snapshot(database: &TestDatabase) -> String {
    let tables = [
        "orders",
        "order_lines",
        "attempts",
        "refunds",
        "stock",
        "jobs",
        "events",
        "postings",
        "entries",
        "outbox",
        "quotes",
        "sessions",
    ];
    tables.iter().map(|table| database.dump(table)).collect()
}

/// All rows of a table.
pub fn dump(database: &TestDatabase, table: &str) -> String {
    database.dump(table)
}

/// One number.
pub fn number(database: &TestDatabase, sql: &str) -> i64 {
    database.number(sql)
}
