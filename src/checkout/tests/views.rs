//! The views of the four pages, as JavaScript gets them.

use crate::{
    intent::{ConfirmIntent, Intent, ShopIntent},
    patch::Change,
    testing::{
        answer, order,
        world::{CART, CONFIRM, RESULT, SHOP, World},
    },
};

#[test]
fn the_shop_with_an_open_product() {
    let mut world = World::open();
    world.ask(SHOP, Intent::Shop(ShopIntent::OpenProduct("blend".into())));
    insta::assert_json_snapshot!(world.view(SHOP));
}

#[test]
fn the_cart() {
    let mut world = World::open();
    world.fill_cart();
    insta::assert_json_snapshot!(world.view(CART));
}

#[test]
fn the_confirmation() {
    let mut world = World::open();
    world.fill_cart();
    world.confirm();
    insta::assert_json_snapshot!(world.view(CONFIRM));
}

#[test]
fn the_result_of_an_order_that_can_be_paid() {
    let mut world = World::open();
    world.fill_cart();
    world.confirm();
    world.ask(CONFIRM, Intent::Confirm(ConfirmIntent::Pay));
    world.reply("/orders", answer(&order("o-1", 1)));
    world.leave_confirm_for("o-1");
    world.leave_cashier("6001");
    insta::assert_json_snapshot!(world.view(RESULT));
}

#[test]
fn one_more_of_a_line_sends_only_what_differs() {
    let mut world = World::open();
    world.fill_cart();
    world.ask(CART, Intent::Cart(crate::intent::CartIntent::Increase("mug".into())));
    let paths: Vec<_> = world
        .patches
        .iter()
        .map(|change| match change {
            Change::Set { path, .. } | Change::Splice { path, .. } => path.as_str(),
        })
        .collect();
    assert!(paths.contains(&"lines[1].quantity") && paths.contains(&"subtotal"), "{paths:?}");
    assert!(!paths.iter().any(|path| path.starts_with("lines[0]") || *path == "lines"), "{paths:?}");
}
