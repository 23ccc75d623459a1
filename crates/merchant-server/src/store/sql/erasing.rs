//! Finding what is to be erased, and forgetting a customer beside the orders.

use merchant_core::lifecycle::Customer;
use shop_api::{OrderId, Timestamp};

use super::value::values;
use super::{Sql, Statement};
use crate::store::{Forgotten, StoreError};

/// Orders that changed last before this time and can be erased, the longest unchanged first. What isn't over yet is
/// passed over, so that it holds up nothing.
pub(super) fn erasable(db: &mut dyn Sql, before: Timestamp, limit: u32) -> Result<Vec<OrderId>, StoreError> {
    // The orders' states are said as the index says them. Counts are looked up for each order; joins would be made for
    // all orders at once.
    let rows = db.query(
        "SELECT id FROM orders
         WHERE changed_at < $1 AND erased_at IS NULL AND attention IS NULL
           AND (status = 'paid' OR status = 'expired' OR status = 'cancelled')
           AND (SELECT count(*) FROM attempts WHERE attempts.order_id = orders.id
                AND (attempts.status IN ('creating', 'open', 'unknown', 'needs_attention')
                     OR (attempts.status IN ('failed', 'cancelled') AND claimed_paid_at IS NOT NULL)
                     OR (attempts.status = 'succeeded' AND reversed_at IS NULL AND asking_since IS NOT NULL))) = 0
           AND (SELECT count(*) FROM refunds WHERE refunds.order_id = orders.id
                AND refunds.status NOT IN ('succeeded', 'failed')) = 0
           AND (SELECT count(*) FROM outbox WHERE outbox.order_id = orders.id AND outbox.status = 'pending') = 0
         ORDER BY changed_at, number LIMIT $2",
        values![before, limit],
    )?;
    rows.into_iter().map(|mut row| row.take()).collect()
}

/// All orders of a customer, newest first.
pub(super) fn ids_of(db: &mut dyn Sql, customer: &Customer) -> Result<Vec<OrderId>, StoreError> {
    let sql = "SELECT id FROM orders WHERE wallet = $1 AND customer = $2 ORDER BY number DESC";
    let rows = db.query(sql, values![&customer.wallet, &customer.id])?;
    rows.into_iter().map(|mut row| row.take()).collect()
}

/// Ends a customer's sessions and deletes the quotes.
pub(super) fn forget(db: &mut dyn Sql, customer: &Customer) -> Result<Forgotten, StoreError> {
    let delete = |sql: &'static str| Statement::new(sql, values![&customer.wallet, &customer.id]);
    let [sessions, quotes] = db.run_all([
        delete("DELETE FROM sessions WHERE wallet = $1 AND customer = $2"),
        delete("DELETE FROM quotes WHERE wallet = $1 AND customer = $2"),
    ])?;
    Ok(Forgotten { sessions: sessions.changed, quotes: quotes.changed })
}
