//! What a cart costs. Pure: the catalogue and the wish in, lines, problems and total out.

use std::collections::HashMap;

use shop_api::{LineProblem, LineProblemCode, MinorUnits, MoneyError, RequestedLine, Sku};

use crate::lifecycle::Line;
use crate::store::{StoredCatalog, StoredProduct, StoredVariant};

/// A cart with its prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Priced {
    /// The lines that can be priced, in the order asked for.
    pub lines: Vec<Line>,
    /// What stands in the way.
    pub problems: Vec<LineProblem>,
    /// The sum of the lines, to the unit.
    pub total: MinorUnits,
}

/// Prices a cart. A line that can't be had as asked is priced all the same, so that the shopper sees what
/// it would cost; one that isn't sold is only a problem.
///
/// # Errors
/// [`MoneyError::TooLarge`] when the total has more than 16 digits.
pub fn price(
    catalog: &StoredCatalog,
    wanted: &[RequestedLine],
    max_quantity_per_line: u32,
) -> Result<Priced, MoneyError> {
    let by_sku: HashMap<&Sku, (&StoredProduct, &StoredVariant)> = catalog
        .products
        .iter()
        .flat_map(|product| product.variants.iter().map(move |variant| (&variant.sku, (product, variant))))
        .collect();
    let mut priced = Priced { lines: Vec::new(), problems: Vec::new(), total: MinorUnits::ZERO };
    for wish in wanted {
        let Some((product, variant)) = by_sku.get(&wish.sku) else {
            let (sku, code) = (wish.sku.clone(), LineProblemCode::UnknownSku);
            priced.problems.push(LineProblem { sku, code, available: 0 });
            continue;
        };
        priced.problems.extend(problem(variant, wish.quantity, max_quantity_per_line));
        let total = variant.price.checked_mul(wish.quantity)?;
        priced.total = priced.total.checked_add(total)?;
        priced.lines.push(Line {
            sku: variant.sku.clone(),
            name: product.name.clone(),
            variant_name: variant.name.clone(),
            image: product.image.clone(),
            quantity: wish.quantity,
            unit_price: variant.price,
            total,
        });
    }
    Ok(priced)
}

/// How many units of a variant an order may have now, and how many it may have at most.
pub fn limits(variant: &StoredVariant, max_quantity_per_line: u32) -> (u32, u32) {
    (variant.on_hand.saturating_sub(variant.reserved), variant.max_per_order.min(max_quantity_per_line))
}

fn problem(variant: &StoredVariant, quantity: u32, max_quantity_per_line: u32) -> Option<LineProblem> {
    let (left, most) = limits(variant, max_quantity_per_line);
    let code = if left == 0 {
        LineProblemCode::OutOfStock
    } else if quantity > most {
        LineProblemCode::QuantityLimit
    } else if quantity > left {
        LineProblemCode::InsufficientStock
    } else {
        return None;
    };
    Some(LineProblem { sku: variant.sku.clone(), code, available: left.min(most) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shop_api::Currency;

    use super::*;
    use crate::store::StoredCategory;

    fn variant(sku: &str, price: u64, on_hand: u32, reserved: u32) -> StoredVariant {
        let price = MinorUnits::new(price).unwrap();
        StoredVariant { sku: sku.into(), name: String::new(), price, on_hand, reserved, max_per_order: 10 }
    }

    fn catalog(variants: Vec<StoredVariant>) -> StoredCatalog {
        StoredCatalog {
            shop_name: "Shop".into(),
            tagline: String::new(),
            currency: Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() },
            categories: vec![StoredCategory { id: "c".into(), name: "C".into() }],
            products: vec![StoredProduct {
                id: "p".into(),
                name: "P".into(),
                description: String::new(),
                category_id: "c".into(),
                image: "p.svg".into(),
                variants,
            }],
        }
    }

    fn wish(sku: &str, quantity: u32) -> RequestedLine {
        RequestedLine { sku: sku.into(), quantity }
    }

    #[test]
    fn each_reason_why_a_line_cant_be_had_is_named() {
        let catalog = catalog(vec![
            variant("plenty", 100, 50, 0),
            variant("few", 100, 5, 3),
            variant("none", 100, 4, 4),
        ]);
        let priced =
            price(&catalog, &[wish("plenty", 11), wish("few", 3), wish("none", 1), wish("gone", 1)], 99)
                .unwrap();
        let found: Vec<_> =
            priced.problems.iter().map(|p| (p.sku.as_str(), p.code.as_str(), p.available)).collect();
        assert_eq!(
            found,
            [
                ("plenty", "quantity_limit", 10),
                ("few", "insufficient_stock", 2),
                ("none", "out_of_stock", 0),
                ("gone", "unknown_sku", 0)
            ]
        );
        assert_eq!(priced.lines.len(), 3);
    }

    #[test]
    fn a_total_that_the_wire_cant_carry_is_refused() {
        let catalog = catalog(vec![variant("dear", MinorUnits::MAX.value(), 10, 0)]);
        assert_eq!(price(&catalog, &[wish("dear", 2)], 99), Err(MoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn lines_add_up_to_the_total(prices in prop::collection::vec((0u64..1_000_000, 1u32..999), 1..20)) {
            let variants = prices.iter().enumerate().map(|(i, (price, _))| variant(&format!("s{i}"), *price, 999, 0));
            let catalog = catalog(variants.collect());
            let wishes: Vec<_> =
                prices.iter().enumerate().map(|(i, (_, quantity))| wish(&format!("s{i}"), *quantity)).collect();
            let priced = price(&catalog, &wishes, 999).unwrap();
            let expected: u64 = prices.iter().map(|(price, quantity)| price * u64::from(*quantity)).sum();
            prop_assert_eq!(priced.total.value(), expected);
            let sum: u64 = priced.lines.iter().map(|line| line.total.value()).sum();
            prop_assert_eq!(sum, expected);
        }
    }
}
