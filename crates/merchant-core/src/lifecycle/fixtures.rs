//! An order to decide about, and the events that happen to it, for the tests of this room.

use shop_api::{AttemptId, Cashier, Currency, MinorUnits, OrderId, QuoteId, Sku, Timestamp};

use super::{
    AttemptState, Breakdown, CancelAnswer, ChangeSet, Customer, CustomerId, CustomerLimits, Eraser, Erasure,
    Event, FulfilmentStage, FulfilmentStep, JobChange, JobKind, Line, LineParts, NewAttempt, Order, Parts,
    PayAnswer, PaymentId, PaymentRequestId, PaymentWord, Placement, RefundAmount, RefundAnswer, RefundId,
    RefundRequestId, RefundWish, RefundWord, Refusal, ReturnedUnits, Schedule, Sending, StoredCall, Tracking,
    WalletName, WalletWord, WordSource, place,
};

use crate::pricing::{CouponCode, CouponHit};

pub(crate) const START: Timestamp = Timestamp(1_000_000);
pub(crate) const PAY_BY: Timestamp = Timestamp(1_900_000);
pub(crate) const TOTAL: u64 = 2_500;

pub(crate) fn new_attempt(number: u32) -> NewAttempt {
    NewAttempt {
        id: AttemptId(format!("a{number}")),
        payment_request_id: PaymentRequestId::new(format!("r{number}")).unwrap(),
        pay_request: StoredCall { uri: "/pay".into(), body: b"{}".to_vec() },
    }
}

pub(crate) fn placement() -> Placement {
    let line = |sku: &str, quantity: u32, price: u64| Line {
        sku: Sku::from(sku),
        name: sku.into(),
        variant_name: String::new(),
        image: "x.svg".into(),
        quantity,
        unit_price: MinorUnits::new(price).unwrap(),
        subtotal: MinorUnits::new(price * u64::from(quantity)).unwrap(),
        parts: LineParts::default(),
    };
    let lines = vec![line("tea", 2, 1_000), line("mug", 1, 500)];
    Placement {
        order_id: OrderId::from("o1"),
        quote_id: QuoteId::from("q1"),
        customer: Customer { wallet: WalletName("w".into()), id: CustomerId::new("c").unwrap() },
        currency: Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() },
        breakdown: Breakdown::new(Parts::default(), &lines).unwrap(),
        lines,
        coupon: None,
        address: None,
        customer_limits: CustomerLimits::default(),
        catalog_revision: 1,
        payee: "Shop".into(),
        pay_by: PAY_BY,
        attempt: Some(new_attempt(1)),
        despite_open_order: None,
        max_open_orders: 10,
    }
}

pub(super) fn with_coupon() -> Placement {
    let code = CouponCode::parse("WELCOME").unwrap();
    let coupon = CouponHit { code, uses: Some(100), uses_per_customer: Some(1) };
    Placement { coupon: Some(coupon), ..placement() }
}

pub(super) fn fulfilment(stage: FulfilmentStage, tracking: Option<&str>) -> FulfilmentStep {
    let tracking = tracking.map(|text| Tracking::parse(text).unwrap());
    FulfilmentStep { stage, tracking, operator: "maria".into() }
}

pub(crate) fn erasure() -> Erasure {
    Erasure { by: Eraser::Retention, stand_in: CustomerId::new("erased-1").unwrap() }
}

pub(crate) fn placed() -> ChangeSet {
    place(placement(), START)
}

pub(crate) fn cashier() -> Cashier {
    Cashier { payment_url: Some("https://cashier.example/1".into()), trade_no: None, order_str: None }
}

pub(crate) fn payment_id(number: u32) -> PaymentId {
    PaymentId::new(format!("p{number}")).unwrap()
}

pub(crate) fn word(number: u32, word: PaymentWord) -> WalletWord {
    WalletWord {
        payment_request_id: Some(PaymentRequestId::new(format!("r{number}")).unwrap()),
        payment_id: Some(payment_id(number)),
        amount: Some((MinorUnits::new(TOTAL).unwrap(), "PHP".into())),
        word,
    }
}

pub(crate) fn pay(number: u32, sending: Sending, answer: PayAnswer) -> Event {
    Event::PayAnswered { attempt: AttemptId(format!("a{number}")), sending, answer }
}

pub(crate) fn accepted(number: u32) -> Event {
    pay(number, Sending::First, PayAnswer::Accepted { payment_id: payment_id(number), cashier: cashier() })
}

pub(crate) fn said(number: u32, what: PaymentWord, source: WordSource) -> Event {
    Event::WalletSaid { attempt: AttemptId(format!("a{number}")), word: word(number, what), source }
}

