//! The rules for catalogues, whatever file they came from.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::path::Path;

use merchant_core::goods::{StoredCatalog, StoredProduct};
use shop_api::MAX_QUANTITY;

use super::{CatalogError, Flaw};

/// Where a value stands in the file.
pub(super) trait Places {
    /// A value of the shop itself.
    fn shop(&self, field: &str) -> String;
    /// A value of a category.
    fn category(&self, category: usize, field: &str) -> String;
    /// A value of a product.
    fn product(&self, product: usize, field: &str) -> String;
    /// A value of a variant.
    fn variant(&self, product: usize, variant: usize, field: &str) -> String;
}

/// The field names as the file format writes them.
pub(super) struct Checker<'a, P> {
    pub(super) file: &'a Path,
    pub(super) places: &'a P,
}

/// What an id may be.
pub(super) const ID_RULE: &str =
    "1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit";

const MAX_ON_HAND: u32 = 1_000_000;

impl<P: Places> Checker<'_, P> {
    pub(super) fn check(&self, catalog: &StoredCatalog) -> Result<(), CatalogError> {
        let shop = |field| self.places.shop(field);
        self.length(&catalog.shop_name, 1..=64, || shop("shopName"))?;
        self.length(&catalog.tagline, 0..=120, || shop("tagline"))?;
        self.currencies(catalog)?;
        self.categories(catalog)?;
        self.require(!catalog.products.is_empty(), || shop("products"), "at least one product")?;
        let (mut ids, mut skus) = (HashSet::new(), HashSet::new());
        for (index, product) in catalog.products.iter().enumerate() {
            let at = || self.places.product(index, "id");
            self.require(is_id(&product.id), at, ID_RULE)?;
            self.unique(ids.insert(&product.id), at, &product.id)?;
            self.product(catalog, index, product)?;
            for (number, variant) in product.variants.iter().enumerate() {
                let at = || self.places.variant(index, number, "sku");
                self.require(is_id(variant.sku.as_str()), at, ID_RULE)?;
                self.unique(skus.insert(&variant.sku), at, variant.sku.as_str())?;
            }
        }
        self.terms(catalog, &skus)
    }

    fn currencies(&self, catalog: &StoredCatalog) -> Result<(), CatalogError> {
        let mut codes = HashSet::new();
        for (index, currency) in catalog.currencies().enumerate() {
            let of =
                if index == 0 { "currency".to_owned() } else { format!("moreCurrencies[{}]", index - 1) };
            let place = |field: &str| self.places.shop(&format!("{of}.{field}"));
            let is_code =
                currency.code.len() == 3 && currency.code.bytes().all(|byte| byte.is_ascii_uppercase());
            self.require(is_code, || place("code"), "three capital letters of ISO 4217, such as PHP")?;
            self.unique(codes.insert(&currency.code), || place("code"), &currency.code)?;
            self.require(currency.exponent <= 4, || place("exponent"), "0 to 4")?;
            self.length(&currency.symbol, 1..=8, || place("symbol"))?;
        }
        Ok(())
    }

    fn categories(&self, catalog: &StoredCatalog) -> Result<(), CatalogError> {
        let mut ids = HashSet::new();
        for (index, category) in catalog.categories.iter().enumerate() {
            let at = || self.places.category(index, "id");
            self.require(is_id(&category.id), at, ID_RULE)?;
            self.unique(ids.insert(&category.id), at, &category.id)?;
            self.length(&category.name, 1..=120, || self.places.category(index, "name"))?;
        }
        Ok(())
    }

    fn product(
        &self,
        catalog: &StoredCatalog,
        index: usize,
        product: &StoredProduct,
    ) -> Result<(), CatalogError> {
        let place = |field| self.places.product(index, field);
        self.length(&product.name, 1..=120, || place("name"))?;
        self.length(&product.description, 0..=500, || place("description"))?;
        let listed = catalog.categories.iter().any(|category| category.id == product.category_id);
        if !listed {
            let what = format!("there is no category `{}`; add it, or name another", product.category_id);
            return Err(self.error(place("categoryId"), Flaw::Missing, what));
        }
        let image_rule = "a file name such as house-blend.svg, ending in .svg, .png, .jpg, .jpeg or .webp";
        self.require(image_type(&product.image).is_some(), || place("image"), image_rule)?;
        self.require(!product.variants.is_empty(), || place("variants"), "at least one variant")?;
        self.tax_class(catalog, &product.tax_class, || place("taxClass"))?;
        let several = product.variants.len() > 1;
        for (number, variant) in product.variants.iter().enumerate() {
            let place = |field| self.places.variant(index, number, field);
            let shortest = usize::from(several);
            self.length(&variant.name, shortest..=120, || place("name"))?;
            self.require(variant.on_hand <= MAX_ON_HAND, || place("onHand"), "0 to 1000000")?;
            let some = 1..=MAX_QUANTITY;
            self.require(some.contains(&variant.max_per_order), || place("maxPerOrder"), "1 to 999")?;
            self.require(some.contains(&variant.step), || place("step"), "1 to 999")?;
            // Otherwise nobody could order it.
            let first = variant.min_per_order.next_multiple_of(variant.step);
            let can_be_ordered = some.contains(&variant.min_per_order) && first <= variant.max_per_order;
            let rule = "1 to maxPerOrder, with a multiple of step up to there";
            self.require(can_be_ordered, || place("minPerOrder"), rule)?;
            let has_limit = variant.max_per_customer.is_none_or(|limit| limit >= first);
            self.require(has_limit, || place("maxPerCustomer"), "at least what one order must have")?;
            self.prices(catalog, &variant.prices, || place("prices"))?;
            self.require(!variant.prices.is_empty(), || place("price"), "a price in at least one currency")?;
        }
        Ok(())
    }

    pub(super) fn length(
        &self,
        text: &str,
        allowed: RangeInclusive<usize>,
        place: impl FnOnce() -> String,
    ) -> Result<(), CatalogError> {
        let fits = allowed.contains(&text.chars().count()) && !text.chars().any(char::is_control);
        let rule = format!("text of {} to {} characters without line breaks", allowed.start(), allowed.end());
        self.require(fits, place, &rule)
    }

    pub(super) fn unique(
        &self,
        is_new: bool,
        place: impl FnOnce() -> String,
        id: &str,
    ) -> Result<(), CatalogError> {
        if is_new {
            return Ok(());
        }
        Err(self.error(place(), Flaw::Duplicate, format!("`{id}` stands there twice; ids must be unique")))
    }

    pub(super) fn require(
        &self,
        holds: bool,
        place: impl FnOnce() -> String,
        rule: &str,
    ) -> Result<(), CatalogError> {
        if holds { Ok(()) } else { Err(self.error(place(), Flaw::BadValue, format!("it must be {rule}"))) }
    }

    pub(super) fn error(&self, place: String, flaw: Flaw, what: String) -> CatalogError {
        CatalogError { file: self.file.to_owned(), place: Some(place), flaw, what }
    }
}

pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// The content type of a picture by its name; `None` for names that no picture may have. Such a name has
/// no slash and doesn't begin with a dot, so it never leads out of its folder.
pub fn image_type(name: &str) -> Option<&'static str> {
    if !is_id(name) {
        return None;
    }
    match name.rsplit_once('.')?.1 {
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "webp" => Some("image/webp"),
        _ => None,
    }
}
