//! The build tool behind `build.sh`: one subcommand a file.
#![allow(clippy::print_stdout, reason = "a command line tool prints its results")]
#![allow(clippy::disallowed_methods, reason = "a build tool runs in real time, and nothing of it ships")]

mod bench;
mod build;
mod checks;
mod doctor;
mod mutants;
mod postgres;
mod process;
mod run;
mod setup;
mod shell;
mod size;

use std::{path::Path, process::ExitCode};

use clap::{Parser, Subcommand};

/// Builds and measures wallet-checkout.
#[derive(Parser)]
#[command(name = "build.sh")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile the wasm package into pkg/dist, and the servers
    Build {
        /// Only the package.
        #[arg(long)]
        package: bool,
    },
    /// Start the shop, the merchant server and the wallet on this machine, until Ctrl-C
    Run(run::RunArgs),
    /// Run every check
    Test {
        /// Only this one.
        check: Option<String>,
        /// Print what there is to run.
        #[arg(long)]
        list: bool,
    },
    /// Measure, as ratios within one run
    Bench,
    /// Break the money's code in every way there is, and see whether a test notices (an hour; not part of test)
    Mutants(mutants::MutantsArgs),
    /// Start a PostgreSQL server for tests, until Ctrl-C
    Postgres,
    /// Say what this machine has, what is missing and how to get it
    Doctor,
    /// Weigh what is shipped, and fail over budget
    Size,
}

fn main() -> ExitCode {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let done = match Cli::parse().command {
        Command::Build { package: true } => build::build_package(root),
        Command::Build { package: false } => build::build_all(root),
        Command::Run(args) => run::start(root, &args),
        Command::Test { list: true, .. } => {
            checks::list();
            Ok(())
        }
        Command::Test { check, list: false } => checks::test(root, check.as_deref()),
        Command::Bench => bench::bench(root),
        Command::Mutants(args) => mutants::mutants(root, &args),
        Command::Postgres => postgres::serve(),
        Command::Doctor => doctor::doctor(root),
        Command::Size => build::build_package(root).and_then(|()| size::size(root)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
