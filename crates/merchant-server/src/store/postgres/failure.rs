//! What goes wrong between us and the server, and what follows from it.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::store::StoreError;

/// How often a transaction is repeated that others got in the way of.
const TRIES: u32 = 5;

/// Why a round trip failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refused, and would again.
    Refused(Refusal),
    /// Others were in the way: a deadlock, or no order in which both could have run.
    Crossed(Refusal),
    /// A unique value was taken by somebody at the same time. Run again, the transaction sees it.
    Taken(Refusal),
    /// The connection is of no use any more.
    Broken(String),
    /// It broke after `COMMIT` was sent.
    BrokenInCommit,
    /// No answer came in time.
    Silent,
}

/// What the server said.
#[derive(Debug)]
pub(super) struct Refusal {
    code: String,
    message: String,
}

impl Failure {
    /// Whether the transaction may be run again after it was tried so often.
    pub(super) fn allows_repeating(&self, tried: u32) -> bool {
        match self {
            Self::Crossed(_) => tried < TRIES,
            Self::Taken(_) | Self::Broken(_) => tried < 2,
            Self::Refused(_) | Self::BrokenInCommit | Self::Silent => false,
        }
    }

    /// Whether the connection can be used again.
    pub(super) fn spares_connection(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Crossed(_) | Self::Taken(_) => true,
            Self::Broken(_) | Self::BrokenInCommit | Self::Silent => false,
        }
    }

    /// The server ended the connection without a word.
    pub(super) fn closed() -> Self {
        Self::Broken("the connection was closed".to_owned())
    }

    pub(super) fn as_error(&self, database: &str) -> StoreError {
        match self {
            Self::Refused(refusal) | Self::Crossed(refusal) | Self::Taken(refusal) => {
                StoreError::Postgres { code: refusal.code.clone(), message: refusal.message.clone() }
            }
            Self::Broken(_) | Self::Silent => {
                StoreError::Unreachable { database: database.to_owned(), why: self.to_string() }
            }
            Self::BrokenInCommit => StoreError::OutcomeUnknown,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) | Self::Crossed(refusal) | Self::Taken(refusal) => {
                f.write_str(&refusal.message)
            }
            Self::Broken(why) => f.write_str(why),
            Self::BrokenInCommit => f.write_str("the connection broke"),
            Self::Silent => f.write_str("it didn't answer in time"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let Some(said) = error.as_db_error() else { return Self::Broken(sentence(&error)) };
        // Its detail is left out: it repeats values.
        let refusal = Refusal { code: said.code().code().to_owned(), message: said.message().to_owned() };
        match *said.code() {
            SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Self::Crossed(refusal),
            SqlState::UNIQUE_VIOLATION => Self::Taken(refusal),
            // The server stops, or has become one that only reads.
            SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
            | SqlState::READ_ONLY_SQL_TRANSACTION => Self::Broken(refusal.message),
            _ => Self::Refused(refusal),
        }
    }
}

/// An error with its cause, in one line.
fn sentence(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
