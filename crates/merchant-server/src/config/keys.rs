//! Keys and tokens, from files of their own.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use wallet_api::ids::AgentToken;
use wallet_api::keys::{ClientKey, KeyError, KeyRing, PrivateKey, PublicKey, SigningKey};

use super::agent_token::RenewedToken;
use super::{ConfigError, Problem, WalletConfig, WebhookConfig};
use crate::webhooks::{Endpoint, Secret};

/// More than any key or token has; what is longer fails to parse.
const MAX_BYTES: u64 = 32 * 1024;

/// A wallet's keys, read and checked against each other.
pub struct WalletKeys {
    /// Ours.
    pub signer: Arc<SigningKey>,
    /// The wallet's.
    pub verifier: Arc<KeyRing>,
    /// Fingerprint of our public key, for people to compare.
    pub own_fingerprint: String,
    /// Lets us call as an integrator for the merchant.
    pub agent_token: Option<Arc<RenewedToken>>,
}

/// Reads a wallet's keys.
///
/// # Errors
/// [`ConfigError`] names the file and what is wrong with it.
pub fn load(wallet: &WalletConfig) -> Result<WalletKeys, ConfigError> {
    let own_file = &wallet.private_key_file;
    let private = private_key(own_file)?;
    let own_fingerprint = private.public_key().map_err(|error| bad_key(own_file, &error))?.fingerprint();
    let mut ring = KeyRing::new();
    for public in &wallet.public_keys {
        ring.insert(ClientKey {
            client_id: wallet.profile.client_id.clone(),
            version: public.version.clone(),
            key: wallets_key(wallet, &public.file)?,
        });
        ring.refuse_own(&private).map_err(|error| bad_key(&public.file, &error))?;
    }
    let signer = SigningKey::new(private, wallet.profile.key_version.clone());
    let agent_token = wallet.agent_token_file.clone().map(RenewedToken::read).transpose()?.map(Arc::new);
    Ok(WalletKeys { signer: Arc::new(signer), verifier: Arc::new(ring), own_fingerprint, agent_token })
}

/// What the wallet gave an integrator (ISV) to call for the merchant, from a file that nobody else may read.
///
/// # Errors
/// [`ConfigError`] when the file is missing, open to others, or holds something else.
pub fn agent_token(file: &Path) -> Result<AgentToken, ConfigError> {
    let remedy = "write the token that the wallet gave you into it, alone, and chmod 600 it";
    let bytes = read_secret(file, remedy)?;
    let text = String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
    AgentToken::new(text).map_err(|error| {
        file_error(file, Problem::BadKey, format!("this is no Agent-Token: {error}"), remedy)
    })
}

/// Our private key, from a file that nobody else may read.
///
/// # Errors
/// [`ConfigError`] names the file and what is wrong with it.
pub fn private_key(file: &Path) -> Result<PrivateKey, ConfigError> {
    let bytes = read_secret(file, "make one with `merchant-server keys generate --out DIR`")?;
    PrivateKey::parse(&bytes).map_err(|error| bad_key(file, &error))
}

/// One of the wallet's public keys.
///
/// # Errors
/// [`ConfigError`] names the file and what is wrong with it.
pub fn wallets_key(wallet: &WalletConfig, file: &Path) -> Result<PublicKey, ConfigError> {
    let remedy = format!("get the public key of wallet {} and put it there", wallet.name);
    let bytes = read(file).map_err(|error| unreadable(file, &error, &remedy))?;
    PublicKey::parse(&bytes).map_err(|error| bad_key(file, &error))
}

/// A key to verify with, and which half of the pair the file holds.
///
/// # Errors
/// [`ConfigError`] names the file and what is wrong with it; a private key that others may read is refused.
pub fn verifying_key(file: &Path) -> Result<(PublicKey, Half), ConfigError> {
    let bytes = read(file).map_err(|error| unreadable(file, &error, "give the signer's public key"))?;
    match PublicKey::parse(&bytes) {
        Ok(key) => Ok((key, Half::Public)),
        Err(KeyError::PrivateWherePublic) => {
            let key = private_key(file)?.public_key().map_err(|error| bad_key(file, &error))?;
            Ok((key, Half::Private))
        }
        Err(error) => Err(bad_key(file, &error)),
    }
}

/// A half of a pair of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The one to verify with.
    Public,
    /// The one to sign with, which gives the other one too.
    Private,
}

/// An operator's token, from a file of at least 32 characters.
///
/// # Errors
/// [`ConfigError`] when the file is missing, open to others, or too short.
pub fn operator_token(file: &Path) -> Result<Vec<u8>, ConfigError> {
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

/// An endpoint with its secrets, from files that nobody else may read.
///
/// # Errors
/// [`ConfigError`] names the file and what is wrong with it; never what is in it.
pub fn endpoint(webhook: &WebhookConfig) -> Result<Endpoint, ConfigError> {
    let remedy = "make one with `merchant-server webhooks secret > FILE` and chmod 600 it";
    let mut secrets = Vec::with_capacity(webhook.secret_files.len());
    for file in &webhook.secret_files {
        let bytes = read_secret(file, remedy)?;
        let secret = Secret::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| {
            file_error(file, Problem::BadKey, format!("this is no webhook secret: {error}"), remedy)
        })?;
        secrets.push(secret);
    }
    Ok(Endpoint {
        name: webhook.name.clone(),
        url: webhook.url.clone(),
        secrets,
        events: webhook.events.clone(),
        timeout: webhook.timeout,
    })
}

pub(super) fn read_secret(file: &Path, remedy: &str) -> Result<Vec<u8>, ConfigError> {
    let unreadable = |error: std::io::Error| unreadable(file, &error, remedy);
    refuse_exposed(file).map_err(unreadable)??;
    read(file).map_err(unreadable)
}

/// No more than the largest key, whatever the file is: a device never ends.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn refuse_exposed(file: &Path) -> std::io::Result<Result<(), ConfigError>> {
    let Some(mode) = permissions(file)? else { return Ok(Ok(())) };
    if mode & 0o077 == 0 {
        return Ok(Ok(()));
    }
    let what = format!("other users may read this secret (mode {mode:o})");
    Ok(Err(file_error(file, Problem::Exposed, what, &format!("run: chmod 600 {}", file.display()))))
}

/// Who may do what with a file, as `chmod` takes it; `None` where files have no such thing.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub fn permissions(file: &Path) -> std::io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(Some(std::fs::metadata(file)?.permissions().mode() & 0o777))
}

/// Who may do what with a file, as `chmod` takes it; `None` where files have no such thing.
///
/// # Errors
/// What the system says.
#[cfg(not(unix))]
pub fn permissions(_file: &Path) -> std::io::Result<Option<u32>> {
    Ok(None)
}

fn unreadable(file: &Path, error: &std::io::Error, remedy: &str) -> ConfigError {
    file_error(file, Problem::Unreadable, format!("the file can't be read: {error}"), remedy)
}

fn bad_key(file: &Path, error: &KeyError) -> ConfigError {
    file_error(file, Problem::BadKey, error.to_string(), "put the right key there")
}

pub(super) fn file_error(file: &Path, problem: Problem, what: String, remedy: &str) -> ConfigError {
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
