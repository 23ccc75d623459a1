//! Orders and their lines, between rows and values.

use merchant_core::lifecycle::{
    Attention, Breakdown, Customer, Fulfilment, FulfilmentStage, Line, LineParts, Order, OrderState, Parts,
    StockHold, Tracking,
};
use merchant_core::pricing::CouponCode;
use merchant_core::pricing::rounding::Rate;
use shop_api::{MinorUnits, OrderId, QuoteId, Timestamp};

use super::order_key::{self, OrderKey};
use super::sealed::Sealed;
use super::value::{FromValue, Row, Value, json_in, json_out, values};
use super::{Answer, Sql, Statement, attempts, refunds};
use crate::store::{Commit, StoreError};
use crate::vault::Vault;

pub(super) fn load(db: &mut dyn Sql, vault: &Vault, id: &OrderId) -> Result<Option<Order>, StoreError> {
    Ok(load_all(db, vault, std::slice::from_ref(id))?.pop())
}

/// Those of the orders that there are, in the order asked for.
fn load_all(db: &mut dyn Sql, vault: &Vault, ids: &[OrderId]) -> Result<Vec<Order>, StoreError> {
    let mut answers = db.run(ids.iter().flat_map(statements).collect())?.into_iter();
    let mut orders = Vec::with_capacity(ids.len());
    while let (Some(order), Some(lines), Some(attempts), Some(refunds)) =
        (answers.next(), answers.next(), answers.next(), answers.next())
    {
        if let Some(row) = order.rows.into_iter().next() {
            orders.push(read(vault, row, lines, attempts, refunds)?);
        }
    }
    Ok(orders)
}

/// What an order is read from: itself, its lines, attempts and refunds.
fn statements(id: &OrderId) -> [Statement; 4] {
    let order = format!(
        "SELECT {}, id, quote_id, wallet, customer, version, status, status_at, attention, stock, currency_code,
                currency_exponent, currency_symbol, total, payee, created_at, pay_by, given_up_at, erased_at,
                parts, coupon, address, fulfilment, fulfilled_at, tracking
         FROM orders WHERE id = $1",
        order_key::COLUMNS
    );
    let lines = "SELECT sku, name, variant_name, image, quantity, unit_price, subtotal, discount,
                        order_discount, tax_rate, tax
                 FROM order_lines WHERE order_id = $1 ORDER BY position";
    [
        Statement::new(order, values![id]),
        Statement::new(lines, values![id]),
        attempts::of_order(id),
        refunds::of_order(id),
    ]
}

/// Unresolved orders first, then the newest others; newest first in the answer.
pub(super) fn of_customer(
    db: &mut dyn Sql,
    vault: &Vault,
    customer: &Customer,
    limit: u32,
) -> Result<Vec<Order>, StoreError> {
    let unresolved = "SELECT number, id FROM orders
                      WHERE wallet = $1 AND customer = $2 AND status IN ('awaiting_payment', 'needs_attention')
                      ORDER BY number DESC LIMIT $3";
    let newest =
        "SELECT number, id FROM orders WHERE wallet = $1 AND customer = $2 ORDER BY number DESC LIMIT $3";
    let key = || values![&customer.wallet, &customer.id, limit];
    let [unresolved, newest] =
        db.run_all([Statement::new(unresolved, key()), Statement::new(newest, key())])?;
    let mut found: Vec<(i64, OrderId)> = Vec::new();
    for mut row in unresolved.rows.into_iter().chain(newest.rows) {
        let numbered = (row.take()?, row.take()?);
        if found.len() < limit as usize && !found.contains(&numbered) {
            found.push(numbered);
        }
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
    load_all(db, vault, &ids)
}

/// The versions of those orders that there are.
pub(super) fn versions(db: &mut dyn Sql, ids: &[OrderId]) -> Result<Vec<(OrderId, u32)>, StoreError> {
    let answers = db.run(Statement::of_many("SELECT id, version FROM orders WHERE id IN", ids).collect())?;
    let rows = answers.into_iter().flat_map(|answer| answer.rows);
    rows.map(|mut row| Ok((row.take()?, row.take()?))).collect()
}

pub(super) fn of_quote(db: &mut dyn Sql, quote: &QuoteId) -> Result<Option<OrderId>, StoreError> {
    let [answer] = db.run_all([find_of_quote(quote)])?;
    first_id(answer)
}

/// Asks for the order that a quote became; [`first_id`] reads the answer.
pub(super) fn find_of_quote(quote: &QuoteId) -> Statement {
    Statement::new("SELECT id FROM orders WHERE quote_id = $1", values![quote])
}

pub(super) fn first_id(answer: Answer) -> Result<Option<OrderId>, StoreError> {
    answer.rows.into_iter().next().map(|mut row| row.take()).transpose()
}

/// Writes down a new order, with a key of its own.
pub(super) fn insert<'a>(
    db: &mut dyn Sql,
    vault: &'a Vault,
    order: &Order,
    now: Timestamp,
) -> Result<OrderKey<'a>, StoreError> {
    let (status, at) = state_in(order);
    let (key, kept_key) = OrderKey::fresh(vault, &order.id);
    let sealed = sealed(&key, &order.id);
    let address = order.address.as_ref().map(|address| sealed.seal_json("address", address)).transpose()?;
    db.later(Statement::new(
        "INSERT INTO orders (id, quote_id, wallet, customer, version, status, status_at, attention, stock, currency_code,
                             currency_exponent, currency_symbol, total, payee, created_at, pay_by,
                             parts, coupon, address, seal_key, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        values![
            &order.id,
            &order.quote_id,
            &order.customer.wallet,
            &order.customer.id,
            order.version,
            status,
            at,
            order.attention.map(Attention::code),
            order.stock,
            &order.currency.code,
            order.currency.exponent,
            &order.currency.symbol,
            order.total,
            &order.payee,
            order.created_at,
            order.pay_by,
            json_in("order parts", order.breakdown.parts())?,
            order.coupon.as_ref(),
            address.unwrap_or(Value::Null),
            kept_key,
            now,
        ],
    ))?;
    for (position, line) in (0i64..).zip(&order.lines) {
        db.later(Statement::new(
            "INSERT INTO order_lines (order_id, position, sku, name, variant_name, image, quantity, unit_price,
                                      subtotal, discount, order_discount, tax_rate, tax)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            values![
                &order.id,
                position,
                &line.sku,
                &line.name,
                &line.variant_name,
                &line.image,
                line.quantity,
                line.unit_price,
                line.subtotal,
                line.parts.discount,
                line.parts.order_discount,
                line.parts.tax_rate.to_string(),
                line.parts.tax,
            ],
        ))?;
    }
    Ok(key)
}

