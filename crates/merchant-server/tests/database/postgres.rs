//! Databases on a PostgreSQL server that runs already.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{NoTls, SimpleQueryMessage};

const NO_SERVER: &str = "these tests need a PostgreSQL server: `./build.sh postgres` starts one and prints its address \
                         for TEST_DATABASE_URL; `./build.sh test servers` does both by itself";

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A database of one test; dropped with it.
pub struct PostgresDatabase {
    pub url: String,
    name: String,
    server: String,
}

impl PostgresDatabase {
    pub fn create() -> Self {
        let server = std::env::var("TEST_DATABASE_URL").expect(NO_SERVER);
        let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut url = url::Url::parse(&server).expect(NO_SERVER);
        url.set_path(&name);
        let database = Self { url: url.into(), name, server };
        let name = &database.name;
        run(&database.server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).expect(NO_SERVER);
        run(&database.server, &format!("CREATE DATABASE {name}")).expect(NO_SERVER);
        database
    }

    pub fn run(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        run(&self.url, sql)
    }

    pub fn holds(&self, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let tables = self.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").unwrap();
        tables.into_iter().flatten().flatten().any(|table| {
            let rows = self.run(&format!("SELECT t::text FROM {table} AS t")).unwrap();
            rows.into_iter().flatten().flatten().any(|row| row.contains(&text) || row.contains(&hex))
        })
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let dropped = run(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if let Err(error) = dropped
            && !std::thread::panicking()
        {
            panic!("{} can't be dropped: {error}", self.name);
        }
    }
}

/// Runs one statement on a connection of its own, whatever runtime the caller has.
fn run(url: &str, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
    let ask = async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(connection);
        let messages = client.simple_query(sql).await;
        drop(client);
        let _ = connection.await;
        messages
    };
    let messages = std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(ask)
        });
        asking.join().unwrap()
    });
    let messages = messages.map_err(|error| match error.as_db_error() {
        Some(said) => said.message().to_owned(),
        None => error.to_string(),
    })?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect())
        }
        _ => None,
    });
    Ok(rows.collect())
}
