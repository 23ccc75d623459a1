//! Refunds, between rows and values.

use merchant_core::lifecycle::{
    ERASED, Order, Refund, RefundMaker, RefundRequestId, RefundState, StoredCall, WalletName,
};
use merchant_core::pricing::RefundShare;
use shop_api::{OrderId, Timestamp};

use super::order_key::{self, OrderKey};
use super::sealed::Sealed;
use super::value::{Row, json_in, json_out, values};
use super::{Sql, Statement};
use crate::store::StoreError;
use crate::vault::Vault;

/// Asks for an order's refunds; [`read`] reads each row.
pub(super) fn of_order(order: &OrderId) -> Statement {
    Statement::new(
        "SELECT wallet, refund_request_id, attempt_id, amount, reason, requested_by, made_by, requested_at, refund_id,
                sendings, asking_since, status, status_at, code, share, restock
         FROM refunds WHERE order_id = $1 ORDER BY number",
        values![order],
    )
}

pub(super) fn read(key: &OrderKey<'_>, mut row: Row) -> Result<Refund, StoreError> {
    let (wallet, id): (WalletName, RefundRequestId) = (row.take()?, row.take()?);
    let sealed = sealed(key, &wallet, &id);
    Ok(Refund {
        attempt: row.take()?,
        amount: row.take()?,
        reason: sealed.open_text("reason", &mut row)?.unwrap_or_else(|| ERASED.to_owned()),
        requested_by: row.take()?,
        made_by: made_by(row.take()?)?,
        requested_at: row.take()?,
        refund_id: row.take()?,
        sendings: row.take()?,
        asking_since: row.take()?,
        state: state_out(&mut row)?,
        share: share_out(row.take()?)?,
        restock: row.take::<u8>()? == 1,
        id,
    })
}

fn sealed<'a>(key: &'a OrderKey<'_>, wallet: &'a WalletName, id: &'a RefundRequestId) -> Sealed<'a, 2> {
    Sealed::of(key, "refunds", [wallet.as_str().as_bytes(), id.as_str().as_bytes()])
}

/// Writes the order's refunds: new ones without bytes, the others as they are now.
pub(super) fn write(db: &mut dyn Sql, key: &OrderKey<'_>, order: &Order) -> Result<(), StoreError> {
    if order.refunds.is_empty() {
        return Ok(());
    }
    let answers = db.run(order.refunds.iter().map(|refund| update(order, refund)).collect())?;
    for ((number, refund), updated) in (1i64..).zip(&order.refunds).zip(answers) {
        if updated.changed == 0 {
            db.later(insert(key, order, number, refund)?)?;
        }
    }
    Ok(())
}

fn update(order: &Order, refund: &Refund) -> Statement {
    let (at, code) = state_in(refund);
    Statement::new(
        "UPDATE refunds SET refund_id = $1, status = $2, status_at = $3, code = $4, sendings = $5, asking_since = $6
         WHERE wallet = $7 AND refund_request_id = $8 AND order_id = $9",
        values![
            refund.refund_id.as_ref(),
            refund.state.as_str(),
            at,
            code,
            refund.sendings,
            refund.asking_since,
            &order.customer.wallet,
            &refund.id,
            &order.id,
        ],
    )
}

fn insert(key: &OrderKey<'_>, order: &Order, number: i64, refund: &Refund) -> Result<Statement, StoreError> {
    let (at, _) = state_in(refund);
    let share = refund.share.as_ref().map(|share| json_in("refund share", share)).transpose()?;
    let sealed = sealed(key, &order.customer.wallet, &refund.id);
    Ok(Statement::new(
        "INSERT INTO refunds (wallet, refund_request_id, order_id, attempt_id, number, amount, reason, requested_by,
                              requested_at, status, status_at, sendings, made_by, refund_id, asking_since,
                              share, restock)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        values![
            &order.customer.wallet,
            &refund.id,
            &order.id,
            &refund.attempt,
            number,
            refund.amount,
            sealed.seal("reason", refund.reason.as_bytes()),
            &refund.requested_by,
            refund.requested_at,
            refund.state.as_str(),
            at,
            refund.sendings,
            refund.made_by.as_str(),
            refund.refund_id.as_ref(),
            refund.asking_since,
            share,
            u8::from(refund.restock),
        ],
    ))
}

