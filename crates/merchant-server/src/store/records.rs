//! What the server keeps, as values: lists, stories, sessions, quotes.

use merchant_core::books::{BookedEntry, Posting};
use merchant_core::goods::{StoredCatalog, StoredProduct, StoredVariant};
use merchant_core::lifecycle::{Breakdown, Customer, Line};
use merchant_core::pricing::CouponCode;
use shop_api::{Address, AttemptId, Currency, MinorUnits, OrderId, QuoteId, Sku, Timestamp};

use crate::evidence::WireMessage;
use crate::reconcile::Row;

/// Which orders to list.
#[derive(Clone, Copy, Debug)]
pub struct OrderPage {
    /// Only orders with a lower number.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
    /// Only those that a person should look at.
    pub attention_only: bool,
}

/// A line of a list of orders.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderSummary {
    /// Its place in the order of placing; pages go by it.
    pub number: i64,
    /// Its id.
    pub order_id: OrderId,
    /// Its status.
    pub status: String,
    /// Why a person should look at it.
    pub attention: Option<String>,
    /// The currency's code.
    pub currency: String,
    /// Its total.
    pub total: MinorUnits,
    /// When it was placed.
    pub created_at: Timestamp,
    /// The wallet's name.
    pub wallet: String,
}

/// What is known about an order beside its state.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// What happened, oldest first.
    pub events: Vec<StoryEvent>,
    /// The stock of its lines' SKUs.
    pub stock: Vec<StockRow>,
    /// What is still to be done.
    pub jobs: Vec<StoryJob>,
    /// What stands in the books about it, oldest first.
    pub entries: Vec<BookedEntry>,
    /// What the merchant's own systems were told about it, or are to be told, oldest first.
    pub messages: Vec<MessageRow>,
    /// What we and the wallet said to each other about it, oldest first, without the words.
    pub exchanges: Vec<StoryExchange>,
}

/// One thing that happened.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryEvent {
    /// When.
    pub at: Timestamp,
    /// The order's version afterwards.
    pub version: u32,
    /// Who caused it: `shopper`, `operator`, `wallet` or `server`.
    pub actor: String,
    /// What.
    pub kind: String,
    /// Which attempt it is about.
    pub attempt_id: Option<AttemptId>,
    /// More, for people.
    pub detail: String,
}

/// One job.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryJob {
    /// What to do.
    pub kind: String,
    /// For which attempt or refund; `null` for the order itself.
    pub subject_id: Option<String>,
    /// When; `null` while somebody works on it.
    pub due_at: Option<Timestamp>,
    /// How often it was tried.
    pub tries: u32,
}

/// The stock of one SKU.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockRow {
    /// Which.
    pub sku: Sku,
    /// In the shop, reserved ones included.
    pub on_hand: u32,
    /// Kept for unpaid orders.
    pub reserved: u32,
    /// Gone with paid orders.
    pub sold: u32,
}

/// The catalogue of these SKUs alone: their products, in its order, with these counts.
pub(super) fn part_of(catalog: &StoredCatalog, stock: &[StockRow]) -> StoredCatalog {
    let products = catalog.products.iter().filter_map(|product| {
        let variants: Vec<_> = product
            .variants
            .iter()
            .filter_map(|variant| {
                let row = stock.iter().find(|row| row.sku == variant.sku)?;
                Some(StoredVariant { on_hand: row.on_hand, reserved: row.reserved, ..variant.clone() })
            })
            .collect();
        (!variants.is_empty()).then(|| StoredProduct {
            id: product.id.clone(),
            name: product.name.clone(),
            description: product.description.clone(),
            category_id: product.category_id.clone(),
            image: product.image.clone(),
            tax_class: product.tax_class.clone(),
            variants,
        })
    });
    StoredCatalog {
        shop_name: catalog.shop_name.clone(),
        tagline: catalog.tagline.clone(),
        revision: catalog.revision,
        currency: catalog.currency.clone(),
        more_currencies: catalog.more_currencies.clone(),
        categories: catalog.categories.clone(),
        products: products.collect(),
        terms: catalog.terms.clone(),
    }
}

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Whose it is.
    pub customer: Customer,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A quote as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteRow {
    /// Its id.
    pub id: QuoteId,
    /// Whose it is.
    pub customer: Customer,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Its priced lines.
    pub lines: Vec<Line>,
    /// What its total is made of.
    pub breakdown: Breakdown,
    /// The code of the coupon that takes something off.
    pub coupon: Option<CouponCode>,
    /// Where it goes.
    pub address: Option<Address>,
    /// Who gets the money.
    pub payee: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be ordered.
    pub expires_at: Timestamp,
}

