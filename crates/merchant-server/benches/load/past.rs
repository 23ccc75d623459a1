//! Past orders by the million: the newest paid order again and again, under other ids.

use crate::database::{Database, Kind};

/// Orders that are written in one statement.
const AT_ONCE: usize = 50_000;

/// What belongs to an order and stays: the table, which of its rows, and which columns are made anew for each copy.
const TABLES: [(&str, &str, &[&str]); 4] = [
    ("orders", "id = '$'", &["id", "quote_id"]),
    ("order_lines", "order_id = '$'", &["order_id"]),
    ("attempts", "order_id = '$'", &["id", "order_id", "payment_request_id", "payment_id"]),
    ("events", "order_id = '$'", &["order_id", "attempt_id"]),
];

/// Columns that the database numbers by itself.
const NUMBERED: [&str; 2] = ["number", "seq"];

pub fn add(database: &Database, count: usize) {
    if count == 0 {
        return;
    }
    let newest = "SELECT id FROM orders WHERE status = 'paid' ORDER BY number DESC LIMIT 1";
    let template = database.run(newest)[0][0].clone().unwrap();
    for first in (0..count).step_by(AT_ONCE) {
        let last = (first + AT_ONCE).min(count);
        for (table, rows, ids) in TABLES {
            copy(database, table, &rows.replace('$', &template), ids, first..last);
        }
    }
    database.run("ANALYZE");
}

fn copy(database: &Database, table: &str, rows: &str, ids: &[&str], numbers: std::ops::Range<usize>) {
    let columns = columns(database, table);
    // An attempt's `number` is its own; an order's is the table's.
    let numbered = |column: &str| NUMBERED.contains(&column) && table != "attempts";
    let columns: Vec<&str> = columns.iter().map(String::as_str).filter(|column| !numbered(column)).collect();
    let values: Vec<String> = columns
        .iter()
        .map(
            |column| {
                if ids.contains(column) { format!("{column} || '-' || i") } else { (*column).to_owned() }
            },
        )
        .collect();
    database.run(&format!(
        "WITH RECURSIVE copies (i) AS (SELECT {} UNION ALL SELECT i + 1 FROM copies WHERE i + 1 < {})
         INSERT INTO {table} ({}) SELECT {} FROM copies CROSS JOIN {table} WHERE {rows}",
        numbers.start,
        numbers.end,
        columns.join(", "),
        values.join(", ")
    ));
}

fn columns(database: &Database, table: &str) -> Vec<String> {
    let sql = match database.kind {
        Kind::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        Kind::Postgres => {
            format!("SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")
        }
    };
    database.run(&sql).into_iter().flatten().flatten().collect()
}
