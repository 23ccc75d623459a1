//! The catalogue as shoppers see it, and a cart's price.

use shop_api::{Catalog, Category, Payee, Product, Quote, QuoteId, RequestedLine, Variant};

use super::{App, ShopError, Shopper};
use crate::pricing::{Priced, limits, price};
use crate::store::{QuoteRow, StoredCatalog, StoredProduct};

impl App {
    /// What the shop sells.
    ///
    /// # Errors
    /// There is no catalogue, or the database failed.
    pub async fn shop_catalog(&self) -> Result<Catalog, ShopError> {
        let stored = self.store.catalog().await?.ok_or(ShopError::NoCatalog)?;
        let categories = stored.categories.into_iter();
        Ok(Catalog {
            shop_name: stored.shop_name,
            tagline: stored.tagline,
            currency: stored.currency,
            categories: categories.map(|shelf| Category { id: shelf.id, name: shelf.name }).collect(),
            products: stored.products.into_iter().map(|product| self.product(product)).collect(),
        })
    }

    fn product(&self, product: StoredProduct) -> Product {
        let most = self.settings.shop.max_quantity_per_line;
        let variants = product.variants.into_iter().map(|variant| {
            let (available, max_per_order) = limits(&variant, most);
            Variant { sku: variant.sku, name: variant.name, price: variant.price, available, max_per_order }
        });
        Product {
            image_url: self.view.image_url(&product.image),
            id: product.id,
            name: product.name,
            description: product.description,
            category_id: product.category_id,
            variants: variants.collect(),
        }
    }

    /// Prices a cart, and keeps the quote if it can be ordered.
    ///
    /// # Errors
    /// There is no catalogue, the total is beyond all measure, or the database failed.
    pub async fn quote(&self, shopper: &Shopper, wanted: &[RequestedLine]) -> Result<Quote, ShopError> {
        let catalog = self.store.catalog().await?.ok_or(ShopError::NoCatalog)?;
        let rules = &self.settings.shop;
        let priced = price(&catalog, wanted, rules.max_quantity_per_line)
            .map_err(|error| ShopError::PaymentNotAllowed(error.to_string()))?;
        let now = self.now();
        let expires_at = now.plus_millis(rules.quote_lifetime_millis);
        let quote_id = if priced.problems.is_empty() {
            Some(self.keep_quote(shopper, &catalog, &priced, expires_at).await?)
        } else {
            None
        };
        Ok(Quote {
            quote_id,
            currency: catalog.currency,
            lines: priced.lines.iter().map(|line| self.view.line(line)).collect(),
            problems: priced.problems,
            total: priced.total,
            payee: Payee { name: rules.payee.clone() },
            expires_at,
            server_time: now,
        })
    }

    async fn keep_quote(
        &self,
        shopper: &Shopper,
        catalog: &StoredCatalog,
        priced: &Priced,
        expires_at: shop_api::Timestamp,
    ) -> Result<QuoteId, ShopError> {
        let id = QuoteId(self.rng.unguessable_id());
        let row = QuoteRow {
            id: id.clone(),
            customer: shopper.customer.clone(),
            currency: catalog.currency.clone(),
            lines: priced.lines.clone(),
            total: priced.total,
            payee: self.settings.shop.payee.clone(),
            created_at: self.now(),
            expires_at,
        };
        self.store.add_quote(row).await?;
        Ok(id)
    }
}
