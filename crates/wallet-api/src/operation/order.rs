//! What is being paid for, by whom, to whom, from which device. For display, reports and the wallet's risk
//! control: funds move by the payment's amount alone.
//!
//! Lengths are the platform's, in characters (specification of `Order` and its parts, v1 and v2).
//! [`Order::fitted`] cuts every text to them, so that a long name never fails a payment.

use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::ids::ReferenceOrderId;
use crate::wire_enum::wire_enum;

/// The order behind a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The merchant's id of the order.
    pub reference_order_id: ReferenceOrderId,
    /// What the payer reads, at most 256 characters.
    pub description: String,
    /// The order's total.
    pub amount: Amount,
    /// When it was placed.
    pub created_at: Option<jiff::Timestamp>,
    /// Who sells, unless the profile names the merchant of record.
    pub merchant: Option<Merchant>,
    /// What is sold.
    pub goods: Vec<Goods>,
    /// Where it goes.
    pub shipping: Option<Shipping>,
    /// Who buys.
    pub buyer: Option<Buyer>,
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
    /// Where it is registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_address: Option<Address>,
    /// The store in which it is sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<Store>,
}

/// A merchant's store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Store {
    /// The merchant's id of the store, at most 64 characters.
    pub reference_store_id: String,
    /// Its name, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_name: Option<String>,
    /// Its category code.
    #[serde(rename = "storeMCC", default, skip_serializing_if = "Option::is_none")]
    pub store_mcc: Option<String>,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// ISO 3166 alpha-2.
    pub region: String,
    /// At most 8 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// At most 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// At most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address1: Option<String>,
    /// At most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address2: Option<String>,
    /// At most 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<String>,
}

/// One line of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Goods {
    /// The SKU, at most 64 characters.
    pub reference_goods_id: String,
    /// The name, at most 256 characters.
    pub goods_name: String,
    /// At most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods_category: Option<String>,
    /// Price of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods_unit_amount: Option<Amount>,
    /// How many, as text, at most 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods_quantity: Option<String>,
    /// The variant, at most 64 characters (v2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods_sku_name: Option<String>,
}

/// Where the order goes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shipping {
    /// To whom.
    pub shipping_name: UserName,
    /// Where to.
    pub shipping_address: Address,
    /// By whom, at most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_carrier: Option<String>,
    /// At most 16 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_phone_no: Option<String>,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_fee: Option<Amount>,
}

/// Who buys.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Buyer {
    /// The merchant's id of the buyer, at most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_buyer_id: Option<String>,
    /// The buyer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_name: Option<UserName>,
    /// At most 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_phone_no: Option<String>,
}

/// A person's name; the parts have at most 32 characters.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserName {
    /// At most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Middle name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
}

personal!(Address, Shipping, Buyer, UserName, Env);

/// The device and program from which the payer pays, for the wallet's risk control.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Env {
    /// What kind of program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_type: Option<TerminalType>,
    /// The phone's system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_type: Option<OsType>,
    /// At most 1024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// At most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_token_id: Option<String>,
    /// At most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
}

impl Env {
    /// A mini program, and nothing else known.
    pub fn mini_program() -> Self {
        Self {
            terminal_type: Some(TerminalType::MiniApp),
            os_type: None,
            user_agent: None,
            device_token_id: None,
            client_ip: None,
        }
    }
}

wire_enum!(
    /// What kind of program the payer uses.
    TerminalType:
    /// A mini program.
    MiniApp <=> "MINI_APP",
    /// An app.
    App <=> "APP",
    /// A browser on a computer.
    Web <=> "WEB",
    /// A browser on a phone.
    Wap <=> "WAP",
    /// No person is there.
    System <=> "SYSTEM",
);

wire_enum!(
    /// The phone's system.
    OsType:
    /// iOS.
    Ios <=> "IOS",
    /// Android.
    Android <=> "ANDROID",
);

/// `text` cut to `max` characters, with control characters as spaces: what the wire's limits count.
pub fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The same for ids, in which wallets allow no white space, no `@`, `#` and `?`, and nothing beyond ASCII.
fn cut_id(text: &str, max: usize) -> String {
    let allowed = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '#' | '?');
    text.chars().take(max).map(|c| if allowed(c) { c } else { '-' }).collect()
}

/// Optional texts that would be empty are left out: wallets refuse empty ones.
fn fit(text: &mut Option<String>, max: usize) {
    *text = text.take().map(|text| cut(&text, max)).filter(|text| !text.trim().is_empty());
}

