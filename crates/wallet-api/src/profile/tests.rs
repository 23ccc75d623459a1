//! Profiles are refused with the file and the key that is wrong; the shipped ones say where they come from.

use super::*;

const GOOD: &str = r#"
name = "wallet"
mode = "live"
base_url = "https://open.wallet.example"
version = "v2"
client_id = "CLIENT"
app_id = "app-1"
cashier_hosts = ["cashier.wallet.example", "127.0.0.1:8702"]
"#;

fn load(text: &str) -> Result<WalletProfile, String> {
    WalletProfile::from_toml("wallet.toml", text).map_err(|error| error.to_string())
}

/// What a contract with any wallet hands out.
const CONTRACT: &str = r#"
name = "wallet"
mode = "live"
base_url = "https://open.wallet.example"
client_id = "CLIENT"
app_id = "app-1"
partner_id = "partner-1"
cashier_hosts = ["cashier.wallet.example"]
"#;

fn shipped(preset: &str) -> WalletProfile {
    let customer_belongs_to = if preset == "generic-v1" { "customer_belongs_to = \"WALLET\"" } else { "" };
    load(&format!("preset = {preset:?}\n{customer_belongs_to}{CONTRACT}")).unwrap()
}

#[test]
fn a_profile_knows_its_paths() {
    let profile = load(GOOD).unwrap();
    assert_eq!(profile.path(Operation::ApplyToken), "/api/open/v2/authorizations/applyToken");
    assert_eq!(
        profile.url(&profile.path(Operation::Pay)),
        "https://open.wallet.example/api/open/v2/payments/pay"
    );
    for preset in PRESETS {
        let profile = shipped(preset.name);
        for operation in Operation::ALL {
            assert_eq!(profile.operation(&profile.path(operation)), Some(operation), "{}", preset.name);
        }
    }
    assert_eq!(
        shipped("touch-n-go").path(Operation::UserInfo),
        "/acl/api/v1/customers/user/inquiryUserInfoByAccessToken"
    );
    assert_eq!(shipped("super-qi").path(Operation::UserInfo), "/v1/users/inquiryUserInfo");
    assert_eq!(shipped("gcash").path(Operation::UserInfo), "/api/v2/users/inquiryUserInfo");
}

#[test]
fn every_shipped_profile_can_be_written_and_read_again() {
    for preset in PRESETS {
        let profile = shipped(preset.name);
        assert_eq!(load(&toml::to_string(&profile).unwrap()), Ok(profile), "{}", preset.name);
    }
}

#[test]
fn every_shipped_value_names_a_source_that_the_readme_explains() {
    let readme = include_str!("../../profiles/README.md");
    for preset in PRESETS {
        let values = preset.text.lines().filter(|line| !line.starts_with('#') && line.contains(" = "));
        for line in values {
            let (_, sources) =
                line.rsplit_once(" # source: ").unwrap_or_else(|| panic!("{}: {line}", preset.name));
            for source in sources.split(", ") {
                assert!(readme.contains(&format!("`{source}`")), "{}: {line}", preset.name);
            }
        }
    }
}

#[test]
fn a_merchants_own_value_wins_over_the_presets() {
    let text = format!("preset = \"gcash\"\ntimeout_ms = 7000\n{CONTRACT}[wire]\nshipping = false\n");
    let profile = load(&text).unwrap();
    assert_eq!((profile.timeout_ms, profile.wire.shipping), (7000, false));
    assert_eq!(profile.customer_belongs_to.as_deref(), Some("GCASH"));
    assert_eq!(profile.wire.return_url, ReturnUrlMember::PaymentRedirectUrl, "the rest of the table stays");
}

