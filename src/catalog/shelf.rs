//! What can be bought, found by SKU.

use shop_api::{Catalog, Currency, MAX_QUANTITY, MinorUnits, Product, Sku, Variant};

/// The catalogue with an index.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelf {
    catalog: Catalog,
    /// Positions of product and variant, sorted by SKU.
    by_sku: Vec<(Sku, usize, usize)>,
}

/// A variant and the product it belongs to.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Item<'a> {
    pub product: &'a Product,
    pub variant: &'a Variant,
}

impl Shelf {
    /// Indexes a catalogue.
    pub fn new(catalog: Catalog) -> Self {
        let positions = catalog.products.iter().enumerate().flat_map(|(product_at, product)| {
            let variants = product.variants.iter().enumerate();
            variants.map(move |(variant_at, variant)| (variant.sku.clone(), product_at, variant_at))
        });
        let mut by_sku: Vec<_> = positions.collect();
        by_sku.sort_unstable();
        Self { catalog, by_sku }
    }

    /// The catalogue as the server gave it.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The item with this SKU.
    pub fn item(&self, sku: &Sku) -> Option<Item<'_>> {
        let at = self.by_sku.binary_search_by(|(candidate, ..)| candidate.cmp(sku)).ok()?;
        let (_, product, variant) = self.by_sku.get(at)?;
        let product = self.catalog.products.get(*product)?;
        Some(Item { product, variant: product.variants.get(*variant)? })
    }

    /// The product with this id.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.catalog.products.iter().find(|product| product.id == id)
    }

    /// The currency of every price.
    pub fn currency(&self) -> &Currency {
        &self.catalog.currency
    }

    /// An amount as people read it.
    pub fn price(&self, amount: MinorUnits) -> String {
        self.catalog.currency.format(amount)
    }
}

/// The most of a variant that can be ordered now.
pub fn limit(variant: &Variant) -> u32 {
    variant.available.min(variant.max_per_order).min(MAX_QUANTITY)
}

impl Item<'_> {
    /// The most of it that can be ordered now.
    pub fn limit(&self) -> u32 {
        limit(self.variant)
    }
}
