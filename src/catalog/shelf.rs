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

/// The most of a variant that can be ordered now: whole steps, and none of too few.
pub fn limit(variant: &Variant) -> u32 {
    let most = variant.available.min(variant.max_per_order).min(MAX_QUANTITY);
    let whole = most.saturating_sub(most.checked_rem(variant.step).unwrap_or(0));
    if whole < variant.min_per_order { 0 } else { whole }
}

/// The fewest of a variant that can be ordered.
pub fn first(variant: &Variant) -> u32 {
    variant.min_per_order.max(1).checked_next_multiple_of(variant.step).unwrap_or(1)
}

/// One step more.
pub fn more(variant: &Variant, quantity: u32) -> u32 {
    let over = quantity.checked_rem(variant.step).unwrap_or(0);
    quantity.saturating_sub(over).saturating_add(variant.step.max(1))
}

/// One step fewer; `None` when it is the fewest.
pub fn fewer(variant: &Variant, quantity: u32) -> Option<u32> {
    let below = quantity.checked_sub(1)?;
    let whole = below.saturating_sub(below.checked_rem(variant.step).unwrap_or(0));
    (whole >= first(variant)).then_some(whole)
}

impl Item<'_> {
    /// The most of it that can be ordered now.
    pub fn limit(&self) -> u32 {
        limit(self.variant)
    }
}
