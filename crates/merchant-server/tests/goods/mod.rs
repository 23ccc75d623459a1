//! What shops under test sell: plain things, without discounts, delivery or tax.

use merchant_core::goods::{StoredCatalog, StoredCategory, StoredProduct, StoredVariant};
use merchant_core::pricing::Terms;
use shop_api::{Currency, MinorUnits};

/// A shop of these SKUs, each a product with one variant, its price in centavos, and so many units.
pub fn catalog(goods: &[(&str, u64, u32)]) -> StoredCatalog {
    let alone = |(sku, price, on_hand): &(&str, u64, u32)| {
        product(&sku.to_lowercase(), vec![variant(sku, "", *price, *on_hand)])
    };
    StoredCatalog {
        shop_name: "Test Shop".into(),
        tagline: String::new(),
        revision: 0,
        terms: Terms::default(),
        more_currencies: Vec::new(),
        currency: Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() },
        categories: vec![StoredCategory { id: "all".into(), name: "All".into() }],
        products: goods.iter().map(alone).collect(),
    }
}

pub fn product(id: &str, variants: Vec<StoredVariant>) -> StoredProduct {
    StoredProduct {
        id: id.into(),
        name: id.to_uppercase(),
        description: String::new(),
        category_id: "all".into(),
        image: format!("{id}.svg"),
        tax_class: "standard".into(),
        variants,
    }
}

pub fn variant(sku: &str, name: &str, price: u64, on_hand: u32) -> StoredVariant {
    StoredVariant {
        sku: sku.into(),
        name: name.into(),
        prices: [("PHP".to_owned(), MinorUnits::new(price).unwrap())].into(),
        on_hand,
        reserved: 0,
        step: 1,
        min_per_order: 1,
        max_per_order: 20,
        max_per_customer: None,
    }
}
