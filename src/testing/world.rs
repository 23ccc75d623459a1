//! A host by script: it keeps what the core asked for, and a test decides what comes of it.

use std::collections::BTreeMap;

use shop_api::{AttemptId, Order, OrderId, Quote, Timestamp};

use super::{answer, breakdown, catalog, line, money, peso, session_answer, to_json};
use crate::{
    checkout::Checkout,
    effect::{Destination, Effect, Fault},
    event::{AskId, Event, Grant, HostFault, PageEvent, PageId, Reply, RequestId, Screen, TimerId},
    intent::{CartIntent, Intent, ShopIntent},
    patch::Change,
    session::ApiCall,
    value::Value,
};

pub const SHOP: PageId = PageId(1);
pub const CART: PageId = PageId(2);
pub const CONFIRM: PageId = PageId(3);
pub const RESULT: PageId = PageId(4);

/// A checkout and what it asked for.
#[derive(Clone)]
pub struct World {
    pub checkout: Checkout,
    pub now: Timestamp,
    /// Every event so far, for replays.
    pub events: Vec<(Timestamp, Event)>,
    pub calls: Vec<(RequestId, ApiCall)>,
    pub asks: Vec<AskId>,
    /// Cashiers that are open.
    pub cashiers: Vec<AttemptId>,
    pub timers: Vec<(TimerId, u32)>,
    pub routes: Vec<Destination>,
    pub faults: Vec<Fault>,
    pub stored: Option<Value>,
    /// What each page shows, kept as a page would.
    pub pages: BTreeMap<u32, Value>,
    /// Changes that the last event sent to pages.
    pub patches: Vec<Change>,
}

impl World {
    pub fn new() -> Self {
        Self {
            checkout: Checkout::new(),
            now: Timestamp(1_000),
            events: Vec::new(),
            calls: Vec::new(),
            asks: Vec::new(),
            cashiers: Vec::new(),
            timers: Vec::new(),
            routes: Vec::new(),
            faults: Vec::new(),
            stored: None,
            pages: BTreeMap::new(),
            patches: Vec::new(),
        }
    }

    /// Started, with a catalogue and a session; the shop page is shown.
    pub fn open() -> Self {
        let mut world = Self::new();
        world.feed(Event::Started { stored: None });
        world.sign_in("tag");
        world.reply("/catalog", answer(&catalog()));
        world.reply("/orders", answer(&shop_api::OrderList { orders: Vec::new() }));
        world.show(SHOP, Screen::Shop);
        world
    }

    /// The same program, killed and started again: only what was stored is left.
    pub fn restarted(&self) -> Self {
        let mut world = Self::new();
        world.now = self.now;
        world.feed(Event::Started { stored: self.stored.clone() });
        world.stored = world.stored.or(self.stored.clone());
        world
    }

    pub fn feed(&mut self, event: Event) {
        self.events.push((self.now, event.clone()));
        self.patches.clear();
        for effect in self.checkout.update(self.now, event) {
            self.take(effect);
        }
    }

    fn take(&mut self, effect: Effect) {
        match effect {
            Effect::Store => self.stored = Some(self.checkout.stored()),
            Effect::Call { request, call, .. } => self.calls.push((request, call)),
            Effect::Authorise(ask) => self.asks.push(ask),
            Effect::OpenCashier { attempt, .. } => self.cashiers.push(attempt),
            Effect::Go(destination) => self.routes.push(destination),
            Effect::StartTimer(timer, millis) => self.timers.push((timer, millis)),
            Effect::View(PageId(page), view) => {
                self.pages.insert(page, view);
            }
            Effect::Patch(PageId(page), changes) => {
                let view = self.pages.get_mut(&page).expect("a patch follows a view");
                changes.iter().for_each(|change| apply(view, change));
                self.patches.extend(changes);
            }
            Effect::Report(fault) => self.faults.push(fault),
        }
    }

    pub fn show(&mut self, page: PageId, screen: Screen) {
        self.feed(Event::Page(page, PageEvent::Opened(screen)));
        self.feed(Event::Page(page, PageEvent::Shown));
    }

    pub fn ask(&mut self, page: PageId, intent: Intent) {
        self.feed(Event::Asked(page, intent));
    }

    /// The wallet gives an auth code and the server a session.
    pub fn sign_in(&mut self, tag: &str) {
        let grant = Grant { auth_code: "code".into(), site_name: None };
        self.authorise(Ok(grant));
        self.reply("/sessions", session_answer(tag));
    }

