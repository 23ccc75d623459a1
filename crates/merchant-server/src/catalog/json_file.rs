//! A catalogue as JSON.

use std::path::Path;

use merchant_core::goods::{StoredCatalog, StoredCategory, StoredProduct, StoredVariant};
use merchant_core::pricing::{PriceList, Terms, standard};
use serde::Deserialize;
use shop_api::{Currency, MinorUnits, Sku};

use super::check::{Checker, Places};
use super::{CatalogError, Flaw, ShopFlags};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    shop_name: String,
    #[serde(default)]
    tagline: String,
    currency: Currency,
    #[serde(default)]
    more_currencies: Vec<Currency>,
    categories: Vec<Category>,
    products: Vec<Product>,
    #[serde(default)]
    terms: Terms,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Category {
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Product {
    id: String,
    name: String,
    #[serde(default)]
    description: String,
    category_id: String,
    image: String,
    #[serde(default = "standard")]
    tax_class: String,
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Variant {
    sku: Sku,
    #[serde(default)]
    name: String,
    /// In the default currency.
    price: Option<MinorUnits>,
    /// In other currencies.
    #[serde(default)]
    prices: PriceList,
    on_hand: u32,
    #[serde(default = "one")]
    step: u32,
    #[serde(default = "one")]
    min_per_order: u32,
    #[serde(default = "default_max_per_order")]
    max_per_order: u32,
    max_per_customer: Option<u32>,
}

pub(super) fn one() -> u32 {
    1
}

pub(super) fn default_max_per_order() -> u32 {
    99
}

pub(super) fn read(path: &Path, bytes: &[u8], flags: &ShopFlags) -> Result<StoredCatalog, CatalogError> {
    let error = |place, what| CatalogError { file: path.to_owned(), place, flaw: Flaw::Syntax, what };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let file: File = serde_path_to_error::deserialize(&mut json).map_err(|failure| {
        let place = failure.path().to_string();
        error((place != ".").then_some(place), format!("{}; correct it", failure.inner()))
    })?;
    json.end()
        .map_err(|failure| error(None, format!("there is something behind the JSON value: {failure}")))?;
    let mut currencies = flags.currencies.iter().cloned();
    let currency = currencies.next().unwrap_or(file.currency);
    let catalog = StoredCatalog {
        revision: 0,
        shop_name: flags.shop_name.clone().unwrap_or(file.shop_name),
        tagline: flags.tagline.clone().unwrap_or(file.tagline),
        categories: file.categories.into_iter().map(|c| StoredCategory { id: c.id, name: c.name }).collect(),
        products: file.products.into_iter().map(|read| product(read, &currency)).collect(),
        more_currencies: if flags.currencies.is_empty() {
            file.more_currencies
        } else {
            currencies.collect()
        },
        currency,
        terms: file.terms,
    };
    Checker { file: path, places: &JsonPlaces }.check(&catalog)?;
    Ok(catalog)
}

fn product(product: Product, currency: &Currency) -> StoredProduct {
    let variants = product.variants.into_iter().map(|variant| StoredVariant {
        sku: variant.sku,
        name: variant.name,
        prices: variant
            .price
            .map(|price| (currency.code.clone(), price))
            .into_iter()
            .chain(variant.prices)
            .collect(),
        on_hand: variant.on_hand,
        reserved: 0,
        step: variant.step,
        min_per_order: variant.min_per_order,
        max_per_order: variant.max_per_order,
        max_per_customer: variant.max_per_customer,
    });
    StoredProduct {
        id: product.id,
        name: product.name,
        description: product.description,
        category_id: product.category_id,
        image: product.image,
        tax_class: product.tax_class,
        variants: variants.collect(),
    }
}

struct JsonPlaces;

impl Places for JsonPlaces {
    fn shop(&self, field: &str) -> String {
        field.to_owned()
    }

    fn category(&self, category: usize, field: &str) -> String {
        format!("categories[{category}].{field}")
    }

    fn product(&self, product: usize, field: &str) -> String {
        format!("products[{product}].{field}")
    }

    fn variant(&self, product: usize, variant: usize, field: &str) -> String {
        format!("products[{product}].variants[{variant}].{field}")
    }
}
