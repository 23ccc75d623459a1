//! What a shop sells in proofs that are about payments: plain things, by SKU, without discounts, delivery or tax.

use merchant_core::goods::{StoredCatalog, StoredCategory, StoredProduct, StoredVariant};
use merchant_core::pricing::Terms;
use shop_api::{Currency, MinorUnits};

/// A shop of these SKUs, each with its price in centavos and so many units.
pub fn catalog(goods: &[(&str, u64, u32)]) -> StoredCatalog {
    StoredCatalog {
        shop_name: "Test Shop".into(),
        tagline: String::new(),
        revision: 0,
        terms: Terms::default(),
        more_currencies: Vec::new(),
        currency: Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() },
        categories: vec![StoredCategory { id: "all".into(), name: "All".into() }],
        products: goods.iter().map(|(sku, price, units)| product(sku, *price, *units)).collect(),
    }
}

fn product(sku: &str, price: u64, on_hand: u32) -> StoredProduct {
    StoredProduct {
        id: sku.to_lowercase(),
        name: sku.to_owned(),
        description: String::new(),
        category_id: "all".into(),
        image: "x.svg".into(),
        tax_class: "standard".into(),
        variants: vec![StoredVariant {
            sku: sku.into(),
            name: String::new(),
            prices: [("PHP".to_owned(), MinorUnits::new(price).unwrap())].into(),
            on_hand,
            reserved: 0,
            step: 1,
            min_per_order: 1,
            max_per_order: 20,
            max_per_customer: None,
        }],
    }
}
