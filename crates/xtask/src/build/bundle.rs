//! From parts to `pkg/dist/`: esbuild turns loader, glue and twin into two scripts of ES2017.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{
    Layout, read, read_text,
    wasm::{Glue, npm_tool},
    write,
};
use crate::shell::{Failure, note, run};

/// Alipay's tools compile no further than ES2018.
const TARGET: &str = "--target=es2017";

/// What the bundle is made of.
pub struct Parts {
    /// The glue of wasm-bindgen.
    pub glue: Glue,
    /// The twin, as a script that exports `instantiate`.
    pub twin: String,
    /// The optimised module.
    pub module: PathBuf,
}

/// Writes `pkg/dist/` and the mini program's copy of the module.
pub fn write_all(layout: &Layout, parts: &Parts) -> Result<(), Failure> {
    note("bundling loader, glue and twin (esbuild)");
    check_version(&read_text(&layout.root.join("pkg/package.json"))?)?;
    let module = read(&parts.module)?;
    write(&layout.dist.join("checkout.wasm"), &module)?;
    write(&layout.miniprogram_wasm, &module)?;

    let glue = layout.work.join("glue.js");
    write(&glue, glue_factory(&parts.glue.source)?)?;
    let twin = layout.work.join("twin.js");
    write(&twin, &parts.twin)?;

    bundle(layout, &twin, "twin.js", &[])?;
    bundle(
        layout,
        &layout.root.join("pkg/loader/index.js"),
        "index.js",
        &[
            format!("--alias:wallet-checkout-glue={}", glue.display()),
            format!("--define:BUILD_VERSION=\"{}\"", env!("CARGO_PKG_VERSION")),
            format!("--define:WASM_LENGTH={}", module.len()),
            format!("--define:WASM_HASH={}", fnv1a(&module)),
            "--external:./twin.js".to_owned(),
        ],
    )
}

/// The package says its version in a file that people keep by hand.
fn check_version(package_json: &str) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Package {
        version: String,
    }
    let package: Package = serde_json::from_str(package_json)
        .map_err(|source| Failure::check(format!("pkg/package.json can't be read: {source}")))?;
    if package.version == env!("CARGO_PKG_VERSION") {
        return Ok(());
    }
    Err(Failure::check(format!(
        "pkg/package.json says version {}, Cargo.toml says {}: make them the same",
        package.version,
        env!("CARGO_PKG_VERSION")
    )))
}

fn bundle(layout: &Layout, input: &Path, output: &str, options: &[String]) -> Result<(), Failure> {
    run(npm_tool(layout, "esbuild")
        .arg(input)
        .args(["--bundle", "--minify", "--format=cjs", "--charset=utf8", "--log-level=warning", TARGET])
        .arg(format!("--outfile={}", layout.dist.join(output).display()))
        .args(options)
        .current_dir(&layout.root))
}

/// Wraps the glue, which has state of its own, into a function: each instance of the core gets glue of
/// its own, and a callback that comes late finds the instance it belongs to. The parameters stand in for
/// globals that the mini program's engine may lack.
fn glue_factory(glue: &str) -> Result<String, Failure> {
    let mut body = String::with_capacity(glue.len());
    let mut imports = Vec::new();
    for line in glue.lines() {
        let line = match line.strip_prefix("export ") {
            Some(declaration) => {
                if let Some(name) =
                    declaration.strip_prefix("function ").and_then(|rest| rest.split('(').next())
                {
                    imports.push(name);
                }
                declaration
            }
            None => line,
        };
        body.push_str(line);
        body.push('\n');
    }
    if !glue.contains("export class Core") || !imports.contains(&"__wbg_set_wasm") {
        return Err(Failure::check(
            "wasm-bindgen's glue exports no class Core or no __wbg_set_wasm: compare src/host/exports.rs with \
             target/wasm/bindgen/wallet_checkout_bg.js",
        ));
    }
    Ok(format!(
        "export function createGlue(TextDecoder, TextEncoder, globalThis) {{\n{body}\n\
         return {{ Core, imports: {{ {} }} }};\n}}\n",
        imports.join(", ")
    ))
}

/// FNV-1a of 32 bits, which the loader computes too: it tells a damaged file, not a forged one.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::{check_version, fnv1a, glue_factory};

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
    }

    #[test]
    fn a_package_of_another_version_is_not_built() {
        assert!(check_version(&format!("{{\"version\":\"{}\"}}", env!("CARGO_PKG_VERSION"))).is_ok());
        assert!(check_version("{\"version\":\"9.9.9\"}").is_err());
        assert!(check_version("{}").is_err());
    }

    #[test]
    fn glue_becomes_a_function_of_the_globals_it_uses() {
        let glue = "export class Core {\n}\nexport function __wbg_a(arg0) {\n}\nlet wasm;\n\
                    export function __wbg_set_wasm(val) {\n    wasm = val;\n}\n";
        let factory = glue_factory(glue).unwrap();
        assert!(factory.contains("imports: { __wbg_a, __wbg_set_wasm }"), "{factory}");
        assert!(glue_factory("let wasm;\n").is_err());
    }
}
