//! `merchant-server keys generate --out DIR`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use wallet_api::keys::PrivateKey;

use super::{Failure, out};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a pair of RSA keys: merchant-private.pem for the server (readable by you only),
    /// merchant-public.pem for the wallet. Never overwrites a file.
    Generate {
        /// The folder to put them in; made if missing.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Generate { out } = command;
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
    write().map_err(|error| Failure::Other(format!("{} can't be written: {error}", file.display())))
}
