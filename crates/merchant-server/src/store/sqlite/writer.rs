//! The one writer: a thread that takes closures, and commits a batch of them at once.
//!
//! A commit syncs the disk, which costs more than all the rest; so whatever waits while one commit runs
//! shares the next. A closure that fails is rolled back alone: then the whole batch is rolled back and run
//! again, each closure in a savepoint. Most batches need none, and a savepoint has SQLite copy every page
//! that is changed in it.

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::control;
use super::session::Session;
use crate::store::StoreError;
use crate::store::sql::{Outcome, Sql};

/// How many closures may wait before callers do.
const QUEUE: usize = 1_024;

/// The most closures that share one commit.
const BATCH: usize = 64;

/// A handle to the writer thread, which ends when the last handle is dropped.
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Task>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (queue, tasks) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || run(&connection, tasks))
            .map_err(|_| StoreError::Closed)?;
        Ok(Self { queue })
    }

    /// Runs the closure in the next batch; returns after the batch was synced.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Sql) -> Result<Outcome<T>, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Pending { work, result: None, reply };
        self.queue.send(Box::new(task)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

/// A closure without its types.
trait Task: Send {
    /// Runs it, perhaps not for the first time. Whether to keep what it wrote.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Answers its caller.
    fn reply(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Pending<T, F> {
    work: F,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Task for Pending<T, F>
where
    T: Send,
    F: Fn(&mut dyn Sql) -> Result<Outcome<T>, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let (keep, result) = match (self.work)(&mut Session(connection)) {
            Ok(Outcome::Keep(value)) => (true, Ok(value)),
            Ok(Outcome::Undo(value)) => (false, Ok(value)),
            Err(error) => (false, Err(error)),
        };
        self.result = Some(result);
        keep
    }

    fn reply(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Closed),
            (Err(error), _) => Err(error),
        };
        // A caller that went away needs no answer.
        let _ = self.reply.send(result);
    }
}

fn run(connection: &Connection, mut tasks: mpsc::Receiver<Box<dyn Task>>) {
    while let Some(first) = tasks.blocking_recv() {
        // Who is about to write gets a chance to share this commit: costs nothing where nobody is.
        std::thread::yield_now();
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(next) = tasks.try_recv()
        {
            batch.push(next);
        }
        let failed = run_batch(connection, &mut batch).err().map(|error| error.to_string());
        if failed.is_some() && !connection.is_autocommit() {
            // The transaction is void either way; a failing rollback leaves nothing to do about it.
            let _ = connection.execute_batch("ROLLBACK");
        }
        for task in batch {
            task.reply(failed.clone().map_or(Ok(()), |text| Err(broken_batch(text))));
        }
    }
}

fn run_batch(connection: &Connection, batch: &mut [Box<dyn Task>]) -> Result<(), rusqlite::Error> {
    control(connection, "BEGIN IMMEDIATE")?;
    if batch.iter_mut().all(|task| task.run(connection)) {
        return control(connection, "COMMIT");
    }
    // An error of the disk has rolled back already.
    if !connection.is_autocommit() {
        control(connection, "ROLLBACK")?;
    }
    // Who was alone has failed alone.
    if let [_] = batch {
        return Ok(());
    }
    control(connection, "BEGIN IMMEDIATE")?;
    run_apart(connection, batch)?;
    control(connection, "COMMIT")
}

/// Runs each so that what it wrote can be taken back alone.
fn run_apart(connection: &Connection, batch: &mut [Box<dyn Task>]) -> Result<(), rusqlite::Error> {
    for task in batch {
        control(connection, "SAVEPOINT one")?;
        if task.run(connection) {
            control(connection, "RELEASE one")?;
        } else {
            control(connection, "ROLLBACK TO one")?;
            control(connection, "RELEASE one")?;
        }
    }
    Ok(())
}

fn broken_batch(text: String) -> StoreError {
    StoreError::Sqlite(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(1), Some(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sql::value::values;

    async fn add(writer: &Writer, number: i64, keep: bool) -> Result<i64, StoreError> {
        writer
            .write(move |db| {
                db.execute("INSERT INTO numbers VALUES ($1)", values![number])?;
                Ok(if keep { Outcome::Keep(number) } else { Outcome::Undo(number) })
            })
            .await
    }

    #[tokio::test]
    async fn a_closure_that_fails_takes_no_other_with_it() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE numbers (n INTEGER UNIQUE) STRICT").unwrap();
        let writer = Writer::start(connection).unwrap();
        let (kept, undone, double) =
            tokio::join!(add(&writer, 1, true), add(&writer, 2, false), add(&writer, 1, true));
        assert_eq!((kept.unwrap(), undone.unwrap()), (1, 2));
        assert!(double.is_err());
        let count =
            writer.write(|db| db.execute("SELECT n FROM numbers", Vec::new()).map(Outcome::Keep)).await;
        assert_eq!(count.unwrap(), 1);
    }
}
