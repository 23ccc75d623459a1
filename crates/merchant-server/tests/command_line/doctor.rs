//! `doctor` against a real wallet simulator, and against wallets that answer what no simulator does.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse as _;
use tempfile::TempDir;
use tokio::net::TcpListener;
use wallet_api::clock::{Clock, ManualClock, SystemClock, later};
use wallet_api::ids::ClientId;
use wallet_api::keys::PrivateKey;
use wallet_api::random::SystemRng;
use wallet_api::transport::PooledTransport;
use wallet_simulator::merchants::{self, Registration};
use wallet_simulator::simulator::{Config, Ports, Simulator};
use wallet_simulator::web;

use super::program::{CONFIG, complaint, folder, program, text};

/// Keys for the whole run: making them is slow.
static OURS: LazyLock<String> = LazyLock::new(new_key);
static THEIRS: LazyLock<String> = LazyLock::new(new_key);

fn new_key() -> String {
    PrivateKey::generate().unwrap().to_pkcs8_pem().unwrap().to_string()
}

/// A merchant's folder with keys and configuration for the wallet at an origin.
struct Merchant {
    folder: TempDir,
    config: String,
}

impl Merchant {
    fn of(origin: &str) -> Self {
        let folder = folder();
        for (name, pem) in [("keys", &OURS), ("wallet", &THEIRS)] {
            let key = PrivateKey::parse(pem.as_bytes()).unwrap();
            let (private, public) =
                (format!("{name}/merchant-private.pem"), format!("{name}/merchant-public.pem"));
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(public), key.public_key().unwrap().to_pem()).unwrap();
            std::fs::write(folder.path().join(&private), pem.as_bytes()).unwrap();
            let owners = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(folder.path().join(private), owners).unwrap();
        }
        let host = origin.split_once("://").unwrap().1;
        let config = CONFIG.replace("http://127.0.0.1:8702", origin).replace("127.0.0.1:8702", host);
        Self { folder, config }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn public_key(&self) -> Vec<u8> {
        std::fs::read(self.path().join("keys/merchant-public.pem")).unwrap()
    }

    fn fingerprint(&self) -> String {
        wallet_api::keys::PublicKey::parse(&self.public_key()).unwrap().fingerprint()
    }

    /// Puts something else where the configuration has `from`.
    fn set(&mut self, from: &str, to: &str) {
        assert!(self.config.contains(from), "{from} stands in {}", self.config);
        self.config = self.config.replace(from, to);
    }

    fn doctor(&self, arguments: &[&str]) -> Output {
        std::fs::write(self.path().join("shop.toml"), &self.config).unwrap();
        let mut command = program(self.path());
        for proxy in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(proxy);
        }
        command.arg("doctor").args(arguments).output().unwrap()
    }

    /// The report of a configuration with which nothing failed.
    fn well(&self, arguments: &[&str]) -> String {
        let output = self.doctor(arguments);
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// The report of a configuration with which something failed.
    fn unwell(&self, arguments: &[&str]) -> String {
        let output = self.doctor(arguments);
        let complaint = complaint(&output);
        assert!(complaint.contains("of the checks failed"), "{complaint}");
        text(&output.stdout)
    }
}

/// The level of the line about this subject.
fn level<'a>(report: &'a str, subject: &str) -> &'a str {
    let line = report.lines().find(|line| line.get(8..).is_some_and(|rest| rest.starts_with(subject)));
    let line = line.unwrap_or_else(|| panic!("a line about {subject} in: {report}"));
    line[..8].trim()
}

/// What stands below the line about this subject, in order.
fn advice<'a>(report: &'a str, subject: &str) -> Vec<&'a str> {
    let mut lines =
        report.lines().skip_while(|line| !line.get(8..).is_some_and(|rest| rest.starts_with(subject)));
    lines.next();
    lines.take_while(|line| line.starts_with("        ")).collect()
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

/// A merchant and a running simulator that has a key of its, made of the merchant's or not.
async fn simulated(clock: Arc<dyn Clock>, key: impl Fn(&Merchant) -> Vec<u8>) -> Merchant {
    let (listener, origin) = listen().await;
    let mut merchant = Merchant::of(&origin);
    merchant.set("version = \"v2\"", "version = \"v2\"\npath_prefix = \"/api/open\"");
    merchant.set("wallet/merchant-public.pem", "simulator/wallet-public.pem");
    let registration = Registration::new(ClientId::new("merchant-local").unwrap());
    let known = merchants::merchant(registration, &key(&merchant)).unwrap();
    let config = Config {
        data: merchant.path().join("simulator"),
        origin,
        platform_origin: None,
        merchants: vec![known],
    };
    let ports = Ports {
        clock,
        rng: Arc::new(SystemRng),
        transport: Arc::new(PooledTransport::new(Duration::from_secs(3)).unwrap()),
    };
    let simulator = Arc::new(Simulator::open(config, ports).unwrap());
    tokio::spawn(web::serve(simulator, listener, std::future::pending()));
    merchant
}

