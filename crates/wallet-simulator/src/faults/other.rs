//! The same and yet another: amounts and ids that differ as little as they can.

use wallet_api::amount::{Amount, AmountValue};

/// One smallest unit more, or less where more would be no amount.
pub(super) fn amount(amount: Amount) -> Amount {
    let value = amount.value.get();
    let other = AmountValue::new(value + 1).or_else(|_| AmountValue::new(value - 1));
    Amount { value: other.unwrap_or(amount.value), ..amount }
}

/// The same number of yen, or of pesos where it is yen already.
pub(super) fn currency(amount: Amount) -> Amount {
    let code = if amount.currency.code() == "JPY" { "PHP" } else { "JPY" };
    Amount::new(code, amount.value.get()).unwrap_or(amount)
}

/// The same id with another last character.
pub(super) fn id<T: core::str::FromStr + Clone>(id: &T, text: &str) -> T {
    let mut text = text.to_owned();
    let last = text.pop();
    text.push(if last == Some('0') { '1' } else { '0' });
    text.parse().unwrap_or_else(|_| id.clone())
}
