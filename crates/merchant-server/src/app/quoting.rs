//! The catalogue as shoppers see it, and a cart's price.

use merchant_core::goods::{StoredCatalog, StoredProduct};
use merchant_core::lifecycle::{Customer, WalletName, shop_breakdown};
use merchant_core::pricing::{Basket, CouponCode, Priced, PricedCoupon, PricedDelivery, Shop, limits, price};
use shop_api::{
    Address, Catalog, Category, CouponAnswer, Currency, DeliveryOption, Payee, Product, Quote, QuoteId,
    QuoteRequest, RequestedLine, Timestamp, Variant,
};

use super::ids::new_id;
use super::{App, ShopError, Shopper};
use crate::store::{DealingsQuestion, QuoteRow};

/// What somebody wants priced.
pub(super) struct Wish<'a> {
    pub customer: &'a Customer,
    pub lines: &'a [RequestedLine],
    pub coupon: Option<&'a str>,
    pub delivery: Option<&'a str>,
    pub to: Option<&'a Address>,
}

/// A price, and by what it was found.
pub(super) struct PricedNow {
    /// Of what was asked for.
    pub catalog: StoredCatalog,
    pub currency: Currency,
    pub priced: Priced,
}

impl App {
    /// What the shop sells in the wallet of this site, at that wallet's prices.
    ///
    /// # Errors
    /// There is no catalogue, or the database failed.
    pub async fn shop_catalog(&self, site_name: Option<&str>) -> Result<Catalog, ShopError> {
        let stored = self.store.catalog().await?.ok_or(ShopError::NoCatalog)?;
        let currency = self.currency_of(self.wallet_for(site_name), &stored)?;
        let products = stored.products.into_iter().filter_map(|product| self.product(product, &currency));
        let categories = stored.categories.into_iter();
        Ok(Catalog {
            shop_name: stored.shop_name,
            tagline: stored.tagline,
            categories: categories.map(|shelf| Category { id: shelf.id, name: shelf.name }).collect(),
            products: products.collect(),
            currency,
        })
    }

    /// The currency that a wallet's shoppers pay in.
    fn currency_of(&self, wallet: &WalletName, catalog: &StoredCatalog) -> Result<Currency, ShopError> {
        let configured = self.settings.currencies.iter().find(|(name, _)| name == wallet);
        match configured {
            None => Ok(catalog.currency.clone()),
            Some((_, code)) => {
                catalog.currency(code).cloned().ok_or_else(|| ShopError::NoPrices(code.clone()))
            }
        }
    }

    /// A product with the variants that are sold in this currency; `None` when none is.
    fn product(&self, product: StoredProduct, currency: &Currency) -> Option<Product> {
        let most = self.settings.shop.max_quantity_per_line;
        let variants = product.variants.into_iter().filter_map(|variant| {
            let (available, max_per_order) = limits(&variant, most);
            Some(Variant {
                price: *variant.prices.get(&currency.code)?,
                sku: variant.sku,
                name: variant.name,
                available,
                min_per_order: variant.min_per_order,
                max_per_order,
                step: variant.step,
            })
        });
        let variants: Vec<_> = variants.collect();
        (!variants.is_empty()).then(|| Product {
            image_url: self.view.image_url(&product.image),
            id: product.id,
            name: product.name,
            description: product.description,
            category_id: product.category_id,
            variants,
        })
    }

    /// Prices a cart, and keeps the quote if it can be ordered.
    ///
    /// # Errors
    /// There is no catalogue, the total is beyond all measure, or the database failed.
    pub async fn quote(&self, shopper: &Shopper, request: &QuoteRequest) -> Result<Quote, ShopError> {
        let now = self.now();
        let wish = Wish {
            customer: &shopper.customer,
            lines: &request.lines,
            coupon: request.coupon.as_deref(),
            delivery: request.delivery.as_deref(),
            to: request.address.as_ref(),
        };
        let PricedNow { currency, priced, .. } = self.price(&wish, now).await?;
        let total = priced.breakdown.total();
        let amount_problem = self.wallets.amount_problem(&shopper.customer.wallet, total);
        let can_be_ordered =
            priced.problems.is_empty() && priced.can_be_delivered && amount_problem.is_none();
        let expires_at = now.plus_millis(self.settings.shop.quote_lifetime_millis);
        let quote_id = if can_be_ordered {
            Some(self.keep_quote(&wish, &currency, &priced, expires_at).await?)
        } else {
            None
        };
        Ok(Quote {
            quote_id,
            lines: self.view.lines(&priced.lines, &priced.breakdown),
            problems: priced.problems,
            coupon: priced.coupon.map(coupon_answer),
            delivery_options: priced.deliveries.into_iter().map(delivery_option).collect(),
            amount_problem,
            breakdown: shop_breakdown(&priced.breakdown),
            total,
            currency,
            payee: Payee { name: self.settings.shop.payee.clone() },
            expires_at,
            server_time: now,
        })
    }

