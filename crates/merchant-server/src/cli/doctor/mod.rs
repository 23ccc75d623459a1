//! `merchant-server doctor`: whether merchant and wallet understand each other, and where not, why.
//!
//! In: the configuration, its key files, and, unless told otherwise, the wallets themselves, which are
//! asked once about a payment that can't exist. Out: a report for a person. Nothing is changed anywhere.

mod answer;
mod reach;
mod report;
mod setup;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use wallet_api::client::{Probe, WalletClient};
use wallet_api::clock::{Clock, SystemClock};
use wallet_api::ids::PaymentRequestId;
use wallet_api::random::{Rng as _, SystemRng};
use wallet_api::transport::PooledTransport;

use self::report::{Check, Report};
use self::setup::Keys;
use super::Failure;
use crate::config::{Config, WalletConfig};

const EXAMPLE: &str = "\
Example:
  merchant-server --config merchant-server.toml doctor --wallet simulator

Each line of the report is `ok`, `warn` or `fail`, with what to do below it. Ends with 0 when nothing
failed, with 1 otherwise. The wallet is asked once, by inquiryPayment, about a payment that can't exist:
that changes nothing there. The server may be running.";

/// Find out whether we and the wallets understand each other: configuration, keys, connection,
/// signatures, clocks.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct Doctor {
    /// Only this wallet; all of them otherwise.
    #[arg(long, value_name = "NAME")]
    wallet: Option<String>,
    /// Ask nobody: check only what is on this machine.
    #[arg(long)]
    offline: bool,
}

pub(super) async fn run(file: &Path, doctor: &Doctor) -> Result<(), Failure> {
    let mut report = Report::default();
    report.section("configuration");
    let config = match Config::load(file, std::env::vars()) {
        Ok(config) => config,
        Err(error) => {
            report.add(Check::fail("file", error.to_string()));
            return report.end();
        }
    };
    report.add(setup::configuration(file, &config));
    report.add(setup::data_keys(&config));
    for wallet in chosen(&config, doctor.wallet.as_deref())? {
        report.section(&format!("wallet {}", wallet.name));
        report.add(setup::profile(wallet));
        let keys = setup::keys(wallet, &mut report);
        report.add(setup::cashier_hosts(wallet));
        report.add(setup::notifications(config.mode, wallet));
        match keys {
            _ if doctor.offline => {}
            Some(keys) => ask(wallet, keys, &mut report).await?,
            None => {
                report.add(Check::warn("wallet asked", "not asked: without our key nothing can be signed"))
            }
        }
    }
    if doctor.offline {
        report.section("offline: the wallets weren't asked");
    }
    report.end()
}

fn chosen<'a>(config: &'a Config, name: Option<&str>) -> Result<Vec<&'a WalletConfig>, Failure> {
    let Some(name) = name else { return Ok(config.wallets.iter().collect()) };
    match config.wallets.iter().find(|wallet| wallet.name.0 == name) {
        Some(wallet) => Ok(vec![wallet]),
        None => Err(Failure::Other(format!(
            "no wallet is called {name:?}; the configuration has {}",
            setup::names(config)
        ))),
    }
}

/// Asks the wallet, as the server would.
async fn ask(wallet: &WalletConfig, keys: Keys, report: &mut Report) -> Result<(), Failure> {
    let connect_timeout = Duration::from_millis(wallet.profile.connect_timeout_ms.into());
    let http = PooledTransport::new(connect_timeout)
        .map_err(|error| Failure::Other(format!("{error}; check the system's certificates")))?;
    let id = PaymentRequestId::new(format!("doctor-{}", SystemRng.unguessable_id()))
        .map_err(|error| Failure::Other(error.to_string()))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let client = WalletClient::new(
        Arc::new(wallet.profile.clone()),
        keys.signer,
        keys.verifier,
        Arc::new(http),
        Arc::clone(&clock),
    );
    let client = match keys.agent_token {
        Some(token) => client.with_agent_token(Arc::new(token)),
        None => client,
    };
    match client.probe(id).await {
        Probe::NotSigned(error) => report.add(Check::fail("our signature", error.to_string())),
        Probe::NoAnswer(error) => report.add(reach::diagnose(wallet, error, &*clock).await),
        Probe::Answered(answer) => {
            let asked = answer::Asked { wallet, own_fingerprint: &keys.own_fingerprint };
            report.extend(answer::checks(&asked, &answer));
        }
    }
    Ok(())
}
