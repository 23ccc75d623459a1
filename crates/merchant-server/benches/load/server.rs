//! The merchant server under test: the release binary as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use wallet_api::random::SystemRng;

use crate::database::Database;
use crate::process;
use crate::wallet::{CLIENT_ID, Wallet, http};

pub struct Server {
    pub public: String,
    pub database: &'static str,
    admin: String,
    child: Child,
    _folder: TempDir,
}

impl Server {
    /// On an empty database.
    pub async fn start(wallet: &Wallet, database: &Database) -> Self {
        let folder = TempDir::new().unwrap();
        database.empty();
        let (public, admin) = (free_address(), free_address());
        configure(folder.path(), wallet, &database.address(), &public, &admin);
        let import = program(folder.path()).args(["catalog", "import", "catalog.json"]).output().unwrap();
        assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
        let mut child = program(folder.path()).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(log.any(|line| line.unwrap().contains("ready")), "the server never got ready");
        // Its log goes on being read, so that it never waits for us.
        std::thread::spawn(move || log.for_each(drop));
        let (public, admin) = (format!("http://{public}"), format!("http://{admin}"));
        Self { public, database: database.name(), admin, child, _folder: folder }
    }

    pub fn cpu(&self) -> Duration {
        process::cpu(self.child.id())
    }

    pub fn memory_mb(&self) -> f64 {
        process::memory_mb(self.child.id())
    }

    /// Resolves once this many long polls are open.
    pub async fn until_waiting(&self, count: usize) {
        let (http, line) = (http(), format!("merchant_long_polls_open {count}"));
        loop {
            let metrics =
                http.get(format!("{}/metrics", self.admin)).send().await.unwrap().text().await.unwrap();
            if metrics.lines().any(|found| found == line) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_merchant-server"));
    command.current_dir(folder).env("MERCHANT_SERVER_CONFIG", "shop.toml").env_remove("DATABASE_URL");
    command
}

fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

fn configure(folder: &Path, wallet: &Wallet, database: &str, public: &str, admin: &str) {
    let host = wallet.origin.strip_prefix("http://").unwrap();
    let config = format!(
        r#"
mode = "simulator"
listen = "{public}"
admin_listen = "{admin}"
public_url = "http://{public}"
database = "{database}"
data_keys = {{ current = "data.key" }}
media_dir = "media"
[shop]
payee = "Bench Shop"
[limits]
address = {{ per_minute = 10000000, burst = 10000000 }}
sessions = {{ per_minute = 10000000, burst = 10000000 }}
customer = {{ per_minute = 10000000, burst = 10000000 }}
[log]
filter = "info"
[wallets.simulator]
private_key_file = "private.pem"
public_keys = [{{ version = "1", file = "wallet.pem" }}]
[wallets.simulator.profile]
preset = "generic-v2"
base_url = "{origin}"
client_id = "{CLIENT_ID}"
app_id = "mini"
product_code = "CASHIER_PAYMENT"
cashier_hosts = ["{host}"]
"#,
        origin = wallet.origin
    );
    std::fs::write(folder.join("shop.toml"), config).unwrap();
    std::fs::write(folder.join("wallet.pem"), &wallet.public_key).unwrap();
    let private = folder.join("private.pem");
    std::fs::write(&private, &wallet.merchant_key).unwrap();
    std::fs::set_permissions(private, std::fs::Permissions::from_mode(0o600)).unwrap();
    merchant_server::config::data_keys::make(&folder.join("data.key"), &SystemRng).unwrap();
    std::fs::create_dir(folder.join("images")).unwrap();
    std::fs::write(folder.join("images/mug.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    std::fs::write(folder.join("catalog.json"), CATALOG).unwrap();
}

/// One mug, and more of it than a run sells.
const CATALOG: &str = r#"{
  "shopName": "Bench Shop",
  "currency": { "code": "PHP", "exponent": 2, "symbol": "₱" },
  "categories": [{ "id": "mugs", "name": "Mugs" }],
  "products": [{
    "id": "mug", "name": "Mug", "categoryId": "mugs", "image": "mug.svg",
    "variants": [{ "sku": "MUG", "price": "42000", "onHand": 1000000 }]
  }]
}"#;
