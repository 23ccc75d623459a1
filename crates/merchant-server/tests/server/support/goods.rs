//! What the shop under test sells.

use merchant_core::goods::StoredCatalog;

pub use crate::goods::{product, variant};

/// Tea in two sizes, a mug, the last lamp, a free sticker.
pub fn catalog() -> StoredCatalog {
    let tea = vec![variant("TEA-S", "small", 1_000, 30), variant("TEA-L", "large", 1_800, 30)];
    let mut catalog = crate::goods::catalog(&[("MUG", 500, 10), ("LAMP", 99_900, 1), ("STICKER", 0, 100)]);
    catalog.products.insert(0, product("tea", tea));
    catalog
}
