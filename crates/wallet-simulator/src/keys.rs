//! The wallet's own key pair, made at the first start and kept in the data folder.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use wallet_api::ids::{IdError, KeyVersion};
use wallet_api::keys::{KeyError, PrivateKey, SigningKey};

const PRIVATE: &str = "wallet-private.pem";
const PUBLIC: &str = "wallet-public.pem";

/// Which of its keys the wallet signs with.
pub const KEY_VERSION: &str = "1";

/// Why the wallet has no keys.
#[derive(Debug, thiserror::Error)]
pub enum WalletKeyError {
    /// The disk refused.
    #[error("{path}: {source}")]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file isn't a key.
    #[error("{path}: {source}; delete the file to have a new key made")]
    Key {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: KeyError,
    },
    /// The key's version can't be written in a header.
    #[error(transparent)]
    Version(#[from] IdError),
}

/// The wallet's key, read from `folder` or made there. The public half is written beside it each time.
///
/// # Errors
/// [`WalletKeyError`]
pub fn load_or_make(folder: &Path) -> Result<SigningKey, WalletKeyError> {
    let path = folder.join(PRIVATE);
    let key_error = |source| WalletKeyError::Key { path: path.clone(), source };
    let disk = |path: &Path, source| WalletKeyError::Disk { path: path.to_owned(), source };
    let key = match std::fs::read(&path) {
        Ok(bytes) => PrivateKey::parse(&bytes).map_err(key_error)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = PrivateKey::generate().map_err(key_error)?;
            write_private(&path, key.to_pkcs8_pem().map_err(key_error)?.as_bytes())
                .map_err(|source| disk(&path, source))?;
            key
        }
        Err(source) => return Err(disk(&path, source)),
    };
    let public = folder.join(PUBLIC);
    let pem = key.public_key().map_err(key_error)?.to_pem();
    std::fs::write(&public, pem).map_err(|source| disk(&public, source))?;
    Ok(SigningKey::new(key, KeyVersion::new(KEY_VERSION)?))
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = load_or_make(folder.path()).unwrap().key().public_key().unwrap();
        let second = load_or_make(folder.path()).unwrap().key().public_key().unwrap();
        assert_eq!(first, second);
        assert_eq!(std::fs::read_to_string(folder.path().join(PUBLIC)).unwrap(), first.to_pem());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.path().join(PRIVATE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(PRIVATE), "nonsense").unwrap();
        let error = load_or_make(folder.path()).unwrap_err().to_string();
        assert!(error.contains("wallet-private.pem"), "{error}");
    }
}
