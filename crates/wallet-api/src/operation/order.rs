//! What is being paid for. For display and reports: funds move by `paymentAmount` alone.

use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::ids::ReferenceOrderId;
use crate::time::DateTime;

/// The order behind a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The merchant's id of the order.
    pub reference_order_id: ReferenceOrderId,
    /// What the payer reads, at most 256 characters.
    pub order_description: String,
    /// The order's total.
    pub order_amount: Amount,
    /// When it was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_create_time: Option<DateTime>,
    /// Who sells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<Merchant>,
    /// What is sold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goods: Vec<Goods>,
}

/// Who sells: what the cashier shows as the payee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Merchant {
    /// The merchant's own id, at most 32 characters.
    pub reference_merchant_id: String,
    /// Merchant category code (ISO 18245).
    #[serde(rename = "merchantMCC")]
    pub merchant_mcc: String,
    /// The registered name, at most 256 characters.
    pub merchant_name: String,
    /// The name that payers know, at most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_display_name: Option<String>,
}

/// One line of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Goods {
    /// The SKU, at most 64 characters.
    pub reference_goods_id: String,
    /// The name, at most 256 characters.
    pub goods_name: String,
    /// Price of one.
    pub goods_unit_amount: Amount,
    /// How many, as text.
    pub goods_quantity: String,
    /// The variant, at most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods_sku_name: Option<String>,
}

/// `text` cut to `max` characters, with control characters as spaces: what the wire's limits count.
pub fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Order {
    /// The order with every text cut to its documented length.
    #[must_use]
    pub fn fitted(mut self) -> Self {
        self.order_description = cut(&self.order_description, 256);
        if let Some(merchant) = &mut self.merchant {
            merchant.reference_merchant_id = cut(&merchant.reference_merchant_id, 32);
            merchant.merchant_mcc = cut(&merchant.merchant_mcc, 32);
            merchant.merchant_name = cut(&merchant.merchant_name, 256);
            merchant.merchant_display_name =
                merchant.merchant_display_name.as_deref().map(|name| cut(name, 64));
        }
        for goods in &mut self.goods {
            goods.reference_goods_id = cut(&goods.reference_goods_id, 64);
            goods.goods_name = cut(&goods.goods_name, 256);
            goods.goods_quantity = cut(&goods.goods_quantity, 32);
            goods.goods_sku_name = goods.goods_sku_name.as_deref().map(|name| cut(name, 64));
        }
        self
    }
}
