//! What a shop takes off and adds to its prices. Part of a catalogue file, and kept as it stands there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shop_api::{Currency, MinorUnits, Sku, Timestamp};

use super::coupon::CouponCode;
use super::rounding::Rate;

/// An amount in each currency in which it is stated, by the currency's code.
pub type PriceList = BTreeMap<String, MinorUnits>;

/// What a shop takes off and adds to its prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Terms {
    /// Absent: no tax is shown.
    pub tax: Option<TaxTerms>,
    /// Taken off by themselves, one after the other.
    pub discounts: Vec<DiscountRule>,
    /// Taken off for who has the code; one an order.
    pub coupons: Vec<Coupon>,
    /// How goods are delivered, in the order in which it is shown; none: nobody is asked.
    pub delivery: Vec<DeliveryMethod>,
    /// For how many days what a customer ordered counts against the most that one customer may have.
    pub customer_limit_days: u32,
}

impl Default for Terms {
    /// Prices as they are.
    fn default() -> Self {
        let (discounts, coupons, delivery) = (Vec::new(), Vec::new(), Vec::new());
        Self { tax: None, discounts, coupons, delivery, customer_limit_days: 30 }
    }
}

/// Tax by class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaxTerms {
    /// For people: `VAT`.
    pub label: String,
    /// Whether prices include it.
    pub included: bool,
    /// The rate of each class.
    pub rates: BTreeMap<String, Rate>,
}

/// The tax class of whatever names none.
pub const STANDARD: &str = "standard";

impl Terms {
    /// The tax rate of a class; none where there is no tax.
    pub fn rate(&self, class: &str) -> Rate {
        self.tax.as_ref().and_then(|tax| tax.rates.get(class)).copied().unwrap_or_default()
    }

    /// How long what a customer ordered counts against the customer's limits.
    pub fn customer_window_millis(&self) -> u64 {
        u64::from(self.customer_limit_days) * 86_400_000
    }
}

/// What is taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Reduction {
    /// A share of the price.
    Percent(Rate),
    /// A sum: of each piece of a line, or once of the order. Never more than it costs.
    Amount(PriceList),
}

/// Which items it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scope {
    /// All items of these categories.
    #[serde(default)]
    pub categories: Vec<String>,
    /// These items.
    #[serde(default)]
    pub skus: Vec<Sku>,
}

impl Scope {
    /// Whether an item is among them; without a word everything is.
    pub fn covers(&self, category: &str, sku: &Sku) -> bool {
        (self.categories.is_empty() && self.skus.is_empty())
            || self.categories.iter().any(|named| named == category)
            || self.skus.contains(sku)
    }
}

/// When it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Window {
    /// From then on.
    #[serde(default, with = "moment")]
    pub from: Option<Timestamp>,
    /// Up to, and without, then.
    #[serde(default, with = "moment")]
    pub until: Option<Timestamp>,
}

impl Window {
    /// Whether it has begun.
    pub fn has_begun(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| now >= from)
    }

    /// Whether it is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now >= until)
    }

    fn is_open(&self, now: Timestamp) -> bool {
        self.has_begun(now) && !self.is_over(now)
    }
}

/// Something taken off by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiscountRule {
    /// For people: `Tea week`.
    pub label: String,
    /// Of each line, or of the order.
    pub per: PerWhat,
    /// How much.
    pub takes: Reduction,
    /// For how much one has to order; in a currency that isn't named: for anything.
    #[serde(default)]
    pub minimum: PriceList,
    /// Which items.
    #[serde(default)]
    pub items: Scope,
    /// When.
    #[serde(default)]
    pub valid: Window,
}

impl DiscountRule {
    /// Whether it is taken off now.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.valid.is_open(now)
    }
}

/// What a discount is stated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PerWhat {
    /// Each line that it covers by itself.
    Line,
    /// All lines that it covers together.
    Order,
}

/// Something taken off for who has the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Coupon {
    /// What shoppers type.
    pub code: CouponCode,
    /// For people: `Welcome`.
    pub label: String,
    /// How much, of the items that it covers.
    pub takes: Reduction,
    /// For how much of these items one has to order.
    #[serde(default)]
    pub minimum: PriceList,
    /// Which items.
    #[serde(default)]
    pub items: Scope,
    /// When.
    #[serde(default)]
    pub valid: Window,
    /// How often in all; absent: without limit.
    #[serde(default)]
    pub uses: Option<u32>,
    /// How often by one customer; absent: without limit.
    #[serde(default)]
    pub uses_per_customer: Option<u32>,
}

