//! The checkout: hands each event to the screen or process it belongs to, and carries out what they want
//! of each other.
//!
//! In: events, with the time. Out: effects. It makes no decision of its own beyond that.

mod answers;
mod paying;
mod routing;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use shop_api::{CustomerTag, QuoteId, RequestedLine, Timestamp};

use crate::{
    cart::{self, Cart, CartRows},
    catalog::{self, ProductRows, Shop},
    confirm::{self, Confirm, QuoteRows},
    effect::{Effect, Fault, FaultCode},
    event::{Event, PageEvent, PageId, Screen, TimerId},
    orders::{self, Orders},
    pages::{self, Pages},
    patch::Revision,
    payment::Payment,
    result::{self, LineRows},
    session::Session,
    stored::{self, Pending, Stored},
    value::Value,
};

/// What can't be asked for as things stand. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misuse(pub &'static str);

/// The whole state of a shopper's checkout.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// Events that came before the storage was read.
    early: Option<Vec<Event>>,
    session: Session,
    shop: Shop,
    cart: Cart,
    confirm: Confirm,
    orders: Orders,
    /// Whether the server has told of the customer's orders in this run.
    orders_known: bool,
    payments: Vec<Payment>,
    pages: Pages,
    customer: Option<CustomerTag>,
    /// The placement that was sent last, until its order is seen.
    pending: Option<Pending>,
    saved: Saved,
    last_timer: u32,
}

/// By what it is told whether there is something to store.
#[derive(Clone, Debug, Default, PartialEq)]
struct Saved {
    cart: Option<Revision>,
    customer: Option<CustomerTag>,
    pending: Option<QuoteId>,
}

impl Checkout {
    /// A checkout that waits for [`Event::Started`].
    pub fn new() -> Self {
        Self {
            early: Some(Vec::new()),
            session: Session::new(),
            shop: Shop::default(),
            cart: Cart::default(),
            confirm: Confirm::new(),
            orders: Orders::default(),
            orders_known: false,
            payments: Vec::new(),
            pages: Pages::default(),
            customer: None,
            pending: None,
            saved: Saved::default(),
            last_timer: 0,
        }
    }

    /// Takes in one event and says what to do.
    pub fn update(&mut self, now: Timestamp, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match (&mut self.early, event) {
            (Some(_), Event::Started { stored }) => {
                let early = self.early.take().unwrap_or_default();
                self.start(now, stored, &mut effects);
                for event in early {
                    self.handle(now, event, &mut effects);
                }
            }
            (Some(early), event) => early.push(event),
            (None, event) => self.handle(now, event, &mut effects),
        }
        if self.early.is_none() {
            self.follow_orders(&mut effects);
            self.save(&mut effects);
            self.show(&mut effects);
        }
        effects
    }

    /// The name of the screen that a page shows.
    pub fn screen_name(&self, page: PageId) -> Option<&'static str> {
        let early = self.early.iter().flatten().rev().find_map(|event| {
            if let Event::Page(id, PageEvent::Opened(screen)) = event {
                (*id == page).then_some(screen)
            } else {
                None
            }
        });
        early.or(self.pages.get(page).map(|page| &page.screen)).map(pages::screen_name)
    }

    fn start(&mut self, now: Timestamp, stored: Option<Value>, effects: &mut Vec<Effect>) {
        let Stored { customer, cart, pending, .. } = Stored::read(stored);
        self.customer = customer;
        self.cart = Cart::restored(cart);
        self.pending = pending;
        self.saved = self.to_save();
        self.load_catalog(now, effects);
        self.load_orders(effects);
    }

    /// What is to be stored now; see [`Effect::Store`].
    pub fn stored(&self) -> Value {
        stored::write(self.customer.as_ref(), &self.cart, self.pending.as_ref())
    }

    fn to_save(&self) -> Saved {
        let pending = self.pending.as_ref().map(|pending| pending.quote_id.clone());
        Saved { cart: Some(self.cart.log().revision()), customer: self.customer.clone(), pending }
    }

    /// Has what changed stored.
    fn save(&mut self, effects: &mut Vec<Effect>) {
        let now = self.to_save();
        if now != self.saved {
            effects.push(Effect::Store);
            self.saved = now;
        }
    }

    /// Brings every visible page up to date.
    fn show(&mut self, effects: &mut Vec<Effect>) {
        let shelf = self.shop.shelf();
        for page in self.pages.visible() {
            match page.screen.clone() {
                Screen::Shop => {
                    let head = catalog::head(&self.shop, &self.cart, orders::banner(&self.orders));
                    page.update(head, &ProductRows(&self.shop), effects);
                }
                Screen::Cart => {
                    let head =
                        cart::head(&self.cart, shelf, self.shop.notice(), orders::banner(&self.orders));
                    page.update(head, &CartRows { cart: &self.cart, shelf }, effects);
                }
                Screen::Confirm => {
                    let head = confirm::head(&self.confirm, &self.orders);
                    page.update(head, &QuoteRows { confirm: &self.confirm, shelf }, effects);
                }
                Screen::Result(id) => {
                    let nothing = Payment::of_nothing();
                    let payment = self.payments.iter().find(|payment| Some(payment.order()) == id.as_ref());
                    let payment = payment.unwrap_or(&nothing);
                    let order = self.orders.get(payment.order()).map(Rc::as_ref);
                    page.update(result::head(order, payment), &LineRows { order, payment }, effects);
                }
            }
        }
    }

    /// Takes lines that were ordered out of the cart, once.
    fn take_ordered(&mut self, lines: &[RequestedLine]) {
        self.cart.take(lines);
        self.pending = None;
        self.shop.outdated();
    }

    fn new_timer(&mut self) -> TimerId {
        self.last_timer = self.last_timer.wrapping_add(1);
        TimerId(self.last_timer)
    }
}

impl Default for Checkout {
    fn default() -> Self {
        Self::new()
    }
}

fn misuse(Misuse(message): Misuse, effects: &mut Vec<Effect>) {
    effects.push(Effect::Report(Fault { code: FaultCode::Misuse, message: message.to_owned() }));
}
