//! A quote becomes an order: committed with its first attempt before anything is sent.

use std::sync::Arc;

use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{CustomerLimits, Line, NewAttempt, Order, PaymentRequestId, Placement, place};
use merchant_core::pricing::{CouponCode, Quoted, changes};
use shop_api::{AmountProblemCode, AttemptId, MinorUnits, OrderId, PlaceOrder, RequestedLine, Timestamp};

use super::calls::{Call, Wanted};
use super::ids::new_id;
use super::quoting::{PricedNow, Wish, customer_window};
use super::{App, ShopError, Shopper};
use crate::evidence::Wire;
use crate::metrics::Counter;
use crate::store::{Commit, Committed, Conflict, QuoteRow};
use crate::wallet::{Device, PayFacts};

/// How often an order is priced again that others overtook.
const PLACING_TRIES: u32 = 5;

/// An order that was asked for.
#[derive(Debug)]
pub struct Placed {
    /// The order, after the wallet was asked for its cashier, or five seconds later.
    pub order: Arc<Order>,
    /// Whether it is new; the same quote never makes two.
    pub is_new: bool,
}

/// What came of one try to place an order.
enum Tried {
    Placed { order: Arc<Order>, call: Option<Call>, due: Option<Timestamp> },
    OrderedBefore,
    Overtaken,
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
        device: &Device,
    ) -> Result<Placed, ShopError> {
        match self.place_anew(shopper, request, device).await {
            Ok(order) => Ok(Placed { order, is_new: true }),
            // Whatever stands in the way may be this very order, sent twice.
            Err(refusal) => match self.order_of_quote(shopper, request).await? {
                Some(order) => Ok(Placed { order, is_new: false }),
                None => Err(refusal),
            },
        }
    }

    async fn place_anew(
        self: &Arc<Self>,
        shopper: &Shopper,
        request: &PlaceOrder,
        device: &Device,
    ) -> Result<Arc<Order>, ShopError> {
        let quote = self.store.quote(&request.quote_id).await?.ok_or(ShopError::QuoteNotFound)?;
        if quote.customer != shopper.customer {
            return Err(ShopError::QuoteNotFound);
        }
        if quote.expires_at <= self.now() {
            return Err(ShopError::QuoteExpired);
        }
        for _ in 0..PLACING_TRIES {
            match self.try_to_place(&quote, request, device).await? {
                Tried::Placed { order, call, due } => {
                    self.metrics.count(Counter::OrderPlaced);
                    tracing::info!(order = %order.id, total = %order.total, currency = order.currency.code, "order placed");
                    self.committed(&order, due);
                    self.run_call(call).await;
                    // What the call brought, as far as it is over.
                    return Ok(self.recent.get(&order.id).unwrap_or(order));
                }
                Tried::OrderedBefore => return Err(ShopError::QuoteNotFound),
                // Stock, coupon or catalogue changed between pricing and committing: pricing again says what.
                Tried::Overtaken => {}
            }
        }
        Err(ShopError::Contended)
    }

    /// Prices the quote again, and commits the order on condition that what it was priced by still holds.
    async fn try_to_place(
        &self,
        quote: &QuoteRow,
        request: &PlaceOrder,
        device: &Device,
    ) -> Result<Tried, ShopError> {
        let now = self.now();
        let placement = self.placement(quote, request, device, now).await?;
        let change = place(placement, now);
        let (wanted, due) = (Wanted::of(&change), change.next_due());
        let order = Arc::new(change.order.clone());
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
                let call = wanted.zip(token).map(|(wanted, token)| wanted.claimed(token, &order));
                Ok(Tried::Placed { order, call, due })
            }
            Committed::Refused(conflict) => match conflict {
                Conflict::QuoteUsed(_) => Ok(Tried::OrderedBefore),
                Conflict::OutOfStock(_)
                | Conflict::CatalogChanged
                | Conflict::CouponUsedUp
                | Conflict::CustomerLimit(_) => Ok(Tried::Overtaken),
                Conflict::Overlap(order) => Err(ShopError::OpenPaymentExists(order)),
                Conflict::TooManyOpenOrders => {
                    Err(ShopError::TooManyOpenOrders(self.settings.shop.max_open_orders))
                }
                Conflict::Version
                | Conflict::Fence
                | Conflict::PaymentIdTaken
                | Conflict::RefundKeyTaken
                | Conflict::MessagePending => Err(ShopError::Contended),
            },
        }
    }

    async fn order_of_quote(
        &self,
        shopper: &Shopper,
        request: &PlaceOrder,
    ) -> Result<Option<Arc<Order>>, ShopError> {
        let Some(id) = self.store.order_of_quote(&request.quote_id).await? else { return Ok(None) };
        match self.load(&id, Some(&shopper.customer)).await {
            Ok(order) => Ok(Some(order)),
            Err(ShopError::OrderNotFound) => Err(ShopError::QuoteNotFound),
            Err(error) => Err(error),
        }
    }

    async fn placement(
        &self,
        quote: &QuoteRow,
        request: &PlaceOrder,
        device: &Device,
        now: Timestamp,
    ) -> Result<Placement, ShopError> {
        let lines: Vec<_> = quote
            .lines
            .iter()
            .map(|line| RequestedLine { sku: line.sku.clone(), quantity: line.quantity })
            .collect();
        let wish = Wish {
            customer: &quote.customer,
            lines: &lines,
            coupon: quote.coupon.as_ref().map(CouponCode::as_str),
            delivery: quote.breakdown.parts().delivery.as_ref().map(|chosen| chosen.method.as_str()),
            to: quote.address.as_ref(),
        };
        let PricedNow { catalog, currency, priced } = self.price(&wish, now).await?;
        if currency != quote.currency {
            return Err(ShopError::QuoteExpired);
        }
        let with_coupon = quote.coupon.is_some();
        let quoted = Quoted { lines: &quote.lines, breakdown: &quote.breakdown, with_coupon };
        let changes = changes(&quoted, &priced);
        if !changes.is_empty() {
            return Err(ShopError::QuoteChanged(changes));
        }
        let order_id = OrderId(new_id(&*self.rng, now));
        let pay_by = now.plus_millis(self.settings.shop.payment_window_millis);
        let facts = PayFacts {
            customer: &quote.customer,
            order_id: &order_id,
            currency: &quote.currency,
            lines: &quote.lines,
            breakdown: &quote.breakdown,
            address: quote.address.as_ref(),
            payee: &quote.payee,
            pay_by,
            device,
        };
        let has_to_be_paid = quote.breakdown.total() > MinorUnits::ZERO;
        // An order of zero never goes to the wallet.
        let attempt = has_to_be_paid.then(|| self.new_attempt(&facts)).transpose()?;
        Ok(Placement {
            order_id,
            quote_id: quote.id.clone(),
            customer: quote.customer.clone(),
            currency: quote.currency.clone(),
            customer_limits: customer_limits(&catalog, &quote.lines, now),
            lines: quote.lines.clone(),
            breakdown: quote.breakdown.clone(),
            coupon: priced.coupon.and_then(|coupon| coupon.verdict.ok()),
            address: quote.address.clone(),
            catalog_revision: catalog.revision,
            payee: quote.payee.clone(),
            pay_by,
            attempt,
            despite_open_order: request.despite_open_order.clone(),
            max_open_orders: self.settings.shop.max_open_orders,
        })
    }

    /// A new attempt of an order that exists.
    pub(super) fn next_attempt(&self, order: &Order, device: &Device) -> Result<NewAttempt, ShopError> {
        self.new_attempt(&PayFacts {
            customer: &order.customer,
            order_id: &order.id,
            currency: &order.currency,
            lines: &order.lines,
            breakdown: &order.breakdown,
            address: order.address.as_ref(),
            payee: &order.payee,
            pay_by: order.pay_by,
            device,
        })
    }

    fn new_attempt(&self, facts: &PayFacts<'_>) -> Result<NewAttempt, ShopError> {
        let total = facts.breakdown.total();
        if let Some(problem) = self.wallets.amount_problem(&facts.customer.wallet, total) {
            let least = facts.currency.format(problem.amount);
            return Err(ShopError::AmountNotAllowed(match problem.code {
                AmountProblemCode::BelowMinimum => format!("it takes {least} at least"),
                AmountProblemCode::NotAMultiple | AmountProblemCode::Other(_) => {
                    format!("it takes multiples of {least}")
                }
            }));
        }
        let not_allowed = |error: &dyn std::fmt::Display| ShopError::PaymentNotAllowed(error.to_string());
        let now = self.now();
        let id = AttemptId(new_id(&*self.rng, now));
        let payment_request_id =
            PaymentRequestId::new(new_id(&*self.rng, now)).map_err(|error| not_allowed(&error))?;
        let pay_request =
            self.wallets.prepare_pay(facts, &payment_request_id).map_err(|error| not_allowed(&error))?;
        Ok(NewAttempt { id, payment_request_id, pay_request })
    }
}

/// What one customer may have of these lines' SKUs.
fn customer_limits(catalog: &StoredCatalog, lines: &[Line], now: Timestamp) -> CustomerLimits {
    let variants = || catalog.products.iter().flat_map(|product| &product.variants);
    let limit = |line: &Line| {
        let variant = variants().find(|variant| variant.sku == line.sku)?;
        Some((line.sku.clone(), line.quantity, variant.max_per_customer?))
    };
    CustomerLimits { limits: lines.iter().filter_map(limit).collect(), since: customer_window(catalog, now) }
}
