//! Running the program in a folder of the test's own, and what it says.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub const CONFIG: &str = r#"
mode = "simulator"
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:8701"
database = "shop.db"
media_dir = "media"
[shop]
payee = "Test Shop"
[wallets.simulator]
private_key_file = "keys/merchant-private.pem"
public_keys = [{ version = "1", file = "wallet/merchant-public.pem" }]
[wallets.simulator.profile]
base_url = "http://127.0.0.1:8702"
version = "v2"
client_id = "merchant-local"
app_id = "mini"
cashier_hosts = ["127.0.0.1:8702"]
"#;

pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_merchant-server"));
    command.current_dir(folder).env("MERCHANT_SERVER_CONFIG", "shop.toml").env_remove("DATABASE_URL");
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Runs it with these bytes on standard input.
pub fn fed(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = program(folder);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses before it reads closes the pipe, which is no failure of the test's.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What it says on success.
pub fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What it complains about.
pub fn complained(folder: &Path, arguments: &[&str]) -> String {
    complaint(&run(folder, arguments))
}

/// What it complained about.
pub fn complaint(output: &Output) -> String {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{stdout}{stderr}");
    stderr
}

pub fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("shop.toml"), CONFIG).unwrap();
    folder
}
