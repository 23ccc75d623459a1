//! The program is closed, killed, covered or somebody else's in between.

use shop_api::{OrderList, OrderStatus};

use crate::{
    event::{Event, HostFault, Reply, Screen},
    intent::{CartIntent, ConfirmIntent, Intent, ResultIntent},
    testing::{
        answer, catalog, order, problem,
        world::{CART, CONFIRM, RESULT, SHOP, World},
    },
};

fn placing() -> World {
    let mut world = World::open();
    world.fill_cart();
    world.confirm();
    world.ask(CONFIRM, Intent::Confirm(ConfirmIntent::Pay));
    world
}

fn list(orders: Vec<shop_api::Order>) -> Reply {
    answer(&OrderList { orders })
}

#[test]
fn a_kill_between_order_and_payment_loses_nothing() {
    let killed = placing();
    let mut world = killed.restarted();
    assert!(
        !world
            .calls
            .iter()
            .any(|(_, call)| call.method == crate::session::Method::Post && call.path == "/orders")
    );
    world.show(CART, Screen::Cart);
    world.sign_in("tag");
    world.reply("/catalog", answer(&catalog()));
    assert_eq!(
        world.view(CART)["lines"].as_array().map(Vec::len),
        Some(2),
        "not known yet: the cart is as it was"
    );
    world.reply("/orders", list(vec![order("o-1", 1)]));
    assert_eq!(world.phase(CART), "empty", "the server has the order: its lines are out");
    assert_eq!(world.view(CART)["openOrder"]["orderId"], "o-1");
    assert_eq!((world.cashiers.len(), world.routes.len()), (0, 0), "nothing opens by itself");
    world.show(RESULT, Screen::Result(Some("o-1".into())));
    assert_eq!(world.phase(RESULT), "payable");
    world.ask(RESULT, Intent::Result(ResultIntent::Primary));
    assert_eq!(world.cashiers.len(), 1);
}

