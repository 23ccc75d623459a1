//! The documents have a line for whatever people will see: docs/troubleshooting.md for every warning and error of the
//! log and every code, docs/operating.md for every field of the log.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn document() -> String {
    read("troubleshooting.md")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(HERE).join("../../docs").join(name)).unwrap()
}

/// The program's source, without its tests.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
            found.push((path, program));
        }
    }
    found
}

/// The messages of `tracing::warn!` and `tracing::error!`: the last literal of each.
fn warnings() -> BTreeSet<String> {
    let mut messages = BTreeSet::new();
    for (path, text) in sources(&Path::new(HERE).join("src")) {
        for level in ["tracing::warn!(", "tracing::error!("] {
            for call in text.split(level).skip(1) {
                let arguments = call.split(");").next().unwrap().split("),\n").next().unwrap();
                let message = arguments.rsplit('"').nth(1);
                messages
                    .insert(message.unwrap_or_else(|| panic!("{}: {arguments}", path.display())).to_owned());
            }
        }
    }
    messages
}

#[test]
fn every_warning_and_error_of_the_log_is_in_troubleshooting() {
    let (document, warnings) = (document(), warnings());
    assert!(warnings.len() > 20, "{warnings:?}");
    // A message that is another error's own text is listed under that error.
    let own = warnings.iter().filter(|message| !message.contains('{'));
    let missing: Vec<_> = own.filter(|message| !document.contains(message.as_str())).collect();
    assert!(missing.is_empty(), "docs/troubleshooting.md says nothing about {missing:#?}");
}

#[test]
fn every_line_about_the_log_speaks_of_a_message_that_exists() {
    let (document, warnings) = (document(), warnings());
    let section = document.split("## In the log").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 20);
    for row in rows {
        let text = row.trim_start_matches("| ").split(" | ").next().unwrap().trim_matches('`').trim();
        assert!(warnings.contains(text), "nothing in the program says {text:?}");
    }
}

#[test]
fn every_code_is_in_troubleshooting() {
    let document = document();
    let sources =
        ["../shop-api/src/problem.rs", "src/config/error.rs", "../merchant-core/src/lifecycle/model.rs"]
            .map(|path| std::fs::read_to_string(Path::new(HERE).join(path)).unwrap())
            // Of the lifecycle only the reasons for attention are shown to people by their codes.
            .map(|text| match text.split_once("impl Attention {") {
                Some((_, reasons)) => reasons.split("\n}\n").next().unwrap().to_owned(),
                None => text,
            });
    let mut checked = 0;
    for text in sources {
        // `Variant = "code"` of the shop API, and `Self::Variant => "code"` of the server's own enums.
        for line in text.lines() {
            let code = line.trim().strip_suffix("\",").and_then(|line| {
                line.split_once(" = \"").or_else(|| line.split_once(" => \"")).map(|(_, code)| code)
            });
            let is_code = |code: &&str| {
                code.contains('_') && code.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase())
            };
            if let Some(code) = code.filter(is_code) {
                checked += 1;
                assert!(
                    document.contains(&format!("`{code}`")),
                    "docs/troubleshooting.md says nothing about {code}"
                );
            }
        }
    }
    assert!(checked > 25, "{checked} codes");
}

/// The names of the fields that messages carry beside their sentence: `order`, `%error`, `job = …`.
fn log_fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for (path, text) in sources(&Path::new(HERE).join("src")) {
        for level in ["debug", "info", "warn", "error"] {
            for call in text.split(&format!("tracing::{level}!(")).skip(1) {
                let arguments = call.split('"').next().unwrap();
                for argument in split_outside_brackets(arguments) {
                    let name = argument.split('=').next().unwrap().trim().trim_start_matches(['%', '?']);
                    let is_name = name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase());
                    assert!(is_name, "{}: {argument}", path.display());
                    fields.insert(name.to_owned());
                }
            }
        }
    }
    fields
}

/// The parts of `a, b(c, d), ` that aren't empty.
fn split_outside_brackets(text: &str) -> Vec<String> {
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ => {}
        }
        if character != ',' {
            parts.last_mut().unwrap().push(character);
        }
    }
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

#[test]
fn every_field_of_the_log_is_in_operating_and_no_other() {
    let document = read("operating.md");
    let section = document.split("\n## The log\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let names = rows.flat_map(|row| row.split(" | ").next().unwrap().split('`').skip(1).step_by(2));
    let explained: BTreeSet<String> = names.map(str::to_owned).collect();
    let said = log_fields();
    assert!(said.len() > 20, "{said:?}");
    assert_eq!(said, explained);
    assert!(!said.contains("message"), "in JSON it would stand in the sentence's place");
}
