//! Money as the wallet's wire carries it: a currency and a positive whole number of its smallest unit.
//!
//! In: text. Out: [`Amount`], which can't hold zero, a sign, a fraction or more than 16 digits, and
//! [`Currency`], an ISO 4217 code with the number of decimals that people write.
//!
//! Source: `Amount` of platform-v1 and platform-v2: `currency` as three letters, `value` as text of at most
//! 16 digits in the smallest unit; the decimals are ISO 4217's.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::object::Object;

/// ISO 4217 codes in use whose smallest unit isn't a hundredth (list of 2024; funds codes left out).
#[rustfmt::skip]
const EXPONENTS: &[(&str, u8)] = &[
    ("BIF", 0), ("CLP", 0), ("DJF", 0), ("GNF", 0), ("ISK", 0), ("JPY", 0), ("KMF", 0), ("KRW", 0),
    ("PYG", 0), ("RWF", 0), ("UGX", 0), ("VND", 0), ("VUV", 0), ("XAF", 0), ("XOF", 0), ("XPF", 0),
    ("BHD", 3), ("IQD", 3), ("JOD", 3), ("KWD", 3), ("LYD", 3), ("OMR", 3), ("TND", 3),
];

/// An ISO 4217 code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A positive amount in the currency's smallest unit (centavos, yen): 1 to 16 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Object<Members>")]
pub struct Amount {
    /// What it is counted in.
    pub currency: Currency,
    /// How many of the smallest unit.
    pub value: AmountValue,
}

#[derive(Deserialize)]
struct Members {
    currency: Currency,
    value: AmountValue,
}

impl From<Object<Members>> for Amount {
    fn from(Object(Members { currency, value }): Object<Members>) -> Self {
        Self { currency, value }
    }
}

/// The number in an [`Amount`]: `^[1-9][0-9]{0,15}$` on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AmountValue(u64);

/// Why something isn't an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// The code isn't three capital letters.
    #[error("a currency is three capital letters of ISO 4217, such as PHP")]
    NotACurrency,
    /// The text isn't 1 to 16 digits, starting with 1 to 9.
    #[error("an amount is text of 1 to 16 digits in the currency's smallest unit, more than zero")]
    NotAnAmount,
    /// Two amounts of different currencies were added or taken away.
    #[error("the amounts are in different currencies")]
    DifferentCurrencies,
}

impl Currency {
    /// The currency with this code.
    ///
    /// # Errors
    /// [`AmountError::NotACurrency`] unless `code` is three capital letters.
    pub fn parse(code: &str) -> Result<Self, AmountError> {
        match code.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(AmountError::NotACurrency),
        }
    }

    /// The code: `PHP`.
    pub fn code(&self) -> &str {
        // Three ASCII letters by construction.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals people write, by ISO 4217: 2 for PHP, 0 for JPY, 3 for KWD. Codes that aren't
    /// listed have 2, as nearly all have.
    pub fn exponent(&self) -> u8 {
        EXPONENTS.iter().find(|(code, _)| *code == self.code()).map_or(2, |(_, exponent)| *exponent)
    }
}

impl Currency {
    /// A number of smallest units as people write it, without the code: `1,299.00`.
    pub fn format(&self, value: u64) -> String {
        Self::format_with(self.exponent(), value)
    }

    /// The same with another number of decimals, for a wallet that departs from ISO 4217.
    pub fn format_with(exponent: u8, value: u64) -> String {
        let exponent = usize::from(exponent);
        let digits = format!("{value:0>width$}", width = exponent + 1);
        let (whole, decimals) = digits.split_at(digits.len() - exponent);
        let (head, groups) = whole.split_at((whole.len() + 2) % 3 + 1);
        let mut text = head.to_owned();
        for group in groups.as_bytes().chunks(3) {
            text.push(',');
            text.extend(group.iter().map(|digit| char::from(*digit)));
        }
        if !decimals.is_empty() {
            text.push('.');
            text.push_str(decimals);
        }
        text
    }
}

impl AmountValue {
    /// The most that the wire can carry: 16 nines.
    pub const MAX: Self = Self(9_999_999_999_999_999);

    /// That many of the smallest unit.
    ///
    /// # Errors
    /// [`AmountError::NotAnAmount`] for zero and above [`AmountValue::MAX`].
    pub const fn new(value: u64) -> Result<Self, AmountError> {
        if value == 0 || value > Self::MAX.0 { Err(AmountError::NotAnAmount) } else { Ok(Self(value)) }
    }

    /// The number of smallest units.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Reads the number as the wire has it.
    ///
    /// # Errors
    /// [`AmountError::NotAnAmount`] for anything but `^[1-9][0-9]{0,15}$`.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let canonical = (1..=16).contains(&text.len())
            && !text.starts_with('0')
            && text.bytes().all(|byte| byte.is_ascii_digit());
        if !canonical {
            return Err(AmountError::NotAnAmount);
        }
        text.parse().map_err(|_| AmountError::NotAnAmount).and_then(Self::new)
    }
}

