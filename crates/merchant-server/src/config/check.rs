//! What the file's types can't say: addresses, ranges, and what must fit together.

use axum::http::HeaderName;
use merchant_core::lifecycle::{MIN_TIME_TO_PAY_MILLIS, WalletName};
use url::{Host, Url};
use wallet_api::profile::{Fields, Mode, WalletProfile, is_loopback};

use super::data_keys::{CurrentKey, DataKeys};
use super::file::{Budget, DataKeyFiles, File, Limits, Operator, Retention, Shop, Wallet};
use super::source::Source;
use super::{
    Config, ConfigError, LogSettings, OperatorConfig, Problem, PublicKeyFile, ServerMode, ShopRules, Version,
    WalletConfig,
};
use crate::budgets::RequestLimits;
use crate::jobs::RateLimit;
use crate::reconcile::StatementFormat;
use crate::store::Database;

pub(super) fn check(source: &Source, file: File) -> Result<Config, ConfigError> {
    let public_url = public_url(source, &file)?;
    let bad = |key: &str, what: &str, remedy: &str| source.error(key, Problem::BadValue, what, remedy);
    let minimum_client_version = Version::parse(&file.minimum_client_version).ok_or_else(|| {
        bad("minimum_client_version", "this isn't a version", "write major.minor.patch, such as \"0.1.0\"")
    })?;
    let client_address_header = file.client_address_header.as_ref().map(|name| {
        let remedy = "write the header's name, such as \"x-forwarded-for\"";
        name.parse::<HeaderName>()
            .map_err(|_| bad("client_address_header", "this isn't a header's name", remedy))
    });
    let client_address_header = client_address_header.transpose()?;
    if file.listen == file.admin_listen && file.listen.port() != 0 {
        let remedy = "give operators an address of their own, not reachable from outside";
        return Err(bad("admin_listen", "it is the same as `listen`", remedy));
    }
    let database = database(source, &file)?;
    let data_keys = data_keys(source, &file.data_keys, &database)?;
    let default_wallet = default_wallet(source, &file)?;
    let operators = file
        .operators
        .into_iter()
        .map(|(name, found)| operator(source, name, found))
        .collect::<Result<_, _>>()?;
    let shop = shop(source, file.shop)?;
    let limits = limits(source, file.limits)?;
    let personal_data_days = personal_data_days(source, &file.retention)?;
    let mut wallets = Vec::with_capacity(file.wallets.len());
    for (name, found) in file.wallets {
        wallets.push(wallet(source, file.mode, &public_url, name, found)?);
    }
    let mut webhooks = Vec::with_capacity(file.webhooks.len());
    for (name, found) in file.webhooks {
        webhooks.push(super::webhooks::check(source, file.mode, name, found)?);
    }
    Ok(Config {
        mode: file.mode,
        listen: file.listen,
        admin_listen: file.admin_listen,
        public_url: public_url.as_str().trim_end_matches('/').to_owned(),
        database,
        data_keys,
        media_dir: source.resolve(&file.media_dir),
        operators,
        client_address_header,
        minimum_client_version,
        shop,
        limits,
        personal_data_days,
        log: LogSettings { filter: file.log.filter, json: file.log.json },
        default_wallet,
        wallets,
        webhooks,
    })
}

fn public_url(source: &Source, file: &File) -> Result<Url, ConfigError> {
    let bad = |what: &str, remedy: &str| source.error("public_url", Problem::BadValue, what, remedy);
    let example = "write the address that wallets and clients use, such as https://shop.example";
    let url = Url::parse(&file.public_url)
        .map_err(|error| bad(&format!("this isn't an address: {error}"), example))?;
    if !matches!(url.scheme(), "http" | "https")
        || !url.has_host()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(bad("this isn't an http address without query and fragment", example));
    }
    if file.mode == ServerMode::Live && url.scheme() != "https" {
        return Err(bad(
            "with mode = \"live\" it must be https",
            "put the server behind a proxy that speaks https",
        ));
    }
    Ok(url)
}

fn limits(source: &Source, limits: Limits) -> Result<RequestLimits, ConfigError> {
    let usual = RequestLimits::default();
    let budget = |key: &str, budget: Option<Budget>, usual: RateLimit| {
        let Some(Budget { per_minute, burst }) = budget else { return Ok(usual) };
        let range = 1..=10_000_000;
        if range.contains(&per_minute) && range.contains(&burst) {
            return Ok(RateLimit { per_minute, burst });
        }
        let remedy = "write per_minute and burst from 1 to 10000000";
        Err(source.error(&format!("limits.{key}"), Problem::BadValue, "a number is out of range", remedy))
    };
    Ok(RequestLimits {
        address: budget("address", limits.address, usual.address)?,
        sessions: budget("sessions", limits.sessions, usual.sessions)?,
        customer: budget("customer", limits.customer, usual.customer)?,
    })
}

