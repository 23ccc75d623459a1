//! The endpoints of the merchant's own systems: `[webhooks.NAME]`.

use std::path::PathBuf;
use std::time::Duration;

use merchant_core::announcements::EventKind;
use serde::Deserialize;
use url::{Host, Url};
use wallet_api::profile::is_loopback;

use super::source::Source;
use super::{ConfigError, Problem, ServerMode};

/// The most secrets of an endpoint: the one that is going, the one that is coming, and one to spare.
const MAX_SECRETS: usize = 3;

/// An endpoint, its secrets not read yet.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// Its name.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// The files with its secrets.
    pub secret_files: Vec<PathBuf>,
    /// What it wants to hear of.
    pub events: Vec<EventKind>,
    /// How long one try may take.
    pub timeout: Duration,
}

/// An endpoint as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    url: String,
    secret_files: Vec<PathBuf>,
    #[serde(default = "all_events")]
    events: Vec<EventKind>,
    #[serde(default = "twenty")]
    timeout_seconds: u32,
}

fn all_events() -> Vec<EventKind> {
    EventKind::ALL.to_vec()
}

fn twenty() -> u32 {
    20
}

pub(super) fn check(
    source: &Source,
    mode: ServerMode,
    name: String,
    webhook: Webhook,
) -> Result<WebhookConfig, ConfigError> {
    let bad = |part: &str, what: &str, remedy: &str| {
        source.error(&format!("webhooks.{name}.{part}"), Problem::BadValue, what, remedy)
    };
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=32).contains(&name.len()) || !name.bytes().all(is_plain) {
        return Err(bad("", "the name won't do", "use 1 to 32 lower-case letters, digits and dashes"));
    }
    let url = Url::parse(&webhook.url)
        .map_err(|error| bad("url", &format!("this isn't an address: {error}"), "write where it listens"))?;
    if !may_be_called(&url, mode) {
        let what = "messages would leave this machine unencrypted, or go nowhere";
        let remedy = match mode {
            ServerMode::Live => "write an https address of another machine",
            ServerMode::Simulator => "write an https address, or http on loopback",
        };
        return Err(bad("url", what, remedy));
    }
    if !(1..=MAX_SECRETS).contains(&webhook.secret_files.len()) {
        let remedy = "name one file, or two while the secret is being changed; `webhooks secret` makes one";
        return Err(bad("secret_files", "1 to 3 files are expected", remedy));
    }
    if webhook.events.is_empty() {
        return Err(bad("events", "it would hear of nothing", "name events, or leave the key out for all"));
    }
    if !(1..=30).contains(&webhook.timeout_seconds) {
        return Err(bad("timeout_seconds", "the value is out of range", "write 1 to 30"));
    }
    Ok(WebhookConfig {
        name,
        url: webhook.url,
        secret_files: webhook.secret_files.iter().map(|file| source.resolve(file)).collect(),
        events: webhook.events,
        timeout: Duration::from_secs(webhook.timeout_seconds.into()),
    })
}

/// https, without a password in the address; with simulators also plain http to this machine.
fn may_be_called(url: &Url, mode: ServerMode) -> bool {
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_local =
        is_loopback(url) || matches!(url.host(), Some(Host::Domain(host)) if host.ends_with(".localhost"));
    let may = match (url.scheme(), mode) {
        ("https", ServerMode::Live) => !is_local,
        ("https", ServerMode::Simulator) => true,
        ("http", ServerMode::Simulator) => is_local,
        _ => false,
    };
    is_plain && url.has_host() && may
}
