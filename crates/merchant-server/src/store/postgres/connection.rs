//! One connection: statements in, answers out, as many as wanted in one round trip.
//!
//! The thread that uses it drives it, and waits itself for what the server says: no other thread has to wake it.
//! Every statement is prepared once on each connection.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use tokio::runtime::Runtime;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Error, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, CONNECT_TIMEOUT};
use super::failure::Failure;
use crate::store::StoreError;
use crate::store::sql::value::{Row, Value};
use crate::store::sql::{Answer, Statement};

/// How long the server may work on one statement.
const STATEMENT_TIMEOUT_MILLIS: u32 = 10_000;

/// How long a statement may wait for a row that somebody else changes: longer than a server that stands still
/// can hold it.
const LOCK_TIMEOUT_MILLIS: u32 = 8_000;

/// How long a transaction of ours may do nothing: whoever opened it is gone, or stands still with what others
/// wait for.
const IDLE_TIMEOUT_MILLIS: u32 = 3_000;

/// How long a round trip may take, whatever the server does.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// The oldest server that speaks all of our statements and is still maintained somewhere.
const OLDEST_SERVER: u32 = 130_000;

/// What reads and writes; `None` once the connection has ended.
type Driving = Option<Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>>;
type InFlight<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>;

/// For threads that may block.
pub(super) struct Connection {
    line: Line,
    waiting: Waiting,
}

impl Connection {
    /// Connects, and asserts that what is committed there stays.
    pub(super) fn open(address: &Address, tls: Option<&MakeRustlsConnect>) -> Result<Self, StoreError> {
        let unreachable = |why: String| StoreError::Unreachable { database: address.to_string(), why };
        let waiting = Waiting::new().map_err(|error| unreachable(error.to_string()))?;
        let line = waiting.until(Line::open(address, tls))?;
        Ok(Self { line, waiting })
    }

    /// Runs SQL without answer.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        self.waiting.until(self.line.batch(sql))
    }

    /// Runs the statements in one round trip, between `begin` and `end` where given. The answers of the
    /// statements; the first failure, if there is one.
    pub(super) fn exchange(
        &mut self,
        begin: Option<&'static str>,
        statements: &[Statement],
        end: Option<&'static str>,
    ) -> Result<Vec<Answer>, Failure> {
        self.waiting.until(self.line.exchange(begin, statements, end))
    }

    /// Sends what ends a transaction, without waiting for an answer that nobody needs.
    pub(super) fn send(&mut self, sql: &'static str) {
        self.waiting.until(self.line.send(sql));
    }

    pub(super) fn is_closed(&self) -> bool {
        self.line.is_closed()
    }
}

/// Lets the thread that asks wait for its own answer.
struct Waiting(Option<Runtime>);

impl Waiting {
    fn new() -> std::io::Result<Self> {
        tokio::runtime::Builder::new_current_thread().enable_all().build().map(|runtime| Self(Some(runtime)))
    }

    fn until<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.0 {
            Some(runtime) => runtime.block_on(work),
            None => unreachable!("it is taken when it is dropped"),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Otherwise it would wait for its threads, which it has none of, where nobody may wait.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A connection for async threads.
pub(super) struct Line {
    client: Client,
    driving: Driving,
    prepared: HashMap<String, tokio_postgres::Statement>,
}

impl Line {
    /// Connects, and asserts that what is committed there stays.
    pub(super) async fn open(address: &Address, tls: Option<&MakeRustlsConnect>) -> Result<Self, StoreError> {
        let opening = async {
            let mut line = match tls {
                Some(tls) => Self::connect(address, tls.clone()).await,
                None => Self::connect(address, NoTls).await,
            }?;
            let facts = line.set_up().await?;
            Ok::<_, Failure>((line, facts))
        };
        let unreachable = |why: String| StoreError::Unreachable { database: address.to_string(), why };
        match tokio::time::timeout(CONNECT_TIMEOUT, opening).await {
            Ok(Ok((line, facts))) => facts.check(address).map(|()| line),
            Ok(Err(failure)) => Err(unreachable(failure.to_string())),
            Err(_) => Err(unreachable(format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()))),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.driving.is_none() || self.client.is_closed()
    }

    async fn connect<T>(address: &Address, tls: T) -> Result<Self, Failure>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + 'static,
    {
        let (client, connection) = address.config.connect(tls).await?;
        Ok(Self { client, driving: Some(Box::pin(connection)), prepared: HashMap::new() })
    }

    async fn set_up(&mut self) -> Result<Facts, Failure> {
        let sql = format!(
            "SET statement_timeout = {STATEMENT_TIMEOUT_MILLIS}; SET lock_timeout = {LOCK_TIMEOUT_MILLIS};
             SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MILLIS};
             SELECT current_setting('server_version_num'), pg_is_in_recovery(), current_setting('fsync'),
                    current_setting('synchronous_commit')"
        );
        let messages = drive(&mut self.driving, self.client.simple_query(&sql)).await?;
        let row = messages.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let text = |column| row.and_then(|row| row.get(column)).unwrap_or_default().to_owned();
        Ok(Facts {
            version: text(0),
            in_recovery: text(1) == "t",
            fsync: text(2),
            synchronous_commit: text(3),
        })
    }

    async fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        drive(&mut self.driving, self.client.batch_execute(sql)).await
    }

