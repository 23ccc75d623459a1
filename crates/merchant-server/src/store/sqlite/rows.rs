//! Values between Rust and rows: what SQLite has no type for.

use rusqlite::Row;
use shop_api::{Currency, MinorUnits, Timestamp};

use crate::store::StoreError;

pub(super) fn millis(time: Timestamp) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

pub(super) fn time(millis: i64) -> Timestamp {
    Timestamp(u64::try_from(millis).unwrap_or(0))
}

pub(super) fn amount_in(amount: MinorUnits) -> i64 {
    // 16 digits fit by far.
    i64::try_from(amount.value()).unwrap_or(i64::MAX)
}

pub(super) fn amount_out(value: i64) -> Result<MinorUnits, StoreError> {
    u64::try_from(value)
        .ok()
        .and_then(|value| MinorUnits::new(value).ok())
        .ok_or_else(|| StoreError::Corrupt(format!("amount {value}")))
}

/// The three columns of a currency, starting at `first`.
pub(super) fn currency(row: &Row<'_>, first: usize) -> rusqlite::Result<Currency> {
    Ok(Currency { code: row.get(first)?, exponent: row.get(first + 1)?, symbol: row.get(first + 2)? })
}

/// A wallet's id out of a column that only ever takes valid ones.
pub(super) fn wallet_id<T>(text: String) -> Result<T, StoreError>
where
    T: TryFrom<String>,
    T::Error: std::fmt::Display,
{
    T::try_from(text).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(super) fn json_out<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(format!("{what}: {error}")))
}

pub(super) fn json_in<T: serde::Serialize>(what: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(format!("{what}: {error}")))
}

pub(super) fn hash_out(bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt("a hash that isn't 32 bytes".to_owned()))
}
