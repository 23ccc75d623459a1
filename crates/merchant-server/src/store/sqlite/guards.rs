//! What must hold inside the transaction, because the decision couldn't see it.

use rusqlite::{Connection, OptionalExtension, params};
use shop_api::{OrderId, Sku};

use super::{dealings, refunds};
use crate::lifecycle::{Customer, Guard, Order, StockMove};
use crate::store::{Conflict, StoreError};

/// The first guard that doesn't hold.
pub(super) fn check(
    connection: &Connection,
    order: &Order,
    guard: &Guard,
) -> Result<Option<Conflict>, StoreError> {
    match guard {
        Guard::CatalogIs(revision) => {
            let same =
                connection.prepare_cached("SELECT 1 FROM shop WHERE revision = ?1")?.exists([revision])?;
            Ok((!same).then_some(Conflict::CatalogChanged))
        }
        Guard::CouponIsLeft(customer, coupon) => {
            let used = dealings::coupon_uses(connection, &coupon.code)?;
            let by_customer = dealings::coupon_uses_of(connection, &coupon.code, customer)?;
            let reached = |limit: Option<u32>, used: u32| limit.is_some_and(|limit| used >= limit);
            let is_used_up = reached(coupon.uses, used) || reached(coupon.uses_per_customer, by_customer);
            Ok(is_used_up.then_some(Conflict::CouponUsedUp))
        }
        Guard::CustomerLimits(customer, limits) => {
            for (sku, wanted, most) in &limits.limits {
                let held = dealings::units(connection, customer, sku, limits.since)?;
                if held.saturating_add(*wanted) > *most {
                    return Ok(Some(Conflict::CustomerLimit(sku.clone())));
                }
            }
            Ok(None)
        }
        Guard::NoOverlap { customer, skus, consented } => {
            let newest = newest_overlap(connection, customer, skus, &order.id)?;
            Ok(newest.filter(|found| Some(found) != consented.as_ref()).map(Conflict::Overlap))
        }
        Guard::OpenOrdersBelow(customer, limit) => {
            let open: u32 = connection
                .prepare_cached(
                    "SELECT count(*) FROM orders
                     WHERE wallet = ?1 AND customer = ?2 AND status IN ('awaiting_payment', 'needs_attention')
                       AND id <> ?3",
                )?
                .query_row(
                    params![customer.wallet.as_str(), customer.id.as_str(), order.id.as_str()],
                    |row| row.get(0),
                )?;
            Ok((open >= *limit).then_some(Conflict::TooManyOpenOrders))
        }
        Guard::PaymentIdIsNew(wallet, payment) => {
            let taken = connection
                .prepare_cached("SELECT 1 FROM attempts WHERE wallet = ?1 AND payment_id = ?2")?
                .exists(params![wallet.as_str(), payment.as_str()])?;
            Ok(taken.then_some(Conflict::PaymentIdTaken))
        }
        Guard::RefundKeyIsNew(wallet, key) => {
            let is_new = refunds::key_is_new(connection, &order.id, wallet, key)?;
            Ok((!is_new).then_some(Conflict::RefundKeyTaken))
        }
    }
}

fn newest_overlap(
    connection: &Connection,
    customer: &Customer,
    skus: &[Sku],
    except: &OrderId,
) -> Result<Option<OrderId>, StoreError> {
    let wanted = serde_json::Value::from(skus.iter().map(Sku::as_str).collect::<Vec<_>>()).to_string();
    let found = connection
        .prepare_cached(
            "SELECT id FROM orders
             WHERE wallet = ?1 AND customer = ?2 AND status IN ('awaiting_payment', 'needs_attention') AND id <> ?3
               AND EXISTS (SELECT 1 FROM order_lines WHERE order_id = orders.id
                           AND sku IN (SELECT value FROM json_each(?4)))
             ORDER BY number DESC LIMIT 1",
        )?
        .query_row(params![customer.wallet.as_str(), customer.id.as_str(), except.as_str(), wanted], |row| {
            row.get(0).map(OrderId)
        })
        .optional()?;
    Ok(found)
}

/// Moves units; a reservation is refused when there aren't as many.
pub(super) fn move_stock(
    connection: &Connection,
    change: &StockMove,
) -> Result<Option<Conflict>, StoreError> {
    let (sql, sku, quantity) = match change {
        StockMove::Reserve(sku, quantity) => (
            "UPDATE stock SET reserved = reserved + ?2 WHERE sku = ?1 AND on_hand - reserved >= ?2",
            sku,
            quantity,
        ),
        StockMove::Sell(sku, quantity) => (
            "UPDATE stock SET on_hand = on_hand - ?2, reserved = reserved - ?2, sold = sold + ?2 WHERE sku = ?1",
            sku,
            quantity,
        ),
        StockMove::Release(sku, quantity) => {
            ("UPDATE stock SET reserved = reserved - ?2 WHERE sku = ?1", sku, quantity)
        }
    };
    let moved = connection.prepare_cached(sql)?.execute(params![sku.as_str(), quantity])?;
    Ok((moved != 1).then(|| Conflict::OutOfStock(sku.clone())))
}
