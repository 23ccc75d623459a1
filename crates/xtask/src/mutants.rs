//! `mutants`: the code that decides about money, broken in every way that cargo-mutants knows, each broken
//! program against the tests. What no test notices is either a gap in the tests or makes no difference.
//!
//! In: the checkout. Out: `target/mutants/mutants.out` with every verdict, and the share that was noticed.

use std::{fs, path::Path, process::Command};

use clap::Args;

use crate::{
    postgres::Postgres,
    setup,
    shell::{Failure, note, shown},
};

/// What decides: the lifecycle with its refunds, prices, and what a wallet's notification may do.
const FILES: [&str; 3] = [
    "crates/merchant-server/src/lifecycle/*.rs",
    "crates/merchant-server/src/pricing/*.rs",
    "crates/merchant-server/src/http/notify_payment.rs",
];

/// The tests about them, the fastest first: the first one that fails ends a mutant.
const TESTS: [&str; 5] = ["--lib", "--test", "command_line", "--test", "server"];

/// The share of mutants, in per cent, that tests must notice.
const BAR: usize = 90;

#[derive(Args)]
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
    let output = root.join("target/mutants");
    fs::create_dir_all(&output).map_err(|source| Failure::io("make", &output, source))?;
    let mut command = Command::new(program);
    command.args(["mutants", "--package", "merchant-server"]).current_dir(root);
    let files: Vec<&str> = match args.file.as_slice() {
        [] => FILES.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    };
    command.args(files.iter().flat_map(|file| ["--file", file]));
    // Every n-th, so that a part speaks for the whole.
    command.args(args.shard.iter().flat_map(|shard| ["--sharding", "round-robin", "--shard", shard]));
    if args.list {
        return crate::shell::run(command.arg("--list"));
    }
    let postgres = Postgres::start()?;
    command.env("TEST_DATABASE_URL", &postgres.url).arg("--output").arg(&output);
    command.args(["--baseline", "run", "--minimum-test-timeout", "120", "--"]).args(TESTS);
    note(&shown(&command));
    // It fails when one mutant survived: how many did decides.
    command.status().map_err(|source| Failure::check(format!("cargo-mutants didn't run: {source}")))?;
    judge(&output.join("mutants.out"))
}

fn judge(verdicts: &Path) -> Result<(), Failure> {
    let lines = |name: &str| -> Result<Vec<String>, Failure> {
        let path = verdicts.join(name);
        let text = fs::read_to_string(&path).map_err(|source| Failure::io("read", &path, source))?;
        Ok(text.lines().map(str::to_owned).collect())
    };
    let (caught, missed, endless) = (lines("caught.txt")?, lines("missed.txt")?, lines("timeout.txt")?);
    let noticed = caught.len() + endless.len();
    let all = noticed + missed.len();
    if all == 0 {
        return Err(Failure::check("no mutant was tried; target/mutants/mutants.out/log says why"));
    }
    missed.iter().for_each(|mutant| println!("unnoticed: {mutant}"));
    let share = noticed * 100 / all;
    println!("{noticed} of {all} mutants were noticed ({share} %).");
    if share >= BAR { Ok(()) } else { Err(Failure::check(format!("{BAR} % of the mutants must be noticed"))) }
}
