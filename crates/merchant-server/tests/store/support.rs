//! A shop on a store of any kind: what is sold, who orders, and what happens to an order.

use std::sync::Arc;

use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{
    Breakdown, ChangeSet, Customer, CustomerId, CustomerLimits, DeliveryPart, Discount, Eraser, Erasure,
    Event, Line, LineParts, NewAttempt, Order, Parts, PayAnswer, PaymentId, PaymentRequestId, PaymentWord,
    Placement, RefundAmount, RefundRequestId, RefundWish, ReturnedUnits, Schedule, Sending, StoredCall,
    WalletName, WalletWord, WordSource, decide, place,
};
use merchant_core::pricing::rounding::Rate;
use merchant_core::pricing::{CouponCode, CouponHit, Terms};
use merchant_server::evidence::Wire;
use merchant_server::store::memory::MemoryStore;
use merchant_server::store::postgres::CLOCK_SKEW_MILLIS;
use merchant_server::store::{
    Commit, Committed, Conflict, Imported, JobToken, OrderPage, StockRow, Store, StoreError,
};
use merchant_server::webhooks::Subscriber;
use shop_api::{Address, AttemptId, Cashier, Currency, MinorUnits, OrderId, QuoteId, Timestamp};

use crate::database::TestDatabase;
use crate::goods;

/// When everything happens.
pub const NOW: Timestamp = Timestamp(1_780_000_000_000);

/// What is sold: SKU, price, units.
const GOODS: [(&str, u64, u32); 4] =
    [("LAMP", 99_900, 1), ("MUG", 500, 10), ("STICKER", 0, 100), ("TEA", 1_000, 30)];

pub struct Shop {
    pub store: Arc<dyn Store>,
    /// None for the store in memory.
    pub database: Option<TestDatabase>,
}

impl Shop {
    pub async fn sqlite() -> Self {
        Self::open(TestDatabase::sqlite()).await
    }

    pub async fn postgres() -> Self {
        Self::open(TestDatabase::postgres()).await
    }

    pub async fn memory() -> Self {
        Self { store: Arc::new(MemoryStore::default()), database: None }.furnished().await
    }

    async fn open(database: TestDatabase) -> Self {
        let store = database.open().await;
        Self { store, database: Some(database) }.furnished().await
    }

    async fn furnished(self) -> Self {
        let imported = self.store.import_catalog(catalog(), true).await.unwrap();
        assert!(matches!(imported, Imported::Done(_)));
        self
    }

    /// The same database as another server sees it. The memory has one server only.
    pub async fn another(&self) -> Arc<dyn Store> {
        match &self.database {
            Some(database) if self.store.is_shared() => database.open().await,
            Some(_) | None => Arc::clone(&self.store),
        }
    }

    /// How much later than its end a lease is over for others.
    pub fn skew(&self) -> u64 {
        if self.store.is_shared() { CLOCK_SKEW_MILLIS } else { 0 }
    }

    pub async fn place(&self, placement: Placement) -> Committed {
        place_in(&*self.store, placement).await.unwrap()
    }

    /// An order that was placed.
    pub async fn placed(&self, id: &str, customer: &str, lines: &[(&str, u32)]) -> Order {
        let done = self.place(placement(id, customer, lines)).await;
        assert!(matches!(done, Committed::Done(_)), "{done:?}");
        self.load(id).await
    }

    /// An order that was paid.
    pub async fn paid(&self, id: &str, customer: &str, lines: &[(&str, u32)]) -> Order {
        let order = self.placed(id, customer, lines).await;
        self.happen(&order, accepted(&order, &format!("p-{id}"))).await;
        let order = self.load(id).await;
        self.happen(&order, paid(&order)).await
    }

    /// An order whose payment failed is given up.
    pub async fn gives_up(&self, id: &str) {
        let order = self.load(id).await;
        let order = self.happen(&order, failed(&order)).await;
        self.happen(&order, Event::CancelRequested).await;
    }

    pub async fn load(&self, id: &str) -> Order {
        self.store.load(&OrderId::from(id)).await.unwrap().unwrap()
    }

    /// Commits what an event means for the order as it was loaded.
    pub async fn commit(&self, order: &Order, event: Event) -> Result<Committed, StoreError> {
        self.store.commit(decided(order, event)).await
    }

    /// The order after an event.
    pub async fn happen(&self, order: &Order, event: Event) -> Order {
        let done = self.commit(order, event).await.unwrap();
        assert!(matches!(done, Committed::Done(_)), "{done:?}");
        self.load(order.id.as_str()).await
    }

    /// The stock of what an order has.
    pub async fn stock(&self, order: &str) -> Vec<StockRow> {
        self.store.story(&OrderId::from(order)).await.unwrap().stock
    }

