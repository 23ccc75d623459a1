//! Past orders by the million: the newest finished order again and again, under other ids.

use rusqlite::Connection;

use crate::database::Database;

/// Orders that are written in one transaction.
const AT_ONCE: u64 = 50_000;

pub async fn add(database: &Database, count: u64) {
    let connection = Connection::open(database.file()).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
    let template: String = connection
        .query_row("SELECT id FROM orders WHERE status = 'paid' ORDER BY number DESC LIMIT 1", [], |row| {
            row.get(0)
        })
        .unwrap();
    let tables = tables_of_orders(&connection);
    for first in (0..count).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let last = (first + AT_ONCE).min(count);
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for table in &tables {
            copy(&connection, table, &template, first, last);
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    connection.execute_batch("ANALYZE").unwrap();
}

struct Table {
    name: String,
    /// Name, whether it is text, whether it is the table's number.
    columns: Vec<(String, Kind)>,
}

enum Kind {
    /// Made anew for each copy.
    Id,
    /// The table's own number.
    Number,
    /// Copied as it is.
    Plain,
}

/// `orders`, and all that belongs to an order and stays.
fn tables_of_orders(connection: &Connection) -> Vec<Table> {
    let mut names = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('jobs', 'orders')")
        .unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let of_orders =
        names.into_iter().filter(|name| connection.prepare(&format!("SELECT order_id FROM {name}")).is_ok());
    std::iter::once("orders".to_owned()).chain(of_orders).map(|name| table(connection, name)).collect()
}

fn table(connection: &Connection, name: String) -> Table {
    let mut info = connection.prepare(&format!("PRAGMA table_info({name})")).unwrap();
    let columns = info
        .query_map([], |row| {
            let (column, kind, key): (String, String, u32) = (row.get(1)?, row.get(2)?, row.get(5)?);
            let is_id = (column == "id" || column.ends_with("_id")) && kind == "TEXT";
            let kind = if is_id {
                Kind::Id
            } else if key == 1 && kind == "INTEGER" {
                Kind::Number
            } else {
                Kind::Plain
            };
            Ok((column, kind))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    Table { name, columns }
}

fn copy(connection: &Connection, table: &Table, template: &str, first: u64, last: u64) {
    let key = if table.name == "orders" { "id" } else { "order_id" };
    let name = &table.name;
    let (columns, values): (Vec<_>, Vec<_>) = table
        .columns
        .iter()
        .filter_map(|(column, kind)| match kind {
            Kind::Id => Some((column.as_str(), format!("{column} || '-' || i"))),
            // SQLite numbers them itself.
            Kind::Number => None,
            Kind::Plain => Some((column.as_str(), column.clone())),
        })
        .unzip();
    connection
        .execute(
            &format!(
                "WITH RECURSIVE copies (i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM copies WHERE i + 1 < {last})
                 INSERT INTO {name} ({}) SELECT {} FROM copies CROSS JOIN {name} WHERE {key} = ?1",
                columns.join(", "),
                values.join(", ")
            ),
            [template],
        )
        .unwrap();
}
