//! What a total is made of, as rows that people read; for the confirmation and the receipt alike.

use shop_api::{Breakdown, Currency, MinorUnits};

use crate::{
    text,
    value::{Value, object},
};

/// The rows above the total. None where the total is just the items: they say it already.
pub fn rows(breakdown: &Breakdown, currency: &Currency) -> Value {
    let Breakdown { subtotal, discounts, delivery, taxes, tax_included } = breakdown;
    let mut rows = Vec::new();
    for discount in discounts {
        let off = text::join(&["−", &currency.format(discount.amount)]);
        rows.push(row("discount", &discount.label, off));
    }
    if let Some(delivery) = delivery {
        let is_free = delivery.price == MinorUnits::ZERO;
        let price = if is_free { text::FREE.to_owned() } else { currency.format(delivery.price) };
        rows.push(row("delivery", &delivery.label, price));
    }
    for tax in taxes {
        let label = if *tax_included { text::join(&["incl. ", &tax.label]) } else { tax.label.clone() };
        rows.push(row("tax", &label, currency.format(tax.amount)));
    }
    if !rows.is_empty() {
        rows.insert(0, row("subtotal", text::SUBTOTAL, currency.format(*subtotal)));
    }
    Value::List(rows)
}

fn row(kind: &'static str, label: &str, amount: String) -> Value {
    object! {
        "kind": kind,
        "label": label.to_owned(),
        "amount": amount,
    }
}
