//! A small shop to price carts of, for the tests of this room.

use shop_api::{Address, Currency, MinorUnits, RequestedLine, Timestamp};

use super::*;
use crate::goods::{StoredCatalog, StoredCategory, StoredProduct, StoredVariant};
use crate::pricing::rounding::Rate;

pub(super) const NOW: Timestamp = Timestamp(1_800_000_000_000);

pub(super) fn units(value: u64) -> MinorUnits {
    MinorUnits::new(value).unwrap()
}

pub(super) fn peso() -> Currency {
    Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() }
}

pub(super) fn pesos(value: u64) -> PriceList {
    PriceList::from([("PHP".to_owned(), units(value))])
}

pub(super) fn variant(sku: &str, price: u64) -> StoredVariant {
    StoredVariant {
        sku: sku.into(),
        name: String::new(),
        prices: pesos(price),
        on_hand: 999,
        reserved: 0,
        step: 1,
        min_per_order: 1,
        max_per_order: 999,
        max_per_customer: None,
    }
}

/// A product of its own category and one variant, all of the same name.
pub(super) fn product(name: &str, price: u64) -> StoredProduct {
    StoredProduct {
        id: name.into(),
        name: name.into(),
        description: String::new(),
        category_id: name.into(),
        image: "x.svg".into(),
        tax_class: standard(),
        variants: vec![variant(name, price)],
    }
}

pub(super) fn shop(products: Vec<StoredProduct>, terms: Terms) -> StoredCatalog {
    StoredCatalog {
        shop_name: "Shop".into(),
        tagline: String::new(),
        revision: 1,
        currency: peso(),
        more_currencies: vec![Currency { code: "JPY".into(), exponent: 0, symbol: "¥".into() }],
        categories: products
            .iter()
            .map(|product| StoredCategory { id: product.category_id.clone(), name: product.name.clone() })
            .collect(),
        products,
        terms,
    }
}

/// Tea at 100.00 and a mug at 250.00.
pub(super) fn tea_and_mug(terms: Terms) -> StoredCatalog {
    shop(vec![product("tea", 10_000), product("mug", 25_000)], terms)
}

pub(super) fn vat(included: bool, rate: &str) -> Option<TaxTerms> {
    let rates = [(standard(), Rate::parse(rate).unwrap())].into();
    Some(TaxTerms { label: "VAT".into(), included, rates })
}

pub(super) fn percent(rate: &str) -> Reduction {
    Reduction::Percent(Rate::parse(rate).unwrap())
}

pub(super) fn discount(label: &str, per: PerWhat, takes: Reduction) -> DiscountRule {
    DiscountRule {
        label: label.into(),
        per,
        takes,
        minimum: PriceList::new(),
        items: Scope::default(),
        valid: Window::default(),
    }
}

pub(super) fn coupon(code: &str, takes: Reduction) -> Coupon {
    Coupon {
        code: CouponCode::parse(code).unwrap(),
        label: "Welcome".into(),
        takes,
        minimum: PriceList::new(),
        items: Scope::default(),
        valid: Window::default(),
        uses: None,
        uses_per_customer: None,
    }
}

pub(super) fn method(id: &str, price: u64) -> DeliveryMethod {
    DeliveryMethod {
        id: id.into(),
        label: id.into(),
        price: pesos(price),
        price_per_unit: PriceList::new(),
        free_from: PriceList::new(),
        minimum: PriceList::new(),
        max_units: None,
        to_address: true,
        countries: Vec::new(),
        regions: Vec::new(),
        tax_class: standard(),
    }
}

pub(super) fn manila() -> Address {
    Address {
        name: "Maria".into(),
        phone: "+639175550101".into(),
        country: "PH".into(),
        state: Some("Metro Manila".into()),
        city: "Quezon City".into(),
        line1: "12 Mabini St".into(),
        line2: None,
        postcode: None,
    }
}

pub(super) fn wish(sku: &str, quantity: u32) -> RequestedLine {
    RequestedLine { sku: sku.into(), quantity }
}

/// What to ask for beside lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub coupon: Option<String>,
    pub delivery: Option<String>,
    pub to: Option<Address>,
    pub dealings: Dealings,
    pub currency: Option<&'static str>,
}

pub(super) fn priced(catalog: &StoredCatalog, lines: &[RequestedLine], asked: &Asked) -> Priced {
    let currency = catalog.currency(asked.currency.unwrap_or("PHP")).unwrap();
    let shop = Shop { catalog, currency, now: NOW, max_quantity_per_line: 999, dealings: &asked.dealings };
    let basket = Basket {
        lines,
        coupon: asked.coupon.as_deref(),
        delivery: asked.delivery.as_deref(),
        to: asked.to.as_ref(),
    };
    price(&shop, &basket).unwrap()
}
