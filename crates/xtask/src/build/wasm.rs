//! From `src/` to an optimised WebAssembly module with its glue.
//!
//! The module must run on engines of 2017 and become plain JavaScript, so the compiler may use nothing
//! that WebAssembly's first version lacks, in the standard library either: it is built from source.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use wasm_bindgen_cli_support::Bindgen;

use super::{Layout, cargo, read_text};
use crate::{
    setup::WASM_TARGET,
    shell::{Failure, note, run},
};

const PROFILE: &str = "wasm-release";

/// Code generation for the first version of WebAssembly; a panic is one instruction, without its text.
const RUSTFLAGS: &str = "-C target-cpu=mvp -C target-feature=-reference-types,-multivalue \
                         -Z unstable-options -C panic=immediate-abort";

/// The name under which wasm-bindgen writes its files.
const STEM: &str = "wallet_checkout";

/// The glue between JavaScript and the module.
pub struct Glue {
    /// An ES module that exports what the module imports, and the classes for the loader.
    pub source: String,
}

/// Compiles the package for the wasm target.
pub fn compile(layout: &Layout) -> Result<PathBuf, Failure> {
    note("compiling the core to WebAssembly (the first time this takes some minutes)");
    // The pinned stable compiler builds its own standard library only when told that it may use
    // unstable options; these flags change every crate, hence a target folder of their own.
    run(cargo(&layout.root)
        .args(["build", "--locked", "--package", "wallet-checkout", "--lib"])
        .args(["--profile", PROFILE, "--target", WASM_TARGET])
        .args(["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"])
        .arg("--target-dir")
        .arg(&layout.work)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", RUSTFLAGS)
        .env_remove("CARGO_ENCODED_RUSTFLAGS"))?;
    Ok(layout.work.join(WASM_TARGET).join(PROFILE).join(format!("{STEM}.wasm")))
}

/// Writes the glue, and the module that fits it.
pub fn bind(layout: &Layout, module: &Path) -> Result<Glue, Failure> {
    note("writing the glue (wasm-bindgen)");
    let folder = bindgen_folder(layout);
    let mut bindgen = Bindgen::new();
    bindgen
        .bundler(true)
        .and_then(|bindgen| {
            bindgen
                .input_path(module)
                .typescript(false)
                .remove_name_section(true)
                .remove_producers_section(true);
            bindgen.generate_output()
        })
        .and_then(|mut output| {
            // Hooks for aborts that the loader doesn't use. As exported mutable globals they would lock
            // out engines that have only the first version of WebAssembly.
            for hook in ["__abort_handler", "__instance_terminated"] {
                output.wasm_mut().exports.remove(hook)?;
            }
            output.emit(&folder)
        })
        .map_err(|source| {
            Failure::check(format!("wasm-bindgen can't process {}: {source:#}", module.display()))
        })?;
    let source = read_text(&folder.join(format!("{STEM}_bg.js")))?;
    Ok(Glue { source: repair_memory_views(&source)? })
}

/// Makes the module small.
pub fn optimise(layout: &Layout) -> Result<PathBuf, Failure> {
    note("optimising the module (wasm-opt)");
    let optimised = layout.work.join("checkout.wasm");
    // No feature flag: the optimiser stays within the first version of WebAssembly, as the input does.
    run(npm_tool(layout, "wasm-opt")
        .args(["--mvp-features"])
        .args(["--flatten", "--rereloop", "-Oz", "-Oz", "--converge"])
        // Functions with one caller stay functions when they are longer than this: repeated prologues
        // compress better than long bodies.
        .args(["--one-caller-inline-max-function-size", "20"])
        .arg(bindgen_folder(layout).join(format!("{STEM}_bg.wasm")))
        .arg("-o")
        .arg(&optimised))?;
    Ok(optimised)
}

/// A program from `node_modules/`.
pub fn npm_tool(layout: &Layout, name: &str) -> Command {
    Command::new(layout.root.join("node_modules/.bin").join(name))
}

fn bindgen_folder(layout: &Layout) -> PathBuf {
    layout.work.join("bindgen")
}

/// The glue keeps views of the module's memory and makes them anew when their buffer is detached. The
/// memory of the twin grows by moving to another buffer without detaching the first, after which every
/// text read would be wrong; so here the views are made anew when the buffer isn't the memory's.
fn repair_memory_views(glue: &str) -> Result<String, Failure> {
    let mut repaired = String::with_capacity(glue.len());
    let mut repairs = 0;
    for line in glue.lines() {
        match stale_view_check(line) {
            Some(view) => {
                repairs += 1;
                repaired.push_str(&format!(
                    "    if ({view} === null || {view}.buffer !== wasm.memory.buffer) {{"
                ));
            }
            None => repaired.push_str(line),
        }
        repaired.push('\n');
    }
    if repairs == 0 || repaired.contains("byteLength === 0") || repaired.contains(".detached") {
        return Err(Failure::check(
            "wasm-bindgen's glue no longer checks its memory views in the form that the twin's repair knows: \
             compare crates/xtask/src/build/wasm.rs with target/wasm/bindgen/wallet_checkout_bg.js",
        ));
    }
    Ok(repaired)
}

/// The name of the view, when the line is the check whether it must be made anew.
fn stale_view_check(line: &str) -> Option<&str> {
    let condition = line.trim().strip_prefix("if (")?.strip_suffix(") {")?;
    let (view, rest) = condition.split_once(" === null || ")?;
    rest.starts_with(&format!("{view}.")).then_some(view).filter(|view| view.starts_with("cached"))
}

#[cfg(test)]
mod tests {
    use super::repair_memory_views;

    #[test]
    fn a_view_is_compared_with_the_memory_that_it_stands_for() {
        let glue =
            "    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {\n";
        let repaired = repair_memory_views(glue).unwrap();
        assert!(repaired.contains("cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer"), "{repaired}");
    }

    #[test]
    fn the_view_for_numbers_is_repaired_too() {
        let check = "    if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || \
                     (cachedDataViewMemory0.buffer.detached === undefined && \
                     cachedDataViewMemory0.buffer !== wasm.memory.buffer)) {\n";
        let repaired = repair_memory_views(check).unwrap();
        assert_eq!(
            repaired.trim(),
            "if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer !== wasm.memory.buffer) {"
        );
    }

    #[test]
    fn glue_of_an_unknown_form_fails_the_build() {
        assert!(repair_memory_views("const memory = 1;\n").is_err());
        assert!(repair_memory_views("if (view.byteLength === 0) {\n").is_err());
    }
}
