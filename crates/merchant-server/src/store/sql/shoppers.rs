//! Sessions, quotes, and the secrets behind the customer tags.

use shop_api::{QuoteId, Timestamp};

use super::value::{json_in, json_out, values};
use super::{Sql, Statement};
use crate::store::{QuoteRow, SessionRow, StoreError, Swept};

/// The most rows that one sweep deletes of each kind: the writer must not be held up.
const SWEEP_ROWS: u32 = 500;

/// How many quotes of one customer are kept: more than a person compares.
const QUOTES_PER_CUSTOMER: u32 = 50;

pub(super) fn add_session(db: &mut dyn Sql, session: &SessionRow) -> Result<(), StoreError> {
    db.later(Statement::new(
        "INSERT INTO sessions (token_hash, wallet, customer, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        values![
            session.token_hash,
            &session.customer.wallet,
            &session.customer.id,
            session.created_at,
            session.expires_at,
        ],
    ))
}

pub(super) fn session(db: &mut dyn Sql, token_hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
    let found = db.query_one(
        "SELECT token_hash, wallet, customer, created_at, expires_at FROM sessions WHERE token_hash = $1",
        values![token_hash],
    )?;
    let Some(mut row) = found else { return Ok(None) };
    Ok(Some(SessionRow {
        token_hash: row.take()?,
        customer: row.take_customer()?,
        created_at: row.take()?,
        expires_at: row.take()?,
    }))
}

pub(super) fn add_quote(db: &mut dyn Sql, quote: &QuoteRow) -> Result<(), StoreError> {
    db.later(Statement::new(
        "INSERT INTO quotes (id, wallet, customer, currency_code, currency_exponent, currency_symbol, lines, total, payee,
                             created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values![
            &quote.id,
            &quote.customer.wallet,
            &quote.customer.id,
            &quote.currency.code,
            quote.currency.exponent,
            &quote.currency.symbol,
            json_in("quote lines", &quote.lines)?,
            quote.total,
            &quote.payee,
            quote.created_at,
            quote.expires_at,
        ],
    ))?;
    // This one stays, and the newest of the others.
    db.later(Statement::new(
        "DELETE FROM quotes WHERE id IN (
             SELECT id FROM quotes WHERE wallet = $1 AND customer = $2 AND id <> $3
             ORDER BY created_at DESC, id DESC LIMIT 100 OFFSET $4)",
        values![&quote.customer.wallet, &quote.customer.id, &quote.id, QUOTES_PER_CUSTOMER - 1],
    ))
}

pub(super) fn quote(db: &mut dyn Sql, id: &QuoteId) -> Result<Option<QuoteRow>, StoreError> {
    let found = db.query_one(
        "SELECT id, wallet, customer, currency_code, currency_exponent, currency_symbol, lines, total, payee, created_at,
                expires_at
         FROM quotes WHERE id = $1",
        values![id],
    )?;
    let Some(mut row) = found else { return Ok(None) };
    Ok(Some(QuoteRow {
        id: row.take()?,
        customer: row.take_customer()?,
        currency: row.take_currency()?,
        lines: json_out("quote lines", &row.take::<String>()?)?,
        total: row.take()?,
        payee: row.take()?,
        created_at: row.take()?,
        expires_at: row.take()?,
    }))
}

pub(super) fn sweep(db: &mut dyn Sql, before: Timestamp) -> Result<Swept, StoreError> {
    let skip_locked = db.dialect().skip_locked;
    let delete = |table: &str, key: &str| {
        let sql = format!(
            "DELETE FROM {table} WHERE {key} IN (
                 SELECT {key} FROM {table} WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 {skip_locked})"
        );
        Statement::new(sql, values![before, SWEEP_ROWS])
    };
    let [sessions, quotes] = db.run_all([delete("sessions", "token_hash"), delete("quotes", "id")])?;
    let full = u64::from(SWEEP_ROWS);
    Ok(if sessions.changed >= full || quotes.changed >= full { Swept::Part } else { Swept::All })
}

pub(super) fn secret(db: &mut dyn Sql, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
    db.later(Statement::new(
        "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        values![name, fresh],
    ))?;
    let kept = db.query_one("SELECT value FROM secrets WHERE name = $1", values![name])?;
    kept.ok_or_else(|| StoreError::Corrupt(format!("secret {name}")))?.take()
}
