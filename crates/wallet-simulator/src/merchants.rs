//! Merchants as testers register them: from a file at the start, or by request at run time.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use wallet_api::ids::{AppId, ClientId, KeyVersion};
use wallet_api::keys::{KeyError, PublicKey};

use crate::wallet::event::Merchant;

/// A merchant's file, TOML.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MerchantFile {
    client_id: ClientId,
    /// From the file's own folder.
    public_key_file: PathBuf,
    key_version: Option<KeyVersion>,
    app_id: Option<AppId>,
}

/// Why a merchant's file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum MerchantFileError {
    /// The disk refused.
    #[error("{path}: {source}")]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has a wrong or missing key.
    #[error("{path}: {fault}")]
    Toml {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        fault: String,
    },
    /// The public key can't be used.
    #[error("{path}: {source}")]
    Key {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: KeyError,
    },
}

/// Reads `{clientId, publicKeyFile, keyVersion?, appId?}` and the key that it points to.
///
/// # Errors
/// [`MerchantFileError`] names the file.
pub fn read(path: &Path) -> Result<Merchant, MerchantFileError> {
    let disk = |path: &Path, source| MerchantFileError::Disk { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(|source| disk(path, source))?;
    let file: MerchantFile = toml::from_str(&text)
        .map_err(|error| MerchantFileError::Toml { path: path.to_owned(), fault: error.to_string() })?;
    let key_path = path.parent().unwrap_or(Path::new(".")).join(file.public_key_file);
    let key = std::fs::read(&key_path).map_err(|source| disk(&key_path, source))?;
    merchant(file.client_id, file.app_id, file.key_version, &key)
        .map_err(|source| MerchantFileError::Key { path: key_path, source })
}

/// A merchant with this public key, in whatever form it came.
///
/// # Errors
/// [`KeyError`] says what is wrong with the key.
pub fn merchant(
    client_id: ClientId,
    app_id: Option<AppId>,
    key_version: Option<KeyVersion>,
    public_key: &[u8],
) -> Result<Merchant, KeyError> {
    let public_key = PublicKey::parse(public_key)?.to_pem();
    let first = || KeyVersion::new("1").map_err(|_| KeyError::NotAKey);
    Ok(Merchant { client_id, app_id, key_version: key_version.map_or_else(first, Ok)?, public_key })
}

#[cfg(test)]
mod tests {
    use wallet_api::keys::PrivateKey;

    use super::*;

    #[test]
    fn a_file_points_to_its_key_from_its_own_folder() {
        let folder = tempfile::tempdir().unwrap();
        let pem = PrivateKey::generate().unwrap().public_key().unwrap().to_pem();
        std::fs::write(folder.path().join("shop.pem"), &pem).unwrap();
        let path = folder.path().join("shop.toml");
        std::fs::write(&path, "clientId = \"SHOP\"\npublicKeyFile = \"shop.pem\"\nappId = \"app-1\"\n")
            .unwrap();
        let merchant = read(&path).unwrap();
        assert_eq!((merchant.key_version.as_str(), merchant.public_key), ("1", pem));
    }

    #[test]
    fn errors_name_the_file_and_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.toml");
        assert!(read(&path).unwrap_err().to_string().contains("shop.toml"));
        std::fs::write(&path, "clientId = \"SHOP\"\npublickeyfile = \"shop.pem\"\n").unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("shop.toml") && error.contains("publickeyfile"), "{error}");
        std::fs::write(&path, "clientId = \"SHOP\"\npublicKeyFile = \"shop.toml\"\n").unwrap();
        assert!(matches!(read(&path), Err(MerchantFileError::Key { .. })));
    }
}
