//! `POST /quotes`: the server prices a cart.

use serde::{Deserialize, Serialize};

use crate::{Address, Breakdown, Currency, MinorUnits, QuoteId, Sku, Timestamp, wire_enum::wire_enum};

/// Body of `POST /quotes`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuoteRequest {
    /// 1 to [`MAX_LINES`](crate::MAX_LINES) lines, each SKU once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub lines: Vec<RequestedLine>,
    /// A coupon's code as the shopper typed it, 1 to 32 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 32))]
    pub coupon: Option<String>,
    /// The id of a [`DeliveryOption`], 1 to 64 characters; `null`: the first that can be had.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub delivery: Option<String>,
    /// Where to, for methods that need it.
    pub address: Option<Address>,
}

/// One line that the shopper wants.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestedLine {
    /// What.
    pub sku: Sku,
    /// How many: 1 to [`MAX_QUANTITY`](crate::MAX_QUANTITY).
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 999))]
    pub quantity: u32,
}

/// Answer 201 to `POST /quotes`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// What `POST /orders` takes. `null` while there are problems: such a quote can't be ordered.
    pub quote_id: Option<QuoteId>,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The lines that can be priced, in the order asked for.
    pub lines: Vec<QuoteLine>,
    /// What stands in the way, by line.
    pub problems: Vec<LineProblem>,
    /// The coupon that was asked for.
    pub coupon: Option<CouponAnswer>,
    /// How it can be delivered, in the order in which to show it; empty in a shop that delivers nothing.
    /// The one that is priced is named by [`Breakdown::delivery`].
    pub delivery_options: Vec<DeliveryOption>,
    /// Why the wallet won't take a payment of this total, when it won't.
    pub amount_problem: Option<AmountProblem>,
    /// What the total is made of.
    pub breakdown: Breakdown,
    /// What the shopper will pay, to the unit.
    pub total: MinorUnits,
    /// Who gets the money.
    pub payee: Payee,
    /// Until when the quote can be ordered.
    pub expires_at: Timestamp,
    /// The server's clock when it answered.
    pub server_time: Timestamp,
}

/// One priced line.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteLine {
    /// What.
    pub sku: Sku,
    /// The product's name.
    pub name: String,
    /// The variant's name; empty when the product has only one.
    pub variant_name: String,
    /// Absolute address of the product's picture.
    pub image_url: String,
    /// How many.
    pub quantity: u32,
    /// Price of one.
    pub unit_price: MinorUnits,
    /// Price of all of them, before discounts.
    pub subtotal: MinorUnits,
    /// What discounts of this line take off.
    pub discount: MinorUnits,
    /// This line's share of the discounts of the order.
    pub order_discount: MinorUnits,
    /// The tax rate in percent: `12`, `8.875`; `0` where there is none.
    pub tax_rate: String,
    /// This line's share of the tax. Inside the price when [`Breakdown::tax_included`].
    pub tax: MinorUnits,
    /// What the line comes to in the end: the lines and the delivery add up to the total.
    pub total: MinorUnits,
}

/// Why a line can't be ordered as asked.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineProblem {
    /// The line.
    pub sku: Sku,
    /// What is wrong.
    pub code: LineProblemCode,
    /// How many could be ordered; 0 for a product that isn't sold. With
    /// [`LineProblemCode::QuantityStep`] and [`LineProblemCode::BelowMinimum`]: the step, the minimum.
    pub available: u32,
}

wire_enum! {
    /// What is wrong with a line.
    LineProblemCode {
        /// The shop doesn't sell this SKU (any more).
        UnknownSku = "unknown_sku",
        /// None left.
        OutOfStock = "out_of_stock",
        /// Some left, but fewer than asked for.
        InsufficientStock = "insufficient_stock",
        /// More than one order may have.
        QuantityLimit = "quantity_limit",
        /// Sold in multiples of [`LineProblem::available`] only.
        QuantityStep = "quantity_step",
        /// Fewer than one order must have, which is [`LineProblem::available`].
        BelowMinimum = "below_minimum",
        /// With what this customer has ordered lately, more than one customer may have.
        CustomerLimit = "customer_limit",
    }
}

/// What became of a coupon.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CouponAnswer {
    /// Its code, in capitals.
    pub code: String,
    /// For people: `Welcome`; empty when the code isn't known.
    pub label: String,
    /// Why it takes nothing off; `null`: it does, and stands among [`Breakdown::discounts`].
    pub refusal: Option<CouponRefusal>,
}

/// Why a coupon takes nothing off.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CouponRefusal {
    /// Why.
    pub code: CouponRefusalCode,
    /// With [`CouponRefusalCode::BelowMinimum`]: for how much one has to order.
    pub minimum: Option<MinorUnits>,
}

wire_enum! {
    /// Why a coupon takes nothing off.
    CouponRefusalCode {
        /// There is no such code.
        Unknown = "unknown",
        /// Its time hasn't begun.
        NotYetValid = "not_yet_valid",
        /// Its time is over.
        Expired = "expired",
        /// The items that it is for cost too little.
        BelowMinimum = "below_minimum",
        /// It is for none of these items.
        NothingEligible = "nothing_eligible",
        /// All of its uses are taken.
        UsedUp = "used_up",
        /// This customer has used it as often as one may.
        UsedUpByCustomer = "used_up_by_customer",
        /// It isn't for prices in this currency.
        WrongCurrency = "wrong_currency",
    }
}

/// One way to get the goods.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryOption {
    /// What [`QuoteRequest::delivery`] takes.
    pub id: String,
    /// For people: `Standard, 2 to 4 days`.
    pub label: String,
    /// What it costs for this cart; before tax that comes on top.
    pub price: MinorUnits,
    /// Whether it goes to an address.
    pub needs_address: bool,
    /// The countries that it goes to, ISO 3166 alpha-2; empty: all.
    pub countries: Vec<String>,
    /// Why it can't be had, when it can't.
    pub refusal: Option<DeliveryRefusal>,
}

/// Why a delivery method can't be had.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRefusal {
    /// Why.
    pub code: DeliveryRefusalCode,
    /// With [`DeliveryRefusalCode::BelowMinimum`]: for how much one has to order.
    pub minimum: Option<MinorUnits>,
    /// With [`DeliveryRefusalCode::TooManyUnits`]: how many it takes.
    pub most: Option<u32>,
}

wire_enum! {
    /// Why a delivery method can't be had.
    DeliveryRefusalCode {
        /// It needs an address.
        NeedsAddress = "needs_address",
        /// It doesn't go to this country.
        CountryNotServed = "country_not_served",
        /// It doesn't go to this state or province.
        RegionNotServed = "region_not_served",
        /// The items cost too little.
        BelowMinimum = "below_minimum",
        /// More pieces than it takes.
        TooManyUnits = "too_many_units",
    }
}

/// Why the wallet won't take a payment of this total.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AmountProblem {
    /// Why.
    pub code: AmountProblemCode,
    /// The minimum, or what the total must be a multiple of.
    pub amount: MinorUnits,
}

wire_enum! {
    /// Why a wallet doesn't take an amount.
    AmountProblemCode {
        /// Less than the wallet's smallest payment.
        BelowMinimum = "below_minimum",
        /// Not a multiple of what the wallet pays in.
        NotAMultiple = "not_a_multiple",
    }
}

/// Who gets the money, as the cashier will name it too.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payee {
    /// For people.
    pub name: String,
}
