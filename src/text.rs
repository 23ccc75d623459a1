//! Every sentence that a shopper reads, in one place.

use std::borrow::Cow;

use shop_api::{AddressField, CouponRefusalCode, DeliveryRefusalCode, FulfilmentStatus, LineProblemCode};

use crate::{notice::Notice, result::ResultPhase};

/// Words for people: most are constant.
pub type Text = Cow<'static, str>;

/// Several texts in a row.
#[inline(never)]
pub fn join(parts: &[&str]) -> String {
    parts.concat()
}

fn joined(parts: &[&str]) -> Text {
    Cow::Owned(join(parts))
}

/// The first category: everything.
pub const ALL_CATEGORIES: &str = "All";
/// A variant or product of which none is left.
pub const SOLD_OUT: &str = "Sold out";
/// Enough is there.
pub const IN_STOCK: &str = "In stock";
/// The cart and the sheet together reach the limit.
pub const AT_LIMIT: &str = "Your cart already has the most allowed in one order";
/// A line whose SKU the catalogue doesn't have.
pub const NOT_SOLD: &str = "Not sold any more";
/// Goes to the confirmation.
pub const CHECKOUT: &str = "Check out";
/// Leaves the result page.
pub const BACK_TO_SHOP: &str = "Back to the shop";
/// Repeats what failed.
pub const TRY_AGAIN: &str = "Try again";
/// Opens the cashier that was opened before.
pub const RETURN_TO_CASHIER: &str = "Return to the cashier";
/// Leads to an open order.
pub const SHOW_ORDER: &str = "Show the order";
/// Consents to a second order of the same product.
pub const ORDER_ANYWAY: &str = "Order anyway";
/// Asks the server for an order again.
pub const CHECK_AGAIN: &str = "Check again";

/// A few left.
pub fn left(count: u32) -> Text {
    joined(&[&count.to_string(), " left"])
}

/// Fewer left than wanted.
pub fn only_left(count: u32) -> Text {
    joined(&["Only ", &count.to_string(), " left"])
}

/// More than one order may have.
pub fn at_most(count: u32) -> Text {
    joined(&["At most ", &count.to_string(), " in one order"])
}

/// Fewer than one order must have.
pub fn at_least(count: u32) -> Text {
    joined(&["At least ", &count.to_string(), " in one order"])
}

/// Not a multiple of what it is sold in.
pub fn in_steps(count: u32) -> Text {
    joined(&["Sold in steps of ", &count.to_string()])
}

/// The cheapest of several variants.
pub fn from_price(price: &str) -> Text {
    joined(&["from ", price])
}

/// The button of the sheet.
pub fn add_label(total: &str) -> Text {
    joined(&["Add to cart · ", total])
}

/// The button that pays.
pub fn pay_label(total: &str) -> Text {
    joined(&["Pay ", total])
}

/// The button that orders what costs nothing.
pub const PLACE_ORDER: &str = "Place the order";
/// The first row of a breakdown.
pub const SUBTOTAL: &str = "Items";
/// A delivery that costs nothing.
pub const FREE: &str = "Free";

/// Why a coupon takes nothing off.
pub fn coupon_refusal(code: &CouponRefusalCode, minimum: &str) -> Text {
    match code {
        CouponRefusalCode::Unknown => "There is no such coupon".into(),
        CouponRefusalCode::NotYetValid => "This coupon isn’t valid yet".into(),
        CouponRefusalCode::Expired => "This coupon has expired".into(),
        CouponRefusalCode::BelowMinimum if minimum.is_empty() => {
            "Your order is too small for this coupon".into()
        }
        CouponRefusalCode::BelowMinimum => joined(&["This coupon needs an order of ", minimum]),
        CouponRefusalCode::NothingEligible => "This coupon is for other items".into(),
        CouponRefusalCode::UsedUp => "This coupon is used up".into(),
        CouponRefusalCode::UsedUpByCustomer => "You have used this coupon already".into(),
        CouponRefusalCode::WrongCurrency => "This coupon isn’t for your wallet’s currency".into(),
        CouponRefusalCode::Other(_) => "This coupon can’t be used at the moment".into(),
    }
}

