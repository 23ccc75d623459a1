//! The world's course: what falls due next happens next, and takes no time.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request as HttpRequest;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use jiff::Timestamp;
use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{Customer, PaymentWord, RefundRequestId, Schedule, WalletName, WalletWord};
use merchant_server::app::{App, CallRules, Ports, Settings};
use merchant_server::budgets::RequestLimits;
use merchant_server::config::{ShopRules, Version};
use merchant_server::http::{Peer, public_router};
use merchant_server::jobs::{self, RateLimit};
use merchant_server::metrics::Metrics;
use merchant_server::store::Store as _;
use merchant_server::store::memory::MemoryStore;
use merchant_server::webhooks::Webhooks;
use shop_api::OrderId;
use wallet_api::BoxFuture;
use wallet_api::clock::{Clock, ManualClock};
use wallet_api::random::SeededRng;
use wallet_api::transport::{HttpRequest as Post, HttpResponse, HttpTransport, TransportError};
use wallet_simulator::wallet::decide::RefundOutcome;

use super::audit::{Report, audit};
use super::chance::Chance;
use super::gateway::{Gateway, Notification, Said};
use super::goods::catalog;
use super::wallet::{Request, WalletSide};

/// When the world begins.
const START: Timestamp = Timestamp::constant(1_772_355_600, 0);

/// What happens when its time has come.
pub enum Happening {
    /// The next shopper comes.
    Enters(u64),
    /// A shopper looks at an order again, for so many times already.
    Looks { order: OrderId, customer: Customer, looks: u32 },
    /// An operator gives money back.
    GivesBack(OrderId),
    /// A request reaches the wallet that nobody waits for any more.
    Arrives(Request),
    /// The wallet decides about a refund.
    Settles(RefundRequestId),
    /// A notification that was under way for long is heard.
    Hears(Notification),
}

/// What is going to happen, in order.
pub struct Agenda {
    clock: Arc<ManualClock>,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    /// How many there ever were: what is to happen at the same time happens in the order in which it was written down.
    made: u64,
    waiting: BTreeMap<(Timestamp, u64), Happening>,
}

impl Agenda {
    pub fn after(&self, wait: Duration, happening: Happening) {
        let at = self.clock.now() + wait;
        let mut entries = self.entries.lock().unwrap();
        entries.made += 1;
        let number = entries.made;
        entries.waiting.insert((at, number), happening);
    }

    fn next(&self) -> Option<Timestamp> {
        self.entries.lock().unwrap().waiting.first_key_value().map(|((at, _), _)| *at)
    }

    fn take_due(&self) -> Option<Happening> {
        let mut entries = self.entries.lock().unwrap();
        let first = entries.waiting.first_entry()?;
        (first.key().0 <= self.clock.now()).then(|| first.remove())
    }
}

pub struct World {
    pub app: Arc<App>,
    pub wallet: Arc<WalletSide>,
    pub chance: Arc<Chance>,
    pub agenda: Arc<Agenda>,
    /// How many shoppers come.
    pub shoppers: u64,
    clock: Arc<ManualClock>,
    router: TowerToHyperService<Router>,
    orders: Mutex<Vec<OrderId>>,
    times: Mutex<BTreeMap<&'static str, u64>>,
}

