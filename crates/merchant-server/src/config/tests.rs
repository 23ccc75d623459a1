//! Each way in which a configuration can be wrong is named: file, line, key, what to do.

use std::path::PathBuf;

use tempfile::TempDir;
use wallet_api::client::AgentTokens as _;

use super::*;
use crate::jobs::RateLimit;

const EXAMPLE: &str = include_str!("../../merchant-server.example.toml");

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("shop.toml");
    std::fs::write(&file, text).unwrap();
    Config::load(&file, environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn refused(text: &str) -> ConfigError {
    load(text, &[]).unwrap_err()
}

/// The example with one line replaced.
fn with(old: &str, new: &str) -> String {
    assert!(EXAMPLE.contains(old), "{old}");
    EXAMPLE.replacen(old, new, 1)
}

fn line_of(text: &str, needle: &str) -> usize {
    text.lines().position(|line| line.contains(needle)).unwrap() + 1
}

#[test]
fn the_example_is_a_configuration_and_shows_the_defaults() {
    let config = load(EXAMPLE, &[]).unwrap();
    assert_eq!(config.mode, ServerMode::Simulator);
    assert_eq!(config.wallets[0].notify_path, "/wallet/simulator/notifyPayment");
    assert_eq!(config.wallets[0].notify_url, "http://127.0.0.1:8701/wallet/simulator/notifyPayment");
    assert_eq!(config.default_wallet.as_str(), "simulator");
    let required = "mode = 'simulator'\npublic_url = 'http://127.0.0.1:8701'\n[shop]\npayee = 'Harbour & Hill'\n\
                    [wallets.simulator]\nprivate_key_file = 'keys/merchant-private.pem'\n\
                    public_keys = [{ version = '1', file = 'keys/wallet-public.pem' }]\n[wallets.simulator.profile]\n\
                    base_url = 'http://127.0.0.1:8702'\npath_prefix = '/api/open'\nversion = 'v2'\n\
                    client_id = 'merchant-local'\napp_id = 'mini-program-local'\nproduct_code = 'CASHIER_PAYMENT'\n\
                    cashier_hosts = ['127.0.0.1:8702']\n";
    let mut shortest = load(required, &[]).unwrap();
    // The two files lay in different folders.
    shortest.database = config.database.clone();
    shortest.data_keys = config.data_keys.clone();
    shortest.media_dir = config.media_dir.clone();
    shortest.wallets[0].private_key_file = config.wallets[0].private_key_file.clone();
    shortest.wallets[0].public_keys = config.wallets[0].public_keys.clone();
    assert_eq!(format!("{shortest:?}"), format!("{config:?}"));
}

#[test]
fn each_wallet_has_its_own_schedule_and_limit() {
    let own = with("cancel_again_seconds = [2, 3, 3, 5, 5]", "cancel_again_seconds = [1]")
        .replacen("inquiries_per_minute = 3000", "inquiries_per_minute = 60", 1)
        .replacen("# clock_skew_seconds = 300", "clock_skew_seconds = 30", 1);
    let calls = load(&own, &[]).unwrap().wallets.remove(0).calls;
    assert_eq!(calls.schedule.cancel_again_millis, [1_000]);
    assert_eq!((calls.schedule.clock_skew_millis, calls.limit.per_minute), (30_000, 60));
    let closes_nothing = with("cancel_after_seconds = 120\n", "").replacen(
        "# honours_expiry = true",
        "honours_expiry = false",
        1,
    );
    assert_eq!(load(&closes_nothing, &[]).unwrap().wallets[0].calls.schedule.cancel_after_millis, 0);
}

#[test]
fn a_schedule_out_of_range_is_named() {
    for (old, new, key) in [
        ("watch_every_seconds = 60", "watch_every_seconds = 0", "watch_every_seconds"),
        ("cancel_again_seconds = [2, 3, 3, 5, 5]", "cancel_again_seconds = []", "cancel_again_seconds"),
        ("resend_seconds = [2, 3, 5,", "resend_seconds = [0, 3, 5,", "resend_seconds"),
        (
            "  { every_seconds = 30, for_seconds = 900 },",
            "  { every_seconds = 30, for_seconds = 60 },",
            "asking",
        ),
        ("  { every_seconds = 1800, for_seconds = 86400 },", "  { every_seconds = 1800 },", "refund_asking"),
        ("inquiry_burst = 100", "inquiry_burst = 0", "inquiry_burst"),
    ] {
        let error = refused(&with(old, new));
        assert_eq!(error.key.as_deref(), Some(format!("wallets.simulator.schedule.{key}").as_str()));
    }
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    for (old, new, key) in [
        ("listen = ", "lisen = \"127.0.0.1:1\"\nlisten = ", "lisen"),
        ("merchant_id = ", "curency = \"PHP\"\nmerchant_id = ", "shop.curency"),
        ("app_id = ", "colour = 1\napp_id = ", "wallets.simulator.profile.colour"),
        ("site_names = []", "sites = []", "wallets.simulator.sites"),
    ] {
        let text = with(old, new);
        let error = refused(&text);
        assert_eq!((error.problem, error.key.as_deref()), (Problem::UnknownKey, Some(key)));
        assert_eq!(error.line, Some(line_of(&text, new.lines().next().unwrap())), "{error}");
    }
}

#[test]
fn a_wrong_value_is_named_with_its_line() {
    for (old, new, key) in [
        ("mode = \"simulator\"", "mode = \"test\"", "mode"),
        ("listen = \"127.0.0.1:8701\"", "listen = \"here\"", "listen"),
        ("listen = \"127.0.0.1:8701\"", "listen = 8701", "listen"),
        ("public_url = \"http://127.0.0.1:8701\"", "public_url = \"shop.example\"", "public_url"),
        ("public_url = \"http://127.0.0.1:8701\"", "public_url = \"ftp://shop.example\"", "public_url"),
        ("quote_lifetime_seconds = 600", "quote_lifetime_seconds = \"ten\"", "shop.quote_lifetime_seconds"),
        ("quote_lifetime_seconds = 600", "quote_lifetime_seconds = -1", "shop.quote_lifetime_seconds"),
        ("payment_window_seconds = 900", "payment_window_seconds = 60", "shop.payment_window_seconds"),
        ("payee = \"Harbour & Hill\"\n\n# Your", "payee = \"\"\n\n# Your", "shop.payee"),
        ("minimum_client_version = \"0.1.0\"", "minimum_client_version = \"1\"", "minimum_client_version"),
        ("# default_wallet = \"simulator\"", "default_wallet = \"other\"", "default_wallet"),
        ("preset = \"generic-v2\"", "preset = \"unheard-of\"", "wallets.simulator.profile.preset"),
        ("preset = \"generic-v2\"", "version = \"v9\"", "wallets.simulator.profile.version"),
    ] {
        let text = with(old, new);
        let error = refused(&text);
        assert_eq!((error.problem, error.key.as_deref()), (Problem::BadValue, Some(key)), "{error}");
        assert_eq!(error.line, Some(line_of(&text, new.lines().next().unwrap())), "{error}");
        assert!(!error.remedy.is_empty());
    }
}

#[test]
fn a_bad_wallet_profile_is_named() {
    let text = with("base_url = \"http://127.0.0.1:8702\"", "base_url = \"http://wallet.example\"");
    let error = refused(&text);
    assert_eq!(error.key.as_deref(), Some("wallets.simulator.profile.base_url"));
    assert_eq!(error.line, Some(line_of(&text, "base_url = \"http://wallet.example")));
    assert!(error.to_string().contains("https"), "{error}");
}

#[test]
fn what_a_wallet_needs_or_cannot_have_is_named() {
    for (old, new, key) in [
        ("preset = \"generic-v2\"", "preset = \"touch-n-go\"", "wallets.simulator.profile.partner_id"),
        ("app_id = \"mini", "agent = true\napp_id = \"mini", "wallets.simulator.agent_token_file"),
        (
            "public_keys = [{",
            "public_keys = [{ version = \"1\", file = \"keys/other.pem\" }, {",
            "wallets.simulator.public_keys",
        ),
        ("site_names = []", "agent_token_file = \"keys/agent\"", "wallets.simulator.agent_token_file"),
    ] {
        assert_eq!(refused(&with(old, new)).key.as_deref(), Some(key));
    }
}

#[test]
fn a_missing_key_is_named() {
    let error = refused(&with("payee = \"Harbour & Hill\"\n\n# Your", "# Your"));
    assert_eq!((error.problem, error.key.as_deref()), (Problem::MissingKey, Some("shop.payee")));
    let error = refused("mode = 'live'");
    assert_eq!(error.problem, Problem::MissingKey);
    assert!(error.key.as_deref().is_some_and(|key| !key.contains('.')), "{error}");
}

#[test]
fn what_isnt_toml_is_named_with_its_line() {
    let error = refused("mode = \"simulator\"\nlisten = \n");
    assert_eq!((error.problem, error.line), (Problem::Syntax, Some(2)));
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::load(&PathBuf::from("/nowhere/shop.toml"), []).unwrap_err();
    assert_eq!(error.problem, Problem::Unreadable);
    assert!(error.to_string().contains("/nowhere/shop.toml"));
}

#[test]
fn an_environment_variable_overrides_and_is_named_when_it_is_wrong() {
    let config = load(EXAMPLE, &[("MERCHANT_SERVER__SHOP__PAYEE", "Other")]).unwrap();
    assert_eq!(config.shop.payee, "Other");
    let error = load(EXAMPLE, &[("MERCHANT_SERVER__LISTEN", "here")]).unwrap_err();
    assert_eq!(error.variable.as_deref(), Some("MERCHANT_SERVER__LISTEN"));
    assert!(error.to_string().starts_with("environment variable MERCHANT_SERVER__LISTEN"), "{error}");
    let error = load(EXAMPLE, &[("MERCHANT_SERVER__SHOP__PAYE", "Other")]).unwrap_err();
    assert_eq!((error.problem, error.key.as_deref()), (Problem::UnknownKey, Some("shop.paye")));
}

#[test]
fn live_refuses_plain_http_and_this_machine() {
    let live = |public: &str, base: &str, cashier: &str| {
        let text = with("mode = \"simulator\"", "mode = \"live\"")
            .replace("\"http://127.0.0.1:8701\"", &format!("\"{public}\""))
            .replace("\"http://127.0.0.1:8702\"", &format!("\"{base}\""))
            .replace("[\"127.0.0.1:8702\"]", &format!("[\"{cashier}\"]"));
        load(&text, &[])
    };
    live("https://shop.example", "https://open.wallet.example", "cashier.wallet.example").unwrap();
    for (public, base, cashier, key) in [
        ("http://shop.example", "https://open.wallet.example", "cashier.wallet.example", "public_url"),
        (
            "https://shop.example",
            "http://127.0.0.1:8702",
            "cashier.wallet.example",
            "wallets.simulator.profile.base_url",
        ),
        (
            "https://shop.example",
            "https://127.0.0.1:8702",
            "cashier.wallet.example",
            "wallets.simulator.profile.base_url",
        ),
        (
            "https://shop.example",
            "https://open.wallet.example",
            "localhost:8702",
            "wallets.simulator.profile.cashier_hosts",
        ),
    ] {
        assert_eq!(live(public, base, cashier).unwrap_err().key.as_deref(), Some(key));
    }
}

#[test]
fn a_public_path_is_part_of_what_the_wallet_signs() {
    let text = with("public_url = \"http://127.0.0.1:8701\"", "public_url = \"http://127.0.0.1:8701/shop/\"");
    let config = load(&text, &[]).unwrap();
    assert_eq!(config.public_url, "http://127.0.0.1:8701/shop");
    assert_eq!(config.wallets[0].notify_path, "/shop/wallet/simulator/notifyPayment");
}

#[cfg(unix)]
mod key_files {
    use std::os::unix::fs::PermissionsExt as _;

    use wallet_api::keys::PrivateKey;

    use super::*;

    /// A configured wallet whose files hold these bytes.
    fn wallet(folder: &TempDir, private: &str, public: &str, mode: u32) -> WalletConfig {
        std::fs::create_dir_all(folder.path().join("keys")).unwrap();
        let file = folder.path().join("shop.toml");
        std::fs::write(&file, EXAMPLE).unwrap();
        let wallet = Config::load(&file, []).unwrap().wallets.remove(0);
        std::fs::write(&wallet.private_key_file, private).unwrap();
        std::fs::set_permissions(&wallet.private_key_file, std::fs::Permissions::from_mode(mode)).unwrap();
        std::fs::write(&wallet.public_keys[0].file, public).unwrap();
        wallet
    }

    #[test]
    fn keys_that_others_can_read_or_that_are_mixed_up_are_refused() {
        let folder = TempDir::new().unwrap();
        let (ours, theirs) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
        let private = ours.to_pkcs8_pem().unwrap();
        let (own_public, wallet_public) =
            (ours.public_key().unwrap().to_pem(), theirs.public_key().unwrap().to_pem());
        let problem = |private: &str, public: &str, mode| {
            keys::load(&wallet(&folder, private, public, mode)).err().map(|error| error.problem)
        };
        assert_eq!(problem(&private, &wallet_public, 0o600), None);
        assert_eq!(problem(&private, &wallet_public, 0o640), Some(Problem::Exposed));
        assert_eq!(problem(&private, &own_public, 0o600), Some(Problem::BadKey));
        assert_eq!(problem(&wallet_public, &wallet_public, 0o600), Some(Problem::BadKey));
        assert_eq!(problem("nonsense", &wallet_public, 0o600), Some(Problem::BadKey));
        let missing = wallet(&folder, &private, &wallet_public, 0o600);
        std::fs::remove_file(&missing.private_key_file).unwrap();
        let error = keys::load(&missing).err().unwrap();
        assert_eq!(error.problem, Problem::Unreadable);
        assert!(error.remedy.contains("keys generate"));
    }

    #[test]
    fn an_integrators_token_is_read_from_a_file_of_its_own_and_never_printed() {
        let folder = TempDir::new().unwrap();
        let (ours, theirs) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
        let private = ours.to_pkcs8_pem().unwrap();
        let mut wallet = wallet(&folder, &private, &theirs.public_key().unwrap().to_pem(), 0o600);
        let file = folder.path().join("agent-token");
        wallet.agent_token_file = Some(file.clone());
        std::fs::write(&file, "agent-s3cret\n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let token = keys::load(&wallet).unwrap().agent_token.unwrap().current();
        assert_eq!((token.as_str(), format!("{token:?}").contains("s3cret")), ("agent-s3cret", false));
        std::fs::write(&file, "two words").unwrap();
        assert_eq!(keys::load(&wallet).err().unwrap().problem, Problem::BadKey);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(keys::load(&wallet).err().unwrap().problem, Problem::Exposed);
    }

    #[test]
    fn a_short_or_exposed_operators_token_is_refused() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "short").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(keys::operator_token(&file).unwrap_err().problem, Problem::BadKey);
        std::fs::write(&file, "x".repeat(32)).unwrap();
        assert_eq!(keys::operator_token(&file).unwrap().len(), 32);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o604)).unwrap();
        assert_eq!(keys::operator_token(&file).unwrap_err().problem, Problem::Exposed);
    }
}

