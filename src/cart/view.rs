//! The cart page's view.

use super::model::{Cart, CartLine};
use crate::{
    catalog::{Shelf, fewer},
    notice::Notice,
    patch::{ListLog, Rows},
    text,
    value::{Members, Value, object},
};

/// The view but for its lines. `trouble` is why there is no catalogue, when there is none.
pub fn head(cart: &Cart, shelf: Option<&Shelf>, trouble: Option<Notice>, open_order: Value) -> Value {
    let phase = match (shelf, trouble, cart.lines().is_empty()) {
        (None, Some(_), _) => "error",
        (None, None, _) => "loading",
        (Some(_), _, true) => "empty",
        (Some(_), _, false) => "ready",
    };
    let subtotal = shelf.map(|shelf| cart.subtotal(shelf).map(|sum| shelf.price(sum)));
    let too_large = matches!(subtotal, Some(Err(_))).then_some(Notice::TotalTooLarge);
    let subtotal = subtotal.and_then(Result::ok).unwrap_or_default();
    let pieces = cart.selected().fold(0, |sum: u32, line| sum.saturating_add(line.quantity));
    object! {
        "phase": phase,
        "notice": cart.notice().or(too_large).or(trouble),
        "allSelected": cart.all_selected(),
        "selectedCount": pieces,
        "subtotal": &subtotal,
        "mayCheckout": shelf.is_some_and(|shelf| cart.may_checkout(shelf)),
        "checkoutLabel": text::checkout_label(if pieces == 0 { "" } else { &subtotal }),
        "openOrder": open_order,
    }
}

/// The lines of the cart.
#[allow(missing_docs, reason = "the names say it")]
pub struct CartRows<'a> {
    pub cart: &'a Cart,
    pub shelf: Option<&'a Shelf>,
}

impl Rows for CartRows<'_> {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn log(&self) -> &ListLog {
        if self.shelf.is_some() { self.cart.log() } else { ListLog::UNKNOWN }
    }

    fn count(&self) -> usize {
        // Without the catalogue a line has neither name nor price.
        if self.shelf.is_some() { self.cart.lines().len() } else { 0 }
    }

    fn row(&self, at: usize) -> Value {
        let Some((line, shelf)) = self.cart.lines().get(at).zip(self.shelf) else { return Value::Null };
        let mut row = moving(line, shelf);
        row.put("sku", &line.sku.0);
        let item = shelf.item(&line.sku);
        row.put("name", item.map_or(&line.sku.0, |item| &item.product.name));
        row.put("variantName", item.map(|item| &item.variant.name).map_or("".into(), Value::from));
        row.put("imageUrl", item.map(|item| &item.product.image_url).map_or("".into(), Value::from));
        row.put("unitPrice", item.map_or(String::new(), |item| shelf.price(item.variant.price)));
        row.into()
    }

    fn moving(&self, at: usize) -> Value {
        let line = self.cart.lines().get(at).zip(self.shelf);
        line.map_or(Value::Null, |(line, shelf)| moving(line, shelf).into())
    }
}

fn moving(line: &CartLine, shelf: &Shelf) -> Members {
    let item = shelf.item(&line.sku);
    let limit = item.map_or(0, |item| item.limit());
    let total = item.and_then(|item| item.variant.price.checked_mul(line.quantity).ok());
    let mut row = Members::default();
    row.put("quantity", line.quantity);
    row.put("total", total.map_or(String::new(), |total| shelf.price(total)));
    row.put("selected", line.selected);
    row.put("mayDecrease", item.is_some_and(|item| fewer(item.variant, line.quantity).is_some()));
    row.put("mayIncrease", line.quantity < limit);
    row.put("problem", Cart::problem(line, shelf));
    row
}
