//! Which event goes where, and what the screens' transitions lead to.

use shop_api::{Order, OrderId, PlaceOrder, Timestamp};

use super::{Checkout, Misuse, misuse};
use crate::{
    cart::CartTransition,
    catalog::ShopTransition,
    confirm::{ConfirmTransition, Placement},
    effect::{Destination, Effect},
    event::{Event, PageEvent, PageId, Screen},
    intent::{Intent, ResultIntent},
    payment::{Payment, TradePayCode},
    result::{self, Action},
    session::{ApiCall, Purpose},
    stored::Pending,
};

impl Checkout {
    pub(super) fn handle(&mut self, now: Timestamp, event: Event, effects: &mut Vec<Effect>) {
        match event {
            Event::Started { .. } => misuse(Misuse("the checkout has started already"), effects),
            Event::Page(page, event) => self.on_page(now, page, event, effects),
            Event::Asked(page, intent) => {
                if let Err(wrong) = self.on_intent(now, page, intent, effects) {
                    misuse(wrong, effects);
                }
            }
            Event::AppShown => self.came_back(effects),
            Event::Replied(request, reply) => {
                let deliveries = self.session.replied(request, reply, effects);
                self.deliver(now, deliveries, effects);
            }
            Event::Authorised(ask, grant) => {
                let deliveries = self.session.authorised(ask, grant, effects);
                self.deliver(now, deliveries, effects);
            }
            Event::CashierReturned { attempt, code } => {
                self.cashier_returned(&attempt, &TradePayCode::parse(code.as_deref()), effects);
            }
            Event::TimerFired(timer) => self.each_payment(effects, |payment| payment.timer_fired(timer)),
        }
    }

    fn on_page(&mut self, now: Timestamp, id: PageId, event: PageEvent, effects: &mut Vec<Effect>) {
        match event {
            PageEvent::Opened(screen) => {
                self.pages.open(id, screen.clone());
                match screen {
                    Screen::Confirm => {
                        let transition = self.confirm.opened(self.cart.requested());
                        self.on_confirm(transition, effects);
                    }
                    Screen::Result(Some(order)) => {
                        self.payment(&order, |_| ());
                    }
                    Screen::Shop | Screen::Cart | Screen::Result(None) => {}
                }
            }
            PageEvent::Shown => {
                if !self.pages.set_visible(id, true) {
                    misuse(Misuse("no such page is open"), effects);
                    return;
                }
                let Some(page) = self.pages.get(id) else { return };
                match page.screen {
                    Screen::Shop | Screen::Cart => self.refresh(now, effects),
                    // The cashier may have covered the page, and its answer may have been lost.
                    Screen::Result(_) if page.returned => self.came_back(effects),
                    Screen::Result(_) | Screen::Confirm => {}
                }
            }
            PageEvent::Hidden => {
                self.pages.set_visible(id, false);
            }
            PageEvent::Closed => self.pages.close(id),
        }
    }