#[test]
fn errors_name_file_key_and_what_was_expected() {
    let app = "app_id = \"app-1\"";
    for (from, to, key, expected) in [
        ("name = \"wallet\"", "name = \"The Wallet\"", "`name`", "lower-case"),
        ("https://open.wallet.example", "https://open.wallet.example/api", "`base_url`", "without a path"),
        ("https://open.wallet.example", "http://open.wallet.example", "`base_url`", "https"),
        ("https://open.wallet.example", "http://127.0.0.1:8702", "`base_url`", "https"),
        (app, "app_id = \"app-1\"\npath_prefix = \"/api/\"", "`path_prefix`", "without a slash at its end"),
        ("[\"cashier.wallet.example\", \"127.0.0.1:8702\"]", "[]", "`cashier_hosts`", "at least one"),
        ("cashier.wallet.example", "https://cashier.wallet.example/c", "`cashier_hosts`", "without scheme"),
        ("cashier.wallet.example", "cashier.wallet.example#c", "`cashier_hosts`", "without scheme"),
        ("cashier.wallet.example", ":x@cashier.wallet.example", "`cashier_hosts`", "without scheme"),
        (app, "app_id = \"a\"\npath_prefix = \"/api/../open\"", "`path_prefix`", "without dots alone"),
        (app, "app_id = \"a\"\npath_prefix = \"/./api\"", "`path_prefix`", "without dots alone"),
        (app, "app_id = \"a\"\npath_prefix = \"//api\"", "`path_prefix`", "such as /api/open"),
        ("https://open.wallet.example", "https:open.wallet.example", "`base_url`", "scheme and host"),
        ("https://open.wallet.example", r"https:\\\\open.wallet.example", "`base_url`", "scheme and host"),
        ("https://open.wallet.example", r"https://open.wallet.example\\", "`base_url`", "scheme and host"),
        ("https://open.wallet.example", " https://open.wallet.example", "`base_url`", "scheme and host"),
        (app, "app_id = \"a b\"", "`app_id`", "without @, # and ?"),
        (app, "app_id = \"a\"\ntimeout_ms = 1", "`timeout_ms`", "500 to 60000"),
        (app, "app_id = \"a\"\ntimeouts_ms = { pay = 1 }", "`timeouts_ms.pay`", "500 to 60000"),
        (app, "app_id = \"a\"\ntimeouts_ms = { sing = 1000 }", "timeouts_ms", "`pay`"),
        (app, "app_id = \"a\"\ncurrency_exponents = { IDR = 9 }", "`currency_exponents.IDR`", "0 to 4"),
        (app, "app_id = \"a\"\nsecret = \"x\"", "`secret`", "`base_url`"),
        (app, "app_id = \"a\"\nwire = { goods = \"heap\" }", "`wire.goods`", "`list`"),
        (app, "app_id = \"a\"\nwire = { good = \"list\" }", "`wire.good`", "`goods`"),
        (app, "app_id = \"a\"\ntime_format = \"sundial\"", "`time_format`", "`epoch_millis`"),
        (app, "", "`app_id`", "requires it"),
        (app, "app_id = \"a\"\nproduct_code = \"\"", "`product_code`", "1 to 32"),
        (
            app,
            "app_id = \"a\"\nwire = { user_info = \"/customers/user/inquiryUserInfoByAccessToken\" }",
            "`wire.user_info`",
            "v1 only",
        ),
        (
            app,
            "app_id = \"a\"\ncustomer_belongs_to = \"X\"\nwire = { customer_belongs_to = \"none\" }",
            "`wire.customer_belongs_to`",
            "lost",
        ),
        ("version = \"v2\"", "version = \"v9\"", "`version`", "\"v2\""),
        ("version = \"v2\"", "", "`preset`", "gcash"),
        ("version = \"v2\"", "preset = \"paypal\"", "`preset`", "gcash"),
        ("version = \"v2\"", "preset = 7", "`preset`", "gcash"),
        ("mode = \"live\"", "", "`mode`", "is missing"),
        ("mode = \"live\"", "mode = ", "wallet.toml", "string"),
        (
            "mode = \"live\"",
            "mode = \"live\"\nmerchant_of_record = { referenceMerchantId = \"a?b\", merchantMCC = \"5812\", merchantName = \"Shop\" }",
            "`merchant_of_record`",
            "without @",
        ),
    ] {
        let error = load(&GOOD.replacen(from, to, 1)).unwrap_err();
        for part in ["wallet.toml", key, expected] {
            assert!(error.contains(part), "{error} should contain {part}");
        }
    }
}

#[test]
fn a_wallet_that_departs_from_iso_4217_has_its_own_decimals() {
    let rupiah = Amount::new("IDR", 1_234_500).unwrap();
    assert_eq!(load(GOOD).unwrap().format(rupiah), "IDR 12,345.00");
    let without = GOOD.replacen("app_id", "currency_exponents = { IDR = 0 }\napp_id", 1);
    assert_eq!(load(&without).unwrap().format(rupiah), "IDR 1,234,500");
}

#[test]
fn an_operation_may_have_a_timeout_of_its_own() {
    let profile = load(&GOOD.replacen("app_id", "timeouts_ms = { pay = 15000 }\napp_id", 1)).unwrap();
    assert_eq!(profile.timeout(Operation::Pay), Duration::from_secs(15));
    assert_eq!(profile.timeout(Operation::Refund), Duration::from_secs(10));
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
        "https://@cashier.wallet.example/",
        "https://cashier.wallet.example\\@evil.example/",
        "https://evil.example\\@cashier.wallet.example/",
        "https:\\\\cashier.wallet.example/c/1",
        "https:cashier.wallet.example/c/1",
        "https://cashier.wallet\u{3002}example/c/1",
        "https://cashier.wallet.\texample/c/1",
        "https://cashier.wallet.example/c/1\r\nX: y",
        " https://cashier.wallet.example/c/1",
        "data:text/html,x",
        "/c/1",
        "",
    ] {
        assert!(!profile.allows_cashier(refused), "{refused}");
    }
    let simulator = load(&GOOD.replacen("\"live\"", "\"simulator\"", 1)).unwrap();
    assert!(simulator.allows_cashier("http://127.0.0.1:8702/cashier/1"));
    assert!(!simulator.allows_cashier("http://127.0.0.1:8703/cashier/1"));
    assert!(!simulator.allows_cashier("http://cashier.wallet.example/c/1"));
}
