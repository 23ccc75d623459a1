//! From the cart to the wallet's word.

use shop_api::{AttemptStatus, LineProblem, LineProblemCode, OrderStatus, Timestamp};

use crate::{
    effect::Destination,
    event::{Event, Reply},
    intent::{CartIntent, ConfirmIntent, Intent, ResultIntent, ShopIntent},
    testing::{
        answer, attempt, money, order, problem,
        world::{CART, CONFIRM, RESULT, SHOP, World, quote},
    },
    value::Value,
};

const PAY: Intent = Intent::Confirm(ConfirmIntent::Pay);
const PRIMARY: Intent = Intent::Result(ResultIntent::Primary);

/// The confirmation with its quote.
fn confirming() -> World {
    let mut world = World::open();
    world.fill_cart();
    world.confirm();
    world
}

/// The order is placed and its cashier open.
fn paying() -> World {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    world.reply("/orders", answer(&order("o-1", 1)));
    world.leave_confirm_for("o-1");
    world
}

#[test]
fn a_paid_order_needs_the_servers_word() {
    let mut world = paying();
    assert_eq!(world.routes, [Destination::Confirm, Destination::OrderInstead("o-1".into())]);
    assert_eq!((world.cashiers.len(), world.phase(RESULT).as_str()), (1, "cashier"));
    world.leave_cashier("9000");
    assert_eq!(world.phase(RESULT), "confirming", "tradePay's word is a hint");
    assert!(world.is_asking("/orders/o-1/payments/a-1/returned"));
    let mut paid = order("o-1", 2);
    paid.status = OrderStatus::Paid;
    world.poll(&paid);
    assert_eq!(world.phase(RESULT), "paid");
    assert_eq!(world.faults, []);
}

#[test]
fn an_order_takes_its_lines_out_of_the_cart_once() {
    let mut world = paying();
    assert_eq!(world.phase(CART), "empty");
    world.ask(SHOP, Intent::Shop(ShopIntent::OpenProduct("blend".into())));
    world.ask(SHOP, Intent::Shop(ShopIntent::AddToCart));
    world.poll(&order("o-1", 3));
    assert_eq!(world.view(CART)["lines"][0]["quantity"], 1, "news of the order takes nothing more");
}

#[test]
fn pressing_pay_twice_places_one_order_and_opens_one_cashier() {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    world.ask(CONFIRM, PAY);
    assert_eq!(world.calls.iter().filter(|(_, call)| call.path == "/orders").count(), 1);
    assert_eq!(world.faults.len(), 1);
    world.reply("/orders", answer(&order("o-1", 1)));
    world.leave_confirm_for("o-1");
    world.ask(RESULT, PRIMARY);
    assert_eq!(world.cashiers.len(), 1);
}

#[test]
fn a_cancelled_cashier_opens_again_for_the_same_attempt() {
    let mut world = paying();
    world.leave_cashier("6001");
    assert_eq!(
        (world.phase(RESULT).as_str(), &world.view(RESULT)["primary"]),
        ("payable", &"Pay ₱640.00".into())
    );
    world.ask(RESULT, PRIMARY);
    assert_eq!((world.phase(RESULT).as_str(), &world.cashiers[..]), ("cashier", &["a-1".into()][..]));
}

#[test]
fn a_cashier_that_said_failed_opens_again_while_the_wallet_is_undecided() {
    let mut world = paying();
    world.leave_cashier("4000");
    world.poll(&order("o-1", 2));
    assert_eq!(world.phase(RESULT), "confirming", "the wallet says that it is in process");
    world.ask(RESULT, PRIMARY);
    assert_eq!((world.phase(RESULT).as_str(), &world.cashiers[..]), ("cashier", &["a-1".into()][..]));
    assert!(world.calls.iter().all(|(_, call)| call.path != "/orders/o-1/payments"), "no second payment");
}

