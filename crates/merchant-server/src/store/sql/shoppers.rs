//! Sessions, quotes, and the secrets behind the customer tags.

use merchant_core::lifecycle::Line;
use shop_api::{QuoteId, Timestamp};

use super::orders::breakdown_out;
use super::sealed::Sealed;
use super::value::{Value, json_in, json_out, values};
use super::{Sql, Statement};
use crate::store::limits::{QUOTES_PER_CUSTOMER, SWEEP_ROWS};
use crate::store::{QuoteRow, SessionRow, StoreError, Swept};
use crate::vault::Vault;

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

pub(super) fn add_quote(db: &mut dyn Sql, vault: &Vault, quote: &QuoteRow) -> Result<(), StoreError> {
    let sealed = Sealed::by_data_key(vault, "quotes", [quote.id.as_str().as_bytes()]);
    let address = quote.address.as_ref().map(|address| sealed.seal_json("address", address)).transpose()?;
    db.later(Statement::new(
        "INSERT INTO quotes (id, wallet, customer, currency_code, currency_exponent, currency_symbol, lines, total, payee,
                             created_at, expires_at, parts, coupon, address)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        values![
            &quote.id,
            &quote.customer.wallet,
            &quote.customer.id,
            &quote.currency.code,
            quote.currency.exponent,
            &quote.currency.symbol,
            json_in("quote lines", &quote.lines)?,
            quote.breakdown.total(),
            &quote.payee,
            quote.created_at,
            quote.expires_at,
            json_in("quote parts", quote.breakdown.parts())?,
            quote.coupon.as_ref(),
            address.unwrap_or(Value::Null),
        ],
    ))?;
    // This one stays, and the newest of the others.
    let superfluous = db.query(
        "SELECT id FROM quotes WHERE wallet = $1 AND customer = $2 AND id <> $3
         ORDER BY created_at DESC, id DESC LIMIT 100 OFFSET $4",
        values![&quote.customer.wallet, &quote.customer.id, &quote.id, QUOTES_PER_CUSTOMER - 1],
    )?;
    for mut row in superfluous {
        db.later(Statement::new("DELETE FROM quotes WHERE id = $1", values![&row.take::<QuoteId>()?]))?;
    }
    Ok(())
}

pub(super) fn quote(db: &mut dyn Sql, vault: &Vault, id: &QuoteId) -> Result<Option<QuoteRow>, StoreError> {
    let found = db.query_one(
        "SELECT id, wallet, customer, currency_code, currency_exponent, currency_symbol, lines, total, payee, created_at,
                expires_at, parts, coupon, address
         FROM quotes WHERE id = $1",
        values![id],
    )?;
    let Some(mut row) = found else { return Ok(None) };
    let sealed = Sealed::by_data_key(vault, "quotes", [id.as_str().as_bytes()]);
    let (id, customer, currency) = (row.take()?, row.take_customer()?, row.take_currency()?);
    let lines: Vec<Line> = json_out("quote lines", &row.take::<String>()?)?;
    let total = row.take()?;
    Ok(Some(QuoteRow {
        id,
        customer,
        currency,
        payee: row.take()?,
        created_at: row.take()?,
        expires_at: row.take()?,
        breakdown: breakdown_out(&mut row, &lines, total)?,
        coupon: row.take()?,
        address: sealed.open_optional_json("address", &mut row)?,
        lines,
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

pub(super) fn secret(
    db: &mut dyn Sql,
    vault: &Vault,
    name: &str,
    fresh: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let sealed = Sealed::by_data_key(vault, "secrets", [name.as_bytes()]);
    db.later(Statement::new(
        "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        values![name, sealed.seal("value", fresh)],
    ))?;
    let kept = db.query_one("SELECT value FROM secrets WHERE name = $1", values![name])?;
    let mut kept = kept.ok_or_else(|| StoreError::Corrupt(format!("secret {name}")))?;
    sealed.open("value", &mut kept)
}
