//! The laws of pricing over random shops, carts and refunds.

use proptest::prelude::*;
use shop_api::{MinorUnits, RequestedLine};

use super::fixtures::*;
use super::*;
use crate::goods::StoredCatalog;
use crate::lifecycle::{Breakdown, Line, ShopView, shop_breakdown};
use crate::pricing::rounding::Rate;

/// A shop and what somebody wants of it.
#[derive(Clone, Debug)]
struct Case {
    catalog: StoredCatalog,
    lines: Vec<RequestedLine>,
    asked: Asked,
}

fn rate() -> impl Strategy<Value = Rate> {
    (0u32..=100_000)
        .prop_map(|value| Rate::parse(&format!("{}.{:03}", value / 1_000, value % 1_000)).unwrap())
}

fn reduction() -> impl Strategy<Value = Reduction> {
    prop_oneof![
        rate().prop_map(Reduction::Percent),
        (0u64..50_000).prop_map(|amount| Reduction::Amount(pesos(amount))),
    ]
}

/// Everything, or some of the products.
fn scope(products: usize) -> impl Strategy<Value = Scope> {
    prop::collection::vec(0..products, 0..3).prop_map(|some| Scope {
        categories: some.into_iter().map(|index| format!("p{index}")).collect(),
        skus: Vec::new(),
    })
}

fn rule(products: usize) -> impl Strategy<Value = DiscountRule> {
    (any::<bool>(), reduction(), 0u64..20_000, scope(products)).prop_map(
        |(per_line, takes, minimum, items)| {
            let per = if per_line { PerWhat::Line } else { PerWhat::Order };
            DiscountRule { minimum: pesos(minimum), items, ..discount("rule", per, takes) }
        },
    )
}

