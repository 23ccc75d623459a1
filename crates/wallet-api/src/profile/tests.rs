//! Profiles are refused with the key that is wrong.

use super::*;

const GOOD: &str = r#"
name = "wallet"
mode = "live"
base_url = "https://open.wallet.example"
path_prefix = "/api/open"
version = "v2"
client_id = "CLIENT"
app_id = "app-1"
cashier_hosts = ["cashier.wallet.example", "127.0.0.1:8702"]
"#;

fn load(text: &str) -> Result<WalletProfile, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn a_profile_knows_its_paths() {
    let profile = load(GOOD).unwrap();
    assert_eq!(profile.path(Operation::ApplyToken), "/api/open/v2/authorizations/applyToken");
    assert_eq!(
        profile.url(&profile.path(Operation::Pay)),
        "https://open.wallet.example/api/open/v2/payments/pay"
    );
    assert_eq!(load(&toml::to_string(&profile).unwrap()), Ok(profile), "it can be written and read again");
}

#[test]
fn errors_name_the_key() {
    for (from, to, expected) in [
        ("name = \"wallet\"", "name = \"The Wallet\"", "`name`"),
        ("https://open.wallet.example", "https://open.wallet.example/api", "`base_url`"),
        ("https://open.wallet.example", "http://open.wallet.example", "`base_url`"),
        ("https://open.wallet.example", "http://127.0.0.1:8702", "`base_url`"),
        ("/api/open", "/api/open/", "`path_prefix`"),
        ("[\"cashier.wallet.example\", \"127.0.0.1:8702\"]", "[]", "`cashier_hosts`"),
        ("cashier.wallet.example", "https://cashier.wallet.example/c", "`cashier_hosts`"),
        ("app_id = \"app-1\"", "app_id = \"a b\"", "appId"),
        ("app_id = \"app-1\"", "app_id = \"app-1\"\ntimeout_ms = 1", "`timeout_ms`"),
        ("app_id = \"app-1\"", "app_id = \"app-1\"\nsecret = \"x\"", "unknown field `secret`"),
        ("version = \"v2\"", "version = \"v9\"", "v9"),
        ("mode = \"live\"", "", "missing field `mode`"),
    ] {
        let error = load(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert!(error.contains(expected), "{error} should contain {expected}");
    }
}

#[test]
fn a_cashier_stands_on_a_listed_host_by_https_alone() {
    let profile = load(GOOD).unwrap();
    assert!(profile.allows_cashier("https://cashier.wallet.example/c/1?x=1"));
    assert!(profile.allows_cashier("https://CASHIER.wallet.example:443/c/1"));
    for refused in [
        "http://cashier.wallet.example/c/1",
        "http://127.0.0.1:8702/c/1",
        "https://cashier.wallet.example:8443/c/1",
        "https://cashier.wallet.example.evil.example/",
        "https://cashier.wallet.example@evil.example/",
        "https://user:pass@cashier.wallet.example/",
        "data:text/html,x",
        "/c/1",
        "",
    ] {
        assert!(!profile.allows_cashier(refused), "{refused}");
    }
    let simulator = GOOD.replacen("\"live\"", "\"simulator\"", 1);
    let simulator = load(&simulator).unwrap();
    assert!(simulator.allows_cashier("http://127.0.0.1:8702/cashier/1"));
    assert!(!simulator.allows_cashier("http://127.0.0.1:8703/cashier/1"));
    assert!(!simulator.allows_cashier("http://cashier.wallet.example/c/1"));
}
