//! The catalogue and its import.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use merchant_core::goods::{StoredCatalog, StoredCategory, StoredProduct, StoredVariant};
use shop_api::{Currency, Sku};

use super::admin::stock_row;
use super::value::{Row, json_in, json_out, values};
use super::{Hold, Outcome, Sql, Statement};
use crate::store::records::part_of;
use crate::store::{ImportReport, Imported, StoreError};

/// The lock that an import holds alone, and that whoever places an order shares: prices and currency stay as
/// they are while an order is placed.
pub(super) const LOCK: &str = "catalogue";

pub(super) fn load(db: &mut dyn Sql) -> Result<Option<StoredCatalog>, StoreError> {
    let ask = |sql: &'static str| Statement::new(sql, Vec::new());
    let [shop, categories, products, variants] = db.run_all([
        ask("SELECT name, tagline, currency_code, currency_exponent, currency_symbol, revision, more_currencies, terms
             FROM shop"),
        ask("SELECT id, name FROM categories ORDER BY position"),
        ask("SELECT id, name, description, category_id, image, tax_class FROM products ORDER BY position"),
        ask("SELECT product_id, sku, name, prices, on_hand, reserved, step, min_per_order, max_per_order,
                    max_per_customer
             FROM variants JOIN stock USING (sku) ORDER BY position"),
    ])?;
    let Some(mut shop) = shop.rows.into_iter().next() else { return Ok(None) };
    let mut by_product: HashMap<String, Vec<StoredVariant>> = HashMap::new();
    for mut row in variants.rows {
        by_product.entry(row.take()?).or_default().push(variant(row)?);
    }
    let categories = categories.rows.into_iter();
    let products = products.rows.into_iter();
    Ok(Some(StoredCatalog {
        shop_name: shop.take()?,
        tagline: shop.take()?,
        currency: shop.take_currency()?,
        revision: shop.take()?,
        more_currencies: json_out("currencies", &shop.take::<String>()?)?,
        terms: json_out("terms", &shop.take::<String>()?)?,
        categories: categories.map(category).collect::<Result<_, _>>()?,
        products: products.map(|row| product(row, &mut by_product)).collect::<Result<_, _>>()?,
    }))
}

/// The catalogue as it was read last. Its stock is out of date.
#[derive(Default)]
pub(super) struct Known(Mutex<Option<Arc<StoredCatalog>>>);

impl Known {
    fn of_revision(&self, revision: u32) -> Option<Arc<StoredCatalog>> {
        self.last().clone().filter(|catalog| catalog.revision == revision)
    }

    fn last(&self) -> MutexGuard<'_, Option<Arc<StoredCatalog>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The catalogue of these SKUs alone. Of one that is known, only their stock is read.
pub(super) fn of(db: &mut dyn Sql, known: &Known, skus: &[Sku]) -> Result<Option<StoredCatalog>, StoreError> {
    let stock = "SELECT sku, on_hand, reserved, sold FROM stock WHERE sku IN";
    let revision = Statement::new("SELECT revision FROM shop", Vec::new());
    let mut answers =
        db.run(std::iter::once(revision).chain(Statement::of_many(stock, skus)).collect())?.into_iter();
    let Some(mut shop) = answers.next().and_then(|answer| answer.rows.into_iter().next()) else {
        return Ok(None);
    };
    let catalog = match known.of_revision(shop.take()?) {
        Some(catalog) => catalog,
        None => {
            let Some(catalog) = load(db)?.map(Arc::new) else { return Ok(None) };
            *known.last() = Some(Arc::clone(&catalog));
            catalog
        }
    };
    let stock: Vec<_> = answers.flat_map(|answer| answer.rows).map(stock_row).collect::<Result<_, _>>()?;
    Ok(Some(part_of(&catalog, &stock)))
}

fn category(mut row: Row) -> Result<StoredCategory, StoreError> {
    Ok(StoredCategory { id: row.take()?, name: row.take()? })
}

fn product(
    mut row: Row,
    variants: &mut HashMap<String, Vec<StoredVariant>>,
) -> Result<StoredProduct, StoreError> {
    let id: String = row.take()?;
    Ok(StoredProduct {
        variants: variants.remove(&id).unwrap_or_default(),
        id,
        name: row.take()?,
        description: row.take()?,
        category_id: row.take()?,
        image: row.take()?,
        tax_class: row.take()?,
    })
}

fn variant(mut row: Row) -> Result<StoredVariant, StoreError> {
    Ok(StoredVariant {
        sku: row.take()?,
        name: row.take()?,
        prices: json_out("prices", &row.take::<String>()?)?,
        on_hand: row.take()?,
        reserved: row.take()?,
        step: row.take()?,
        min_per_order: row.take()?,
        max_per_order: row.take()?,
        max_per_customer: row.take()?,
    })
}

pub(super) fn import(
    db: &mut dyn Sql,
    catalog: &StoredCatalog,
    if_empty: bool,
) -> Result<Outcome<Imported>, StoreError> {
    db.lock(LOCK, Hold::Alone)?;
    if let Some(current) = current_currency(db)? {
        if if_empty {
            return Ok(Outcome::Undo(Imported::NotEmpty));
        }
        if (&current.code, current.exponent) != (&catalog.currency.code, catalog.currency.exponent) {
            let open_orders = count_unresolved(db)?;
            if open_orders > 0 {
                return Ok(Outcome::Undo(Imported::CurrencyInUse { current: current.code, open_orders }));
            }
            // A quote in the old currency must not become an order.
            db.later(Statement::new("DELETE FROM quotes", Vec::new()))?;
        }
    }
    let before = skus(db)?;
    let revision = revision(db)?.saturating_add(1);
    let mut report = write(db, catalog, revision)?;
    for variant in catalog.products.iter().flat_map(|product| &product.variants) {
        if before.contains(&variant.sku) { report.kept += 1 } else { report.added += 1 }
    }
    report.removed = u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_sub(report.kept);
    Ok(Outcome::Keep(Imported::Done(report)))
}

fn current_currency(db: &mut dyn Sql) -> Result<Option<Currency>, StoreError> {
    let row =
        db.query_one("SELECT currency_code, currency_exponent, currency_symbol FROM shop", Vec::new())?;
    row.map(|mut row| row.take_currency()).transpose()
}

/// The number of the catalogue that is there; 0 when there is none.
fn revision(db: &mut dyn Sql) -> Result<u32, StoreError> {
    db.query_one("SELECT revision FROM shop", Vec::new())?.map_or(Ok(0), |mut row| row.take())
}

fn count_unresolved(db: &mut dyn Sql) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM orders WHERE status IN ('awaiting_payment', 'needs_attention')";
    db.query_one(sql, Vec::new())?.map_or(Ok(0), |mut row| row.take())
}

fn skus(db: &mut dyn Sql) -> Result<HashSet<Sku>, StoreError> {
    let rows = db.query("SELECT sku FROM variants", Vec::new())?;
    rows.into_iter().map(|mut row| row.take()).collect()
}

/// Replaces all but the stock, whose counts are brought up to date.
fn write(db: &mut dyn Sql, catalog: &StoredCatalog, revision: u32) -> Result<ImportReport, StoreError> {
    for sql in ["DELETE FROM variants", "DELETE FROM products", "DELETE FROM categories", "DELETE FROM shop"]
    {
        db.later(Statement::new(sql, Vec::new()))?;
    }
    let currency = &catalog.currency;
    db.later(Statement::new(
        "INSERT INTO shop (id, name, tagline, currency_code, currency_exponent, currency_symbol, revision,
                           more_currencies, terms)
         VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            &catalog.shop_name,
            &catalog.tagline,
            &currency.code,
            currency.exponent,
            &currency.symbol,
            revision,
            json_in("currencies", &catalog.more_currencies)?,
            json_in("terms", &catalog.terms)?,
        ],
    ))?;
    for (position, category) in (0i64..).zip(&catalog.categories) {
        db.later(Statement::new(
            "INSERT INTO categories (id, name, position) VALUES ($1, $2, $3)",
            values![&category.id, &category.name, position],
        ))?;
    }
    let raised_to_reserved = write_stock(db, catalog)?;
    let mut positions = 0i64..;
    for (position, product) in (0i64..).zip(&catalog.products) {
        write_product(db, product, position)?;
        for (variant, position) in product.variants.iter().zip(&mut positions) {
            write_variant(db, product, variant, position)?;
        }
    }
    Ok(ImportReport { raised_to_reserved, ..ImportReport::default() })
}

