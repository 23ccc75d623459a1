//! Messages between us and the wallets, between rows and values.

use shop_api::OrderId;

use super::value::{Row, values};
use super::{Sql, Statement};
use crate::evidence::{Direction, Wire, WireMessage};
use crate::store::{KeptMessage, StoreError, StoryExchange};

pub(super) fn append(db: &mut dyn Sql, order: &OrderId, wire: &Wire) -> Result<(), StoreError> {
    for message in &wire.messages {
        db.later(Statement::new(
            "INSERT INTO wire (order_id, about, direction, operation, uri, client_id, time, signature, status, body, at,
                               verdict)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values![
                order,
                &wire.about,
                message.direction.as_str(),
                &message.operation,
                &message.uri,
                &message.client_id,
                &message.time,
                &message.signature,
                message.status.map(u32::from),
                message.body.as_slice(),
                message.at,
                &message.verdict,
            ],
        ))?;
    }
    Ok(())
}

/// Asks for an order's messages without their bytes, oldest first; [`summary`] reads each row.
pub(super) fn summaries(order: &OrderId, limit: u32) -> Statement {
    Statement::new(
        "SELECT at, direction, operation, about, status, verdict FROM wire WHERE order_id = $1
         ORDER BY number LIMIT $2",
        values![order, limit],
    )
}

pub(super) fn summary(mut row: Row) -> Result<StoryExchange, StoreError> {
    Ok(StoryExchange {
        at: row.take()?,
        direction: row.take()?,
        operation: row.take()?,
        about: row.take()?,
        http_status: row.take()?,
        verdict: row.take()?,
    })
}

/// An order's messages, oldest first.
pub(super) fn of_order(db: &mut dyn Sql, order: &OrderId) -> Result<Vec<KeptMessage>, StoreError> {
    let rows = db.query(
        "SELECT about, direction, operation, uri, client_id, time, signature, status, body, at, verdict
         FROM wire WHERE order_id = $1 ORDER BY number",
        values![order],
    )?;
    rows.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<KeptMessage, StoreError> {
    let (about, direction): (_, String) = (row.take()?, row.take()?);
    let corrupt = |what: String| StoreError::Corrupt(what);
    let message = WireMessage {
        direction: Direction::parse(&direction).ok_or_else(|| corrupt(format!("message {direction}")))?,
        operation: row.take()?,
        uri: row.take()?,
        client_id: row.take()?,
        time: row.take()?,
        signature: row.take()?,
        status: match row.take::<Option<u32>>()? {
            Some(status) => Some(u16::try_from(status).map_err(|_| corrupt(format!("status {status}")))?),
            None => None,
        },
        body: row.take()?,
        at: row.take()?,
        verdict: row.take()?,
    };
    Ok(KeptMessage { about, message })
}
