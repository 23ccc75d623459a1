//! `mutants`: the code that decides about money, broken in every way that cargo-mutants knows, each broken
//! program against the tests. What no test notices is either a gap in the tests or makes no difference.
//!
//! In: the checkout. Out: every verdict in `target/mutants`, and the share that was noticed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;

use crate::{
    postgres::Postgres,
    setup,
    shell::{Failure, note, run, stdout_of},
};

/// What decides, and has all its tests beside it.
const CORE: &str = "merchant-core";
/// What carries it out.
const SERVER: &str = "merchant-server";

/// What decides about money: the lifecycle with its refunds, prices, and what a wallet's notification may do.
const FILES: [&str; 3] = [
    "crates/merchant-core/src/lifecycle/*.rs",
    "crates/merchant-core/src/pricing/*.rs",
    "crates/merchant-server/src/http/notify_payment.rs",
];

/// A mutant meets these one after the other, until one notices it. The first take a second, the others a minute.
const LAYERS: [Tests; 2] = [
    Tests {
        name: "core",
        arguments: &["--package", CORE, "--lib"],
        // Plays through every state to draw them: ten times as long as all others together.
        skipped: Some("diagrams"),
        cases: Some("100"),
        timeout_seconds: 20,
    },
    Tests {
        name: "server",
        arguments: &[
            "--package",
            SERVER,
            "--lib",
            "--test",
            "command_line",
            "--test",
            "reconcile",
            "--test",
            "server",
        ],
        skipped: None,
        cases: None,
        timeout_seconds: 120,
    },
];

/// Some of the tests.
struct Tests {
    /// The folder of their verdicts.
    name: &'static str,
    /// What `cargo test` is told.
    arguments: &'static [&'static str],
    /// The tests with this in their names are left out; none: all run.
    skipped: Option<&'static str>,
    /// How many cases of each property; none: as many as usual.
    cases: Option<&'static str>,
    /// How long they may take at least, before a mutant counts as endless.
    timeout_seconds: u32,
}

/// The share of mutants, in per cent, that tests must notice.
const BAR: usize = 90;

#[derive(Args, Clone)]
pub struct MutantsArgs {
    /// Only a part, for an evening or another machine: 1/8 is the first of eight.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<String>,
    /// Only files like this one, instead of all.
    #[arg(long, value_name = "GLOB")]
    file: Vec<String>,
    /// Only say which mutants there are.
    #[arg(long)]
    list: bool,
}

/// People count from one, cargo-mutants from zero.
fn shard(text: &str) -> Result<String, String> {
    let parts =
        text.split_once('/').and_then(|(k, n)| Some((k.parse::<u32>().ok()?, n.parse::<u32>().ok()?)));
    match parts {
        Some((k, n)) if (1..=n).contains(&k) => Ok(format!("{}/{n}", k - 1)),
        _ => Err("K/N with K from 1 to N".to_owned()),
    }
}

/// Runs them, and fails when too many went unnoticed.
pub fn mutants(root: &Path, args: &MutantsArgs) -> Result<(), Failure> {
    let program = setup::ensure_cargo_mutants(root)?;
    let chosen = |packages: &[&str]| choose(root, &program, packages, args);
    if args.list {
        return [CORE, SERVER].iter().try_for_each(|package| run(chosen(&[package]).arg("--list")));
    }
    let (core, server) = (names(chosen(&[CORE]))?, names(chosen(&[SERVER]))?);
    let all = core.len() + server.len();
    let postgres = Postgres::start()?;
    let mut noticed = 0;
    let mut left = core;
    for tests in &LAYERS {
        // What isn't the core's own, the core's tests don't reach.
        if tests.arguments.contains(&SERVER) {
            left.extend_from_slice(&server);
        }
        if left.is_empty() {
            continue;
        }
        note(&format!("{} of {all} mutants against {}", left.len(), tests.arguments.join(" ")));
        let found = verdicts(root, &program, args, &postgres, tests, &left)?;
        noticed += found.noticed;
        left = found.missed;
    }
    judge(noticed, &left)
}