/// Counts for the metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Live attempts by status.
    pub live_attempts: Vec<(String, u64)>,
    /// When the oldest live attempt was begun of which it isn't known whether money moved.
    pub unresolved_since: Option<Timestamp>,
    /// Orders that a person should look at.
    pub attention: u64,
    /// Jobs waiting or being worked on.
    pub jobs: u64,
    /// Jobs that should have run already.
    pub overdue_jobs: u64,
    /// Messages to be delivered.
    pub pending_messages: u64,
    /// Messages that a person has to look at.
    pub parked_messages: u64,
}

impl Counts {
    /// The statuses of attempts for which the wallet may still move money.
    pub const LIVE: [&str; 4] = ["creating", "open", "unknown", "needs_attention"];

    /// Whether a live attempt of this status may have moved money without our knowing.
    pub fn is_unknown(status: &str) -> bool {
        matches!(status, "creating" | "unknown" | "needs_attention")
    }
}

/// Which messages to list.
#[derive(Clone, Copy, Debug)]
pub struct MessagePage {
    /// Only messages with a lower number.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
    /// Only those that a person has to look at.
    pub parked_only: bool,
}

/// A message to one of the merchant's own systems.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageRow {
    /// Its place among all messages; pages go by it.
    pub number: i64,
    /// Its `webhook-id`.
    pub id: String,
    /// To whom.
    pub endpoint: String,
    /// About which order.
    pub order_id: OrderId,
    /// What happened.
    pub kind: String,
    /// When it was written down.
    pub created_at: Timestamp,
    /// `pending`, `delivered` or `parked`.
    pub status: String,
    /// Since when.
    pub status_at: Timestamp,
    /// When it is sent next, while it is pending.
    pub due_at: Option<Timestamp>,
    /// How often it was sent.
    pub tries: u32,
    /// What the last try brought.
    pub answer: Option<String>,
}

/// A message that is being delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its row.
    pub number: i64,
    /// Its fence when it was claimed.
    pub fence: u32,
    /// How often it was sent, this time included.
    pub tries: u32,
    /// Its `webhook-id`.
    pub id: String,
    /// About which order.
    pub order_id: OrderId,
    /// The exact bytes.
    pub body: Vec<u8>,
}

/// What became of a claimed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageEnd {
    /// The receiver has it.
    Delivered,
    /// To be sent again at this time.
    Again(Timestamp),
    /// A person has to look.
    Parked,
}

/// A row of a wallet's statement, to be kept once.
#[derive(Clone, Debug)]
pub struct StatedRow {
    /// What it is told apart by.
    pub hash: [u8; 32],
    /// What it says.
    pub row: Row,
    /// What it means for the books, the first time.
    pub postings: Vec<Posting>,
}

/// Something that happened by our books, and isn't in any of the wallet's statements.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unstated {
    /// What.
    pub kind: UnstatedKind,
    /// Of which order.
    pub order_id: OrderId,
    /// By which attempt.
    pub attempt_id: AttemptId,
    /// Our id of it towards the wallet.
    pub id: String,
    /// How much.
    pub amount: MinorUnits,
    /// Since when we know.
    pub at: Timestamp,
}

/// What happened by our books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnstatedKind {
    /// A customer paid.
    Payment,
    /// Money was given back.
    Refund,
}

/// A message between us and a wallet, as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMessage {
    /// The attempt's id, or the refund's key, that it is about.
    pub about: String,
    /// The message. Of one that was erased the path, the headers and the bytes are empty.
    pub message: WireMessage,
    /// Whether its words were erased with what was personal of its order.
    pub erased: bool,
}

/// What was deleted of a customer beside the orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Sessions, expired ones included.
    pub sessions: u64,
    /// Quotes, expired ones included.
    pub quotes: u64,
}

/// A message between us and the wallet, without its bytes: those are in the evidence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryExchange {
    /// When it was sent, or came.
    pub at: Timestamp,
    /// `sent` or `received`.
    pub direction: String,
    /// Which call it is, or answers.
    pub operation: String,
    /// The attempt's id or the refund's key that it is about.
    pub about: String,
    /// The HTTP status, of an answer.
    pub http_status: Option<u32>,
    /// What we made of it.
    pub verdict: String,
}

/// What migrating did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The schema's number before.
    pub from: u32,
    /// The schema's number now.
    pub to: u32,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// The catalogue was replaced.
    Done(ImportReport),
    /// There is a catalogue, and it was asked to be left alone.
    NotEmpty,
    /// The currency differs while orders in the old one are unresolved.
    CurrencyInUse {
        /// The currency of the catalogue that is there.
        current: String,
        /// How many orders are unresolved.
        open_orders: u32,
    },
}

/// What an import changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// SKUs that weren't sold before.
    pub added: u32,
    /// SKUs that were sold before and still are.
    pub kept: u32,
    /// SKUs that aren't sold any more.
    pub removed: u32,
    /// SKUs whose count was below what is reserved, and was raised to it.
    pub raised_to_reserved: Vec<Sku>,
}
