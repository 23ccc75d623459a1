//! `POST /quotes`: the server prices a cart.

use serde::{Deserialize, Serialize};

use crate::{Currency, MinorUnits, QuoteId, Sku, Timestamp, wire_enum::wire_enum};

/// Body of `POST /quotes`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuoteRequest {
    /// 1 to [`MAX_LINES`](crate::MAX_LINES) lines, each SKU once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub lines: Vec<RequestedLine>,
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
    /// What the shopper will pay: the sum of the lines, to the unit.
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
    /// Price of all of them.
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
    /// How many could be ordered; 0 for a product that isn't sold.
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
