//! Ports that are watched: every durable write and every call to the wallet, just before and just after; and
//! the watch that ends the process at the one that was chosen.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use axum::http::HeaderMap;
use merchant_core::books::Balance;
use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{
    CancelAnswer, Customer, JobKey, Order, PayAnswer, PaymentRequestId, RefundAnswer, RefundRequestId,
    RefundWord, Sending, StoredCall, WalletName,
};
use merchant_core::pricing::Dealings;
use merchant_server::app::Ports;
use merchant_server::evidence::Wire;
use merchant_server::reconcile::Period;
use merchant_server::store::{
    Claimed, Commit, Committed, Counts, DealingsQuestion, Forgotten, Imported, InboxEntry, Job, JobToken,
    KeptMessage, MessageEnd, MessagePage, MessageRow, OrderPage, OrderSummary, QuoteRow, SessionRow,
    StatedRow, Store, StoreError, Story, Swept, Unstated,
};
use merchant_server::wallet::{
    AckVerdict, Acknowledgement, BelievedNotification, CantAsk, InquiryReply, NotBelieved, PayFacts,
    Question, RefundFacts, TokenReply, Told, WalletGateway,
};
use rustix::process::{Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};
use shop_api::{AmountProblem, AttemptId, MinorUnits, OrderId, QuoteId, Sku, Timestamp};

use super::child::{STOPPED, say};

/// A call that is about to happen, or has happened.
pub struct Call {
    pub what: &'static str,
    /// The bytes that a write keeps, or that a call sends.
    pub bytes: Option<Vec<u8>>,
}

/// Sees every call twice.
pub trait Watch: Send + Sync + 'static {
    fn before(&self, call: &Call);
    fn after(&self, call: &Call);
}

/// The ports, with somebody watching them.
pub fn watched(ports: Ports, watch: Arc<dyn Watch>) -> Ports {
    Ports {
        store: Arc::new(WatchedStore { inner: ports.store, watch: Arc::clone(&watch) }),
        wallets: Arc::new(WatchedWallet { inner: ports.wallets, watch }),
        ..ports
    }
}

/// What happens to a process at one of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Nothing.
    Lives,
    /// It dies at this call, as the kernel kills.
    DiesAt(u64),
    /// It stands still at this call, until its parent lets it go on.
    StopsAt(u64),
}

/// Counts calls, and does to the process what is its fate.
pub struct Fuse {
    passed: AtomicU64,
    fate: Fate,
}

impl Fuse {
    pub fn new(fate: Fate) -> Arc<Self> {
        Arc::new(Self { passed: AtomicU64::new(0), fate })
    }

    fn burn(&self, when: &str, what: &str) {
        let number = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        match self.fate {
            Fate::DiesAt(at) if at == number => {
                say(&format!("killed {when} {what}"));
                // Nothing is flushed, no destructor runs.
                kill_process(getpid(), Signal::KILL).unwrap();
            }
            Fate::StopsAt(at) if at == number => {
                say(&format!("{STOPPED} {when} {what}"));
                kill_process(getpid(), Signal::STOP).unwrap();
            }
            Fate::Lives | Fate::DiesAt(_) | Fate::StopsAt(_) => {}
        }
    }
}

impl Watch for Fuse {
    fn before(&self, call: &Call) {
        self.burn("before", call.what);
    }

    fn after(&self, call: &Call) {
        self.burn("after", call.what);
    }
}

async fn around<T>(
    watch: &Arc<dyn Watch>,
    what: &'static str,
    bytes: Option<Vec<u8>>,
    call: impl Future<Output = T>,
) -> T {
    let about = Call { what, bytes };
    watch.before(&about);
    let result = call.await;
    watch.after(&about);
    result
}

struct WatchedStore {
    inner: Arc<dyn Store>,
    watch: Arc<dyn Watch>,
}

/// Passes every method on; those that write are watched.
macro_rules! watched_store {
    ({ $($special:tt)* } $($how:ident fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for WatchedStore {
            $($special)*

            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, StoreError> {
                watched_store!(@$how self, $name, self.inner.$name($($argument),*))
            })*
        }
    };
    (@reads $self:ident, $name:ident, $call:expr) => { $call.await };
    (@writes $self:ident, $name:ident, $call:expr) => {
        around(&$self.watch, stringify!($name), None, $call).await
    };
}

