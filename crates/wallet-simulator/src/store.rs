//! What survives a restart: a journal of events, one JSON object a line, only ever appended to.
//!
//! In: events that were decided. Out: a wallet that they have been applied to, after they are on disk. A
//! line that a crash cut short is dropped at the next start, since nobody was told of it; any other
//! damage stops the start with the line's number.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::wallet::Wallet;
use crate::wallet::event::Event;

const JOURNAL: &str = "journal.jsonl";

/// Why the journal can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk refused.
    #[error("{path}: {source}")]
    Disk {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another simulator works on the same folder.
    #[error("{0}: another wallet simulator uses this folder; stop it or give another --data")]
    InUse(PathBuf),
    /// A line isn't an event that this version knows.
    #[error("{path}, line {line}: {fault}; delete the folder to start over")]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        fault: String,
    },
    /// A decision contradicts the state that it was made from.
    #[error("a decision could not be applied; nothing was changed")]
    Impossible,
}

/// The wallet and its journal.
#[derive(Debug)]
pub struct Store {
    wallet: Wallet,
    journal: File,
    path: PathBuf,
    length: u64,
    /// Memory and disk no longer agree; nothing more may be promised.
    broken: bool,
}

impl Store {
    /// Opens the journal in `folder`, or starts one, and replays it.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(JOURNAL);
        let disk = |source| StoreError::Disk { path: path.clone(), source };
        let mut journal = open_private(&path).map_err(disk)?;
        journal.try_lock().map_err(|_| StoreError::InUse(folder.to_owned()))?;
        let mut wallet = Wallet::default();
        let length = replay(&journal, &path, &mut wallet)?;
        journal.set_len(length).map_err(disk)?;
        journal.seek(SeekFrom::Start(length)).map_err(disk)?;
        Ok(Self { wallet, journal, path, length, broken: false })
    }

    /// The wallet as it is on disk.
    pub fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// Writes events down, durably and all together, and then lets them have happened.
    ///
    /// # Errors
    /// [`StoreError`]; the wallet is as it was.
    pub fn commit(&mut self, events: Vec<Event>) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        if self.broken {
            return Err(StoreError::Impossible);
        }
        let mut line = serde_json::to_vec(&events).map_err(|_| StoreError::Impossible)?;
        line.push(b'\n');
        if let Err(source) = self.journal.write_all(&line).and_then(|()| self.journal.sync_data()) {
            // Half a line must not stand before the next one.
            let repaired = self
                .journal
                .set_len(self.length)
                .and_then(|()| self.journal.seek(SeekFrom::Start(self.length)));
            self.broken = repaired.is_err();
            return Err(StoreError::Disk { path: self.path.clone(), source });
        }
        self.length += line.len() as u64;
        for event in events {
            if self.wallet.apply(event).is_err() {
                self.broken = true;
                return Err(StoreError::Impossible);
            }
        }
        Ok(())
    }
}

/// Opens for reading and appending, readable by its owner alone: it holds codes and logins.
fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Applies every whole line; the answer is where the whole lines end.
fn replay(journal: &File, path: &Path, wallet: &mut Wallet) -> Result<u64, StoreError> {
    let mut reader = BufReader::new(journal);
    let mut length = 0;
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        let read = reader.read_until(b'\n', &mut text);
        let read = read.map_err(|source| StoreError::Disk { path: path.to_owned(), source })?;
        if !text.ends_with(b"\n") {
            break;
        }
        let damaged = |fault: String| StoreError::Damaged { path: path.to_owned(), line, fault };
        let events: Vec<Event> = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        for event in events {
            wallet.apply(event).map_err(|error| damaged(error.to_string()))?;
        }
        length += read as u64;
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use wallet_api::amount::{Amount, Currency};
    use wallet_api::ids::CustomerId;

    use super::*;
    use crate::wallet::decide::founding;

    fn ana() -> CustomerId {
        CustomerId::new("c-ana").unwrap()
    }

    fn top_up(value: u64) -> Vec<Event> {
        vec![Event::ToppedUp { customer_id: ana(), amount: Amount::new("THB", value).unwrap() }]
    }

    fn baht(store: &Store) -> i128 {
        store.wallet().balance(&ana(), Currency::parse("THB").unwrap())
    }

    #[test]
    fn what_was_committed_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        store.commit(founding()).unwrap();
        store.commit(top_up(7)).unwrap();
        let before = store.wallet().clone();
        drop(store);
        assert_eq!(*Store::open(folder.path()).unwrap().wallet(), before);
    }

    #[test]
    fn a_line_cut_short_by_a_crash_is_dropped_and_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        store.commit(founding()).unwrap();
        store.commit(top_up(7)).unwrap();
        let cut = store.length - 3;
        store.journal.set_len(cut).unwrap();
        drop(store);
        let mut store = Store::open(folder.path()).unwrap();
        assert_eq!(baht(&store), 0);
        store.commit(top_up(5)).unwrap();
        drop(store);
        assert_eq!(baht(&Store::open(folder.path()).unwrap()), 5);
    }

    #[test]
    fn damage_stops_the_start_and_names_the_line() {
        let folder = tempfile::tempdir().unwrap();
        Store::open(folder.path()).unwrap().commit(founding()).unwrap();
        let path = folder.path().join(JOURNAL);
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("[{\"event\":\"unheard_of\"}]\n");
        std::fs::write(&path, text).unwrap();
        let error = Store::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn two_simulators_never_share_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Store::open(folder.path()).unwrap();
        assert!(matches!(Store::open(folder.path()), Err(StoreError::InUse(_))));
    }
}
