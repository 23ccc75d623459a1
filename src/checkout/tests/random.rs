//! Whatever happens in whatever order, these things hold.

use proptest::prelude::*;
use shop_api::{AttemptId, AttemptStatus, Order, OrderList, OrderStatus};

use crate::{
    checkout::Checkout,
    event::{Event, Grant, HostFault, PageEvent, PageId, Reply, Screen},
    intent::{CartIntent, ConfirmIntent, Intent, ResultIntent, ShopIntent},
    testing::{
        answer, attempt, catalog, order, problem, session_answer,
        world::{CART, CONFIRM, RESULT, SHOP, World, quote},
    },
};

/// One thing that may happen.
#[derive(Clone, Debug)]
enum Step {
    Ask(PageId, Intent),
    Page(PageId, Screen, u8),
    /// The call at this position is answered: by what the server has, or by one of several mishaps.
    Reply {
        which: usize,
        how: u8,
    },
    Wallet(bool),
    Cashier {
        which: usize,
        code: Option<&'static str>,
    },
    /// The server hears something new of the order.
    Server(u8),
    Tick(usize),
    AppShown,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let sku = prop_oneof![Just("blend-250"), Just("blend-1k"), Just("mug"), Just("decaf-250"), Just("x")];
    let shop = prop_oneof![
        prop_oneof![Just("blend"), Just("mug"), Just("decaf")]
            .prop_map(|id| ShopIntent::OpenProduct(id.into())),
        sku.clone().prop_map(|sku| ShopIntent::ChooseVariant(sku.into())),
        Just(ShopIntent::Increase),
        Just(ShopIntent::Decrease),
        Just(ShopIntent::AddToCart),
        Just(ShopIntent::AddToCart),
        prop_oneof![Just("beans"), Just("")].prop_map(|id| ShopIntent::SelectCategory(id.into())),
    ];
    let cart = (0u8..5, sku).prop_map(|(kind, sku)| match kind {
        0 => CartIntent::Increase(sku.into()),
        1 => CartIntent::Decrease(sku.into()),
        2 => CartIntent::Remove(sku.into()),
        3 => CartIntent::Toggle(sku.into()),
        _ => CartIntent::ToggleAll,
    });
    let confirm = prop_oneof![
        Just(ConfirmIntent::Pay),
        Just(ConfirmIntent::OrderAnyway),
        Just(ConfirmIntent::OpenOrder),
        prop_oneof![Just("TEN"), Just(" ")].prop_map(|code| ConfirmIntent::ApplyCoupon(code.into())),
        Just(ConfirmIntent::RemoveCoupon),
        Just(ConfirmIntent::EditAddress),
        Just(ConfirmIntent::UseAddress(crate::testing::address())),
    ];
    let result = prop_oneof![Just(ResultIntent::Primary), Just(ResultIntent::Secondary)];
    let page = prop_oneof![
        Just((SHOP, Screen::Shop)),
        Just((CART, Screen::Cart)),
        Just((CONFIRM, Screen::Confirm)),
        Just((RESULT, Screen::Result(Some("o-1".into())))),
    ];
    let codes = [None, Some("9000"), Some("8000"), Some("4000"), Some("6001"), Some("6004"), Some("77")];
    prop_oneof![
        4 => shop.prop_map(|intent| Step::Ask(SHOP, Intent::Shop(intent))),
        2 => cart.prop_map(|intent| Step::Ask(CART, Intent::Cart(intent))),
        6 => confirm.prop_map(|intent| Step::Ask(CONFIRM, Intent::Confirm(intent))),
        3 => result.prop_map(|intent| Step::Ask(RESULT, Intent::Result(intent))),
        1 => prop_oneof![Just(CONFIRM), Just(RESULT)].prop_map(|page| Step::Ask(page, Intent::Notice)),
        3 => (page, 0u8..6).prop_map(|((id, screen), kind)| Step::Page(id, screen, kind)),
        10 => (0usize..6, 0u8..10).prop_map(|(which, how)| Step::Reply { which, how }),
        2 => any::<bool>().prop_map(Step::Wallet),
        3 => (0usize..2, prop::sample::select(codes.to_vec())).prop_map(|(which, code)| Step::Cashier { which, code }),
        2 => (0u8..6).prop_map(Step::Server),
        2 => (0usize..4).prop_map(Step::Tick),
        1 => Just(Step::AppShown),
        1 => Just(Step::Restart),
    ]
}

/// A world, and the order as the server has it.
struct Run {
    world: World,
    server: Option<Order>,
    /// The server has told this program so.
    told_paid: bool,
    told_failed: bool,
}

impl Run {
    fn take(&mut self, step: Step) {
        match step {
            Step::Ask(page, intent) => self.world.ask(page, intent),
            Step::Page(id, _, 0) => self.world.feed(Event::Page(id, PageEvent::Hidden)),
            Step::Page(id, _, 1) => {
                self.world.feed(Event::Page(id, PageEvent::Closed));
                self.world.pages.remove(&id.0);
            }
            Step::Page(id, screen, _) => self.world.show(id, screen),
            Step::Reply { which, how } => self.reply(which, how),
            Step::Wallet(grants) => {
                if !self.world.asks.is_empty() {
                    let grant = Grant { auth_code: "c".into(), site_name: None };
                    self.world.authorise(if grants { Ok(grant) } else { Err(HostFault) });
                }
            }
            Step::Cashier { which, code } => {
                if which < self.world.cashiers.len() {
                    let attempt = self.world.cashiers.remove(which);
                    self.world.feed(Event::CashierReturned { attempt, code: code.map(str::to_owned) });
                }
            }
            Step::Server(kind) => self.change_order(kind),
            Step::Tick(which) => {
                if which < self.world.timers.len() {
                    self.world.timers.swap(0, which);
                    self.world.tick();
                }
            }
            Step::AppShown => self.world.feed(Event::AppShown),
            Step::Restart => {
                self.world = self.world.restarted();
                self.told_paid = false;
                self.told_failed = false;
            }
        }
    }