impl World {
    /// Plays until nothing is left to happen, and audits what came of it.
    pub fn run(seed: u64, shoppers: u64) -> Report {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let world = Self::begin(seed, shoppers).await;
            world.agenda.after(Duration::ZERO, Happening::Enters(1));
            world.play().await;
            audit(&world).await
        })
    }

    async fn begin(seed: u64, shoppers: u64) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let chance = Arc::new(Chance::of(seed));
        let wallet = Arc::new(WalletSide::new(Arc::clone(&clock), seed.is_multiple_of(2)));
        let agenda = Arc::new(Agenda { clock: Arc::clone(&clock), entries: Mutex::default() });
        let gateway =
            Gateway { wallet: Arc::clone(&wallet), chance: Arc::clone(&chance), agenda: Arc::clone(&agenda) };
        let store = MemoryStore::default();
        store.import_catalog(goods(shoppers), true).await.unwrap();
        let as_clock: Arc<dyn Clock> = clock.clone();
        let ports = Ports {
            store: Arc::new(store),
            wallets: Arc::new(gateway),
            clock: as_clock,
            rng: Arc::new(SeededRng::new(seed)),
            webhooks: Webhooks::new(Vec::new(), Arc::new(NoNetwork)),
            metrics: Arc::new(Metrics::default()),
        };
        let app = App::start(ports, settings()).await.unwrap();
        let router = TowerToHyperService::new(public_router(Arc::clone(&app)));
        let (orders, times) = (Mutex::default(), Mutex::default());
        Self { app, wallet, chance, agenda, shoppers, clock, router, orders, times }
    }

    async fn play(&self) {
        let mut still = 0;
        while let Some(next) = self.next().await {
            let now = self.clock.now();
            still = if next > now { 0 } else { still + 1 };
            assert!(still < 1_000, "the world stands still at {now}");
            self.clock.advance(next.duration_since(now).try_into().unwrap_or_default());
            for word in self.wallet.due() {
                self.notify(&word).await;
            }
            jobs::run_due(&self.app).await.unwrap();
            while let Some(happening) = self.agenda.take_due() {
                self.happens(happening).await;
            }
        }
    }

    async fn next(&self) -> Option<Timestamp> {
        let job = self.app.store.next_job_at().await.unwrap();
        let job = job.map(|due| Timestamp::from_millisecond(due.0 as i64).unwrap());
        [job, self.agenda.next(), self.wallet.next_due()].into_iter().flatten().min()
    }

    async fn happens(&self, happening: Happening) {
        match happening {
            Happening::Enters(number) => self.enters(number).await,
            Happening::Looks { order, customer, looks } => self.looks(order, customer, looks).await,
            Happening::GivesBack(order) => self.gives_back(&order).await,
            Happening::Arrives(request) => {
                self.count("a request arrived late");
                drop(self.wallet.carry_out(&request));
            }
            Happening::Settles(refund) => {
                let Some(refund) = self.wallet.unsettled(&refund) else { return };
                let fails = self.chance.one_in(8);
                self.count(if fails {
                    "a refund failed after it was accepted"
                } else {
                    "a refund took hours"
                });
                let failed = || RefundOutcome::Fails { reason: "the account is closed".to_owned() };
                self.wallet.settle(&refund, if fails { failed() } else { RefundOutcome::Succeeds });
            }
            Happening::Hears(notification) => {
                self.count("a notification came late");
                self.tell(&notification).await;
            }
        }
    }

    /// The wallet tells how a payment ended, and the wire does with it what it likes.
    async fn notify(&self, word: &WalletWord) {
        let notification = signed(word);
        let payment = word.payment_id.as_ref().unwrap();
        let is_acknowledged = match self.chance.below(10) {
            0 => false,
            1 => {
                let wait = self.chance.seconds(7_200);
                self.agenda.after(wait, Happening::Hears(notification));
                false
            }
            2 => {
                self.count("a notification came twice");
                self.tell(&notification).await & self.tell(&notification).await
            }
            3 => {
                self.count("an acknowledgement was lost");
                self.tell(&notification).await;
                false
            }
            _ => self.tell(&notification).await,
        };
        self.wallet.tried(payment, is_acknowledged);
    }

    /// Posts a notification to the server; whether it was acknowledged.
    pub async fn tell(&self, notification: &Notification) -> bool {
        let body = Body::from(serde_json::to_vec(notification).unwrap());
        let mut request = HttpRequest::post("/wallet/test/notifyPayment").body(body).unwrap();
        request.extensions_mut().insert(Peer(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))));
        let response = self.router.call(request).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 1_024).await.unwrap();
        assert_eq!(status.as_u16() == 401, !notification.is_signed);
        status.is_success() && body == b"S"[..]
    }

    pub fn ordered(&self, order: &OrderId) {
        self.orders.lock().unwrap().push(order.clone());
    }

    pub fn orders(&self) -> Vec<OrderId> {
        self.orders.lock().unwrap().clone()
    }

    pub fn count(&self, what: &'static str) {
        *self.times.lock().unwrap().entry(what).or_default() += 1;
    }

    pub fn times(&self) -> BTreeMap<&'static str, u64> {
        self.times.lock().unwrap().clone()
    }

    pub fn duration(&self) -> Duration {
        self.clock.now().duration_since(START).unsigned_abs()
    }
}

fn signed(word: &WalletWord) -> Notification {
    let said = match word.word {
        PaymentWord::Success => Said::Paid,
        PaymentWord::Fail { .. } => Said::Failed,
        PaymentWord::Cancelled => Said::Cancelled,
        PaymentWord::Pending { .. } | PaymentWord::NotExist => unreachable!("it has ended"),
    };
    Notification {
        is_signed: true,
        payment_request_id: word.payment_request_id.clone().unwrap(),
        payment_id: word.payment_id.as_ref().unwrap().as_str().to_owned(),
        value: word.amount.as_ref().unwrap().0.value(),
        said,
    }
}

/// Nobody is told of anything over the network.
struct NoNetwork;

impl HttpTransport for NoNetwork {
    fn post(&self, _request: Post) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async { Err(TransportError::NotSent) })
    }
}

fn settings() -> Settings {
    let wallet = WalletName("test".into());
    let limit = RateLimit { per_minute: 1_000_000, burst: 1_000_000 };
    Settings {
        public_url: "https://shop.example".to_owned(),
        minimum_client_version: Version(0, 1, 0),
        shop: ShopRules {
            payee: "Shop".into(),
            merchant_id: "shop".into(),
            merchant_mcc: "5999".into(),
            quote_lifetime_millis: 600_000,
            payment_window_millis: 900_000,
            session_lifetime_millis: 3_600_000,
            max_open_orders: 10,
            max_quantity_per_line: 50,
        },
        sites: Vec::new(),
        currencies: Vec::new(),
        client_address_header: None,
        limits: RequestLimits::NONE,
        default_wallet: wallet.clone(),
        keep_personal_data_millis: None,
        media_dir: PathBuf::from("media"),
        calls: BTreeMap::from([(wallet, CallRules { schedule: Schedule::default(), limit })]),
    }
}

/// Enough mugs for everybody, and not enough tea.
pub fn goods(shoppers: u64) -> StoredCatalog {
    let units = |units: u64| u32::try_from(units).unwrap();
    catalog(&[("TEA", 1_000, units(shoppers / 2)), ("MUG", 500, units(shoppers * 2))])
}
