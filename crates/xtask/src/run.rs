//! `run`: the whole system on this machine, until Ctrl-C.
//!
//! In: a first port, a folder for data, a sample catalogue. Out: platform simulator on N, merchant
//! server on N+1 (admin on N+3), wallet simulator on N+2, all on loopback. Standard output says the
//! address first and `ready` when all three answer; everything else goes to standard error.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use clap::{Args, ValueEnum};

use crate::{
    build,
    process::{self, Service},
    setup,
    shell::{self, Failure, note},
};

/// The first of the four ports, unless told otherwise.
pub const DEFAULT_PORT: u16 = 8700;
/// How many ports in a row a run takes.
pub const PORTS: u16 = 4;

/// How the merchant is known to the simulated wallet; simulator/merchant-server.toml says the same.
const CLIENT_ID: &str = "SIMULATED_MERCHANT";
const APP_ID: &str = "SIMULATED_MINI_PROGRAM";

/// How long a process may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// What a run can be told.
#[derive(Args)]
pub struct RunArgs {
    /// First of four ports in a row, all on 127.0.0.1.
    #[arg(long, default_value_t = DEFAULT_PORT, value_parser = clap::value_parser!(u16).range(1024..=65532))]
    port: u16,
    /// Forget orders, balances and keys of earlier runs.
    #[arg(long)]
    fresh: bool,
    /// Which sample shop.
    #[arg(long, value_enum, default_value_t = SampleCatalog::Coffee)]
    catalog: SampleCatalog,
    /// Which wallet the simulator plays: how it spells its OpenAPI.
    #[arg(long, value_enum, default_value_t = Wallet::GenericV2)]
    wallet: Wallet,
    /// Where orders, balances and keys are kept between runs. Default: var/ and the catalogue's name, with
    /// the wallet's behind it unless that is the default too.
    #[arg(long)]
    data: Option<PathBuf>,
}

/// The wallets whose profiles come with crates/wallet-api.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Wallet {
    /// Any wallet that speaks version 1 as documented.
    GenericV1,
    /// Any wallet that speaks version 2 as documented.
    GenericV2,
    /// GCash.
    Gcash,
    /// Touch 'n Go.
    TouchNGo,
    /// Super Qi.
    SuperQi,
    /// Antom.
    Antom,
    /// DANA and its names.
    Dana,
}

impl Wallet {
    /// The profile's name.
    fn preset(self) -> &'static str {
        match self {
            Self::GenericV1 => "generic-v1",
            Self::GenericV2 => "generic-v2",
            Self::Gcash => "gcash",
            Self::TouchNGo => "touch-n-go",
            Self::SuperQi => "super-qi",
            Self::Antom => "antom",
            Self::Dana => "dana",
        }
    }

    /// What `my.getSiteInfo` says in it.
    fn site_name(self) -> &'static str {
        match self {
            Self::GenericV1 | Self::GenericV2 | Self::Gcash => "GCASH",
            Self::TouchNGo => "TNG",
            Self::SuperQi => "SUPERQI",
            Self::Antom => "ALIPAY_HK",
            Self::Dana => "DANA",
        }
    }

    /// What its contract hands out beside client and app id, as keys of the profile.
    fn contract(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::GenericV1 => &[("PARTNER_ID", "SIMULATED_PARTNER"), ("CUSTOMER_BELONGS_TO", "GCASH")],
            Self::GenericV2 => &[("PRODUCT_CODE", "CASHIER_PAYMENT"), ("CUSTOMER_BELONGS_TO", "GCASH")],
            Self::TouchNGo => &[("PARTNER_ID", "SIMULATED_PARTNER")],
            Self::Gcash | Self::SuperQi | Self::Antom | Self::Dana => &[],
        }
    }
}

/// The shops that come with the project.
#[derive(Clone, Copy, ValueEnum)]
enum SampleCatalog {
    /// Coffee, tea and home, Manila; pesos with two decimals.
    Coffee,
    /// Stationery and tea, Kyoto; yen without decimals.
    Stationery,
}

