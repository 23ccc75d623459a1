//! The `Agent-Token` of an integrator (ISV), which wallets let expire: whoever renews it replaces its file.
//!
//! In: the file. Out: the token that stands in it now, for each call. A file that can't be used changes nothing: the
//! token that was good goes on.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use wallet_api::client::AgentTokens;
use wallet_api::ids::AgentToken;

use super::{ConfigError, keys};

/// The token in a file, read anew when the file was replaced.
pub struct RenewedToken {
    file: PathBuf,
    read: Mutex<Read>,
}

struct Read {
    token: AgentToken,
    /// What the file was when it was read last, usable or not.
    stamp: Option<Stamp>,
}

/// What changes with a file's content.
type Stamp = (SystemTime, u64);

impl RenewedToken {
    /// Reads it for the first time.
    ///
    /// # Errors
    /// As [`keys::agent_token`].
    pub(super) fn read(file: PathBuf) -> Result<Self, ConfigError> {
        let stamp = stamp(&file);
        let token = keys::agent_token(&file)?;
        Ok(Self { file, read: Mutex::new(Read { token, stamp }) })
    }
}

impl AgentTokens for RenewedToken {
    fn current(&self) -> AgentToken {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = stamp(&self.file);
        if read.stamp != stamp {
            read.stamp = stamp;
            match keys::agent_token(&self.file) {
                Ok(token) if token == read.token => {}
                Ok(token) => {
                    read.token = token;
                    tracing::info!(file = %self.file.display(), "the Agent-Token was renewed");
                }
                Err(error) => {
                    tracing::error!(%error, "the new Agent-Token can't be used; the one from before goes on");
                }
            }
        }
        read.token.clone()
    }
}

/// None when there is no such file.
fn stamp(file: &Path) -> Option<Stamp> {
    let found = std::fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt as _;

    use super::*;

    fn replace(file: &Path, content: &str) {
        let new = file.with_extension("new");
        let mut options = std::fs::OpenOptions::new();
        let mut written = options.write(true).create(true).truncate(true).mode(0o600).open(&new).unwrap();
        std::io::Write::write_all(&mut written, content.as_bytes()).unwrap();
        std::fs::rename(new, file).unwrap();
    }

    #[test]
    fn a_token_that_was_replaced_goes_out_and_one_that_cant_be_used_does_not() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("agent-token");
        replace(&file, "first\n");
        let token = RenewedToken::read(file.clone()).unwrap();
        assert_eq!(token.current().as_str(), "first");
        replace(&file, "the second\n");
        assert_eq!(token.current().as_str(), "first", "a space is in no token");
        replace(&file, "second");
        assert_eq!(token.current().as_str(), "second");
        std::fs::remove_file(&file).unwrap();
        assert_eq!(token.current().as_str(), "second");
        replace(&file, "third-one");
        assert_eq!(token.current().as_str(), "third-one");
    }
}
