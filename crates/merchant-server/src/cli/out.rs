//! Where commands write: results to stdout, errors to stderr.

use std::io::Write as _;
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

/// Something to know beside the result, on stderr.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "merchant-server: note: {text}");
}

/// The error with its causes on stderr.
pub(super) fn fail(failure: &Failure) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "merchant-server: {failure}");
    ExitCode::FAILURE
}
