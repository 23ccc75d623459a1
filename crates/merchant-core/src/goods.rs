//! The catalogue as the server keeps it and prices are made from it.

use shop_api::{Currency, Sku};

use crate::pricing::{PriceList, Terms};

/// The catalogue as it is kept and imported. The order of each list is the order on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCatalog {
    /// The shop's name.
    pub shop_name: String,
    /// One line under the name.
    pub tagline: String,
    /// Rises with every import; 0 in what wasn't imported yet.
    pub revision: u32,
    /// The currency of wallets that name none.
    pub currency: Currency,
    /// The other currencies in which it sells.
    pub more_currencies: Vec<Currency>,
    /// The shelves.
    pub categories: Vec<StoredCategory>,
    /// The products.
    pub products: Vec<StoredProduct>,
    /// What is taken off and added to prices.
    pub terms: Terms,
}

impl StoredCatalog {
    /// The currency of this code, if it sells in it.
    pub fn currency(&self, code: &str) -> Option<&Currency> {
        self.currencies().find(|currency| currency.code == code)
    }

    /// The currencies in which it sells, the default one first.
    pub fn currencies(&self) -> impl Iterator<Item = &Currency> {
        std::iter::once(&self.currency).chain(&self.more_currencies)
    }
}

/// A shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCategory {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProduct {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// One or two sentences.
    pub description: String,
    /// The shelf that it stands on.
    pub category_id: String,
    /// File name of its picture.
    pub image: String,
    /// Its tax class.
    pub tax_class: String,
    /// At least one.
    pub variants: Vec<StoredVariant>,
}

/// What can be bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVariant {
    /// Its id.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Price of one, by currency; at least one.
    pub prices: PriceList,
    /// Units in the shop, reserved ones included.
    pub on_hand: u32,
    /// Units kept for unpaid orders. Not imported.
    pub reserved: u32,
    /// Sold in multiples of this; at least 1.
    pub step: u32,
    /// The fewest that one order may have; at least 1.
    pub min_per_order: u32,
    /// The most that one order may have.
    pub max_per_order: u32,
    /// The most that one customer may have within the shop's window.
    pub max_per_customer: Option<u32>,
}