/// Changes one row if the order still has the version that was expected. Its key is a fresh one afterwards when this
/// erases what was sealed before.
pub(super) fn update(vault: &Vault, commit: &Commit) -> Statement {
    let order = &commit.change.order;
    let (status, at) = state_in(order);
    let fulfilment = order.fulfilment.as_ref();
    let mut values = values![
        order.version,
        status,
        at,
        order.attention.map(Attention::code),
        order.stock,
        order.given_up_at,
        fulfilment.map(|fulfilment| fulfilment.stage.as_str()),
        fulfilment.map(|fulfilment| fulfilment.at),
        commit.now,
    ];
    let (erasing, id, version) = if commit.change.erases {
        let (_, kept_key) = OrderKey::fresh(vault, &order.id);
        values.extend(values![&order.customer.id, kept_key, order.erased_at]);
        let erasing = ", customer = $10, seal_key = $11, erased_at = $12, address = NULL, tracking = NULL";
        (erasing, "$13", "$14")
    } else {
        ("", "$10", "$11")
    };
    values.extend(values![&order.id, commit.expected_version]);
    let sql = format!(
        "UPDATE orders SET version = $1, status = $2, status_at = $3, attention = $4, stock = $5, given_up_at = $6,
                fulfilment = $7, fulfilled_at = $8, changed_at = $9{erasing}
         WHERE id = {id} AND version = {version}"
    );
    Statement::new(sql, values)
}

/// Writes down how an order's delivery is followed, if that is known.
pub(super) fn keep_tracking(key: &OrderKey<'_>, order: &Order) -> Option<Statement> {
    let tracking = order.fulfilment.as_ref()?.tracking.as_ref()?;
    let tracking = sealed(key, &order.id).seal("tracking", tracking.as_str().as_bytes());
    Some(Statement::new("UPDATE orders SET tracking = $1 WHERE id = $2", values![tracking, &order.id]))
}

fn sealed<'a>(key: &'a OrderKey<'_>, id: &'a OrderId) -> Sealed<'a, 1> {
    Sealed::of(key, "orders", [id.as_str().as_bytes()])
}

fn read(
    vault: &Vault,
    mut row: Row,
    lines: Answer,
    attempts: Answer,
    refunds: Answer,
) -> Result<Order, StoreError> {
    let lines = collect(lines, line)?;
    let key = &OrderKey::read(vault, &mut row)?;
    let id: OrderId = row.take()?;
    let sealed = sealed(key, &id);
    let (quote_id, customer, version) = (row.take()?, row.take_customer()?, row.take()?);
    let (state, attention, stock) = (state_out(&mut row)?, attention_out(&mut row)?, row.take()?);
    let (currency, total) = (row.take_currency()?, row.take()?);
    Ok(Order {
        quote_id,
        customer,
        version,
        state,
        attention,
        stock,
        currency,
        total,
        payee: row.take()?,
        created_at: row.take()?,
        pay_by: row.take()?,
        given_up_at: row.take()?,
        erased_at: row.take()?,
        breakdown: breakdown_out(&mut row, &lines, total)?,
        coupon: row.take()?,
        address: sealed.open_optional_json("address", &mut row)?,
        fulfilment: fulfilment_out(&sealed, &mut row)?,
        lines,
        attempts: collect(attempts, |row| attempts::read(key, row))?,
        refunds: collect(refunds, |row| refunds::read(key, row))?,
        id,
    })
}

