//! What counts against limits: units that a customer ordered, and uses of coupons.

use merchant_core::lifecycle::{CouponMove, Customer};
use merchant_core::pricing::{CouponCode, Dealings};
use shop_api::{Sku, Timestamp};

use super::value::values;
use super::{Answer, Sql, Statement};
use crate::store::{DealingsQuestion, StoreError};

pub(super) fn of(db: &mut dyn Sql, asked: &DealingsQuestion) -> Result<Dealings, StoreError> {
    let mut statements: Vec<_> =
        asked.skus.iter().map(|sku| units(&asked.customer, sku, asked.since)).collect();
    if let Some(code) = &asked.coupon {
        statements.extend([uses(code), uses_by(code, &asked.customer)]);
    }
    let mut counts = db.run(statements)?.into_iter();
    let mut dealings = Dealings::default();
    for (sku, answer) in asked.skus.iter().zip(&mut counts) {
        dealings.units.push((sku.clone(), count(answer)?));
    }
    if let (Some(all), Some(by_customer)) = (counts.next(), counts.next()) {
        (dealings.coupon_uses, dealings.coupon_uses_by_customer) = (count(all)?, count(by_customer)?);
    }
    Ok(dealings)
}

/// Counts the units of a SKU in the customer's orders since then that hold their stock, or sold it;
/// [`count`] reads the answer.
pub(super) fn units(customer: &Customer, sku: &Sku, since: Timestamp) -> Statement {
    Statement::new(
        "SELECT CAST(coalesce(sum(order_lines.quantity), 0) AS bigint)
         FROM orders JOIN order_lines ON order_lines.order_id = orders.id
         WHERE orders.wallet = $1 AND orders.customer = $2 AND orders.created_at >= $3
           AND orders.stock <> 'released' AND order_lines.sku = $4",
        values![&customer.wallet, &customer.id, since, sku],
    )
}

/// Counts the uses of a coupon.
pub(super) fn uses(code: &CouponCode) -> Statement {
    Statement::new("SELECT used FROM coupons WHERE code = $1", values![code.as_str()])
}

/// Counts the uses of a coupon by one customer.
pub(super) fn uses_by(code: &CouponCode, customer: &Customer) -> Statement {
    Statement::new(
        "SELECT count(*) FROM orders
         WHERE coupon = $1 AND wallet = $2 AND customer = $3 AND stock <> 'released'",
        values![code.as_str(), &customer.wallet, &customer.id],
    )
}

/// The one number of an answer; nothing counts as none.
pub(super) fn count(answer: Answer) -> Result<u32, StoreError> {
    answer.rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// One use more, or one less.
pub(super) fn move_coupon(change: &CouponMove) -> Statement {
    match change {
        CouponMove::Use(code) => Statement::new(
            "INSERT INTO coupons (code, used) VALUES ($1, 1) ON CONFLICT (code) DO UPDATE SET used = coupons.used + 1",
            values![code.as_str()],
        ),
        CouponMove::GiveBack(code) => {
            Statement::new("UPDATE coupons SET used = used - 1 WHERE code = $1", values![code.as_str()])
        }
    }
}
