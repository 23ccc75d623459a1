//! Keys and tokens, from files of their own.

use std::path::Path;
use std::sync::Arc;

use wallet_api::ids::AgentToken;
use wallet_api::keys::{ClientKey, KeyError, KeyRing, PrivateKey, PublicKey, SigningKey};

use super::{ConfigError, Problem, WalletConfig};

/// A wallet's keys, read and checked against each other.
pub struct WalletKeys {
    /// Ours.
    pub signer: Arc<SigningKey>,
    /// The wallet's.
    pub verifier: Arc<KeyRing>,
    /// Fingerprint of our public key, for people to compare.
    pub own_fingerprint: String,
    /// Lets us call as an integrator for the merchant.
    pub agent_token: Option<AgentToken>,
}

/// Reads a wallet's keys.
///
/// # Errors
/// [`ConfigError`] names the file and what is wrong with it.
pub fn load(wallet: &WalletConfig) -> Result<WalletKeys, ConfigError> {
    let own_file = &wallet.private_key_file;
    let bytes = read_secret(own_file, "make one with `merchant-server keys generate --out DIR`")?;
    let private = PrivateKey::parse(&bytes).map_err(|error| bad_key(own_file, &error))?;
    let own_fingerprint = private.public_key().map_err(|error| bad_key(own_file, &error))?.fingerprint();
    let mut ring = KeyRing::new();
    for public in &wallet.public_keys {
        let bytes = std::fs::read(&public.file).map_err(|error| {
            let remedy = format!("get the public key of wallet {} and put it there", wallet.name);
            file_error(&public.file, Problem::Unreadable, format!("the file can't be read: {error}"), &remedy)
        })?;
        let key = PublicKey::parse(&bytes).map_err(|error| bad_key(&public.file, &error))?;
        ring.insert(ClientKey {
            client_id: wallet.profile.client_id.clone(),
            version: public.version.clone(),
            key,
        });
        ring.refuse_own(&private).map_err(|error| bad_key(&public.file, &error))?;
    }
    let signer = SigningKey::new(private, wallet.profile.key_version.clone());
    let agent_token = wallet.agent_token_file.as_deref().map(agent_token).transpose()?;
    Ok(WalletKeys { signer: Arc::new(signer), verifier: Arc::new(ring), own_fingerprint, agent_token })
}

fn agent_token(file: &Path) -> Result<AgentToken, ConfigError> {
    let remedy = "write the token that the wallet gave you into it, alone, and chmod 600 it";
    let bytes = read_secret(file, remedy)?;
    let text = String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
    AgentToken::new(text).map_err(|error| {
        file_error(file, Problem::BadKey, format!("this is no Agent-Token: {error}"), remedy)
    })
}

/// The operators' token, from a file of at least 32 characters.
///
/// # Errors
/// [`ConfigError`] when the file is missing, open to others, or too short.
pub fn admin_token(file: &Path) -> Result<Vec<u8>, ConfigError> {
    let remedy = "write 32 random characters or more into it, and chmod 600 it";
    let bytes = read_secret(file, remedy)?;
    let token = bytes.trim_ascii().to_vec();
    if token.len() < 32 {
        return Err(file_error(
            file,
            Problem::BadKey,
            "the token is shorter than 32 characters".to_owned(),
            remedy,
        ));
    }
    Ok(token)
}

fn read_secret(file: &Path, remedy: &str) -> Result<Vec<u8>, ConfigError> {
    let unreadable = |error: std::io::Error| {
        file_error(file, Problem::Unreadable, format!("the file can't be read: {error}"), remedy)
    };
    refuse_exposed(file).map_err(unreadable)??;
    std::fs::read(file).map_err(unreadable)
}

#[cfg(unix)]
fn refuse_exposed(file: &Path) -> std::io::Result<Result<(), ConfigError>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(Ok(()));
    }
    let what = format!("other users may read this secret (mode {:o})", mode & 0o777);
    Ok(Err(file_error(file, Problem::Exposed, what, &format!("run: chmod 600 {}", file.display()))))
}

#[cfg(not(unix))]
fn refuse_exposed(_file: &Path) -> std::io::Result<Result<(), ConfigError>> {
    Ok(Ok(()))
}

fn bad_key(file: &Path, error: &KeyError) -> ConfigError {
    file_error(file, Problem::BadKey, error.to_string(), "put the right key there")
}

fn file_error(file: &Path, problem: Problem, what: String, remedy: &str) -> ConfigError {
    ConfigError {
        file: file.to_owned(),
        line: None,
        key: None,
        variable: None,
        problem,
        what: what.into(),
        remedy: remedy.into(),
    }
}