/// Why a delivery can't be had.
pub fn delivery_refusal(code: &DeliveryRefusalCode, minimum: &str, most: u32) -> Text {
    match code {
        DeliveryRefusalCode::NeedsAddress => "Needs an address".into(),
        DeliveryRefusalCode::CountryNotServed => "Doesn’t go to this country".into(),
        DeliveryRefusalCode::RegionNotServed => "Doesn’t go to this region".into(),
        DeliveryRefusalCode::BelowMinimum if minimum.is_empty() => "Your order is too small for it".into(),
        DeliveryRefusalCode::BelowMinimum => joined(&["For orders from ", minimum]),
        DeliveryRefusalCode::TooManyUnits if most == 0 => "Too many pieces for it".into(),
        DeliveryRefusalCode::TooManyUnits => joined(&["Takes at most ", &most.to_string(), " pieces"]),
        DeliveryRefusalCode::Other(_) => "Can’t be had at the moment".into(),
    }
}

/// What a field of an address must be.
pub fn address_fault(field: AddressField) -> &'static str {
    match field {
        AddressField::Name => "Who takes it? Write a name.",
        AddressField::Phone => "Write a phone number of 7 to 15 digits.",
        AddressField::Line1 => "Write the street and number.",
        AddressField::City => "Write a city of at most 32 letters.",
        AddressField::Country => "Write the country’s two letters, such as PH.",
        AddressField::State | AddressField::Line2 | AddressField::Postcode => "That is too long.",
    }
}

/// Something cost one thing and costs another now.
pub fn now_costs(what: &str, to: &str, from: &str) -> Text {
    joined(&[what, " costs ", to, " now, not ", from])
}

/// A sum was one thing and is another now.
pub fn now_is(what: &str, to: &str, from: &str) -> Text {
    joined(&[what, ": ", to, " now, not ", from])
}

/// Something about one thing.
pub fn about(what: &str, text: &str) -> Text {
    joined(&[what, ": ", text])
}

/// How far a paid order is.
pub fn fulfilment(status: &FulfilmentStatus) -> &'static str {
    match status {
        FulfilmentStatus::Accepted => "The shop is preparing your order",
        FulfilmentStatus::Shipped => "Your order is on its way",
        FulfilmentStatus::Completed => "Your order has arrived",
        FulfilmentStatus::Other(_) => "The shop is working on your order",
    }
}

/// Headline and message of an order that costs nothing.
pub const FREE_ORDER: (&str, Text) =
    ("Ordered", Cow::Borrowed("There was nothing to pay. Thank you! Your order is on its way."));
/// Headline of an order that is paid, and all of it given back.
pub const GIVEN_BACK: &str = "Paid and given back";

/// What was given back, or is being.
pub fn refund(given: &str, pending: &str) -> Text {
    match (given.is_empty(), pending.is_empty()) {
        (true, true) => "".into(),
        (false, true) => joined(&[given, " was given back to your wallet"]),
        (true, false) => joined(&[pending, " is being given back to your wallet"]),
        (false, false) => joined(&[given, " was given back to your wallet, ", pending, " is on its way"]),
    }
}

/// The button of the cart, with its sum.
pub fn checkout_label(subtotal: &str) -> Text {
    if subtotal.is_empty() { CHECKOUT.into() } else { joined(&[CHECKOUT, " · ", subtotal]) }
}

/// What is wrong with a line of a quote.
pub fn line_problem(code: &LineProblemCode, available: u32) -> Text {
    match code {
        LineProblemCode::UnknownSku => NOT_SOLD.into(),
        LineProblemCode::OutOfStock => SOLD_OUT.into(),
        LineProblemCode::InsufficientStock => only_left(available),
        LineProblemCode::QuantityLimit => at_most(available),
        LineProblemCode::QuantityStep => in_steps(available),
        LineProblemCode::BelowMinimum => at_least(available),
        LineProblemCode::CustomerLimit if available == 0 => "You have ordered the most that one may".into(),
        LineProblemCode::CustomerLimit => joined(&["You can order ", &available.to_string(), " more"]),
        LineProblemCode::Other(_) => "Can’t be ordered at the moment".into(),
    }
}

/// The parts of a notice.
#[allow(missing_docs, reason = "the names say it")]
pub struct NoticeText {
    pub code: &'static str,
    pub title: &'static str,
    pub message: &'static str,
    pub action: Option<&'static str>,
}

/// Headline and message while the wallet hasn't answered to the attempt at all: no cashier was ever seen.
pub const UNANSWERED: (&str, &str) = (
    "Your wallet hasn’t answered yet",
    "We keep asking; the cashier comes as soon as it does. Your order is kept: don’t order again.",
);

