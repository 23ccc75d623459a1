//! The twin: the module's JavaScript form, for hosts without WebAssembly.
//!
//! In: the optimised module. Out: a script with one export, `instantiate(imports)`, which gives what
//! `new WebAssembly.Instance(module, imports).exports` would. Each call makes memory of its own, so that
//! a core that trapped can be replaced.

use std::path::Path;

use super::{Layout, read_text, wasm::npm_tool};
use crate::shell::{Failure, note, run};

/// What wasm2js writes after the code: it instantiates at once and exports each function.
const TAIL: &str = "var retasmFunc = asmFunc({";
/// Where the imports come from, in the module's own words.
const IMPORTS_FROM: &str = "./wallet_checkout_bg.js";

/// Translates the module.
pub fn make(layout: &Layout, module: &Path) -> Result<String, Failure> {
    note("translating the module to JavaScript (wasm2js)");
    let translated = layout.work.join("twin.raw.js");
    run(npm_tool(layout, "wasm2js").arg("-Oz").arg(module).arg("-o").arg(&translated))?;
    into_factory(&read_text(&translated)?)
}

/// Turns a script that instantiates itself when loaded into one that does so when asked.
fn into_factory(translated: &str) -> Result<String, Failure> {
    let unknown = |what: &str| {
        Failure::check(format!(
            "wasm2js's output has another form than crates/xtask/src/build/twin.rs knows: {what} is missing"
        ))
    };
    let (import, rest) = translated.split_once('\n').ok_or_else(|| unknown("the first line"))?;
    if !(import.starts_with("import * as ") && import.contains(IMPORTS_FROM)) {
        return Err(unknown("the import of the glue"));
    }
    let (code, tail) = rest.split_once(TAIL).ok_or_else(|| unknown("the instantiation"))?;
    if tail.contains("import ") || code.contains("\nimport ") {
        return Err(unknown("an end of its imports"));
    }
    Ok(format!("export function instantiate(imports) {{\n{code}\nreturn asmFunc(imports);\n}}\n"))
}

#[cfg(test)]
mod tests {
    use super::into_factory;

    #[test]
    fn a_script_becomes_a_factory() {
        let script = "import * as glue from './wallet_checkout_bg.js';\nfunction asmFunc(imports) { return {}; }\n\
                      var retasmFunc = asmFunc({\n  \"./wallet_checkout_bg.js\": glue,\n});\nexport var a = 1;\n";
        let factory = into_factory(script).unwrap();
        assert!(factory.starts_with("export function instantiate(imports) {"), "{factory}");
        assert!(!factory.contains("import *") && !factory.contains("export var"), "{factory}");
    }

    #[test]
    fn output_of_an_unknown_form_fails_the_build() {
        assert!(into_factory("const wasm = 1;\n").is_err());
        assert!(into_factory("import * as glue from './wallet_checkout_bg.js';\nasmFunc();\n").is_err());
    }
}
