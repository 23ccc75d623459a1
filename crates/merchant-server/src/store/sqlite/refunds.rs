//! Refunds, between rows and values.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shop_api::{AttemptId, OrderId};

use super::rows::{amount_in, amount_out, millis, time, wallet_id};
use crate::lifecycle::{Order, Refund, RefundRequestId, RefundState, StoredCall, WalletName};
use crate::store::StoreError;

pub(super) fn of_order(connection: &Connection, order: &OrderId) -> Result<Vec<Refund>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT refund_request_id, attempt_id, amount, reason, requested_by, requested_at, refund_id, sendings,
                asking_since, status, status_at, code
         FROM refunds WHERE order_id = ?1 ORDER BY number",
    )?;
    let mut rows = statement.query([order.as_str()])?;
    let mut refunds = Vec::new();
    while let Some(row) = rows.next()? {
        let refund_id: Option<String> = row.get(6)?;
        refunds.push(Refund {
            id: wallet_id(row.get(0)?)?,
            attempt: AttemptId(row.get(1)?),
            amount: amount_out(row.get(2)?)?,
            reason: row.get(3)?,
            requested_by: row.get(4)?,
            requested_at: time(row.get(5)?),
            refund_id: refund_id.map(wallet_id).transpose()?,
            sendings: row.get(7)?,
            asking_since: row.get::<_, Option<i64>>(8)?.map(time),
            state: state_out(row, 9)?,
        });
    }
    Ok(refunds)
}

/// Writes the order's refunds: new ones without bytes, the others as they are now.
pub(super) fn write(connection: &Connection, order: &Order) -> Result<(), StoreError> {
    for (number, refund) in (1i64..).zip(&order.refunds) {
        let (at, code) = state_in(refund);
        let refund_id = refund.refund_id.as_ref().map(|id| id.as_str().to_owned());
        let asking = refund.asking_since.map(millis);
        let key = (order.customer.wallet.as_str(), refund.id.as_str());
        let updated = connection
            .prepare_cached(
                "UPDATE refunds SET refund_id = ?3, status = ?4, status_at = ?5, code = ?6, sendings = ?7,
                        asking_since = ?8
                 WHERE wallet = ?1 AND refund_request_id = ?2",
            )?
            .execute(params![
                key.0,
                key.1,
                refund_id,
                refund.state.as_str(),
                at,
                code,
                refund.sendings,
                asking
            ])?;
        if updated == 0 {
            connection
                .prepare_cached(
                    "INSERT INTO refunds (wallet, refund_request_id, order_id, attempt_id, number, amount, reason,
                                          requested_by, requested_at, status, status_at, sendings)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                )?
                .execute(params![
                    key.0,
                    key.1,
                    order.id.as_str(),
                    refund.attempt.as_str(),
                    number,
                    amount_in(refund.amount),
                    refund.reason,
                    refund.requested_by,
                    millis(refund.requested_at),
                    refund.state.as_str(),
                    at,
                    refund.sendings
                ])?;
        }
    }
    Ok(())
}

/// Whether a key is free: neither another order's refund nor another order's payment has it.
pub(super) fn key_is_new(
    connection: &Connection,
    order: &OrderId,
    wallet: &WalletName,
    key: &RefundRequestId,
) -> Result<bool, StoreError> {
    let taken = connection
        .prepare_cached(
            "SELECT 1 FROM refunds WHERE wallet = ?1 AND refund_request_id = ?2 AND order_id <> ?3
             UNION ALL
             SELECT 1 FROM attempts WHERE wallet = ?1 AND payment_request_id = ?2 AND order_id <> ?3",
        )?
        .exists(params![wallet.as_str(), key.as_str(), order.as_str()])?;
    Ok(!taken)
}

/// Stores the bytes, unless there are some already.
pub(super) fn keep_call(
    connection: &Connection,
    wallet: &WalletName,
    refund: &RefundRequestId,
    fresh: &StoredCall,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE refunds SET refund_uri = ?3, refund_request = ?4
             WHERE wallet = ?1 AND refund_request_id = ?2 AND refund_request IS NULL",
        )?
        .execute(params![wallet.as_str(), refund.as_str(), fresh.uri, fresh.body])?;
    Ok(())
}

pub(super) fn call(
    connection: &Connection,
    wallet: &WalletName,
    refund: &RefundRequestId,
) -> Result<Option<StoredCall>, StoreError> {
    let call = connection
        .prepare_cached(
            "SELECT refund_uri, refund_request FROM refunds
             WHERE wallet = ?1 AND refund_request_id = ?2 AND refund_request IS NOT NULL",
        )?
        .query_row(params![wallet.as_str(), refund.as_str()], |row| {
            Ok(StoredCall { uri: row.get(0)?, body: row.get(1)? })
        })
        .optional()?;
    Ok(call)
}

fn state_in(refund: &Refund) -> (i64, Option<&str>) {
    let (at, code) = match &refund.state {
        RefundState::Requested => (refund.requested_at, None),
        RefundState::Accepted { at } | RefundState::Unknown { at } | RefundState::Succeeded { at } => {
            (*at, None)
        }
        RefundState::Failed { at, code } | RefundState::NeedsAttention { at, code } => {
            (*at, Some(code.as_str()))
        }
    };
    (millis(at), code)
}

/// The three columns of a refund's state, starting at `first`.
fn state_out(row: &Row<'_>, first: usize) -> Result<RefundState, StoreError> {
    let (status, at): (String, i64) = (row.get(first)?, row.get(first + 1)?);
    let at = time(at);
    let code: Option<String> = row.get(first + 2)?;
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
