//! Short reads: asked on the async threads, which nothing holds up, in one round trip.
//!
//! A closure is run twice: first to hear what it asks, then with the answers. One that asks more after that is
//! for a thread that may wait.

use super::connection::Line;
use super::pool::Pool;
use super::session::{DIALECT, Kind};
use crate::store::StoreError;
use crate::store::sql::{Answer, Dialect, Hold, Sql, Statement};

/// Asks over connections that only ask.
pub(super) struct Asking(Pool<Line>);

/// What became of a short read.
pub(super) enum Asked<T, F> {
    Told(Result<T, StoreError>),
    /// It asks more than once: run it elsewhere.
    AsksMore(F),
}

impl Asking {
    pub(super) fn new(pool: Pool<Line>) -> Self {
        Self(pool)
    }

    pub(super) async fn ask<T, F>(&self, work: F) -> Result<Asked<T, F>, StoreError>
    where
        F: Fn(&mut dyn Sql) -> Result<T, StoreError>,
    {
        let mut hearing = Hearing::default();
        let result = work(&mut hearing);
        let Some(statements) = hearing.asked else { return Ok(Asked::Told(result)) };
        let answers = self.answers(&statements).await?;
        let mut hearing = Hearing { answers: Some(answers), asked: None };
        let result = work(&mut hearing);
        Ok(if hearing.asked.is_some() { Asked::AsksMore(work) } else { Asked::Told(result) })
    }

    async fn answers(&self, statements: &[Statement]) -> Result<Vec<Answer>, StoreError> {
        let _turn = self.0.turn().await?;
        // One statement sees one state by itself.
        let (begin, end) =
            if statements.len() > 1 { (Some(Kind::Read.begin()), Some("COMMIT")) } else { (None, None) };
        let mut tried = 0;
        loop {
            tried += 1;
            let mut line = Taken { line: Some(self.0.line().await?), pool: &self.0 };
            let Some(open) = line.line.as_mut() else { return Err(StoreError::Closed) };
            let failure = match open.exchange(begin, statements, end).await {
                Ok(answers) => return Ok(answers),
                Err(failure) => failure,
            };
            // Where a statement of several failed, its transaction is still open.
            line.line = None;
            if !failure.spares_connection() {
                self.0.forget_idle();
            }
            if !failure.allows_repeating(tried) {
                return Err(failure.as_error(&self.0.address.to_string()));
            }
            tracing::debug!(?failure, tried, "a read is run again");
        }
    }
}

/// A line that is given back, also when its user goes away: all that was asked was sent at once, and what is answered
/// to nobody is passed over.
struct Taken<'a> {
    line: Option<Line>,
    pool: &'a Pool<Line>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(line) = self.line.take() {
            self.pool.give_back(line);
        }
    }
}

/// A transaction that hears what a closure asks, and tells it the answers if it has them.
#[derive(Default)]
struct Hearing {
    answers: Option<Vec<Answer>>,
    asked: Option<Vec<Statement>>,
}

impl Sql for Hearing {
    fn run(&mut self, statements: Vec<Statement>) -> Result<Vec<Answer>, StoreError> {
        if let Some(answers) = self.answers.take() {
            return Ok(answers);
        }
        self.asked.get_or_insert(statements);
        // Ends the closure; nobody hears of it.
        Err(StoreError::Closed)
    }

    fn later(&mut self, _statement: Statement) -> Result<(), StoreError> {
        Err(StoreError::Refused("a read doesn't write"))
    }

    fn lock(&mut self, _name: &str, _hold: Hold) -> Result<(), StoreError> {
        Err(StoreError::Refused("a read doesn't lock"))
    }

    fn dialect(&self) -> &'static Dialect {
        DIALECT
    }
}
