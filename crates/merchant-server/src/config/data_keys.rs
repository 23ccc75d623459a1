//! The data keys, which seal what is personal or secret in the database: from files of their own.
//!
//! In: which files, and whether the database is there yet. Out: a [`Vault`]. A SQLite file's first key is made
//! with it and lies beside it; servers that share a database are given theirs.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wallet_api::random::Rng;

use super::keys::{file_error, read_secret};
use super::{Config, ConfigError, Problem};
use crate::store::Database;
use crate::vault::{DataKey, KEY_BYTES, KeyId, Vault};

/// The files with the data keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataKeys {
    /// What new values are sealed with.
    pub current: CurrentKey,
    /// What opens older values.
    pub older: Vec<PathBuf>,
}

/// Where the current data key lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CurrentKey {
    /// In a file that the configuration names; it must be there.
    Named(PathBuf),
    /// Beside the SQLite file, with which it is made.
    Beside(PathBuf),
}

impl CurrentKey {
    /// The key beside a SQLite file; servers that share a database can't have one.
    pub fn beside(database: &Database) -> Option<Self> {
        match database {
            Database::Sqlite(file) => {
                let mut name = file.clone().into_os_string();
                name.push(".data-key");
                Some(Self::Beside(name.into()))
            }
            Database::Postgres(_, _) => None,
        }
    }

    /// Its file.
    pub fn file(&self) -> &Path {
        match self {
            Self::Named(file) | Self::Beside(file) => file,
        }
    }
}

const REMEDY: &str = "make one with `merchant-server keys generate --kind data --out DIR`; if it was there before, \
                      put it back from its backup: nothing else opens what it sealed";

/// The vault of the configured database, whose first key is made if there is no database yet.
///
/// # Errors
/// [`ConfigError`] names the file and what is wrong with it; never what is in it.
pub fn vault(config: &Config, rng: Arc<dyn Rng>) -> Result<Vault, ConfigError> {
    let current = match current(config)? {
        Some(key) => key,
        None => {
            let file = config.data_keys.current.file();
            match make(file, &*rng) {
                // Somebody else was faster.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => drop(made.map_err(|error| {
                    let what = format!("the data key can't be written: {error}");
                    file_error(file, Problem::Unreadable, what, "let the server's user write to its folder")
                })?),
            }
            read(file)?
        }
    };
    let older = config.data_keys.older.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    Ok(Vault::new(current, older, rng))
}

/// The names of the keys that are there, the current one first; none where the first is still to be made.
///
/// # Errors
/// As [`vault`].
pub fn found(config: &Config) -> Result<Option<Vec<KeyId>>, ConfigError> {
    let Some(current) = current(config)? else { return Ok(None) };
    let mut ids = vec![current.id()];
    for file in &config.data_keys.older {
        ids.push(read(file)?.id());
    }
    Ok(Some(ids))
}

/// The current key; none where it is to be made with the database.
fn current(config: &Config) -> Result<Option<DataKey>, ConfigError> {
    match &config.data_keys.current {
        CurrentKey::Named(file) => read(file).map(Some),
        CurrentKey::Beside(file) if file.exists() => read(file).map(Some),
        CurrentKey::Beside(file) if config.database.may_exist() => {
            let what = format!("the database {} is there, and its data key isn't", config.database);
            let remedy = "put the key back from its backup, for nothing else opens what it sealed; or move the \
                          database away, and a new one is made with a new key";
            Err(file_error(file, Problem::Unreadable, what, remedy))
        }
        CurrentKey::Beside(_) => Ok(None),
    }
}

fn read(file: &Path) -> Result<DataKey, ConfigError> {
    DataKey::parse(&read_secret(file, REMEDY)?)
        .map_err(|error| file_error(file, Problem::BadKey, format!("this is no data key: {error}"), REMEDY))
}

/// Makes a key in a new file, for its owner only. The file is there whole or not at all, and stays.
///
/// # Errors
/// The system's; there is such a file already.
pub fn make(file: &Path, rng: &dyn Rng) -> std::io::Result<KeyId> {
    let mut bytes = [0; KEY_BYTES];
    rng.fill(&mut bytes);
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{}.new", rng.unguessable_id()));
    let written = write(&draft, &DataKey::text(&bytes)).and_then(|()| std::fs::hard_link(&draft, file));
    // Whatever came of it, the draft has no use any more.
    let removed = std::fs::remove_file(&draft);
    written.and(removed)?;
    sync(folder)?;
    Ok(DataKey::new(&bytes).id())
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all()
}

/// A key that a crash took away would take everything that it sealed with it.
#[cfg(unix)]
fn sync(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Elsewhere folders can't be synced.
#[cfg(not(unix))]
fn sync(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
