//! The `wallet-simulator` program: reads its options, opens the wallet, serves until told to stop.

use std::io::IsTerminal as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tokio::net::TcpListener;
use tokio::signal;
use wallet_api::clock::SystemClock;
use wallet_api::random::SystemRng;
use wallet_api::transport::PooledTransport;
use wallet_simulator::merchants;
use wallet_simulator::simulator::{Config, Ports, Simulator};
use wallet_simulator::web;

const AFTER_HELP: &str = "\
What it answers, on 127.0.0.1 only:
  /{prefix}/v1|v2/.. the wallet's OpenAPI, signed both ways, with prefix, version and spelling of the
                     merchant's profile: pay, inquiryPayment, cancel, refund, inquiryRefund, capture,
                     void, applyToken, cancelToken, user information
  /cashier/{id}      the page on which the customer pays
  /_simulator/...    for testers, below
  /healthz           200 when ready

For testers, under /_simulator:
  GET  /ledger  /transcript?after=SEQ  /customers  /wallet-key  /faults
  POST /customers                             {\"customerId\",\"name\"}
  POST /customers/{id}/top-up                 {\"currency\",\"value\"}
  POST /customers/{id}/refuse-next-payment    {\"refuse\"}
  POST /auth-codes  /logins                   {\"customerId\"}
  POST /merchants                             {\"clientId\",\"publicKey\",\"profile\"?,..}
  POST /merchants/{id}/pay-out                {\"currency\",\"value\"}
  POST /refunds/{id}/settle                   {\"outcome\": \"succeeds\" or \"fails\",\"reason\"?}
  POST /clock                                 {\"advanceSeconds\"}
  POST /reset
  POST /faults                                {\"on\",\"kind\",..}: makes a bad day happen
  DELETE /faults  /faults/{id}

A fault says where (\"on\": pay, inquiryPayment, cancel, refund, .., notifyPayment, cashier) and what:
  on any call:        request_lost, answer_lost, answer_delayed, http_status, unknown, refused,
                      signature, time_shifted, truncated, not_json, too_long
  on some calls:      another, another_answer, cashier_elsewhere, still_processing,
                      cancelled_then_paid, refund_in_process, refund_fails
  on notifyPayment:   lost, repeated, delayed, fail_first, another, another_order, signature,
                      time_shifted, not_acknowledged
  on cashier:         notified_first
and when: \"times\" (1 if absent), or \"probability\" with a \"seed\"; \"nth\", \"clientId\",
\"paymentRequestId\". docs/testing.md has them all with what a merchant must do then.

A merchant's file is TOML:
  clientId = \"SHOP\"
  publicKeyFile = \"shop-public.pem\"   # from the file's own folder; PEM, base64 or DER
  keyVersion = \"1\"                    # optional
  profile = \"generic-v2\"              # optional; or generic-v1, gcash, touch-n-go, super-qi, antom, dana
  appId = \"my-mini-program\"           # optional; without it any appId is accepted
  partnerId = \"2188\"                  # optional; without it any partnerId is accepted

The wallet's own keys are made at the first start; give wallet-public.pem from the data folder to the
merchant. To start over, stop the simulator and delete the data folder.";

/// A wallet to test against: it verifies, signs, keeps a ledger, shows a cashier and notifies.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs until Ctrl-C or SIGTERM.
    #[command(after_help = AFTER_HELP)]
    Serve(Serve),
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Port on 127.0.0.1; 0 takes a free one, which the log names.
    #[arg(long, default_value_t = 8702)]
    port: u16,
    /// Folder for keys and journal; made if missing.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Origin of the page that may show the cashier in a frame and is told how it ended.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    platform_origin: Option<String>,
    /// A merchant to know from the start; may be given more than once.
    #[arg(long, value_name = "FILE.toml")]
    merchant: Vec<PathBuf>,
}

/// An origin as browsers write it: scheme, host, port, nothing else.
fn origin(text: &str) -> Result<String, String> {
    let url =
        url::Url::parse(text).map_err(|_| "expected an origin such as http://127.0.0.1:8700".to_owned())?;
    let origin = url.origin().ascii_serialization();
    if matches!(url.scheme(), "http" | "https") && origin == text {
        Ok(origin)
    } else {
        Err(format!("expected scheme, host and port without a path, such as {origin}"))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let Options { command: Command::Serve(options) } = Options::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Serve) -> Result<(), Box<dyn std::error::Error>> {
    let merchants = options.merchant.iter().map(|path| merchants::read(path)).collect::<Result<_, _>>()?;
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), options.port);
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("{address}: {error}; give another --port"))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let config = Config {
        data: options.data,
        origin: origin.clone(),
        platform_origin: options.platform_origin,
        merchants,
    };
    let ports = Ports {
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        transport: Arc::new(PooledTransport::new(Duration::from_secs(3))?),
    };
    let simulator = tokio::task::spawn_blocking(|| Simulator::open(config, ports)).await??;
    tracing::info!(%origin, "the wallet simulator is ready");
    web::serve(Arc::new(simulator), listener, stop_signal()).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Resolves at Ctrl-C or SIGTERM.
async fn stop_signal() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