impl Amount {
    /// `value` of the smallest unit: `Amount::new("PHP", 129_900)` is PHP 1,299.00.
    ///
    /// # Errors
    /// [`AmountError`] when the code isn't three capital letters, or the value is zero or has more than
    /// 16 digits.
    pub fn new(currency: &str, value: u64) -> Result<Self, AmountError> {
        Ok(Self { currency: Currency::parse(currency)?, value: AmountValue::new(value)? })
    }

    /// The sum.
    ///
    /// # Errors
    /// [`AmountError`] when the currencies differ or the sum has more than 16 digits.
    pub fn checked_add(self, other: Self) -> Result<Self, AmountError> {
        if self.currency != other.currency {
            return Err(AmountError::DifferentCurrencies);
        }
        // Two numbers of 16 digits can't overflow 64 bits.
        Ok(Self { value: AmountValue::new(self.value.0.saturating_add(other.value.0))?, ..self })
    }

    /// What is left.
    ///
    /// # Errors
    /// [`AmountError`] when the currencies differ or nothing, or less, would be left.
    pub fn checked_sub(self, other: Self) -> Result<Self, AmountError> {
        if self.currency != other.currency {
            return Err(AmountError::DifferentCurrencies);
        }
        Ok(Self { value: AmountValue::new(self.value.0.saturating_sub(other.value.0))?, ..self })
    }

    /// That many times the amount, as for a line of an order.
    ///
    /// # Errors
    /// [`AmountError::NotAnAmount`] when `times` is zero or the product has more than 16 digits.
    pub fn checked_mul(self, times: u32) -> Result<Self, AmountError> {
        Ok(Self { value: AmountValue::new(self.value.0.saturating_mul(times.into()))?, ..self })
    }
}

/// As people read it, with the code in front: `PHP 1,299.00`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.currency.format(self.value.0))
    }
}

macro_rules! text_on_the_wire {
    ($type:ident, $to_text:expr) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", $to_text(self))
            }
        }

        impl FromStr for $type {
            type Err = AmountError;

            fn from_str(text: &str) -> Result<Self, AmountError> {
                Self::parse(text)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

text_on_the_wire!(Currency, |currency: &Currency| currency.code().to_owned());
text_on_the_wire!(AmountValue, |value: &AmountValue| value.0);

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_positive_canonical_numbers_are_amounts() {
        for refused in ["", "0", "00", "01", "-1", "+1", "1.0", "1e9", " 1", "12345678901234567", "١"] {
            assert_eq!(AmountValue::parse(refused), Err(AmountError::NotAnAmount), "{refused:?}");
        }
        assert_eq!(AmountValue::parse("9999999999999999"), Ok(AmountValue::MAX));
        assert!(serde_json::from_str::<Amount>(r#"{"currency":"PHP","value":100}"#).is_err());
        assert!(serde_json::from_str::<Amount>(r#"{"currency":"php","value":"100"}"#).is_err());
        assert!(serde_json::from_str::<Amount>(r#"["PHP","100"]"#).is_err(), "nobody else reads an array so");
    }

    #[test]
    fn amounts_read_as_people_write_them() {
        let read = |currency, value| Amount::new(currency, value).unwrap().to_string();
        assert_eq!(read("PHP", 129_900), "PHP 1,299.00");
        assert_eq!(read("PHP", 5), "PHP 0.05");
        assert_eq!(read("JPY", 1_234_567), "JPY 1,234,567");
        assert_eq!(read("JPY", 120), "JPY 120");
        assert_eq!(read("KWD", 12_345_678), "KWD 12,345.678");
    }

    #[test]
    fn amounts_of_different_currencies_never_add_up() {
        let php = Amount::new("PHP", 1).unwrap();
        let most = Amount::new("PHP", AmountValue::MAX.get()).unwrap();
        assert_eq!(php.checked_add(Amount::new("JPY", 1).unwrap()), Err(AmountError::DifferentCurrencies));
        assert_eq!(php.checked_add(most), Err(AmountError::NotAnAmount));
        assert_eq!(php.checked_add(php), Amount::new("PHP", 2));
        assert_eq!(most.checked_sub(php).unwrap().value.get(), AmountValue::MAX.get() - 1);
        assert_eq!(php.checked_sub(php), Err(AmountError::NotAnAmount), "nothing is no amount");
        assert_eq!(php.checked_sub(Amount::new("JPY", 1).unwrap()), Err(AmountError::DifferentCurrencies));
        assert_eq!(php.checked_mul(3), Amount::new("PHP", 3));
        assert_eq!(php.checked_mul(0), Err(AmountError::NotAnAmount));
        assert_eq!(most.checked_mul(u32::MAX), Err(AmountError::NotAnAmount));
    }

    proptest! {
        #[test]
        fn the_wire_form_round_trips(value in 1u64..=AmountValue::MAX.get(), code in "[A-Z]{3}") {
            let amount = Amount::new(&code, value).unwrap();
            let text = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<Amount>(&text).unwrap(), amount);
        }
    }
}