#[test]
fn a_cashier_that_comes_late_opens_when_it_comes() {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    let mut early = order("o-1", 1);
    early.attempt = Some(shop_api::Attempt { cashier: None, ..attempt("a-1", AttemptStatus::Creating) });
    world.reply("/orders", answer(&early));
    world.leave_confirm_for("o-1");
    assert_eq!((world.phase(RESULT).as_str(), world.cashiers.len()), ("preparing", 0));
    world.poll(&order("o-1", 2));
    assert_eq!((world.phase(RESULT).as_str(), world.cashiers.len()), ("cashier", 1));
}

#[test]
fn only_the_servers_word_makes_a_payment_failed_and_allows_another() {
    let mut world = paying();
    world.leave_cashier("4000");
    assert_eq!(world.phase(RESULT), "confirming");
    let mut failed = order("o-1", 2);
    failed.attempt = Some(attempt("a-1", AttemptStatus::Failed));
    failed.may_start_payment = true;
    world.poll(&failed);
    assert_eq!(world.phase(RESULT), "failed");
    world.ask(RESULT, PRIMARY);
    world.ask(RESULT, PRIMARY);
    assert_eq!(world.calls.iter().filter(|(_, call)| call.path == "/orders/o-1/payments").count(), 1);
    let mut next = order("o-1", 3);
    next.attempt = Some(attempt("a-2", AttemptStatus::Open));
    world.reply("/orders/o-1/payments", answer(&next));
    assert_eq!((world.phase(RESULT).as_str(), &world.cashiers[..]), ("cashier", &["a-2".into()][..]));
}

#[test]
fn an_unknown_attempt_is_confirming_and_offers_no_payment() {
    for status in [AttemptStatus::Unknown, AttemptStatus::Succeeded, AttemptStatus::Other("frozen".into())] {
        let mut world = paying();
        world.leave_cashier("6004");
        let mut unknown = order("o-1", 2);
        unknown.attempt = Some(attempt("a-1", status));
        world.poll(&unknown);
        assert_eq!(world.phase(RESULT), "confirming");
        assert!(world.view(RESULT)["primary"].is_null());
    }
}

#[test]
fn polls_that_fail_are_repeated_and_never_shown_as_a_failure() {
    let mut world = paying();
    world.leave_cashier("9000");
    for rest in [1_000, 2_000, 4_000, 8_000, 15_000, 15_000] {
        world.reply("/orders/o-1?", Reply::Lost);
        assert_eq!(
            (world.phase(RESULT).as_str(), world.notice(RESULT).as_deref()),
            ("confirming", Some("offline"))
        );
        assert_eq!(world.timers.last().map(|(_, millis)| *millis), Some(rest));
        world.tick();
    }
    let mut paid = order("o-1", 2);
    paid.status = OrderStatus::Paid;
    world.poll(&paid);
    assert_eq!((world.phase(RESULT).as_str(), world.notice(RESULT)), ("paid", None));
}

#[test]
fn a_server_that_answers_early_is_not_asked_in_a_hot_loop() {
    let mut world = paying();
    world.poll(&order("o-1", 1));
    assert!(!world.is_asking("/orders/o-1?"), "nothing new: rest first");
    world.tick();
    assert!(world.is_asking("/orders/o-1?after=1&wait=25"));
}

#[test]
fn a_placing_without_answer_is_repeated_with_the_same_quote_only() {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    world.reply("/orders", Reply::Lost);
    assert_eq!(world.notice(CONFIRM).as_deref(), Some("placing_unsure"));
    world.now = Timestamp(10_000_000);
    world.ask(CONFIRM, Intent::Notice);
    let (_, again) = world.calls.iter().rfind(|(_, call)| call.body.is_some()).unwrap();
    assert_eq!(again.body.as_ref().and_then(|body| body.member("quoteId")), Some(&Value::from("q-1")));
}

