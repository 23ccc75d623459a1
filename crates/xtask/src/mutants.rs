//! `mutants`: the code that decides about money, broken in every way that cargo-mutants knows, each broken
//! program against the tests. What no test notices is either a gap in the tests or makes no difference.
//!
//! In: the checkout. Out: every verdict in `target/mutants`, and the share that was noticed.

use std::{fs, path::Path, process::Command};

use clap::Args;

use crate::{
    postgres::Postgres,
    setup,
    shell::{Failure, note},
};

/// What decides: the lifecycle with its refunds, prices, and what a wallet's notification may do.
const FILES: [&str; 3] = [
    "crates/merchant-server/src/lifecycle/*.rs",
    "crates/merchant-server/src/pricing/*.rs",
    "crates/merchant-server/src/http/notify_payment.rs",
];

/// The tests beside the code, with few cases of each property. They compile and run in seconds, and most mutants
/// end here.
const BESIDE: Tests = Tests {
    name: "beside",
    arguments: &["--lib"],
    only: &["lifecycle::", "pricing::", "books::"],
    cases: Some("100"),
    timeout_seconds: 20,
};

/// All cases, and the tests of the whole server, for what is left.
const WHOLE: Tests = Tests {
    name: "whole",
    arguments: &["--lib", "--test", "command_line", "--test", "reconcile", "--test", "server"],
    only: &[],
    cases: None,
    timeout_seconds: 120,
};

struct Tests {
    /// The folder of their verdicts.
    name: &'static str,
    /// What `cargo test` is told.
    arguments: &'static [&'static str],
    /// The beginnings of their names; none: all.
    only: &'static [&'static str],
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
    let mut command = Command::new(&program);
    choose(&mut command, args);
    if args.list {
        return crate::shell::run(command.current_dir(root).arg("--list"));
    }
    let first = verdicts(root, command, &BESIDE)?;
    if first.all() == 0 {
        return Err(Failure::check("no mutant was tried; target/mutants/beside/mutants.out/log says why"));
    }
    let missed = match first.missed.as_slice() {
        [] => Vec::new(),
        missed => {
            note(&format!(
                "{} of {} mutants are left for the tests of the whole server",
                missed.len(),
                first.all()
            ));
            let mut command = Command::new(&program);
            choose(&mut command, &MutantsArgs { shard: None, ..args.clone() });
            command.args(missed.iter().flat_map(|mutant| ["--re".to_owned(), exactly(mutant)]));
            let whole = verdicts(root, command, &WHOLE)?;
            whole.missed.into_iter().filter(|mutant| missed.contains(mutant)).collect()
        }
    };
    judge(first.all(), &missed)
}

/// The mutants that were asked for.
fn choose(command: &mut Command, args: &MutantsArgs) {
    command.args(["mutants", "--package", "merchant-server"]);
    let files: Vec<&str> = match args.file.as_slice() {
        [] => FILES.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    };
    command.args(files.iter().flat_map(|file| ["--file", file]));
    // Every n-th, so that a part speaks for the whole.
    command.args(args.shard.iter().flat_map(|shard| ["--sharding", "round-robin", "--shard", shard]));
}

/// A regular expression that means this text and nothing else.
fn exactly(text: &str) -> String {
    // Other signs mean themselves, or something else when they are escaped: `\<` is the beginning of a word.
    const SPECIAL: &str = r"\.+*?()|[]{}^$";
    let escaped: String =
        text.chars().flat_map(|c| SPECIAL.contains(c).then_some('\\').into_iter().chain([c])).collect();
    format!("^{escaped}$")
}

/// How the mutants fared.
struct Verdicts {
    noticed: usize,
    missed: Vec<String>,
}

impl Verdicts {
    fn all(&self) -> usize {
        self.noticed + self.missed.len()
    }
}

/// Tries the mutants that `command` chooses against some of the tests.
fn verdicts(root: &Path, mut command: Command, tests: &Tests) -> Result<Verdicts, Failure> {
    let output = root.join("target/mutants").join(tests.name);
    fs::create_dir_all(&output).map_err(|source| Failure::io("make", &output, source))?;
    let postgres = Postgres::start()?;
    command.current_dir(root).env("TEST_DATABASE_URL", &postgres.url).arg("--output").arg(&output);
    command.args(["--baseline", "run", "--minimum-test-timeout", &tests.timeout_seconds.to_string()]);
    let jobs = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    command.args(["--jobs", &jobs.to_string()]).envs(tests.cases.map(|cases| ("PROPTEST_CASES", cases)));
    // For compiling too: else it compiles every test there is, for every mutant.
    command.args(tests.arguments.iter().map(|argument| format!("--cargo-arg={argument}")));
    if !tests.only.is_empty() {
        command.args(["--", "--"]).args(tests.only);
    }
    note(&format!("cargo mutants with {}", tests.arguments.join(" ")));
    // It fails when one mutant survived: how many did decides.
    command.status().map_err(|source| Failure::check(format!("cargo-mutants didn't run: {source}")))?;
    let lines = |name: &str| -> Result<Vec<String>, Failure> {
        let path = output.join("mutants.out").join(name);
        let text = fs::read_to_string(&path).map_err(|source| Failure::io("read", &path, source))?;
        Ok(text.lines().map(str::to_owned).collect())
    };
    let noticed = lines("caught.txt")?.len() + lines("timeout.txt")?.len();
    Ok(Verdicts { noticed, missed: lines("missed.txt")? })
}

fn judge(all: usize, missed: &[String]) -> Result<(), Failure> {
    missed.iter().for_each(|mutant| println!("unnoticed: {mutant}"));
    let noticed = all - missed.len();
    let share = noticed * 100 / all;
    println!("{noticed} of {all} mutants were noticed ({share} %).");
    if share >= BAR { Ok(()) } else { Err(Failure::check(format!("{BAR} % of the mutants must be noticed"))) }
}
