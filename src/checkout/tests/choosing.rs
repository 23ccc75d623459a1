//! Coupon, delivery and address on the confirmation, and what became of the order's money and goods after.

use shop_api::{
    Address, Breakdown, CouponAnswer, CouponRefusal, CouponRefusalCode, Delivery, DeliveryOption,
    DeliveryRefusal, DeliveryRefusalCode, Discount, Fulfilment, FulfilmentStatus, MinorUnits, OrderStatus,
    Quote, Tax, Timestamp,
};

use crate::{
    event::{Event, Reply},
    intent::{CartIntent, ConfirmIntent, Intent, ShopIntent},
    testing::{
        address, answer, catalog, line, money, order, to_json, value_of,
        world::{CART, CONFIRM, RESULT, SHOP, World, quote},
    },
};

const PAY: Intent = Intent::Confirm(ConfirmIntent::Pay);

fn confirming() -> World {
    let mut world = World::open();
    world.fill_cart();
    world.confirm();
    world
}

fn choose(world: &mut World, intent: ConfirmIntent) {
    world.ask(CONFIRM, Intent::Confirm(intent));
}

/// The body of the quote that is asked for.
fn asked(world: &World) -> serde_json::Value {
    let (_, call) =
        world.calls.iter().find(|(_, call)| call.path == "/quotes").expect("a quote is asked for");
    to_json(call.body.as_ref().expect("a body"))
}

fn option(id: &str, price: u64, refusal: Option<DeliveryRefusalCode>) -> DeliveryOption {
    DeliveryOption {
        id: id.into(),
        label: id.to_uppercase(),
        price: money(price),
        needs_address: id != "pick-up",
        countries: vec!["PH".into()],
        refusal: refusal.map(|code| DeliveryRefusal { code, minimum: None, most: None }),
    }
}

/// A quote with two ways of delivery, of which one is chosen.
fn with_delivery(chosen: &str, refusal: Option<DeliveryRefusalCode>) -> Quote {
    let priced = if chosen == "standard" { 8_000 } else { 0 };
    let plain = quote("q-2");
    Quote {
        quote_id: plain.quote_id.filter(|_| refusal.is_none()),
        delivery_options: vec![option("pick-up", 0, None), option("standard", 8_000, refusal)],
        breakdown: Breakdown {
            delivery: Some(Delivery {
                id: chosen.into(),
                label: chosen.to_uppercase(),
                price: money(priced),
                tax_rate: "0".into(),
                tax: money(0),
                total: money(priced),
            }),
            ..plain.breakdown
        },
        total: money(109_050 + priced),
        ..plain
    }
}

#[test]
fn a_coupon_is_asked_for_with_the_next_quote_while_the_page_stays_as_it_is() {
    let mut world = confirming();
    choose(&mut world, ConfirmIntent::ApplyCoupon("  welcome ".into()));
    assert_eq!((world.phase(CONFIRM).as_str(), &world.view(CONFIRM)["mayPay"]), ("updating", &false.into()));
    assert_eq!(world.view(CONFIRM)["total"], "₱1,090.50", "the price before, until there is another");
    assert_eq!(asked(&world)["coupon"], "welcome");
    let discount = Discount { label: "Welcome".into(), amount: money(10_905) };
    let plain = quote("q-2");
    let off = Quote {
        coupon: Some(CouponAnswer { code: "WELCOME".into(), label: "Welcome".into(), refusal: None }),
        breakdown: Breakdown {
            discounts: vec![discount],
            taxes: vec![Tax { label: "VAT 12%".into(), rate: "12".into(), amount: money(10_516) }],
            ..plain.breakdown
        },
        total: money(98_145),
        ..plain
    };
    world.reply("/quotes", answer(&off));
    let rows = world.view(CONFIRM)["amounts"].as_array().unwrap().clone();
    let shown: Vec<_> = rows.iter().map(|row| (row["label"].clone(), row["amount"].clone())).collect();
    assert_eq!(
        serde_json::json!(shown),
        serde_json::json!([["Items", "₱1,090.50"], ["Welcome", "−₱109.05"], ["incl. VAT 12%", "₱105.16"]])
    );
    assert_eq!(world.view(CONFIRM)["coupon"]["problem"], "");
    choose(&mut world, ConfirmIntent::RemoveCoupon);
    assert_eq!(asked(&world)["coupon"], serde_json::Value::Null);
}

