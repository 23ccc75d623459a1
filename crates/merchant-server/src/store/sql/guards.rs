//! What must hold inside the transaction, because the decision couldn't see it.

use std::collections::HashSet;

use merchant_core::lifecycle::{Customer, Guard, Order, StockMove};
use shop_api::{OrderId, Sku};

use super::value::values;
use super::{Answer, Hold, Sql, Statement, catalog, dealings, outbox, refunds};
use crate::store::{Conflict, StoreError};

type Verdict<'a> = Box<dyn FnOnce(Answer) -> Result<Option<Conflict>, StoreError> + 'a>;

/// A statement, and what its answer means for the commit.
pub(super) struct Check<'a> {
    statement: Statement,
    verdict: Verdict<'a>,
}

impl<'a> Check<'a> {
    pub(super) fn new(
        statement: Statement,
        verdict: impl FnOnce(Answer) -> Result<Option<Conflict>, StoreError> + 'a,
    ) -> Self {
        Self { statement, verdict: Box::new(verdict) }
    }

    /// A statement that must change exactly one row.
    pub(super) fn changes_one(statement: Statement, conflict: Conflict) -> Self {
        Self::new(statement, move |answer| Ok((answer.changed != 1).then_some(conflict)))
    }

    /// A count that must stay below a limit.
    fn counts_below(statement: Statement, limit: u32, conflict: Conflict) -> Self {
        Self::new(statement, move |answer| Ok((dealings::count(answer)? >= limit).then_some(conflict)))
    }

    /// A question that must have no answer.
    fn finds_none(statement: Statement, conflict: Conflict) -> Self {
        Self::new(statement, move |answer| Ok((!answer.rows.is_empty()).then_some(conflict)))
    }
}

/// Runs all of them; what the first one that isn't content says.
pub(super) fn first_conflict(
    db: &mut dyn Sql,
    checks: Vec<Check<'_>>,
) -> Result<Option<Conflict>, StoreError> {
    let (statements, verdicts): (Vec<_>, Vec<_>) =
        checks.into_iter().map(|check| (check.statement, check.verdict)).unzip();
    for (verdict, answer) in verdicts.into_iter().zip(db.run(statements)?) {
        if let Some(conflict) = verdict(answer)? {
            return Ok(Some(conflict));
        }
    }
    Ok(None)
}

/// Keeps what the guards look at as it is until the commit: the catalogue, a customer's orders, a coupon's uses.
pub(super) fn lock(db: &mut dyn Sql, guards: &[Guard]) -> Result<(), StoreError> {
    let mut held = Vec::new();
    for (name, hold) in guards.iter().filter_map(lock_of) {
        if !held.contains(&name) {
            db.lock(&name, hold)?;
            held.push(name);
        }
    }
    Ok(())
}

fn lock_of(guard: &Guard) -> Option<(String, Hold)> {
    match guard {
        Guard::CatalogIs(_) => Some((catalog::LOCK.to_owned(), Hold::Shared)),
        Guard::CouponUsesBelow(code, _) => Some((format!("coupon {}", code.as_str()), Hold::Alone)),
        Guard::NoOverlap { customer, .. }
        | Guard::OpenOrdersBelow(customer, _)
        | Guard::CouponUsesByCustomerBelow(customer, _, _)
        | Guard::CustomerLimit { customer, .. } => {
            Some((format!("customer {} {}", customer.wallet, customer.id.as_str()), Hold::Alone))
        }
        // These are kept by unique indices.
        Guard::PaymentIdIsNew(_, _) | Guard::RefundKeyIsNew(_, _) => None,
        // Messages come with a new version of their order only; what is sent anew meanwhile goes as well.
        Guard::NothingToDeliver => None,
    }
}

