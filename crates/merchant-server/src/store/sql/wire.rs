//! Messages between us and the wallets, between rows and values.

use merchant_core::lifecycle::ERASED;
use serde::{Deserialize, Serialize};
use shop_api::OrderId;

use super::order_key::OrderKey;
use super::sealed::Sealed;
use super::value::{Row, values};
use super::{Answer, Sql, Statement};
use crate::evidence::{Direction, Wire, WireMessage};
use crate::store::{KeptMessage, StoreError, StoryExchange};
use crate::vault::Vault;

/// What is sealed of a message beside its body: what its signature is made of, and what we made of it, which
/// may repeat its words.
#[derive(Default, Serialize, Deserialize)]
struct Head {
    uri: String,
    client_id: String,
    time: String,
    signature: String,
    verdict: String,
}

/// A message is known by a key of chance, because its number comes after its sealing.
fn sealed<'a>(key: &'a OrderKey<'_>, order: &'a OrderId, message: &'a [u8]) -> Sealed<'a, 2> {
    Sealed::of(key, "wire", [order.as_str().as_bytes(), message])
}

pub(super) fn append(
    db: &mut dyn Sql,
    key: &OrderKey<'_>,
    order: &OrderId,
    wire: &Wire,
) -> Result<(), StoreError> {
    for message in &wire.messages {
        let row_key = key.vault().row_key();
        let sealed = sealed(key, order, &row_key);
        let head = Head {
            uri: message.uri.clone(),
            client_id: message.client_id.clone(),
            time: message.time.clone(),
            signature: message.signature.clone(),
            verdict: message.verdict.clone(),
        };
        db.later(Statement::new(
            "INSERT INTO wire (order_id, key, about, direction, operation, status, at, head, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                order,
                row_key.as_slice(),
                &wire.about,
                message.direction.as_str(),
                &message.operation,
                message.status.map(u32::from),
                message.at,
                sealed.seal_json("head", &head)?,
                sealed.seal("body", &message.body),
            ],
        ))?;
    }
    Ok(())
}

/// Asks for an order's messages without their bytes, oldest first; [`summaries_out`] reads the answer.
pub(super) fn summaries(order: &OrderId, limit: u32) -> Statement {
    Statement::new(
        "SELECT key, at, direction, operation, about, status, head FROM wire WHERE order_id = $1
         ORDER BY number LIMIT $2",
        values![order, limit],
    )
}

pub(super) fn summaries_out(
    key: &OrderKey<'_>,
    order: &OrderId,
    answer: Answer,
) -> Result<Vec<StoryExchange>, StoreError> {
    answer.rows.into_iter().map(|row| summary(key, order, row)).collect()
}

fn summary(key: &OrderKey<'_>, order: &OrderId, mut row: Row) -> Result<StoryExchange, StoreError> {
    let row_key: Vec<u8> = row.take()?;
    Ok(StoryExchange {
        at: row.take()?,
        direction: row.take()?,
        operation: row.take()?,
        about: row.take()?,
        http_status: row.take()?,
        verdict: sealed(key, order, &row_key)
            .open_json::<Head>("head", &mut row)?
            .map_or_else(|| ERASED.to_owned(), |head| head.verdict),
    })
}

/// An order's messages, oldest first.
pub(super) fn of_order(
    db: &mut dyn Sql,
    vault: &Vault,
    order: &OrderId,
) -> Result<Vec<KeptMessage>, StoreError> {
    let [key, messages] = db.run_all([
        OrderKey::find(order),
        Statement::new(
            "SELECT key, about, direction, operation, status, at, head, body
             FROM wire WHERE order_id = $1 ORDER BY number",
            values![order],
        ),
    ])?;
    let Some(key) = OrderKey::found(vault, key.rows)? else { return Ok(Vec::new()) };
    messages.rows.into_iter().map(|row| read(&key, order, row)).collect()
}

fn read(key: &OrderKey<'_>, order: &OrderId, mut row: Row) -> Result<KeptMessage, StoreError> {
    let row_key: Vec<u8> = row.take()?;
    let sealed = sealed(key, order, &row_key);
    let (about, direction, operation): (_, String, _) = (row.take()?, row.take()?, row.take()?);
    let corrupt = |what: String| StoreError::Corrupt(what);
    let status = match row.take::<Option<u32>>()? {
        Some(status) => Some(u16::try_from(status).map_err(|_| corrupt(format!("status {status}")))?),
        None => None,
    };
    let at = row.take()?;
    let (head, body) =
        (sealed.open_json::<Head>("head", &mut row)?, sealed.open_unless_erased("body", &mut row)?);
    let erased = head.is_none() || body.is_none();
    let head = head.unwrap_or_else(|| Head { verdict: ERASED.to_owned(), ..Head::default() });
    let message = WireMessage {
        direction: Direction::parse(&direction).ok_or_else(|| corrupt(format!("message {direction}")))?,
        operation,
        uri: head.uri,
        client_id: head.client_id,
        time: head.time,
        signature: head.signature,
        status,
        body: body.unwrap_or_default(),
        at,
        verdict: head.verdict,
    };
    Ok(KeptMessage { about, message, erased })
}
