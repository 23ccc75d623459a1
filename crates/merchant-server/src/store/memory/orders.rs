//! Orders with their attempts and refunds, and every way in which they are found.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use merchant_core::lifecycle::{
    CouponMove, Customer, CustomerId, ERASED, NewAttempt, Order, PaymentId, PaymentRequestId,
    RefundRequestId, StockHold, StoredCall, WalletName,
};
use merchant_core::pricing::CouponCode;
use shop_api::{AttemptId, OrderId, QuoteId, Sku, Timestamp};

use super::rules::refuse;
use crate::store::{StoreError, StoryEvent};

#[derive(Default)]
pub(super) struct Orders {
    kept: HashMap<OrderId, Kept>,
    ids: BTreeMap<i64, OrderId>,
    of_quote: HashMap<QuoteId, OrderId>,
    of_customer: HashMap<Customer, Numbers>,
    needing_attention: BTreeSet<i64>,
    /// Those that weren't erased, by when they changed last.
    by_change: BTreeSet<(Timestamp, i64)>,
    attempts: HashMap<AttemptId, StoredCall>,
    by_request: HashMap<(WalletName, PaymentRequestId), (OrderId, AttemptId)>,
    by_payment: HashMap<(WalletName, PaymentId), AttemptId>,
    refunds: HashMap<(WalletName, RefundRequestId), (OrderId, Option<StoredCall>)>,
    live_attempts: BTreeMap<&'static str, BTreeSet<(Timestamp, AttemptId)>>,
    coupon_uses: HashMap<CouponCode, u32>,
    unresolved: u32,
}

/// An order, and what happened to it.
pub(super) struct Kept {
    pub(super) number: i64,
    pub(super) order: Order,
    /// When it changed last.
    pub(super) changed_at: Timestamp,
    pub(super) events: Vec<StoryEvent>,
}

/// The numbers of a customer's orders.
#[derive(Default)]
struct Numbers {
    all: BTreeSet<i64>,
    unresolved: BTreeSet<i64>,
}

impl Orders {
    pub(super) fn get(&self, id: &OrderId) -> Option<&Kept> {
        self.kept.get(id)
    }

    pub(super) fn of_quote(&self, quote: &QuoteId) -> Option<&OrderId> {
        self.of_quote.get(quote)
    }

    /// Unresolved orders first, then the newest others; newest first in the answer.
    pub(super) fn of_customer(&self, customer: &Customer, limit: usize) -> Vec<Order> {
        let Some(numbers) = self.of_customer.get(customer) else { return Vec::new() };
        let mut chosen: BTreeSet<i64> = numbers.unresolved.iter().rev().take(limit).copied().collect();
        for number in numbers.all.iter().rev() {
            if chosen.len() >= limit {
                break;
            }
            chosen.insert(*number);
        }
        chosen
            .iter()
            .rev()
            .filter_map(|number| self.by_number(*number))
            .map(|kept| kept.order.clone())
            .collect()
    }

