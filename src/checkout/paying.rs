//! Carrying out what payments want, and keeping up with the orders that somebody looks at.

use std::rc::Rc;

use shop_api::{AttemptId, MAX_WAIT_SECONDS, Order, OrderId, Returned, StartPayment};

use super::{Checkout, Misuse, misuse};
use crate::{
    effect::Effect,
    payment::{Payment, PaymentCommand, TradePayCode},
    session::{ApiCall, Purpose},
};

impl Checkout {
    pub(super) fn cashier_returned(
        &mut self,
        attempt: &AttemptId,
        code: &TradePayCode,
        effects: &mut Vec<Effect>,
    ) {
        let returned = self.payments.iter_mut().find_map(|payment| {
            let commands = payment.returned(attempt.clone(), code.clone()).ok()?;
            Some((payment.order().clone(), commands))
        });
        match returned {
            Some((order, commands)) => self.carry_out(&order, commands, effects),
            None => misuse(Misuse("tradePay called back for a cashier that isn't open"), effects),
        }
    }

    /// Asks again for every order that somebody looks at: what came meanwhile may have been lost.
    pub(super) fn came_back(&mut self, effects: &mut Vec<Effect>) {
        let timer = self.new_timer();
        let pages = &self.pages;
        let commands: Vec<_> = self
            .payments
            .iter_mut()
            .filter(|payment| payment.is_cashier_open() || pages.shows_order(payment.order()))
            .map(|payment| (payment.order().clone(), payment.came_back(timer)))
            .collect();
        for (order, commands) in commands {
            self.carry_out(&order, commands, effects);
        }
    }

    /// Keeps polling the orders that somebody looks at or pays.
    pub(super) fn follow_orders(&mut self, effects: &mut Vec<Effect>) {
        let (pages, orders) = (&self.pages, &self.orders);
        let commands: Vec<_> = self
            .payments
            .iter_mut()
            .filter(|payment| payment.is_cashier_open() || pages.shows_order(payment.order()))
            .map(|payment| {
                (payment.order().clone(), payment.follow(orders.get(payment.order()).map(Rc::as_ref)))
            })
            .collect();
        for (order, commands) in commands {
            self.carry_out(&order, commands, effects);
        }
    }

    pub(super) fn each_payment(
        &mut self,
        effects: &mut Vec<Effect>,
        change: impl Fn(&mut Payment) -> Vec<PaymentCommand>,
    ) {
        let commands: Vec<_> =
            self.payments.iter_mut().map(|payment| (payment.order().clone(), change(payment))).collect();
        for (order, commands) in commands {
            self.carry_out(&order, commands, effects);
        }
    }

    pub(super) fn with_payment(
        &mut self,
        id: &OrderId,
        effects: &mut Vec<Effect>,
        change: impl FnOnce(&mut Payment, &Order) -> Result<Vec<PaymentCommand>, Misuse>,
    ) -> Result<(), Misuse> {
        let order = self.orders.get(id).cloned().ok_or(Misuse("the order isn't known yet"))?;
        let commands = self.payment(id, |payment| change(payment, &order))?;
        self.carry_out(id, commands, effects);
        Ok(())
    }

    pub(super) fn retry(&mut self, order: &OrderId, effects: &mut Vec<Effect>) {
        let commands = self.payment(order, Payment::retry);
        self.carry_out(order, commands, effects);
    }

    pub(super) fn carry_out(
        &mut self,
        order: &OrderId,
        commands: Vec<PaymentCommand>,
        effects: &mut Vec<Effect>,
    ) {
        for command in commands {
            match command {
                PaymentCommand::OpenCashier(attempt, cashier) => {
                    effects.push(Effect::OpenCashier { attempt, cashier })
                }
                PaymentCommand::Hint(attempt, code) => {
                    let call = ApiCall::returned(order, &attempt, Returned { result_code: code.hint() });
                    self.session.send(Purpose::Returned { order: order.clone() }, call, effects);
                }
                PaymentCommand::Poll { round, wait } => {
                    let after = self.orders.get(order).map_or(0, |order| order.version);
                    let call = ApiCall::order(order, after, if wait { MAX_WAIT_SECONDS } else { 0 });
                    self.session.send(Purpose::Poll { order: order.clone(), round }, call, effects);
                }
                PaymentCommand::Start { after } => {
                    let call = ApiCall::start_payment(order, StartPayment { after });
                    self.session.send(Purpose::StartPayment { order: order.clone() }, call, effects);
                }
                PaymentCommand::Wait(timer, millis) => effects.push(Effect::StartTimer(timer, millis)),
            }
        }
    }

    /// Changes the payment of an order, which begins with the first change.
    pub(super) fn payment<T>(&mut self, order: &OrderId, change: impl FnOnce(&mut Payment) -> T) -> T {
        let at = self.payments.iter().position(|payment| payment.order() == order);
        let mut payment = at.map_or_else(|| Payment::new(order.clone()), |at| self.payments.swap_remove(at));
        let outcome = change(&mut payment);
        self.payments.push(payment);
        outcome
    }
}
