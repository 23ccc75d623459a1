//! The catalogue, its import, and the stock.

use std::collections::{BTreeMap, BTreeSet};

use merchant_core::goods::{StoredCatalog, StoredVariant};
use merchant_core::lifecycle::StockMove;
use shop_api::Sku;

use super::World;
use super::rules::refuse;
use crate::store::records::part_of;
use crate::store::{Conflict, ImportReport, Imported, StockRow, StoreError};

#[derive(Default)]
pub(super) struct Goods {
    /// As it was imported; what it says of stock is out of date.
    catalog: Option<StoredCatalog>,
    sold: BTreeSet<Sku>,
    stock: BTreeMap<Sku, StockRow>,
}

impl Goods {
    pub(super) fn catalog(&self) -> Option<StoredCatalog> {
        let mut catalog = self.catalog.clone()?;
        for variant in catalog.products.iter_mut().flat_map(|product| &mut product.variants) {
            if let Some(row) = self.stock.get(&variant.sku) {
                (variant.on_hand, variant.reserved) = (row.on_hand, row.reserved);
            }
        }
        Some(catalog)
    }

    pub(super) fn catalog_of(&self, skus: &[Sku]) -> Option<StoredCatalog> {
        let stock: Vec<_> = skus.iter().filter_map(|sku| self.stock.get(sku).cloned()).collect();
        self.catalog.as_ref().map(|catalog| part_of(catalog, &stock))
    }

    /// The number of the catalogue that is there; 0 when there is none.
    pub(super) fn revision(&self) -> u32 {
        self.catalog.as_ref().map_or(0, |catalog| catalog.revision)
    }

    pub(super) fn stock(&self, sku: &Sku) -> Option<&StockRow> {
        self.stock.get(sku)
    }

    /// The rows of the stock after these moves, or the first that can't be made.
    ///
    /// # Errors
    /// Units would be freed or sold that aren't reserved, or come back that weren't sold.
    pub(super) fn after(&self, moves: &[StockMove]) -> Result<Result<Vec<StockRow>, Conflict>, StoreError> {
        let mut moves: Vec<&StockMove> = moves.iter().collect();
        moves.sort_by_key(|moved| moved.sku());
        let mut touched: BTreeMap<&Sku, StockRow> = BTreeMap::new();
        for moved in moves {
            let sku = moved.sku();
            let Some(known) = self.stock.get(sku) else { return Ok(Err(Conflict::OutOfStock(sku.clone()))) };
            let row = touched.entry(sku).or_insert_with(|| known.clone());
            match moved {
                StockMove::Reserve(_, quantity) => {
                    if row.on_hand - row.reserved < *quantity {
                        return Ok(Err(Conflict::OutOfStock(sku.clone())));
                    }
                    row.reserved += quantity;
                }
                StockMove::Sell(_, quantity) => {
                    row.reserved = less(row.reserved, *quantity)?;
                    row.on_hand = less(row.on_hand, *quantity)?;
                    row.sold = row.sold.saturating_add(*quantity);
                }
                StockMove::Release(_, quantity) => row.reserved = less(row.reserved, *quantity)?,
                StockMove::Restock(_, quantity) => {
                    row.sold = less(row.sold, *quantity)?;
                    row.on_hand = row.on_hand.saturating_add(*quantity);
                }
            }
        }
        Ok(Ok(touched.into_values().collect()))
    }

    pub(super) fn set_stock(&mut self, rows: Vec<StockRow>) {
        for row in rows {
            self.stock.insert(row.sku.clone(), row);
        }
    }

    fn replace(&mut self, mut catalog: StoredCatalog) -> ImportReport {
        catalog.revision = self.revision().saturating_add(1);
        let before = std::mem::take(&mut self.sold);
        let mut report = ImportReport::default();
        for variant in catalog.products.iter().flat_map(|product| &product.variants) {
            if before.contains(&variant.sku) {
                report.kept += 1
            } else {
                report.added += 1
            }
            self.sold.insert(variant.sku.clone());
            if self.count(variant) > variant.on_hand {
                report.raised_to_reserved.push(variant.sku.clone());
            }
        }
        report.raised_to_reserved.sort();
        report.removed = u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_sub(report.kept);
        self.catalog = Some(catalog);
        report
    }

    /// Brings a SKU's count up to date; no lower than what is reserved.
    fn count(&mut self, variant: &StoredVariant) -> u32 {
        let sku = &variant.sku;
        let row = self.stock.entry(sku.clone()).or_insert_with(|| StockRow {
            sku: sku.clone(),
            on_hand: 0,
            reserved: 0,
            sold: 0,
        });
        row.on_hand = variant.on_hand.max(row.reserved);
        row.on_hand
    }
}

pub(super) fn import(world: &mut World, new: StoredCatalog, if_empty: bool) -> Imported {
    if let Some(current) = &world.goods.catalog {
        if if_empty {
            return Imported::NotEmpty;
        }
        let (old, new) = (&current.currency, &new.currency);
        if (&old.code, old.exponent) != (&new.code, new.exponent) {
            let open_orders = world.orders.count_unresolved();
            if open_orders > 0 {
                return Imported::CurrencyInUse { current: old.code.clone(), open_orders };
            }
            // A quote in the old currency must not become an order.
            world.shoppers.delete_quotes();
        }
    }
    Imported::Done(world.goods.replace(new))
}

fn less(from: u32, quantity: u32) -> Result<u32, StoreError> {
    from.checked_sub(quantity).ok_or_else(|| refuse("there is no less than no stock"))
}
