//! Amounts as statements write them.

use super::Amounts;

/// Reads an amount into smallest units of a currency with `exponent` decimals; negative where it has a
/// minus, or stands in parentheses as accountants write it. `None` for anything that isn't exactly that.
pub(super) fn read(text: &str, amounts: Amounts, exponent: u8) -> Option<i64> {
    let (digits, is_negative) = sign(text);
    let value = match amounts {
        Amounts::Minor => whole(digits)?,
        Amounts::Decimal { mark, grouping } => decimal(digits, mark, grouping, exponent)?,
    };
    Some(if is_negative { -value } else { value })
}

fn sign(text: &str) -> (&str, bool) {
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return (inner, true);
    }
    match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    }
}

/// 1 to 16 digits.
fn whole(digits: &str) -> Option<i64> {
    let fits = (1..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

fn decimal(text: &str, mark: char, grouping: Option<char>, exponent: u8) -> Option<i64> {
    let (units, decimals) = text.split_once(mark).unwrap_or((text, ""));
    let exponent = usize::from(exponent);
    // More decimals than the currency has would be a part of a smallest unit, unless they are zeros.
    let (kept, beyond) = decimals.split_at_checked(exponent).unwrap_or((decimals, ""));
    if beyond.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let units = match grouping {
        Some(grouping) => ungrouped(units, grouping)?,
        None => units.to_owned(),
    };
    whole(&units)?;
    whole(&format!("{units}{kept:0<exponent$}"))
}

/// Digits without the marks between groups, which must be of three.
fn ungrouped(text: &str, grouping: char) -> Option<String> {
    let mut groups = text.split(grouping);
    let first = groups.next()?;
    let rest: Vec<_> = groups.collect();
    let fits =
        rest.iter().all(|group| group.len() == 3) && (rest.is_empty() || (1..=3).contains(&first.len()));
    fits.then(|| format!("{first}{}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Amounts = Amounts::Decimal { mark: '.', grouping: None };
    const GERMAN: Amounts = Amounts::Decimal { mark: ',', grouping: Some('.') };

    #[test]
    fn amounts_are_read_to_the_unit() {
        for (text, amounts, exponent, value) in [
            ("129900", Amounts::Minor, 2, 129_900),
            ("-129900", Amounts::Minor, 2, -129_900),
            ("(129900)", Amounts::Minor, 2, -129_900),
            ("+7", Amounts::Minor, 0, 7),
            ("1299", PLAIN, 2, 129_900),
            ("1299.5", PLAIN, 2, 129_950),
            ("-1299.05", PLAIN, 2, -129_905),
            ("0.00", PLAIN, 2, 0),
            ("1299.000", PLAIN, 2, 129_900),
            ("1299", PLAIN, 0, 1_299),
            ("1299.00", PLAIN, 0, 1_299),
            ("1.500", PLAIN, 3, 1_500),
            ("1.299,05", GERMAN, 2, 129_905),
            ("1.000.000,00", GERMAN, 2, 100_000_000),
            ("999,9", GERMAN, 2, 99_990),
        ] {
            assert_eq!(read(text, amounts, exponent), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_not_exactly_an_amount_is_none() {
        for (text, amounts, exponent) in [
            ("", Amounts::Minor, 2),
            ("-", Amounts::Minor, 2),
            ("--1", Amounts::Minor, 2),
            ("12.5", Amounts::Minor, 2),
            ("1e3", Amounts::Minor, 2),
            ("12345678901234567", Amounts::Minor, 2),
            ("PHP 5", Amounts::Minor, 2),
            ("12.345", PLAIN, 2),
            (".5", PLAIN, 2),
            ("1,299.00", PLAIN, 2),
            ("12,99.00", PLAIN, 2),
            ("1.29,00", GERMAN, 2),
            ("1.2990,00", GERMAN, 2),
            ("0.5", PLAIN, 0),
            ("９", Amounts::Minor, 0),
        ] {
            assert_eq!(read(text, amounts, exponent), None, "{text}");
        }
    }
}