    fn reply(&mut self, which: usize, how: u8) {
        if which >= self.world.calls.len() {
            return;
        }
        let (request, call) = self.world.calls.remove(which);
        let reply = match (how, call.path.split(['?', '/']).nth(1).unwrap_or_default()) {
            (0, _) => Reply::Lost,
            (1, _) => problem(401, "session_expired"),
            (2, _) => problem(503, "unavailable"),
            (_, "catalog") => answer(&catalog()),
            (_, "sessions") => session_answer("tag"),
            (_, "quotes") => answer(&quote("q-1")),
            (_, "orders") => self.orders(&call.path, call.body.is_some()),
            (_, other) => panic!("a path that no server has: {other}"),
        };
        self.world.feed(Event::Replied(request, reply));
    }

    fn orders(&mut self, path: &str, post: bool) -> Reply {
        if path == "/orders" && !post {
            self.remember();
            return answer(&OrderList { orders: self.server.iter().cloned().collect() });
        }
        if path == "/orders" && self.server.is_none() {
            self.server = Some(order("o-1", 1));
        }
        if path.ends_with("/payments")
            && let Some(order) = &mut self.server
            && order.may_start_payment
        {
            order.version += 1;
            order.may_start_payment = false;
            let number = order.version;
            order.attempt = Some(attempt(&format!("a-{number}"), AttemptStatus::Open));
        }
        self.remember();
        self.server.as_ref().map_or_else(|| problem(404, "order_not_found"), answer)
    }

    fn remember(&mut self) {
        let Some(order) = &self.server else { return };
        self.told_paid |= order.status == OrderStatus::Paid;
        self.told_failed |=
            order.attempt.as_ref().is_some_and(|attempt| attempt.status == AttemptStatus::Failed);
    }

    fn change_order(&mut self, kind: u8) {
        let Some(order) = &mut self.server else { return };
        let (AttemptStatus::Open | AttemptStatus::Unknown) = order.attempt.as_ref().unwrap().status else {
            return;
        };
        let id: AttemptId = order.attempt.as_ref().unwrap().attempt_id.clone();
        order.version += 1;
        match kind {
            0 => order.status = OrderStatus::Paid,
            1 | 2 => {
                order.attempt = Some(attempt(id.as_str(), AttemptStatus::Failed));
                order.may_start_payment = true;
            }
            3 => order.attempt = Some(attempt(id.as_str(), AttemptStatus::Unknown)),
            4 => order.status = OrderStatus::Other("parked".into()),
            _ => order.attempt = Some(attempt(id.as_str(), AttemptStatus::Open)),
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let world = &self.world;
        for page in world.pages.values() {
            let view = crate::testing::to_json(page);
            match view["phase"].as_str() {
                Some("paid") => prop_assert!(self.told_paid, "paid without the server's word"),
                Some("failed") => prop_assert!(self.told_failed, "failed without the server's word"),
                _ => {}
            }
            if view["phase"] == "confirming" {
                prop_assert!(view["primary"].is_null() || view["primary"] == "Return to the cashier");
            }
        }
        let stored =
            world.stored.as_ref().and_then(|stored| stored.member("cart")).map(crate::testing::to_json);
        for line in stored.iter().flat_map(|cart| cart.as_array().into_iter().flatten()) {
            prop_assert!((1..=999).contains(&line["quantity"].as_u64().unwrap()), "{line}");
        }
        Ok(())
    }
}

/// A fresh page of the same screen shows what the page that followed by patches shows.
fn shows_the_same(world: &World, page: PageId, screen: Screen) -> Result<(), TestCaseError> {
    const FRESH: PageId = PageId(99);
    let mut world = world.clone();
    world.feed(Event::Page(FRESH, PageEvent::Opened(screen)));
    // Showing may ask the server again, which both pages are told of: one by a view, one by patches.
    world.feed(Event::Page(FRESH, PageEvent::Shown));
    prop_assert_eq!(world.pages.get(&FRESH.0), world.pages.get(&page.0));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn money_is_never_guessed(steps in prop::collection::vec(step(), 1..120)) {
        let mut run = Run { world: World::open(), server: None, told_paid: false, told_failed: false };
        run.world.fill_cart();
        for step in steps {
            let open_before = run.world.cashiers.len();
            let may_be_lost = matches!(step, Step::Tick(_) | Step::Ask(..) | Step::Restart | Step::Reply { .. });
            run.take(step);
            let opened = run.world.cashiers.len().saturating_sub(open_before);
            prop_assert!(opened <= 1, "two cashiers at once");
            prop_assert!(may_be_lost || opened == 0, "a cashier opens only by a wish or an answer");
            run.check()?;
        }
        let replayed = run.world.events.iter().fold(Checkout::new(), |mut checkout, (now, event)| {
            checkout.update(*now, event.clone());
            checkout
        });
        prop_assert_eq!(format!("{replayed:?}"), format!("{:?}", run.world.checkout), "a replay gives the same state");
    }

    #[test]
    fn patches_show_what_a_fresh_view_shows(steps in prop::collection::vec(step(), 1..60)) {
        let mut run = Run { world: World::open(), server: None, told_paid: false, told_failed: false };
        run.world.fill_cart();
        for step in steps.into_iter().filter(|step| !matches!(step, Step::Page(_, _, 0 | 1) | Step::Restart)) {
            run.take(step);
        }
        shows_the_same(&run.world, SHOP, Screen::Shop)?;
        shows_the_same(&run.world, CART, Screen::Cart)?;
    }
}