impl SampleCatalog {
    /// The folder under var/ that its data is kept in.
    fn folder(self) -> &'static str {
        match self {
            Self::Coffee => "coffee",
            Self::Stationery => "stationery",
        }
    }

    /// The balance that the tester's panel shows first.
    fn currency(self) -> &'static str {
        match self {
            Self::Coffee => "PHP",
            Self::Stationery => "JPY",
        }
    }

    /// Who gets the money.
    fn payee(self) -> &'static str {
        match self {
            Self::Coffee => "Amihan Coffee & Home",
            Self::Stationery => "Kawabata Paper & Tea",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Coffee => "amihan-coffee-php.json",
            Self::Stationery => "kawabata-paper-jpy.json",
        }
    }
}

/// Starts everything, says `ready`, and stops everything on Ctrl-C or when one process ends by itself.
pub fn start(root: &Path, args: &RunArgs) -> Result<(), Failure> {
    println!("{}", origin(args.port));
    let ports_taken =
        (args.port..args.port + PORTS).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_err());
    if let Some(port) = ports_taken {
        return Err(Failure::check(format!(
            "port {port} is taken: stop what listens there, or choose four other ports with --port"
        )));
    }
    setup::ensure_rust()?;
    setup::ensure_node_modules(root)?;
    build::build_all(root)?;
    let place = Place::prepare(root, args)?;
    let services = place.services(root)?;
    process::run_until_stopped(services, START_TIMEOUT, || println!("ready"))
}

