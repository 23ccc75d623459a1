//! Money: whole numbers of a currency's smallest unit, as text on the wire, never a float.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A currency and how people read it. Carried by every document that has amounts, so the client needs
/// no table of currencies.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Currency {
    /// ISO 4217 code: `PHP`.
    pub code: String,
    /// How many decimals people write: 2 for PHP, 0 for JPY, 3 for KWD.
    pub exponent: u8,
    /// What stands before the number: `₱`. May be the code and a space.
    pub symbol: String,
}

impl Currency {
    /// An amount as people read it: symbol, grouped whole part, and as many decimals as the currency has.
    pub fn format(&self, amount: MinorUnits) -> String {
        let digits = amount.0.to_string();
        let exponent = usize::from(self.exponent);
        let padded = format!("{digits:0>width$}", width = exponent + 1);
        let (whole, decimals) = padded.split_at(padded.len() - exponent);
        let mut text = self.symbol.clone();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push('.');
            text.push_str(decimals);
        }
        text
    }
}

/// An amount in a currency's smallest unit (centavos, yen). Zero or more; on the wire 1 to 16 digits of
/// text without sign or leading zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, pattern = "^(0|[1-9][0-9]{0,15})$", examples("12900"))
)]
pub struct MinorUnits(u64);

/// Why an amount was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// The text isn't 1 to 16 digits without sign, point or leading zero.
    NotMinorUnits,
    /// The sum or product has more than 16 digits.
    TooLarge,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotMinorUnits => {
                "an amount is text of 1 to 16 digits in the currency's smallest unit, without leading zero"
            }
            Self::TooLarge => "the amount has more than 16 digits",
        })
    }
}

impl std::error::Error for MoneyError {}

impl MinorUnits {
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);
    /// 16 nines: what the wallet's wire can carry.
    pub const MAX: Self = Self(9_999_999_999_999_999);

    /// # Errors
    /// [`MoneyError::TooLarge`] above [`MinorUnits::MAX`].
    pub const fn new(value: u64) -> Result<Self, MoneyError> {
        if value > Self::MAX.0 { Err(MoneyError::TooLarge) } else { Ok(Self(value)) }
    }

    /// The number of smallest units.
    pub const fn value(self) -> u64 {
        self.0
    }

    /// # Errors
    /// [`MoneyError::NotMinorUnits`] for anything that isn't canonical text of a whole number.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let canonical = (1..=16).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && (text.len() == 1 || !text.starts_with('0'));
        if !canonical {
            return Err(MoneyError::NotMinorUnits);
        }
        text.parse().map(Self).map_err(|_| MoneyError::NotMinorUnits)
    }

    /// # Errors
    /// [`MoneyError::TooLarge`] when the sum has more than 16 digits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).ok_or(MoneyError::TooLarge).and_then(Self::new)
    }

    /// # Errors
    /// [`MoneyError::TooLarge`] when the product has more than 16 digits.
    pub fn checked_mul(self, quantity: u32) -> Result<Self, MoneyError> {
        self.0.checked_mul(u64::from(quantity)).ok_or(MoneyError::TooLarge).and_then(Self::new)
    }
}

impl fmt::Display for MinorUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for MinorUnits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MinorUnits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(symbol: &str, exponent: u8) -> Currency {
        Currency { code: "XXX".into(), exponent, symbol: symbol.into() }
    }

    #[test]
    fn amounts_read_as_people_write_them() {
        let php = currency("₱", 2);
        assert_eq!(php.format(MinorUnits(5)), "₱0.05");
        assert_eq!(php.format(MinorUnits(129_900)), "₱1,299.00");
        assert_eq!(currency("¥", 0).format(MinorUnits(1_234_567)), "¥1,234,567");
        assert_eq!(currency("KD ", 3).format(MinorUnits(1_500)), "KD 1.500");
    }

    #[test]
    fn only_canonical_text_is_an_amount() {
        for refused in ["", "-1", "+1", "1.0", "01", "1e9", " 1", "12345678901234567", "١"] {
            assert_eq!(MinorUnits::parse(refused), Err(MoneyError::NotMinorUnits), "{refused:?}");
        }
        assert!(serde_json::from_str::<MinorUnits>("100").is_err(), "a JSON number is not an amount");
    }

    #[test]
    fn arithmetic_never_wraps() {
        assert_eq!(MinorUnits::MAX.checked_add(MinorUnits(1)), Err(MoneyError::TooLarge));
        assert_eq!(MinorUnits::MAX.checked_mul(u32::MAX), Err(MoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn text_round_trips(value in 0u64..=MinorUnits::MAX.0) {
            let amount = MinorUnits::new(value).unwrap();
            let text = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<MinorUnits>(&text).unwrap(), amount);
        }
    }
}