/// cargo-mutants, told which mutants of these packages are asked for.
fn choose(root: &Path, program: &Path, packages: &[&str], args: &MutantsArgs) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root).arg("mutants");
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    let files: Vec<&str> = match args.file.as_slice() {
        [] => FILES.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    };
    command.args(files.iter().flat_map(|file| ["--file", file]));
    // Every n-th, so that a part speaks for the whole.
    command.args(args.shard.iter().flat_map(|shard| ["--sharding", "round-robin", "--shard", shard]));
    command
}

/// What the mutants are called that `command` chooses.
fn names(mut command: Command) -> Result<Vec<String>, Failure> {
    Ok(stdout_of(command.args(["--list", "--colors", "never"]))?.lines().map(str::to_owned).collect())
}

/// How the mutants fared.
struct Verdicts {
    noticed: usize,
    missed: Vec<String>,
}

/// Tries these mutants against some of the tests.
fn verdicts(
    root: &Path,
    program: &Path,
    args: &MutantsArgs,
    postgres: &Postgres,
    tests: &Tests,
    left: &[String],
) -> Result<Verdicts, Failure> {
    let whole = MutantsArgs { shard: None, ..args.clone() };
    let every = || choose(root, program, &[CORE, SERVER], &whole);
    let settled: Vec<String> = names(every())?.into_iter().filter(|name| !left.contains(name)).collect();
    let mut command = every();
    command.env("TEST_DATABASE_URL", &postgres.url);
    let output = root.join("target/mutants").join(tests.name);
    let folder = fresh(&output.join("mutants.out"))?;
    // By name, because `--re` lets through each mutant that deletes a field.
    let list = folder.join("previously_caught.txt");
    fs::write(&list, settled.join("\n")).map_err(|source| Failure::io("write", &list, source))?;
    command.arg("--iterate").arg("--output").arg(&output);
    command.args(["--baseline", "run", "--minimum-test-timeout", &tests.timeout_seconds.to_string()]);
    let jobs = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    command.args(["--jobs", &jobs.to_string()]).envs(tests.cases.map(|cases| ("PROPTEST_CASES", cases)));
    // For compiling too, else it compiles every test there is for every mutant; and for the unbroken program, which
    // `--test-package` says nothing about.
    command.args(tests.arguments.iter().map(|argument| format!("--cargo-arg={argument}")));
    command.args(tests.skipped.iter().flat_map(|skipped| ["--", "--", "--skip", skipped]));
    // It fails when one mutant survived (2) or was endless (3): how many did decides.
    let status =
        command.status().map_err(|source| Failure::check(format!("cargo-mutants didn't run: {source}")))?;
    if !matches!(status.code(), Some(0 | 2 | 3)) {
        return Err(Failure::check(format!("cargo-mutants gave up; {} says why", output.display())));
    }
    let noticed = lines(&folder.join("caught.txt"))?.len() + lines(&folder.join("timeout.txt"))?.len();
    Ok(Verdicts { noticed, missed: lines(&folder.join("missed.txt"))? })
}

/// The folder, empty.
fn fresh(folder: &Path) -> Result<PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|source| Failure::io("empty", folder, source))?;
    }
    fs::create_dir_all(folder).map_err(|source| Failure::io("make", folder, source))?;
    Ok(folder.to_owned())
}

fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::io("read", path, source))?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn judge(noticed: usize, missed: &[String]) -> Result<(), Failure> {
    missed.iter().for_each(|mutant| println!("unnoticed: {mutant}"));
    let all = noticed + missed.len();
    let share =
        (noticed * 100).checked_div(all).ok_or_else(|| Failure::check("there is no mutant to try"))?;
    println!("{noticed} of {all} mutants were noticed ({share} %).");
    if share >= BAR { Ok(()) } else { Err(Failure::check(format!("{BAR} % of the mutants must be noticed"))) }
}