fn collect<T>(answer: Answer, read: impl Fn(Row) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
    answer.rows.into_iter().map(read).collect()
}

fn line(mut row: Row) -> Result<Line, StoreError> {
    Ok(Line {
        sku: row.take()?,
        name: row.take()?,
        variant_name: row.take()?,
        image: row.take()?,
        quantity: row.take()?,
        unit_price: row.take()?,
        subtotal: row.take()?,
        parts: LineParts {
            discount: row.take()?,
            order_discount: row.take()?,
            tax_rate: row.take()?,
            tax: row.take()?,
        },
    })
}

/// The next column. Orders from before there was more than lines have no parts.
pub(super) fn breakdown_out(
    row: &mut Row,
    lines: &[Line],
    total: MinorUnits,
) -> Result<Breakdown, StoreError> {
    let parts = row.take::<Option<String>>()?;
    let parts = parts.map(|text| json_out::<Parts>("parts", &text)).transpose()?.unwrap_or_default();
    Breakdown::restore(parts, lines, total).map_err(|imbalance| StoreError::Corrupt(imbalance.to_string()))
}

/// The next three columns.
fn fulfilment_out(sealed: &Sealed<'_, 1>, row: &mut Row) -> Result<Option<Fulfilment>, StoreError> {
    let (stage, at): (Option<String>, Option<Timestamp>) = (row.take()?, row.take()?);
    let tracking = sealed.open_optional_text("tracking", row)?;
    let (Some(stage), Some(at)) = (stage, at) else { return Ok(None) };
    let corrupt = |what: &str| StoreError::Corrupt(format!("fulfilment {what}"));
    let tracking = tracking.map(|text| Tracking::parse(&text).ok_or_else(|| corrupt("tracking")));
    Ok(Some(Fulfilment {
        stage: FulfilmentStage::parse(&stage).ok_or_else(|| corrupt(&stage))?,
        at,
        tracking: tracking.transpose()?,
    }))
}

impl From<&CouponCode> for Value {
    fn from(code: &CouponCode) -> Self {
        code.as_str().into()
    }
}

impl FromValue for CouponCode {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        let text = String::from_value(value)?;
        Self::parse(&text).ok_or_else(|| StoreError::Corrupt(format!("coupon {text}")))
    }
}

impl FromValue for Rate {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        let text = String::from_value(value)?;
        Self::parse(&text).ok_or_else(|| StoreError::Corrupt(format!("tax rate {text}")))
    }
}

fn state_in(order: &Order) -> (&'static str, Timestamp) {
    let at = match order.state {
        OrderState::AwaitingPayment => order.created_at,
        OrderState::Paid { at }
        | OrderState::Expired { at }
        | OrderState::Cancelled { at }
        | OrderState::NeedsAttention { at } => at,
    };
    (order.state.as_str(), at)
}

fn state_out(row: &mut Row) -> Result<OrderState, StoreError> {
    let (status, at): (String, Timestamp) = (row.take()?, row.take()?);
    match status.as_str() {
        "awaiting_payment" => Ok(OrderState::AwaitingPayment),
        "paid" => Ok(OrderState::Paid { at }),
        "expired" => Ok(OrderState::Expired { at }),
        "cancelled" => Ok(OrderState::Cancelled { at }),
        "needs_attention" => Ok(OrderState::NeedsAttention { at }),
        other => Err(StoreError::Corrupt(format!("order status {other}"))),
    }
}

fn attention_out(row: &mut Row) -> Result<Option<Attention>, StoreError> {
    let Some(code) = row.take::<Option<String>>()? else { return Ok(None) };
    Attention::parse(&code).map(Some).ok_or_else(|| StoreError::Corrupt(format!("attention {code}")))
}

impl From<StockHold> for Value {
    fn from(hold: StockHold) -> Self {
        Self::from(match hold {
            StockHold::Reserved => "reserved",
            StockHold::Sold => "sold",
            StockHold::Released => "released",
        })
    }
}

impl FromValue for StockHold {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match String::from_value(value)?.as_str() {
            "reserved" => Ok(Self::Reserved),
            "sold" => Ok(Self::Sold),
            "released" => Ok(Self::Released),
            other => Err(StoreError::Corrupt(format!("stock hold {other}"))),
        }
    }
}
