//! The rules for what is taken off and added to prices.

use std::collections::HashSet;

use merchant_core::goods::StoredCatalog;
use merchant_core::pricing::{
    Coupon, DeliveryMethod, PriceList, Reduction, Scope, Terms, Window, is_country,
};
use shop_api::Sku;

use super::check::{Checker, ID_RULE, Places, is_id};
use super::{CatalogError, Flaw};

impl<P: Places> Checker<'_, P> {
    pub(super) fn terms(&self, catalog: &StoredCatalog, skus: &HashSet<&Sku>) -> Result<(), CatalogError> {
        let Terms { tax, discounts, coupons, delivery, customer_limit_days } = &catalog.terms;
        let at = |field: &str| self.places.shop(&format!("terms.{field}"));
        self.require((1..=3_650).contains(customer_limit_days), || at("customerLimitDays"), "1 to 3650")?;
        if let Some(tax) = tax {
            self.length(&tax.label, 1..=16, || at("tax.label"))?;
            for class in tax.rates.keys() {
                self.require(is_id(class), || at("tax.rates"), ID_RULE)?;
            }
        }
        for (index, rule) in discounts.iter().enumerate() {
            let of = format!("discounts[{index}]");
            self.length(&rule.label, 1..=64, || at(&format!("{of}.label")))?;
            self.reduction(catalog, &rule.takes, &of)?;
            self.prices(catalog, &rule.minimum, || at(&format!("{of}.minimum")))?;
            self.scope(catalog, skus, &rule.items, &of)?;
            self.window(&rule.valid, &of)?;
        }
        let mut codes = HashSet::new();
        for (index, coupon) in coupons.iter().enumerate() {
            let of = format!("coupons[{index}]");
            self.unique(
                codes.insert(coupon.code.as_str()),
                || at(&format!("{of}.code")),
                coupon.code.as_str(),
            )?;
            self.coupon(catalog, skus, coupon, &of)?;
        }
        let mut ids = HashSet::new();
        for (index, method) in delivery.iter().enumerate() {
            let of = format!("delivery[{index}]");
            self.require(is_id(&method.id), || at(&format!("{of}.id")), ID_RULE)?;
            self.unique(ids.insert(&method.id), || at(&format!("{of}.id")), &method.id)?;
            self.delivery(catalog, method, &of)?;
        }
        Ok(())
    }

    fn coupon(
        &self,
        catalog: &StoredCatalog,
        skus: &HashSet<&Sku>,
        coupon: &Coupon,
        of: &str,
    ) -> Result<(), CatalogError> {
        let at = |field: &str| self.places.shop(&format!("terms.{of}.{field}"));
        self.length(&coupon.label, 1..=64, || at("label"))?;
        self.reduction(catalog, &coupon.takes, of)?;
        self.prices(catalog, &coupon.minimum, || at("minimum"))?;
        self.scope(catalog, skus, &coupon.items, of)?;
        self.window(&coupon.valid, of)?;
        let is_some = |limit: Option<u32>| limit.is_none_or(|limit| limit >= 1);
        self.require(is_some(coupon.uses), || at("uses"), "1 or more")?;
        self.require(is_some(coupon.uses_per_customer), || at("usesPerCustomer"), "1 or more")
    }

    fn delivery(
        &self,
        catalog: &StoredCatalog,
        method: &DeliveryMethod,
        of: &str,
    ) -> Result<(), CatalogError> {
        let at = |field: &str| self.places.shop(&format!("terms.{of}.{field}"));
        self.length(&method.label, 1..=64, || at("label"))?;
        self.require(!method.price.is_empty(), || at("price"), "a price in at least one currency")?;
        for (field, prices) in [
            ("price", &method.price),
            ("pricePerUnit", &method.price_per_unit),
            ("freeFrom", &method.free_from),
            ("minimum", &method.minimum),
        ] {
            self.prices(catalog, prices, || at(field))?;
        }
        self.require(method.max_units.is_none_or(|most| most >= 1), || at("maxUnits"), "1 or more")?;
        let are_countries = method.countries.iter().all(|code| is_country(code));
        self.require(are_countries, || at("countries"), "two capital letters each, of ISO 3166, such as PH")?;
        self.tax_class(catalog, &method.tax_class, || at("taxClass"))
    }

    /// Every price is in a currency of the shop's.
    pub(super) fn prices(
        &self,
        catalog: &StoredCatalog,
        prices: &PriceList,
        place: impl FnOnce() -> String,
    ) -> Result<(), CatalogError> {
        match prices.keys().find(|code| catalog.currency(code).is_none()) {
            Some(code) => {
                let what =
                    format!("the shop has no currency `{code}`; add it to moreCurrencies, or leave it out");
                Err(self.error(place(), Flaw::Missing, what))
            }
            None => Ok(()),
        }
    }

    /// Where there is tax, every class has a rate.
    pub(super) fn tax_class(
        &self,
        catalog: &StoredCatalog,
        class: &str,
        place: impl FnOnce() -> String,
    ) -> Result<(), CatalogError> {
        let has_rate = catalog.terms.tax.as_ref().is_none_or(|tax| tax.rates.contains_key(class));
        if has_rate {
            return Ok(());
        }
        let what = format!("there is no tax rate of the class `{class}`; add it to terms.tax.rates");
        Err(self.error(place(), Flaw::Missing, what))
    }

    fn reduction(&self, catalog: &StoredCatalog, takes: &Reduction, of: &str) -> Result<(), CatalogError> {
        match takes {
            Reduction::Percent(_) => Ok(()),
            Reduction::Amount(prices) => {
                self.prices(catalog, prices, || self.places.shop(&format!("terms.{of}.takes.amount")))
            }
        }
    }

    fn scope(
        &self,
        catalog: &StoredCatalog,
        skus: &HashSet<&Sku>,
        items: &Scope,
        of: &str,
    ) -> Result<(), CatalogError> {
        let missing = |field: &str, what: &str, name: &str| {
            let what = format!("there is no {what} `{name}`; name another, or leave it out");
            Err(self.error(self.places.shop(&format!("terms.{of}.items.{field}")), Flaw::Missing, what))
        };
        let is_listed = |id: &String| catalog.categories.iter().any(|category| category.id == *id);
        if let Some(unknown) = items.categories.iter().find(|id| !is_listed(id)) {
            return missing("categories", "category", unknown);
        }
        match items.skus.iter().find(|sku| !skus.contains(sku)) {
            Some(unknown) => missing("skus", "SKU", unknown.as_str()),
            None => Ok(()),
        }
    }

    fn window(&self, valid: &Window, of: &str) -> Result<(), CatalogError> {
        let is_in_order = valid.from.zip(valid.until).is_none_or(|(from, until)| from < until);
        let at = || self.places.shop(&format!("terms.{of}.valid.until"));
        self.require(is_in_order, at, "later than valid.from")
    }
}