    fn on_intent(
        &mut self,
        now: Timestamp,
        page: PageId,
        intent: Intent,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Misuse> {
        let screen =
            self.pages.get(page).map(|page| page.screen.clone()).ok_or(Misuse("no such page is open"))?;
        match (screen, intent) {
            (Screen::Shop, Intent::Shop(intent)) => {
                let transition = self.shop.on(intent, &self.cart)?;
                self.on_shop(transition, effects)?;
            }
            (Screen::Cart, Intent::Cart(intent)) => {
                let transition = self.cart.on(intent, self.shop.shelf())?;
                self.on_cart(transition, effects)?;
            }
            (Screen::Confirm, Intent::Confirm(intent)) => {
                let transition = self.confirm.on(intent, self.session.server_time(now))?;
                self.on_confirm(transition, effects);
            }
            (Screen::Result(Some(order)), Intent::Result(intent)) => {
                self.on_result(&order, intent, effects)?
            }
            (Screen::Shop | Screen::Cart, Intent::Notice) => self.refresh(now, effects),
            (Screen::Confirm, Intent::Notice) => {
                let transition =
                    self.confirm.on_notice(self.cart.requested(), self.session.server_time(now))?;
                self.on_confirm(transition, effects);
            }
            (Screen::Result(Some(order)), Intent::Notice) => self.retry(&order, effects),
            (Screen::Result(None), Intent::Result(_) | Intent::Notice) => {
                effects.push(Effect::Go(Destination::Shop))
            }
            (
                Screen::Shop | Screen::Cart | Screen::Confirm | Screen::Result(_),
                Intent::Shop(_) | Intent::Cart(_) | Intent::Confirm(_) | Intent::Result(_),
            ) => return Err(Misuse("this page has no such handler")),
        }
        Ok(())
    }

    fn on_shop(
        &mut self,
        transition: Option<ShopTransition>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Misuse> {
        match transition {
            None => Ok(()),
            Some(ShopTransition::Add { sku, quantity }) => {
                self.cart.add(sku, quantity);
                Ok(())
            }
            Some(ShopTransition::OpenCart) => {
                effects.push(Effect::Go(Destination::Cart));
                Ok(())
            }
            Some(ShopTransition::OpenOrder) => self.go_to_open_order(effects),
        }
    }

    fn on_cart(
        &mut self,
        transition: Option<CartTransition>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Misuse> {
        match transition {
            None => {}
            Some(CartTransition::Checkout) => effects.push(Effect::Go(Destination::Confirm)),
            Some(CartTransition::OpenShop) => effects.push(Effect::Go(Destination::Shop)),
            Some(CartTransition::OpenOrder) => self.go_to_open_order(effects)?,
        }
        Ok(())
    }

    /// Asks for what the shop lacks or has had for long.
    fn refresh(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.load_catalog(now, effects);
        if !self.orders_known {
            self.load_orders(effects);
        }
    }

    fn go_to_open_order(&self, effects: &mut Vec<Effect>) -> Result<(), Misuse> {
        let order = self.orders.open().ok_or(Misuse("no order is open"))?;
        effects.push(Effect::Go(Destination::Order(order.order_id.clone())));
        Ok(())
    }

    pub(super) fn on_confirm(&mut self, transition: Option<ConfirmTransition>, effects: &mut Vec<Effect>) {
        match transition {
            None => {}
            Some(ConfirmTransition::Quote { round, request }) => {
                self.session.send(Purpose::Quote { round }, ApiCall::quote(request), effects);
            }
            Some(ConfirmTransition::Place { round, placement: Placement { quote_id, despite, lines } }) => {
                self.pending = Some(Pending { quote_id: quote_id.clone(), lines });
                // Written down first: the calls after a store wait for it.
                self.save(effects);
                let call = ApiCall::place(PlaceOrder { quote_id, despite_open_order: despite });
                self.session.send(Purpose::Place { round }, call, effects);
            }
            Some(ConfirmTransition::Placed(order)) => self.placed(*order, effects),
            Some(ConfirmTransition::BackToCart) => effects.push(Effect::Go(Destination::Back)),
            Some(ConfirmTransition::OpenOrder(order)) => {
                effects.push(Effect::Go(Destination::OrderInstead(order)))
            }
        }
    }

    /// An order was placed: on to its page, and to its cashier when the shopper still waits for it.
    fn placed(&mut self, order: Order, effects: &mut Vec<Effect>) {
        let id = order.order_id.clone();
        self.learn(order, effects);
        if !self.pages.iter().any(|page| page.screen == Screen::Confirm) {
            return;
        }
        self.save(effects);
        effects.push(Effect::Go(Destination::OrderInstead(id.clone())));
        let order = self.orders.get(&id).cloned();
        let commands = self.payment(&id, |payment| payment.pay(order.as_deref()));
        self.carry_out(&id, commands, effects);
    }

    fn on_result(
        &mut self,
        id: &OrderId,
        intent: ResultIntent,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Misuse> {
        let order = self.orders.get(id).cloned();
        let (primary, secondary) = self.payment(id, |payment| result::actions(order.as_deref(), payment));
        let action = match intent {
            ResultIntent::Primary => primary,
            ResultIntent::Secondary => secondary,
        };
        match action.ok_or(Misuse("the page offers no such button now"))? {
            Action::BackToShop => effects.push(Effect::Go(Destination::Shop)),
            Action::CheckAgain => self.retry(id, effects),
            Action::OpenCashier | Action::ReturnToCashier => {
                self.with_payment(id, effects, Payment::open_cashier)?
            }
            Action::TryAgain => self.with_payment(id, effects, Payment::try_again)?,
        }
        Ok(())
    }
}
