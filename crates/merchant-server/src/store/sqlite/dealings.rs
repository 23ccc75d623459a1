//! What counts against limits: units that a customer ordered, and uses of coupons.

use rusqlite::{Connection, OptionalExtension, params};
use shop_api::{Sku, Timestamp};

use super::rows::millis;
use crate::lifecycle::{CouponMove, Customer};
use crate::pricing::{CouponCode, Dealings};
use crate::store::{DealingsQuestion, StoreError};

pub(super) fn of(connection: &Connection, asked: &DealingsQuestion) -> Result<Dealings, StoreError> {
    let mut dealings = Dealings::default();
    for sku in &asked.skus {
        let held = units(connection, &asked.customer, sku, asked.since)?;
        dealings.units.push((sku.clone(), held));
    }
    if let Some(code) = &asked.coupon {
        dealings.coupon_uses = coupon_uses(connection, code)?;
        dealings.coupon_uses_by_customer = coupon_uses_of(connection, code, &asked.customer)?;
    }
    Ok(dealings)
}

/// Units of a SKU in the customer's orders since then that hold their stock, or sold it.
pub(super) fn units(
    connection: &Connection,
    customer: &Customer,
    sku: &Sku,
    since: Timestamp,
) -> Result<u32, StoreError> {
    let sum = connection
        .prepare_cached(
            "SELECT coalesce(sum(quantity), 0) FROM orders JOIN order_lines ON order_id = id
             WHERE wallet = ?1 AND customer = ?2 AND created_at >= ?3 AND stock <> 'released' AND sku = ?4",
        )?
        .query_row(
            params![customer.wallet.as_str(), customer.id.as_str(), millis(since), sku.as_str()],
            |row| row.get(0),
        )?;
    Ok(sum)
}

pub(super) fn coupon_uses(connection: &Connection, code: &CouponCode) -> Result<u32, StoreError> {
    let used = connection
        .prepare_cached("SELECT used FROM coupons WHERE code = ?1")?
        .query_row([code.as_str()], |row| row.get(0))
        .optional()?;
    Ok(used.unwrap_or(0))
}

pub(super) fn coupon_uses_of(
    connection: &Connection,
    code: &CouponCode,
    customer: &Customer,
) -> Result<u32, StoreError> {
    let used = connection
        .prepare_cached(
            "SELECT count(*) FROM orders
             WHERE coupon = ?1 AND wallet = ?2 AND customer = ?3 AND stock <> 'released'",
        )?
        .query_row(params![code.as_str(), customer.wallet.as_str(), customer.id.as_str()], |row| {
            row.get(0)
        })?;
    Ok(used)
}

pub(super) fn move_coupon(connection: &Connection, change: &CouponMove) -> Result<(), StoreError> {
    let (sql, code) = match change {
        CouponMove::Use(code) => (
            "INSERT INTO coupons (code, used) VALUES (?1, 1) ON CONFLICT (code) DO UPDATE SET used = used + 1",
            code,
        ),
        CouponMove::GiveBack(code) => ("UPDATE coupons SET used = used - 1 WHERE code = ?1", code),
    };
    connection.prepare_cached(sql)?.execute([code.as_str()])?;
    Ok(())
}
