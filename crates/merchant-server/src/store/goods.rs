//! The catalogue as the server keeps it.

use shop_api::{Currency, Sku};

use super::StockRow;
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

    /// The catalogue of these SKUs alone: their products, in its order, with these counts.
    pub(super) fn only(&self, stock: &[StockRow]) -> Self {
        let products = self.products.iter().filter_map(|product| {
            let variants: Vec<_> = product
                .variants
                .iter()
                .filter_map(|variant| {
                    let row = stock.iter().find(|row| row.sku == variant.sku)?;
                    Some(StoredVariant { on_hand: row.on_hand, reserved: row.reserved, ..variant.clone() })
                })
                .collect();
            (!variants.is_empty()).then(|| StoredProduct {
                id: product.id.clone(),
                name: product.name.clone(),
                description: product.description.clone(),
                category_id: product.category_id.clone(),
                image: product.image.clone(),
                tax_class: product.tax_class.clone(),
                variants,
            })
        });
        Self {
            shop_name: self.shop_name.clone(),
            tagline: self.tagline.clone(),
            revision: self.revision,
            currency: self.currency.clone(),
            more_currencies: self.more_currencies.clone(),
            categories: self.categories.clone(),
            products: products.collect(),
            terms: self.terms.clone(),
        }
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

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// The catalogue was replaced.
    Done(ImportReport),
    /// There is a catalogue, and it was asked to be left alone.
    NotEmpty,
    /// The currency differs while orders in the old one are unresolved.
    CurrencyInUse {
        /// The currency of the catalogue that is there.
        current: String,
        /// How many orders are unresolved.
        open_orders: u32,
    },
}

/// What an import changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// SKUs that weren't sold before.
    pub added: u32,
    /// SKUs that were sold before and still are.
    pub kept: u32,
    /// SKUs that aren't sold any more.
    pub removed: u32,
    /// SKUs whose count was below what is reserved, and was raised to it.
    pub raised_to_reserved: Vec<Sku>,
}
