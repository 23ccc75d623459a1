//! Orders and their lines, between rows and values.

use rusqlite::{Connection, OptionalExtension, named_params, params};
use shop_api::{MinorUnits, OrderId, QuoteId, Sku};

use super::rows::{amount_in, amount_out, currency, json_in, json_out, millis, time, wallet_id};
use super::{attempts, refunds};
use crate::lifecycle::{
    Attention, Breakdown, Customer, Fulfilment, FulfilmentStage, Line, LineParts, Order, OrderState, Parts,
    StockHold, Tracking, WalletName,
};
use crate::pricing::CouponCode;
use crate::pricing::rounding::Rate;
use crate::store::StoreError;

const COLUMNS: &str = "id, quote_id, wallet, customer, version, status, status_at, attention, stock, \
                       currency_code, currency_exponent, currency_symbol, total, payee, created_at, pay_by, given_up_at, \
                       parts, coupon, address, fulfilment, fulfilled_at, tracking";

pub(super) fn load(connection: &Connection, id: &OrderId) -> Result<Option<Order>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM orders WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([id.as_str()])?;
    match rows.next()? {
        None => Ok(None),
        Some(row) => read(connection, row).map(Some),
    }
}

/// Unresolved orders first, then the newest others; newest first in the answer.
pub(super) fn of_customer(
    connection: &Connection,
    customer: &Customer,
    limit: u32,
) -> Result<Vec<Order>, StoreError> {
    let mut numbered = connection.prepare_cached(
        "SELECT number, id FROM orders
         WHERE wallet = ?1 AND customer = ?2 AND status IN ('awaiting_payment', 'needs_attention')
         ORDER BY number DESC LIMIT ?3",
    )?;
    let key = params![customer.wallet.as_str(), customer.id.as_str(), limit];
    let pair = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
    let mut found = numbered.query_map(key, pair)?.collect::<Result<Vec<_>, _>>()?;
    let mut newest = connection.prepare_cached(
        "SELECT number, id FROM orders WHERE wallet = ?1 AND customer = ?2 ORDER BY number DESC LIMIT ?3",
    )?;
    for row in newest.query_map(key, pair)? {
        let row = row?;
        if found.len() < limit as usize && !found.contains(&row) {
            found.push(row);
        }
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let mut orders = Vec::with_capacity(found.len());
    for (_, id) in found {
        orders.extend(load(connection, &OrderId(id))?);
    }
    Ok(orders)
}

pub(super) fn of_quote(connection: &Connection, quote: &QuoteId) -> Result<Option<OrderId>, StoreError> {
    let id = connection
        .prepare_cached("SELECT id FROM orders WHERE quote_id = ?1")?
        .query_row([quote.as_str()], |row| row.get(0).map(OrderId))
        .optional()?;
    Ok(id)
}

pub(super) fn insert(connection: &Connection, order: &Order) -> Result<(), StoreError> {
    let (status, at) = state_in(order);
    connection
        .prepare_cached(
            "INSERT INTO orders (id, quote_id, wallet, customer, version, status, status_at, attention, stock,
                                 currency_code, currency_exponent, currency_symbol, total, payee, created_at, pay_by,
                                 parts, coupon, address)
             VALUES (:id, :quote, :wallet, :customer, :version, :status, :at, :attention, :stock,
                     :code, :exponent, :symbol, :total, :payee, :created_at, :pay_by,
                     :parts, :coupon, :address)",
        )?
        .execute(named_params! {
            ":id": order.id.as_str(), ":quote": order.quote_id.as_str(),
            ":wallet": order.customer.wallet.as_str(), ":customer": order.customer.id.as_str(),
            ":version": order.version, ":status": status, ":at": at,
            ":attention": order.attention.map(Attention::code), ":stock": hold_in(order.stock),
            ":code": order.currency.code, ":exponent": order.currency.exponent, ":symbol": order.currency.symbol,
            ":total": amount_in(order.total), ":payee": order.payee,
            ":created_at": millis(order.created_at), ":pay_by": millis(order.pay_by),
            ":parts": json_in("order parts", order.breakdown.parts())?,
            ":coupon": order.coupon.as_ref().map(CouponCode::as_str),
            ":address": order.address.as_ref().map(|address| json_in("address", address)).transpose()?,
        })?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO order_lines (order_id, position, sku, name, variant_name, image, quantity, unit_price, subtotal,
                                  discount, order_discount, tax_rate, tax)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for (position, line) in (0i64..).zip(&order.lines) {
        statement.execute(params![
            order.id.as_str(),
            position,
            line.sku.as_str(),
            line.name,
            line.variant_name,
            line.image,
            line.quantity,
            amount_in(line.unit_price),
            amount_in(line.subtotal),
            amount_in(line.parts.discount),
            amount_in(line.parts.order_discount),
            line.parts.tax_rate.to_string(),
            amount_in(line.parts.tax),
        ])?;
    }
    Ok(())
}

