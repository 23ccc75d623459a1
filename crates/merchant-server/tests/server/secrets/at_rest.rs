//! A database as it lies on the disk, for whoever gets hold of it.

use std::fmt::Write as _;

use crate::support::database::TestDatabase;

/// Everything that it holds: SQLite's files to the byte, or each row of each of PostgreSQL's tables.
pub fn bytes(database: &TestDatabase) -> Vec<u8> {
    match database {
        TestDatabase::Sqlite(folder) => {
            let mut bytes = Vec::new();
            let mut names = Vec::new();
            for entry in std::fs::read_dir(folder.path()).unwrap() {
                let entry = entry.unwrap();
                bytes.extend(std::fs::read(entry.path()).unwrap());
                names.push(entry.file_name());
            }
            assert!(names.contains(&"merchant.db".into()), "{names:?}");
            assert!(names.contains(&"merchant.db-wal".into()), "{names:?}");
            bytes
        }
        TestDatabase::Postgres(_) => {
            let tables = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'";
            let tables: Vec<String> = database.run(tables).unwrap().into_iter().flatten().flatten().collect();
            assert!(tables.len() > 15, "{tables:?}");
            let mut text = String::new();
            for table in tables {
                for row in database.run(&format!("SELECT whole::text FROM {table} AS whole")).unwrap() {
                    // Bytes are shown as hexadecimal digits, which the search knows.
                    writeln!(text, "{table} {}", row[0].as_deref().unwrap()).unwrap();
                }
            }
            text.into_bytes()
        }
    }
}
