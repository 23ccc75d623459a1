//! `test`: every check, in the order in which they fail fastest.
//!
//! In: the checkout. Out: the first check that doesn't hold, by name, so that it can be run alone.

use std::{path::Path, process::Command, time::Instant};

use crate::{
    build,
    postgres::Postgres,
    setup,
    shell::{Failure, note, run, run_beside, shown},
    size,
};

struct Check {
    name: &'static str,
    shows: &'static str,
    run: fn(&Path) -> Result<(), Failure>,
}

const CHECKS: [Check; 13] = [
    Check { name: "format", shows: "Rust is formatted", run: format },
    Check { name: "core", shows: "the core and the shop API, natively", run: core },
    Check { name: "package", shows: "the built package in Node, with wasm and with its twin", run: package },
    Check { name: "size", shows: "what is shipped stays within budget", run: weigh },
    Check { name: "types", shows: "TypeScript accepts pkg/ and miniprogram/", run: types },
    Check { name: "lint", shows: "JavaScript runs on the platform's engines", run: lint },
    Check { name: "axml", shows: "the mini program compiles", run: axml },
    Check { name: "clippy", shows: "Rust without a warning", run: clippy },
    Check { name: "docs", shows: "the documentation of the crates builds without a warning", run: docs },
    Check {
        name: "servers",
        shows: "wallet API, merchant server, wallet simulator, build tool",
        run: servers,
    },
    Check { name: "api", shows: "the running servers keep their OpenAPI documents", run: api },
    Check { name: "simulator", shows: "the platform simulator", run: simulator },
    Check {
        name: "shopping",
        shows: "a shopper buys, in a real browser, and three books agree",
        run: shopping,
    },
];

/// Prints what there is to run.
pub fn list() {
    for check in &CHECKS {
        println!("{:<10} {}", check.name, check.shows);
    }
}

/// Runs all checks, or the one that is named.
pub fn test(root: &Path, only: Option<&str>) -> Result<(), Failure> {
    let chosen: Vec<&Check> =
        CHECKS.iter().filter(|check| only.is_none_or(|name| name == check.name)).collect();
    if chosen.is_empty() {
        let names = CHECKS.map(|check| check.name).join(", ");
        return Err(Failure::check(format!("there is no check of that name; there are: {names}")));
    }
    setup::ensure_rust()?;
    setup::ensure_rust_checks()?;
    setup::ensure_node_modules(root)?;
    let whole = Instant::now();
    for (index, check) in chosen.iter().enumerate() {
        note(&format!("[{}/{}] {}: {}", index + 1, chosen.len(), check.name, check.shows));
        let started = Instant::now();
        (check.run)(root).map_err(|failure| {
            Failure::check(format!(
                "{failure}\nThe check `{0}` failed. Alone: ./build.sh test {0}",
                check.name
            ))
        })?;
        note(&format!("{} holds ({} s)", check.name, started.elapsed().as_secs()));
    }
    println!("All {} checks hold ({} s).", chosen.len(), whole.elapsed().as_secs());
    Ok(())
}

fn format(root: &Path) -> Result<(), Failure> {
    cargo(root, &["fmt", "--all", "--check"])
}

fn clippy(root: &Path) -> Result<(), Failure> {
    cargo(root, &["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    build::clippy_host(root)
}

fn core(root: &Path) -> Result<(), Failure> {
    cargo(root, &["test", "--locked", "--package", "shop-api", "--package", "wallet-checkout"])
}

fn docs(root: &Path) -> Result<(), Failure> {
    let members =
        ["shop-api", "wallet-ids", "wallet-api", "wallet-simulator", "merchant-core", "merchant-server"];
    let packages = members.iter().flat_map(|member| ["--package", member]);
    let mut command = Command::new("cargo");
    command
        .args(["doc", "--locked", "--no-deps"].into_iter().chain(packages))
        .env("RUSTDOCFLAGS", "--deny warnings")
        .current_dir(root);
    note(&shown(&command));
    run(&mut command)
}

/// What runs with either database, and takes its choice from `TEST_DATABASE`.
const ON_EITHER_DATABASE: [&str; 10] = [
    "--test",
    "server",
    "--test",
    "crashes",
    "--test",
    "misbehaving",
    "--test",
    "races",
    "--test",
    "reconcile",
];

/// All tests, with SQLite where the choice is theirs; beside them, those that have the choice with PostgreSQL.
fn servers(root: &Path) -> Result<(), Failure> {
    let postgres = Postgres::start()?;
    let test = |database: &str, rest: &[&str]| {
        let members =
            ["wallet-ids", "wallet-api", "wallet-simulator", "merchant-core", "merchant-server", "xtask"];
        let mut command = Command::new("cargo");
        command.args(["test", "--locked"]).args(members.iter().flat_map(|member| ["--package", member]));
        command.args(rest).current_dir(root);
        command.env("TEST_DATABASE", database).env("TEST_DATABASE_URL", &postgres.url);
        note(&format!("TEST_DATABASE={database} {}", shown(&command)));
        command
    };
    run(&mut test("sqlite", &["--no-run", "--quiet"]))?;
    run_beside(&mut test("sqlite", &[]), &mut test("postgres", &ON_EITHER_DATABASE))
}

fn package(root: &Path) -> Result<(), Failure> {
    build::build_package(root)?;
    npm(root, "package")
}

fn weigh(root: &Path) -> Result<(), Failure> {
    build::build_package(root)?;
    size::size(root)
}

fn types(root: &Path) -> Result<(), Failure> {
    npm(root, "types")
}

fn lint(root: &Path) -> Result<(), Failure> {
    build::build_package(root)?;
    npm(root, "lint")
}

fn axml(root: &Path) -> Result<(), Failure> {
    build::build_package(root)?;
    npm(root, "axml")
}

fn api(root: &Path) -> Result<(), Failure> {
    let schemathesis = setup::ensure_schemathesis(root)?;
    build::build_all(root)?;
    run(npm_script(root, "api").env("SCHEMATHESIS", schemathesis).env("PROGRAMS", build::programs()?))
}

fn simulator(root: &Path) -> Result<(), Failure> {
    let chromium = setup::ensure_chromium()?;
    build::build_package(root)?;
    run(npm_script(root, "simulator").env("CHROMIUM", chromium))
}

fn shopping(root: &Path) -> Result<(), Failure> {
    let chromium = setup::ensure_chromium()?;
    build::build_all(root)?;
    run(npm_script(root, "shopping").env("CHROMIUM", chromium).env("PROGRAMS", build::programs()?))
}

fn cargo(root: &Path, args: &[&str]) -> Result<(), Failure> {
    let mut command = Command::new("cargo");
    command.args(args).current_dir(root);
    note(&shown(&command));
    run(&mut command)
}

fn npm(root: &Path, script: &str) -> Result<(), Failure> {
    run(&mut npm_script(root, script))
}

fn npm_script(root: &Path, script: &str) -> Command {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", &format!("test:{script}")]).current_dir(root);
    command
}