/// Whether the order still had the version that was expected.
pub(super) fn update(connection: &Connection, order: &Order, expected: u32) -> Result<bool, StoreError> {
    let (status, at) = state_in(order);
    let changed = connection
        .prepare_cached(
            "UPDATE orders SET version = ?3, status = ?4, status_at = ?5, attention = ?6, stock = ?7,
                    given_up_at = ?8, fulfilment = ?9, fulfilled_at = ?10, tracking = ?11
             WHERE id = ?1 AND version = ?2",
        )?
        .execute(params![
            order.id.as_str(),
            expected,
            order.version,
            status,
            at,
            order.attention.map(Attention::code),
            hold_in(order.stock),
            order.given_up_at.map(millis),
            order.fulfilment.as_ref().map(|fulfilment| fulfilment.stage.as_str()),
            order.fulfilment.as_ref().map(|fulfilment| millis(fulfilment.at)),
            order
                .fulfilment
                .as_ref()
                .and_then(|fulfilment| fulfilment.tracking.as_ref())
                .map(Tracking::as_str)
        ])?;
    Ok(changed == 1)
}

fn read(connection: &Connection, row: &rusqlite::Row<'_>) -> Result<Order, StoreError> {
    let id = OrderId(row.get(0)?);
    let attention: Option<String> = row.get(7)?;
    let attention = attention
        .map(|code| Attention::parse(&code).ok_or_else(|| StoreError::Corrupt(format!("attention {code}"))))
        .transpose()?;
    let (status, status_at): (String, i64) = (row.get(5)?, row.get(6)?);
    let stock: String = row.get(8)?;
    let (lines, total) = (lines(connection, &id)?, amount_out(row.get(12)?)?);
    Ok(Order {
        breakdown: breakdown_out(row.get(17)?, &lines, total)?,
        coupon: row.get::<_, Option<String>>(18)?.map(coupon_out).transpose()?,
        address: row.get::<_, Option<String>>(19)?.map(|text| json_out("address", &text)).transpose()?,
        fulfilment: fulfilment_out(row)?,
        quote_id: QuoteId(row.get(1)?),
        customer: Customer { wallet: WalletName(row.get(2)?), id: wallet_id(row.get(3)?)? },
        version: row.get(4)?,
        state: state_out(&status, status_at)?,
        attention,
        stock: hold_out(&stock)?,
        currency: currency(row, 9)?,
        lines,
        total,
        payee: row.get(13)?,
        created_at: time(row.get(14)?),
        pay_by: time(row.get(15)?),
        given_up_at: row.get::<_, Option<i64>>(16)?.map(time),
        attempts: attempts::of_order(connection, &id)?,
        refunds: refunds::of_order(connection, &id)?,
        id,
    })
}

