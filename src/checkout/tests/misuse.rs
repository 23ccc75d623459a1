//! What can't be asked for is refused with a code and changes nothing.

use shop_api::AttemptId;

use crate::{
    effect::FaultCode,
    event::{Event, PageEvent, PageId, Screen},
    intent::{CartIntent, ConfirmIntent, Intent, ResultIntent, ShopIntent},
    testing::world::{CART, CONFIRM, RESULT, SHOP, World},
};

#[test]
fn every_impossible_intent_is_a_misuse_that_changes_nothing() {
    let mut world = World::open();
    world.fill_cart();
    world.show(CONFIRM, Screen::Confirm);
    world.show(RESULT, Screen::Result(Some("o-1".into())));
    let shop = |intent| (SHOP, Intent::Shop(intent));
    let cart = |intent| (CART, Intent::Cart(intent));
    let impossible = [
        shop(ShopIntent::CloseProduct),
        shop(ShopIntent::Increase),
        shop(ShopIntent::Decrease),
        shop(ShopIntent::AddToCart),
        shop(ShopIntent::OpenOrder),
        shop(ShopIntent::OpenProduct("nothing".into())),
        shop(ShopIntent::SelectCategory("nothing".into())),
        shop(ShopIntent::ChooseVariant("mug".into())),
        cart(CartIntent::Decrease("mug".into())),
        cart(CartIntent::Increase("nothing".into())),
        cart(CartIntent::Remove("nothing".into())),
        cart(CartIntent::Toggle("nothing".into())),
        cart(CartIntent::OpenOrder),
        (CONFIRM, Intent::Confirm(ConfirmIntent::Pay)),
        (CONFIRM, Intent::Confirm(ConfirmIntent::OrderAnyway)),
        (CONFIRM, Intent::Confirm(ConfirmIntent::OpenOrder)),
        (CONFIRM, Intent::Notice),
        (RESULT, Intent::Result(ResultIntent::Primary)),
        (RESULT, Intent::Result(ResultIntent::Secondary)),
        (SHOP, Intent::Confirm(ConfirmIntent::Pay)),
        (PageId(99), Intent::Notice),
    ];
    for (page, intent) in impossible {
        let before = (world.pages.clone(), world.calls.clone(), world.routes.clone(), world.stored.clone());
        world.faults.clear();
        world.ask(page, intent.clone());
        let codes: Vec<_> = world.faults.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [FaultCode::Misuse], "{intent:?}");
        assert!(
            before == (world.pages.clone(), world.calls.clone(), world.routes.clone(), world.stored.clone()),
            "{intent:?}"
        );
    }
}

#[test]
fn limits_hold_at_their_edges() {
    let mut world = World::open();
    world.ask(SHOP, Intent::Shop(ShopIntent::OpenProduct("mug".into())));
    for _ in 0..5 {
        world.ask(SHOP, Intent::Shop(ShopIntent::Increase));
    }
    assert_eq!(world.view(SHOP)["sheet"]["quantity"], 3, "three are in stock");
    assert_eq!(world.faults.len(), 3);
    world.ask(SHOP, Intent::Shop(ShopIntent::AddToCart));
    world.ask(SHOP, Intent::Shop(ShopIntent::OpenProduct("mug".into())));
    assert_eq!(world.view(SHOP)["sheet"]["mayAdd"], false);
    world.ask(SHOP, Intent::Shop(ShopIntent::AddToCart));
    assert_eq!(world.view(SHOP)["cartCount"], 3);
}

#[test]
fn a_host_that_calls_back_out_of_turn_is_told() {
    let mut world = World::open();
    world.feed(Event::CashierReturned { attempt: AttemptId::from("a-1"), code: Some("9000".into()) });
    world.feed(Event::Page(PageId(77), PageEvent::Shown));
    world.feed(Event::Started { stored: None });
    assert_eq!(world.faults.len(), 3);
}