#[test]
fn the_lines_of_an_order_are_taken_out_once_over_many_starts() {
    let mut world = placing().restarted();
    world.sign_in("tag");
    world.reply("/orders", list(vec![order("o-1", 1)]));
    let mut again = world.restarted();
    again.sign_in("tag");
    again.reply("/catalog", answer(&catalog()));
    again.show(SHOP, Screen::Shop);
    again.fill_cart();
    let mut third = again.restarted();
    third.sign_in("tag");
    third.reply("/catalog", answer(&catalog()));
    third.reply("/orders", list(vec![order("o-1", 1)]));
    third.show(CART, Screen::Cart);
    assert_eq!(third.view(CART)["lines"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_order_that_was_never_placed_leaves_the_cart_alone() {
    let mut world = placing().restarted();
    world.sign_in("tag");
    world.reply("/catalog", answer(&catalog()));
    world.reply("/orders", list(Vec::new()));
    world.show(CART, Screen::Cart);
    assert_eq!(world.view(CART)["lines"].as_array().map(Vec::len), Some(2));
}

#[test]
fn another_customer_finds_an_empty_cart() {
    let mut world = placing().restarted();
    world.sign_in("somebody else");
    world.reply("/catalog", answer(&catalog()));
    world.show(CART, Screen::Cart);
    assert_eq!(world.phase(CART), "empty");
    let mut back = world.restarted();
    back.sign_in("tag");
    back.reply("/catalog", answer(&catalog()));
    back.show(CART, Screen::Cart);
    assert_eq!(back.phase(CART), "empty", "what was wiped stays wiped");
}

#[test]
fn an_account_that_is_switched_while_the_program_runs_sees_nothing_of_the_other() {
    let mut world = placing();
    world.reply("/orders", answer(&order("o-1", 1)));
    world.leave_confirm_for("o-1");
    world.reply("/orders/o-1?", problem(401, "session_expired"));
    world.sign_in("somebody else");
    assert_eq!(world.notice(RESULT).as_deref(), Some("order_not_found"));
    assert_eq!((world.phase(CART).as_str(), world.view(SHOP)["openOrder"].is_null()), ("empty", true));
}

#[test]
fn orders_that_could_not_be_asked_for_at_the_start_are_asked_for_again() {
    let mut world = placing().restarted();
    world.sign_in("tag");
    world.reply("/catalog", answer(&catalog()));
    world.reply("/orders", Reply::Lost);
    world.show(CART, Screen::Cart);
    world.reply("/orders", list(vec![order("o-1", 1)]));
    assert_eq!(world.phase(CART), "empty");
}

#[test]
fn a_lost_callback_of_the_cashier_does_not_strand_the_shopper() {
    let mut world = placing();
    world.reply("/orders", answer(&order("o-1", 1)));
    world.leave_confirm_for("o-1");
    world.cashiers.clear();
    world.feed(Event::AppShown);
    assert!(world.is_asking("/orders/o-1?after=1&wait=0"), "asked at once");
    world.timers.retain(|(_, millis)| *millis == 4_000);
    world.tick();
    assert_eq!(world.phase(RESULT), "confirming");
    assert!(world.is_asking("/orders/o-1/payments/a-1/returned"));
    assert_eq!(world.view(RESULT)["primary"], "Return to the cashier");
}

#[test]
fn a_callback_that_comes_after_all_counts() {
    let mut world = placing();
    world.reply("/orders", answer(&order("o-1", 1)));
    world.leave_confirm_for("o-1");
    world.feed(Event::AppShown);
    world.timers.retain(|(_, millis)| *millis == 4_000);
    world.tick();
    world.leave_cashier("6001");
    assert_eq!(world.phase(RESULT), "payable");
}

#[test]
fn without_connection_the_shop_says_so_and_comes_back() {
    let mut world = World::new();
    world.feed(Event::Started { stored: None });
    world.show(SHOP, Screen::Shop);
    world.reply("/catalog", Reply::Lost);
    assert_eq!((world.phase(SHOP).as_str(), world.notice(SHOP).as_deref()), ("error", Some("offline")));
    world.ask(SHOP, Intent::Notice);
    world.reply("/catalog", answer(&catalog()));
    assert_eq!((world.phase(SHOP).as_str(), world.notice(SHOP)), ("ready", None));
}

#[test]
fn a_wallet_that_gives_no_code_leaves_the_shop_open_and_tells_at_the_quote() {
    let mut world = World::new();
    world.feed(Event::Started { stored: None });
    world.reply("/catalog", answer(&catalog()));
    world.authorise(Err(HostFault));
    world.show(SHOP, Screen::Shop);
    world.fill_cart();
    world.ask(CART, Intent::Cart(CartIntent::Checkout));
    world.show(CONFIRM, Screen::Confirm);
    world.authorise(Err(HostFault));
    assert_eq!(
        (world.phase(CONFIRM).as_str(), world.notice(CONFIRM).as_deref()),
        ("error", Some("no_session"))
    );
    world.ask(CONFIRM, Intent::Notice);
    assert_eq!(world.asks.len(), 1, "the wallet is asked again");
}

#[test]
fn a_client_that_is_too_old_is_told() {
    let mut world = World::new();
    world.feed(Event::Started { stored: None });
    world.show(SHOP, Screen::Shop);
    world.reply("/catalog", problem(426, "upgrade_required"));
    assert_eq!(world.notice(SHOP).as_deref(), Some("upgrade_required"));
}

#[test]
fn the_order_of_somebody_else_is_not_shown() {
    let mut world = World::open();
    world.show(RESULT, Screen::Result(Some("o-9".into())));
    assert_eq!(world.phase(RESULT), "loading");
    world.reply("/orders/o-9?", problem(404, "order_not_found"));
    assert_eq!(
        (world.phase(RESULT).as_str(), world.notice(RESULT).as_deref()),
        ("error", Some("order_not_found"))
    );
    assert!(!world.is_asking("/orders/o-9?"), "asking again would change nothing");
}

#[test]
fn a_hidden_page_is_told_nothing_and_catches_up_when_shown() {
    let mut world = World::open();
    world.show(CART, Screen::Cart);
    world.feed(Event::Page(CART, crate::event::PageEvent::Hidden));
    let before = world.view(CART);
    world.fill_cart();
    world.feed(Event::Page(CART, crate::event::PageEvent::Shown));
    assert_ne!(world.view(CART), before);
    assert_eq!(world.view(CART)["lines"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_order_paid_meanwhile_is_paid_when_the_page_opens() {
    let mut world = World::open();
    let mut paid = order("o-1", 7);
    paid.status = OrderStatus::Paid;
    world.show(RESULT, Screen::Result(Some("o-1".into())));
    world.poll(&paid);
    assert_eq!(world.phase(RESULT), "paid");
    assert!(!world.is_asking("/orders/o-1?"), "what is settled is not polled");
}