    /// What a cart costs now.
    pub(super) async fn price(&self, wish: &Wish<'_>, now: Timestamp) -> Result<PricedNow, ShopError> {
        let skus: Vec<_> = wish.lines.iter().map(|line| line.sku.clone()).collect();
        let catalog = self.store.catalog_of(&skus).await?.ok_or(ShopError::NoCatalog)?;
        let currency = self.currency_of(&wish.customer.wallet, &catalog)?;
        let question = DealingsQuestion {
            customer: wish.customer.clone(),
            skus: with_customer_limit(&catalog, wish.lines),
            since: customer_window(&catalog, now),
            coupon: wish.coupon.and_then(CouponCode::parse),
        };
        let asks = !question.skus.is_empty() || question.coupon.is_some();
        let dealings = if asks { self.store.dealings(question).await? } else { Default::default() };
        let shop = Shop {
            catalog: &catalog,
            currency: &currency,
            now,
            max_quantity_per_line: self.settings.shop.max_quantity_per_line,
            dealings: &dealings,
        };
        let basket = Basket { lines: wish.lines, coupon: wish.coupon, delivery: wish.delivery, to: wish.to };
        let priced = price(&shop, &basket).map_err(|_| ShopError::TotalTooLarge)?;
        Ok(PricedNow { catalog, currency, priced })
    }

    async fn keep_quote(
        &self,
        wish: &Wish<'_>,
        currency: &Currency,
        priced: &Priced,
        expires_at: Timestamp,
    ) -> Result<QuoteId, ShopError> {
        let now = self.now();
        let id = QuoteId(new_id(&*self.rng, now));
        let used = priced.coupon.as_ref().and_then(|coupon| coupon.verdict.as_ref().ok());
        let goes_to_address = priced.breakdown.parts().delivery.as_ref().is_some_and(|chosen| {
            priced.deliveries.iter().any(|offer| offer.id == chosen.method && offer.to_address)
        });
        let row = QuoteRow {
            id: id.clone(),
            customer: wish.customer.clone(),
            currency: currency.clone(),
            lines: priced.lines.clone(),
            breakdown: priced.breakdown.clone(),
            coupon: used.map(|hit| hit.code.clone()),
            // What a pick-up doesn't need isn't kept.
            address: wish.to.filter(|_| goes_to_address).cloned(),
            payee: self.settings.shop.payee.clone(),
            created_at: now,
            expires_at,
        };
        self.store.add_quote(row).await?;
        Ok(id)
    }
}

/// The SKUs of these lines of which one customer may not have any number.
fn with_customer_limit(catalog: &StoredCatalog, lines: &[RequestedLine]) -> Vec<shop_api::Sku> {
    let variants = catalog.products.iter().flat_map(|product| &product.variants);
    let limited = variants.filter(|variant| variant.max_per_customer.is_some());
    limited
        .map(|variant| &variant.sku)
        .filter(|sku| lines.iter().any(|line| line.sku == **sku))
        .cloned()
        .collect()
}

/// Since when what a customer ordered counts against the customer's limits.
pub(super) fn customer_window(catalog: &StoredCatalog, now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_sub(catalog.terms.customer_window_millis()))
}

fn coupon_answer(coupon: PricedCoupon) -> CouponAnswer {
    CouponAnswer { code: coupon.code, label: coupon.label, refusal: coupon.verdict.err() }
}

fn delivery_option(offer: PricedDelivery) -> DeliveryOption {
    DeliveryOption {
        id: offer.id,
        label: offer.label,
        price: offer.price,
        needs_address: offer.to_address,
        countries: offer.countries,
        refusal: offer.refusal,
    }
}
