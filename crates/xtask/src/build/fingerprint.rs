//! Whether a build would change anything.
//!
//! In: all that the package is made from. Out: one hash of it, which is kept beside the hashes of what
//! was made; while both fit the files, there is nothing to do.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{Layout, read, read_text, write};
use crate::shell::Failure;

/// Files and folders that decide what is built.
const SOURCES: [&str; 11] = [
    "src",
    "crates/shop-api/src",
    "crates/shop-api/Cargo.toml",
    "crates/xtask/src/build",
    "crates/xtask/src/build.rs",
    "pkg/loader",
    "pkg/package.json",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "package-lock.json",
];

/// A hash of every source, names and contents.
pub fn of_sources(layout: &Layout) -> Result<String, Failure> {
    hash_of(&layout.root, SOURCES.iter().map(|source| layout.root.join(source)))
}

/// Whether the last build was of these sources and its outputs are still as it left them.
pub fn is_current(layout: &Layout, sources: &str) -> Result<bool, Failure> {
    let stamp = stamp(layout);
    if !stamp.exists() || outputs(layout).iter().any(|output| !output.exists()) {
        return Ok(false);
    }
    Ok(read_text(&stamp)? == stamp_text(layout, sources)?)
}

/// Remembers a finished build.
pub fn record(layout: &Layout, sources: &str) -> Result<(), Failure> {
    write(&stamp(layout), stamp_text(layout, sources)?)
}

fn stamp(layout: &Layout) -> PathBuf {
    layout.work.join("built")
}

fn stamp_text(layout: &Layout, sources: &str) -> Result<String, Failure> {
    Ok(format!("{sources}\n{}\n", hash_of(&layout.root, outputs(layout).into_iter())?))
}

fn outputs(layout: &Layout) -> [PathBuf; 4] {
    let dist = |name: &str| layout.dist.join(name);
    [dist("index.js"), dist("twin.js"), dist("checkout.wasm"), layout.miniprogram_wasm.clone()]
}

fn hash_of(root: &Path, paths: impl Iterator<Item = PathBuf>) -> Result<String, Failure> {
    let mut files = Vec::new();
    for path in paths {
        collect(&path, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let content = read(&file)?;
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(content.len().to_le_bytes());
        hash.update(&content);
    }
    Ok(hex(&hash.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let unreadable = |source| Failure::io("read", path, source);
    for entry in fs::read_dir(path).map_err(unreadable)? {
        collect(&entry.map_err(unreadable)?.path(), files)?;
    }
    Ok(())
}

/// Bytes as lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
