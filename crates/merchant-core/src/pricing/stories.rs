//! Carts and their prices, case by case.

use shop_api::{CouponRefusalCode, DeliveryRefusalCode, LineProblemCode, MinorUnits, MoneyError, Timestamp};

use super::fixtures::*;
use super::*;

fn with_code(code: &str) -> Asked {
    Asked { coupon: Some(code.into()), ..Asked::default() }
}

fn totals(priced: &Priced) -> (u64, u64, u64, u64, u64) {
    let breakdown = &priced.breakdown;
    let parts =
        (breakdown.subtotal(), breakdown.off(), breakdown.delivery(), breakdown.tax(), breakdown.total());
    (parts.0.value(), parts.1.value(), parts.2.value(), parts.3.value(), parts.4.value())
}

/// The example of docs/pricing.md.
fn example() -> Priced {
    let tea = DiscountRule {
        items: Scope { categories: vec!["tea".into()], skus: Vec::new() },
        ..discount("Tea week", PerWhat::Line, percent("10"))
    };
    let mut terms = Terms { tax: vat(false, "12"), discounts: vec![tea], ..Terms::default() };
    terms.coupons = vec![coupon("WELCOME", Reduction::Amount(pesos(10_000)))];
    terms.delivery = vec![method("standard", 8_000)];
    let catalog = shop(vec![product("tea", 9_999), product("mug", 25_000)], terms);
    let asked = Asked { to: Some(manila()), ..with_code("welcome") };
    priced(&catalog, &[wish("tea", 3), wish("mug", 1)], &asked)
}

#[test]
fn the_worked_example_of_the_documentation() {
    let priced = example();
    assert_eq!(totals(&priced), (54_997, 13_000, 8_000, 6_000, 55_997));
    let parts: Vec<_> = priced.lines.iter().map(|line| line.parts).collect();
    let shown: Vec<_> = parts
        .iter()
        .map(|part| (part.discount.value(), part.order_discount.value(), part.tax.value()))
        .collect();
    assert_eq!(shown, [(3_000, 5_192, 2_617), (0, 4_808, 2_423)]);
    assert_eq!(priced.breakdown.parts().delivery.as_ref().unwrap().tax.value(), 960);
    let of_lines: Vec<_> = priced.lines.iter().map(|line| priced.breakdown.of_line(line).value()).collect();
    assert_eq!(of_lines, [24_422, 22_615]);
    assert_eq!(priced.breakdown.of_delivery().value(), 8_960);
}

#[test]
fn what_the_documentation_gives_back_of_its_example() {
    let Priced { lines, breakdown, .. } = example();
    let nothing = RefundShare::nothing(lines.len());
    let teas = |given: &RefundShare, quantity: u32| {
        let scope = RefundScope::Units { units: &[("tea".into(), quantity)], with_delivery: false };
        refund_share(&lines, &breakdown, given, scope).unwrap()
    };
    let (one, two, three) = (teas(&nothing, 1), teas(&nothing, 2), teas(&nothing, 3));
    assert_eq!([&one, &two, &three].map(|share| share.total().value()), [8_141, 16_282, 24_422]);
    assert_eq!(teas(&one, 2).total().value(), 16_281);
    let sum = refund_share(&lines, &breakdown, &nothing, RefundScope::Amount(units(10_000))).unwrap();
    let of_lines: Vec<_> = sum.lines.iter().map(|part| part.amount.value()).collect();
    assert_eq!((of_lines, sum.delivery.amount.value()), (vec![4_361, 4_039], 1_600));
    assert_eq!(teas(&sum, 3).total().value(), 24_422, "units cost what they cost");
    assert_eq!(teas(&sum, 3).lines[0].amount.value(), 24_422 - 4_361, "the rest comes from the other parts");
    let part = teas(&sum, 3).lines[0];
    assert_eq!(
        (part.tax, part.discount),
        (units(2_617 - 467), units(8_192 - 1_462)),
        "all that was left of both"
    );
    assert_eq!((sum.lines[0].tax.value(), sum.lines[0].discount.value()), (467, 1_462));
}

