//! What can be said without asking anybody: configuration, keys, addresses.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use url::{Host, Url};
use wallet_api::ids::{AgentToken, KeyVersion};
use wallet_api::keys::{ClientKey, KeyRing, PrivateKey, PublicKey, Signer as _, SigningKey};
use wallet_api::operation::Operation;
use wallet_api::profile::{Mode, is_loopback};
use wallet_api::signature::SignedMessage;

use super::report::{Check, Report};
use crate::config::{Config, PublicKeyFile, ServerMode, WalletConfig, data_keys, keys};

/// What the wallet is asked with.
pub(super) struct Keys {
    pub(super) signer: Arc<SigningKey>,
    pub(super) verifier: Arc<KeyRing>,
    pub(super) own_fingerprint: String,
    pub(super) agent_token: Option<AgentToken>,
}

pub(super) fn configuration(file: &Path, config: &Config) -> Check {
    let mode = match config.mode {
        ServerMode::Simulator => "simulator",
        ServerMode::Live => "live",
    };
    let found = format!("{}, mode {mode}, wallets: {}", file.display(), names(config));
    Check::ok("file", found)
}

/// Whether what is personal in the database can be sealed and opened; makes no key.
pub(super) fn data_keys(config: &Config) -> Check {
    let subject = "data key";
    let file = config.data_keys.current.file().display();
    match data_keys::found(config) {
        Ok(Some(ids)) => {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            let (current, older) =
                ids.split_first().map_or((String::new(), 0), |(id, older)| (id.clone(), older.len()));
            Check::ok(subject, format!("{current}, {file}, and {older} older"))
        }
        Ok(None) => Check::ok(subject, format!("{file} will be made with the database")),
        Err(error) => Check::fail(subject, error.to_string()),
    }
}

pub(super) fn names(config: &Config) -> String {
    config.wallets.iter().map(|wallet| wallet.name.0.as_str()).collect::<Vec<_>>().join(", ")
}

pub(super) fn profile(wallet: &WalletConfig) -> Check {
    let profile = &wallet.profile;
    let (preset, version) = (&profile.preset, profile.version.as_str());
    let (base, prefix) = (&profile.base_url, &profile.path_prefix);
    let (client, key_version) = (&profile.client_id, &profile.key_version);
    let mode = written(&profile.mode);
    Check::ok(
        "profile",
        format!(
            "{preset}, {version} at {base}{prefix}, mode {mode}, we are {client} with key version {key_version}"
        ),
    )
}