pub(crate) fn failed(number: u32) -> Event {
    said(number, PaymentWord::Fail { code: Some("RISK_REJECT".into()), text: None }, WordSource::Inquiry)
}

pub(crate) fn cancel_answered(number: u32, answer: CancelAnswer) -> Event {
    Event::CancelAnswered { attempt: AttemptId(format!("a{number}")), answer }
}

pub(crate) fn not_known(number: u32) -> Event {
    said(number, PaymentWord::NotExist, WordSource::Inquiry)
}

pub(crate) fn refund_id(number: u32) -> RefundId {
    RefundId::new(format!("f{number}")).unwrap()
}

pub(crate) fn wish(key: &str, amount: RefundAmount) -> RefundWish {
    let key = RefundRequestId::new(key).unwrap();
    RefundWish { key, amount, reason: "broken".into(), operator: "maria".into() }
}

pub(crate) fn refund(key: &str, amount: u64) -> Event {
    Event::RefundRequested(wish(key, RefundAmount::Exactly(MinorUnits::new(amount).unwrap())))
}

/// So many units of these, brought back to the stock or not.
pub(crate) fn units(lines: &[(&str, u32)], with_delivery: bool, restock: bool) -> RefundAmount {
    let lines = lines.iter().map(|(sku, quantity)| ((*sku).into(), *quantity)).collect();
    RefundAmount::Units(ReturnedUnits::new(lines, with_delivery, restock).unwrap())
}

pub(crate) fn refund_units(key: &str, amount: RefundAmount) -> Event {
    Event::RefundRequested(wish(key, amount))
}

/// The wallet takes a refund and confirms it.
pub(crate) fn given_back(key: &str) -> [Event; 2] {
    let taken = RefundAnswer::Taken { refund_id: refund_id(1) };
    [refund_answered(key, Sending::First, taken), refund_told(key, RefundWord::Success { refund_id: None })]
}

pub(crate) fn refund_answered(key: &str, sending: Sending, answer: RefundAnswer) -> Event {
    Event::RefundAnswered { refund: RefundRequestId::new(key).unwrap(), sending, answer }
}

pub(crate) fn refund_told(key: &str, word: RefundWord) -> Event {
    Event::RefundTold { refund: RefundRequestId::new(key).unwrap(), word }
}

/// [`super::decide`] by the usual schedule.
pub(crate) fn decide(order: &Order, event: Event, now: Timestamp) -> Result<ChangeSet, Refusal> {
    super::decide(order, event, now, &Schedule::default())
}

/// From when on the wallet's not knowing a payment counts, by the usual schedule.
pub(super) fn closed_at() -> Timestamp {
    PAY_BY.plus_millis(Schedule::default().clock_skew_millis)
}

/// When asking ends and a person has to look, by the usual schedule.
pub(super) fn resolved_by() -> Timestamp {
    Schedule::default().resolved_by(&placed().order)
}

/// When a job of this kind is put, by a decision.
pub(crate) fn due(change: &ChangeSet, kind: JobKind) -> Option<Timestamp> {
    change.jobs.iter().find_map(|job| match job {
        JobChange::Put(key, at) if key.kind == kind => Some(*at),
        JobChange::Put(..) | JobChange::Drop(_) => None,
    })
}

/// The order after these events, each ten seconds after the one before.
pub(crate) fn after(events: Vec<Event>) -> Order {
    let mut order = placed().order;
    let mut now = START;
    for event in events {
        now = now.plus_millis(10_000);
        order = decide(&order, event, now).unwrap().order;
    }
    order
}

pub(super) fn state(order: &Order, index: usize) -> &AttemptState {
    &order.attempts[index].state
}

pub(super) fn success(number: u32) -> Event {
    said(number, PaymentWord::Success, WordSource::Notification)
}

/// The same, told when it was asked.
pub(super) fn found_paid(number: u32) -> Event {
    said(number, PaymentWord::Success, WordSource::Inquiry)
}

/// The order after the wallet has answered neither `cancel` nor inquiry until asking ended.
pub(super) fn exhausted(mut order: Order) -> Order {
    let mut now = resolved_by();
    let attempt = order.live_attempt().unwrap().id.clone();
    for _ in 0..8 {
        let lost = CancelAnswer::NotTaken { reason: "timeout".into() };
        let cancelled = Event::CancelAnswered { attempt: attempt.clone(), answer: lost };
        let asked = Event::InquiryUnanswered { attempt: attempt.clone(), reason: "timeout".into() };
        for event in [cancelled, asked] {
            now = now.plus_millis(2_000);
            order = decide(&order, event, now).unwrap().order;
        }
    }
    order
}

pub(super) fn pay_again(after: u32) -> Event {
    Event::PaymentRequested { after: AttemptId(format!("a{after}")), next: new_attempt(after + 1) }
}