/// Which SKUs have more units reserved than the catalogue has on hand; they keep those.
fn write_stock(db: &mut dyn Sql, catalog: &StoredCatalog) -> Result<Vec<Sku>, StoreError> {
    let mut variants: Vec<_> = catalog.products.iter().flat_map(|product| &product.variants).collect();
    // As commits take them.
    variants.sort_by_key(|variant| &variant.sku);
    let statements = variants.iter().map(|variant| {
        Statement::new(
            "INSERT INTO stock (sku, on_hand, reserved, sold) VALUES ($1, $2, 0, 0)
             ON CONFLICT (sku) DO UPDATE
             SET on_hand = CASE WHEN excluded.on_hand > stock.reserved THEN excluded.on_hand ELSE stock.reserved END
             RETURNING on_hand",
            values![&variant.sku, variant.on_hand],
        )
    });
    let answers = db.run(statements.collect())?;
    let mut raised = Vec::new();
    for (variant, answer) in variants.into_iter().zip(answers) {
        for mut row in answer.rows {
            if row.take::<u32>()? > variant.on_hand {
                raised.push(variant.sku.clone());
            }
        }
    }
    Ok(raised)
}

fn write_product(db: &mut dyn Sql, product: &StoredProduct, position: i64) -> Result<(), StoreError> {
    db.later(Statement::new(
        "INSERT INTO products (id, category_id, name, description, image, position, tax_class)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![
            &product.id,
            &product.category_id,
            &product.name,
            &product.description,
            &product.image,
            position,
            &product.tax_class,
        ],
    ))
}

fn write_variant(
    db: &mut dyn Sql,
    product: &StoredProduct,
    variant: &StoredVariant,
    position: i64,
) -> Result<(), StoreError> {
    db.later(Statement::new(
        "INSERT INTO variants (sku, product_id, name, prices, step, min_per_order, max_per_order, max_per_customer,
                               position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            &variant.sku,
            &product.id,
            &variant.name,
            json_in("prices", &variant.prices)?,
            variant.step,
            variant.min_per_order,
            variant.max_per_order,
            variant.max_per_customer,
            position,
        ],
    ))
}