fn lines(connection: &Connection, id: &OrderId) -> Result<Vec<Line>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sku, name, variant_name, image, quantity, unit_price, subtotal, discount, order_discount,
                tax_rate, tax
         FROM order_lines WHERE order_id = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query([id.as_str()])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(Line {
            sku: Sku(row.get(0)?),
            name: row.get(1)?,
            variant_name: row.get(2)?,
            image: row.get(3)?,
            quantity: row.get(4)?,
            unit_price: amount_out(row.get(5)?)?,
            subtotal: amount_out(row.get(6)?)?,
            parts: LineParts {
                discount: amount_out(row.get(7)?)?,
                order_discount: amount_out(row.get(8)?)?,
                tax_rate: rate_out(&row.get::<_, String>(9)?)?,
                tax: amount_out(row.get(10)?)?,
            },
        });
    }
    Ok(lines)
}

/// Orders from before there was more than lines have no parts.
pub(super) fn breakdown_out(
    parts: Option<String>,
    lines: &[Line],
    total: MinorUnits,
) -> Result<Breakdown, StoreError> {
    let parts = parts.map(|text| json_out::<Parts>("parts", &text)).transpose()?.unwrap_or_default();
    Breakdown::restore(parts, lines, total).map_err(|imbalance| StoreError::Corrupt(imbalance.to_string()))
}

pub(super) fn coupon_out(code: String) -> Result<CouponCode, StoreError> {
    CouponCode::parse(&code).ok_or_else(|| StoreError::Corrupt(format!("coupon {code}")))
}

fn rate_out(text: &str) -> Result<Rate, StoreError> {
    Rate::parse(text).ok_or_else(|| StoreError::Corrupt(format!("tax rate {text}")))
}

fn fulfilment_out(row: &rusqlite::Row<'_>) -> Result<Option<Fulfilment>, StoreError> {
    let (Some(stage), Some(at)) = (row.get::<_, Option<String>>(20)?, row.get::<_, Option<i64>>(21)?) else {
        return Ok(None);
    };
    let corrupt = |what: &str| StoreError::Corrupt(format!("fulfilment {what}"));
    let tracking = row.get::<_, Option<String>>(22)?;
    let tracking = tracking.map(|text| Tracking::parse(&text).ok_or_else(|| corrupt("tracking")));
    Ok(Some(Fulfilment {
        stage: FulfilmentStage::parse(&stage).ok_or_else(|| corrupt(&stage))?,
        at: time(at),
        tracking: tracking.transpose()?,
    }))
}

fn state_in(order: &Order) -> (&'static str, i64) {
    let (status, at) = match order.state {
        OrderState::AwaitingPayment => ("awaiting_payment", order.created_at),
        OrderState::Paid { at } => ("paid", at),
        OrderState::Expired { at } => ("expired", at),
        OrderState::Cancelled { at } => ("cancelled", at),
        OrderState::NeedsAttention { at } => ("needs_attention", at),
    };
    (status, millis(at))
}

fn state_out(status: &str, at: i64) -> Result<OrderState, StoreError> {
    let at = time(at);
    match status {
        "awaiting_payment" => Ok(OrderState::AwaitingPayment),
        "paid" => Ok(OrderState::Paid { at }),
        "expired" => Ok(OrderState::Expired { at }),
        "cancelled" => Ok(OrderState::Cancelled { at }),
        "needs_attention" => Ok(OrderState::NeedsAttention { at }),
        other => Err(StoreError::Corrupt(format!("order status {other}"))),
    }
}

fn hold_in(hold: StockHold) -> &'static str {
    match hold {
        StockHold::Reserved => "reserved",
        StockHold::Sold => "sold",
        StockHold::Released => "released",
    }
}

fn hold_out(text: &str) -> Result<StockHold, StoreError> {
    match text {
        "reserved" => Ok(StockHold::Reserved),
        "sold" => Ok(StockHold::Sold),
        "released" => Ok(StockHold::Released),
        other => Err(StoreError::Corrupt(format!("stock hold {other}"))),
    }
}
