//! Where commands write: results to stdout, errors to stderr.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::Failure;

/// A line on stdout. A reader that went away is no error of ours.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A value as JSON on stdout.
pub(super) fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::Other(format!("the answer can't be written as JSON: {error}")))?;
    line(&text);
    Ok(())
}

/// Writes a file that names people, in place of the one before: for its owner only.
pub(super) fn private_file(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    // The one before may have been open to others.
    #[cfg(unix)]
    opened.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    opened.write_all(bytes)
}

/// Something to know beside the result, on stderr.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "merchant-server: note: {text}");
}

/// The error with its causes on stderr.
pub(super) fn fail(failure: &Failure) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "merchant-server: {failure}");
    ExitCode::FAILURE
}