#[test]
fn tax_inside_prices_changes_no_total() {
    let catalog = tea_and_mug(Terms { tax: vat(true, "12"), ..Terms::default() });
    let priced = priced(&catalog, &[wish("tea", 1)], &Asked::default());
    assert_eq!(totals(&priced), (10_000, 0, 0, 1_071, 10_000));
}

#[test]
fn discounts_follow_one_another_and_never_take_more_than_there_is() {
    let order = DiscountRule {
        minimum: pesos(15_000),
        ..discount("Big basket", PerWhat::Order, Reduction::Amount(pesos(100_000)))
    };
    let piece = discount("One off each", PerWhat::Line, Reduction::Amount(pesos(1_000)));
    let catalog = tea_and_mug(Terms { discounts: vec![piece, order], ..Terms::default() });
    let small = priced(&catalog, &[wish("tea", 1)], &Asked::default());
    assert_eq!(totals(&small), (10_000, 1_000, 0, 0, 9_000), "below the minimum of the second");
    let large = priced(&catalog, &[wish("tea", 2)], &Asked::default());
    assert_eq!(totals(&large), (20_000, 20_000, 0, 0, 0), "an order may cost nothing");
    let labels: Vec<_> =
        large.breakdown.parts().discounts.iter().map(|d| (d.label.as_str(), d.amount.value())).collect();
    assert_eq!(labels, [("One off each", 2_000), ("Big basket", 18_000)]);
}

#[test]
fn a_discount_holds_in_its_time_only() {
    let mut rule = discount("Week", PerWhat::Order, percent("10"));
    rule.valid = Window { from: Some(Timestamp(NOW.0 + 1)), until: None };
    let catalog = tea_and_mug(Terms { discounts: vec![rule.clone()], ..Terms::default() });
    assert_eq!(priced(&catalog, &[wish("tea", 1)], &Asked::default()).breakdown.off().value(), 0);
    rule.valid = Window { from: Some(NOW), until: Some(Timestamp(NOW.0 + 1)) };
    let catalog = tea_and_mug(Terms { discounts: vec![rule], ..Terms::default() });
    assert_eq!(priced(&catalog, &[wish("tea", 1)], &Asked::default()).breakdown.off().value(), 1_000);
}

#[test]
fn each_reason_why_a_coupon_takes_nothing_off_is_named() {
    let of = |change: fn(&mut Coupon)| {
        let mut coupon = coupon("SAVE-10", percent("10"));
        change(&mut coupon);
        tea_and_mug(Terms { coupons: vec![coupon], ..Terms::default() })
    };
    let refusal = |catalog: &crate::goods::StoredCatalog, asked: &Asked| {
        let priced = priced(catalog, &[wish("tea", 1)], asked);
        assert_eq!(priced.breakdown.off(), MinorUnits::ZERO);
        priced.coupon.unwrap().verdict.unwrap_err()
    };
    let save = with_code(" save-10 ");
    let used = |all, by_customer| Asked {
        dealings: Dealings { coupon_uses: all, coupon_uses_by_customer: by_customer, ..Dealings::default() },
        ..save.clone()
    };
    for (catalog, asked, code) in [
        (of(|_| ()), with_code("SAVE-20"), CouponRefusalCode::Unknown),
        (of(|_| ()), with_code("no such thing!"), CouponRefusalCode::Unknown),
        (of(|c| c.valid.from = Some(Timestamp(NOW.0 + 1))), save.clone(), CouponRefusalCode::NotYetValid),
        (of(|c| c.valid.until = Some(NOW)), save.clone(), CouponRefusalCode::Expired),
        (of(|c| c.minimum = pesos(10_001)), save.clone(), CouponRefusalCode::BelowMinimum),
        (of(|c| c.items.skus = vec!["mug".into()]), save.clone(), CouponRefusalCode::NothingEligible),
        (of(|c| c.uses = Some(7)), used(7, 0), CouponRefusalCode::UsedUp),
        (of(|c| c.uses_per_customer = Some(1)), used(1, 1), CouponRefusalCode::UsedUpByCustomer),
        (
            of(|c| c.takes = Reduction::Amount(PriceList::from([("JPY".into(), units(1))]))),
            save.clone(),
            CouponRefusalCode::WrongCurrency,
        ),
    ] {
        assert_eq!(refusal(&catalog, &asked).code, code);
    }
    let minimum = refusal(&of(|c| c.minimum = pesos(10_001)), &save).minimum;
    assert_eq!(minimum, Some(units(10_001)), "the shopper is told for how much to order");
}

