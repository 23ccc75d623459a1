//! Limits and minima of what is sold, taken off and delivered: each at its bound, and one unit beyond.

use shop_api::{CouponRefusalCode, DeliveryRefusalCode, LineProblemCode, MinorUnits};

use super::fixtures::{
    Asked, coupon, discount, manila, method, percent, pesos, priced, product, shop, tea_and_mug, wish,
};
use super::*;
use crate::goods::StoredVariant;

#[test]
fn each_limit_holds_at_its_bound_and_not_before() {
    let limited = |change: fn(&mut StoredVariant)| {
        let mut catalog = tea_and_mug(Terms::default());
        let tea = &mut catalog.products[0].variants[0];
        (tea.on_hand, tea.reserved, tea.max_per_order) = (30, 10, 12);
        change(tea);
        move |quantity: u32| {
            let priced = priced(&catalog, &[wish("tea", quantity)], &Asked::default());
            priced.problems.first().map(|problem| (problem.code.clone(), problem.available))
        }
    };
    let most = limited(|_| {});
    assert_eq!(most(12), None);
    assert_eq!(most(13), Some((LineProblemCode::QuantityLimit, 12)));
    let left = limited(|tea| tea.max_per_order = 50);
    assert_eq!(left(20), None);
    assert_eq!(left(21), Some((LineProblemCode::InsufficientStock, 20)));
    let least = limited(|tea| tea.min_per_order = 3);
    assert_eq!(least(3), None);
    assert_eq!(least(2), Some((LineProblemCode::BelowMinimum, 3)));
    let last = limited(|tea| (tea.on_hand, tea.min_per_order) = (13, 3));
    assert_eq!(last(3), None, "the fewest that one may have are left");
    let too_few = limited(|tea| (tea.on_hand, tea.min_per_order) = (12, 3));
    assert_eq!(too_few(3), Some((LineProblemCode::OutOfStock, 0)));
    let own = limited(|tea| tea.max_per_customer = Some(5));
    assert_eq!(own(5), None);
    assert_eq!(own(6), Some((LineProblemCode::CustomerLimit, 5)));
}

#[test]
fn a_minimum_is_reached_by_as_much_and_not_by_less() {
    // A tea costs 100.00.
    for (minimum, is_reached) in [(10_000, true), (10_001, false)] {
        let rule =
            DiscountRule { minimum: pesos(minimum), ..discount("Sale", PerWhat::Order, percent("10")) };
        let saving = Coupon { minimum: pesos(minimum), ..coupon("SAVE-10", percent("10")) };
        let post = DeliveryMethod { minimum: pesos(minimum), ..method("post", 500) };
        let of = |terms: Terms, asked: Asked| priced(&tea_and_mug(terms), &[wish("tea", 1)], &asked);
        let cheaper = of(Terms { discounts: vec![rule], ..Terms::default() }, Asked::default());
        assert_eq!(cheaper.breakdown.off().value(), if is_reached { 1_000 } else { 0 });
        let with_code = Asked { coupon: Some("SAVE-10".into()), ..Asked::default() };
        let judged = of(Terms { coupons: vec![saving], ..Terms::default() }, with_code).coupon.unwrap();
        let below = CouponRefusalCode::BelowMinimum;
        assert_eq!(judged.verdict.err().map(|refusal| refusal.code), (!is_reached).then_some(below));
        let to = Asked { to: Some(manila()), ..Asked::default() };
        let offer = of(Terms { delivery: vec![post], ..Terms::default() }, to).deliveries.remove(0);
        let below = DeliveryRefusalCode::BelowMinimum;
        assert_eq!(offer.refusal.map(|refusal| refusal.code), (!is_reached).then_some(below));
    }
}

#[test]
fn a_delivery_takes_so_many_units_and_not_one_more() {
    let small = DeliveryMethod { max_units: Some(2), to_address: false, ..method("small", 100) };
    let catalog = tea_and_mug(Terms { delivery: vec![small], ..Terms::default() });
    let refused = |quantity| {
        let offer = priced(&catalog, &[wish("tea", quantity)], &Asked::default()).deliveries.remove(0);
        offer.refusal.map(|refusal| (refusal.code, refusal.most))
    };
    assert_eq!(refused(2), None);
    assert_eq!(refused(3), Some((DeliveryRefusalCode::TooManyUnits, Some(2))));
}

#[test]
fn what_takes_nothing_off_is_not_shown_and_a_coupon_says_so() {
    let gift = || shop(vec![product("gift", 0)], Terms::default());
    let all = percent("10");
    let rule = discount("Sale", PerWhat::Order, all.clone());
    let terms = Terms { discounts: vec![rule], coupons: vec![coupon("SAVE-10", all)], ..Terms::default() };
    let asked = Asked { coupon: Some("SAVE-10".into()), ..Asked::default() };
    let free = priced(&crate::goods::StoredCatalog { terms, ..gift() }, &[wish("gift", 1)], &asked);
    assert!(free.breakdown.parts().discounts.is_empty());
    assert_eq!(free.coupon.unwrap().verdict.unwrap_err().code, CouponRefusalCode::NothingEligible);
    assert_eq!(free.breakdown.total(), MinorUnits::ZERO);
}

#[test]
fn a_coupons_code_is_made_of_letters_digits_and_dashes() {
    let read = |text: &str| CouponCode::parse(text).map(String::from);
    assert_eq!(read(" save-10 "), Some("SAVE-10".to_owned()));
    let longest = "A".repeat(32);
    assert_eq!(read(&longest), Some(longest.clone()));
    for refused in ["AB", &format!("{longest}A"), "SAVE 10", "SAVE_10", "ÉTÉ-10"] {
        assert_eq!(read(refused), None, "{refused}");
    }
}