#[test]
fn limits_are_as_written_or_the_usual_ones() {
    let usual = RequestLimits::default();
    assert_eq!(load(EXAMPLE, &[]).unwrap().limits, usual, "the example says what is usual");
    let narrow =
        with("customer = { per_minute = 240, burst = 120 }", "customer = { per_minute = 2, burst = 1 }");
    let customer = RateLimit { per_minute: 2, burst: 1 };
    assert_eq!(load(&narrow, &[]).unwrap().limits, RequestLimits { customer, ..usual });
    for wrong in ["{ per_minute = 0, burst = 1 }", "{ per_minute = 1, burst = 10000001 }"] {
        let error = refused(&with("{ per_minute = 1800, burst = 600 }", wrong));
        assert_eq!(
            (error.problem, error.key.as_deref()),
            (Problem::BadValue, Some("limits.address")),
            "{error}"
        );
    }
}

const WEBHOOK: &str =
    "\n[webhooks.erp]\nurl = \"https://erp.example/hooks\"\nsecret_files = [\"keys/webhook-secret\"]\n";

/// The example with an endpoint in which `old` was replaced.
fn with_webhook(old: &str, new: &str) -> String {
    assert!(WEBHOOK.contains(old), "{old}");
    format!("{EXAMPLE}{}", WEBHOOK.replacen(old, new, 1))
}

