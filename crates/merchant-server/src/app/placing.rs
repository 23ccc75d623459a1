//! A quote becomes an order: committed with its first attempt before anything is sent.

use std::sync::Arc;

use shop_api::{AttemptId, OrderId, PlaceOrder, Sku};

use super::{App, Counter, ShopError, Shopper};
use crate::evidence::Wire;
use crate::lifecycle::{NewAttempt, Order, PaymentRequestId, Placement, place};
use crate::store::{Commit, Committed, Conflict, Job, QuoteRow};
use crate::wallet::PayFacts;

/// An order that was asked for.
#[derive(Debug)]
pub struct Placed {
    /// The order, after the wallet was asked for its cashier, or five seconds later.
    pub order: Order,
    /// Whether it is new; the same quote never makes two.
    pub is_new: bool,
}

impl App {
    /// Places the order of a quote.
    ///
    /// # Errors
    /// [`ShopError`] says why it can't be ordered; nothing was changed then.
    pub async fn place_order(
        self: &Arc<Self>,
        shopper: &Shopper,
        request: &PlaceOrder,
    ) -> Result<Placed, ShopError> {
        if let Some(order) = self.order_of_quote(shopper, request).await? {
            return Ok(Placed { order, is_new: false });
        }
        let quote = self.store.quote(&request.quote_id).await?.ok_or(ShopError::QuoteNotFound)?;
        if quote.customer != shopper.customer {
            return Err(ShopError::QuoteNotFound);
        }
        let now = self.now();
        if quote.expires_at <= now {
            return Err(ShopError::QuoteExpired);
        }
        let placement = self.placement(quote, request)?;
        let change = place(placement, now);
        let (order, run_now) = (change.order.clone(), change.run_now.clone());
        let subscribers = self.webhooks.subscribers();
        let commit = Commit {
            change,
            expected_version: 0,
            now,
            inbox: None,
            job: None,
            wire: Wire::default(),
            subscribers,
        };
        match self.store.commit(commit).await? {
            Committed::Done(token) => {
                self.metrics.count(Counter::OrderPlaced);
                tracing::info!(order = %order.id, total = %order.total, currency = order.currency.code, "order placed");
                self.committed(&order);
                let call = run_now.zip(token).map(|(key, token)| Job { key, token });
                self.run_call(call).await;
                Ok(Placed { order: self.load(&order.id, None).await?, is_new: true })
            }
            Committed::Refused(Conflict::QuoteUsed(_)) => {
                let order = self.order_of_quote(shopper, request).await?.ok_or(ShopError::QuoteNotFound)?;
                Ok(Placed { order, is_new: false })
            }
            Committed::Refused(conflict) => Err(self.refusal(conflict)),
        }
    }

    async fn order_of_quote(
        &self,
        shopper: &Shopper,
        request: &PlaceOrder,
    ) -> Result<Option<Order>, ShopError> {
        let Some(id) = self.store.order_of_quote(&request.quote_id).await? else { return Ok(None) };
        match self.load(&id, Some(&shopper.customer)).await {
            Ok(order) => Ok(Some(order)),
            Err(ShopError::OrderNotFound) => Err(ShopError::QuoteNotFound),
            Err(error) => Err(error),
        }
    }

    fn placement(&self, quote: QuoteRow, request: &PlaceOrder) -> Result<Placement, ShopError> {
        let order_id = OrderId(self.rng.unguessable_id());
        let pay_by = self.now().plus_millis(self.settings.shop.payment_window_millis);
        let (id, payment_request_id) = self.attempt_ids()?;
        // An order of zero never goes to the wallet, so there is nothing to prepare.
        let pay_request = if quote.total.value() == 0 {
            crate::lifecycle::StoredCall { uri: String::new(), body: Vec::new() }
        } else {
            let facts = PayFacts {
                wallet: &quote.customer.wallet,
                order_id: &order_id,
                payment_request_id: &payment_request_id,
                currency: &quote.currency,
                total: quote.total,
                lines: &quote.lines,
                payee: &quote.payee,
                pay_by,
            };
            self.wallets
                .prepare_pay(&facts)
                .map_err(|error| ShopError::PaymentNotAllowed(error.to_string()))?
        };
        Ok(Placement {
            order_id,
            quote_id: quote.id,
            customer: quote.customer,
            currency: quote.currency,
            lines: quote.lines,
            total: quote.total,
            payee: quote.payee,
            pay_by,
            attempt: NewAttempt { id, payment_request_id, pay_request },
            despite_open_order: request.despite_open_order.clone(),
            max_open_orders: self.settings.shop.max_open_orders,
        })
    }

    /// A new attempt of an order that exists.
    pub(super) fn next_attempt(&self, order: &Order) -> Result<NewAttempt, ShopError> {
        let (id, payment_request_id) = self.attempt_ids()?;
        let facts = PayFacts {
            wallet: &order.customer.wallet,
            order_id: &order.id,
            payment_request_id: &payment_request_id,
            currency: &order.currency,
            total: order.total,
            lines: &order.lines,
            payee: &order.payee,
            pay_by: order.pay_by,
        };
        let pay_request = self
            .wallets
            .prepare_pay(&facts)
            .map_err(|error| ShopError::PaymentNotAllowed(error.to_string()))?;
        Ok(NewAttempt { id, payment_request_id, pay_request })
    }

    fn attempt_ids(&self) -> Result<(AttemptId, PaymentRequestId), ShopError> {
        let payment_request_id = PaymentRequestId::new(self.rng.unguessable_id())
            .map_err(|error| ShopError::PaymentNotAllowed(error.to_string()))?;
        Ok((AttemptId(self.rng.unguessable_id()), payment_request_id))
    }

    fn refusal(&self, conflict: Conflict) -> ShopError {
        let changed = |sku: &Sku, what: &str| {
            ShopError::QuoteChanged(format!("{what} of {sku} changed since the quote"))
        };
        match conflict {
            Conflict::OutOfStock(sku) => changed(&sku, "the stock"),
            Conflict::PriceChanged(sku) => changed(&sku, "the price or availability"),
            Conflict::Overlap(order) => ShopError::OpenPaymentExists(order),
            Conflict::TooManyOpenOrders => ShopError::TooManyOpenOrders(self.settings.shop.max_open_orders),
            Conflict::Version
            | Conflict::Fence
            | Conflict::QuoteUsed(_)
            | Conflict::PaymentIdTaken
            | Conflict::RefundKeyTaken => ShopError::Contended,
        }
    }
}
