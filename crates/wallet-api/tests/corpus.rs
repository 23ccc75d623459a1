//! The fuzz targets over their committed corpus, and over what becomes of it by cutting, flipping and
//! splicing: the same on every run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use wallet_api::random::{Rng as _, SeededRng};

/// The files of folders under this crate, in the order of their names.
fn seeds(folders: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for folder in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            seeds.push((path.display().to_string(), std::fs::read(path).unwrap()));
        }
    }
    assert!(!seeds.is_empty(), "no corpus in {folders:?}");
    seeds.sort();
    seeds
}

/// Runs `target` over every seed and `mutations` of each.
fn replay(target: fn(&[u8]), folders: &[&str], mutations: usize) {
    let seeds = seeds(folders);
    let rng = SeededRng::new(1);
    let below = |end: usize| {
        let mut bytes = [0; 8];
        rng.fill(&mut bytes);
        usize::try_from(u64::from_be_bytes(bytes) % end.max(1) as u64).unwrap()
    };
    for (name, seed) in &seeds {
        run(target, name, seed);
        for _ in 0..mutations {
            let (_, other) = &seeds[below(seeds.len())];
            run(target, name, &mutated(seed, other, &below));
        }
    }
}

fn run(target: fn(&[u8]), name: &str, input: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| target(input))).is_err() {
        panic!("{name}, or this that was made of it, breaks the target: {}", input.escape_ascii());
    }
}

fn mutated(seed: &[u8], other: &[u8], below: &dyn Fn(usize) -> usize) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let at = below(bytes.len());
    match below(5) {
        0 => bytes.truncate(at),
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << below(8);
            }
        }
        2 => {
            bytes.truncate(at);
            bytes.extend_from_slice(&other[below(other.len())..]);
        }
        3 => {
            let end = at + below(bytes.len() - at);
            bytes.drain(at..end);
        }
        _ => {
            const ODD: [u8; 10] = *b"\0\"\\ ,=%{\n\xff";
            bytes.insert(at, ODD[below(ODD.len())]);
        }
    }
    bytes
}

#[test]
fn a_signature_header_verifies_only_with_the_genuine_signature() {
    replay(targets::signature_header, &["fuzz/corpus/signature_header"], 40);
}

#[test]
fn what_reads_as_a_key_is_one() {
    replay(targets::key, &["fuzz/corpus/key", "tests/key-material"], 60);
}

#[test]
fn a_notification_is_read_only_when_the_wallet_signed_it() {
    replay(targets::notification, &["fuzz/corpus/notification"], 40);
}

#[test]
fn a_profile_that_is_accepted_sends_what_it_signs() {
    replay(targets::profile, &["fuzz/corpus/profile"], 200);
}

#[test]
fn an_answer_is_believed_only_as_the_wallet_signed_it() {
    replay(targets::answers, &["fuzz/corpus/answers"], 20);
}
