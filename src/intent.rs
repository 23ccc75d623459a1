//! What a page may ask for.

use shop_api::{Address, AddressField};

use crate::value::Value;

/// Something that the shopper did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// The button of the notice.
    Notice,
    /// On the shop page.
    Shop(ShopIntent),
    /// On the cart page.
    Cart(CartIntent),
    /// On the confirmation page.
    Confirm(ConfirmIntent),
    /// On the result page.
    Result(ResultIntent),
}

/// On the shop page. Ids and SKUs are as the page had them in its data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ShopIntent {
    SelectCategory(String),
    OpenProduct(String),
    CloseProduct,
    ChooseVariant(String),
    Decrease,
    Increase,
    AddToCart,
    OpenCart,
    OpenOrder,
}

/// On the cart page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CartIntent {
    Decrease(String),
    Increase(String),
    Remove(String),
    Toggle(String),
    ToggleAll,
    Checkout,
    OpenShop,
    OpenOrder,
}

/// On the confirmation page. Texts are as the shopper typed them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ConfirmIntent {
    Pay,
    OpenOrder,
    OrderAnyway,
    ApplyCoupon(String),
    RemoveCoupon,
    ChooseDelivery(String),
    EditAddress,
    UseAddress(Address),
}

/// On the result page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ResultIntent {
    Primary,
    Secondary,
}

impl Intent {
    /// Reads what a page's handler was called with: its name, the key of the element that was tapped, and the
    /// fields of the form that was sent. `None`: no page has such a handler.
    pub fn parse(page: &str, handler: &str, key: &str, form: &Value) -> Option<Self> {
        let key = || key.to_owned();
        Some(match (page, handler) {
            (_, "onNotice") => Self::Notice,
            ("shop", "onSelectCategory") => Self::Shop(ShopIntent::SelectCategory(key())),
            ("shop", "onOpenProduct") => Self::Shop(ShopIntent::OpenProduct(key())),
            ("shop", "onCloseProduct") => Self::Shop(ShopIntent::CloseProduct),
            ("shop", "onChooseVariant") => Self::Shop(ShopIntent::ChooseVariant(key())),
            ("shop", "onDecrease") => Self::Shop(ShopIntent::Decrease),
            ("shop", "onIncrease") => Self::Shop(ShopIntent::Increase),
            ("shop", "onAddToCart") => Self::Shop(ShopIntent::AddToCart),
            ("shop", "onOpenCart") => Self::Shop(ShopIntent::OpenCart),
            ("shop", "onOpenOrder") => Self::Shop(ShopIntent::OpenOrder),
            ("cart", "onDecrease") => Self::Cart(CartIntent::Decrease(key())),
            ("cart", "onIncrease") => Self::Cart(CartIntent::Increase(key())),
            ("cart", "onRemove") => Self::Cart(CartIntent::Remove(key())),
            ("cart", "onToggle") => Self::Cart(CartIntent::Toggle(key())),
            ("cart", "onToggleAll") => Self::Cart(CartIntent::ToggleAll),
            ("cart", "onCheckout") => Self::Cart(CartIntent::Checkout),
            ("cart", "onOpenShop") => Self::Cart(CartIntent::OpenShop),
            ("cart", "onOpenOrder") => Self::Cart(CartIntent::OpenOrder),
            ("confirm", "onPay") => Self::Confirm(ConfirmIntent::Pay),
            ("confirm", "onOpenOrder") => Self::Confirm(ConfirmIntent::OpenOrder),
            ("confirm", "onOrderAnyway") => Self::Confirm(ConfirmIntent::OrderAnyway),
            ("confirm", "onApplyCoupon") => Self::Confirm(ConfirmIntent::ApplyCoupon(field(form, "coupon"))),
            ("confirm", "onRemoveCoupon") => Self::Confirm(ConfirmIntent::RemoveCoupon),
            ("confirm", "onChooseDelivery") => Self::Confirm(ConfirmIntent::ChooseDelivery(key())),
            ("confirm", "onEditAddress") => Self::Confirm(ConfirmIntent::EditAddress),
            ("confirm", "onUseAddress") => Self::Confirm(ConfirmIntent::UseAddress(address(form))),
            ("result", "onPrimary") => Self::Result(ResultIntent::Primary),
            ("result", "onSecondary") => Self::Result(ResultIntent::Secondary),
            _ => return None,
        })
    }
}

/// A field of a form, as far as a shopper may have typed it.
fn field(form: &Value, name: &str) -> String {
    match form.member(name) {
        Some(Value::Text(text)) => text.chars().take(MAX_FIELD).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_)) | None => {
            String::new()
        }
    }
}

fn address(form: &Value) -> Address {
    let mut address = Address::default();
    for name in AddressField::ALL {
        address.set(name, field(form, name.as_str()));
    }
    address
}

/// More than any field may have; the rest isn't carried around.
const MAX_FIELD: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_of_another_page_is_no_intent() {
        assert_eq!(Intent::parse("shop", "onPay", "", &Value::Null), None);
        assert_eq!(Intent::parse("cart", "constructor", "", &Value::Null), None);
        assert_eq!(
            Intent::parse("confirm", "onPay", "", &Value::Null),
            Some(Intent::Confirm(ConfirmIntent::Pay))
        );
    }
}
