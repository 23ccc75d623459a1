//! Keys, catalogue, orders, serving.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::program::{CONFIG, complained, folder, said};

fn sample() -> String {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    samples.join("amihan-coffee-php.json").display().to_string()
}

#[test]
fn keys_are_made_once_and_for_their_owner_only() {
    let folder = folder();
    let made = said(folder.path(), &["keys", "generate", "--out", "keys"]);
    assert!(made.contains("fingerprint"), "{made}");
    let private = folder.path().join("keys/merchant-private.pem");
    let before = std::fs::read(&private).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(complained(folder.path(), &["keys", "generate", "--out", "keys"]).contains("exists"));
    assert_eq!(std::fs::read(&private).unwrap(), before);
}

#[test]
fn a_data_key_is_made_under_a_new_name_each_time_and_told_by_its_fingerprint() {
    let folder = folder();
    let generate = ["keys", "generate", "--kind", "data", "--out", "keys"];
    let (first, second) = (said(folder.path(), &generate), said(folder.path(), &generate));
    assert_ne!(first, second);
    assert_eq!(std::fs::read_dir(folder.path().join("keys")).unwrap().count(), 2, "no older key was touched");
    for entry in std::fs::read_dir(folder.path().join("keys")).unwrap() {
        let file = entry.unwrap().path();
        let key = std::fs::read_to_string(&file).unwrap();
        assert!(!first.contains(key.trim()) && !second.contains(key.trim()), "{first}{second}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}

#[test]
fn a_database_is_made_with_its_data_key_and_does_not_open_without_it() {
    let folder = folder();
    said(folder.path(), &["migrate"]);
    let (database, key) = (folder.path().join("shop.db"), folder.path().join("shop.db.data-key"));
    assert!(database.exists() && key.exists());
    std::fs::rename(&key, folder.path().join("lost")).unwrap();
    for command in [["orders", "list"].as_slice(), &["migrate"], &["catalog", "import", &sample()]] {
        let error = complained(folder.path(), command);
        assert!(error.contains("put the key back from its backup"), "{command:?}: {error}");
    }
    assert!(!key.exists(), "none is made in its place");
    said(folder.path(), &["keys", "generate", "--kind", "data", "--out", "new"]);
    let new = std::fs::read_dir(folder.path().join("new")).unwrap().next().unwrap().unwrap().path();
    std::fs::rename(new, &key).unwrap();
    said(folder.path(), &["orders", "list"]);
    said(folder.path(), &["books", "balance"]);
    std::fs::rename(folder.path().join("lost"), &key).unwrap();
    said(folder.path(), &["orders", "list"]);
}

#[test]
fn a_catalogue_is_imported_and_reported() {
    let folder = folder();
    assert!(said(folder.path(), &["migrate"]).contains("schema 0 -> "));
    assert!(said(folder.path(), &["migrate"]).contains("already"));
    let first = said(folder.path(), &["catalog", "import", &sample()]);
    assert!(first.contains("0 kept, 0 removed"), "{first}");
    let again = said(folder.path(), &["catalog", "import", &sample()]);
    assert!(again.contains("0 added") && again.contains("0 removed"), "{again}");
    assert!(
        said(folder.path(), &["catalog", "import", "--if-empty", &sample()]).contains("nothing was changed")
    );
    let missing = complained(folder.path(), &["catalog", "import", "nowhere.json"]);
    assert!(missing.contains("nowhere.json") && missing.contains("catalog_unreadable"), "{missing}");
}

#[test]
fn orders_that_arent_there_are_named() {
    let folder = folder();
    assert!(complained(folder.path(), &["orders", "list"]).contains("shop.db"));
    said(folder.path(), &["migrate"]);
    assert_eq!(said(folder.path(), &["orders", "list", "--json"]).trim(), "[]");
    assert!(complained(folder.path(), &["orders", "show", "o-1"]).contains("there is no order o-1"));
}

#[test]
fn a_wrong_configuration_stops_the_server_with_one_clear_line() {
    let folder = folder();
    std::fs::write(folder.path().join("shop.toml"), CONFIG.replace("payee", "pyee")).unwrap();
    let error = complained(folder.path(), &["serve"]);
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains("shop.toml, line 9, key `shop.pyee`"), "{error}");
    let missing = complained(folder.path(), &["--config", "other.toml", "serve"]);
    assert!(missing.contains("other.toml"), "{missing}");
    std::fs::write(folder.path().join("shop.toml"), CONFIG).unwrap();
    let keyless = complained(folder.path(), &["serve"]);
    assert!(keyless.contains("keys generate"), "{keyless}");
}

#[test]
fn the_server_starts_and_stops_within_two_seconds_of_a_signal() {
    let folder = folder();
    said(folder.path(), &["keys", "generate", "--out", "keys"]);
    // Any key but our own will do for the wallet's.
    said(folder.path(), &["keys", "generate", "--out", "wallet"]);
    // `timeout` passes the signal on, and kills the server if that isn't enough: the exit code tells.
    let program = env!("CARGO_BIN_EXE_merchant-server");
    let mut server = Command::new("timeout")
        .args(["--kill-after=2", "60", program, "--config", "shop.toml", "serve"])
        .current_dir(folder.path())
        .env_remove("DATABASE_URL")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(server.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains("ready")), "the server never got ready");
    let killed = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert!(server.wait().unwrap().success());
}