/// The check of a guard.
pub(super) fn check<'a>(order: &'a Order, guard: &'a Guard) -> Check<'a> {
    match guard {
        Guard::CatalogIs(revision) => Check::changes_one(
            Statement::new("SELECT 1 FROM shop WHERE revision = $1", values![*revision]),
            Conflict::CatalogChanged,
        ),
        Guard::CouponUsesBelow(code, most) => {
            Check::counts_below(dealings::uses(code), *most, Conflict::CouponUsedUp)
        }
        Guard::CouponUsesByCustomerBelow(customer, code, most) => {
            Check::counts_below(dealings::uses_by(code, customer), *most, Conflict::CouponUsedUp)
        }
        Guard::CustomerLimit { customer, sku, wanted, most, since } => {
            Check::new(dealings::units(customer, sku, *since), move |answer| {
                let held = dealings::count(answer)?;
                let is_over = held.saturating_add(*wanted) > *most;
                Ok(is_over.then(|| Conflict::CustomerLimit(sku.clone())))
            })
        }
        Guard::NoOverlap { customer, skus, consented } => {
            Check::new(lines_of_unresolved(customer, &order.id), move |answer| {
                let newest = newest_overlap(answer, skus)?;
                Ok(newest.filter(|found| Some(found) != consented.as_ref()).map(Conflict::Overlap))
            })
        }
        Guard::OpenOrdersBelow(customer, limit) => {
            Check::counts_below(count_unresolved(customer, &order.id), *limit, Conflict::TooManyOpenOrders)
        }
        Guard::PaymentIdIsNew(wallet, payment) => Check::finds_none(
            Statement::new(
                "SELECT 1 FROM attempts WHERE wallet = $1 AND payment_id = $2",
                values![wallet, payment],
            ),
            Conflict::PaymentIdTaken,
        ),
        Guard::NothingToDeliver => Check::finds_none(outbox::pending_of(&order.id), Conflict::MessagePending),
        Guard::RefundKeyIsNew(wallet, key) => {
            Check::finds_none(refunds::holders_of_key(&order.id, wallet, key), Conflict::RefundKeyTaken)
        }
    }
}

/// A customer's unresolved orders but one, newest first, with a row for each of their lines.
fn lines_of_unresolved(customer: &Customer, except: &OrderId) -> Statement {
    Statement::new(
        "SELECT orders.id, order_lines.sku FROM orders JOIN order_lines ON order_lines.order_id = orders.id
         WHERE orders.wallet = $1 AND orders.customer = $2 AND orders.status IN ('awaiting_payment', 'needs_attention')
           AND orders.id <> $3
         ORDER BY orders.number DESC",
        values![&customer.wallet, &customer.id, except],
    )
}

fn count_unresolved(customer: &Customer, except: &OrderId) -> Statement {
    Statement::new(
        "SELECT count(*) FROM orders
         WHERE wallet = $1 AND customer = $2 AND status IN ('awaiting_payment', 'needs_attention') AND id <> $3",
        values![&customer.wallet, &customer.id, except],
    )
}

fn newest_overlap(lines: Answer, skus: &[Sku]) -> Result<Option<OrderId>, StoreError> {
    let wanted: HashSet<&Sku> = skus.iter().collect();
    for mut row in lines.rows {
        let (order, sku): (OrderId, Sku) = (row.take()?, row.take()?);
        if wanted.contains(&sku) {
            return Ok(Some(order));
        }
    }
    Ok(None)
}

/// Moves units; a reservation is refused when there aren't as many.
pub(super) fn move_stock(change: &StockMove) -> Check<'static> {
    let (sql, sku, quantity) = match change {
        StockMove::Reserve(sku, quantity) => (
            "UPDATE stock SET reserved = reserved + $1 WHERE sku = $2 AND on_hand - reserved >= $1",
            sku,
            quantity,
        ),
        StockMove::Sell(sku, quantity) => (
            "UPDATE stock SET on_hand = on_hand - $1, reserved = reserved - $1, sold = sold + $1 WHERE sku = $2",
            sku,
            quantity,
        ),
        StockMove::Release(sku, quantity) => {
            ("UPDATE stock SET reserved = reserved - $1 WHERE sku = $2", sku, quantity)
        }
        StockMove::Restock(sku, quantity) => {
            ("UPDATE stock SET on_hand = on_hand + $1, sold = sold - $1 WHERE sku = $2", sku, quantity)
        }
    };
    Check::changes_one(Statement::new(sql, values![*quantity, sku]), Conflict::OutOfStock(sku.clone()))
}
