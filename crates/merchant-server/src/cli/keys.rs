//! `merchant-server keys generate --out DIR`: a pair towards the wallets, or a data key.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use wallet_api::keys::PrivateKey;
use wallet_api::random::{Rng as _, SystemRng};

use super::{Failure, out};
use crate::config::data_keys;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a pair of RSA keys: merchant-private.pem for the server (readable by you only),
    /// merchant-public.pem for the wallet. Or a data key, which seals what is personal in the database. Never
    /// overwrites a file.
    Generate {
        /// What it is for.
        #[arg(long, value_enum, default_value_t = Kind::Signing)]
        kind: Kind,
        /// The folder to put them in; made if missing.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// A pair of RSA keys: messages to the wallets.
    Signing,
    /// 32 random bytes: what is personal or secret in the database.
    Data,
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Generate { kind, out } = command;
    match kind {
        Kind::Signing => signing(out),
        Kind::Data => data(out),
    }
}

/// Its file has a new name each time, so that an older key stays where it is.
fn data(out: &Path) -> Result<(), Failure> {
    let file = out.join(format!("data-{}.key", &SystemRng.unguessable_id()[..8]));
    let id = data_keys::make(&file, &SystemRng).map_err(|error| unwritten(&file, &error))?;
    out::line(&format!("data key: {} (keep it; mode 600)", file.display()));
    out::line(&format!("name:     {id}"));
    out::line("what it seals is lost with it: keep a copy apart from the database's backups");
    Ok(())
}

fn signing(out: &Path) -> Result<(), Failure> {
    let (private_file, public_file) = (out.join("merchant-private.pem"), out.join("merchant-public.pem"));
    for file in [&private_file, &public_file] {
        if file.exists() {
            let file = file.display();
            return Err(Failure::Other(format!("{file} exists; move it away first, it may be in use")));
        }
    }
    std::fs::create_dir_all(out)
        .map_err(|error| Failure::Other(format!("the folder {} can't be made: {error}", out.display())))?;
    let key_error = |error| Failure::Other(format!("no key could be made: {error}"));
    let private = PrivateKey::generate().map_err(key_error)?;
    let public = private.public_key().map_err(key_error)?;
    let pem = private.to_pkcs8_pem().map_err(key_error)?;
    write_new(&private_file, pem.as_bytes(), 0o600)?;
    write_new(&public_file, public.to_pem().as_bytes(), 0o644)?;
    out::line(&format!("private key: {} (keep it; mode 600)", private_file.display()));
    out::line(&format!("public key:  {} (give it to the wallet)", public_file.display()));
    out::line(&format!("fingerprint: {}", public.fingerprint()));
    Ok(())
}

fn write_new(file: &Path, bytes: &[u8], mode: u32) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let write = || -> std::io::Result<()> {
        let mut opened = options.open(file)?;
        opened.write_all(bytes)?;
        opened.sync_all()
    };
    write().map_err(|error| unwritten(file, &error))
}

fn unwritten(file: &Path, error: &std::io::Error) -> Failure {
    Failure::Other(format!("{} can't be written: {error}", file.display()))
}