impl Order {
    /// The order with every text cut to its documented length and forbidden characters replaced.
    #[must_use]
    pub fn fitted(mut self) -> Self {
        self.description = cut(&self.description, 256);
        self.merchant = self.merchant.map(Merchant::fitted);
        self.goods = self.goods.into_iter().map(Goods::fitted).collect();
        self.shipping = self.shipping.map(Shipping::fitted);
        self.buyer = self.buyer.map(Buyer::fitted);
        self
    }
}

impl Merchant {
    /// With every text cut to its documented length.
    #[must_use]
    pub fn fitted(mut self) -> Self {
        self.reference_merchant_id = cut_id(&self.reference_merchant_id, 32);
        self.merchant_mcc = cut(&self.merchant_mcc, 32);
        self.merchant_name = cut(&self.merchant_name, 256);
        fit(&mut self.merchant_display_name, 64);
        self.merchant_address = self.merchant_address.map(Address::fitted);
        if let Some(store) = &mut self.store {
            store.reference_store_id = cut_id(&store.reference_store_id, 64);
            fit(&mut store.store_name, 256);
            fit(&mut store.store_mcc, 32);
        }
        self
    }
}

impl Address {
    fn fitted(mut self) -> Self {
        self.region = cut(&self.region, 2);
        for (text, max) in [
            (&mut self.state, 8),
            (&mut self.city, 32),
            (&mut self.address1, 256),
            (&mut self.address2, 256),
            (&mut self.zip_code, 32),
        ] {
            fit(text, max);
        }
        self
    }
}

impl Goods {
    fn fitted(mut self) -> Self {
        self.reference_goods_id = cut_id(&self.reference_goods_id, 64);
        self.goods_name = cut(&self.goods_name, 256);
        fit(&mut self.goods_category, 256);
        fit(&mut self.goods_quantity, 32);
        fit(&mut self.goods_sku_name, 64);
        self
    }
}

impl Shipping {
    fn fitted(mut self) -> Self {
        self.shipping_name = self.shipping_name.fitted();
        self.shipping_address = self.shipping_address.fitted();
        fit(&mut self.shipping_carrier, 128);
        fit(&mut self.shipping_phone_no, 16);
        self
    }
}

impl Buyer {
    fn fitted(mut self) -> Self {
        self.reference_buyer_id = self.reference_buyer_id.map(|id| cut_id(&id, 64));
        self.buyer_name = self.buyer_name.map(UserName::fitted);
        fit(&mut self.buyer_phone_no, 24);
        self
    }
}

impl UserName {
    fn fitted(mut self) -> Self {
        fit(&mut self.full_name, 128);
        for part in [&mut self.first_name, &mut self.middle_name, &mut self.last_name] {
            fit(part, 32);
        }
        self
    }
}

impl Env {
    /// With every text cut to its documented length.
    #[must_use]
    pub fn fitted(mut self) -> Self {
        fit(&mut self.user_agent, 1024);
        fit(&mut self.device_token_id, 128);
        fit(&mut self.client_ip, 64);
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn goods(id: &str, name: &str, sku: Option<&str>) -> Goods {
        Goods {
            reference_goods_id: id.to_owned(),
            goods_name: name.to_owned(),
            goods_category: None,
            goods_unit_amount: None,
            goods_quantity: None,
            goods_sku_name: sku.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn texts_are_cut_by_characters_and_never_inside_one() {
        let fitted = goods("SKU", &"é☕".repeat(200), Some(&"가".repeat(65))).fitted();
        assert_eq!(fitted.goods_name, "é☕".repeat(128));
        assert_eq!(fitted.goods_sku_name.unwrap().chars().count(), 64);
    }

    #[test]
    fn what_wallets_forbid_is_replaced_and_what_would_be_empty_is_left_out() {
        let fitted = goods("a@b#c?d é\n", "two\nlines\u{7}", Some("  ")).fitted();
        assert_eq!(fitted.reference_goods_id, "a-b-c-d---");
        assert_eq!(fitted.goods_name, "two lines ");
        assert_eq!(fitted.goods_sku_name, None);
    }

    proptest! {
        #[test]
        fn what_fits_once_fits_for_ever(id in any::<String>(), name in any::<String>(), sku in any::<String>()) {
            let once = goods(&id, &name, Some(&sku)).fitted();
            prop_assert!(once.reference_goods_id.len() <= 64 && once.goods_name.chars().count() <= 256);
            prop_assert_eq!(once.clone().fitted(), once);
        }
    }
}