/// What a notice says.
pub fn notice(notice: Notice) -> NoticeText {
    let (code, title, message, action) = match notice {
        Notice::Offline => (
            "offline",
            "No connection to the shop",
            "Check your connection, then try again.",
            Some(TRY_AGAIN),
        ),
        Notice::NoSession => (
            "no_session",
            "The wallet didn’t sign you in",
            "The shop needs to know your wallet account before you can order.",
            Some(TRY_AGAIN),
        ),
        Notice::UpgradeRequired => (
            "upgrade_required",
            "This version is too old",
            "Close the mini program and open it again to get the new one.",
            None,
        ),
        Notice::Busy => ("busy", "The shop is busy", "Wait a moment, then try again.", Some(TRY_AGAIN)),
        Notice::Trouble => (
            "trouble",
            "The shop has a problem",
            "It isn’t your fault, and nothing was changed. Try again in a while.",
            Some(TRY_AGAIN),
        ),
        Notice::WalletUnavailable => (
            "wallet_unavailable",
            "The wallet can’t be reached",
            "Nothing was charged. Try again in a while.",
            Some(TRY_AGAIN),
        ),
        Notice::PriceChanged => (
            "price_changed",
            "Something changed",
            "Prices or stock changed since you looked. Check the order before you pay.",
            None,
        ),
        Notice::LinesChanged => (
            "lines_changed",
            "Some items can’t be ordered as they are",
            "Change or remove the marked items.",
            Some("Change the cart"),
        ),
        Notice::NothingSelected => (
            "nothing_selected",
            "Nothing is selected",
            "Select what you want to order in the cart.",
            Some("Go to the cart"),
        ),
        Notice::CartFull => (
            "cart_full",
            "The cart is full",
            "One order has room for 100 different items. Order these first, or remove some.",
            None,
        ),
        Notice::TotalTooLarge => (
            "total_too_large",
            "That is too much for one order",
            "The sum is larger than a wallet can pay. Remove something.",
            None,
        ),
        Notice::AmountNotAllowed => (
            "amount_not_allowed",
            "Your wallet can’t pay this amount",
            "It takes larger or rounder amounts only. Change what you order.",
            None,
        ),
        Notice::NotDeliverable => (
            "not_deliverable",
            "This can’t be delivered as chosen",
            "Choose another way of delivery, or change the address or the order.",
            None,
        ),
        Notice::AddressNeeded => (
            "address_needed",
            "Where shall it go?",
            "This way of delivery needs an address.",
            Some("Enter the address"),
        ),
        Notice::PlacingUnsure => (
            "placing_unsure",
            "The shop didn’t answer",
            "The order may have been placed. Try again: it won’t be placed twice.",
            Some(TRY_AGAIN),
        ),
        Notice::CashierFailed => (
            "cashier_failed",
            "The wallet’s cashier didn’t open",
            "Nothing was charged. Open it again, or update your wallet app.",
            None,
        ),
        Notice::OrderNotFound => {
            ("order_not_found", "There is no such order", "It may belong to another wallet account.", None)
        }
        Notice::PaymentNotAllowed => (
            "payment_not_allowed",
            "The order can’t be paid now",
            "It is paid or over, or an earlier payment isn’t settled yet.",
            Some(CHECK_AGAIN),
        ),
    };
    NoticeText { code, title, message, action }
}

/// Headline and message of the result page.
pub fn result(phase: ResultPhase) -> (&'static str, &'static str) {
    match phase {
        ResultPhase::Loading => ("", ""),
        ResultPhase::Preparing => ("Opening the cashier", "Your wallet is preparing the payment."),
        ResultPhase::Cashier => ("Waiting for your wallet", "Finish the payment in the cashier."),
        ResultPhase::Payable => ("Not paid yet", "Your order is kept. You can pay it now."),
        ResultPhase::Confirming => (
            "Confirming your payment",
            "We are waiting for your wallet’s word. Don’t pay again; this page follows by itself.",
        ),
        ResultPhase::Paid => ("Paid", "Thank you! Your order is on its way."),
        ResultPhase::Failed => ("The payment didn’t go through", "Nothing was charged. You can try again."),
        ResultPhase::Expired => ("The order expired", "It wasn’t paid in time, and nothing was charged."),
        ResultPhase::Cancelled => ("The order was cancelled", "Nothing was charged."),
        ResultPhase::Attention => (
            "We are checking your payment",
            "Someone is looking into it. You don’t have to do anything, and nothing is lost.",
        ),
        ResultPhase::Error => {
            ("The order can’t be shown", "It is safe with the shop. Try again in a moment.")
        }
    }
}
