//! Attempts, between rows and values.

use merchant_core::lifecycle::{
    Attempt, AttemptState, Attention, Cancelling, NewAttempt, Order, PaymentRequestId, StoredCall, WalletName,
};
use shop_api::{AttemptId, Cashier, OrderId, Timestamp};

use super::order_key::{self, OrderKey};
use super::sealed::Sealed;
use super::value::{Row, Value, values};
use super::{Sql, Statement};
use crate::store::StoreError;
use crate::vault::Vault;

/// Asks for an order's attempts; [`read`] reads each row.
pub(super) fn of_order(order: &OrderId) -> Statement {
    Statement::new(
        "SELECT id, number, payment_request_id, payment_id, status, status_at, reason, cashier, reversed_at, created_at,
                asking_since, last_asked_at, returned_at, claimed_paid_at, cancelling_since, cancels_sent, cancel_taken_at
         FROM attempts WHERE order_id = $1 ORDER BY number",
        values![order],
    )
}

pub(super) fn read(key: &OrderKey<'_>, mut row: Row) -> Result<Attempt, StoreError> {
    let id: AttemptId = row.take()?;
    let sealed = Sealed::of(key, "attempts", [id.as_str().as_bytes()]);
    Ok(Attempt {
        number: row.take()?,
        payment_request_id: row.take()?,
        payment_id: row.take()?,
        state: state_out(StoredState {
            status: row.take()?,
            at: row.take()?,
            reason: row.take()?,
            cashier: sealed.open_optional_json("cashier", &mut row)?,
            reversed_at: row.take()?,
        })?,
        created_at: row.take()?,
        asking_since: row.take()?,
        last_asked_at: row.take()?,
        returned_at: row.take()?,
        claimed_paid_at: row.take()?,
        cancelling: cancelling_out(&mut row)?,
        id,
    })
}

/// Writes the order's attempts: the new one with its bytes, the others as they are now.
pub(super) fn write(
    db: &mut dyn Sql,
    key: &OrderKey<'_>,
    order: &Order,
    new: Option<&NewAttempt>,
) -> Result<(), StoreError> {
    for attempt in &order.attempts {
        match new.filter(|new| new.id == attempt.id) {
            Some(new) => db.later(insert(key, order, attempt, new))?,
            None => db.later(update(key, attempt)?)?,
        }
    }
    Ok(())
}

fn insert(key: &OrderKey<'_>, order: &Order, attempt: &Attempt, new: &NewAttempt) -> Statement {
    let stored = state_in(attempt);
    let sealed = Sealed::of(key, "attempts", [attempt.id.as_str().as_bytes()]);
    Statement::new(
        "INSERT INTO attempts (id, order_id, number, wallet, payment_request_id, pay_uri, pay_request, status, status_at,
                               created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![
            &attempt.id,
            &order.id,
            attempt.number,
            &order.customer.wallet,
            &attempt.payment_request_id,
            &new.pay_request.uri,
            sealed.seal("pay_request", &new.pay_request.body),
            stored.status,
            stored.at,
            attempt.created_at,
        ],
    )
}

fn update(key: &OrderKey<'_>, attempt: &Attempt) -> Result<Statement, StoreError> {
    let stored = state_in(attempt);
    let sealed = Sealed::of(key, "attempts", [attempt.id.as_str().as_bytes()]);
    let cashier = stored.cashier.as_ref().map(|cashier| sealed.seal_json("cashier", cashier)).transpose()?;
    Ok(Statement::new(
        "UPDATE attempts SET payment_id = $1, status = $2, status_at = $3, reason = $4, cashier = coalesce($5, cashier),
                asking_since = $6, last_asked_at = $7, returned_at = $8, cancelling_since = $9, cancels_sent = $10,
                cancel_taken_at = $11, reversed_at = $12, claimed_paid_at = $13
         WHERE id = $14",
        values![
            attempt.payment_id.as_ref(),
            stored.status,
            stored.at,
            stored.reason,
            cashier.unwrap_or(Value::Null),
            attempt.asking_since,
            attempt.last_asked_at,
            attempt.returned_at,
            attempt.cancelling.map(|cancelling| cancelling.since),
            attempt.cancelling.map_or(0, |cancelling| cancelling.sent),
            attempt.cancelling.and_then(|cancelling| cancelling.taken_at),
            stored.reversed_at,
            attempt.claimed_paid_at,
            &attempt.id,
        ],
    ))
}