/// A value as the configuration writes it.
pub(super) fn written(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Reports on every key; gives those that can be used, if ours is among them.
pub(super) fn keys(wallet: &WalletConfig, report: &mut Report) -> Option<Keys> {
    let own = own_key(wallet, report);
    let own_fingerprint = own.as_ref().map(|(_, public)| public.fingerprint());
    let mut ring = KeyRing::new();
    let mut seen: Vec<(&KeyVersion, String)> = Vec::new();
    for PublicKeyFile { version, file } in &wallet.public_keys {
        match keys::wallets_key(wallet, file) {
            Err(error) => report.add(Check::fail("wallet's key", format!("version {version}: {error}"))),
            Ok(key) => {
                let fingerprint = key.fingerprint();
                report.add(wallets_key(version, file, &key, own_fingerprint.as_deref(), &seen));
                seen.push((version, fingerprint));
                ring.insert(ClientKey {
                    client_id: wallet.profile.client_id.clone(),
                    version: version.clone(),
                    key,
                });
            }
        }
    }
    let agent_token = agent_token(wallet, report);
    let ((own, public), own_fingerprint) = (own?, own_fingerprint?);
    let signer = SigningKey::new(own, wallet.profile.key_version.clone());
    report.add(round_trip(wallet, &signer, public));
    Some(Keys { signer: Arc::new(signer), verifier: Arc::new(ring), own_fingerprint, agent_token })
}

fn own_key(wallet: &WalletConfig, report: &mut Report) -> Option<(PrivateKey, PublicKey)> {
    let file = &wallet.private_key_file;
    let key = match keys::private_key(file) {
        Ok(key) => key,
        Err(error) => {
            report.add(Check::fail("our key", error.to_string()));
            return None;
        }
    };
    let public = match key.public_key() {
        Ok(public) => public,
        Err(error) => {
            report.add(Check::fail("our key", format!("{}: {error}", file.display())));
            return None;
        }
    };
    let mode = match keys::permissions(file) {
        Ok(Some(mode)) => format!(", mode {mode:o}"),
        Ok(None) | Err(_) => String::new(),
    };
    report.add(Check::ok("our key", format!("{}, {}{mode}", described(&public), file.display())));
    Some((key, public))
}

fn agent_token(wallet: &WalletConfig, report: &mut Report) -> Option<AgentToken> {
    let file = wallet.agent_token_file.as_deref()?;
    match keys::agent_token(file) {
        Ok(token) => {
            report.add(Check::ok("agent token", format!("{}, sent with every call", file.display())));
            Some(token)
        }
        Err(error) => {
            report.add(Check::fail("agent token", error.to_string()));
            None
        }
    }
}

fn described(key: &PublicKey) -> String {
    format!("{} bits, fingerprint {}", key.bits(), key.fingerprint())
}

fn wallets_key(
    version: &KeyVersion,
    file: &Path,
    key: &PublicKey,
    own_fingerprint: Option<&str>,
    seen: &[(&KeyVersion, String)],
) -> Check {
    let subject = "wallet's key";
    let fingerprint = key.fingerprint();
    let found = format!("version {version}, {}, {}", described(key), file.display());
    if own_fingerprint == Some(fingerprint.as_str()) {
        return Check::fail(subject, format!("{found}: this is our own public key"))
            .advise("put the wallet's public key there; ours belongs in the wallet's portal");
    }
    match seen.iter().find(|(_, before)| *before == fingerprint) {
        Some((before, _)) => Check::warn(subject, format!("{found}: the same key as version {before}"))
            .advise("get the wallet's key of each version; a file was probably copied"),
        None => Check::ok(subject, found),
    }
}

fn round_trip(wallet: &WalletConfig, signer: &SigningKey, public: PublicKey) -> Check {
    let client_id = &wallet.profile.client_id;
    let message = SignedMessage {
        method: "POST",
        uri: &wallet.profile.path(Operation::InquiryPayment),
        client_id: client_id.as_str(),
        time: &wallet.profile.time_format.format(Timestamp::UNIX_EPOCH),
        body: b"{}",
    };
    let mut ring = KeyRing::new();
    ring.insert(ClientKey {
        client_id: client_id.clone(),
        version: signer.key_version().clone(),
        key: public,
    });
    match message.sign(signer) {
        Err(error) => Check::fail("round trip", error.to_string()),
        Ok(header) => match message.verify(&ring, &header) {
            Ok(()) => Check::ok("round trip", "what our key signs, its public half verifies"),
            Err(error) => Check::fail("round trip", format!("our own signature doesn't verify: {error}"))
                .advise("the private key is damaged; make a new pair with `merchant-server keys generate`"),
        },
    }
}

/// Whether the hosts of the list can be a cashier's at all.
pub(super) fn cashier_hosts(wallet: &WalletConfig) -> Check {
    let subject = "cashier hosts";
    let hosts = &wallet.profile.cashier_hosts;
    let found = hosts.join(", ");
    if let Some(host) = hosts.iter().find(|host| host.contains('*')) {
        return Check::fail(subject, format!("{found}: {host} allows nothing, hosts are compared whole"))
            .advise("write each host of `cashier_hosts` out");
    }
    let schemes = ["https", "http"];
    let allowed = |host: &str| {
        schemes.iter().any(|scheme| wallet.profile.allows_cashier(&format!("{scheme}://{host}/")))
    };
    if let Some(host) = hosts.iter().find(|host| !allowed(host)) {
        return Check::fail(subject, format!("{found}: no address has the host {host:?}"))
            .advise("write the host as it stands in the wallet's payment addresses, in ASCII");
    }
    let is_local =
        |host: &&String| Url::parse(&format!("https://{host}/")).is_ok_and(|url| is_loopback(&url));
    match (wallet.profile.mode, hosts.iter().find(is_local)) {
        (Mode::Simulator, None) => Check::warn(subject, format!("{found}: none of them is this machine"))
            .advise("a simulator's cashier stands on the simulator's own host, as in `base_url`"),
        (Mode::Simulator, Some(_)) | (Mode::Sandbox | Mode::Live, _) => Check::ok(subject, found),
    }
}

/// Whether the wallet has a chance of reaching the address of its notifications.
pub(super) fn notifications(mode: ServerMode, wallet: &WalletConfig) -> Check {
    let subject = "notifications";
    let address = &wallet.notify_url;
    let found = format!("{address}, signed over {}", wallet.notify_path);
    match mode {
        ServerMode::Simulator => Check::ok(subject, found),
        ServerMode::Live if is_inside(address) => {
            Check::fail(subject, format!("{found}: no wallet can reach that address"))
                .advise("set `public_url` to the address that the internet knows this server by")
        }
        ServerMode::Live => Check::ok(subject, found),
    }
}

/// Whether only machines nearby know this address.
fn is_inside(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return true };
    match url.host() {
        Some(Host::Ipv4(ip)) => {
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified()
        }
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified()
        }
        Some(Host::Domain(name)) => {
            let inside = [".localhost", ".local", ".internal", ".lan", ".test", ".invalid"];
            !name.contains('.') || inside.iter().any(|end| name.ends_with(end))
        }
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn addresses_that_only_machines_nearby_know_are_told_from_public_ones() {
        for inside in
            ["https://localhost/n", "https://10.1.2.3/n", "https://[::1]/n", "https://shop.internal/n"]
        {
            assert!(is_inside(inside), "{inside}");
        }
        for public in ["https://shop.example/n", "https://203.0.113.7/n", "https://[2001:db8::1]:8443/n"] {
            assert!(!is_inside(public), "{public}");
        }
    }
}
