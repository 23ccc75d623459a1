//! The port to the database: what the server keeps, and how a decision becomes durable.
//!
//! In: change sets, catalogues, sessions, quotes. Out: what was kept. Every method is one transaction; what
//! it returned is durable. [`sql`] is the implementation for SQL databases, written once; [`sqlite`] and
//! [`postgres`] are the databases under it. [`memory`] is the implementation for tests of whole worlds.

mod database;
mod error;
mod limits;
pub mod memory;
pub mod postgres;
mod records;
pub mod sql;
pub mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use merchant_core::books::Balance;
use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{
    ChangeSet, Customer, JobKey, Order, PaymentRequestId, RefundRequestId, StoredCall, WalletName,
};
use merchant_core::pricing::{CouponCode, Dealings};
use shop_api::{AttemptId, OrderId, QuoteId, Sku, Timestamp};

pub use database::Database;
pub use error::StoreError;
pub use records::{
    Claimed, Counts, Forgotten, ImportReport, Imported, KeptMessage, MessageEnd, MessagePage, MessageRow,
    Migrated, OrderPage, OrderSummary, QuoteRow, SessionRow, StatedRow, StockRow, Story, StoryEvent,
    StoryExchange, StoryJob, Unstated, UnstatedKind,
};

use crate::evidence::Wire;
use crate::reconcile::Period;
use crate::webhooks::Subscriber;

