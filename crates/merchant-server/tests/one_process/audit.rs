//! What must be true when nothing is left to happen: every order has ended, and the merchant's orders, stock and books
//! agree with the wallet's ledger to the unit.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use merchant_core::lifecycle::{AttemptState, Order, OrderState, RefundState, StockHold};
use shop_api::Sku;
use wallet_simulator::wallet::Wallet;
use wallet_simulator::wallet::payment::State;

use super::world::{World, goods};

/// What came of a world.
pub struct Report {
    orders: BTreeMap<&'static str, u64>,
    attention: BTreeMap<&'static str, u64>,
    times: BTreeMap<&'static str, u64>,
    payments: usize,
    held: u64,
    took: Duration,
}

impl Report {
    /// How often what can go wrong went wrong.
    pub fn times(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.orders.iter().chain(&self.times).map(|(what, times)| (*what, *times))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.took.as_secs() / 3_600;
        writeln!(
            f,
            "{} payments in {hours} hours; the merchant has {} in the end",
            self.payments, self.held
        )?;
        for (what, times) in self.orders.iter().chain(&self.attention).chain(&self.times) {
            writeln!(f, "{times:>9} {what}")?;
        }
        Ok(())
    }
}

pub async fn audit(world: &World) -> Report {
    let (mut orders, mut attention) = (BTreeMap::new(), BTreeMap::new());
    let mut sold = BTreeMap::<Sku, u64>::new();
    let (mut unwanted, mut unheard, mut waiting) = (0, 0, 0);
    for id in world.orders() {
        let order = world.app.store.load(&id).await.unwrap().unwrap();
        *orders.entry(ended(&order)).or_default() += 1;
        if let Some(why) = order.attention {
            *attention.entry(why.code()).or_default() += 1;
        }
        let Money { kept, taken_back, stuck } = agrees(world, &world.wallet.books(), &order);
        // Whoever looks at it has to give it back: the wallet didn't, or hasn't said so.
        if order.stock == StockHold::Released {
            unwanted += kept + taken_back - stuck;
        }
        (unheard, waiting) = (unheard + taken_back, waiting + stuck);
        assert_ne!(order.stock, StockHold::Reserved, "{order:#?}");
        for line in &order.lines {
            let units = if order.stock == StockHold::Sold { u64::from(line.quantity) } else { 0 };
            *sold.entry(line.sku.clone()).or_default() += units;
        }
    }
    stock_agrees(world, &sold).await;
    let (payments, held) = all_payments(&world.wallet.books());
    books_agree(world, held + unheard, unwanted, waiting).await;
    Report { orders, attention, times: world.times(), payments, held, took: world.duration() }
}

/// How many payments the wallet has, and what it holds of them for the merchant.
fn all_payments(wallet: &Wallet) -> (usize, u64) {
    let held = wallet.payments().map(|payment| payment.paid() - payment.refunded).sum();
    (wallet.payments().count(), held)
}

fn ended(order: &Order) -> &'static str {
    match order.state {
        OrderState::Paid { .. } => "orders paid",
        OrderState::Expired { .. } => "orders expired",
        OrderState::Cancelled { .. } => "orders cancelled",
        OrderState::AwaitingPayment | OrderState::NeedsAttention { .. } => panic!("left open: {order:#?}"),
    }
}

/// What the merchant has of an order's payments.
struct Money {
    kept: u64,
    /// What a cancel took back that reached the wallet late, so that the refund in its place fails or is never taken. A
    /// person looks at the order, and the wallet's statement tells.
    taken_back: u64,
    /// What refunds wait for a person with.
    stuck: u64,
}

/// One order and the wallet's payments of it.
fn agrees(world: &World, wallet: &Wallet, order: &Order) -> Money {
    let (mut kept, mut taken_back, mut ended_at) = (0, 0, Timestamp::MIN);
    for attempt in &order.attempts {
        let payment = world.wallet.payment(wallet, &attempt.payment_request_id);
        let is_right = match (&attempt.state, payment.map(|payment| &payment.state)) {
            (AttemptState::Succeeded { .. }, Some(State::Succeeded { .. })) => true,
            (AttemptState::Reversed { .. }, Some(State::Cancelled { .. })) => true,
            (AttemptState::Succeeded { .. }, Some(State::Cancelled { .. })) if order.attention.is_some() => {
                taken_back += order.total.value();
                true
            }
            (AttemptState::Failed { .. } | AttemptState::Cancelled { .. }, payment) => {
                matches!(payment, None | Some(State::Failed { .. } | State::Cancelled { .. }))
            }
            _ => false,
        };
        assert!(is_right, "the payment is {payment:#?}, the order {order:#?}");
        let Some(payment) = payment else { continue };
        assert!(ended_at <= payment.terms.created_at, "begun beside another that hadn't ended: {order:#?}");
        ended_at = payment.finished_at().unwrap_or(Timestamp::MAX);
        kept += payment.paid() - payment.refunded;
    }
    let succeeded =
        order.attempts.iter().filter(|attempt| matches!(attempt.state, AttemptState::Succeeded { .. }));
    let paid = succeeded.count() as u64 * order.total.value();
    let (mut given_back, mut stuck) = (0, 0);
    for refund in &order.refunds {
        match refund.state {
            RefundState::Succeeded { .. } => given_back += refund.amount.value(),
            RefundState::Failed { .. } => {}
            RefundState::NeedsAttention { .. } if order.attention.is_some() => stuck += refund.amount.value(),
            _ => panic!("a refund is left open: {order:#?}"),
        }
    }
    assert_eq!(kept + taken_back, paid - given_back, "{order:#?}");
    assert!(kept <= order.total.value(), "paid twice: {order:#?}");
    let has_goods = order.stock == StockHold::Sold;
    assert!(has_goods || kept == 0 || order.attention.is_some(), "money for nothing: {order:#?}");
    Money { kept, taken_back, stuck }
}

async fn stock_agrees(world: &World, sold: &BTreeMap<Sku, u64>) {
    let catalog = world.app.store.catalog().await.unwrap().unwrap();
    let begun = goods(world.shoppers);
    for (before, after) in begun.products.iter().zip(&catalog.products) {
        let (before, after) = (&before.variants[0], &after.variants[0]);
        let gone = sold.get(&after.sku).copied().unwrap_or(0);
        let stood = (before.sku.clone(), u64::from(before.on_hand), 0);
        assert_eq!((after.sku.clone(), u64::from(after.on_hand) + gone, after.reserved), stood);
    }
}

async fn books_agree(world: &World, held: u64, unwanted: u64, waiting: u64) {
    let balances = world.app.store.balances(shop_api::Timestamp(u64::MAX)).await.unwrap();
    let stands = |account: &str| -> i64 {
        let rows = balances.iter().filter(|row| row.account == account);
        rows.map(|row| row.debits - row.credits).sum()
    };
    assert_eq!(stands("receivable"), held as i64, "what the wallet holds for the merchant: {balances:#?}");
    assert_eq!(stands("suspense"), -(unwanted as i64), "kept for nobody: {balances:#?}");
    assert_eq!(stands("refunds_payable"), -(waiting as i64), "to be given back: {balances:#?}");
}
