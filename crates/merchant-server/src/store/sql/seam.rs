//! The seam between statements and databases: what a store says, and what a driver must do with it.
//!
//! Statements are SQL that SQLite and PostgreSQL both speak, with placeholders `$1`, `$2`, … that appear
//! first in this order. What differs is in [`Dialect`] and [`Sql::lock`].

use std::borrow::Cow;

use super::value::{Row, Value};
use crate::store::StoreError;

/// One transaction of a database.
pub trait Sql {
    /// Runs the statements in this order, and gives their answers in the same order. A database behind a
    /// network gets them in one round trip.
    ///
    /// # Errors
    /// [`StoreError`]; the transaction is void then.
    fn run(&mut self, statements: Vec<Statement>) -> Result<Vec<Answer>, StoreError>;

    /// Runs a statement whose answer nobody needs: now, or together with the next [`Sql::run`], or at the end
    /// of the transaction.
    ///
    /// # Errors
    /// As [`Sql::run`], of this statement or of an earlier one.
    fn later(&mut self, statement: Statement) -> Result<(), StoreError>;

    /// From the next statement to the end of the transaction, nobody else holds a lock of this name: not at
    /// all, or none but shared ones. Says nothing where there is one writer only.
    ///
    /// # Errors
    /// As [`Sql::later`].
    fn lock(&mut self, name: &str, hold: Hold) -> Result<(), StoreError>;

    /// In which words the database differs from others.
    fn dialect(&self) -> &'static Dialect;
}

/// How a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Beside others that share it.
    Shared,
    /// By nobody else.
    Alone,
}

/// The words in which databases differ.
#[derive(Debug)]
pub struct Dialect {
    /// At the end of a `SELECT` of rows that are about to change: passes over those that somebody else is
    /// changing.
    pub skip_locked: &'static str,
    /// How far the clocks of those who use the database may be apart, in milliseconds.
    pub clock_skew_millis: u64,
}

/// A statement with its values.
pub struct Statement {
    /// Its text.
    pub sql: Cow<'static, str>,
    /// What stands for `$1`, `$2`, ….
    pub values: Vec<Value>,
}

impl Statement {
    /// The statement of this text.
    pub fn new(sql: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values }
    }

    /// As many statements as it takes to ask for all of these; `select` ends in `IN`.
    pub fn of_many<'a, T>(select: &'a str, ids: &'a [T]) -> impl Iterator<Item = Self> + 'a
    where
        Value: From<&'a T>,
    {
        ids.chunks(AT_ONCE).map(move |ids| {
            let length = ids.len().next_power_of_two();
            let places: Vec<String> = (1..=length).map(|number| format!("${number}")).collect();
            let filled = ids.iter().chain(std::iter::repeat_n(ids.last(), length - ids.len()).flatten());
            Self::new(format!("{select} ({})", places.join(", ")), filled.map(Value::from).collect())
        })
    }
}

/// A power of two: lists are filled up to one with their last id, so that few statements serve all lengths.
const AT_ONCE: usize = 64;

/// What a statement brought.
#[derive(Default)]
pub struct Answer {
    /// The rows that it gave.
    pub rows: Vec<Row>,
    /// How many rows it changed, or gave.
    pub changed: u64,
}

impl dyn Sql + '_ {
    /// As [`Sql::run`], for a number of statements that is known.
    pub fn run_all<const N: usize>(&mut self, statements: [Statement; N]) -> Result<[Answer; N], StoreError> {
        let answers: Result<[Answer; N], _> = self.run(Vec::from(statements))?.try_into();
        answers.map_err(|_| StoreError::Corrupt("statements without answers".to_owned()))
    }

    /// Runs one statement: how many rows it changed.
    pub fn execute(
        &mut self,
        sql: impl Into<Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let [answer] = self.run_all([Statement::new(sql, values)])?;
        Ok(answer.changed)
    }

    /// Runs one statement: the rows that it gave.
    pub fn query(
        &mut self,
        sql: impl Into<Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let [answer] = self.run_all([Statement::new(sql, values)])?;
        Ok(answer.rows)
    }

    /// Runs one statement: its first row.
    pub fn query_one(
        &mut self,
        sql: impl Into<Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values)?.into_iter().next())
    }
}
