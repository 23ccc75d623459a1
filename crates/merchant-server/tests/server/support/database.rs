//! The database as it is, for comparing before and after.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

/// Everything that orders, payments and stock are made of, as text. What verified notifications left in
/// the inbox isn't part of it.
pub fn snapshot(path: &Path) -> String {
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
    tables.iter().map(|table| dump(path, table)).collect()
}

/// All rows of a table.
pub fn dump(path: &Path, table: &str) -> String {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
    let columns = statement.column_count();
    let mut text = format!("== {table}\n");
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let values: Vec<Value> = (0..columns).map(|column| row.get(column).unwrap()).collect();
        text.push_str(&format!("{values:?}\n"));
    }
    text
}

/// One number.
pub fn number(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}
