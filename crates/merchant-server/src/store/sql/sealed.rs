//! What is sealed on its way into a row, and opened on its way out.
//!
//! In: plain values of one row. Out: bytes for its columns, which open in this row and this column only. The
//! statements of this store say which columns those are; nothing above them knows. What is looked for, added
//! up or put in order stays clear: ids, amounts, states, times, SKUs. What is about an order is sealed with that
//! order's key, and may have been erased with it; everything else with the data key.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::order_key::OrderKey;
use super::value::{Row, Value, json_in, json_out};
use crate::store::StoreError;
use crate::vault::{Place, Vault};

/// The sealed columns of one row.
pub(super) struct Sealed<'a, const N: usize> {
    key: Key<'a>,
    table: &'static str,
    row: [&'a [u8]; N],
}

/// What a row is sealed with.
enum Key<'a> {
    Data(&'a Vault),
    Order(&'a OrderKey<'a>),
}

impl<'a, const N: usize> Sealed<'a, N> {
    /// Those of the row with this key, which is about an order.
    pub(super) fn of(key: &'a OrderKey<'_>, table: &'static str, row: [&'a [u8]; N]) -> Self {
        Self { key: Key::Order(key), table, row }
    }

    /// Those of the row with this key, which is about no order.
    pub(super) fn by_data_key(vault: &'a Vault, table: &'static str, row: [&'a [u8]; N]) -> Self {
        Self { key: Key::Data(vault), table, row }
    }

    fn place(&self, column: &'static str) -> Place<'_> {
        Place { table: self.table, column, row: &self.row }
    }

    /// A column's value of these bytes.
    pub(super) fn seal(&self, column: &'static str, plain: &[u8]) -> Value {
        let place = self.place(column);
        Value::Blob(match self.key {
            Key::Data(vault) => vault.seal(plain, &place),
            Key::Order(key) => key.seal(plain, &place),
        })
    }

    /// A column's value of what is written as JSON.
    pub(super) fn seal_json<T: Serialize>(
        &self,
        column: &'static str,
        value: &T,
    ) -> Result<Value, StoreError> {
        Ok(self.seal(column, json_in(column, value)?.as_bytes()))
    }

    /// The bytes of a row's next column, which can't have been erased.
    pub(super) fn open(&self, column: &'static str, row: &mut Row) -> Result<Vec<u8>, StoreError> {
        let opened = self.open_unless_erased(column, row)?;
        opened.ok_or_else(|| StoreError::Corrupt(format!("{} that was erased", self.place(column))))
    }

    /// The bytes of a row's next column; none when they were erased.
    pub(super) fn open_unless_erased(
        &self,
        column: &'static str,
        row: &mut Row,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.unseal(column, &row.take::<Vec<u8>>()?)
    }

    /// The text of a row's next column; none when it was erased.
    pub(super) fn open_text(
        &self,
        column: &'static str,
        row: &mut Row,
    ) -> Result<Option<String>, StoreError> {
        self.open_unless_erased(column, row)?.map(|bytes| text(column, bytes)).transpose()
    }

    /// The same where there may be none.
    pub(super) fn open_optional_text(
        &self,
        column: &'static str,
        row: &mut Row,
    ) -> Result<Option<String>, StoreError> {
        let Some(sealed) = row.take::<Option<Vec<u8>>>()? else { return Ok(None) };
        self.unseal(column, &sealed)?.map(|bytes| text(column, bytes)).transpose()
    }

    /// What a row's next column holds as JSON; none when it was erased.
    pub(super) fn open_json<T: DeserializeOwned>(
        &self,
        column: &'static str,
        row: &mut Row,
    ) -> Result<Option<T>, StoreError> {
        self.open_text(column, row)?.map(|text| json_out(column, &text)).transpose()
    }

    /// The same where there may be none.
    pub(super) fn open_optional_json<T: DeserializeOwned>(
        &self,
        column: &'static str,
        row: &mut Row,
    ) -> Result<Option<T>, StoreError> {
        self.open_optional_text(column, row)?.map(|text| json_out(column, &text)).transpose()
    }

    fn unseal(&self, column: &'static str, sealed: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let place = self.place(column);
        let opened = match self.key {
            Key::Data(vault) => vault.open(sealed, &place).map(Some),
            Key::Order(key) => key.open(sealed, &place),
        };
        opened.map_err(|cause| StoreError::Sealed { column: place.to_string(), cause })
    }
}

fn text(column: &str, bytes: Vec<u8>) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|_| StoreError::Corrupt(format!("{column} that isn't UTF-8")))
}
