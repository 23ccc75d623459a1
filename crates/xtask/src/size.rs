//! `size`: what `npm pack` would ship, in bytes, against the budget.
//!
//! In: the built package. Out: a table of raw, gzip and brotli sizes with the hash of each file, the same
//! files that the browser tests load; an error when one is over its budget.

use std::{fs, io::Write as _, path::Path, process::Command};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    build::hex,
    shell::{Failure, stdout_of},
};

/// One shipped file that has a budget.
struct Budget {
    file: &'static str,
    what: &'static str,
    brotli_kib: usize,
}

// The checkout reads breakdowns, coupons, ways of delivery and addresses, and has words for what may be wrong
// with each: a fifth more than a checkout of lines alone.
const BUDGETS: [Budget; 3] = [
    Budget { file: "dist/checkout.wasm", what: "wasm", brotli_kib: 58 },
    Budget { file: "dist/index.js", what: "glue with loader", brotli_kib: 8 },
    Budget { file: "dist/twin.js", what: "twin", brotli_kib: 82 },
];

const KIB: usize = 1024;

/// `npm pack --json` prints one of these a package.
#[derive(Deserialize)]
struct Packed {
    files: Vec<PackedFile>,
}

#[derive(Deserialize)]
struct PackedFile {
    path: String,
}

/// Prints the table; fails when a file is missing from the package or over its budget.
pub fn size(root: &Path) -> Result<(), Failure> {
    let package = root.join("pkg");
    let shipped = shipped_files(&package)?;
    let mut over = Vec::new();
    println!("{:<20} {:>9} {:>9} {:>9} {:>9}  {:<16} file", "", "raw", "gzip", "brotli", "budget", "sha256");
    for file in &shipped {
        let path = package.join(file);
        let content = fs::read(&path).map_err(|source| Failure::io("read", &path, source))?;
        let brotli = brotli_size(&content)?;
        let budget = BUDGETS.iter().find(|budget| budget.file == file);
        let limit = budget.map(|budget| budget.brotli_kib * KIB);
        println!(
            "{:<20} {:>9} {:>9} {:>9} {:>9}  {:<16} {file}",
            budget.map_or("", |budget| budget.what),
            content.len(),
            gzip_size(&content)?,
            brotli,
            limit.map_or(String::new(), |limit| limit.to_string()),
            hex(&Sha256::digest(&content)).get(..16).unwrap_or_default(),
        );
        if limit.is_some_and(|limit| brotli > limit) {
            over.push(format!("{file} is {} bytes over its budget", brotli - limit.unwrap_or_default()));
        }
    }
    must_ship_all(&shipped)?;
    must_be_what_is_tested(root)?;
    if over.is_empty() { Ok(()) } else { Err(Failure::check(over.join("; "))) }
}

fn shipped_files(package: &Path) -> Result<Vec<String>, Failure> {
    let listing = stdout_of(Command::new("npm").args(["pack", "--dry-run", "--json"]).current_dir(package))?;
    let packed: Vec<Packed> = serde_json::from_str(&listing).map_err(|source| {
        Failure::check(format!("`npm pack --json` printed something unexpected: {source}"))
    })?;
    Ok(packed.into_iter().flat_map(|package| package.files).map(|file| file.path).collect())
}

fn must_ship_all(shipped: &[String]) -> Result<(), Failure> {
    match BUDGETS.iter().find(|budget| !shipped.iter().any(|file| file == budget.file)) {
        Some(missing) => Err(Failure::check(format!("`npm pack` would not ship {}", missing.file))),
        None => Ok(()),
    }
}

/// The mini program, which the browser tests load, carries its own copy of the module.
fn must_be_what_is_tested(root: &Path) -> Result<(), Failure> {
    let hash = |path: &str| {
        let path = root.join(path);
        fs::read(&path)
            .map(|content| hex(&Sha256::digest(content)))
            .map_err(|source| Failure::io("read", &path, source))
    };
    if hash("pkg/dist/checkout.wasm")? == hash("miniprogram/wasm/checkout.wasm")? {
        return Ok(());
    }
    Err(Failure::check(
        "miniprogram/wasm/checkout.wasm isn't the module that pkg/ ships: run ./build.sh build",
    ))
}

fn gzip_size(content: &[u8]) -> Result<usize, Failure> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .map(|packed| packed.len())
        .map_err(compression_failed)
}

fn brotli_size(content: &[u8]) -> Result<usize, Failure> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut packed, &parameters).map_err(compression_failed)?;
    Ok(packed.len())
}

fn compression_failed(source: std::io::Error) -> Failure {
    Failure::check(format!("can't compress: {source}"))
}
