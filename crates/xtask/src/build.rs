//! `build`: the wasm package, from `src/` to `pkg/dist/`, and the servers.
//!
//! In: the Rust core and host layer, `pkg/loader/`. Out, all of it generated:
//! - `pkg/dist/index.js`: loader and glue, one CommonJS file that runs on ES2018 engines;
//! - `pkg/dist/checkout.wasm`: the core as WebAssembly without any extension of 2019 and later;
//! - `pkg/dist/twin.js`: the same core as JavaScript, made from the same WebAssembly;
//! - `miniprogram/wasm/checkout.wasm`: the copy that the mini program ships as an asset.

mod bundle;
mod fingerprint;
mod twin;
mod wasm;

pub use fingerprint::hex;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    setup,
    shell::{Failure, note, run},
};

/// Where a build of the package puts what.
pub struct Layout {
    /// The checkout of the repository.
    pub root: PathBuf,
    /// Intermediate files; nothing ships from here.
    pub work: PathBuf,
    /// What `npm pack` ships.
    pub dist: PathBuf,
    /// The copy of the module inside the mini program.
    pub miniprogram_wasm: PathBuf,
}

impl Layout {
    /// The layout of the checkout at `root`.
    pub fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            work: root.join("target/wasm"),
            dist: root.join("pkg/dist"),
            miniprogram_wasm: root.join("miniprogram/wasm/checkout.wasm"),
        }
    }
}

/// The package and the servers.
pub fn build_all(root: &Path) -> Result<(), Failure> {
    build_package(root)?;
    note("compiling the merchant server and the wallet simulator");
    run(cargo(root).args([
        "build",
        "--locked",
        "--package",
        "merchant-server",
        "--package",
        "wallet-simulator",
    ]))
}

/// The npm package in `pkg/`; does nothing when neither its sources nor its outputs changed.
pub fn build_package(root: &Path) -> Result<(), Failure> {
    setup::ensure_rust()?;
    setup::ensure_node_modules(root)?;
    let layout = Layout::of(root);
    let fingerprint = fingerprint::of_sources(&layout)?;
    if fingerprint::is_current(&layout, &fingerprint)? {
        note("pkg/dist is up to date");
        return Ok(());
    }
    let module = wasm::compile(&layout)?;
    let glue = wasm::bind(&layout, &module)?;
    let optimised = wasm::optimise(&layout)?;
    let twin = twin::make(&layout, &optimised)?;
    bundle::write_all(&layout, &bundle::Parts { glue, twin, module: optimised })?;
    fingerprint::record(&layout, &fingerprint)?;
    note("pkg/dist is ready");
    Ok(())
}

/// The lints of `src/host/`, which only the wasm target compiles.
pub fn clippy_host(root: &Path) -> Result<(), Failure> {
    let target_dir = Layout::of(root).work.join("clippy");
    run(cargo(root)
        .args(["clippy", "--locked", "--package", "wallet-checkout", "--lib", "--target", setup::WASM_TARGET])
        .arg("--target-dir")
        .arg(target_dir)
        .args(["--", "--deny", "warnings"]))
}

/// The folder with the servers that [`build_all`] compiled: the one that this program was built into.
pub fn programs() -> Result<PathBuf, Failure> {
    let own = std::env::current_exe()
        .map_err(|source| Failure::check(format!("can't tell where this program is: {source}")))?;
    own.parent().map(Path::to_owned).ok_or_else(|| Failure::check("this program has no folder"))
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| Failure::io("read", path, source))
}

fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::io("read", path, source))
}

fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|source| Failure::io("create", folder, source))?;
    }
    fs::write(path, content).map_err(|source| Failure::io("write", path, source))
}
