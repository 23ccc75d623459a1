//! The catalogue and its import.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use shop_api::{Currency, Sku};

use super::rows::{currency, json_in, json_out};
use super::writer::Outcome;
use crate::store::{
    ImportReport, Imported, StoreError, StoredCatalog, StoredCategory, StoredProduct, StoredVariant,
};

pub(super) fn load(connection: &Connection) -> Result<Option<StoredCatalog>, StoreError> {
    let shop = connection
        .prepare_cached("SELECT name, tagline, currency_code, currency_exponent, currency_symbol, revision, more_currencies, terms
                         FROM shop")?
        .query_row([], |row| {
            let texts: (String, String) = (row.get(6)?, row.get(7)?);
            Ok((row.get(0)?, row.get(1)?, currency(row, 2)?, row.get(5)?, texts))
        })
        .optional()?;
    let Some((shop_name, tagline, currency, revision, (more_currencies, terms))) = shop else {
        return Ok(None);
    };
    let categories = connection
        .prepare_cached("SELECT id, name FROM categories ORDER BY position")?
        .query_map([], |row| Ok(StoredCategory { id: row.get(0)?, name: row.get(1)? }))?
        .collect::<Result<_, _>>()?;
    let mut variants = variants(connection)?;
    let mut statement = connection.prepare_cached(
        "SELECT id, name, description, category_id, image, tax_class FROM products ORDER BY position",
    )?;
    let mut rows = statement.query([])?;
    let mut products = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        products.push(StoredProduct {
            variants: variants.remove(&id).unwrap_or_default(),
            id,
            name: row.get(1)?,
            description: row.get(2)?,
            category_id: row.get(3)?,
            image: row.get(4)?,
            tax_class: row.get(5)?,
        });
    }
    Ok(Some(StoredCatalog {
        shop_name,
        tagline,
        revision,
        currency,
        more_currencies: json_out("currencies", &more_currencies)?,
        categories,
        products,
        terms: json_out("terms", &terms)?,
    }))
}

fn variants(connection: &Connection) -> Result<HashMap<String, Vec<StoredVariant>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT product_id, sku, name, prices, on_hand, reserved, max_per_order, step, min_per_order,
                max_per_customer
         FROM variants JOIN stock USING (sku) ORDER BY position",
    )?;
    let mut rows = statement.query([])?;
    let mut by_product: HashMap<String, Vec<StoredVariant>> = HashMap::new();
    while let Some(row) = rows.next()? {
        by_product.entry(row.get(0)?).or_default().push(StoredVariant {
            sku: Sku(row.get(1)?),
            name: row.get(2)?,
            prices: json_out("prices", &row.get::<_, String>(3)?)?,
            on_hand: row.get(4)?,
            reserved: row.get(5)?,
            max_per_order: row.get(6)?,
            step: row.get(7)?,
            min_per_order: row.get(8)?,
            max_per_customer: row.get(9)?,
        });
    }
    Ok(by_product)
}

pub(super) fn import(
    connection: &Connection,
    catalog: &StoredCatalog,
    if_empty: bool,
) -> Result<Outcome<Imported>, StoreError> {
    if let Some(current) = current_currency(connection)? {
        if if_empty {
            return Ok(Outcome::Undo(Imported::NotEmpty));
        }
        if (&current.code, current.exponent) != (&catalog.currency.code, catalog.currency.exponent) {
            let open_orders = connection.query_row(
                "SELECT count(*) FROM orders WHERE status IN ('awaiting_payment', 'needs_attention')",
                [],
                |row| row.get(0),
            )?;
            if open_orders > 0 {
                return Ok(Outcome::Undo(Imported::CurrencyInUse { current: current.code, open_orders }));
            }
            // A quote in the old currency must not become an order.
            connection.execute("DELETE FROM quotes", [])?;
        }
    }
    let before = skus(connection)?;
    let revision = revision(connection)?.saturating_add(1);
    connection.execute_batch(
        "DELETE FROM variants; DELETE FROM products; DELETE FROM categories; DELETE FROM shop",
    )?;
    let mut report = write(connection, catalog, revision)?;
    for variant in catalog.products.iter().flat_map(|product| &product.variants) {
        if before.contains(&variant.sku) { report.kept += 1 } else { report.added += 1 }
    }
    report.removed = u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_sub(report.kept);
    Ok(Outcome::Keep(Imported::Done(report)))
}

fn current_currency(connection: &Connection) -> Result<Option<Currency>, StoreError> {
    let sql = "SELECT currency_code, currency_exponent, currency_symbol FROM shop";
    Ok(connection.query_row(sql, [], |row| currency(row, 0)).optional()?)
}

/// The number of the catalogue that is there; 0 when there is none.
fn revision(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.query_row("SELECT revision FROM shop", [], |row| row.get(0)).optional()?.unwrap_or(0))
}

fn skus(connection: &Connection) -> Result<std::collections::HashSet<Sku>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT sku FROM variants")?;
    Ok(statement.query_map([], |row| row.get(0).map(Sku))?.collect::<Result<_, _>>()?)
}

fn write(
    connection: &Connection,
    catalog: &StoredCatalog,
    revision: u32,
) -> Result<ImportReport, StoreError> {
    let (code, exponent, symbol) =
        (&catalog.currency.code, catalog.currency.exponent, &catalog.currency.symbol);
    connection.execute(
        "INSERT INTO shop (id, name, tagline, currency_code, currency_exponent, currency_symbol, revision,
                           more_currencies, terms)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            catalog.shop_name,
            catalog.tagline,
            code,
            exponent,
            symbol,
            revision,
            json_in("currencies", &catalog.more_currencies)?,
            json_in("terms", &catalog.terms)?
        ],
    )?;
    for (position, category) in (0i64..).zip(&catalog.categories) {
        connection
            .prepare_cached("INSERT INTO categories (id, name, position) VALUES (?1, ?2, ?3)")?
            .execute(params![category.id, category.name, position])?;
    }
    let mut report = ImportReport::default();
    let mut variant_position = 0i64;
    for (position, product) in (0i64..).zip(&catalog.products) {
        connection
            .prepare_cached(
                "INSERT INTO products (id, category_id, name, description, image, position, tax_class)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                product.id,
                product.category_id,
                product.name,
                product.description,
                product.image,
                position,
                product.tax_class
            ])?;
        for variant in &product.variants {
            write_variant(connection, product, variant, variant_position, &mut report)?;
            variant_position += 1;
        }
    }
    Ok(report)
}

fn write_variant(
    connection: &Connection,
    product: &StoredProduct,
    variant: &StoredVariant,
    position: i64,
    report: &mut ImportReport,
) -> Result<(), StoreError> {
    let on_hand: u32 = connection
        .prepare_cached(
            "INSERT INTO stock (sku, on_hand, reserved, sold) VALUES (?1, ?2, 0, 0)
             ON CONFLICT (sku) DO UPDATE SET on_hand = max(excluded.on_hand, reserved)
             RETURNING on_hand",
        )?
        .query_row(params![variant.sku.as_str(), variant.on_hand], |row| row.get(0))?;
    if on_hand > variant.on_hand {
        report.raised_to_reserved.push(variant.sku.clone());
    }
    connection
        .prepare_cached(
            "INSERT INTO variants (sku, product_id, name, prices, max_per_order, position, step, min_per_order,
                                   max_per_customer)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            variant.sku.as_str(),
            product.id,
            variant.name,
            json_in("prices", &variant.prices)?,
            variant.max_per_order,
            position,
            variant.step,
            variant.min_per_order,
            variant.max_per_customer
        ])?;
    Ok(())
}
