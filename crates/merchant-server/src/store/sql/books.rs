//! The books, between rows and values.

use merchant_core::books::{Balance, BookedEntry, Posting};
use merchant_core::lifecycle::{Order, WalletName};
use shop_api::{OrderId, Timestamp};

use super::value::{Row, values};
use super::{Answer, Sql, Statement};
use crate::store::StoreError;

/// Appends what a decision about an order means.
pub(super) fn append(
    db: &mut dyn Sql,
    order: &Order,
    postings: &[Posting],
    at: Timestamp,
) -> Result<(), StoreError> {
    for (number, posting) in (1u32..).zip(postings) {
        let id = format!("{}.{}.{number}", order.id, order.version);
        append_entries(db, &id, posting)?;
        db.later(Statement::new(
            "INSERT INTO postings (id, at, order_id, version, wallet, kind, subject)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                id,
                at,
                &order.id,
                order.version,
                &order.customer.wallet,
                posting.kind.as_str(),
                &posting.subject,
            ],
        ))?;
    }
    Ok(())
}

/// Appends what a wallet's statement means, beside any order. The id is the row's.
pub(super) fn append_beside(
    db: &mut dyn Sql,
    id: &str,
    wallet: &WalletName,
    posting: &Posting,
    at: Timestamp,
) -> Result<(), StoreError> {
    append_entries(db, id, posting)?;
    db.later(Statement::new(
        "INSERT INTO postings (id, at, wallet, kind, subject) VALUES ($1, $2, $3, $4, $5)",
        values![id, at, wallet, posting.kind.as_str(), &posting.subject],
    ))
}

/// A statement for each: SQLite collects what one INSERT brings in a table of its own, which costs more than all of
/// them.
fn append_entries(db: &mut dyn Sql, id: &str, posting: &Posting) -> Result<(), StoreError> {
    for entry in &posting.entries {
        db.later(Statement::new(
            "INSERT INTO entries (posting, account, currency, amount) VALUES ($1, $2, $3, $4)",
            values![id, entry.account.as_str(), &entry.currency, entry.amount],
        ))?;
    }
    Ok(())
}

/// Asks for an order's entries, oldest first; [`read`] reads each row.
pub(super) fn of_order(order: &OrderId) -> Statement {
    Statement::new(
        "SELECT postings.number, postings.at, postings.order_id, postings.version, postings.wallet, postings.kind,
                postings.subject, entries.account, entries.currency, entries.amount
         FROM postings JOIN entries ON entries.posting = postings.id
         WHERE postings.order_id = $1 ORDER BY postings.number, entries.amount DESC, entries.account",
        values![order],
    )
}

pub(super) fn read(mut row: Row) -> Result<BookedEntry, StoreError> {
    Ok(BookedEntry {
        posting: row.take()?,
        at: row.take()?,
        order_id: row.take()?,
        version: row.take()?,
        wallet: row.take()?,
        kind: row.take()?,
        subject: row.take()?,
        account: row.take()?,
        currency: row.take()?,
        amount: row.take()?,
    })
}

/// What stands on every account, of everything posted before a time.
pub(super) fn balances(db: &mut dyn Sql, before: Timestamp) -> Result<Vec<Balance>, StoreError> {
    let rows = db.query(
        "SELECT postings.wallet, entries.account, entries.currency,
                CAST(sum(CASE WHEN entries.amount > 0 THEN entries.amount ELSE 0 END) AS BIGINT),
                CAST(sum(CASE WHEN entries.amount < 0 THEN -entries.amount ELSE 0 END) AS BIGINT)
         FROM postings JOIN entries ON entries.posting = postings.id
         WHERE postings.at < $1
         GROUP BY postings.wallet, entries.account, entries.currency",
        values![before],
    )?;
    rows.into_iter().map(balance).collect()
}

fn balance(mut row: Row) -> Result<Balance, StoreError> {
    Ok(Balance {
        wallet: row.take()?,
        account: row.take()?,
        currency: row.take()?,
        debits: row.take()?,
        credits: row.take()?,
    })
}

/// All rows of an answer.
pub(super) fn read_all(answer: Answer) -> Result<Vec<BookedEntry>, StoreError> {
    answer.rows.into_iter().map(read).collect()
}
