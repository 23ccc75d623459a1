//! `merchant-server serve`

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use wallet_api::client::AgentTokens;
use wallet_api::clock::{Clock, SystemClock};
use wallet_api::keys::{Signer, Verifier};
use wallet_api::random::SystemRng;
use wallet_api::transport::{HttpTransport, PooledTransport};

use super::Failure;
use crate::app::{App, Ports, Settings};
use crate::config::{Config, LogSettings, OperatorConfig, WalletConfig, keys};
use crate::http::admin::{Operator, Operators};
use crate::metrics::Metrics;
use crate::server::Server;
use crate::wallet::{ApiGateway, MerchantIdentity, WalletEntry};
use crate::webhooks::Webhooks;

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    start_logging(&config.log)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let http = transport(&config)?;
    let metrics = Arc::new(Metrics::default());
    let gateway = gateway(&config, &clock, &http, &metrics)?;
    let endpoints = config.webhooks.iter().map(keys::endpoint).collect::<Result<_, _>>()?;
    let webhooks = Webhooks::new(endpoints, http);
    let operators = operators(&config)?;
    // Before the database is touched: started twice by mistake, the second must not take over the first
    // one's jobs.
    let public = bind(config.listen, "listen").await?;
    let admin = bind(config.admin_listen, "admin_listen").await?;
    if !config.admin_listen.ip().is_loopback() {
        tracing::warn!(address = %config.admin_listen, "`admin_listen` isn't loopback: keep it from the outside, /metrics asks for no token");
    }
    let store = super::open(&config).await?;
    let ports =
        Ports { store, wallets: Arc::new(gateway), clock, rng: Arc::new(SystemRng), webhooks, metrics };
    let app = App::start(ports, Settings::from_config(&config)).await?;
    let stop = stop_signal()?;
    let server = Server::start(app, public, admin, operators, true)
        .map_err(|error| Failure::Other(format!("the listeners have no address: {error}")))?;
    tracing::info!(listen = %server.public, admin = %server.admin, public_url = config.public_url, "ready");
    stop.await;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

fn operators(config: &Config) -> Result<Operators, Failure> {
    if config.operators.is_empty() {
        tracing::warn!("no operator is configured: /admin/v1 refuses everybody");
    }
    let mut operators = Vec::with_capacity(config.operators.len());
    for configured in &config.operators {
        let token = keys::operator_token(&configured.token_file)?;
        let OperatorConfig { name, scopes, refund_limit, .. } = configured.clone();
        operators.push((token, Operator { name, scopes, refund_limit }));
    }
    Ok(Operators::new(operators))
}

fn gateway(
    config: &Config,
    clock: &Arc<dyn Clock>,
    http: &Arc<dyn HttpTransport>,
    metrics: &Arc<Metrics>,
) -> Result<ApiGateway, Failure> {
    let mut entries = Vec::with_capacity(config.wallets.len());
    for wallet in &config.wallets {
        entries.push(entry(wallet)?);
    }
    let merchant =
        MerchantIdentity { id: config.shop.merchant_id.clone(), mcc: config.shop.merchant_mcc.clone() };
    Ok(ApiGateway::new(entries, merchant, Arc::clone(http), Arc::clone(clock), Arc::clone(metrics)))
}

/// The network, for wallets and webhooks alike.
pub(super) fn transport(config: &Config) -> Result<Arc<dyn HttpTransport>, Failure> {
    let longest =
        config.wallets.iter().map(|wallet| wallet.profile.connect_timeout_ms).max().unwrap_or(3_000);
    let http = PooledTransport::new(Duration::from_millis(longest.into()))
        .map_err(|error| Failure::Other(format!("{error}; check the system's certificates")))?;
    Ok(Arc::new(http))
}

fn entry(wallet: &WalletConfig) -> Result<WalletEntry, Failure> {
    let loaded = keys::load(wallet)?;
    tracing::info!(
        wallet = %wallet.name,
        our_public_key = loaded.own_fingerprint,
        notify_url = wallet.notify_url,
        "wallet configured"
    );
    let signer: Arc<dyn Signer> = loaded.signer;
    let verifier: Arc<dyn Verifier> = loaded.verifier;
    Ok(WalletEntry {
        profile: Arc::new(wallet.profile.clone()),
        signer,
        verifier,
        agent_token: loaded.agent_token.map(|token| token as Arc<dyn AgentTokens>),
        notify_url: wallet.notify_url.clone(),
        notify_path: wallet.notify_path.clone(),
    })
}

async fn bind(address: std::net::SocketAddr, key: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::Other(format!(
            "can't listen on {address} ({error}); stop what listens there, or change `{key}`"
        ))
    })
}

/// Resolves at the first SIGINT or SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let failed = |error: std::io::Error| Failure::Other(format!("signals can't be watched: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

fn start_logging(settings: &LogSettings) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&settings.filter).map_err(|error| {
        Failure::Other(format!("`log.filter` isn't a filter ({error}); write for example \"info\""))
    })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = if settings.json { builder.json().try_init() } else { builder.try_init() };
    started.map_err(|error| Failure::Other(format!("logging can't be started: {error}")))
}