#[test]
fn a_coupon_takes_off_what_it_covers_only() {
    let mut coupon = coupon("MUGS", Reduction::Amount(pesos(30_000)));
    coupon.items.categories = vec!["mug".into()];
    let catalog = tea_and_mug(Terms { coupons: vec![coupon], ..Terms::default() });
    let priced = priced(&catalog, &[wish("tea", 1), wish("mug", 1)], &with_code("mugs"));
    assert_eq!(totals(&priced), (35_000, 25_000, 0, 0, 10_000));
    assert_eq!(priced.lines[0].parts.order_discount, MinorUnits::ZERO);
    assert_eq!(priced.coupon.unwrap().verdict.unwrap().code.as_str(), "MUGS");
}

#[test]
fn each_reason_why_a_delivery_cant_be_had_is_named() {
    let of = |change: fn(&mut DeliveryMethod)| {
        let mut standard = method("standard", 8_000);
        change(&mut standard);
        tea_and_mug(Terms { delivery: vec![standard], ..Terms::default() })
    };
    let to = |change: fn(&mut shop_api::Address)| {
        let mut to = manila();
        change(&mut to);
        Asked { to: Some(to), ..Asked::default() }
    };
    for (catalog, asked, code) in [
        (of(|_| ()), Asked::default(), Some(DeliveryRefusalCode::NeedsAddress)),
        (
            of(|m| m.countries = vec!["PH".into()]),
            to(|a| a.country = "JP".into()),
            Some(DeliveryRefusalCode::CountryNotServed),
        ),
        (of(|m| m.regions = vec!["Cebu".into()]), to(|_| ()), Some(DeliveryRefusalCode::RegionNotServed)),
        (of(|m| m.regions = vec!["metro manila".into()]), to(|_| ()), None),
        (of(|m| m.minimum = pesos(10_001)), to(|_| ()), Some(DeliveryRefusalCode::BelowMinimum)),
        (of(|m| m.max_units = Some(0)), to(|_| ()), Some(DeliveryRefusalCode::TooManyUnits)),
        (of(|m| m.to_address = false), Asked::default(), None),
    ] {
        let asked = Asked { delivery: Some("standard".into()), ..asked };
        let priced = priced(&catalog, &[wish("tea", 1)], &asked);
        assert_eq!(priced.deliveries[0].refusal.as_ref().map(|refusal| refusal.code.clone()), code);
        assert_eq!(priced.can_be_delivered, code.is_none());
        assert_eq!(priced.breakdown.delivery().value(), 8_000, "its price is shown all the same");
    }
}

#[test]
fn the_first_delivery_that_can_be_had_is_chosen_unless_another_is_asked_for() {
    let pick_up = DeliveryMethod { to_address: false, ..method("pick-up", 0) };
    let catalog =
        tea_and_mug(Terms { delivery: vec![method("standard", 8_000), pick_up], ..Terms::default() });
    let chosen = |asked: &Asked| {
        let priced = priced(&catalog, &[wish("tea", 1)], asked);
        priced.breakdown.parts().delivery.as_ref().unwrap().method.clone()
    };
    assert_eq!(chosen(&Asked::default()), "pick-up", "standard needs an address");
    assert_eq!(chosen(&Asked { to: Some(manila()), ..Asked::default() }), "standard");
    let asked = Asked { delivery: Some("standard".into()), ..Asked::default() };
    assert_eq!(chosen(&asked), "standard", "so that the shopper sees what it costs");
    let gone = Asked { delivery: Some("drone".into()), ..Asked::default() };
    assert_eq!(chosen(&gone), "pick-up");
}

