//! The running wallet: its books behind a lock, its key, and the doors to clock, chance and network.

mod answer;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use wallet_api::clock::Clock;
use wallet_api::ids::ClientId;
use wallet_api::keys::{ClientKey, KeyError, KeyRing, PrivateKey, PublicKey, Signer as _, SigningKey};
use wallet_api::random::Rng;
use wallet_api::transport::HttpTransport;

use crate::dialect::Dialect;
use crate::faults::kind::SignatureFlaw;
use crate::faults::{self, Faults};
use crate::keys::{self, WalletKeyError};
use crate::seal::{Letter, Sealed};
use crate::store::{Store, StoreError};
use crate::transcript::{Message, Observed, Transcript};
use crate::wallet::decide::founding;
use crate::wallet::event::{Event, Merchant};

pub use self::answer::{RawRequest, RawResponse, Reply};

/// What a simulator is started with.
#[derive(Debug)]
pub struct Config {
    /// Where keys and journal live; made if missing.
    pub data: PathBuf,
    /// Where this simulator is reached: `http://127.0.0.1:8702`.
    pub origin: String,
    /// Who may put the cashier in a frame and is told how it ended; nobody if absent.
    pub platform_origin: Option<String>,
    /// Merchants known from the start.
    pub merchants: Vec<Merchant>,
}

/// Where time, chance and network come from.
#[derive(Clone)]
pub struct Ports {
    /// The machine's time.
    pub clock: Arc<dyn Clock>,
    /// For ids, codes and logins.
    pub rng: Arc<dyn Rng>,
    /// For notifications.
    pub transport: Arc<dyn HttpTransport>,
}

