//! What must hold inside the transaction, because the decision couldn't see it.

use std::collections::HashSet;

use shop_api::{OrderId, Sku};

use super::value::values;
use super::{Answer, Hold, Sql, Statement, catalog, refunds};
use crate::lifecycle::{Customer, Guard, Order, StockMove};
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

/// Keeps what a guard looks at as it is until the commit: the orders of a customer, the catalogue.
pub(super) fn lock(db: &mut dyn Sql, guard: &Guard) -> Result<(), StoreError> {
    match guard {
        Guard::PriceIs(_, _) => db.lock(catalog::LOCK, Hold::Shared),
        Guard::NoOverlap { customer, .. } | Guard::OpenOrdersBelow(customer, _) => {
            db.lock(&format!("customer {} {}", customer.wallet, customer.id.as_str()), Hold::Alone)
        }
        // These are kept by unique indices.
        Guard::PaymentIdIsNew(_, _) | Guard::RefundKeyIsNew(_, _) => Ok(()),
    }
}

/// The check of a guard.
pub(super) fn check<'a>(order: &'a Order, guard: &'a Guard) -> Check<'a> {
    match guard {
        Guard::PriceIs(sku, price) => Check::changes_one(
            Statement::new("SELECT 1 FROM variants WHERE sku = $1 AND price = $2", values![sku, *price]),
            Conflict::PriceChanged(sku.clone()),
        ),
        Guard::NoOverlap { customer, skus, consented } => {
            Check::new(lines_of_unresolved(customer, &order.id), move |answer| {
                let newest = newest_overlap(answer, skus)?;
                Ok(newest.filter(|found| Some(found) != consented.as_ref()).map(Conflict::Overlap))
            })
        }
        Guard::OpenOrdersBelow(customer, limit) => {
            Check::new(count_unresolved(customer, &order.id), move |answer| {
                let mut open = 0u32;
                for mut row in answer.rows {
                    open = row.take()?;
                }
                Ok((open >= *limit).then_some(Conflict::TooManyOpenOrders))
            })
        }
        Guard::PaymentIdIsNew(wallet, payment) => Check::finds_none(
            Statement::new(
                "SELECT 1 FROM attempts WHERE wallet = $1 AND payment_id = $2",
                values![wallet, payment],
            ),
            Conflict::PaymentIdTaken,
        ),
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
    };
    Check::changes_one(Statement::new(sql, values![*quantity, sku]), Conflict::OutOfStock(sku.clone()))
}