fn origin(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// The variable that overrides a key of the simulated wallet in simulator/merchant-server.toml.
fn wallet_variable(key: &str) -> String {
    format!("MERCHANT_SERVER__WALLETS__SIMULATOR__{key}")
}

/// Under var/: what one wallet has in its books means nothing to another.
fn folder(args: &RunArgs) -> String {
    let catalog = args.catalog.folder();
    match args.wallet {
        Wallet::GenericV2 => catalog.to_owned(),
        other => format!("{catalog}-{}", other.preset()),
    }
}

/// Where this run lives: ports, folders, programs.
struct Place {
    port: u16,
    catalog: SampleCatalog,
    played: Wallet,
    merchant: PathBuf,
    wallet: PathBuf,
    programs: PathBuf,
}

impl Place {
    fn prepare(root: &Path, args: &RunArgs) -> Result<Self, Failure> {
        let data = args.data.clone().unwrap_or_else(|| root.join("var").join(folder(args)));
        if args.fresh && data.exists() {
            fs::remove_dir_all(&data).map_err(|source| Failure::io("empty", &data, source))?;
        }
        let place = Self {
            port: args.port,
            catalog: args.catalog,
            played: args.wallet,
            merchant: data.join("merchant-server"),
            wallet: data.join("wallet-simulator"),
            programs: build::programs()?,
        };
        for folder in [&place.merchant, &place.wallet] {
            fs::create_dir_all(folder).map_err(|source| Failure::io("create", folder, source))?;
        }
        Ok(place)
    }

    /// In the order in which they must start: the wallet makes its keys before the server reads them.
    fn services(&self, root: &Path) -> Result<Vec<Service>, Failure> {
        self.make_merchant_keys()?;
        self.make_operator_token()?;
        self.register_merchant()?;
        Ok(vec![self.wallet_simulator(root), self.merchant_server(root), self.platform_simulator(root)])
    }

    fn make_merchant_keys(&self) -> Result<(), Failure> {
        let keys = self.merchant.join("keys");
        if keys.exists() {
            return Ok(());
        }
        note("making the merchant's keys");
        let mut command = Command::new(self.programs.join("merchant-server"));
        shell::run(command.args(["keys", "generate", "--out"]).arg(keys).stdout(Stdio::null()))
    }

    /// Operators of this run read it here; it is as unguessable as a real one.
    fn make_operator_token(&self) -> Result<(), Failure> {
        let file = self.merchant.join("operator-token");
        if file.exists() {
            return Ok(());
        }
        let source = Path::new("/dev/urandom");
        let mut chance = [0; 32];
        fs::File::open(source)
            .and_then(|mut random| random.read_exact(&mut chance))
            .map_err(|error| Failure::io("read", source, error))?;
        fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&file)
            .and_then(|mut token| token.write_all(build::hex(&chance).as_bytes()))
            .map_err(|error| Failure::io("write", &file, error))
    }

    /// What a real wallet learns in its portal: who the merchant is and which key is theirs.
    fn registration(&self) -> PathBuf {
        self.wallet.join("merchant.toml")
    }

    fn register_merchant(&self) -> Result<(), Failure> {
        let key = self.merchant.join("keys/merchant-public.pem");
        let text = format!(
            "clientId = \"{CLIENT_ID}\"\nappId = \"{APP_ID}\"\nprofile = {:?}\npublicKeyFile = {:?}\n",
            self.played.preset(),
            key.display().to_string()
        );
        let file = self.registration();
        fs::write(&file, text).map_err(|source| Failure::io("write", &file, source))
    }

    fn wallet_simulator(&self, root: &Path) -> Service {
        let mut command = Command::new(self.programs.join("wallet-simulator"));
        command
            .args([
                "serve",
                "--port",
                &(self.port + 2).to_string(),
                "--platform-origin",
                &origin(self.port),
                "--data",
            ])
            .arg(&self.wallet)
            .arg("--merchant")
            .arg(self.registration())
            .current_dir(root);
        Service::new("wallet simulator", command, self.port + 2)
    }

    fn merchant_server(&self, root: &Path) -> Service {
        let catalog = root.join("crates/merchant-server/samples").join(self.catalog.file());
        let mut serve = self.merchant_command(root);
        serve.arg("serve");
        let mut import = self.merchant_command(root);
        import.args(["catalog", "import", "--if-empty"]).arg(&catalog).stdout(Stdio::null());
        Service::new("merchant server", serve, self.port + 1).after(import)
    }

    fn merchant_command(&self, root: &Path) -> Command {
        let wallet_key = self.wallet.join("wallet-public.pem").display().to_string();
        let mut command = Command::new(self.programs.join("merchant-server"));
        command
            .arg("--config")
            .arg(root.join("simulator/merchant-server.toml"))
            .env("MERCHANT_SERVER__LISTEN", format!("127.0.0.1:{}", self.port + 1))
            .env("MERCHANT_SERVER__ADMIN_LISTEN", format!("127.0.0.1:{}", self.port + 3))
            .env("MERCHANT_SERVER__OPERATORS__TESTER__TOKEN_FILE", self.merchant.join("operator-token"))
            .env("MERCHANT_SERVER__OPERATORS__TESTER__SCOPES", r#"["read", "refund"]"#)
            .env("MERCHANT_SERVER__PUBLIC_URL", origin(self.port + 1))
            .env("MERCHANT_SERVER__DATABASE", self.merchant.join("merchant-server.db"))
            .env("MERCHANT_SERVER__MEDIA_DIR", self.merchant.join("media"))
            .env("MERCHANT_SERVER__SHOP__PAYEE", self.catalog.payee())
            .env(wallet_variable("PRIVATE_KEY_FILE"), self.merchant.join("keys/merchant-private.pem"))
            .env(wallet_variable("PUBLIC_KEYS"), format!("[{{ version = \"1\", file = {wallet_key:?} }}]"))
            .env(wallet_variable("SITE_NAMES"), format!("[{:?}]", self.played.site_name()))
            .envs(
                self.played
                    .contract()
                    .iter()
                    .map(|(key, value)| (wallet_variable(&format!("PROFILE__{key}")), format!("{value:?}"))),
            )
            .env(wallet_variable("PROFILE__PRESET"), self.played.preset())
            .env(wallet_variable("PROFILE__BASE_URL"), origin(self.port + 2))
            .env(wallet_variable("PROFILE__CASHIER_HOSTS"), format!("[\"127.0.0.1:{}\"]", self.port + 2))
            .current_dir(root);
        command
    }

    fn platform_simulator(&self, root: &Path) -> Service {
        let mut command = Command::new("node");
        command
            .arg("simulator/server.mjs")
            .args(["--port", &self.port.to_string()])
            .args(["--merchant", &origin(self.port + 1), "--wallet", &origin(self.port + 2)])
            .args(["--miniprogram", "miniprogram"])
            .args(["--currency", self.catalog.currency()])
            .args(["--site-name", self.played.site_name()])
            .args(["--launch-query", &format!("server={}", origin(self.port + 1))])
            .stdout(std::io::stderr())
            .current_dir(root);
        Service::new("platform simulator", command, self.port)
    }
}