    /// The orders with numbers below this one, newest first; only those that a person should look at, if
    /// so.
    pub(super) fn before(&self, number: i64, attention_only: bool) -> Box<dyn Iterator<Item = &Kept> + '_> {
        if attention_only {
            let numbers = self.needing_attention.range(..number).rev();
            return Box::new(numbers.filter_map(|number| self.by_number(*number)));
        }
        Box::new(self.ids.range(..number).rev().filter_map(|(_, id)| self.get(id)))
    }

    fn by_number(&self, number: i64) -> Option<&Kept> {
        self.get(self.ids.get(&number)?)
    }

    /// A customer's unresolved orders but one, newest first.
    pub(super) fn unresolved_of<'a>(
        &'a self,
        customer: &Customer,
        except: &'a OrderId,
    ) -> impl Iterator<Item = &'a Order> {
        let numbers = self.of_customer.get(customer).map(|numbers| &numbers.unresolved);
        let orders = numbers.into_iter().flatten().rev().filter_map(|number| self.by_number(*number));
        orders.map(|kept| &kept.order).filter(move |order| order.id != *except)
    }

    pub(super) fn newest_overlap<'a>(
        &'a self,
        customer: &Customer,
        skus: &[Sku],
        except: &'a OrderId,
    ) -> Option<&'a OrderId> {
        let mut others = self.unresolved_of(customer, except);
        let shares = |order: &&Order| order.lines.iter().any(|line| skus.contains(&line.sku));
        others.find(shares).map(|order| &order.id)
    }

    /// A customer's orders that hold their stock, or sold it.
    fn dealings_of(&self, customer: &Customer) -> impl Iterator<Item = &Order> {
        let numbers = self.of_customer.get(customer).map(|numbers| &numbers.all);
        let orders = numbers.into_iter().flatten().rev().filter_map(|number| self.by_number(*number));
        orders.map(|kept| &kept.order).filter(|order| match order.stock {
            StockHold::Reserved | StockHold::Sold => true,
            StockHold::Released => false,
        })
    }

    /// Units of a SKU in the customer's orders since then.
    pub(super) fn units_of(&self, customer: &Customer, sku: &Sku, since: Timestamp) -> u32 {
        let since = self.dealings_of(customer).filter(|order| order.created_at >= since);
        since.flat_map(|order| &order.lines).filter(|line| line.sku == *sku).map(|line| line.quantity).sum()
    }

    pub(super) fn coupon_uses(&self, code: &CouponCode) -> u32 {
        self.coupon_uses.get(code).copied().unwrap_or(0)
    }

    pub(super) fn coupon_uses_by(&self, customer: &Customer, code: &CouponCode) -> u32 {
        let uses = self.dealings_of(customer).filter(|order| order.coupon.as_ref() == Some(code)).count();
        u32::try_from(uses).unwrap_or(u32::MAX)
    }

    /// One use more, or one less.
    ///
    /// # Errors
    /// It would be given back more often than it was used.
    pub(super) fn move_coupon(&mut self, moved: &CouponMove) -> Result<(), StoreError> {
        match moved {
            CouponMove::Use(code) => *self.coupon_uses.entry(code.clone()).or_default() += 1,
            CouponMove::GiveBack(code) => {
                if let Some(uses) = self.coupon_uses.get_mut(code) {
                    *uses = uses.checked_sub(1).ok_or_else(|| refuse("there is no less than no use"))?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn count_unresolved(&self) -> u32 {
        self.unresolved
    }

    pub(super) fn count_attention(&self) -> usize {
        self.needing_attention.len()
    }

    pub(super) fn live_attempts(&self) -> &BTreeMap<&'static str, BTreeSet<(Timestamp, AttemptId)>> {
        &self.live_attempts
    }

    pub(super) fn pay_request(&self, attempt: &AttemptId) -> Option<&StoredCall> {
        self.attempts.get(attempt)
    }

    pub(super) fn find_attempt(
        &self,
        wallet: &WalletName,
        request: &PaymentRequestId,
    ) -> Option<(OrderId, AttemptId)> {
        self.by_request.get(&(wallet.clone(), request.clone())).cloned()
    }

    pub(super) fn holder_of_payment(&self, wallet: &WalletName, payment: &PaymentId) -> Option<&AttemptId> {
        self.by_payment.get(&(wallet.clone(), payment.clone()))
    }

    /// The order of an attempt.
    pub(super) fn of_attempt(&self, attempt: &AttemptId) -> Option<(OrderId, AttemptId)> {
        self.by_request.values().find(|(_, id)| id == attempt).cloned()
    }

    /// All orders, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Order> {
        self.ids.values().filter_map(|id| self.get(id)).map(|kept| &kept.order)
    }

    pub(super) fn order_of_refund(&self, wallet: &WalletName, refund: &RefundRequestId) -> Option<&OrderId> {
        self.refunds.get(&(wallet.clone(), refund.clone())).map(|(order, _)| order)
    }

    pub(super) fn refund_call(&self, wallet: &WalletName, refund: &RefundRequestId) -> Option<&StoredCall> {
        self.refunds.get(&(wallet.clone(), refund.clone()))?.1.as_ref()
    }

    /// Stores the bytes, unless there are some already.
    pub(super) fn keep_refund_call(
        &mut self,
        wallet: &WalletName,
        refund: &RefundRequestId,
        call: StoredCall,
    ) {
        if let Some((_, kept)) = self.refunds.get_mut(&(wallet.clone(), refund.clone())) {
            kept.get_or_insert(call);
        }
    }

    /// Keeps an order as it is now, with what happened and the bytes of a new attempt.
    pub(super) fn keep(
        &mut self,
        order: Order,
        new: Option<&NewAttempt>,
        events: Vec<StoryEvent>,
        now: Timestamp,
    ) {
        if let Some(new) = new.filter(|new| order.attempt(&new.id).is_some()) {
            self.attempts.insert(new.id.clone(), new.pay_request.clone());
            let request = (order.customer.wallet.clone(), new.payment_request_id.clone());
            self.by_request.insert(request, (order.id.clone(), new.id.clone()));
        }
        let number = match self.kept.get(&order.id) {
            Some(kept) => kept.number,
            None => self.number(&order),
        };
        self.unlist(&order.id);
        if order.erased_at.is_none() {
            self.by_change.insert((now, number));
        }
        self.list(number, &order);
        match self.kept.get_mut(&order.id) {
            Some(kept) => {
                kept.order = order;
                kept.changed_at = now;
                kept.events.extend(events);
            }
            None => {
                self.kept.insert(order.id.clone(), Kept { number, order, changed_at: now, events });
            }
        }
    }

    /// Forgets what was personal of an order: whose it is, what was sent about it, what happened in words.
    pub(super) fn forget(&mut self, id: &OrderId, stand_in: CustomerId, now: Timestamp) {
        let Some(kept) = self.kept.get_mut(id) else { return };
        let before = kept.order.customer.clone();
        kept.order.forget(stand_in, now);
        for event in &mut kept.events {
            ERASED.clone_into(&mut event.detail);
        }
        if let Some(numbers) = self.of_customer.get_mut(&before) {
            numbers.all.remove(&kept.number);
        }
        self.of_customer.entry(kept.order.customer.clone()).or_default().all.insert(kept.number);
        for attempt in &kept.order.attempts {
            self.attempts.remove(&attempt.id);
        }
        for refund in &kept.order.refunds {
            let key = (before.wallet.clone(), refund.id.clone());
            self.refunds.insert(key, (id.clone(), None));
        }
    }

    /// All orders of a customer, newest first.
    pub(super) fn ids_of(&self, customer: &Customer) -> Vec<OrderId> {
        let numbers = self.of_customer.get(customer).map(|numbers| &numbers.all);
        numbers.into_iter().flatten().rev().filter_map(|number| self.ids.get(number)).cloned().collect()
    }

    /// Orders that weren't erased and changed last before this time, the longest unchanged first.
    pub(super) fn unchanged_since(&self, before: Timestamp) -> impl Iterator<Item = &Order> {
        let numbers = self.by_change.range(..(before, 0));
        numbers.filter_map(|(_, number)| self.by_number(*number)).map(|kept| &kept.order)
    }

    /// A new order's place among all.
    fn number(&mut self, order: &Order) -> i64 {
        let number = self.ids.last_key_value().map_or(1, |(last, _)| last + 1);
        self.ids.insert(number, order.id.clone());
        self.of_quote.insert(order.quote_id.clone(), order.id.clone());
        self.of_customer.entry(order.customer.clone()).or_default().all.insert(number);
        number
    }

    /// Takes an order out of every list that goes by its state.
    fn unlist(&mut self, id: &OrderId) {
        let Some(Kept { number, order, changed_at, .. }) = self.kept.get(id) else { return };
        self.needing_attention.remove(number);
        self.by_change.remove(&(*changed_at, *number));
        if order.state.is_unresolved() {
            self.unresolved -= 1;
            if let Some(numbers) = self.of_customer.get_mut(&order.customer) {
                numbers.unresolved.remove(number);
            }
        }
        if let Some(live) = order.live_attempt()
            && let Some(listed) = self.live_attempts.get_mut(live.state.as_str())
        {
            listed.remove(&(live.created_at, live.id.clone()));
        }
    }

    /// Puts an order into every list that goes by its state, its payments and refunds among them.
    fn list(&mut self, number: i64, order: &Order) {
        if order.attention.is_some() {
            self.needing_attention.insert(number);
        }
        if order.state.is_unresolved() {
            self.unresolved += 1;
            self.of_customer.entry(order.customer.clone()).or_default().unresolved.insert(number);
        }
        if let Some(live) = order.live_attempt() {
            let listed = self.live_attempts.entry(live.state.as_str()).or_default();
            listed.insert((live.created_at, live.id.clone()));
        }
        let wallet = &order.customer.wallet;
        for attempt in &order.attempts {
            if let Some(payment) = &attempt.payment_id {
                self.by_payment.insert((wallet.clone(), payment.clone()), attempt.id.clone());
            }
        }
        for refund in &order.refunds {
            let key = (wallet.clone(), refund.id.clone());
            self.refunds.entry(key).or_insert_with(|| (order.id.clone(), None));
        }
    }
}