#[test]
fn an_endpoint_hears_of_everything_unless_it_says_of_what() {
    let config = load(&format!("{EXAMPLE}{WEBHOOK}"), &[]).unwrap();
    let [webhook] = config.webhooks.as_slice() else { panic!("{:?}", config.webhooks) };
    assert_eq!((webhook.name.as_str(), webhook.url.as_str()), ("erp", "https://erp.example/hooks"));
    assert_eq!(webhook.events, merchant_core::announcements::EventKind::ALL);
    let text = format!("{EXAMPLE}{WEBHOOK}events = [\"order.paid\"]\n");
    assert_eq!(load(&text, &[]).unwrap().webhooks[0].events, [merchant_core::announcements::EventKind::Paid]);
}

#[test]
fn an_endpoint_that_cannot_be_called_safely_is_named() {
    for (old, new, key) in [
        ("https://erp.example/hooks", "http://erp.example/hooks", "webhooks.erp.url"),
        ("https://erp.example/hooks", "https://user:pass@erp.example/", "webhooks.erp.url"),
        ("https://erp.example/hooks", "erp.example", "webhooks.erp.url"),
        ("[\"keys/webhook-secret\"]", "[]", "webhooks.erp.secret_files"),
        ("\"]\n", "\"]\nevents = []\n", "webhooks.erp.events"),
        ("\"]\n", "\"]\ntimeout_seconds = 0\n", "webhooks.erp.timeout_seconds"),
    ] {
        let error = refused(&with_webhook(old, new));
        assert_eq!((error.problem, error.key.as_deref()), (Problem::BadValue, Some(key)), "{error}");
    }
    let error = refused(&with_webhook("\"]\n", "\"]\nevents = [\"order.shipped\"]\n"));
    assert!(error.to_string().contains("order.paid"), "{error}");
    let local = with_webhook("https://erp.example/hooks", "http://127.0.0.1:9000/hooks");
    assert!(load(&local, &[]).is_ok(), "with simulators a receiver on this machine will do");
}