    pub fn authorise(&mut self, grant: Result<Grant, HostFault>) {
        let ask = self.asks.pop().expect("the wallet is asked");
        self.feed(Event::Authorised(ask, grant));
    }

    /// Whether a call whose path starts so is under way.
    pub fn is_asking(&self, path: &str) -> bool {
        self.calls.iter().any(|(_, call)| call.path.starts_with(path))
    }

    /// Answers the call with this path, or else the oldest whose path starts so.
    pub fn reply(&mut self, path: &str, reply: Reply) {
        let exact = self.calls.iter().position(|(_, call)| call.path == path);
        let at = exact.or_else(|| self.calls.iter().position(|(_, call)| call.path.starts_with(path)));
        let (request, _) =
            self.calls.remove(at.unwrap_or_else(|| panic!("no call of {path}: {:?}", self.calls)));
        self.feed(Event::Replied(request, reply));
    }

    pub fn leave_cashier(&mut self, code: &str) {
        let attempt = self.cashiers.pop().expect("a cashier is open");
        self.feed(Event::CashierReturned { attempt, code: Some(code.to_owned()) });
    }

    /// The oldest timer goes off.
    pub fn tick(&mut self) {
        let (timer, millis) = self.timers.remove(0);
        self.now = self.now.plus_millis(u64::from(millis));
        self.feed(Event::TimerFired(timer));
    }

    pub fn fill_cart(&mut self) {
        for (product, more) in [("blend", 1), ("mug", 0)] {
            self.ask(SHOP, Intent::Shop(ShopIntent::OpenProduct(product.into())));
            (0..more).for_each(|_| self.ask(SHOP, Intent::Shop(ShopIntent::Increase)));
            self.ask(SHOP, Intent::Shop(ShopIntent::AddToCart));
        }
        self.show(CART, Screen::Cart);
    }

    /// The confirmation shows a quote of the cart.
    pub fn confirm(&mut self) {
        self.ask(CART, Intent::Cart(CartIntent::Checkout));
        self.show(CONFIRM, Screen::Confirm);
        self.reply("/quotes", answer(&quote("q-1")));
    }

    pub fn leave_confirm_for(&mut self, order: &str) {
        self.feed(Event::Page(CONFIRM, PageEvent::Closed));
        self.show(RESULT, Screen::Result(Some(OrderId::from(order))));
    }

    /// The server tells of an order on a poll of it.
    pub fn poll(&mut self, order: &Order) {
        self.reply(&format!("/orders/{}?", order.order_id.as_str()), answer(order));
    }

    pub fn view(&self, page: PageId) -> serde_json::Value {
        to_json(&self.pages[&page.0])
    }

    pub fn phase(&self, page: PageId) -> String {
        self.view(page)["phase"].as_str().expect("a phase").to_owned()
    }

    pub fn notice(&self, page: PageId) -> Option<String> {
        self.view(page)["notice"]["code"].as_str().map(str::to_owned)
    }
}

/// What the server quotes for [`World::fill_cart`].
pub fn quote(id: &str) -> Quote {
    let lines = vec![line("blend-250", 2, 32_000), line("mug", 1, 45_050)];
    Quote {
        quote_id: Some(id.into()),
        currency: peso(),
        breakdown: breakdown(&lines),
        lines,
        problems: Vec::new(),
        coupon: None,
        delivery_options: Vec::new(),
        amount_problem: None,
        total: money(109_050),
        payee: shop_api::Payee { name: "Kapé Trading".into() },
        expires_at: Timestamp(600_000),
        server_time: Timestamp(1_000),
    }
}

fn apply(view: &mut Value, change: &Change) {
    match change {
        Change::Set { path, value } => *node(view, path) = value.clone(),
        Change::Splice { path, start, delete, items } => {
            let Value::List(list) = node(view, path) else { panic!("{path} is no list") };
            list.splice(*start..start + delete, items.iter().cloned());
        }
    }
}

fn node<'a>(view: &'a mut Value, path: &str) -> &'a mut Value {
    path.replace('[', ".[").split('.').fold(view, |node, step| match node {
        Value::List(items) => &mut items[step.trim_matches(['[', ']']).parse::<usize>().expect("an index")],
        Value::Object(members) => {
            &mut members
                .iter_mut()
                .find(|(name, _)| name == step)
                .unwrap_or_else(|| panic!("no {step} in {path}"))
                .1
        }
        other => panic!("{path} leads into {other:?}"),
    })
}
