//! Why the database didn't do what it was asked.

/// Why the database didn't do what it was asked. Nothing was changed, but for
/// [`StoreError::OutcomeUnknown`]. Never tells a password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("the database refused: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The memory refused.
    #[error("the store refused: {0}")]
    Refused(&'static str),
    /// PostgreSQL refused.
    #[error("the database refused: {message} ({code})")]
    Postgres {
        /// Its code of five characters.
        code: String,
        /// Its sentence.
        message: String,
    },
    /// The file's folder can't be made.
    #[error("the database's folder {path} can't be made: {source}; check `database` in the configuration")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file can't be opened.
    #[error("can't open the database {path}: {source}; check that the folder exists and is writable")]
    Open {
        /// The file.
        path: String,
        /// Why.
        source: rusqlite::Error,
    },
    /// PostgreSQL can't be reached.
    #[error(
        "can't reach the database {database}: {why}; check that PostgreSQL runs there, and host, port, user, password \
         and name in the database's address"
    )]
    Unreachable {
        /// Its address without password.
        database: String,
        /// Why.
        why: String,
    },
    /// The server isn't one that the program can use.
    #[error("the database {database} {what}")]
    Unsuitable {
        /// Its address without password.
        database: String,
        /// Why not, and what to do.
        what: String,
    },
    /// All connections were in use for too long.
    #[error(
        "no connection to the database became free in time; if its machine isn't busy, raise `database_connections`"
    )]
    Busy,
    /// The connection broke after the last word.
    #[error(
        "the connection to the database broke while it committed: it may have been done or not; ask again"
    )]
    OutcomeUnknown,
    /// The schema is from a newer program.
    #[error(
        "the database has schema {found}, this program knows {known}: start the newer merchant-server, or restore a \
         backup from before it ran"
    )]
    TooNew {
        /// The schema's number in the database.
        found: u32,
        /// The newest number that this program knows.
        known: u32,
    },
    /// A setting that durability needs didn't take.
    #[error("the database doesn't keep {setting} (it says {found}): {remedy}")]
    NotDurable {
        /// Which setting.
        setting: &'static str,
        /// What it says.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A row holds what the program never writes.
    #[error(
        "the database holds a value that can't be: {0}; restore a backup, or ask for help with this text"
    )]
    Corrupt(String),
    /// A sealed value doesn't open.
    #[error("{column} of the database can't be opened: {cause}")]
    Sealed {
        /// The table and the column.
        column: String,
        /// Why.
        cause: crate::vault::VaultError,
    },
    /// The writer has stopped.
    #[error("the database is closed")]
    Closed,
}
