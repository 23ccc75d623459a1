//! The command line: thin shells around the library.

mod books;
mod catalog;
mod customers;
mod decision;
mod doctor;
mod evidence;
mod keys;
mod migrate;
mod openapi;
mod orders;
mod out;
mod reconcile;
mod refund;
mod serve;
mod signature;
mod webhooks;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use wallet_api::random::SystemRng;

use crate::catalog::CatalogError;
use crate::config::{Config, ConfigError, data_keys};
use crate::store::{Store, StoreError};

/// The shop's server: catalogue, quotes, orders, and their payment by mini program wallets.
#[derive(Debug, Parser)]
#[command(name = "merchant-server", version, about, arg_required_else_help = true)]
#[command(
    after_help = "Start with `keys generate`, a copy of merchant-server.example.toml, `doctor`, `catalog import`, `serve`."
)]
pub struct Cli {
    /// The configuration file. Keys in it can be overridden by MERCHANT_SERVER__… variables.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        default_value = "merchant-server.toml",
        env = "MERCHANT_SERVER_CONFIG"
    )]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the shop until SIGINT or SIGTERM.
    Serve,
    /// Bring the database to this program's schema. `serve` does so too.
    Migrate,
    /// The catalogue of what is sold.
    Catalog {
        #[command(subcommand)]
        command: catalog::Command,
    },
    /// What is kept of customers.
    Customers {
        #[command(subcommand)]
        command: customers::Command,
    },
    /// Our keys: towards the wallets, and of the database.
    Keys {
        #[command(subcommand)]
        command: keys::Command,
    },
    Sign(signature::Sign),
    Verify(signature::Verify),
    Doctor(doctor::Doctor),
    Refund(refund::Refund),
    Reconcile(reconcile::Reconcile),
    VerifyEvidence(evidence::VerifyEvidence),
    /// Messages to your own systems.
    Webhooks {
        #[command(subcommand)]
        command: webhooks::Command,
    },
    /// The books: double entries of every movement of money.
    Books {
        #[command(subcommand)]
        command: books::Command,
    },
    Openapi(openapi::Openapi),
    /// Look at orders, straight from the database; the server may be running.
    Orders {
        #[command(subcommand)]
        command: orders::Command,
    },
}

/// Why a command failed; its text says what to do.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Signature(#[from] signature::Fault),
    #[error("{failed} of the checks failed, {warnings}; what to do stands below each of them")]
    Unwell { failed: usize, warnings: String },
    #[error(
        "{0} rows don't match; they are asked about now, give the same command again to see what came of it"
    )]
    Unreconciled(u64),
    #[error("{0} orders can't be erased yet; do what stands beside each, and give the same command again")]
    NotErased(usize),
    #[error("{0}")]
    Other(String),
}

/// Runs the command. Errors go to stderr, and the process ends with 1.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return out::fail(&Failure::Other(format!("no threads can be started: {error}"))),
    };
    let result = runtime.block_on(run(cli));
    // What still blocks a thread must not hold the process up.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => out::fail(&failure),
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Keys { command } => keys::run(&command),
        Command::Sign(sign) => Ok(signature::sign(sign)?),
        Command::Verify(verify) => Ok(signature::verify(verify)?),
        Command::Openapi(openapi) => {
            openapi::run(&openapi);
            Ok(())
        }
        Command::Doctor(doctor) => doctor::run(&cli.config, &doctor).await,
        Command::Serve => serve::run(load(&cli.config)?).await,
        Command::Migrate => migrate::run(&load(&cli.config)?).await,
        Command::Catalog { command } => catalog::run(&load(&cli.config)?, command).await,
        Command::Customers { command } => customers::run(&load(&cli.config)?, command).await,
        Command::Refund(refund) => refund::run(&load(&cli.config)?, refund).await,
        Command::Books { command } => books::run(&load(&cli.config)?, command).await,
        Command::VerifyEvidence(asked) => evidence::run(&asked),
        Command::Reconcile(reconcile) => reconcile::run(&load(&cli.config)?, reconcile).await,
        Command::Webhooks { command } => webhooks::run(&cli.config, command).await,
        Command::Orders { command } => orders::run(&load(&cli.config)?, command).await,
    }
}

fn load(path: &std::path::Path) -> Result<Config, Failure> {
    Ok(Config::load(path, std::env::vars())?)
}

/// Opens the database, with a data key that is made with it.
async fn open(config: &Config) -> Result<Arc<dyn Store>, Failure> {
    let vault = data_keys::vault(config, Arc::new(SystemRng))?;
    Ok(config.database.open(Arc::new(vault)).await?)
}

/// Opens a database that must be there already.
async fn open_existing(config: &Config) -> Result<Arc<dyn Store>, Failure> {
    if config.database.may_exist() {
        return open(config).await;
    }
    let database = &config.database;
    Err(Failure::Other(format!("there is no database at {database}; check `database` in the configuration")))
}
