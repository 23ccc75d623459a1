//! Running other programs, and saying what went wrong with them in one sentence.

use std::{
    fmt, io,
    path::Path,
    process::{Command, Stdio},
    thread,
};

/// Why a command of the build tool stopped.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// Something the machine or the checkout lacks; the sentence says how to get it.
    pub fn missing(sentence: &str) -> Self {
        Self(sentence.to_owned())
    }

    /// A check or a step that didn't hold.
    pub fn check(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// A file that couldn't be read, written, ….
    pub fn io(verb: &str, path: &Path, source: io::Error) -> Self {
        Self(format!("can't {verb} {}: {source}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Tells the person what is being done. Goes to standard error: standard output belongs to results.
pub fn note(text: &str) {
    eprintln!("— {text}");
}

/// Runs a program with this terminal; its failure is ours.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|source| could_not_start(command, &source))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure(format!("`{}` failed ({status})", shown(command))))
}

/// Runs a program with this terminal and another one at the same time; what the other printed follows.
pub fn run_beside(first: &mut Command, second: &mut Command) -> Result<(), Failure> {
    let name = shown(second);
    let second = second.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let second = second.map_err(|source| Failure(format!("can't start `{name}`: {source}")))?;
    let (first, second) = thread::scope(|scope| {
        let waiting = scope.spawn(|| second.wait_with_output());
        (run(first), waiting.join())
    });
    let output = second.ok().and_then(Result::ok).ok_or_else(|| Failure(format!("`{name}` is lost")))?;
    note(&format!("meanwhile: {name}"));
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    first?;
    if output.status.success() {
        return Ok(());
    }
    Err(Failure(format!("`{name}` failed ({})", output.status)))
}

/// Runs a program and returns what it printed.
pub fn stdout_of(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|source| could_not_start(command, &source))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(Failure(format!("`{}` failed ({}): {}", shown(command), output.status, reason.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn could_not_start(command: &Command, source: &io::Error) -> Failure {
    Failure(format!("can't start `{}`: {source}", shown(command)))
}

/// The command line, for people.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
