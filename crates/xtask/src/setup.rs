//! What this machine must have before a command can work, and how to get it.
//!
//! In: the machine. Out: each `ensure_*` leaves the thing installed, or one sentence that says what is
//! missing and which command installs it. Nothing is installed twice.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::shell::{Failure, note, run, stdout_of};

/// The target the package is compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

const CHROMIUM_CANDIDATES: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The wasm target, the standard library's source (the package builds its own), and a linker for both.
pub fn ensure_rust() -> Result<(), Failure> {
    if !has_wasm_target()? {
        note(&format!("installing the Rust target {WASM_TARGET}"));
        rustup(&["target", "add", WASM_TARGET])?;
    }
    if !has_rust_source()? {
        note("installing the Rust standard library's source");
        rustup(&["component", "add", "rust-src"])?;
    }
    Ok(())
}

/// rustfmt and clippy.
pub fn ensure_rust_checks() -> Result<(), Failure> {
    for (tool, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if stdout_of(Command::new(tool).arg("--version")).is_err() {
            note(&format!("installing {component}"));
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

/// Exactly the npm packages of package-lock.json.
pub fn ensure_node_modules(root: &Path) -> Result<(), Failure> {
    if node_modules_are_current(root)? {
        return Ok(());
    }
    note("installing the npm packages of package-lock.json");
    run(Command::new("npm").arg("ci").current_dir(root))?;
    let stamp = node_modules_stamp(root);
    fs::copy(root.join("package-lock.json"), &stamp)
        .map_err(|source| Failure::io("write", &stamp, source))?;
    Ok(())
}

/// Whether `npm ci` has run for the lock file as it is now.
pub fn node_modules_are_current(root: &Path) -> Result<bool, Failure> {
    let lock = root.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(|source| Failure::io("read", &lock, source))?;
    Ok(fs::read(node_modules_stamp(root)).is_ok_and(|installed| installed == wanted))
}

fn node_modules_stamp(root: &Path) -> PathBuf {
    root.join("node_modules/.installed-lock.json")
}

/// A Chromium that tests can drive; installs Debian's where this user may.
pub fn ensure_chromium() -> Result<PathBuf, Failure> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    let by_hand = "the browser tests need Chromium: install it (Debian: apt-get install chromium) \
                   or name one in the environment variable CHROMIUM";
    install("Chromium", &["chromium", "fonts-dejavu-core"], by_hand)?;
    find_chromium().ok_or_else(|| Failure::missing(by_hand))
}

/// The folder with PostgreSQL's programs, 13 or newer; installs Debian's where this user may.
pub fn ensure_postgres() -> Result<PathBuf, Failure> {
    if let Some(found) = find_postgres() {
        return Ok(found);
    }
    let by_hand = "the tests of the merchant server need PostgreSQL 13 or newer, which they start themselves: install it \
                   (Debian: apt-get install postgresql), or put the folder of its program initdb on the PATH";
    install("PostgreSQL", &["postgresql"], by_hand)?;
    find_postgres().ok_or_else(|| Failure::missing(by_hand))
}

/// The newest in Debian's places, or the one on the PATH.
pub fn find_postgres() -> Option<PathBuf> {
    let debians = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut installed: Vec<(u32, PathBuf)> =
        debians.filter_map(|entry| Some((version(&entry.path())?, entry.path().join("bin")))).collect();
    installed.sort();
    let newest_first =
        installed.into_iter().rev().filter(|(version, _)| *version >= 13).map(|(_, path)| path);
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let has_programs =
        |folder: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).exists());
    newest_first.chain(std::env::split_paths(&on_path)).find(has_programs)
}

/// Installs Debian's packages, if this is root on Debian; else says how it is done by hand.
fn install(what: &str, packages: &[&str], by_hand: &str) -> Result<(), Failure> {
    if !Path::new("/usr/bin/apt-get").exists() || !is_root()? {
        return Err(Failure::missing(by_hand));
    }
    note(&format!("installing {what} with apt-get"));
    let apt = |args: &[&str]| {
        run(Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C"))
    };
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], packages].concat())
}

/// schemathesis as tests/api/requirements.txt pins it, in a virtual environment of its own under target/.
pub fn ensure_schemathesis(root: &Path) -> Result<PathBuf, Failure> {
    let requirements = root.join("tests/api/requirements.txt");
    let wanted = fs::read(&requirements).map_err(|source| Failure::io("read", &requirements, source))?;
    let environment = root.join("target/schemathesis");
    let (program, stamp) = (environment.join("bin/schemathesis"), environment.join("requirements.txt"));
    if program.exists() && fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(program);
    }
    note("installing schemathesis into target/schemathesis");
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment)).map_err(|_| {
        Failure::missing(
            "the API's check needs Python 3.10 or newer with venv: install it (Debian: apt-get install python3-venv)",
        )
    })?;
    let mut pip = Command::new(environment.join("bin/pip"));
    run(pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements))?;
    fs::write(&stamp, wanted).map_err(|source| Failure::io("write", &stamp, source))?;
    Ok(program)
}

/// The version of cargo-mutants whose verdicts are compared.
const CARGO_MUTANTS: &str = "27.1.0";

/// cargo-mutants, in target/tools.
pub fn ensure_cargo_mutants(root: &Path) -> Result<PathBuf, Failure> {
    let tools = root.join("target/tools");
    let program = tools.join("bin/cargo-mutants");
    let version = stdout_of(Command::new(&program).arg("mutants").arg("--version"));
    if version.is_ok_and(|version| version.contains(CARGO_MUTANTS)) {
        return Ok(program);
    }
    note("installing cargo-mutants into target/tools (some minutes)");
    let mut install = Command::new("cargo");
    install.args([
        "install",
        "--quiet",
        "--locked",
        "--force",
        "--version",
        CARGO_MUTANTS,
        "cargo-mutants",
        "--root",
    ]);
    run(install.arg(&tools))?;
    Ok(program)
}

/// `CHROMIUM`, or the first browser in the usual places.
pub fn find_chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    named.into_iter().chain(CHROMIUM_CANDIDATES.map(PathBuf::from)).find(|path| path.exists())
}

/// Whether the toolchain has the wasm target's libraries.
pub fn has_wasm_target() -> Result<bool, Failure> {
    Ok(sysroot()?.join("lib/rustlib").join(WASM_TARGET).exists())
}

/// Whether the toolchain has the source of the standard library.
pub fn has_rust_source() -> Result<bool, Failure> {
    Ok(sysroot()?.join("lib/rustlib/src/rust/library/std").exists())
}

fn sysroot() -> Result<PathBuf, Failure> {
    stdout_of(Command::new("rustc").args(["--print", "sysroot"])).map(|text| PathBuf::from(text.trim()))
}

fn rustup(args: &[&str]) -> Result<(), Failure> {
    run(Command::new("rustup").args(args)).map_err(|_| {
        Failure::missing(&format!(
            "`rustup {}` did not succeed: install it by hand, or use a Rust that rustup manages",
            args.join(" ")
        ))
    })
}

/// Whether this runs as root.
pub fn is_root() -> Result<bool, Failure> {
    stdout_of(Command::new("id").arg("-u")).map(|text| text.trim() == "0")
}
