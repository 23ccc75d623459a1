//! One PostgreSQL transaction as the statements see it.
//!
//! `BEGIN` travels with the first statements, what needs no answer with the next that does, and `COMMIT` with
//! the last: a commit of an order is three round trips, a load is one.

use super::connection::Connection;
use super::failure::Failure;
use crate::digest::sha256;
use crate::store::StoreError;
use crate::store::sql::value::values;
use crate::store::sql::{Answer, Dialect, Hold, Outcome, Sql, Statement};

/// How far the clocks of two servers may be apart: a lease is over for others only so much later.
pub const CLOCK_SKEW_MILLIS: u64 = 10_000;

/// PostgreSQL's own words.
pub(super) const DIALECT: &Dialect =
    &Dialect { skip_locked: "FOR UPDATE SKIP LOCKED", clock_skew_millis: CLOCK_SKEW_MILLIS };

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Write,
}

impl Kind {
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }
}

pub(super) struct Session<'a> {
    connection: &'a mut Connection,
    database: &'a str,
    kind: Kind,
    has_begun: bool,
    queue: Vec<Statement>,
    failure: Option<Failure>,
}

impl<'a> Session<'a> {
    pub(super) fn new(connection: &'a mut Connection, database: &'a str, kind: Kind) -> Self {
        Self { connection, database, kind, has_begun: false, queue: Vec::new(), failure: None }
    }

    /// Ends the transaction as its closure wants, and tells what failed on the way.
    pub(super) fn end<T>(
        mut self,
        result: Result<Outcome<T>, StoreError>,
    ) -> (Result<T, StoreError>, Option<Failure>) {
        let result = match result {
            Ok(Outcome::Keep(value)) => self.keep().map(|()| value),
            Ok(Outcome::Undo(value)) => {
                self.leave("ROLLBACK");
                Ok(value)
            }
            Err(error) => {
                self.leave("ROLLBACK");
                Err(error)
            }
        };
        (result, self.failure)
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        match self.kind {
            Kind::Read => self.leave("COMMIT"),
            Kind::Write if self.has_begun || !self.queue.is_empty() => {
                self.exchange(Vec::new(), Some("COMMIT"))?;
            }
            Kind::Write => {}
        }
        Ok(())
    }

    /// Ends a transaction that changed nothing, or is to change nothing.
    fn leave(&mut self, how: &'static str) {
        let is_usable = self.failure.as_ref().is_none_or(Failure::spares_connection);
        if self.has_begun && is_usable {
            self.connection.send(how);
        }
    }

    /// Runs what was queued, and these; the answers of these.
    fn exchange(
        &mut self,
        statements: Vec<Statement>,
        end: Option<&'static str>,
    ) -> Result<Vec<Answer>, StoreError> {
        let mut all = std::mem::take(&mut self.queue);
        let queued = all.len();
        all.extend(statements);
        let begin = (!self.has_begun).then(|| self.kind.begin());
        self.has_begun = true;
        match self.connection.exchange(begin, &all, end) {
            Ok(mut answers) => Ok(answers.split_off(queued)),
            Err(failure) => {
                let failure = match failure {
                    Failure::Broken(_) | Failure::Silent if end.is_some() => Failure::BrokenInCommit,
                    other => other,
                };
                let error = failure.as_error(self.database);
                self.failure = Some(failure);
                Err(error)
            }
        }
    }
}

impl Sql for Session<'_> {
    fn run(&mut self, statements: Vec<Statement>) -> Result<Vec<Answer>, StoreError> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        self.exchange(statements, None)
    }

    fn later(&mut self, statement: Statement) -> Result<(), StoreError> {
        self.queue.push(statement);
        Ok(())
    }

    fn lock(&mut self, name: &str, hold: Hold) -> Result<(), StoreError> {
        let sql = match hold {
            Hold::Shared => "SELECT pg_advisory_xact_lock_shared($1)",
            Hold::Alone => "SELECT pg_advisory_xact_lock($1)",
        };
        self.later(Statement::new(sql, values![lock_number(name)]))
    }

    fn dialect(&self) -> &'static Dialect {
        DIALECT
    }
}

/// The number by which the server knows a lock.
pub(super) fn lock_number(name: &str) -> i64 {
    let hash = sha256(format!("merchant-server {name}").as_bytes());
    hash.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte))
}