pub(super) fn find(
    db: &mut dyn Sql,
    wallet: &WalletName,
    request: &PaymentRequestId,
) -> Result<Option<(OrderId, AttemptId)>, StoreError> {
    let found = db.query_one(
        "SELECT order_id, id FROM attempts WHERE wallet = $1 AND payment_request_id = $2",
        values![wallet, request],
    )?;
    found.map(|mut row| Ok((row.take()?, row.take()?))).transpose()
}

/// None when there is no such attempt, or its bytes were erased.
pub(super) fn pay_request(
    db: &mut dyn Sql,
    vault: &Vault,
    attempt: &AttemptId,
) -> Result<Option<StoredCall>, StoreError> {
    let sql = format!(
        "SELECT {}, pay_uri, pay_request FROM attempts JOIN orders ON orders.id = attempts.order_id
         WHERE attempts.id = $1",
        order_key::COLUMNS
    );
    let Some(mut row) = db.query_one(sql, values![attempt])? else { return Ok(None) };
    let key = OrderKey::read(vault, &mut row)?;
    let sealed = Sealed::of(&key, "attempts", [attempt.as_str().as_bytes()]);
    let (uri, body) = (row.take()?, sealed.open_unless_erased("pay_request", &mut row)?);
    Ok(body.map(|body| StoredCall { uri, body }))
}

/// Asks for the key of an attempt's order.
pub(super) fn find_key(attempt: &AttemptId) -> Statement {
    let sql = format!(
        "SELECT {} FROM attempts JOIN orders ON orders.id = attempts.order_id WHERE attempts.id = $1",
        order_key::COLUMNS
    );
    Statement::new(sql, values![attempt])
}

/// The three columns of an attempt that is to end.
fn cancelling_out(row: &mut Row) -> Result<Option<Cancelling>, StoreError> {
    let (since, sent, taken_at): (Option<Timestamp>, _, _) = (row.take()?, row.take()?, row.take()?);
    Ok(since.map(|since| Cancelling { since, sent, taken_at }))
}

/// An attempt's state as columns.
struct StoredState {
    status: String,
    at: Timestamp,
    reason: Option<String>,
    cashier: Option<Cashier>,
    reversed_at: Option<Timestamp>,
}

fn state_in(attempt: &Attempt) -> StoredState {
    let created = attempt.created_at;
    let (at, reason, cashier) = match &attempt.state {
        AttemptState::Creating | AttemptState::Unknown => (created, None, None),
        AttemptState::Open { cashier } => (created, None, Some(cashier.clone())),
        AttemptState::Succeeded { at } | AttemptState::Reversed { at } | AttemptState::Cancelled { at } => {
            (*at, None, None)
        }
        AttemptState::Failed { at, code } => (*at, Some(code.clone()), None),
        AttemptState::NeedsAttention { at, reason } => (*at, Some(reason.code().to_owned()), None),
    };
    let reversed_at = matches!(attempt.state, AttemptState::Reversed { .. }).then_some(at);
    StoredState { status: attempt.state.as_str().to_owned(), at, reason, cashier, reversed_at }
}

fn state_out(stored: StoredState) -> Result<AttemptState, StoreError> {
    let at = stored.at;
    let corrupt =
        |what: &str| StoreError::Corrupt(format!("attempt in state {} without {what}", stored.status));
    match stored.status.as_str() {
        "creating" => Ok(AttemptState::Creating),
        "open" => {
            let cashier = stored.cashier.clone().ok_or_else(|| corrupt("cashier"))?;
            Ok(AttemptState::Open { cashier })
        }
        "unknown" => Ok(AttemptState::Unknown),
        "succeeded" if stored.reversed_at.is_some() => Ok(AttemptState::Reversed { at }),
        "succeeded" => Ok(AttemptState::Succeeded { at }),
        "failed" => {
            let code = stored.reason.clone().ok_or_else(|| corrupt("code"))?;
            Ok(AttemptState::Failed { at, code })
        }
        "cancelled" => Ok(AttemptState::Cancelled { at }),
        "needs_attention" => {
            let reason =
                stored.reason.as_deref().and_then(Attention::parse).ok_or_else(|| corrupt("reason"))?;
            Ok(AttemptState::NeedsAttention { at, reason })
        }
        other => Err(StoreError::Corrupt(format!("attempt status {other}"))),
    }
}
