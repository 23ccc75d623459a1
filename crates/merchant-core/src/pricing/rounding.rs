//! The one rule of rounding.
//!
//! A share in percent is taken once for the thing that it is stated for (a line, an order, a tax rate) and
//! rounded half up to the smallest unit. What then belongs to several parts is shared out in proportion:
//! each part gets the whole units of its share, and the units that are left go one each to the parts with
//! the largest remainders, the earlier part first. So parts always add up.

use std::fmt;

use serde::{Deserialize, Serialize};
use shop_api::MinorUnits;

/// A share in thousandths of a percent, 0 to 100 percent. As text: `12`, `8.875`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate(u32);

/// 100 percent.
const WHOLE: u32 = 100_000;

impl Rate {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads percent with at most three decimals; `None` for anything else or more than 100.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_right = (1..=3).contains(&whole.len())
            && is_number(whole)
            && decimals.len() <= 3
            && is_number(decimals)
            && !text.ends_with('.');
        if !is_right {
            return None;
        }
        let value = format!("{whole}{decimals:0<3}").parse().ok()?;
        (value <= WHOLE).then_some(Self(value))
    }

    /// This share of an amount, rounded half up.
    pub fn of(self, amount: MinorUnits) -> MinorUnits {
        portion(amount, self.0, WHOLE)
    }

    /// The tax inside an amount that includes it, rounded half up.
    pub fn inside(self, amount: MinorUnits) -> MinorUnits {
        portion(amount, self.0, WHOLE.saturating_add(self.0))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / 1_000, self.0 % 1_000);
        if decimals == 0 {
            return write!(f, "{whole}");
        }
        f.write_str(format!("{whole}.{decimals:03}").trim_end_matches('0'))
    }
}

impl TryFrom<String> for Rate {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
            .ok_or("a rate is text of 0 to 100 with at most three decimals, such as \"12\" or \"8.875\"")
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

/// `amount * numerator / denominator`, rounded half up. The numerator is at most the denominator.
fn portion(amount: MinorUnits, numerator: u32, denominator: u32) -> MinorUnits {
    let exact = u128::from(amount.value()) * u128::from(numerator);
    let denominator = u128::from(denominator);
    let rounded = (2 * exact + denominator) / (2 * denominator);
    clamp(rounded, amount)
}

/// The whole units of `amount * part / whole`; the rest is dropped. Nothing of nothing.
pub fn floor_share(amount: MinorUnits, part: u64, whole: u64) -> MinorUnits {
    if whole == 0 {
        return MinorUnits::ZERO;
    }
    clamp(u128::from(amount.value()) * u128::from(part.min(whole)) / u128::from(whole), amount)
}

fn clamp(value: u128, most: MinorUnits) -> MinorUnits {
    let value = u64::try_from(value).unwrap_or(u64::MAX).min(most.value());
    MinorUnits::new(value).unwrap_or(most)
}

/// Shares `total` out in proportion to the weights, by largest remainder: the shares add up to it. With
/// nothing to go by, nothing is shared out. Where `total` is at most the sum of the weights, no share is
/// larger than its weight.
pub fn allocate(total: MinorUnits, weights: &[MinorUnits]) -> Vec<MinorUnits> {
    let sum: u128 = weights.iter().map(|weight| u128::from(weight.value())).sum();
    if sum == 0 {
        return vec![MinorUnits::ZERO; weights.len()];
    }
    let exact = |weight: &MinorUnits| u128::from(total.value()) * u128::from(weight.value());
    let mut shares: Vec<u128> = weights.iter().map(|weight| exact(weight) / sum).collect();
    let left = u128::from(total.value()) - shares.iter().sum::<u128>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    // Stable: of equal remainders the earlier part comes first.
    by_remainder
        .sort_by_key(|at| std::cmp::Reverse(weights.get(*at).map_or(0, |weight| exact(weight) % sum)));
    for (_, at) in (0..left).zip(by_remainder) {
        if let Some(share) = shares.get_mut(at) {
            *share += 1;
        }
    }
    shares.into_iter().map(|share| clamp(share, total)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn units(value: u64) -> MinorUnits {
        MinorUnits::new(value).unwrap()
    }

    #[test]
    fn a_rate_is_text_with_at_most_three_decimals() {
        for (text, shown) in [("12", "12"), ("8.875", "8.875"), ("0", "0"), ("100", "100"), ("5.50", "5.5")] {
            assert_eq!(Rate::parse(text).unwrap().to_string(), shown);
        }
        for refused in ["", "-1", "101", "100.001", "1.2345", "1.", ".5", "12 %", "1e1", "0012"] {
            assert_eq!(Rate::parse(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn half_a_unit_is_rounded_up() {
        let rate = |text: &str| Rate::parse(text).unwrap();
        assert_eq!(rate("10").of(units(5)), units(1), "0.5");
        assert_eq!(rate("10").of(units(4)), units(0), "0.4");
        assert_eq!(rate("12").inside(units(112)), units(12));
        assert_eq!(rate("12").inside(units(100)), units(11), "10.71");
        assert_eq!(rate("100").of(MinorUnits::MAX), MinorUnits::MAX);
    }

    #[test]
    fn units_that_are_left_go_to_the_largest_remainders() {
        let share = |total: u64, weights: &[u64]| -> Vec<u64> {
            let weights: Vec<_> = weights.iter().map(|weight| units(*weight)).collect();
            allocate(units(total), &weights).into_iter().map(MinorUnits::value).collect()
        };
        assert_eq!(share(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(share(10, &[50, 30, 20, 0]), [5, 3, 2, 0]);
        assert_eq!(share(5, &[3, 3, 4]), [2, 1, 2]);
        assert_eq!(share(7, &[0, 0]), [0, 0]);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_are_within_a_unit_of_exact(
            total in 0u64..=1_000_000_000,
            weights in prop::collection::vec(0u64..=1_000_000, 1..20),
        ) {
            let sum: u64 = weights.iter().sum();
            prop_assume!(sum > 0);
            let parts: Vec<_> = weights.iter().map(|weight| units(*weight)).collect();
            let shares = allocate(units(total), &parts);
            prop_assert_eq!(shares.iter().map(|share| share.value()).sum::<u64>(), total);
            for (share, weight) in shares.iter().zip(&weights) {
                let floor = u128::from(total) * u128::from(*weight) / u128::from(sum);
                prop_assert!((floor..=floor + 1).contains(&u128::from(share.value())));
                prop_assert!(total > sum || share.value() <= *weight);
                prop_assert!(*weight > 0 || share.value() == 0);
            }
        }
    }
}