fn delivery() -> impl Strategy<Value = DeliveryMethod> {
    (0u64..20_000, 0u64..500, prop::option::of(0u64..100_000), any::<bool>(), any::<bool>()).prop_map(
        |(price, each, free_from, to_address, reduced)| DeliveryMethod {
            price_per_unit: pesos(each),
            free_from: free_from.map(pesos).unwrap_or_default(),
            to_address,
            tax_class: if reduced { "reduced".into() } else { standard() },
            ..method("d", price)
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let products = prop::collection::vec((0u64..100_000, 1u32..30, any::<bool>()), 1..8);
    products.prop_flat_map(|products| {
        let count = products.len();
        let taxes = prop::option::of((any::<bool>(), rate(), rate()));
        let rules = prop::collection::vec(rule(count), 0..3);
        let coupon = prop::option::of((reduction(), scope(count)));
        let deliveries = prop::collection::vec(delivery(), 0..2);
        (Just(products), taxes, rules, coupon, deliveries).prop_map(
            |(products, taxes, discounts, used, deliveries)| {
                let tax = taxes.map(|(included, standard_rate, reduced)| TaxTerms {
                    label: "VAT".into(),
                    included,
                    rates: [(standard(), standard_rate), ("reduced".into(), reduced)].into(),
                });
                let coupons =
                    used.map(|(takes, items)| Coupon { items, ..super::fixtures::coupon("CODE", takes) });
                let terms = Terms {
                    tax,
                    discounts,
                    coupons: coupons.into_iter().collect(),
                    delivery: deliveries,
                    ..Terms::default()
                };
                let named = |(index, (price, _, reduced)): (usize, &(u64, u32, bool))| {
                    let mut product = product(&format!("p{index}"), *price);
                    if *reduced {
                        product.tax_class = "reduced".into();
                    }
                    product
                };
                let lines = products.iter().enumerate();
                let lines =
                    lines.map(|(index, (_, quantity, _))| wish(&format!("p{index}"), *quantity)).collect();
                let catalog = shop(products.iter().enumerate().map(named).collect(), terms);
                let asked = Asked { coupon: Some("code".into()), to: Some(manila()), ..Asked::default() };
                Case { catalog, lines, asked }
            },
        )
    })
}

/// What an order may be made of that isn't free.
pub(crate) fn priced_order() -> impl Strategy<Value = (Vec<Line>, Breakdown)> {
    let priced = case().prop_map(|case| priced(&case.catalog, &case.lines, &case.asked));
    let priced = priced.prop_map(|priced| (priced.lines, priced.breakdown));
    priced.prop_filter("it is free", |(_, breakdown)| breakdown.total() > MinorUnits::ZERO)
}

/// A refund, in parts of what is there.
#[derive(Clone, Debug)]
enum Giving {
    Units { line: usize, share: u32, with_delivery: bool },
    Amount { share: u32 },
}

fn giving() -> impl Strategy<Value = Giving> {
    prop_oneof![
        (0usize..8, 1u32..=100, prop::bool::weighted(0.2))
            .prop_map(|(line, share, with_delivery)| Giving::Units { line, share, with_delivery }),
        (1u32..=100).prop_map(|share| Giving::Amount { share }),
    ]
}

fn percent_of(value: u64, share: u32) -> u64 {
    value * u64::from(share) / 100
}

proptest! {
    #[test]
    fn all_parts_add_up_to_the_total(case in case()) {
        let priced = priced(&case.catalog, &case.lines, &case.asked);
        let view = ShopView { public_url: String::new() };
        let (lines, total) = (view.lines(&priced.lines, &priced.breakdown), priced.breakdown.total());
        prop_assert_eq!(shop_breakdown(&priced.breakdown).check(&lines, total), Ok(()));
        // And once more by hand, without what the code under test calls.
        let value = |amounts: &mut dyn Iterator<Item = MinorUnits>| amounts.map(MinorUnits::value).sum::<u64>();
        let subtotal: u64 = lines.iter().map(|line| line.unit_price.value() * u64::from(line.quantity)).sum();
        let discounts = value(&mut priced.breakdown.parts().discounts.iter().map(|discount| discount.amount));
        let tax = value(&mut lines.iter().map(|line| line.tax))
            + priced.breakdown.parts().delivery.as_ref().map_or(0, |delivery| delivery.tax.value());
        let on_top = if priced.breakdown.parts().tax_included { 0 } else { tax };
        prop_assert_eq!(total.value(), subtotal - discounts + priced.breakdown.delivery().value() + on_top);
    }

    #[test]
    fn a_breakdown_with_a_unit_astray_is_refused(case in case(), which in 0usize..6) {
        let priced = priced(&case.catalog, &case.lines, &case.asked);
        let (mut lines, mut parts) = (priced.lines.clone(), priced.breakdown.parts().clone());
        let one = units(1);
        let more = |amount: &mut MinorUnits| *amount = amount.checked_add(one).unwrap();
        match which {
            0 => more(&mut lines[0].subtotal),
            1 => more(&mut lines[0].parts.tax),
            2 => more(&mut lines[0].parts.order_discount),
            3 => parts.discounts.push(crate::lifecycle::Discount { label: "astray".into(), amount: one }),
            4 => match &mut parts.delivery {
                Some(delivery) => more(&mut delivery.tax),
                None => more(&mut lines[0].parts.discount),
            },
            _ => {
                let wrong = priced.breakdown.total().checked_add(one).unwrap();
                prop_assert!(Breakdown::restore(parts, &lines, wrong).is_err());
                return Ok(());
            }
        }
        prop_assert!(Breakdown::new(parts, &lines).is_err());
    }

    #[test]
    fn refunds_of_all_parts_sum_to_the_total_and_never_exceed_one(
        case in case(),
        givings in prop::collection::vec(giving(), 0..8),
    ) {
        let priced = priced(&case.catalog, &case.lines, &case.asked);
        let (lines, breakdown) = (&priced.lines, &priced.breakdown);
        let mut given = RefundShare::nothing(lines.len());
        for giving in givings {
            let left = breakdown.total().checked_sub(given.total()).unwrap();
            let share = match giving {
                Giving::Units { line, share, with_delivery } => {
                    let at = line % lines.len();
                    let (line, before) = (&lines[at], given.lines[at]);
                    let wanted = percent_of(u64::from(line.quantity - before.units), share);
                    let wanted = u32::try_from(wanted).unwrap();
                    let units = [(line.sku.clone(), wanted)];
                    let scope = RefundScope::Units { units: &units, with_delivery };
                    match refund_share(lines, breakdown, &given, scope) {
                        Ok(share) => {
                            let worth = share.lines[at].worth.value() + share.delivery.worth.value();
                            prop_assert_eq!(share.total().value(), worth, "units are given back at their price");
                            share
                        }
                        Err(ShareError::NoDelivery) => {
                            let had_one = breakdown.parts().delivery.is_some();
                            prop_assert!(with_delivery && (!had_one || given.delivery.units == 1));
                            continue;
                        }
                        Err(refused) => {
                            prop_assert_eq!(refused, ShareError::MoreThanIsLeft(left));
                            continue;
                        }
                    }
                }
                Giving::Amount { share } => {
                    let amount = units(percent_of(left.value(), share));
                    let share = refund_share(lines, breakdown, &given, RefundScope::Amount(amount)).unwrap();
                    prop_assert_eq!(share.total(), amount, "an amount is given back to the unit");
                    share
                }
            };
            prop_assert!(share.total() <= left);
            given = given.and(&share);
            for (part, line) in given.lines.iter().zip(lines) {
                prop_assert!(part.units <= line.quantity && part.worth <= breakdown.of_line(line));
                prop_assert!(part.amount <= breakdown.of_line(line) && part.tax <= line.parts.tax);
                prop_assert!(part.discount.value() <= line.parts.discount.value() + line.parts.order_discount.value());
                prop_assert!(part.tax <= part.amount || part.amount == MinorUnits::ZERO);
            }
            prop_assert!(given.delivery.amount <= breakdown.of_delivery());
        }
        let left = breakdown.total().checked_sub(given.total()).unwrap();
        let too_much = RefundScope::Amount(left.checked_add(units(1)).unwrap());
        prop_assert_eq!(refund_share(lines, breakdown, &given, too_much), Err(ShareError::MoreThanIsLeft(left)));
        given = given.and(&refund_share(lines, breakdown, &given, RefundScope::Amount(left)).unwrap());
        prop_assert_eq!(given.total(), breakdown.total());
        prop_assert_eq!((given.tax(), given.discount()), (breakdown.tax(), breakdown.off()));
    }

    #[test]
    fn unit_by_unit_every_line_is_given_back_whole(case in case()) {
        let priced = priced(&case.catalog, &case.lines, &case.asked);
        let (lines, breakdown) = (&priced.lines, &priced.breakdown);
        let mut given = RefundShare::nothing(lines.len());
        for line in lines {
            let mut costs = Vec::new();
            for _ in 0..line.quantity {
                let units = [(line.sku.clone(), 1)];
                let scope = RefundScope::Units { units: &units, with_delivery: false };
                let share = refund_share(lines, breakdown, &given, scope).unwrap();
                costs.push(share.total().value());
                given = given.and(&share);
            }
            let spread = costs.iter().max().unwrap() - costs.iter().min().unwrap();
            prop_assert!(spread <= 1, "equal units are given back alike: {costs:?}");
            let units = [(line.sku.clone(), 1)];
            let scope = RefundScope::Units { units: &units, with_delivery: false };
            let sku = line.sku.clone();
            prop_assert_eq!(
                refund_share(lines, breakdown, &given, scope),
                Err(ShareError::TooManyUnits { sku, left: 0 })
            );
        }
        let scope = RefundScope::Units { units: &[], with_delivery: true };
        if breakdown.parts().delivery.is_some() {
            given = given.and(&refund_share(lines, breakdown, &given, scope).unwrap());
        }
        prop_assert_eq!(refund_share(lines, breakdown, &given, scope), Err(ShareError::NoDelivery));
        prop_assert_eq!(given.total(), breakdown.total());
        prop_assert_eq!(given.tax(), breakdown.tax());
    }

    #[test]
    fn units_of_a_line_add_up_to_it_also_when_some_fail_in_between(
        case in case(),
        tries in prop::collection::vec((1u32..10, any::<bool>(), any::<prop::sample::Index>()), 1..12),
    ) {
        let priced = priced(&case.catalog, &case.lines, &case.asked);
        let (lines, breakdown) = (&priced.lines, &priced.breakdown);
        let line = &lines[0];
        let mut shares: Vec<RefundShare> = Vec::new();
        let given = |shares: &[RefundShare]| {
            shares.iter().fold(RefundShare::nothing(lines.len()), |given, share| given.and(share))
        };
        for (wanted, fails, which) in tries {
            let wanted = wanted.min(line.quantity - given(&shares).lines[0].units);
            let units = [(line.sku.clone(), wanted)];
            let scope = RefundScope::Units { units: &units, with_delivery: false };
            shares.push(refund_share(lines, breakdown, &given(&shares), scope).unwrap());
            if fails {
                shares.remove(which.index(shares.len()));
            }
        }
        let units = [(line.sku.clone(), line.quantity - given(&shares).lines[0].units)];
        if units[0].1 > 0 {
            let scope = RefundScope::Units { units: &units, with_delivery: false };
            shares.push(refund_share(lines, breakdown, &given(&shares), scope).unwrap());
            prop_assert_eq!(given(&shares).lines[0].amount, breakdown.of_line(line));
        }
    }
}
