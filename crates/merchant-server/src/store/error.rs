//! Why the database didn't do what it was asked.

/// Why the database didn't do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("the database refused: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file can't be opened.
    #[error("can't open the database {path}: {source}; check that the folder exists and is writable")]
    Open {
        /// The file.
        path: String,
        /// Why.
        source: rusqlite::Error,
    },
    /// The file's schema is from a newer program.
    #[error(
        "the database has schema {found}, this program knows {known}: start the newer merchant-server, or restore a \
         backup from before it ran"
    )]
    TooNew {
        /// The schema's number in the file.
        found: u32,
        /// The newest number that this program knows.
        known: u32,
    },
    /// A setting that durability needs didn't take.
    #[error("the database doesn't keep {setting} (it says {found}): put the file on a local disk")]
    NotDurable {
        /// Which setting.
        setting: &'static str,
        /// What it says.
        found: String,
    },
    /// A row holds what the program never writes.
    #[error(
        "the database holds a value that can't be: {0}; restore a backup, or ask for help with this text"
    )]
    Corrupt(String),
    /// The writer has stopped.
    #[error("the database is closed")]
    Closed,
}
