//! The databases that the server is measured on.

#[path = "../../tests/database/mod.rs"]
#[allow(dead_code, reason = "tests use all of it")]
mod for_tests;

use std::sync::Mutex;

use for_tests::TestDatabase;

/// One that can be had empty again and again.
pub struct Database {
    pub kind: Kind,
    now: Mutex<TestDatabase>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// Both, or the one that is named.
    pub fn asked_for() -> Vec<Self> {
        match std::env::var("TEST_DATABASE").as_deref() {
            Err(_) => vec![Self::Sqlite, Self::Postgres],
            Ok("sqlite") => vec![Self::Sqlite],
            Ok("postgres") => vec![Self::Postgres],
            Ok(other) => panic!("TEST_DATABASE is sqlite or postgres, not {other}"),
        }
    }

    fn make(self) -> TestDatabase {
        match self {
            Self::Sqlite => TestDatabase::sqlite(),
            Self::Postgres => TestDatabase::postgres(),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// What the server's CPU may be, in the CPU of the RSA operations of an order.
    pub fn cpu_over_rsa(self) -> f64 {
        match self {
            Self::Sqlite => 3.0,
            Self::Postgres => 5.0,
        }
    }
}

impl Database {
    pub fn new(kind: Kind) -> Self {
        Self { kind, now: Mutex::new(kind.make()) }
    }

    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// Takes an empty one instead.
    pub fn empty(&self) {
        *self.now.lock().unwrap() = self.kind.make();
    }

    /// As a configuration names it.
    pub fn address(&self) -> String {
        self.now.lock().unwrap().address()
    }

    /// Runs one statement; the rows that it gave, as text.
    pub fn run(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let database = self.now.lock().unwrap().clone();
        database.run(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}
