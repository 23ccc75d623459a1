//! Wallets' statements, and what they are compared with.

use merchant_core::lifecycle::WalletName;
use shop_api::{AttemptId, OrderId, Timestamp};

use super::value::{Row, values};
use super::{Sql, Statement, books};
use crate::reconcile::Period;
use crate::store::{StatedRow, StoreError, Unstated, UnstatedKind};

/// Keeps the rows that are new, and books what each of them means. Which ones were new.
pub(super) fn import(
    db: &mut dyn Sql,
    wallet: &WalletName,
    rows: &[StatedRow],
    now: Timestamp,
) -> Result<Vec<bool>, StoreError> {
    let inserts = rows.iter().map(|row| insert(wallet, row, now)).collect();
    let is_new: Vec<bool> = db.run(inserts)?.iter().map(|answer| answer.changed == 1).collect();
    for (row, _) in rows.iter().zip(&is_new).filter(|(_, is_new)| **is_new) {
        for (number, posting) in (1u32..).zip(&row.postings) {
            let hash: String = row.hash.iter().map(|byte| format!("{byte:02x}")).collect();
            books::append_beside(db, &format!("{wallet}.{hash}.{number}"), wallet, posting, now)?;
        }
    }
    Ok(is_new)
}

fn insert(wallet: &WalletName, stated: &StatedRow, now: Timestamp) -> Statement {
    let row = &stated.row;
    Statement::new(
        "INSERT INTO statement_rows (wallet, row_hash, kind, at, payment_id, payment_request_id, refund_id,
                                     refund_request_id, reference, currency, amount, fee, imported_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (wallet, row_hash) DO NOTHING",
        values![
            wallet,
            stated.hash,
            row.kind.as_str(),
            row.at,
            row.payment_id.as_ref(),
            row.payment_request_id.as_ref(),
            row.refund_id.as_ref(),
            row.refund_request_id.as_ref(),
            row.reference.as_ref(),
            &row.currency,
            row.amount,
            row.fee,
            now,
        ],
    )
}

/// The attempt that a row is about, by our id or by the wallet's.
pub(super) fn find_payment(
    db: &mut dyn Sql,
    wallet: &WalletName,
    payment_request_id: Option<&str>,
    payment_id: Option<&str>,
) -> Result<Option<(OrderId, AttemptId)>, StoreError> {
    let [by_ours, by_its] = db.run_all([
        Statement::new(
            "SELECT order_id, id FROM attempts WHERE wallet = $1 AND payment_request_id = $2",
            values![wallet, payment_request_id],
        ),
        Statement::new(
            "SELECT order_id, id FROM attempts WHERE wallet = $1 AND payment_id = $2",
            values![wallet, payment_id],
        ),
    ])?;
    let found = by_ours.rows.into_iter().chain(by_its.rows).next();
    found.map(|mut row| Ok((row.take()?, row.take()?))).transpose()
}

/// What we say happened in this time and no statement ever had; `limit` of each kind at most.
pub(super) fn unstated(
    db: &mut dyn Sql,
    wallet: &WalletName,
    period: Period,
    limit: u32,
) -> Result<Vec<Unstated>, StoreError> {
    let [payments, refunds] = db.run_all([
        Statement::new(
            "SELECT attempts.order_id, attempts.id, attempts.payment_request_id, orders.total, attempts.status_at
             FROM attempts JOIN orders ON orders.id = attempts.order_id
             WHERE attempts.wallet = $1 AND attempts.status = 'succeeded' AND attempts.status_at >= $2
               AND attempts.status_at < $3
               AND NOT EXISTS (SELECT 1 FROM statement_rows AS stated
                               WHERE stated.wallet = attempts.wallet AND stated.kind = 'payment'
                                 AND stated.payment_request_id = attempts.payment_request_id)
               AND NOT EXISTS (SELECT 1 FROM statement_rows AS stated
                               WHERE stated.wallet = attempts.wallet AND stated.kind = 'payment'
                                 AND stated.payment_id = attempts.payment_id)
             ORDER BY attempts.status_at LIMIT $4",
            values![wallet, period.from, period.to, limit],
        ),
        Statement::new(
            "SELECT refunds.order_id, refunds.attempt_id, refunds.refund_request_id, refunds.amount, refunds.status_at
             FROM refunds
             WHERE refunds.wallet = $1 AND refunds.status = 'succeeded' AND refunds.status_at >= $2
               AND refunds.status_at < $3
               AND NOT EXISTS (SELECT 1 FROM statement_rows AS stated
                               WHERE stated.wallet = refunds.wallet AND stated.kind = 'refund'
                                 AND stated.refund_request_id = refunds.refund_request_id)
               AND NOT EXISTS (SELECT 1 FROM statement_rows AS stated
                               WHERE stated.wallet = refunds.wallet AND stated.kind = 'refund'
                                 AND stated.refund_id = refunds.refund_id)
             ORDER BY refunds.status_at LIMIT $4",
            values![wallet, period.from, period.to, limit],
        ),
    ])?;
    let read = |kind| move |row| unstated_out(kind, row);
    let payments = payments.rows.into_iter().map(read(UnstatedKind::Payment));
    payments.chain(refunds.rows.into_iter().map(read(UnstatedKind::Refund))).collect()
}

fn unstated_out(kind: UnstatedKind, mut row: Row) -> Result<Unstated, StoreError> {
    Ok(Unstated {
        kind,
        order_id: row.take()?,
        attempt_id: row.take()?,
        id: row.take()?,
        amount: row.take()?,
        at: row.take()?,
    })
}