#[test]
fn the_statement_of_the_example_is_the_simulators() {
    let begin = EXAMPLE.find("# [wallets.simulator.statement]").unwrap();
    let end = EXAMPLE.find("# Your own systems").unwrap();
    let is_key = |line: &&str| {
        line.starts_with("# [") || line.split_once(" = ").is_some_and(|(key, _)| !key[2..].contains(' '))
    };
    let lines: Vec<_> = EXAMPLE[begin..end].lines().filter(is_key).map(|line| &line[2..]).collect();
    let config = load(&format!("{EXAMPLE}\n{}\n", lines.join("\n")), &[]).unwrap();
    let statement = config.wallets[0].statement.as_ref().unwrap();
    assert_eq!(statement.kinds.words(), ["PAYMENT", "REFUND", "REVERSAL", "SETTLEMENT"]);
    let mut shortest = lines.clone();
    shortest.retain(|line| {
        !["delimiter", "skip_lines", "time_zone", "cut_off", "amounts", "amount_is"]
            .iter()
            .any(|key| line.starts_with(key))
    });
    let shortest = load(&format!("{EXAMPLE}\n{}\n", shortest.join("\n")), &[]).unwrap();
    assert_eq!(format!("{:?}", shortest.wallets[0].statement), format!("{:?}", config.wallets[0].statement));
    let text = format!("{EXAMPLE}\n{}\n", lines.join("\n").replace("\"+00:00\"", "\"Mars\""));
    assert_eq!(refused(&text).key.as_deref(), Some("wallets.simulator.statement.time_zone"));
}

