//! The database as it is, for comparing before and after.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

/// Everything that orders, payments and stock are made of, as text. What verified notifications left in
/// the inbox isn't part of it.
pub fn snapshot(path: &Path) -> String {
    let tables =
        ["orders", "order_lines", "attempts", "refunds", "stock", "jobs", "events", "quotes", "sessions"];
    tables.iter().map(|table| dump(path, table)).collect()
}

/// The same without what asking the wallet leaves behind: versions, jobs and the story.
pub fn money(path: &Path) -> String {
    let orders = "SELECT id, status, status_at, attention, stock, total, given_up_at FROM orders ORDER BY id";
    let tables = ["order_lines", "attempts", "refunds", "stock", "quotes", "sessions"];
    rows(path, orders) + &tables.iter().map(|table| dump(path, table)).collect::<String>()
}

/// All rows of a table.
pub fn dump(path: &Path, table: &str) -> String {
    format!("== {table}\n") + &rows(path, &format!("SELECT * FROM {table} ORDER BY 1, 2"))
}

fn rows(path: &Path, sql: &str) -> String {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let mut text = String::new();
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