/// What the server asks of a database.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Whether other servers may use the same database: what happens there isn't all this server's doing.
    fn is_shared(&self) -> bool;

    /// The order with all its attempts.
    async fn load(&self, order: &OrderId) -> Result<Option<Order>, StoreError>;

    /// Commits a decision against the version that it was made on (0 for a new order), together with the
    /// notification and the job that led to it.
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError>;

    /// The order that this quote became.
    async fn order_of_quote(&self, quote: &QuoteId) -> Result<Option<OrderId>, StoreError>;

    /// A customer's orders, newest first: all unresolved ones before others, `limit` at most.
    async fn orders_of(&self, customer: &Customer, limit: u32) -> Result<Vec<Order>, StoreError>;

    /// The versions of those of these orders that there are.
    async fn versions_of(&self, orders: &[OrderId]) -> Result<Vec<(OrderId, u32)>, StoreError>;

    /// All orders, newest first, those before `before` only.
    async fn list_orders(&self, page: OrderPage) -> Result<Vec<OrderSummary>, StoreError>;

    /// What happened to an order, oldest first.
    async fn story(&self, order: &OrderId) -> Result<Story, StoreError>;

    /// What stands on every account, of everything posted before `before`. Reads all of it.
    async fn balances(&self, before: Timestamp) -> Result<Vec<Balance>, StoreError>;

    /// Claims an endpoint's messages that are due; `limit` at most.
    async fn claim_messages(
        &self,
        endpoint: &str,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claimed>, StoreError>;

    /// Writes down what became of a claimed message (its number and fence), and what the try brought.
    /// Whether the claim still held.
    async fn end_message(
        &self,
        claimed: (i64, u32),
        end: MessageEnd,
        answer: String,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// When an endpoint's next message falls due.
    async fn next_message_at(&self, endpoint: &str) -> Result<Option<Timestamp>, StoreError>;

    /// Messages, newest first.
    async fn list_messages(&self, page: MessagePage) -> Result<Vec<MessageRow>, StoreError>;

    /// Has a message sent anew, to one endpoint or to all that it was written down for. To how many.
    async fn resend_message(
        &self,
        id: &str,
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, StoreError>;

    /// Keeps the rows of a statement that are new, with their postings. Which ones were new.
    async fn import_rows(
        &self,
        wallet: &WalletName,
        rows: Vec<StatedRow>,
        now: Timestamp,
    ) -> Result<Vec<bool>, StoreError>;

    /// The order and attempt that a row of a statement is about, by our id or by the wallet's.
    async fn find_payment(
        &self,
        wallet: &WalletName,
        payment_request_id: Option<&str>,
        payment_id: Option<&str>,
    ) -> Result<Option<(OrderId, AttemptId)>, StoreError>;

    /// What happened in this time by our books, and isn't in any statement; `limit` of each kind at most.
    async fn unstated(
        &self,
        wallet: &WalletName,
        period: Period,
        limit: u32,
    ) -> Result<Vec<Unstated>, StoreError>;

    /// Has a job done at this time, or earlier if that was asked for already.
    async fn put_job(&self, job: JobKey, due: Timestamp) -> Result<(), StoreError>;

    /// The order and attempt with this payment request id at this wallet.
    async fn find_attempt(
        &self,
        wallet: &WalletName,
        payment_request_id: &PaymentRequestId,
    ) -> Result<Option<(OrderId, AttemptId)>, StoreError>;

    /// The exact bytes of an attempt's pay request; none once they were erased.
    async fn pay_request(&self, attempt: &AttemptId) -> Result<Option<StoredCall>, StoreError>;

    /// The exact bytes of a refund's request, once they are stored and until they are erased.
    async fn refund_call(
        &self,
        wallet: &WalletName,
        refund: &RefundRequestId,
    ) -> Result<Option<StoredCall>, StoreError>;

    /// Stores the bytes of a refund's request before they are sent. Those that are stored stay.
    async fn keep_refund_call(
        &self,
        wallet: &WalletName,
        refund: &RefundRequestId,
        call: StoredCall,
    ) -> Result<(), StoreError>;

    /// Keeps messages that changed nothing.
    async fn keep_wire(&self, order: &OrderId, wire: Wire) -> Result<(), StoreError>;

    /// Every message between us and the wallet about an order, oldest first.
    async fn wire(&self, order: &OrderId) -> Result<Vec<KeptMessage>, StoreError>;

    /// Keeps a verified notification that changed nothing. Kept once by its body.
    async fn record_notification(&self, entry: InboxEntry) -> Result<(), StoreError>;

    /// Claims jobs that are due, or whose claimer's lease is over; `limit` at most.
    async fn claim_jobs(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError>;

    /// When the next job falls due.
    async fn next_job_at(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Hands back what an earlier run of this server had claimed. Where several servers share the database it
    /// does nothing: the others' claims hold.
    async fn release_leases(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Hands claims back that this server can't finish, where they still hold: others may take them now.
    async fn hand_back(&self, jobs: &[JobToken], now: Timestamp) -> Result<(), StoreError>;

    /// Ends a job that turned out to have nothing to do, if the claim still holds.
    async fn finish_job(&self, job: &JobToken) -> Result<(), StoreError>;

    /// Ends a claim without the job being done, which falls due at this time, or earlier if that was asked
    /// for meanwhile; if the claim still holds.
    async fn put_off_job(&self, job: &JobToken, due: Timestamp) -> Result<(), StoreError>;

    /// What the shop sells; `None` before the first import.
    async fn catalog(&self) -> Result<Option<StoredCatalog>, StoreError>;

    /// What the shop sells of these SKUs: their products, with these variants only, and their stock as it is now.
    /// `None` before the first import.
    async fn catalog_of(&self, skus: &[Sku]) -> Result<Option<StoredCatalog>, StoreError>;

    /// Replaces the catalogue, keeping reservations and sold counts.
    async fn import_catalog(&self, catalog: StoredCatalog, if_empty: bool) -> Result<Imported, StoreError>;

    /// What counts against limits: the customer's units of these SKUs in orders since then, and the uses of
    /// this coupon.
    async fn dealings(&self, asked: DealingsQuestion) -> Result<Dealings, StoreError>;

    /// Keeps a session.
    async fn add_session(&self, session: SessionRow) -> Result<(), StoreError>;

    /// The session with this token hash, expired or not.
    async fn session(&self, token_hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError>;

    /// Keeps a quote. Of one customer's only the newest are kept, so that asking can't fill the disk.
    async fn add_quote(&self, quote: QuoteRow) -> Result<(), StoreError>;

    /// The quote with this id.
    async fn quote(&self, id: &QuoteId) -> Result<Option<QuoteRow>, StoreError>;

    /// Orders whose last change was before `before` and whose personal data can be erased, the longest unchanged
    /// first; `limit` at most. Whether it may be is for the decision to say.
    async fn erasable(&self, before: Timestamp, limit: u32) -> Result<Vec<OrderId>, StoreError>;

    /// All orders of a customer, newest first.
    async fn order_ids_of(&self, customer: &Customer) -> Result<Vec<OrderId>, StoreError>;

    /// Ends a customer's sessions, and deletes the customer's quotes.
    async fn forget_customer(&self, customer: &Customer) -> Result<Forgotten, StoreError>;

    /// Deletes sessions and quotes that expired before `before`, a limited number at a time.
    async fn sweep(&self, before: Timestamp) -> Result<Swept, StoreError>;

    /// The value kept under this name; `fresh` is kept when there is none.
    async fn secret(&self, name: &'static str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError>;

    /// Counts for the metrics.
    async fn counts(&self, now: Timestamp) -> Result<Counts, StoreError>;

    /// Whether the database answers reads and writes.
    async fn check(&self) -> Result<(), StoreError>;
}

/// What to count against limits.
#[derive(Clone, Debug)]
pub struct DealingsQuestion {
    /// Whose orders.
    pub customer: Customer,
    /// Of which SKUs.
    pub skus: Vec<Sku>,
    /// Since when orders count.
    pub since: Timestamp,
    /// Which coupon.
    pub coupon: Option<CouponCode>,
}

/// How far a sweep came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swept {
    /// Nothing that expired is left.
    All,
    /// There may be more.
    Part,
}

/// A decision to make durable.
#[derive(Debug)]
pub struct Commit {
    /// What changes.
    pub change: ChangeSet,
    /// The version that it was decided on; 0 for a new order.
    pub expected_version: u32,
    /// When it was decided.
    pub now: Timestamp,
    /// The verified notification that led to it.
    pub inbox: Option<InboxEntry>,
    /// The claimed job that led to it; done by this commit unless the change asks for it again.
    pub job: Option<JobToken>,
    /// The messages that led to it.
    pub wire: Wire,
    /// Who is told of it.
    pub subscribers: Arc<[Subscriber]>,
}

/// What became of a commit.
#[derive(Debug)]
pub enum Committed {
    /// Durable. Holds the claim on the job that the change wanted to run at once.
    Done(Option<JobToken>),
    /// Nothing was changed.
    Refused(Conflict),
}

/// Why a commit was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Somebody else changed the order: load and decide again.
    Version,
    /// Somebody else claimed the job since: leave it to them.
    Fence,
    /// The quote was ordered already.
    QuoteUsed(OrderId),
    /// Not enough units left.
    OutOfStock(Sku),
    /// Another catalogue was imported since the order was priced.
    CatalogChanged,
    /// The coupon has no uses left for this customer.
    CouponUsedUp,
    /// With this order the customer would have more than one customer may.
    CustomerLimit(Sku),
    /// An unresolved order of the customer shares a SKU.
    Overlap(OrderId),
    /// The customer has too many unresolved orders.
    TooManyOpenOrders,
    /// The payment id belongs to another attempt.
    PaymentIdTaken,
    /// The refund's key belongs to another order's refund or payment.
    RefundKeyTaken,
    /// A message about the order waits to be delivered.
    MessagePending,
}

/// A claim on a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JobToken {
    /// The job's row.
    pub id: i64,
    /// Its fence when it was claimed: how often it was claimed so far, this time included.
    pub fence: u32,
}

/// A claimed job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What to do.
    pub key: JobKey,
    /// The claim.
    pub token: JobToken,
}

/// A verified notification.
#[derive(Clone)]
pub struct InboxEntry {
    /// The wallet that signed it.
    pub wallet: WalletName,
    /// The bytes.
    pub body: Vec<u8>,
    /// When it came.
    pub received_at: Timestamp,
    /// What it led to.
    pub verdict: InboxVerdict,
    /// The attempt that it is about.
    pub attempt: Option<AttemptId>,
}

/// The body may name a shopper, so only its size is shown.
impl std::fmt::Debug for InboxEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InboxEntry({}, {} bytes, {})", self.wallet, self.body.len(), self.verdict.as_str())
    }
}

/// What a verified notification led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InboxVerdict {
    /// It was applied, or told what was known.
    Applied,
    /// No attempt has its payment request id.
    Orphan,
    /// Its ids, amount or currency aren't the attempt's.
    Mismatch,
    /// It was signed too long ago.
    Stale,
}

impl InboxVerdict {
    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Orphan => "orphan",
            Self::Mismatch => "mismatch",
            Self::Stale => "stale",
        }
    }
}
