//! `GET /catalog`: what the shop sells. Needs no session.

use serde::{Deserialize, Serialize};

use crate::{Currency, MinorUnits, Sku};

/// Answer 200 to `GET /catalog`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalog {
    /// The shop's name, as shoppers know it.
    pub shop_name: String,
    /// One line under the name; may be empty.
    pub tagline: String,
    /// The currency of every price.
    pub currency: Currency,
    /// In the order in which they are shown.
    pub categories: Vec<Category>,
    /// In the order in which they are shown.
    pub products: Vec<Product>,
}

/// A shelf of the shop.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Category {
    /// Stable id, `coffee`.
    pub id: String,
    /// For people: `Coffee`.
    pub name: String,
}

/// A product with one or more variants.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Stable id, `house-blend`.
    pub id: String,
    /// For people: `House Blend`.
    pub name: String,
    /// One or two sentences; may be empty.
    pub description: String,
    /// The [`Category`] it stands in.
    pub category_id: String,
    /// Absolute address of its picture.
    pub image_url: String,
    /// At least one.
    pub variants: Vec<Variant>,
}

/// What is put in the cart.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Variant {
    /// Its id.
    pub sku: Sku,
    /// For people: `250 g`; empty when the product has only one.
    pub name: String,
    /// Price of one.
    pub price: MinorUnits,
    /// How many can be ordered now: on hand less reserved. A hint; the quote decides.
    pub available: u32,
    /// The most that one order may have.
    pub max_per_order: u32,
}
