//! What the shop under test sells.

use merchant_core::goods::{StoredCatalog, StoredCategory, StoredProduct, StoredVariant};
use merchant_core::pricing::Terms;
use shop_api::{Currency, MinorUnits};

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

/// Tea in two sizes, a mug, the last lamp, a free sticker.
pub fn catalog() -> StoredCatalog {
    StoredCatalog {
        shop_name: "Test Shop".into(),
        tagline: String::new(),
        revision: 0,
        terms: Terms::default(),
        more_currencies: Vec::new(),
        currency: Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() },
        categories: vec![StoredCategory { id: "all".into(), name: "All".into() }],
        products: vec![
            product("tea", vec![variant("TEA-S", "small", 1_000, 30), variant("TEA-L", "large", 1_800, 30)]),
            product("mug", vec![variant("MUG", "", 500, 10)]),
            product("lamp", vec![variant("LAMP", "", 99_900, 1)]),
            product("sticker", vec![variant("STICKER", "", 0, 100)]),
        ],
    }
}
