//! `doctor`: what this machine has, what is missing, and how to get it.

use std::{net::TcpListener, path::Path, process::Command};

use crate::{
    setup,
    shell::{Failure, stdout_of},
};

struct Finding {
    what: &'static str,
    needed_for: &'static str,
    state: State,
}

enum State {
    Found(String),
    /// Missing, and this is how it comes.
    Missing(&'static str),
}

/// Prints a line for each thing; fails when one is missing that no command installs by itself.
pub fn doctor(root: &Path) -> Result<(), Failure> {
    let findings = look(root)?;
    for finding in &findings {
        let (mark, text) = match &finding.state {
            State::Found(text) => ("ok     ", text.as_str()),
            State::Missing(how) => ("missing", *how),
        };
        println!("{mark}  {:<18} {:<28} {text}", finding.what, finding.needed_for);
    }
    let missing = findings.iter().filter(|finding| matches!(finding.state, State::Missing(_))).count();
    if missing == 0 {
        println!("Everything is here.");
        return Ok(());
    }
    Err(Failure::missing("something is missing: the lines above say how it comes"))
}

fn look(root: &Path) -> Result<Vec<Finding>, Failure> {
    let on_demand = "installed by the first command that needs it";
    let present = |found: bool, how| {
        if found { State::Found("installed".to_owned()) } else { State::Missing(how) }
    };
    Ok(vec![
        program("cargo", "everything", &["--version"], "install rustup: https://rustup.rs"),
        program("rustup", "installing what is missing", &["--version"], "install rustup: https://rustup.rs"),
        program(
            "python3",
            "test",
            &["--version"],
            "install Python 3.10 or newer with venv: https://www.python.org",
        ),
        Finding {
            what: "wasm target",
            needed_for: "build, run, test",
            state: present(setup::has_wasm_target()?, on_demand),
        },
        Finding {
            what: "rust-src",
            needed_for: "build, run, test",
            state: present(setup::has_rust_source()?, on_demand),
        },
        program("cargo-clippy", "test", &["--version"], on_demand),
        program("cargo-fmt", "test", &["--version"], on_demand),
        program(
            "cc",
            "SQLite and RSA, which are C",
            &["--version"],
            "install a C compiler (Debian: apt-get install build-essential)",
        ),
        node(),
        program("npm", "build, run, test", &["--version"], "it comes with Node: https://nodejs.org"),
        Finding {
            what: "npm packages",
            needed_for: "build, run, test",
            state: present(setup::node_modules_are_current(root)?, on_demand),
        },
        Finding {
            what: "Chromium",
            needed_for: "test",
            state: match setup::find_chromium() {
                Some(path) => State::Found(path.display().to_string()),
                None => State::Missing(
                    "`./build.sh test` installs it as root on Debian; else install it, or set CHROMIUM",
                ),
            },
        },
        ports(),
    ])
}

fn program(what: &'static str, needed_for: &'static str, args: &[&str], how: &'static str) -> Finding {
    let state = match stdout_of(Command::new(what).args(args)) {
        Ok(text) => State::Found(text.lines().next().unwrap_or_default().to_owned()),
        Err(_) => State::Missing(how),
    };
    Finding { what, needed_for, state }
}

fn node() -> Finding {
    let mut finding =
        program("node", "build, run, test", &["--version"], "install Node 20 or newer: https://nodejs.org");
    if let State::Found(version) = &finding.state {
        let major =
            version.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
        if major.is_none_or(|major| major < 20) {
            finding.state =
                State::Missing("this Node is too old: install Node 20 or newer from https://nodejs.org");
        }
    }
    finding
}

fn ports() -> Finding {
    let first = crate::run::DEFAULT_PORT;
    let free = (first..first + crate::run::PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok());
    let state = if free {
        State::Found("free".to_owned())
    } else {
        State::Missing("ports 8700 to 8703 are taken: is it running already? else use `run --port N`")
    };
    Finding { what: "ports 8700-8703", needed_for: "run", state }
}