#[test]
fn a_refused_coupon_says_why_and_stops_nobody() {
    let mut world = confirming();
    choose(&mut world, ConfirmIntent::ApplyCoupon("BIG".into()));
    let refusal = CouponRefusal { code: CouponRefusalCode::BelowMinimum, minimum: Some(money(200_000)) };
    let coupon = Some(CouponAnswer { code: "BIG".into(), label: String::new(), refusal: Some(refusal) });
    world.reply("/quotes", answer(&Quote { coupon, ..quote("q-2") }));
    assert_eq!(world.view(CONFIRM)["coupon"]["problem"], "This coupon needs an order of ₱2,000.00");
    assert_eq!(world.view(CONFIRM)["mayPay"], true);
}

#[test]
fn a_delivery_that_needs_an_address_opens_a_form_and_names_what_is_wrong_in_it() {
    let mut world = confirming();
    choose(&mut world, ConfirmIntent::ApplyCoupon(String::new()));
    assert_eq!(world.phase(CONFIRM), "ready", "an empty field asks for nothing");
    world.ask(CART, Intent::Cart(CartIntent::Checkout));
    world.show(CONFIRM, crate::event::Screen::Confirm);
    world.reply("/quotes", answer(&with_delivery("pick-up", None)));
    assert!(world.view(CONFIRM)["address"].is_null(), "a pick-up goes nowhere");
    choose(&mut world, ConfirmIntent::ChooseDelivery("standard".into()));
    assert_eq!(asked(&world)["delivery"], "standard");
    world.reply("/quotes", answer(&with_delivery("standard", Some(DeliveryRefusalCode::NeedsAddress))));
    assert_eq!(world.notice(CONFIRM), None, "the form is open already");
    assert_eq!(world.view(CONFIRM)["address"]["form"]["country"], "PH", "most shops deliver to one country");
    let typed = Address { phone: "call me".into(), ..address() };
    choose(&mut world, ConfirmIntent::UseAddress(typed));
    let form = &world.view(CONFIRM)["address"]["form"];
    assert_eq!(
        (&form["wrong"], &form["name"]),
        (&"phone".into(), &"Maria Santos".into()),
        "what was typed stays"
    );
    choose(&mut world, ConfirmIntent::EditAddress);
    assert_eq!(world.view(CONFIRM)["address"]["form"]["name"], "Maria Santos", "and goes on staying");
    assert!(!world.is_asking("/quotes"));
    choose(&mut world, ConfirmIntent::UseAddress(Address { country: "ph".into(), ..address() }));
    assert_eq!(asked(&world)["address"]["country"], "PH");
    world.reply("/quotes", answer(&with_delivery("standard", None)));
    let view = world.view(CONFIRM);
    assert_eq!((&view["mayPay"], &view["payLabel"]), (&true.into(), &"Pay ₱1,170.50".into()));
    assert!(view["address"]["form"].is_null());
    assert!(view["address"]["summary"].as_str().unwrap().starts_with("Maria Santos"));
    assert_eq!(world.faults, []);
}

#[test]
fn a_delivery_that_lacks_an_address_asks_for_it() {
    let mut world = confirming();
    choose(&mut world, ConfirmIntent::ApplyCoupon("X".into()));
    world.reply("/quotes", answer(&with_delivery("standard", Some(DeliveryRefusalCode::NeedsAddress))));
    assert_eq!(world.notice(CONFIRM).as_deref(), Some("address_needed"));
    world.ask(CONFIRM, Intent::Notice);
    assert_eq!(world.view(CONFIRM)["address"]["form"]["country"], "PH");
    assert_eq!(world.notice(CONFIRM), None);
}

