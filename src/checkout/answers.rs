//! The server's answers, and what they change.

use shop_api::{CustomerTag, Order, OrderList, Timestamp};

use super::Checkout;
use crate::{
    effect::{Destination, Effect},
    event::Screen,
    orders::Orders,
    session::{ApiCall, ApiFailure, Delivery, Purpose},
    value::Value,
    wire,
};

impl Checkout {
    pub(super) fn deliver(&mut self, now: Timestamp, deliveries: Vec<Delivery>, effects: &mut Vec<Effect>) {
        for delivery in deliveries {
            match delivery {
                Delivery::Opened(customer) => self.recognise(customer),
                Delivery::Answer(purpose, answer) => self.answered(now, purpose, answer, effects),
            }
        }
    }

    /// What was another customer's is none of this one's business.
    fn recognise(&mut self, customer: CustomerTag) {
        if self.customer.as_ref().is_some_and(|known| *known != customer) {
            self.cart.clear();
            self.confirm.forget();
            self.orders = Orders::default();
            self.payments.clear();
            self.pending = None;
        }
        self.customer = Some(customer);
    }

    fn answered(
        &mut self,
        now: Timestamp,
        purpose: Purpose,
        answer: Result<Value, ApiFailure>,
        effects: &mut Vec<Effect>,
    ) {
        match purpose {
            Purpose::Session => {}
            Purpose::Catalog => {
                if self.shop.loaded(now, answer) {
                    self.cart.shelf_changed();
                }
            }
            Purpose::Orders => {
                // Without the list there is no banner; shop and cart ask again when they are shown.
                let list = read::<OrderList>(answer);
                self.orders_known |= list.is_ok();
                for order in list.map(|list| list.orders).unwrap_or_default() {
                    self.learn(order, effects);
                }
            }
            Purpose::Quote { round } => {
                let session = &mut self.session;
                let transition = self.confirm.quoted(round, answer, |server| session.learn_time(now, server));
                if self.confirm.quote().is_some_and(|quote| !quote.problems.is_empty()) {
                    self.shop.outdated();
                }
                self.on_confirm(transition, effects);
            }
            Purpose::Place { round } => {
                let unsure = answer.as_ref().err().is_some_and(ApiFailure::is_unsure);
                let transition = self.confirm.placed(round, answer);
                self.on_confirm(transition, effects);
                if unsure {
                    self.load_orders(effects);
                }
            }
            Purpose::Poll { order, round } => {
                let news = read::<Order>(answer).map(|order| self.learn(order, effects));
                let timer = self.new_timer();
                let commands =
                    self.payment(&order, |payment| payment.polled(round, news.as_ref().copied(), timer));
                self.carry_out(&order, commands, effects);
            }
            Purpose::StartPayment { order: id } => {
                let failure = read::<Order>(answer).map(|order| self.learn(order, effects)).err();
                let order = self.orders.get(&id).cloned();
                let commands = self.payment(&id, |payment| match failure {
                    None => payment.started(order.as_deref()),
                    Some(failure) => payment.not_started(&failure),
                });
                self.carry_out(&id, commands, effects);
            }
            // The hint is a courtesy: the server asks the wallet by itself sooner or later.
            Purpose::Returned { .. } => {
                if let Ok(order) = read::<Order>(answer) {
                    self.learn(order, effects);
                }
            }
        }
    }

    /// Takes in an order. The one that was being placed takes its lines out of the cart, once.
    pub(super) fn learn(&mut self, order: Order, effects: &mut Vec<Effect>) -> bool {
        let (id, quote_id) = (order.order_id.clone(), order.quote_id.clone());
        let is_new = self.orders.get(&id).is_none();
        let news = self.orders.learn(order);
        if let Some(pending) = self.pending.clone().filter(|pending| pending.quote_id == quote_id) {
            self.take_ordered(&pending.lines);
            if self.confirm.found(&quote_id) && self.pages.iter().any(|page| page.screen == Screen::Confirm) {
                effects.push(Effect::Go(Destination::OrderInstead(id.clone())));
            }
        }
        if news {
            let order = self.orders.get(&id).cloned();
            if let Some(payment) = self.payments.iter_mut().find(|payment| *payment.order() == id) {
                if is_new {
                    payment.lines_known();
                }
                let commands = payment.advance(order.as_deref());
                self.carry_out(&id, commands, effects);
            }
        }
        news
    }

    pub(super) fn load_catalog(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.shop.wants_catalog(now) {
            self.session.send(Purpose::Catalog, ApiCall::catalog(), effects);
        }
    }

    pub(super) fn load_orders(&mut self, effects: &mut Vec<Effect>) {
        if !self.session.is_asking(&Purpose::Orders) {
            self.session.send(Purpose::Orders, ApiCall::orders(), effects);
        }
    }
}

fn read<T: for<'de> serde::Deserialize<'de>>(answer: Result<Value, ApiFailure>) -> Result<T, ApiFailure> {
    answer.and_then(|body| wire::read(&body).map_err(|wire::Unreadable| ApiFailure::Offline))
}