#[test]
fn delivery_costs_by_piece_and_is_free_from_a_sum_on() {
    let standard = DeliveryMethod {
        price_per_unit: pesos(500),
        free_from: pesos(30_000),
        to_address: false,
        ..method("standard", 8_000)
    };
    let catalog = tea_and_mug(Terms { delivery: vec![standard], ..Terms::default() });
    let cost =
        |quantity| priced(&catalog, &[wish("tea", quantity)], &Asked::default()).breakdown.delivery().value();
    assert_eq!((cost(1), cost(2), cost(3)), (8_500, 9_000, 0));
}

#[test]
fn what_has_no_price_in_a_currency_isnt_sold_there() {
    let mut catalog = tea_and_mug(Terms { delivery: vec![method("standard", 8_000)], ..Terms::default() });
    catalog.products[1].variants[0].prices.insert("JPY".into(), units(600));
    let asked = Asked { currency: Some("JPY"), ..Asked::default() };
    let priced = priced(&catalog, &[wish("tea", 1), wish("mug", 2)], &asked);
    assert_eq!(priced.problems.len(), 1);
    assert_eq!(
        (priced.problems[0].sku.as_str(), &priced.problems[0].code),
        ("tea", &LineProblemCode::UnknownSku)
    );
    assert_eq!(priced.breakdown.total().value(), 1_200);
    assert!(priced.deliveries.is_empty(), "a delivery without a price in it isn't offered");
    assert!(!priced.can_be_delivered);
}

#[test]
fn each_reason_why_a_line_cant_be_had_is_named() {
    let line = |change: fn(&mut crate::goods::StoredVariant), quantity: u32| {
        let mut catalog = tea_and_mug(Terms::default());
        change(&mut catalog.products[0].variants[0]);
        let dealings = Dealings { units: vec![("tea".into(), 4)], ..Dealings::default() };
        let priced = priced(&catalog, &[wish("tea", quantity)], &Asked { dealings, ..Asked::default() });
        priced.problems.first().map(|problem| (problem.code.as_str().to_owned(), problem.available))
    };
    let named = |code: &str, available| Some((code.to_owned(), available));
    assert_eq!(line(|v| v.max_per_order = 10, 11), named("quantity_limit", 10));
    assert_eq!(line(|v| v.on_hand = 2, 3), named("insufficient_stock", 2));
    assert_eq!(line(|v| v.reserved = 999, 1), named("out_of_stock", 0));
    assert_eq!(line(|v| v.step = 6, 7), named("quantity_step", 6));
    assert_eq!(line(|v| v.step = 6, 12), None);
    assert_eq!(line(|v| v.min_per_order = 3, 2), named("below_minimum", 3));
    assert_eq!(line(|v| v.max_per_customer = Some(6), 2), None);
    assert_eq!(line(|v| v.max_per_customer = Some(6), 3), named("customer_limit", 2));
    let short_of_a_step = |v: &mut crate::goods::StoredVariant| (v.step, v.on_hand) = (6, 5);
    assert_eq!(line(short_of_a_step, 6), named("out_of_stock", 0), "nothing of it can be ordered");
    let catalog = tea_and_mug(Terms::default());
    let unknown = priced(&catalog, &[wish("cup", 1)], &Asked::default());
    assert_eq!(unknown.problems[0].code, LineProblemCode::UnknownSku);
}

#[test]
fn a_total_that_the_wire_cant_carry_is_refused() {
    let catalog = shop(vec![product("dear", MinorUnits::MAX.value())], Terms::default());
    let dealings = Dealings::default();
    let shop = Shop {
        catalog: &catalog,
        currency: &peso(),
        now: NOW,
        max_quantity_per_line: 99,
        dealings: &dealings,
    };
    let basket = Basket { lines: &[wish("dear", 2)], coupon: None, delivery: None, to: None };
    assert_eq!(price(&shop, &basket), Err(MoneyError::TooLarge));
}

