//! What is kept on the phone between runs.
//!
//! Three things: whose it is, the cart, and the placement that was sent last. The last one is written
//! before it is sent, so that a program that is killed in between can tell afterwards which lines were
//! ordered.

use serde::Deserialize;
use shop_api::{CustomerTag, QuoteId, RequestedLine};

use crate::{
    cart::{Cart, CartLine},
    value::{Value, object},
    wire,
};

/// The form of what is stored; what another form wrote is not read.
const FORM: u32 = 1;

/// What was stored.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Stored {
    form: u32,
    pub customer: Option<CustomerTag>,
    pub cart: Vec<CartLine>,
    pub pending: Option<Pending>,
}

/// A placement that was sent, and whose order hasn't been seen yet.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Pending {
    pub quote_id: QuoteId,
    pub lines: Vec<RequestedLine>,
}

impl Stored {
    /// Reads what was stored. What can't be read is as good as nothing.
    pub fn read(value: Option<Value>) -> Self {
        let stored = value.as_ref().and_then(|value| wire::read::<Self>(value).ok());
        stored.filter(|stored| stored.form == FORM).unwrap_or_default()
    }
}

/// The form in which it is stored.
pub fn write(customer: Option<&CustomerTag>, cart: &Cart, pending: Option<&Pending>) -> Value {
    let line = |line: &RequestedLine| {
        object! {
            "sku": &line.sku.0,
            "quantity": line.quantity,
        }
    };
    let pending = pending.map(|Pending { quote_id, lines }| {
        object! {
            "quoteId": &quote_id.0,
            "lines": Value::List(lines.iter().map(line).collect()),
        }
    });
    object! {
        "form": FORM,
        "customer": customer.map(|tag| &tag.0).map_or(Value::Null, Value::from),
        "cart": cart.stored(),
        "pending": pending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let line = |sku: &str| CartLine { sku: sku.into(), quantity: 3, selected: false };
        let cart = Cart::restored(vec![line("a"), line("b")]);
        let requested = RequestedLine { sku: "a".into(), quantity: 3 };
        let pending = Pending { quote_id: "q".into(), lines: vec![requested] };
        let tag = CustomerTag::from("tag");
        let stored = Stored::read(Some(write(Some(&tag), &cart, Some(&pending))));
        assert_eq!((stored.customer, stored.pending), (Some(tag), Some(pending)));
        assert_eq!(stored.cart, cart.lines());
    }

    #[test]
    fn what_cannot_be_read_is_as_good_as_nothing() {
        for damaged in [
            Value::Null,
            Value::from("{"),
            object! {
                "form": 2u32,
            },
        ] {
            assert_eq!(Stored::read(Some(damaged)), Stored::default());
        }
    }

    #[test]
    fn a_cart_is_restored_without_what_cannot_be_in_one() {
        let line = |sku: &str, quantity| CartLine { sku: sku.into(), quantity, selected: true };
        let cart = Cart::restored(vec![line("a", 0), line("b", 1_000), line("c", 1), line("c", 2)]);
        assert_eq!(cart.lines(), [line("c", 1)]);
    }
}
