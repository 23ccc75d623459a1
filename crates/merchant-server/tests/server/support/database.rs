//! The database as it is, for comparing before and after.

#[path = "../../database/mod.rs"]
pub mod databases;

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
        "coupons",
    ];
    tables.iter().map(|table| dump(database, table)).collect()
}

/// The same without what asking the wallet leaves behind: versions, jobs and the story.
pub fn money(database: &TestDatabase) -> String {
    let orders = "SELECT id, status, status_at, attention, stock, total, given_up_at FROM orders ORDER BY id";
    // Without what is sealed, which is another one each time it is written.
    let attempts = "SELECT id, order_id, number, payment_request_id, payment_id, pay_uri, status, status_at, reason, created_at,
                           asking_since, last_asked_at, returned_at, cancelling_since, cancels_sent, cancel_taken_at,
                           reversed_at, claimed_paid_at
                    FROM attempts ORDER BY id";
    let tables = ["order_lines", "refunds", "stock", "quotes", "sessions", "coupons"];
    text(database, orders)
        + &text(database, attempts)
        + &tables.iter().map(|table| dump(database, table)).collect::<String>()
}

/// All rows of a table.
pub fn dump(database: &TestDatabase, table: &str) -> String {
    text(database, &format!("SELECT * FROM {table} ORDER BY 1, 2"))
}

/// Whether this text stands anywhere in it, as it is or as bytes.
pub fn holds(database: &TestDatabase, wanted: &str) -> bool {
    let tables = match database {
        TestDatabase::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE type = 'table'",
        TestDatabase::Postgres(_) => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    };
    let hex: String = wanted.bytes().map(|byte| format!("{byte:02x}")).collect();
    let tables = database.run(tables).unwrap().into_iter().flatten().flatten();
    let all: Vec<_> = tables.map(|table| text(database, &format!("SELECT * FROM {table}"))).collect();
    all.iter().any(|rows| rows.contains(wanted) || rows.contains(&hex))
}

fn text(database: &TestDatabase, sql: &str) -> String {
    let rows = database.run(sql).unwrap();
    rows.iter().fold(format!("== {sql}\n"), |text, row| format!("{text}{row:?}\n"))
}

/// The text of the first column of the first row.
pub fn text_of(database: &TestDatabase, sql: &str) -> String {
    database.run(sql).unwrap()[0][0].clone().expect("a text")
}

/// One number.
pub fn number(database: &TestDatabase, sql: &str) -> i64 {
    database.number(sql)
}
