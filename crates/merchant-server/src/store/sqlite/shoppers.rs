//! Sessions, quotes, and the secrets behind the customer tags.

use rusqlite::{Connection, OptionalExtension, params};
use shop_api::{QuoteId, Timestamp};

use super::orders::{breakdown_out, coupon_out};
use super::rows::{amount_in, amount_out, currency, hash_out, json_in, json_out, millis, time, wallet_id};
use crate::lifecycle::{Customer, Line, WalletName};
use crate::pricing::CouponCode;
use crate::store::{QuoteRow, SessionRow, StoreError, Swept};

/// The most rows that one sweep deletes of each kind: the writer must not be held up.
const SWEEP_ROWS: u32 = 500;

/// How many quotes of one customer are kept: more than a person compares.
const QUOTES_PER_CUSTOMER: u32 = 50;

pub(super) fn add_session(connection: &Connection, session: &SessionRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO sessions (token_hash, wallet, customer, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            session.token_hash,
            session.customer.wallet.as_str(),
            session.customer.id.as_str(),
            millis(session.created_at),
            millis(session.expires_at)
        ])?;
    Ok(())
}

pub(super) fn session(
    connection: &Connection,
    token_hash: [u8; 32],
) -> Result<Option<SessionRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT token_hash, wallet, customer, created_at, expires_at FROM sessions WHERE token_hash = ?1",
    )?;
    let mut rows = statement.query([token_hash])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(SessionRow {
        token_hash: hash_out(row.get(0)?)?,
        customer: Customer { wallet: WalletName(row.get(1)?), id: wallet_id(row.get(2)?)? },
        created_at: time(row.get(3)?),
        expires_at: time(row.get(4)?),
    }))
}

pub(super) fn add_quote(connection: &Connection, quote: &QuoteRow) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO quotes (id, wallet, customer, currency_code, currency_exponent, currency_symbol, lines, total,
                                 payee, created_at, expires_at, parts, coupon, address)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            quote.id.as_str(),
            quote.customer.wallet.as_str(),
            quote.customer.id.as_str(),
            quote.currency.code,
            quote.currency.exponent,
            quote.currency.symbol,
            json_in("quote lines", &quote.lines)?,
            amount_in(quote.breakdown.total()),
            quote.payee,
            millis(quote.created_at),
            millis(quote.expires_at),
            json_in("quote parts", quote.breakdown.parts())?,
            quote.coupon.as_ref().map(CouponCode::as_str),
            quote.address.as_ref().map(|address| json_in("address", address)).transpose()?
        ])?;
    connection
        .prepare_cached(
            "DELETE FROM quotes WHERE rowid IN (
                 SELECT rowid FROM quotes WHERE wallet = ?1 AND customer = ?2
                 ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET ?3)",
        )?
        .execute(params![quote.customer.wallet.as_str(), quote.customer.id.as_str(), QUOTES_PER_CUSTOMER])?;
    Ok(())
}

pub(super) fn quote(connection: &Connection, id: &QuoteId) -> Result<Option<QuoteRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, wallet, customer, currency_code, currency_exponent, currency_symbol, lines, total, payee,
                created_at, expires_at, parts, coupon, address
         FROM quotes WHERE id = ?1",
    )?;
    let mut rows = statement.query([id.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let lines: Vec<Line> = json_out("quote lines", &row.get::<_, String>(6)?)?;
    Ok(Some(QuoteRow {
        id: QuoteId(row.get(0)?),
        customer: Customer { wallet: WalletName(row.get(1)?), id: wallet_id(row.get(2)?)? },
        currency: currency(row, 3)?,
        breakdown: breakdown_out(row.get(11)?, &lines, amount_out(row.get(7)?)?)?,
        coupon: row.get::<_, Option<String>>(12)?.map(coupon_out).transpose()?,
        address: row.get::<_, Option<String>>(13)?.map(|text| json_out("address", &text)).transpose()?,
        lines,
        payee: row.get(8)?,
        created_at: time(row.get(9)?),
        expires_at: time(row.get(10)?),
    }))
}

pub(super) fn sweep(connection: &Connection, before: Timestamp) -> Result<Swept, StoreError> {
    let mut swept = Swept::All;
    for table in ["sessions", "quotes"] {
        let sql = format!(
            "DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE expires_at < ?1 LIMIT {SWEEP_ROWS})"
        );
        if connection.prepare_cached(&sql)?.execute([millis(before)])? >= SWEEP_ROWS as usize {
            swept = Swept::Part;
        }
    }
    Ok(swept)
}

pub(super) fn secret(connection: &Connection, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
    connection.execute(
        "INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        params![name, fresh],
    )?;
    let kept = connection
        .query_row("SELECT value FROM secrets WHERE name = ?1", [name], |row| row.get(0))
        .optional()?;
    kept.ok_or_else(|| StoreError::Corrupt(format!("secret {name}")))
}
