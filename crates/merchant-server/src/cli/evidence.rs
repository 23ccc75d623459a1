//! `merchant-server orders evidence ID --out FILE` and `merchant-server verify-evidence FILE`

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use shop_api::OrderId;
use wallet_api::clock::SystemClock;
use wallet_api::keys::PublicKey;

use super::{Failure, out};
use crate::config::{Config, WalletConfig, keys};
use crate::evidence::{EvidenceFile, KeyPart, NOT_PROVEN, Owner, verify};
use crate::http::admin::story_of;
use crate::store::Store;
use crate::time::now;

/// More than any order comes to.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Check a file of evidence: no network, no database, no configuration.
///
/// Says what the file proves and what it doesn't, and ends with 1 if anything is wrong with it.
#[derive(Debug, Args)]
pub(super) struct VerifyEvidence {
    /// The file.
    file: PathBuf,
}

/// Writes the evidence of an order.
pub(super) async fn write(config: &Config, store: &dyn Store, id: &str, file: &Path) -> Result<(), Failure> {
    let id = OrderId(id.to_owned());
    let story = story_of(store, &id)
        .await?
        .ok_or_else(|| Failure::Other(format!("there is no order {id}; see `orders list`")))?;
    let wallet =
        config.wallets.iter().find(|wallet| wallet.name.as_str() == story.wallet).ok_or_else(|| {
            Failure::Other(format!("the order is wallet {}'s, which isn't configured any more", story.wallet))
        })?;
    let messages = store.wire(&id).await?;
    let story = serde_json::to_value(story)
        .map_err(|error| Failure::Other(format!("the story can't be written as JSON: {error}")))?;
    let evidence = EvidenceFile::new(story, key_parts(wallet)?, messages, now(&SystemClock));
    out::private_file(file, &evidence.to_bytes())
        .map_err(|error| Failure::Other(format!("{} can't be written: {error}", file.display())))?;
    let (count, whole) = (evidence.messages.len(), &evidence.digests.whole);
    out::line(&format!("{}: {count} messages; digest {whole}", file.display()));
    let erased = evidence.messages.iter().filter(|message| message.erased).count();
    if erased > 0 {
        out::note(&format!(
            "{erased} of its messages were erased with what was personal of the order: they are listed without words"
        ));
    }
    out::note(
        "it holds what the wallet and you said to each other, which may name the shopper: pass it on with care",
    );
    Ok(())
}

fn key_parts(wallet: &WalletConfig) -> Result<Vec<KeyPart>, Failure> {
    let part = |owner: Owner, version: String, key: &PublicKey| KeyPart {
        owner,
        client_id: wallet.profile.client_id.to_string(),
        key_version: version,
        fingerprint: key.fingerprint(),
        public_key: key.to_pem(),
    };
    let own = keys::private_key(&wallet.private_key_file)?
        .public_key()
        .map_err(|error| Failure::Other(format!("our key has no public half: {error}")))?;
    let mut parts = vec![part(Owner::Merchant, wallet.profile.key_version.to_string(), &own)];
    for public in &wallet.public_keys {
        let key = keys::wallets_key(wallet, &public.file)?;
        parts.push(part(Owner::Wallet, public.version.to_string(), &key));
    }
    Ok(parts)
}

pub(super) fn run(asked: &VerifyEvidence) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    std::fs::File::open(&asked.file)
        .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
        .map_err(|error| Failure::Other(format!("{} can't be read: {error}", asked.file.display())))?;
    let findings = verify(&bytes);
    if !findings.proven.is_empty() {
        out::line("proven");
    }
    findings.proven.iter().for_each(|line| out::line(&format!("  {line}")));
    if !findings.erased.is_empty() {
        out::line("erased");
    }
    findings.erased.iter().for_each(|line| out::line(&format!("  {line}")));
    out::line("not proven");
    NOT_PROVEN.iter().for_each(|line| out::line(&format!("  {line}")));
    if findings.faults.is_empty() {
        return Ok(());
    }
    out::line("wrong");
    findings.faults.iter().for_each(|line| out::line(&format!("  {line}")));
    Err(Failure::Other(format!(
        "{} things are wrong with this file; don't rely on it",
        findings.faults.len()
    )))
}
