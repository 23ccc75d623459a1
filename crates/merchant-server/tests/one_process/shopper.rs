//! Shoppers and operators: each does what people do, by chance.

use merchant_core::lifecycle::{
    Attempt, AttemptState, Customer, CustomerId, Order, OrderState, PaymentId, RefundAmount, RefundRequestId,
    RefundWish, WalletName,
};
use merchant_server::app::{ShopError, Shopper};
use merchant_server::wallet::Device;
use shop_api::{MinorUnits, OrderId, PlaceOrder, QuoteRequest, RequestedLine};

use super::gateway::{Notification, Said};
use super::world::{Happening, World};

/// How often somebody looks whether the cashier is there, before giving up.
const PATIENCE: u32 = 20;

impl World {
    /// A shopper orders, and the next one is on the way.
    pub async fn enters(&self, number: u64) {
        if number < self.shoppers {
            self.agenda.after(self.chance.seconds(2), Happening::Enters(number + 1));
        }
        let customer = Customer {
            wallet: WalletName("test".into()),
            id: CustomerId::new(format!("customer-{number}")).unwrap(),
        };
        self.wallet.open_account(&customer.id);
        match self.order(&customer).await {
            Some(order) => {
                self.ordered(&order);
                self.look_again(order, customer, 0, 30);
            }
            None => self.count("nothing was left"),
        }
    }

    async fn order(&self, customer: &Customer) -> Option<OrderId> {
        let line =
            |sku: &str, most| RequestedLine { sku: sku.into(), quantity: 1 + self.chance.below(most) as u32 };
        let lines = match self.chance.below(3) {
            0 => vec![line("TEA", 3)],
            1 => vec![line("MUG", 3)],
            _ => vec![line("MUG", 2), line("TEA", 1)],
        };
        let shopper = Shopper { customer: customer.clone() };
        let cart = QuoteRequest { lines, coupon: None, delivery: None, address: None };
        let quote_id = self.app.quote(&shopper, &cart).await.unwrap().quote_id?;
        let order = PlaceOrder { quote_id, despite_open_order: None };
        let placed = self.app.place_order(&shopper, &order, &Device::default()).await.unwrap();
        assert!(placed.is_new);
        if self.chance.one_in(10) {
            self.count("somebody ordered twice by mistake");
            let again = self.app.place_order(&shopper, &order, &Device::default()).await.unwrap();
            assert!(!again.is_new && again.order.id == placed.order.id);
        }
        Some(placed.order.id.clone())
    }

    fn look_again(&self, order: OrderId, customer: Customer, looks: u32, within: u64) {
        self.agenda.after(self.chance.seconds(within), Happening::Looks { order, customer, looks });
    }

    /// A shopper sees how the order stands, and does something about it.
    pub async fn looks(&self, id: OrderId, customer: Customer, looks: u32) {
        let order = self.app.find(&id).await.unwrap().unwrap();
        match order.state {
            OrderState::Paid { .. } if self.chance.one_in(6) => {
                self.agenda.after(self.chance.seconds(86_400), Happening::GivesBack(id));
            }
            OrderState::Paid { .. } | OrderState::Cancelled { .. } | OrderState::Expired { .. } => {}
            OrderState::AwaitingPayment | OrderState::NeedsAttention { .. } => {
                self.decides(&order, customer, looks).await;
            }
        }
    }

    async fn decides(&self, order: &Order, customer: Customer, looks: u32) {
        let shopper = Shopper { customer: customer.clone() };
        let attempt = order.attempts.last().unwrap();
        match (&attempt.state, &attempt.payment_id) {
            (AttemptState::Open { .. }, Some(payment)) => {
                self.at_the_cashier(order, attempt, payment, &shopper).await;
                self.look_again(order.id.clone(), customer, looks + 1, 300);
            }
            (AttemptState::Failed { .. } | AttemptState::Cancelled { .. }, _) if self.chance.one_in(2) => {
                self.count("somebody paid again");
                let after = attempt.id.clone();
                match self.app.start_payment(&shopper, &order.id, after, &Device::default()).await {
                    Ok(_) | Err(ShopError::PaymentNotAllowed(_)) => {}
                    Err(other) => panic!("{other}"),
                }
                self.look_again(order.id.clone(), customer, looks + 1, 30);
            }
            (AttemptState::Failed { .. } | AttemptState::Cancelled { .. }, _) => {}
            _ if looks < PATIENCE => self.look_again(order.id.clone(), customer, looks + 1, 20),
            _ => {}
        }
    }

    async fn at_the_cashier(&self, order: &Order, attempt: &Attempt, payment: &PaymentId, shopper: &Shopper) {
        if self.chance.one_in(20) {
            self.count("somebody forged a notification");
            self.tell(&forged(order, attempt, payment)).await;
        }
        let confirms = |refuse| self.wallet.confirm(payment, &shopper.customer.id, refuse);
        match self.chance.below(20) {
            0..12 => {
                confirms(false);
                // What the host says of it may be wrong, and may never be said.
                let codes = ["9000", "9000", "9000", "9000", "8000", "4000", "6001", ""];
                self.returns(order, attempt, shopper, codes[self.chance.below(8) as usize]).await;
            }
            12..14 => {
                self.count("risk control refused");
                confirms(true);
                self.returns(order, attempt, shopper, "4000").await;
            }
            14 => self.gives_up(order, shopper).await,
            15 => {
                self.count("somebody cancelled and paid");
                self.gives_up(order, shopper).await;
                confirms(false);
            }
            16 => {
                self.count("somebody paid and cancelled");
                confirms(false);
                self.gives_up(order, shopper).await;
            }
            17 | 18 => self.returns(order, attempt, shopper, "6001").await,
            _ => {}
        }
    }

    async fn returns(&self, order: &Order, attempt: &Attempt, shopper: &Shopper, code: &str) {
        if !code.is_empty() {
            self.app.returned(shopper, &order.id, attempt.id.clone(), code).await.unwrap();
        }
    }

    async fn gives_up(&self, order: &Order, shopper: &Shopper) {
        match self.app.cancel(shopper, &order.id).await {
            Ok(_) | Err(ShopError::PaymentNotAllowed(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }

    /// An operator gives all or a part back, and asks twice by mistake.
    pub async fn gives_back(&self, id: &OrderId) {
        let all = self.chance.one_in(2);
        let amount =
            if all { RefundAmount::Rest } else { RefundAmount::Exactly(MinorUnits::new(101).unwrap()) };
        let wish = RefundWish {
            key: RefundRequestId::new(format!("back-{id}")).unwrap(),
            amount,
            reason: "broken".to_owned(),
            operator: "maria".to_owned(),
        };
        match self.app.refund(id, wish.clone()).await {
            Ok(refunding) => {
                self.count("an operator gave money back");
                assert!(refunding.is_news);
                assert!(!self.app.refund(id, wish).await.unwrap().is_news);
            }
            // It was given back already, because nobody wanted it any more.
            Err(ShopError::RefundRefused(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

/// Says that an open payment is paid, and isn't the wallet's.
fn forged(order: &Order, attempt: &Attempt, payment: &PaymentId) -> Notification {
    Notification {
        is_signed: false,
        payment_request_id: attempt.payment_request_id.clone(),
        payment_id: payment.as_str().to_owned(),
        value: order.total.value(),
        said: Said::Paid,
    }
}