/// A month at least, so that nothing goes that a refund or a dispute still needs.
fn personal_data_days(source: &Source, retention: &Retention) -> Result<Option<u32>, ConfigError> {
    match retention.personal_data_days {
        Some(days) if !(30..=36_500).contains(&days) => {
            let remedy =
                "write 30 to 36500, or leave the key out to keep personal data until somebody erases it";
            let what = "the value is out of range";
            Err(source.error("retention.personal_data_days", Problem::BadValue, what, remedy))
        }
        days => Ok(days),
    }
}

fn database(source: &Source, file: &File) -> Result<Database, ConfigError> {
    let connections = file.database_connections;
    if !(1..=1_000).contains(&connections) {
        let (what, remedy) = ("the value is out of range", "write 1 to 1000");
        return Err(source.error("database_connections", Problem::BadValue, what, remedy));
    }
    Database::parse(&file.database, connections, |path| source.resolve(path))
        .map_err(|error| source.error("database", Problem::BadValue, &error.what, error.remedy))
}

fn data_keys(source: &Source, files: &DataKeyFiles, database: &Database) -> Result<DataKeys, ConfigError> {
    let named = files.current.as_ref().map(|file| CurrentKey::Named(source.resolve(file)));
    let current = named.or_else(|| CurrentKey::beside(database)).ok_or_else(|| {
        let what = "the servers that share a PostgreSQL database need one data key, which seals what is personal in it";
        let remedy = "make one with `merchant-server keys generate --kind data --out DIR`, give each server its file, \
                      and name it here";
        source.error("data_keys.current", Problem::MissingKey, what, remedy)
    })?;
    Ok(DataKeys { current, older: files.older.iter().map(|file| source.resolve(file)).collect() })
}

fn default_wallet(source: &Source, file: &File) -> Result<WalletName, ConfigError> {
    let names: Vec<&String> = file.wallets.keys().collect();
    match (&file.default_wallet, names.as_slice()) {
        (_, []) => Err(source.error(
            "wallets",
            Problem::MissingKey,
            "no wallet is configured",
            "add a table [wallets.NAME] with its keys and profile",
        )),
        (Some(name), names) if names.contains(&name) => Ok(WalletName(name.clone())),
        (Some(name), _) => {
            let what = format!("there is no [wallets.{name}]");
            Err(source.error(
                "default_wallet",
                Problem::BadValue,
                &what,
                "name one of the configured wallets",
            ))
        }
        (None, [only]) => Ok(WalletName((*only).clone())),
        (None, _) => Err(source.error(
            "default_wallet",
            Problem::MissingKey,
            "several wallets are configured",
            "say which one serves clients whose host isn't in any `site_names`",
        )),
    }
}

fn operator(source: &Source, name: String, found: Operator) -> Result<OperatorConfig, ConfigError> {
    let fits = (1..=64).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if !fits || found.scopes.is_empty() {
        let what = "an operator has a name of 1 to 64 characters and at least one scope";
        let remedy = "write [operators.NAME] with scopes = [\"read\"] or [\"read\", \"refund\"]";
        return Err(source.error(&format!("operators.{name}"), Problem::BadValue, what, remedy));
    }
    let token_file = source.resolve(&found.token_file);
    Ok(OperatorConfig { name, token_file, scopes: found.scopes, refund_limit: found.refund_limit })
}

fn shop(source: &Source, shop: Shop) -> Result<ShopRules, ConfigError> {
    let bad = |key: &str, what: &str| {
        source.error(&format!("shop.{key}"), Problem::BadValue, "the value is out of range", what)
    };
    if !(1..=64).contains(&shop.payee.trim().chars().count()) {
        return Err(bad("payee", "write the name that shoppers know, 1 to 64 characters"));
    }
    if !(1..=32).contains(&shop.merchant_id.chars().count()) {
        return Err(bad("merchant_id", "write 1 to 32 characters"));
    }
    if shop.merchant_mcc.len() != 4 || !shop.merchant_mcc.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad(
            "merchant_mcc",
            "write the four digits of your category in ISO 18245, such as \"5812\"",
        ));
    }
    let window = u64::from(shop.payment_window_seconds) * 1_000;
    if !(30..=86_400).contains(&shop.quote_lifetime_seconds) {
        return Err(bad("quote_lifetime_seconds", "write 30 to 86400"));
    }
    if window <= MIN_TIME_TO_PAY_MILLIS || window > 86_400_000 {
        return Err(bad("payment_window_seconds", "write 121 to 86400: less leaves no time to pay"));
    }
    if !(60..=2_592_000).contains(&shop.session_lifetime_seconds) {
        return Err(bad("session_lifetime_seconds", "write 60 to 2592000 (30 days)"));
    }
    if !(1..=1_000).contains(&shop.max_open_orders) {
        return Err(bad("max_open_orders", "write 1 to 1000"));
    }
    if !(1..=shop_api::MAX_QUANTITY).contains(&shop.max_quantity_per_line) {
        return Err(bad("max_quantity_per_line", "write 1 to 999"));
    }
    Ok(ShopRules {
        payee: shop.payee.trim().to_owned(),
        merchant_id: shop.merchant_id,
        merchant_mcc: shop.merchant_mcc,
        quote_lifetime_millis: u64::from(shop.quote_lifetime_seconds) * 1_000,
        payment_window_millis: window,
        session_lifetime_millis: u64::from(shop.session_lifetime_seconds) * 1_000,
        max_open_orders: shop.max_open_orders,
        max_quantity_per_line: shop.max_quantity_per_line,
    })
}