watched_store! {
    {
        fn is_shared(&self) -> bool {
            self.inner.is_shared()
        }

        async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
            let bytes = commit.change.new_attempt.as_ref().map(|new| new.pay_request.body.clone());
            around(&self.watch, "commit", bytes, self.inner.commit(commit)).await
        }

        async fn keep_refund_call(
            &self,
            wallet: &WalletName,
            refund: &RefundRequestId,
            call: StoredCall,
        ) -> Result<(), StoreError> {
            let bytes = Some(call.body.clone());
            around(&self.watch, "keep_refund_call", bytes, self.inner.keep_refund_call(wallet, refund, call))
                .await
        }
    }
    reads fn load(order: &OrderId) -> Option<Order>;
    reads fn order_of_quote(quote: &QuoteId) -> Option<OrderId>;
    reads fn orders_of(customer: &Customer, limit: u32) -> Vec<Order>;
    reads fn versions_of(orders: &[OrderId]) -> Vec<(OrderId, u32)>;
    reads fn list_orders(page: OrderPage) -> Vec<OrderSummary>;
    reads fn story(order: &OrderId) -> Story;
    reads fn balances(before: Timestamp) -> Vec<Balance>;
    writes fn claim_messages(endpoint: &str, now: Timestamp, lease_until: Timestamp, limit: u32) -> Vec<Claimed>;
    writes fn end_message(claimed: (i64, u32), end: MessageEnd, answer: String, now: Timestamp) -> bool;
    reads fn next_message_at(endpoint: &str) -> Option<Timestamp>;
    reads fn list_messages(page: MessagePage) -> Vec<MessageRow>;
    writes fn resend_message(id: &str, endpoint: Option<&str>, now: Timestamp) -> u64;
    writes fn import_rows(wallet: &WalletName, rows: Vec<StatedRow>, now: Timestamp) -> Vec<bool>;
    reads fn find_payment(
        wallet: &WalletName,
        payment_request_id: Option<&str>,
        payment_id: Option<&str>
    ) -> Option<(OrderId, AttemptId)>;
    reads fn unstated(wallet: &WalletName, period: Period, limit: u32) -> Vec<Unstated>;
    writes fn put_job(job: JobKey, due: Timestamp) -> ();
    writes fn keep_wire(order: &OrderId, wire: Wire) -> ();
    reads fn wire(order: &OrderId) -> Vec<KeptMessage>;
    reads fn find_attempt(wallet: &WalletName, request: &PaymentRequestId) -> Option<(OrderId, AttemptId)>;
    reads fn pay_request(attempt: &AttemptId) -> Option<StoredCall>;
    reads fn refund_call(wallet: &WalletName, refund: &RefundRequestId) -> Option<StoredCall>;
    writes fn record_notification(entry: InboxEntry) -> ();
    writes fn claim_jobs(now: Timestamp, lease_until: Timestamp, limit: u32) -> Vec<Job>;
    reads fn next_job_at() -> Option<Timestamp>;
    writes fn release_leases(now: Timestamp) -> ();
    writes fn hand_back(jobs: &[JobToken], now: Timestamp) -> ();
    writes fn finish_job(job: &JobToken) -> ();
    writes fn put_off_job(job: &JobToken, due: Timestamp) -> ();
    reads fn catalog() -> Option<StoredCatalog>;
    reads fn catalog_of(skus: &[Sku]) -> Option<StoredCatalog>;
    writes fn import_catalog(catalog: StoredCatalog, if_empty: bool) -> Imported;
    writes fn add_session(session: SessionRow) -> ();
    reads fn session(token_hash: [u8; 32]) -> Option<SessionRow>;
    writes fn add_quote(quote: QuoteRow) -> ();
    reads fn quote(id: &QuoteId) -> Option<QuoteRow>;
    reads fn erasable(before: Timestamp, limit: u32) -> Vec<OrderId>;
    reads fn order_ids_of(customer: &Customer) -> Vec<OrderId>;
    writes fn forget_customer(customer: &Customer) -> Forgotten;
    writes fn sweep(before: Timestamp) -> Swept;
    writes fn secret(name: &'static str, fresh: Vec<u8>) -> Vec<u8>;
    reads fn dealings(asked: DealingsQuestion) -> Dealings;
    reads fn counts(now: Timestamp) -> Counts;
    reads fn check() -> ();
}

struct WatchedWallet {
    inner: Arc<dyn WalletGateway>,
    watch: Arc<dyn Watch>,
}

#[async_trait]
impl WalletGateway for WatchedWallet {
    fn prepare_pay(
        &self,
        facts: &PayFacts<'_>,
        payment_request_id: &PaymentRequestId,
    ) -> Result<StoredCall, CantAsk> {
        self.inner.prepare_pay(facts, payment_request_id)
    }

    fn amount_problem(&self, wallet: &WalletName, total: MinorUnits) -> Option<AmountProblem> {
        self.inner.amount_problem(wallet, total)
    }

    async fn pay(&self, wallet: &WalletName, request: &StoredCall, sending: Sending) -> Told<PayAnswer> {
        around(&self.watch, "pay", Some(request.body.clone()), self.inner.pay(wallet, request, sending)).await
    }

    async fn inquire(&self, wallet: &WalletName, question: &Question) -> Told<InquiryReply> {
        around(&self.watch, "inquire", None, self.inner.inquire(wallet, question)).await
    }

    async fn cancel(
        &self,
        wallet: &WalletName,
        payment_request_id: &PaymentRequestId,
        sending: Sending,
    ) -> Told<CancelAnswer> {
        around(&self.watch, "cancel", None, self.inner.cancel(wallet, payment_request_id, sending)).await
    }

    fn prepare_refund(&self, facts: &RefundFacts<'_>) -> Result<StoredCall, CantAsk> {
        self.inner.prepare_refund(facts)
    }

    async fn refund(
        &self,
        wallet: &WalletName,
        request: &StoredCall,
        sending: Sending,
    ) -> Told<RefundAnswer> {
        around(&self.watch, "refund", Some(request.body.clone()), self.inner.refund(wallet, request, sending))
            .await
    }

    async fn inquire_refund(&self, facts: &RefundFacts<'_>) -> Told<RefundWord> {
        around(&self.watch, "inquire_refund", None, self.inner.inquire_refund(facts)).await
    }

    async fn apply_token(&self, wallet: &WalletName, auth_code: &str) -> TokenReply {
        around(&self.watch, "apply_token", None, self.inner.apply_token(wallet, auth_code)).await
    }

    fn read_notification(
        &self,
        wallet: &WalletName,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<BelievedNotification, NotBelieved> {
        self.inner.read_notification(wallet, headers, body)
    }

    fn acknowledge(&self, wallet: &WalletName, verdict: AckVerdict) -> Option<Acknowledgement> {
        self.inner.acknowledge(wallet, verdict)
    }
}