/// Why a simulator can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder can't be made.
    #[error("{path}: {source}")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The wallet has no keys.
    #[error(transparent)]
    Key(#[from] WalletKeyError),
    /// The journal can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network refused.
    #[error("the listener failed: {0}")]
    Listener(#[source] std::io::Error),
}

/// What changes: the wallet, and the keys and dialects of its merchants.
pub struct Books {
    pub(crate) store: Store,
    pub(crate) keys: KeyRing,
    dialects: BTreeMap<ClientId, Arc<Dialect>>,
    /// Where the wallet's OpenAPI and cashier stand.
    origin: String,
}

/// The running wallet.
pub struct Simulator {
    books: Mutex<Books>,
    transcript: Mutex<Transcript>,
    faults: Mutex<Faults>,
    key: SigningKey,
    /// The key of somebody who isn't the wallet; made when a fault first needs it.
    stranger: OnceLock<SigningKey>,
    wallet_key: String,
    origin: String,
    platform_origin: Option<String>,
    ports: Ports,
    news: Notify,
    /// Told after every try to notify.
    tried: Notify,
}

impl Simulator {
    /// Loads or makes everything in the data folder.
    ///
    /// # Errors
    /// [`StartError`]
    pub fn open(config: Config, ports: Ports) -> Result<Self, StartError> {
        std::fs::create_dir_all(&config.data)
            .map_err(|source| StartError::Folder { path: config.data.clone(), source })?;
        let mut store = Store::open(&config.data)?;
        let key = keys::load_or_make(&config.data)?;
        let public = key.key().public_key();
        let wallet_key = public
            .map_err(|source| WalletKeyError::Key { path: config.data.join("wallet-private.pem"), source })?
            .to_pem();
        if store.wallet().customers().next().is_none() {
            store.commit(founding())?;
        }
        let new = config
            .merchants
            .into_iter()
            .filter(|merchant| store.wallet().merchant(merchant.client_id.as_str()) != Some(merchant));
        let new = new.map(Event::MerchantRegistered).collect();
        store.commit(new)?;
        let mut books =
            Books { store, keys: KeyRing::new(), dialects: BTreeMap::new(), origin: config.origin.clone() };
        books.load_merchants();
        Ok(Self {
            books: Mutex::new(books),
            transcript: Mutex::default(),
            faults: Mutex::default(),
            key,
            stranger: OnceLock::new(),
            wallet_key,
            origin: config.origin,
            platform_origin: config.platform_origin,
            ports,
            news: Notify::new(),
            tried: Notify::new(),
        })
    }

    /// Works on the books, away from the network's threads, because it writes to disk. `work` gets the
    /// wallet's time. Whatever it changed, the notifier looks at it.
    ///
    /// # Errors
    /// What `work` says.
    pub(crate) async fn with_books<T: Send + 'static>(
        simulator: &Arc<Self>,
        work: impl FnOnce(&mut Books, Timestamp) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let simulator = Arc::clone(simulator);
        let task = tokio::task::spawn_blocking(move || {
            let mut books = simulator.books();
            let now = books.store.wallet().time(simulator.ports.clock.now());
            work(&mut books, now)
        });
        task.await.unwrap_or(Err(StoreError::Impossible))
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn transcript(&self) -> MutexGuard<'_, Transcript> {
        self.transcript.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What testers asked to go wrong. Never held while the books are asked for.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a message for testers.
    pub(crate) fn record(&self, seen: &Observed<'_>) {
        let at = self.ports.clock.now();
        self.transcript().record(at, seen);
    }

    /// The messages after `seq`.
    pub(crate) fn messages(&self, seq: u64) -> Vec<Message> {
        self.transcript().after(seq)
    }

    /// Forgets the messages.
    pub(crate) fn clear_transcript(&self) {
        self.transcript().clear();
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.ports.clock
    }

    pub(crate) fn rng(&self) -> &dyn Rng {
        &*self.ports.rng
    }

    pub(crate) fn transport(&self) -> &dyn HttpTransport {
        &*self.ports.transport
    }

    /// Wakes the notifier.
    pub(crate) fn news(&self) -> &Notify {
        &self.news
    }

    /// Told after every try to notify a merchant.
    pub(crate) fn tried(&self) -> &Notify {
        &self.tried
    }

    /// The wallet's public key, PEM.
    pub fn wallet_key(&self) -> &str {
        &self.wallet_key
    }

    pub(crate) fn platform_origin(&self) -> Option<&str> {
        self.platform_origin.as_deref()
    }

    /// The machine's time, so many seconds off.
    pub(crate) fn shifted(&self, seconds: i64) -> Timestamp {
        let now = self.ports.clock.now();
        now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
    }

    /// Signs what goes out, well or as a fault wants it. Makes the stranger's key when it is first needed,
    /// which takes a moment.
    ///
    /// # Errors
    /// [`KeyError`] when a key refuses.
    pub(crate) fn seal(&self, letter: Letter<'_>, flaw: Option<SignatureFlaw>) -> Result<Sealed, KeyError> {
        match flaw {
            None => letter.seal(&self.key),
            Some(flaw) => faults::signature::seal(letter, &self.key, self.stranger()?, flaw),
        }
    }

    fn stranger(&self) -> Result<&SigningKey, KeyError> {
        if let Some(key) = self.stranger.get() {
            return Ok(key);
        }
        let version = self.key.key_version().clone();
        let key = SigningKey::new(PrivateKey::generate()?, version);
        Ok(self.stranger.get_or_init(|| key))
    }
}

impl Books {
    /// Reads the merchants' keys and profiles anew; both were checked when the merchant was registered.
    pub(crate) fn load_merchants(&mut self) {
        let (mut keys, mut dialects) = (KeyRing::new(), BTreeMap::new());
        for merchant in self.store.wallet().merchants() {
            let client_id = merchant.client_id.clone();
            match (PublicKey::parse(merchant.public_key.as_bytes()), Dialect::of(merchant, &self.origin)) {
                (Ok(key), Ok(dialect)) => {
                    let version = merchant.key_version.clone();
                    keys.insert(ClientKey { client_id: client_id.clone(), version, key });
                    dialects.insert(client_id, Arc::new(dialect));
                }
                (Err(error), _) => tracing::error!(%client_id, %error, "this merchant can't call"),
                (_, Err(error)) => tracing::error!(%client_id, %error, "this merchant can't call"),
            }
        }
        (self.keys, self.dialects) = (keys, dialects);
    }

    /// How the wallet speaks with this merchant.
    pub(crate) fn dialect(&self, client_id: &ClientId) -> Option<Arc<Dialect>> {
        self.dialects.get(client_id).cloned()
    }
}