fn wallet(
    source: &Source,
    mode: ServerMode,
    public_url: &Url,
    name: String,
    wallet: Wallet,
) -> Result<WalletConfig, ConfigError> {
    let key = |part: &str| format!("wallets.{name}.{part}");
    let bad =
        |part: &str, what: &str, remedy: &str| source.error(&key(part), Problem::BadValue, what, remedy);
    let profile = WalletProfile::try_from(wallet.profile.clone()).map_err(|error| {
        let remedy = "merchant-server.example.toml explains the key";
        bad(&format!("profile.{}", error.key), &format!("it {}", error.fault), remedy)
    })?;
    if profile.name != name {
        return Err(bad(
            "profile.name",
            "it isn't the table's name",
            "leave it out: the table's name is used",
        ));
    }
    if wallet.public_keys.is_empty() {
        return Err(bad(
            "public_keys",
            "there is none",
            "add the wallet's public key: without it nothing can be believed",
        ));
    }
    let versions: Vec<_> = wallet.public_keys.iter().map(|key| &key.version).collect();
    if let Some(twice) = versions.iter().enumerate().find(|(at, version)| versions[..*at].contains(version)) {
        let what = format!("two keys have the version {}", twice.1);
        return Err(bad("public_keys", &what, "give each key the wallet's own number for it"));
    }
    let is_code = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if !wallet.currency.as_ref().is_none_or(is_code) {
        return Err(bad("currency", "this isn't a currency", "write its ISO 4217 code, such as \"PHP\""));
    }
    match (wallet.profile.agent, &wallet.agent_token_file) {
        (true, None) => {
            let remedy = "write the Agent-Token into a file of its own and name it here";
            return Err(bad("agent_token_file", "profile.agent is true and there is no token", remedy));
        }
        (false, Some(_)) => {
            let remedy = "set profile.agent = true, or leave the token out";
            return Err(bad("agent_token_file", "profile.agent is false, so it would not be used", remedy));
        }
        (true, Some(_)) | (false, None) => {}
    }
    match (mode, wallet.profile.mode) {
        (ServerMode::Simulator, Mode::Simulator) => {}
        (ServerMode::Simulator, Mode::Sandbox | Mode::Live) => {
            let remedy = "set the server's mode to \"live\", which also covers wallets' test systems";
            return Err(bad("profile.mode", "the server's mode is \"simulator\"", remedy));
        }
        (ServerMode::Live, Mode::Sandbox | Mode::Live) => {
            refuse_loopback(&wallet.profile).map_err(|part| {
                bad(
                    part,
                    "with mode = \"live\" no wallet can be on this machine",
                    "write the wallet's real address",
                )
            })?
        }
        (ServerMode::Live, Mode::Simulator) => {
            let remedy = "write \"live\", or \"sandbox\" for the wallet's test system";
            return Err(bad("profile.mode", "the server's mode is \"live\"", remedy));
        }
    }
    let calls = wallet.schedule.rules(&profile).map_err(|error| {
        bad(&format!("schedule.{}", error.key), "the value is out of range", &error.expected)
    })?;
    let statement = wallet
        .statement
        .map(StatementFormat::try_from)
        .transpose()
        .map_err(|error| bad(&format!("statement.{}", error.key), &error.what, error.remedy))?;
    let base = public_url.as_str().trim_end_matches('/');
    let notify_url = format!("{base}/wallet/{name}/notifyPayment");
    let notify_path = format!("{}/wallet/{name}/notifyPayment", public_url.path().trim_end_matches('/'));
    let public_keys = wallet.public_keys.into_iter();
    Ok(WalletConfig {
        name: WalletName(name),
        profile,
        private_key_file: source.resolve(&wallet.private_key_file),
        public_keys: public_keys
            .map(|key| PublicKeyFile { version: key.version, file: source.resolve(&key.file) })
            .collect(),
        agent_token_file: wallet.agent_token_file.map(|path| source.resolve(&path)),
        site_names: wallet.site_names,
        currency: wallet.currency,
        notify_url,
        notify_path,
        calls,
        statement,
    })
}

fn refuse_loopback(profile: &Fields) -> Result<(), &'static str> {
    let is_local = |address: &str| {
        Url::parse(address).is_ok_and(|url| {
            is_loopback(&url)
                || matches!(url.host(), Some(Host::Domain(host)) if host.ends_with(".localhost"))
        })
    };
    if is_local(&profile.base_url) {
        return Err("profile.base_url");
    }
    if profile.cashier_hosts.iter().any(|host| is_local(&format!("https://{host}/"))) {
        return Err("profile.cashier_hosts");
    }
    Ok(())
}