    /// On hand, reserved, sold.
    pub async fn stock_of(&self, order: &str, sku: &str) -> (u32, u32, u32) {
        let stock = self.stock(order).await;
        let row = stock.iter().find(|row| row.sku.as_str() == sku).unwrap();
        (row.on_hand, row.reserved, row.sold)
    }

    /// How many orders there are.
    pub async fn orders(&self) -> usize {
        let page = OrderPage { before: None, limit: 1_000, attention_only: false };
        self.store.list_orders(page).await.unwrap().len()
    }
}

pub async fn place_in(store: &dyn Store, placement: Placement) -> Result<Committed, StoreError> {
    store.commit(new_order(placement)).await
}

pub fn new_order(placement: Placement) -> Commit {
    committing(place(placement, NOW), 0, NOW)
}

/// What an event means for an order, ready to commit.
pub fn decided(order: &Order, event: Event) -> Commit {
    committing(decide(order, event, NOW, &Schedule::default()).unwrap(), order.version, NOW)
}

/// A decision and nothing beside it: no notification, job or message led to it, nobody is told.
pub fn committing(change: ChangeSet, expected_version: u32, now: Timestamp) -> Commit {
    Commit {
        change,
        expected_version,
        now,
        inbox: None,
        job: None,
        wire: Wire::default(),
        subscribers: Arc::default(),
    }
}

/// The same, told to these.
pub fn told_to(subscribers: &Arc<[Subscriber]>, commit: Commit) -> Commit {
    Commit { subscribers: Arc::clone(subscribers), ..commit }
}

pub fn refused(committed: Committed) -> Conflict {
    match committed {
        Committed::Refused(conflict) => conflict,
        Committed::Done(_) => panic!("it was committed"),
    }
}

pub fn done(committed: Committed) {
    assert!(matches!(committed, Committed::Done(_)), "{committed:?}");
}

pub fn token(committed: Committed) -> JobToken {
    match committed {
        Committed::Done(Some(token)) => token,
        other => panic!("no claim: {other:?}"),
    }
}

pub fn units(value: u64) -> MinorUnits {
    MinorUnits::new(value).unwrap()
}

pub fn customer(name: &str) -> Customer {
    Customer { wallet: WalletName("w".to_owned()), id: CustomerId::new(name).unwrap() }
}

pub fn currency() -> Currency {
    Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() }
}

pub fn line(sku: &str, quantity: u32) -> Line {
    let price = GOODS.iter().find(|(known, _, _)| *known == sku).unwrap().1;
    Line {
        sku: sku.into(),
        name: sku.to_lowercase(),
        variant_name: "plain".into(),
        image: "x.svg".into(),
        quantity,
        unit_price: units(price),
        subtotal: units(price * u64::from(quantity)),
        parts: LineParts::default(),
    }
}

/// The lines and nothing else.
pub fn breakdown(lines: &[Line]) -> Breakdown {
    Breakdown::new(Parts::default(), lines).unwrap()
}

pub fn lines(wanted: &[(&str, u32)]) -> Vec<Line> {
    wanted.iter().map(|(sku, quantity)| line(sku, *quantity)).collect()
}

/// An order that is asked for. Its quote, attempt and request are named after it.
pub fn placement(id: &str, by: &str, wanted: &[(&str, u32)]) -> Placement {
    let lines = lines(wanted);
    let breakdown = breakdown(&lines);
    Placement {
        order_id: OrderId::from(id),
        quote_id: QuoteId(format!("q-{id}")),
        customer: customer(by),
        currency: currency(),
        attempt: (breakdown.total() > MinorUnits::ZERO).then(|| new_attempt(id)),
        breakdown,
        lines,
        coupon: None,
        address: None,
        customer_limits: CustomerLimits::default(),
        catalog_revision: 1,
        payee: "Shop".into(),
        pay_by: NOW.plus_millis(900_000),
        despite_open_order: None,
        max_open_orders: 1_000,
    }
}

pub fn new_attempt(name: &str) -> NewAttempt {
    NewAttempt {
        id: AttemptId(format!("a-{name}")),
        payment_request_id: PaymentRequestId::new(format!("r-{name}")).unwrap(),
        pay_request: StoredCall { uri: "/pay".into(), body: format!("{{\"{name}\": 1}}").into_bytes() },
    }
}

pub fn cashier() -> Cashier {
    Cashier { payment_url: Some("https://cashier.example/1".into()), trade_no: None, order_str: None }
}

fn last_attempt(order: &Order) -> AttemptId {
    order.attempts.last().unwrap().id.clone()
}