async fn well_simulated() -> Merchant {
    simulated(Arc::new(SystemClock), Merchant::public_key).await
}

/// A wallet that answers everything with the same.
async fn answering(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Merchant {
    let (listener, origin) = listen().await;
    let status = StatusCode::from_u16(status).unwrap();
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| (HeaderName::from_static(name), *value)).collect();
    let answer = move || async move {
        let mut answer = (status, body).into_response();
        for (name, value) in headers {
            answer.headers_mut().insert(name, value.parse().unwrap());
        }
        answer
    };
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
    Merchant::of(&origin)
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_is_well_every_line_says_so() {
    let merchant = well_simulated().await;
    let report = merchant.well(&[]);
    let subjects = [
        "file",
        "profile",
        "our key",
        "wallet's key",
        "round trip",
        "cashier hosts",
        "notifications",
        "reachable",
        "our signature",
        "its signature",
        "clock",
    ];
    for subject in subjects {
        assert_eq!(level(&report, subject), "ok", "{subject}: {report}");
    }
    assert!(report.contains(&format!("2048 bits, fingerprint {}", merchant.fingerprint())), "{report}");
    assert!(report.contains("keys/merchant-private.pem, mode 600"), "{report}");
    assert!(report.contains("accepted: F ORDER_NOT_EXIST"), "{report}");
    assert!(report.contains("verifies with key version 1"), "{report}");
    assert!(report.ends_with("nothing failed, no warnings\n"), "{report}");
    assert_eq!(merchant.well(&["--wallet", "simulator"]), report);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_with_another_key_of_ours_gets_the_fingerprint_to_compare() {
    let other = |_: &Merchant| PrivateKey::generate().unwrap().public_key().unwrap().to_pem().into_bytes();
    let merchant = simulated(Arc::new(SystemClock), other).await;
    let report = merchant.unwell(&[]);
    assert_eq!((level(&report, "our signature"), level(&report, "reachable")), ("fail", "ok"), "{report}");
    assert!(report.contains("refused: F INVALID_SIGNATURE"), "{report}");
    let first = advice(&report, "our signature")[0];
    assert!(first.contains("1. ") && first.contains(&merchant.fingerprint()), "{report}");
    assert_eq!(level(&report, "its signature"), "warn", "a refusal is never signed: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_without_a_key_of_ours_names_key_version_and_client_id() {
    let mut merchant = well_simulated().await;
    merchant.set("client_id = \"merchant-local\"", "client_id = \"Merchant-Local\"");
    let report = merchant.unwell(&[]);
    assert!(report.contains("refused: F KEY_NOT_FOUND"), "{report}");
    let advice = advice(&report, "our signature");
    assert!(
        advice[0].contains("`key_version` (1)") && advice[1].contains("`client_id` (Merchant-Local)"),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_of_the_wallets_is_named_with_its_file() {
    let mut merchant = well_simulated().await;
    merchant.set("simulator/wallet-public.pem", "wallet/merchant-public.pem");
    let report = merchant.unwell(&[]);
    assert_eq!(level(&report, "its signature"), "fail", "{report}");
    assert!(
        advice(&report, "its signature")[0].contains("wallet/merchant-public.pem isn't the key"),
        "{report}"
    );
    assert_eq!(level(&report, "our signature"), "warn", "who knows who wrote that: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_version_of_the_wallets_is_named_beside_the_configured_ones() {
    let mut merchant = well_simulated().await;
    merchant.set("{ version = \"1\"", "{ version = \"7\"");
    let report = merchant.unwell(&[]);
    assert!(report.contains("signed with key version 1; configured are: 7"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_measured() {
    for (far, how) in [(true, "fail"), (false, "warn")] {
        let by = Duration::from_secs(if far { 3_600 } else { 200 });
        let clock = Arc::new(ManualClock::new(later(SystemClock.now(), by)));
        let merchant = simulated(clock, Merchant::public_key).await;
        let report = if far { merchant.unwell(&[]) } else { merchant.well(&[]) };
        assert_eq!((level(&report, "clock"), level(&report, "its signature")), (how, "ok"), "{report}");
        assert!(report.contains("s ahead of ours; 300 s are allowed"), "{report}");
        assert!(advice(&report, "clock")[0].contains("time server"), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_key_in_the_wallets_place_is_found_without_asking() {
    let mut merchant = Merchant::of("http://127.0.0.1:1");
    merchant.set("wallet/merchant-public.pem", "keys/merchant-public.pem");
    let report = merchant.unwell(&["--offline"]);
    assert_eq!(level(&report, "wallet's key"), "fail", "{report}");
    assert!(report.contains("this is our own public key"), "{report}");
    assert!(!report.contains("reachable"), "nobody is asked: {report}");
}

#[test]
fn the_same_key_or_version_twice_is_noticed() {
    let mut merchant = Merchant::of("http://127.0.0.1:1");
    let one = "[{ version = \"1\", file = \"wallet/merchant-public.pem\" }]";
    let two = |version: &str| {
        format!(
            "[{{ version = \"1\", file = \"wallet/merchant-public.pem\" }}, \
             {{ version = \"{version}\", file = \"wallet/merchant-public.pem\" }}]"
        )
    };
    merchant.set(one, &two("2"));
    let report = merchant.well(&["--offline"]);
    assert!(report.contains("the same key as version 1"), "{report}");
    assert!(report.ends_with("nothing failed, 1 warning\n"), "{report}");
    merchant.set(&two("2"), &two("1"));
    let report = merchant.unwell(&["--offline"]);
    assert!(report.contains("two keys have the version 1"), "{report}");
}

#[test]
fn keys_that_cant_be_used_fail_and_the_rest_is_still_checked() {
    let merchant = Merchant::of("http://127.0.0.1:1");
    let private = merchant.path().join("keys/merchant-private.pem");
    std::fs::set_permissions(&private, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::remove_file(merchant.path().join("wallet/merchant-public.pem")).unwrap();
    let report = merchant.unwell(&[]);
    assert_eq!((level(&report, "our key"), level(&report, "wallet's key")), ("fail", "fail"), "{report}");
    assert!(report.contains("chmod 600"), "{report}");
    assert_eq!(level(&report, "wallet asked"), "warn", "{report}");
    assert_eq!(level(&report, "cashier hosts"), "ok", "{report}");
}

#[test]
fn a_wrong_configuration_or_wallet_is_told_in_a_line() {
    let mut merchant = Merchant::of("http://127.0.0.1:1");
    let unknown = complaint(&merchant.doctor(&["--wallet", "purse", "--offline"]));
    assert!(unknown.contains("\"purse\"") && unknown.contains("simulator"), "{unknown}");
    merchant.set("payee", "pyee");
    let report = merchant.unwell(&["--offline"]);
    assert_eq!(level(&report, "file"), "fail", "{report}");
    assert!(report.contains("shop.toml, line 9, key `shop.pyee`"), "{report}");
}

#[test]
fn addresses_that_cant_work_are_found_without_asking() {
    let mut merchant = Merchant::of("http://127.0.0.1:1");
    merchant.set("cashier_hosts = [\"127.0.0.1:1\"]", "cashier_hosts = [\"*.wallet.example\"]");
    assert_eq!(level(&merchant.unwell(&["--offline"]), "cashier hosts"), "fail");
    merchant.set("*.wallet.example", "kasse.geldbörse.example");
    let report = merchant.unwell(&["--offline"]);
    assert!(report.contains("no address has the host \"kasse.geldbörse.example\""), "{report}");
    merchant.set("kasse.geldbörse.example", "cashier.wallet.example");
    assert_eq!(level(&merchant.well(&["--offline"]), "cashier hosts"), "warn");
    merchant.set("mode = \"simulator\"", "mode = \"live\"");
    merchant.set("\"http://127.0.0.1:1\"", "\"https://open.wallet.example\"");
    merchant.set("http://127.0.0.1:8701", "https://10.0.0.7/shop");
    let report = merchant.unwell(&["--offline"]);
    assert_eq!(level(&report, "notifications"), "fail", "{report}");
    assert!(
        report.contains("https://10.0.0.7/shop/wallet/simulator/notifyPayment, signed over /shop/"),
        "{report}"
    );
    assert_eq!(level(&report, "cashier hosts"), "ok", "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_where_nothing_listens_is_told_from_one_that_isnt_found() {
    let (listener, origin) = listen().await;
    drop(listener);
    let report = Merchant::of(&origin).unwell(&[]);
    assert_eq!(level(&report, "reachable"), "fail", "{report}");
    assert!(report.contains("nothing accepts a connection") && report.contains("refused"), "{report}");
    let mut elsewhere = Merchant::of("https://open.wallet.invalid");
    elsewhere.set("version = \"v2\"", "version = \"v2\"\nconnect_timeout_ms = 500");
    let report = elsewhere.unwell(&[]);
    assert!(report.contains("https://open.wallet.invalid: the name can't be resolved"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_without_tls_is_told_from_one_that_is_silent() {
    let (listener, origin) = listen().await;
    tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    let report = Merchant::of(&origin.replace("http:", "https:")).unwell(&[]);
    assert!(report.contains("accepts connections, but no TLS connection that can be trusted"), "{report}");
    assert!(advice(&report, "reachable")[0].contains("openssl s_client -connect 127.0.0.1:"), "{report}");
    let report = Merchant::of(&origin).unwell(&[]);
    assert!(report.contains("the connection broke"), "{report}");
    let (silent, origin) = listen().await;
    let mut merchant = Merchant::of(&origin);
    merchant.set("version = \"v2\"", "version = \"v2\"\ntimeout_ms = 500");
    let report = merchant.unwell(&[]);
    assert!(report.contains("didn't answer within 500 ms"), "{report}");
    merchant.set("timeout_ms = 500", "timeouts_ms = { inquiryPayment = 501 }");
    let report = merchant.unwell(&[]);
    assert!(report.contains("didn't answer within 501 ms"), "{report}");
    drop(silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn http_statuses_lead_to_what_they_mean() {
    for (status, expected) in [
        (302, "`base_url`"),
        (403, "known addresses"),
        (404, "`path_prefix`"),
        (503, "try again"),
        (418, "ask the wallet"),
    ] {
        let report = answering(status, &[], "").await.unwell(&[]);
        assert!(report.contains(&format!("answers with HTTP {status}, not 200")), "{report}");
        assert!(advice(&report, "reachable")[0].contains(expected), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_lead_to_what_they_mean() {
    let refusal = |code: &str| -> &'static str {
        let body =
            format!(r#"{{"result":{{"resultStatus":"F","resultCode":"{code}","resultMessage":"no"}}}}"#);
        Box::leak(body.into_boxed_str())
    };
    for (code, expected) in [
        ("SIGNATURE_INVALID", "fingerprint"),
        ("INVALID_CLIENT", "`client_id`"),
        ("TIMESTAMP_INVALID", "time server"),
        ("NO_INTERFACE_DEF", "`version`"),
        ("ACCESS_DENIED", "allow inquiryPayment"),
    ] {
        let report = answering(200, &[], refusal(code)).await.unwell(&[]);
        assert!(report.contains(&format!("refused: F {code} \"no\"")), "{report}");
        assert!(advice(&report, "our signature")[0].contains(expected), "{code}: {report}");
    }
    let report = answering(401, &[], refusal("INVALID_SIGNATURE")).await.unwell(&[]);
    assert!(report.contains("answers with HTTP 401, not 200"), "{report}");
    assert!(report.contains("refused: F INVALID_SIGNATURE"), "{report}");
    let late = [("date", "Sun, 01 Mar 2020 10:00:00 GMT")];
    let report = answering(200, &late, refusal("INVALID_SIGNATURE")).await.unwell(&[]);
    assert!(advice(&report, "our signature")[0].contains("our clock is off"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_anybody_may_have_written_is_not_believed() {
    let unsigned =
        r#"{"result":{"resultStatus":"F","resultCode":"ORDER_NOT_EXIST","resultMessage":"\u001b[2Jgone"}}"#;
    let report = answering(200, &[], unsigned).await.unwell(&[]);
    assert_eq!(
        (level(&report, "our signature"), level(&report, "its signature")),
        ("warn", "fail"),
        "{report}"
    );
    assert!(report.contains("the answer isn't signed"), "{report}");
    assert!(!report.contains('\u{1b}'), "nothing from outside moves the terminal: {report:?}");
    let page = answering(200, &[(header::CONTENT_TYPE.as_str(), "text/html")], "<html>Welcome</html>").await;
    assert_eq!(level(&page.unwell(&[]), "our signature"), "fail");
    let half =
        answering(200, &[("signature", "algorithm=RSA256, keyVersion=1, signature=AAAA")], unsigned).await;
    let report = half.unwell(&[]);
    assert!(report.contains("Signature, Client-Id or Response-Time is empty"), "{report}");
}
