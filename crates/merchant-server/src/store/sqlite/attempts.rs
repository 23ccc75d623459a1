//! Attempts, between rows and values.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shop_api::{AttemptId, OrderId};

use super::rows::{json_in, json_out, millis, time, wallet_id};
use crate::lifecycle::{
    Attempt, AttemptState, Attention, Cancelling, NewAttempt, Order, PaymentRequestId, StoredCall, WalletName,
};
use crate::store::StoreError;

pub(super) fn of_order(connection: &Connection, order: &OrderId) -> Result<Vec<Attempt>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, number, payment_request_id, payment_id, status, status_at, reason, cashier, created_at,
                asking_since, last_asked_at, returned_at, cancelling_since, cancels_sent, cancel_taken_at,
                reversed_at, claimed_paid_at
         FROM attempts WHERE order_id = ?1 ORDER BY number",
    )?;
    let mut rows = statement.query([order.as_str()])?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
        let payment_id: Option<String> = row.get(3)?;
        let stored = StoredState {
            status: row.get(4)?,
            at: row.get(5)?,
            reason: row.get(6)?,
            cashier: row.get(7)?,
            reversed_at: row.get(15)?,
        };
        attempts.push(Attempt {
            id: AttemptId(row.get(0)?),
            number: row.get(1)?,
            payment_request_id: wallet_id(row.get(2)?)?,
            payment_id: payment_id.map(wallet_id).transpose()?,
            state: state_out(stored)?,
            created_at: time(row.get(8)?),
            asking_since: row.get::<_, Option<i64>>(9)?.map(time),
            last_asked_at: row.get::<_, Option<i64>>(10)?.map(time),
            returned_at: row.get::<_, Option<i64>>(11)?.map(time),
            claimed_paid_at: row.get::<_, Option<i64>>(16)?.map(time),
            cancelling: cancelling_out(row, 12)?,
        });
    }
    Ok(attempts)
}

/// Writes the order's attempts: the new one with its bytes, the others as they are now.
pub(super) fn write(
    connection: &Connection,
    order: &Order,
    new: Option<&NewAttempt>,
) -> Result<(), StoreError> {
    for attempt in &order.attempts {
        let stored = state_in(attempt)?;
        let payment_id = attempt.payment_id.as_ref().map(|id| id.as_str().to_owned());
        let (asking, asked) = (attempt.asking_since.map(millis), attempt.last_asked_at.map(millis));
        if let Some(new) = new.filter(|new| new.id == attempt.id) {
            connection
                .prepare_cached(
                    "INSERT INTO attempts (id, order_id, number, wallet, payment_request_id, pay_uri, pay_request,
                                           status, status_at, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                )?
                .execute(params![
                    attempt.id.as_str(),
                    order.id.as_str(),
                    attempt.number,
                    order.customer.wallet.as_str(),
                    attempt.payment_request_id.as_str(),
                    new.pay_request.uri,
                    new.pay_request.body,
                    stored.status,
                    stored.at,
                    millis(attempt.created_at)
                ])?;
        } else {
            connection
                .prepare_cached(
                    "UPDATE attempts SET payment_id = ?2, status = ?3, status_at = ?4, reason = ?5,
                            cashier = coalesce(?6, cashier), asking_since = ?7, last_asked_at = ?8,
                            returned_at = ?9, cancelling_since = ?10, cancels_sent = ?11, cancel_taken_at = ?12,
                            reversed_at = ?13, claimed_paid_at = ?14
                     WHERE id = ?1",
                )?
                .execute(params![
                    attempt.id.as_str(),
                    payment_id,
                    stored.status,
                    stored.at,
                    stored.reason,
                    stored.cashier,
                    asking,
                    asked,
                    attempt.returned_at.map(millis),
                    attempt.cancelling.map(|cancelling| millis(cancelling.since)),
                    attempt.cancelling.map_or(0, |cancelling| cancelling.sent),
                    attempt.cancelling.and_then(|cancelling| cancelling.taken_at).map(millis),
                    stored.reversed_at,
                    attempt.claimed_paid_at.map(millis)
                ])?;
        }
    }
    Ok(())
}

pub(super) fn find(
    connection: &Connection,
    wallet: &WalletName,
    request: &PaymentRequestId,
) -> Result<Option<(OrderId, AttemptId)>, StoreError> {
    let found = connection
        .prepare_cached("SELECT order_id, id FROM attempts WHERE wallet = ?1 AND payment_request_id = ?2")?
        .query_row(params![wallet.as_str(), request.as_str()], |row| {
            Ok((OrderId(row.get(0)?), AttemptId(row.get(1)?)))
        })
        .optional()?;
    Ok(found)
}

pub(super) fn pay_request(
    connection: &Connection,
    attempt: &AttemptId,
) -> Result<Option<StoredCall>, StoreError> {
    let request = connection
        .prepare_cached("SELECT pay_uri, pay_request FROM attempts WHERE id = ?1")?
        .query_row([attempt.as_str()], |row| Ok(StoredCall { uri: row.get(0)?, body: row.get(1)? }))
        .optional()?;
    Ok(request)
}

/// The three columns of an attempt that is to end, starting at `first`.
fn cancelling_out(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Cancelling>> {
    let Some(since) = row.get::<_, Option<i64>>(first)? else { return Ok(None) };
    let (sent, taken_at) = (row.get(first + 1)?, row.get::<_, Option<i64>>(first + 2)?);
    Ok(Some(Cancelling { since: time(since), sent, taken_at: taken_at.map(time) }))
}

/// An attempt's state as columns.
struct StoredState {
    status: String,
    at: i64,
    reason: Option<String>,
    cashier: Option<String>,
    reversed_at: Option<i64>,
}

fn state_in(attempt: &Attempt) -> Result<StoredState, StoreError> {
    let created = attempt.created_at;
    let (status, at, reason, cashier) = match &attempt.state {
        AttemptState::Creating => ("creating", created, None, None),
        AttemptState::Open { cashier } => ("open", created, None, Some(json_in("cashier", cashier)?)),
        AttemptState::Unknown => ("unknown", created, None, None),
        AttemptState::Succeeded { at } => ("succeeded", *at, None, None),
        AttemptState::Reversed { at } => ("succeeded", *at, None, None),
        AttemptState::Failed { at, code } => ("failed", *at, Some(code.clone()), None),
        AttemptState::Cancelled { at } => ("cancelled", *at, None, None),
        AttemptState::NeedsAttention { at, reason } => {
            ("needs_attention", *at, Some(reason.code().to_owned()), None)
        }
    };
    let reversed_at = matches!(attempt.state, AttemptState::Reversed { .. }).then(|| millis(at));
    Ok(StoredState { status: status.to_owned(), at: millis(at), reason, cashier, reversed_at })
}

fn state_out(stored: StoredState) -> Result<AttemptState, StoreError> {
    let at = time(stored.at);
    let corrupt =
        |what: &str| StoreError::Corrupt(format!("attempt in state {} without {what}", stored.status));
    match stored.status.as_str() {
        "creating" => Ok(AttemptState::Creating),
        "open" => {
            let cashier = stored.cashier.as_deref().ok_or_else(|| corrupt("cashier"))?;
            Ok(AttemptState::Open { cashier: json_out("cashier", cashier)? })
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
