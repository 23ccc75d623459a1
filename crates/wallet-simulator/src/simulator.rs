//! The running wallet: its books behind a lock, its key, and the doors to clock, chance and network.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use jiff::Timestamp;
use tokio::sync::Notify;
use wallet_api::clock::Clock;
use wallet_api::ids::ClientId;
use wallet_api::keys::{ClientKey, KeyRing, PublicKey, SigningKey};
use wallet_api::operation::result::WireResult;
use wallet_api::profile::WalletProfile;
use wallet_api::random::Rng;
use wallet_api::signature::{CLIENT_ID, RESPONSE_TIME, SIGNATURE, SignedMessage};
use wallet_api::transport::HttpTransport;
use wallet_api::wire::write_result;

use crate::dialect::Dialect;
use crate::gate;
use crate::keys::{self, WalletKeyError};
use crate::notifier::header_map;
use crate::openapi::{Desk, written};
use crate::store::{Store, StoreError};
use crate::transcript::{Direction, Message, Observed, Transcript, Verdict};
use crate::wallet::decide::founding;
use crate::wallet::event::{Event, Merchant};

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
    key: SigningKey,
    wallet_key: String,
    origin: String,
    platform_origin: Option<String>,
    ports: Ports,
    news: Notify,
}

/// A signed request as it came in.
#[derive(Debug)]
pub struct RawRequest {
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub uri: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The exact bytes.
    pub body: Vec<u8>,
}

/// The answer to it; its HTTP status is 200.
#[derive(Debug)]
pub struct RawResponse {
    /// Signed headers, or none.
    pub headers: Vec<(&'static str, String)>,
    /// The exact bytes.
    pub body: Vec<u8>,
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
            key,
            wallet_key,
            origin: config.origin,
            platform_origin: config.platform_origin,
            ports,
            news: Notify::new(),
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

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Wakes the notifier.
    pub(crate) fn news(&self) -> &Notify {
        &self.news
    }

    /// The wallet's public key, PEM.
    pub fn wallet_key(&self) -> &str {
        &self.wallet_key
    }

    pub(crate) fn platform_origin(&self) -> Option<&str> {
        self.platform_origin.as_deref()
    }

    /// Answers a signed request: `bytes -> bytes`, beside what it writes to the journal. Blocks.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses; nothing happened then.
    pub fn answer(&self, request: &RawRequest) -> Result<RawResponse, StoreError> {
        let mut books = self.books();
        let now = books.store.wallet().time(self.ports.clock.now());
        let verified = gate::verify(&books.keys, request);
        let signature = match &verified {
            Ok(_) => Verdict::Valid,
            Err(_) if request.headers.contains_key(SIGNATURE) => Verdict::Invalid,
            Err(_) => Verdict::Unsigned,
        };
        self.record(&observed(request, Direction::In, &request.headers, &request.body, signature, None));
        let (response, signature) = match verified {
            Err((code, message)) => {
                let body = written(write_result(&WireResult::failed(code, message)))?;
                (RawResponse { headers: Vec::new(), body }, Verdict::Unsigned)
            }
            Ok(client_id) => {
                let dialect = books.dialect(&client_id).ok_or(StoreError::Impossible)?;
                let profile = Arc::clone(&dialect);
                let mut desk = Desk {
                    store: &mut books.store,
                    now,
                    rng: self.rng(),
                    origin: &self.origin,
                    client_id: &client_id,
                    dialect,
                };
                let body = desk.answer(&request.uri, &request.body)?;
                (self.sign(request, &profile.profile, body)?, Verdict::Valid)
            }
        };
        drop(books);
        self.news.notify_one();
        let headers = header_map(&response.headers);
        self.record(&observed(request, Direction::Out, &headers, &response.body, signature, Some(200)));
        Ok(response)
    }

    /// Signed with the machine's time, not the wallet's: a merchant's clock doesn't move with a tester's.
    /// `Response-Time` is ISO also where `Request-Time` isn't.
    fn sign(
        &self,
        request: &RawRequest,
        profile: &WalletProfile,
        body: Vec<u8>,
    ) -> Result<RawResponse, StoreError> {
        let time = profile.time_format.in_body().format(self.ports.clock.now());
        let (method, uri) = (request.method.as_str(), request.uri.as_str());
        let client_id = profile.client_id.as_str();
        let message = SignedMessage { method, uri, client_id, time: &time, body: &body };
        let signature = message.sign_as(&self.key, profile.signature_encoding);
        let signature = signature.map_err(|_| StoreError::Impossible)?;
        let headers = vec![(CLIENT_ID, client_id.to_owned()), (RESPONSE_TIME, time), (SIGNATURE, signature)];
        Ok(RawResponse { headers, body })
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

fn observed<'a>(
    request: &'a RawRequest,
    direction: Direction,
    headers: &'a HeaderMap,
    body: &'a [u8],
    signature: Verdict,
    status: Option<u16>,
) -> Observed<'a> {
    Observed { direction, method: &request.method, uri: &request.uri, headers, body, signature, status }
}