/// A way to get the goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryMethod {
    /// Its id.
    pub id: String,
    /// For people: `Standard, 2 to 4 days`.
    pub label: String,
    /// What it costs. In a currency without a price it isn't offered.
    pub price: PriceList,
    /// What each piece costs on top of that.
    #[serde(default)]
    pub price_per_unit: PriceList,
    /// From which price of the items on it costs nothing.
    #[serde(default)]
    pub free_from: PriceList,
    /// For how much one has to order.
    #[serde(default)]
    pub minimum: PriceList,
    /// How many pieces it takes.
    #[serde(default)]
    pub max_units: Option<u32>,
    /// Whether it goes to an address; a pick-up doesn't.
    #[serde(default = "yes")]
    pub to_address: bool,
    /// The countries that it goes to, ISO 3166 alpha-2; none: all.
    #[serde(default)]
    pub countries: Vec<String>,
    /// The states or provinces that it goes to, as shoppers write them; none: all.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Its tax class.
    #[serde(default = "standard")]
    pub tax_class: String,
}

fn yes() -> bool {
    true
}

/// The tax class of whatever names none.
pub fn standard() -> String {
    STANDARD.to_owned()
}

impl Reduction {
    /// What it takes in a currency: `None` when it isn't stated in it.
    pub fn amount_in(&self, currency: &Currency) -> Option<Taken> {
        match self {
            Self::Percent(rate) => Some(Taken::Share(*rate)),
            Self::Amount(prices) => prices.get(&currency.code).copied().map(Taken::Sum),
        }
    }
}

/// What is taken off, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A share.
    Share(Rate),
    /// A sum.
    Sum(MinorUnits),
}

/// Times as people write them: `2026-01-31T00:00:00Z`.
mod moment {
    use serde::{Deserialize, Deserializer, Serializer, de};
    use shop_api::Timestamp;

    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.serialize_str(&crate::time::text(*time)),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let time: jiff::Timestamp =
            text.parse().map_err(|_| de::Error::custom("a time is text such as \"2026-01-31T00:00:00Z\""))?;
        let millis = u64::try_from(time.as_millisecond())
            .map_err(|_| de::Error::custom("a time is not before 1970"))?;
        Ok(Some(Timestamp(millis)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_of_customers_limits_is_in_days() {
        let terms = Terms { customer_limit_days: 2, ..Terms::default() };
        assert_eq!(terms.customer_window_millis(), 172_800_000);
    }

    #[test]
    fn terms_are_read_as_shopkeepers_write_them_and_written_as_they_are_read() {
        let text = r#"{
            "tax": { "label": "VAT", "included": true, "rates": { "standard": "12", "books": "8.875" } },
            "discounts": [],
            "coupons": [{
                "code": "save-10", "label": "Welcome", "takes": { "percent": "10" },
                "valid": { "from": "2026-01-31T00:00:00Z", "until": null }
            }],
            "delivery": [{ "id": "post", "label": "Post", "price": {} }],
            "customerLimitDays": 30
        }"#;
        let terms: Terms = serde_json::from_str(text).unwrap();
        let coupon = &terms.coupons[0];
        assert_eq!(coupon.valid, Window { from: Some(Timestamp(1_769_817_600_000)), until: None });
        assert_eq!(coupon.code.as_str(), "SAVE-10");
        assert_eq!(terms.rate("books").to_string(), "8.875");
        let post = &terms.delivery[0];
        assert!(post.to_address, "where nothing is said, it goes to an address");
        assert_eq!(post.tax_class, "standard");
        let written = serde_json::to_string(&terms).unwrap();
        assert_eq!(serde_json::from_str::<Terms>(&written).unwrap(), terms);
        for (wrong, why) in [
            (r#"{ "from": "31 January" }"#, "a time is text"),
            (r#"{ "from": "1969-12-31T23:59:59Z" }"#, "not before 1970"),
        ] {
            let refused = serde_json::from_str::<Window>(wrong).unwrap_err().to_string();
            assert!(refused.contains(why), "{refused}");
        }
    }
}