#[test]
fn an_expired_quote_is_renewed_before_the_order_is_placed() {
    let mut world = confirming();
    world.now = Timestamp(600_000);
    world.ask(CONFIRM, PAY);
    assert_eq!(world.phase(CONFIRM), "placing");
    let mut renewed = quote("q-2");
    renewed.expires_at = Timestamp(1_200_000);
    renewed.server_time = world.now;
    world.reply("/quotes", answer(&renewed));
    assert!(world.is_asking("/orders"), "the total is the same: no second press needed");
}

#[test]
fn a_renewed_quote_with_another_total_is_shown_first() {
    let mut world = confirming();
    world.now = Timestamp(600_000);
    world.ask(CONFIRM, PAY);
    let mut dearer = quote("q-2");
    dearer.total = money(120_000);
    world.reply("/quotes", answer(&dearer));
    assert!(!world.is_asking("/orders"));
    assert_eq!(
        (world.phase(CONFIRM).as_str(), world.notice(CONFIRM).as_deref()),
        ("ready", Some("price_changed"))
    );
}

#[test]
fn a_phone_whose_clock_is_wrong_does_not_spoil_the_quote() {
    let mut world = World::open();
    world.fill_cart();
    world.now = Timestamp(90_000_000);
    world.confirm();
    world.ask(CONFIRM, PAY);
    assert!(world.is_asking("/orders"), "by the server's clock the quote is fresh");
}

#[test]
fn a_quote_that_changed_is_asked_for_again_and_told() {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    world.reply("/orders", problem(409, "quote_changed"));
    world.reply("/quotes", answer(&quote("q-2")));
    assert_eq!(
        (world.phase(CONFIRM).as_str(), world.notice(CONFIRM).as_deref()),
        ("ready", Some("price_changed"))
    );
}

#[test]
fn lines_that_cannot_be_ordered_say_so_and_lead_back_to_the_cart() {
    let mut world = World::open();
    world.fill_cart();
    world.ask(CART, Intent::Cart(CartIntent::Checkout));
    world.show(CONFIRM, crate::event::Screen::Confirm);
    let mut short = quote("q-1");
    short.quote_id = None;
    short.problems = vec![LineProblem { sku: "mug".into(), code: LineProblemCode::OutOfStock, available: 0 }];
    world.reply("/quotes", answer(&short));
    let view = world.view(CONFIRM);
    assert_eq!((&view["mayPay"], &view["lines"][1]["problem"]), (&false.into(), &"Sold out".into()));
    world.ask(CONFIRM, Intent::Notice);
    assert_eq!(world.routes.last(), Some(&Destination::Back));
}

#[test]
fn a_second_order_of_the_same_product_needs_consent() {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    let Reply::Answer { status, body } = problem(409, "open_payment_exists") else { unreachable!() };
    let Value::Object(mut members) = body else { unreachable!() };
    members.retain(|(name, _)| name != "orderId");
    members.push(("orderId".into(), "o-0".into()));
    world.reply("/orders", Reply::Answer { status, body: Value::Object(members) });
    assert_eq!(world.view(CONFIRM)["openOrder"]["orderId"], "o-0");
    world.ask(CONFIRM, Intent::Confirm(ConfirmIntent::OrderAnyway));
    let (_, consented) = world.calls.iter().find(|(_, call)| call.path == "/orders").unwrap();
    let body = consented.body.as_ref().unwrap();
    assert_eq!(body.member("despiteOpenOrder"), Some(&Value::from("o-0")));
    assert_eq!(body.member("quoteId"), Some(&Value::from("q-1")));
}

#[test]
fn a_shopper_who_left_the_confirmation_is_not_taken_to_a_cashier() {
    let mut world = confirming();
    world.ask(CONFIRM, PAY);
    world.feed(Event::Page(CONFIRM, crate::event::PageEvent::Closed));
    world.reply("/orders", answer(&order("o-1", 1)));
    assert_eq!(world.cashiers.len(), 0);
    assert_eq!(world.view(SHOP)["openOrder"]["orderId"], "o-1", "but the order is there");
}