#[test]
fn what_changed_is_told_in_words_and_the_price_asked_for_anew() {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    let change = |code: &str,
                  sku: Option<&str>,
                  from: Option<&str>,
                  to: Option<&str>,
                  reason: Option<&str>| {
        serde_json::json!({ "code": code, "sku": sku, "from": from, "to": to, "available": 2, "reason": reason })
    };
    let body = serde_json::json!({
        "status": 409, "code": "quote_changed", "title": "t", "detail": "d", "orderId": null,
        "changes": [
            change("price", Some("mug"), Some("45050"), Some("48000"), None),
            change("line", Some("blend-250"), None, None, Some("insufficient_stock")),
            change("coupon", None, None, None, Some("expired")),
            change("delivery", None, None, None, Some("country_not_served")),
            change("tax", None, Some("100"), Some("120"), None),
            change("gift_wrap", None, None, None, None),
        ],
    });
    world.reply("/orders", Reply::Answer { status: 409, body: value_of(&body) });
    assert!(world.is_asking("/quotes"));
    world.reply("/quotes", answer(&quote("q-2")));
    assert_eq!(world.notice(CONFIRM).as_deref(), Some("price_changed"));
    assert_eq!(
        world.view(CONFIRM)["changes"],
        serde_json::json!([
            "Product mug costs ₱480.00 now, not ₱450.50",
            "Product blend-250: Only 2 left",
            "This coupon has expired",
            "Delivery: Doesn’t go to this country",
            "Tax: ₱1.20 now, not ₱1.00",
        ])
    );
    choose(&mut world, ConfirmIntent::ApplyCoupon("X".into()));
    assert_eq!(world.view(CONFIRM)["changes"], serde_json::json!([]), "the shopper has moved on");
}

#[test]
fn an_order_of_nothing_says_so_before_and_after() {
    let mut world = confirming();
    choose(&mut world, ConfirmIntent::ApplyCoupon("GRATIS".into()));
    world.reply("/quotes", answer(&Quote { total: MinorUnits::ZERO, ..quote("q-2") }));
    let view = world.view(CONFIRM);
    assert_eq!((&view["isFree"], &view["payLabel"]), (&true.into(), &"Place the order".into()));
    world.ask(CONFIRM, PAY);
    let mut free = order("o-1", 1);
    (free.status, free.total, free.attempt) = (OrderStatus::Paid, MinorUnits::ZERO, None);
    world.reply("/orders", answer(&free));
    world.leave_confirm_for("o-1");
    assert_eq!((world.phase(RESULT).as_str(), world.cashiers.len()), ("paid", 0));
    assert_eq!(world.view(RESULT)["headline"], "Ordered");
}

#[test]
fn a_paid_order_tells_how_far_it_is_and_what_was_given_back() {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    let mut paid = order("o-1", 1);
    paid.status = OrderStatus::Paid;
    paid.address = Some(address());
    world.reply("/orders", answer(&paid));
    world.leave_confirm_for("o-1");
    let shown = |world: &World| {
        let view = world.view(RESULT);
        let text = |name: &str| view[name].as_str().unwrap().to_owned();
        (text("headline"), text("message"), text("refund"))
    };
    assert_eq!(shown(&world).0, "Paid");
    let at = Timestamp(2_000);
    let tracking = Some("LBC 1234".to_owned());
    paid.fulfilment = Some(Fulfilment { status: FulfilmentStatus::Shipped, at, tracking });
    (paid.version, paid.refunded, paid.refunding) = (2, money(10_000), money(5_000));
    world.feed(Event::AppShown);
    world.poll(&paid);
    let (_, message, refund) = shown(&world);
    assert_eq!(message, "Your order is on its way");
    assert_eq!(refund, "₱100.00 was given back to your wallet, ₱50.00 is on its way");
    assert_eq!(world.view(RESULT)["fulfilment"]["tracking"], "LBC 1234");
    assert!(world.view(RESULT)["address"].as_str().unwrap().contains("Quezon City"));
    (paid.version, paid.refunded, paid.refunding) = (3, money(0), money(64_000));
    world.feed(Event::AppShown);
    world.poll(&paid);
    let (headline, message, _) = shown(&world);
    assert_eq!(
        (headline.as_str(), message.as_str()),
        ("Paid and given back", "₱640.00 is being given back to your wallet")
    );
}

