//! Merchants as testers register them: from a file at the start, or by request at run time.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use wallet_api::ids::{AppId, ClientId, KeyVersion, PartnerId};
use wallet_api::keys::{KeyError, PublicKey};

use crate::dialect;
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
    partner_id: Option<PartnerId>,
    profile: Option<String>,
}

/// What is told of a merchant beside its key.
#[derive(Clone, Debug)]
pub struct Registration {
    /// What it calls itself in `Client-Id`.
    pub client_id: ClientId,
    /// Its mini program; absent: any.
    pub app_id: Option<AppId>,
    /// What its contract calls it (v1); absent: anything.
    pub partner_id: Option<PartnerId>,
    /// Which of its keys this is; absent: 1.
    pub key_version: Option<KeyVersion>,
    /// The shipped profile that it speaks; absent: [`dialect::DEFAULT`].
    pub profile: Option<String>,
}

impl Registration {
    /// A merchant of whom nothing else is known.
    pub fn new(client_id: ClientId) -> Self {
        Self { client_id, app_id: None, partner_id: None, key_version: None, profile: None }
    }
}

/// Why a merchant can't be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// The public key can't be used.
    #[error("publicKey: {0}")]
    Key(#[from] KeyError),
    /// There is no such profile.
    #[error("profile: {0}")]
    Profile(String),
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
    /// What it says can't be registered.
    #[error("{path}: {source}")]
    Registration {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: RegistrationError,
    },
}

/// Reads `{clientId, publicKeyFile, keyVersion?, appId?, partnerId?, profile?}` and the key that it points to.
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
    let registration = Registration {
        client_id: file.client_id,
        app_id: file.app_id,
        partner_id: file.partner_id,
        key_version: file.key_version,
        profile: file.profile,
    };
    merchant(registration, &key).map_err(|source| {
        let path = match source {
            RegistrationError::Key(_) => key_path,
            RegistrationError::Profile(_) => path.to_owned(),
        };
        MerchantFileError::Registration { path, source }
    })
}

/// A merchant with this public key, in whatever form it came.
///
/// # Errors
/// [`RegistrationError`] says what is wrong with the key or the profile.
pub fn merchant(registration: Registration, public_key: &[u8]) -> Result<Merchant, RegistrationError> {
    let public_key = PublicKey::parse(public_key)?.to_pem();
    let first = || KeyVersion::new("1").map_err(|_| KeyError::NotAKey);
    let profile = registration.profile.as_deref().unwrap_or(dialect::DEFAULT);
    Ok(Merchant {
        client_id: registration.client_id,
        app_id: registration.app_id,
        partner_id: registration.partner_id,
        key_version: registration.key_version.map_or_else(first, Ok)?,
        profile: dialect::known(profile).map_err(RegistrationError::Profile)?,
        public_key,
    })
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
        assert!(matches!(
            read(&path),
            Err(MerchantFileError::Registration { source: RegistrationError::Key(_), .. })
        ));
        std::fs::write(
            &path,
            "clientId = \"SHOP\"\npublicKeyFile = \"shop.pem\"\nprofile = \"unheard-of\"\n",
        )
        .unwrap();
        let pem = PrivateKey::generate().unwrap().public_key().unwrap().to_pem();
        std::fs::write(folder.path().join("shop.pem"), pem).unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("shop.toml") && error.contains("super-qi"), "{error}");
    }
}
