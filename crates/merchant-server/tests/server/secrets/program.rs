//! The program with its key files: neither its log at the most verbose, nor its reports, nor its complaints
//! about files that are no keys tell what is in them.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use merchant_server::vault::DataKey;
use merchant_server::webhooks::Secret;

use super::canaries;
use super::forms::Search;
use crate::support::database::databases::DATA_KEY;
use crate::support::keys;
use crate::support::server::ADMIN_TOKEN;

const CONFIG: &str = r#"
mode = "simulator"
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:8701"
database = "shop.db"
data_keys = { current = "data.key" }
[shop]
payee = "Test Shop"
[log]
filter = "trace"
[operators.maria]
token_file = "token"
[webhooks.erp]
url = "http://127.0.0.1:8799/hooks"
secret_files = ["secret"]
[wallets.test]
private_key_file = "private.pem"
public_keys = [{ version = "1", file = "wallet.pem" }]
[wallets.test.profile]
base_url = "http://127.0.0.1:8702"
version = "v2"
client_id = "merchant-test"
app_id = "mini"
cashier_hosts = ["127.0.0.1:8702"]
"#;

/// A file for its owner only.
fn write(folder: &Path, name: &str, text: &str) {
    let mut options = std::fs::OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(folder.join(name)).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}

fn furnished() -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().unwrap();
    let pem = keys::merchant().key().to_pkcs8_pem().unwrap().to_string();
    let wallets = keys::wallet().key().public_key().unwrap().to_pem();
    for (name, text) in [
        ("shop.toml", CONFIG),
        ("data.key", &DataKey::text(&DATA_KEY)),
        ("token", ADMIN_TOKEN),
        ("secret", &Secret::text(&[7; 32])),
        ("private.pem", &pem),
        ("wallet.pem", &wallets),
    ] {
        write(folder.path(), name, text);
    }
    folder
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_merchant-server"));
    command
        .args(["--config", "shop.toml"])
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    command
}

/// All that it says until it ends.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = program(folder).args(arguments).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn a_program_that_starts_and_reports_tells_none_of_its_secrets() {
    let folder = furnished();
    let mut server = program(folder.path()).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
    let mut log = String::new();
    for line in BufReader::new(server.stderr.take().unwrap()).lines() {
        log.push_str(&line.unwrap());
        if log.contains("ready") {
            break;
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(log.contains("ready") && log.contains("our_public_key"), "{log}");
    let report = said(folder.path(), &["doctor", "--offline"]);
    assert!(report.contains(&DataKey::new(&DATA_KEY).id().to_string()), "{report}");
    let search = Search::new(&canaries::all());
    for text in [log, report] {
        assert_eq!(search.find(text.as_bytes()), [""; 0], "{text}");
    }
}

#[test]
fn a_file_that_is_no_key_is_named_and_not_told() {
    let search = Search::new(&canaries::all());
    for file in ["data.key", "token", "secret", "private.pem", "wallet.pem"] {
        let folder = furnished();
        write(folder.path(), file, canaries::REFUSED);
        for command in [["serve"].as_slice(), &["doctor", "--offline"]] {
            let complaint = said(folder.path(), command);
            assert_eq!(search.find(complaint.as_bytes()), [""; 0], "{complaint}");
            // `doctor` looks at neither tokens nor webhooks.
            let is_looked_at = command == ["serve"] || !["token", "secret"].contains(&file);
            assert!(!is_looked_at || complaint.contains(file), "{file}: {complaint}");
        }
    }
}