    /// As [`Connection::exchange`].
    pub(super) async fn exchange(
        &mut self,
        begin: Option<&'static str>,
        statements: &[Statement],
        end: Option<&'static str>,
    ) -> Result<Vec<Answer>, Failure> {
        let Self { client, driving, prepared } = self;
        let exchanging = async {
            prepare(client, prepared, statements).await?;
            let mut in_flight: Vec<InFlight<'_>> = Vec::with_capacity(statements.len() + 2);
            in_flight.extend(begin.map(|sql| bare(client, sql)));
            for statement in statements {
                in_flight.push(Box::pin(one(client, prepared, statement)));
            }
            in_flight.extend(end.map(|sql| bare(client, sql)));
            in_order(in_flight).await.into_iter().collect::<Result<Vec<_>, Error>>()
        };
        let mut answers = match tokio::time::timeout(ANSWER_TIMEOUT, drive(driving, exchanging)).await {
            Ok(answers) => answers?,
            Err(_) => return Err(Failure::Silent),
        };
        if end.is_some() {
            answers.pop();
        }
        if begin.is_some() {
            answers.remove(0);
        }
        Ok(answers)
    }

    async fn send(&mut self, sql: &'static str) {
        let Self { client, driving, .. } = self;
        let mut sending = pin!(client.batch_execute(sql));
        poll_fn(|context| {
            let _ = sending.as_mut().poll(context);
            if let Some(connection) = driving
                && connection.as_mut().poll(context).is_ready()
            {
                *driving = None;
            }
            Poll::Ready(())
        })
        .await;
    }
}

/// What a server says about itself.
struct Facts {
    version: String,
    in_recovery: bool,
    fsync: String,
    synchronous_commit: String,
}

impl Facts {
    fn check(self, address: &Address) -> Result<(), StoreError> {
        let unsuitable = |what: String| StoreError::Unsuitable { database: address.to_string(), what };
        if self.version.parse::<u32>().is_ok_and(|version| version < OLDEST_SERVER) {
            return Err(unsuitable("is older than PostgreSQL 13: use a newer one".to_owned()));
        }
        if self.in_recovery {
            return Err(unsuitable("is a standby, which only reads: give the primary's address".to_owned()));
        }
        let remedy = "what is committed must survive a crash: set it to on";
        if self.fsync != "on" {
            return Err(StoreError::NotDurable { setting: "fsync=on", found: self.fsync, remedy });
        }
        if self.synchronous_commit == "off" {
            let found = self.synchronous_commit;
            return Err(StoreError::NotDurable { setting: "synchronous_commit=on", found, remedy });
        }
        Ok(())
    }
}

/// Does the work, and the reading and writing that it needs.
async fn drive<T>(driving: &mut Driving, work: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    let mut work = pin!(work);
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done.map_err(Failure::from));
        }
        let ended = match driving {
            None => Ok(()),
            Some(connection) => match connection.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(ended) => ended,
            },
        };
        *driving = None;
        // What was read before the end is the work's.
        match (work.as_mut().poll(context), ended) {
            (Poll::Ready(done), _) => Poll::Ready(done.map_err(Failure::from)),
            (Poll::Pending, Err(error)) => Poll::Ready(Err(error.into())),
            (Poll::Pending, Ok(())) => Poll::Ready(Err(Failure::closed())),
        }
    })
    .await
}

/// Prepares those that this connection hasn't seen yet, all in one round trip.
async fn prepare(
    client: &Client,
    prepared: &mut HashMap<String, tokio_postgres::Statement>,
    statements: &[Statement],
) -> Result<(), Error> {
    let mut new: Vec<&str> = statements.iter().map(|statement| statement.sql.as_ref()).collect();
    new.retain(|sql| !prepared.contains_key(*sql));
    new.sort_unstable();
    new.dedup();
    let preparing =
        new.iter().map(|sql| Box::pin(client.prepare(sql)) as Pin<Box<dyn Future<Output = _> + Send>>);
    for (sql, statement) in new.iter().zip(in_order(preparing.collect()).await) {
        prepared.insert((*sql).to_owned(), statement?);
    }
    Ok(())
}

/// One statement that was prepared.
async fn one(
    client: &Client,
    prepared: &HashMap<String, tokio_postgres::Statement>,
    statement: &Statement,
) -> Result<Answer, Error> {
    let Some(known) = prepared.get(statement.sql.as_ref()) else { return Ok(Answer::default()) };
    let mut rows = pin!(client.query_raw(known, &statement.values).await?);
    let mut taken = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let values: Result<Vec<Value>, Error> = (0..row.len()).map(|column| row.try_get(column)).collect();
        taken.push(Row::new(values?));
    }
    Ok(Answer { rows: taken, changed: rows.rows_affected().unwrap_or(0) })
}

/// SQL without values and answer.
fn bare<'a>(client: &'a Client, sql: &'static str) -> InFlight<'a> {
    Box::pin(async move { client.batch_execute(sql).await.map(|()| Answer::default()) })
}

/// Begins all of them in this order, which sends them in this order, then waits for each.
async fn in_order<T>(futures: Vec<Pin<Box<dyn Future<Output = T> + Send + '_>>>) -> Vec<T> {
    let mut begun = Vec::with_capacity(futures.len());
    for mut future in futures {
        let first = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        begun.push((future, first));
    }
    let mut done = Vec::with_capacity(begun.len());
    for (future, first) in begun {
        done.push(match first {
            Poll::Ready(value) => value,
            Poll::Pending => future.await,
        });
    }
    done
}