/// The wallet takes the order's last attempt.
pub fn accepted(order: &Order, payment: &str) -> Event {
    let answer = PayAnswer::Accepted { payment_id: PaymentId::new(payment).unwrap(), cashier: cashier() };
    Event::PayAnswered { attempt: last_attempt(order), sending: Sending::First, answer }
}

/// The wallet says this about the order's last attempt.
pub fn said(order: &Order, word: PaymentWord) -> Event {
    let word = WalletWord {
        payment_request_id: None,
        payment_id: None,
        amount: Some((order.total, order.currency.code.clone())),
        word,
    };
    Event::WalletSaid { attempt: last_attempt(order), word, source: WordSource::Inquiry }
}

pub fn paid(order: &Order) -> Event {
    said(order, PaymentWord::Success)
}

pub fn failed(order: &Order) -> Event {
    said(order, PaymentWord::Fail { code: Some("RISK_REJECT".into()), text: None })
}

pub fn key(text: &str) -> RefundRequestId {
    RefundRequestId::new(text).unwrap()
}

pub fn refund(name: &str, amount: u64) -> Event {
    Event::RefundRequested(RefundWish {
        key: key(name),
        amount: RefundAmount::Exactly(units(amount)),
        reason: "broken".into(),
        operator: "maria".into(),
    })
}

/// Somebody has what is personal erased. The stand-in is the same each time.
pub fn erasure() -> Event {
    let stand_in = CustomerId::new("erased-0123").unwrap();
    Event::ErasureRequested(Erasure { by: Eraser::Operator("maria".into()), stand_in })
}

/// Units of these and the delivery, to come back to the stock or not.
pub fn refund_units(name: &str, lines: &[(&str, u32)], with_delivery: bool, restock: bool) -> Event {
    let lines = lines.iter().map(|(sku, quantity)| ((*sku).into(), *quantity)).collect();
    let units = ReturnedUnits::new(lines, with_delivery, restock).unwrap();
    Event::RefundRequested(RefundWish {
        key: key(name),
        amount: RefundAmount::Units(units),
        reason: "broken".into(),
        operator: "maria".into(),
    })
}

/// The goods, each a product with one variant.
pub fn catalog() -> StoredCatalog {
    StoredCatalog { revision: 1, ..goods::catalog(&GOODS) }
}

/// Tax, a coupon and a way of delivery.
pub fn terms() -> Terms {
    serde_json::from_value(serde_json::json!({
        "tax": { "label": "VAT", "included": true, "rates": { "standard": "12", "food": "5.5" } },
        "coupons": [{ "code": "WELCOME", "label": "Welcome", "takes": { "percent": "10" }, "uses": 3,
                      "valid": { "until": "2030-01-01T00:00:00Z" } }],
        "delivery": [{ "id": "standard", "label": "Standard", "price": { "PHP": "80" } }]
    }))
    .unwrap()
}

/// An order that uses a coupon, goes somewhere, and has tax.
pub fn priced(id: &str, by: &str, wanted: &[(&str, u32)]) -> Placement {
    let mut placement = placement(id, by, wanted);
    let line = &mut placement.lines[0];
    line.parts = LineParts {
        discount: units(10),
        order_discount: units(5),
        tax_rate: Rate::parse("12").unwrap(),
        tax: units(0),
    };
    let delivery = DeliveryPart {
        method: "standard".into(),
        label: "Standard".into(),
        price: units(80),
        tax_rate: Rate::ZERO,
        tax: units(0),
    };
    let net = units(line.subtotal.value() - 15);
    line.parts.tax = Rate::parse("12").unwrap().inside(net);
    let parts = Parts {
        discounts: vec![Discount { label: "All".into(), amount: units(15) }],
        delivery: Some(delivery),
        tax_label: "VAT".into(),
        tax_included: true,
    };
    placement.breakdown = Breakdown::new(parts, &placement.lines).unwrap();
    placement.coupon = Some(CouponHit { code: code(), uses: Some(3), uses_per_customer: Some(1) });
    placement.address = Some(address());
    placement
}

pub fn code() -> CouponCode {
    CouponCode::parse("WELCOME").unwrap()
}

pub fn address() -> Address {
    Address {
        name: "Maria".into(),
        phone: "+639175550101".into(),
        country: "PH".into(),
        state: None,
        city: "Manila".into(),
        line1: "1 Mabini St".into(),
        line2: None,
        postcode: Some("1000".into()),
    }
}

/// The goods at other numbers of units.
pub fn catalog_with(on_hand: &[(&str, u32)]) -> StoredCatalog {
    let mut catalog = catalog();
    for variant in catalog.products.iter_mut().flat_map(|product| &mut product.variants) {
        if let Some((_, count)) = on_hand.iter().find(|(sku, _)| *sku == variant.sku.as_str()) {
            variant.on_hand = *count;
        }
    }
    catalog
}
