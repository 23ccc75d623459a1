//! `bench`: what things cost, as ratios within one run, so that a slow machine tells the same story.

use std::{path::Path, process::Command};

use crate::{
    build,
    postgres::Postgres,
    setup,
    shell::{Failure, note, run},
};

/// Signed messages, each way, against the bare RSA operations; the merchant server under load; the core as wasm against
/// its twin.
pub fn bench(root: &Path) -> Result<(), Failure> {
    setup::ensure_rust()?;
    setup::ensure_node_modules(root)?;
    note("wallet-api: signed messages, each way, against the bare RSA operations");
    run(Command::new("cargo").args(["bench", "--locked", "--package", "wallet-api"]).current_dir(root))?;
    note("merchant-server: shoppers in a closed loop, and what an order costs (some minutes)");
    let postgres = Postgres::start_on_disk()?;
    let mut load = Command::new("cargo");
    load.args(["bench", "--locked", "--package", "merchant-server", "--bench", "load"]);
    run(load.current_dir(root).env("TEST_DATABASE_URL", &postgres.url))?;
    drop(postgres);
    build::build_package(root)?;
    note("the core: one intent through WebAssembly, against the twin");
    run(Command::new("node").arg("tests/bench/core.mjs").current_dir(root))
}
