//! The key of an order's own. Everything sealed about an order is sealed with it; it is sealed with the data key.
//!
//! Replacing it by a fresh one erases all that: nothing that was sealed before opens any more, for whoever has the
//! database and the data key, and no row that may never change is touched. What is written later opens.

use shop_api::{OrderId, Timestamp};

use super::sealed::Sealed;
use super::value::{Row, Value, values};
use super::{Sql, Statement};
use crate::store::StoreError;
use crate::vault::{DataKey, Place, Vault, VaultError, key_of, open_with};

/// The columns of the table of orders from which [`OrderKey::read`] reads.
pub(super) const COLUMNS: &str = "orders.id, orders.seal_key, orders.erased_at";

pub(super) struct OrderKey<'a> {
    vault: &'a Vault,
    key: DataKey,
    /// Whether there was another one before, which is gone.
    is_erased: bool,
}

impl<'a> OrderKey<'a> {
    /// One that nothing was sealed with yet, and how it is kept.
    pub(super) fn fresh(vault: &'a Vault, order: &OrderId) -> (Self, Value) {
        let bytes = vault.fresh_key();
        let kept = of_row(vault, order).seal("seal_key", &bytes);
        (Self { vault, key: DataKey::new(&bytes), is_erased: false }, kept)
    }

    /// The one of the next three columns, which are [`COLUMNS`].
    pub(super) fn read(vault: &'a Vault, row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self::read_with_id(vault, row)?.1)
    }

    /// The same, with its order's id.
    pub(super) fn read_with_id(vault: &'a Vault, row: &mut Row) -> Result<(OrderId, Self), StoreError> {
        let order: OrderId = row.take()?;
        let bytes = of_row(vault, &order).open("seal_key", row)?;
        let bytes = bytes.try_into().map_err(|_| StoreError::Corrupt("key of an order".to_owned()))?;
        let is_erased = row.take::<Option<Timestamp>>()?.is_some();
        Ok((order, Self { vault, key: DataKey::new(&bytes), is_erased }))
    }

    /// Asks for an order's; [`OrderKey::found`] reads the answer.
    pub(super) fn find(order: &OrderId) -> Statement {
        Statement::new(format!("SELECT {COLUMNS} FROM orders WHERE id = $1"), values![order])
    }

    /// None when there is no such order.
    pub(super) fn found(vault: &'a Vault, rows: Vec<Row>) -> Result<Option<Self>, StoreError> {
        rows.into_iter().next().map(|mut row| Self::read(vault, &mut row)).transpose()
    }

    /// The key of an order that there must be.
    pub(super) fn of(db: &mut dyn Sql, vault: &'a Vault, order: &OrderId) -> Result<Self, StoreError> {
        let [answer] = db.run_all([Self::find(order)])?;
        Self::found(vault, answer.rows)?.ok_or(StoreError::Refused("it is about an order that there is"))
    }

    pub(super) fn vault(&self) -> &'a Vault {
        self.vault
    }

    pub(super) fn seal(&self, plain: &[u8], place: &Place<'_>) -> Vec<u8> {
        self.vault.seal_with(&self.key, plain, place)
    }

    /// None when it was erased.
    pub(super) fn open(&self, sealed: &[u8], place: &Place<'_>) -> Result<Option<Vec<u8>>, VaultError> {
        if self.is_erased && key_of(sealed)? != self.key.id() {
            return Ok(None);
        }
        open_with(&self.key, sealed, place).map(Some)
    }
}

fn of_row<'a>(vault: &'a Vault, order: &'a OrderId) -> Sealed<'a, 1> {
    Sealed::by_data_key(vault, "orders", [order.as_str().as_bytes()])
}