#[test]
fn what_cant_be_chosen_is_a_misuse() {
    let mut world = confirming();
    for intent in [
        ConfirmIntent::RemoveCoupon,
        ConfirmIntent::ChooseDelivery("drone".into()),
        ConfirmIntent::UseAddress(address()),
    ] {
        world.faults.clear();
        choose(&mut world, intent);
        assert_eq!(world.faults.len(), 1);
    }
    world.ask(CONFIRM, PAY);
    world.faults.clear();
    choose(&mut world, ConfirmIntent::ApplyCoupon("X".into()));
    assert_eq!(world.faults.len(), 1, "while the order is being placed its price stands");
}

#[test]
fn another_customer_knows_nothing_of_the_address() {
    let mut world = confirming();
    choose(&mut world, ConfirmIntent::ApplyCoupon("WELCOME".into()));
    world.reply("/quotes", crate::testing::problem(401, "session_expired"));
    world.sign_in("another");
    assert_eq!(world.phase(CONFIRM), "error");
    assert!(world.view(CONFIRM)["coupon"].is_null());
}

#[test]
fn what_is_sold_in_steps_is_counted_in_steps() {
    let mut world = World::new();
    world.feed(Event::Started { stored: None });
    world.sign_in("tag");
    let mut catalog = catalog();
    let blend = &mut catalog.products[0].variants[0];
    (blend.step, blend.min_per_order, blend.available) = (3, 6, 11);
    world.reply("/catalog", answer(&catalog));
    world.reply("/orders", answer(&shop_api::OrderList { orders: Vec::new() }));
    world.show(SHOP, crate::event::Screen::Shop);
    world.ask(SHOP, Intent::Shop(ShopIntent::OpenProduct("blend".into())));
    let sheet = |world: &World| {
        let sheet = &world.view(SHOP)["sheet"];
        (sheet["quantity"].as_u64().unwrap(), sheet["mayDecrease"] == true, sheet["mayIncrease"] == true)
    };
    assert_eq!(sheet(&world), (6, false, true));
    world.ask(SHOP, Intent::Shop(ShopIntent::Increase));
    assert_eq!(sheet(&world), (9, true, false), "of eleven only nine can be ordered");
    world.ask(SHOP, Intent::Shop(ShopIntent::AddToCart));
    world.show(CART, crate::event::Screen::Cart);
    world.ask(CART, Intent::Cart(CartIntent::Decrease("blend-250".into())));
    let line = &world.view(CART)["lines"][0];
    assert_eq!((&line["quantity"], &line["mayDecrease"]), (&6.into(), &false.into()));
}

#[test]
fn the_amounts_of_a_line_are_those_before_discounts_of_the_order() {
    let mut world = confirming();
    choose(&mut world, ConfirmIntent::ApplyCoupon("WELCOME".into()));
    let mut off = quote("q-2");
    off.lines = vec![line("blend-250", 2, 32_000), line("mug", 1, 45_050)];
    off.lines[0].order_discount = money(4_000);
    off.lines[0].total = money(60_000);
    world.reply("/quotes", answer(&off));
    assert_eq!(world.view(CONFIRM)["lines"][0]["total"], "₱640.00", "the discount stands below, once");
}