#[test]
fn what_changed_since_a_quote_is_told_thing_by_thing() {
    let terms = || Terms {
        tax: vat(false, "12"),
        coupons: vec![coupon("SAVE-10", percent("10"))],
        delivery: vec![method("standard", 8_000)],
        ..Terms::default()
    };
    let asked = Asked { to: Some(manila()), delivery: Some("standard".into()), ..with_code("SAVE-10") };
    let lines = [wish("tea", 1), wish("mug", 1)];
    let told = |change: fn(&mut crate::goods::StoredCatalog)| {
        let quoted = priced(&tea_and_mug(terms()), &lines, &asked);
        let mut catalog = tea_and_mug(terms());
        change(&mut catalog);
        let now = priced(&catalog, &lines, &asked);
        let quoted = Quoted { lines: &quoted.lines, breakdown: &quoted.breakdown, with_coupon: true };
        let changes = changes(&quoted, &now);
        let text = |change: &shop_api::QuoteChange| {
            let amounts =
                change.from.zip(change.to).map(|(from, to)| format!(" {from}>{to}")).unwrap_or_default();
            let sku = change.sku.as_ref().map(|sku| format!(" {sku}")).unwrap_or_default();
            let reason = change.reason.as_ref().map(|reason| format!(" {reason}")).unwrap_or_default();
            let left = change.available.map(|left| format!(", {left} left")).unwrap_or_default();
            format!("{}{sku}{amounts}{reason}{left}", change.code.as_str())
        };
        changes.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(told(|_| ()), Vec::<String>::new());
    assert_eq!(
        told(|c| c.products[0].name = "Green tea".into()),
        Vec::<String>::new(),
        "a name costs nothing"
    );
    assert_eq!(told(|c| c.products[0].variants[0].on_hand = 0), ["line tea out_of_stock, 0 left"]);
    assert_eq!(
        told(|c| c.products[0].variants[0].min_per_order = 7),
        ["line tea below_minimum, 7 left"],
        "what it would take"
    );
    assert_eq!(
        told(|c| {
            c.products.remove(1);
        })[0],
        "line mug unknown_sku, 0 left"
    );
    assert_eq!(
        told(|c| c.products[0].variants[0].prices = pesos(12_000)),
        ["price tea 10000>12000", "discount 3500>3700", "tax 4740>4956"]
    );
    assert_eq!(
        told(|c| c.terms.coupons[0].valid.until = Some(NOW)),
        ["coupon expired", "discount 3500>0", "tax 4740>5160"]
    );
    assert_eq!(told(|c| c.terms.delivery[0].price = pesos(9_000)), ["delivery 8000>9000", "tax 4740>4860"]);
    assert_eq!(told(|c| c.terms.delivery[0].countries = vec!["JP".into()]), ["delivery country_not_served"]);
    assert_eq!(told(|c| c.terms.tax = vat(false, "10"))[1], "tax 4740>3950");
    assert_eq!(told(|c| c.terms.tax = None)[1], "tax 4740>0");
}

#[test]
fn the_delivery_that_is_asked_for_is_priced_and_else_the_first_that_can_be_had() {
    let delivery = vec![method("slow", 100), method("fast", 900)];
    let terms = Terms { delivery, ..Terms::default() };
    let catalog = tea_and_mug(terms);
    let chosen = |wanted: Option<&str>| {
        let asked = Asked { delivery: wanted.map(str::to_owned), to: Some(manila()), ..Asked::default() };
        let priced = priced(&catalog, &[wish("tea", 1)], &asked);
        priced.breakdown.parts().delivery.as_ref().unwrap().method.clone()
    };
    assert_eq!([chosen(Some("slow")), chosen(Some("fast")), chosen(None)], ["slow", "fast", "slow"]);
    let small = DeliveryMethod { max_units: Some(1), to_address: false, ..method("small", 100) };
    let catalog = tea_and_mug(Terms { delivery: vec![small, method("post", 100)], ..Terms::default() });
    let nowhere_yet = priced(&catalog, &[wish("tea", 2)], &Asked::default());
    let refusals: Vec<_> =
        nowhere_yet.deliveries.iter().map(|offer| offer.refusal.as_ref().unwrap().code.clone()).collect();
    assert_eq!(refusals[1], DeliveryRefusalCode::NeedsAddress);
    assert_ne!(refusals[0], DeliveryRefusalCode::NeedsAddress);
    assert_eq!(
        nowhere_yet.breakdown.parts().delivery.as_ref().unwrap().method,
        "post",
        "it only lacks an address"
    );
}