#[test]
fn a_database_is_a_file_or_a_server_and_the_environment_may_name_it() {
    let key = ("MERCHANT_SERVER__DATA_KEYS__CURRENT", "data.key");
    let database = |value: &str| load(&with("\"var/merchant.db\"", value), &[key]).unwrap().database;
    assert!(
        matches!(database("\"/srv/shop.db\""), Database::Sqlite(file) if file == Path::new("/srv/shop.db"))
    );
    assert!(
        matches!(database("\"sqlite:///srv/shop.db\""), Database::Sqlite(file) if file == Path::new("/srv/shop.db"))
    );
    assert!(matches!(database("\"postgres://u@localhost/d\""), Database::Postgres(_, 10)));
    let named = load(EXAMPLE, &[("DATABASE_URL", "postgres://shop:secret@localhost/orders"), key]).unwrap();
    assert_eq!(named.database.to_string(), "orders at localhost, port 5432, as shop");
    assert!(!format!("{named:?}").contains("secret"));
    let both =
        [("MERCHANT_SERVER__DATABASE", "/srv/shop.db"), ("DATABASE_URL", "postgres://shop@localhost/orders")];
    assert_eq!(load(EXAMPLE, &both).unwrap().database.to_string(), "/srv/shop.db");
}

#[test]
fn a_wrong_address_of_the_database_names_its_variable_and_tells_no_password() {
    let error = load(EXAMPLE, &[("DATABASE_URL", "postgres://shop:secret@db.example/")]).unwrap_err();
    assert_eq!((error.key.as_deref(), error.variable.as_deref()), (Some("database"), Some("DATABASE_URL")));
    assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
    let none = refused(&with("database_connections = 10", "database_connections = 0"));
    assert_eq!(none.key.as_deref(), Some("database_connections"));
}

#[test]
fn a_file_has_its_data_key_beside_it_and_servers_that_share_a_database_are_given_theirs() {
    let config = load(EXAMPLE, &[]).unwrap();
    let CurrentKey::Beside(file) = config.data_keys.current else { panic!("named by nobody") };
    assert!(file.ends_with("var/merchant.db.data-key"), "{}", file.display());
    let shared = ("DATABASE_URL", "postgres://shop@localhost/orders");
    let error = load(EXAMPLE, &[shared]).unwrap_err();
    assert_eq!((error.problem, error.key.as_deref()), (Problem::MissingKey, Some("data_keys.current")));
    assert!(error.to_string().contains("keys generate --kind data"), "{error}");
    let named = load(EXAMPLE, &[shared, ("MERCHANT_SERVER__DATA_KEYS__CURRENT", "/srv/data.key")]).unwrap();
    assert_eq!(named.data_keys.current, CurrentKey::Named("/srv/data.key".into()));
}