/// Asks who has a key: another order's refund or another order's payment. No row: it is free.
pub(super) fn holders_of_key(order: &OrderId, wallet: &WalletName, key: &RefundRequestId) -> Statement {
    Statement::new(
        "SELECT 1 FROM refunds WHERE wallet = $1 AND refund_request_id = $2 AND order_id <> $3
         UNION ALL
         SELECT 1 FROM attempts WHERE wallet = $1 AND payment_request_id = $2 AND order_id <> $3",
        values![wallet, key, order],
    )
}

/// A refund with its order.
const OF_REFUND: &str = "FROM refunds JOIN orders ON orders.id = refunds.order_id
                         WHERE refunds.wallet = $1 AND refund_request_id = $2";

/// Stores the bytes, unless there are some already.
pub(super) fn keep_call(
    db: &mut dyn Sql,
    vault: &Vault,
    wallet: &WalletName,
    refund: &RefundRequestId,
    fresh: &StoredCall,
) -> Result<(), StoreError> {
    let sql = format!("SELECT {} {OF_REFUND}", order_key::COLUMNS);
    let rows = db.query(sql, values![wallet, refund])?;
    let Some(key) = OrderKey::found(vault, rows)? else { return Ok(()) };
    let sealed = sealed(&key, wallet, refund);
    db.later(Statement::new(
        "UPDATE refunds SET refund_uri = $1, refund_request = $2
         WHERE wallet = $3 AND refund_request_id = $4 AND refund_request IS NULL",
        values![&fresh.uri, sealed.seal("refund_request", &fresh.body), wallet, refund],
    ))
}

/// None when there are no bytes yet, or they were erased.
pub(super) fn call(
    db: &mut dyn Sql,
    vault: &Vault,
    wallet: &WalletName,
    refund: &RefundRequestId,
) -> Result<Option<StoredCall>, StoreError> {
    let columns = order_key::COLUMNS;
    let sql =
        format!("SELECT {columns}, refund_uri, refund_request {OF_REFUND} AND refund_request IS NOT NULL");
    let Some(mut row) = db.query_one(sql, values![wallet, refund])? else { return Ok(None) };
    let key = OrderKey::read(vault, &mut row)?;
    let sealed = sealed(&key, wallet, refund);
    let (uri, body) = (row.take()?, sealed.open_unless_erased("refund_request", &mut row)?);
    Ok(body.map(|body| StoredCall { uri, body }))
}

fn made_by(text: String) -> Result<RefundMaker, StoreError> {
    RefundMaker::parse(&text).ok_or_else(|| StoreError::Corrupt(format!("refund made by {text}")))
}

fn share_out(text: Option<String>) -> Result<Option<RefundShare>, StoreError> {
    text.map(|text| json_out("refund share", &text)).transpose()
}

fn state_in(refund: &Refund) -> (Timestamp, Option<&str>) {
    match &refund.state {
        RefundState::Requested => (refund.requested_at, None),
        RefundState::Accepted { at } | RefundState::Unknown { at } | RefundState::Succeeded { at } => {
            (*at, None)
        }
        RefundState::Failed { at, code } | RefundState::NeedsAttention { at, code } => {
            (*at, Some(code.as_str()))
        }
    }
}

/// The three columns of a refund's state.
fn state_out(row: &mut Row) -> Result<RefundState, StoreError> {
    let (status, at, code): (String, _, Option<String>) = (row.take()?, row.take()?, row.take()?);
    let coded = code.ok_or_else(|| StoreError::Corrupt(format!("refund in state {status} without code")));
    match status.as_str() {
        "requested" => Ok(RefundState::Requested),
        "accepted" => Ok(RefundState::Accepted { at }),
        "unknown" => Ok(RefundState::Unknown { at }),
        "succeeded" => Ok(RefundState::Succeeded { at }),
        "failed" => Ok(RefundState::Failed { at, code: coded? }),
        "needs_attention" => Ok(RefundState::NeedsAttention { at, code: coded? }),
        other => Err(StoreError::Corrupt(format!("refund status {other}"))),
    }
}
