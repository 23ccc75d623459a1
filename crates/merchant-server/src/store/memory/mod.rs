//! The store of a world in one process: no I/O, nothing durable, and the rules of the databases.
//!
//! In: calls of [`Store`]. Out: what was kept, until the process ends. Everything is found by a key or in
//! order, so no call costs more for the orders of the past: millions of payments fit one run of a test.

mod books;
mod catalog;
mod commit;
mod erasing;
mod jobs;
mod lists;
mod orders;
mod outbox;
mod rules;
mod shoppers;
mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use merchant_core::books::Balance;
use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{
    Customer, JobChange, JobKey, Order, PaymentRequestId, RefundRequestId, StoredCall, WalletName,
};
use merchant_core::pricing::Dealings;
use shop_api::{AttemptId, OrderId, QuoteId, Sku, Timestamp};

use super::{
    Claimed, Commit, Committed, Counts, DealingsQuestion, Forgotten, Imported, InboxEntry, Job, JobToken,
    KeptMessage, MessageEnd, MessagePage, MessageRow, OrderPage, OrderSummary, QuoteRow, SessionRow,
    StatedRow, Store, StoreError, Story, Swept, Unstated,
};
use crate::evidence::Wire;
use crate::reconcile::Period;

/// The [`Store`] in memory. One server's own.
#[derive(Default)]
pub struct MemoryStore(Mutex<World>);

/// Everything that is kept.
#[derive(Default)]
struct World {
    orders: orders::Orders,
    jobs: jobs::Jobs,
    goods: catalog::Goods,
    shoppers: shoppers::Shoppers,
    books: books::Books,
    outbox: outbox::Outbox,
    wire: wire::Messages,
}

impl MemoryStore {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn is_shared(&self) -> bool {
        false
    }

    async fn load(&self, order: &OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.world().orders.get(order).map(|kept| kept.order.clone()))
    }

    async fn commit(&self, decision: Commit) -> Result<Committed, StoreError> {
        commit::commit(&mut self.world(), decision)
    }

    async fn order_of_quote(&self, quote: &QuoteId) -> Result<Option<OrderId>, StoreError> {
        Ok(self.world().orders.of_quote(quote).cloned())
    }

    async fn orders_of(&self, customer: &Customer, limit: u32) -> Result<Vec<Order>, StoreError> {
        Ok(self.world().orders.of_customer(customer, limit as usize))
    }

    async fn versions_of(&self, orders: &[OrderId]) -> Result<Vec<(OrderId, u32)>, StoreError> {
        let world = self.world();
        let version = |id: &OrderId| world.orders.get(id).map(|kept| (id.clone(), kept.order.version));
        Ok(orders.iter().filter_map(version).collect())
    }

    async fn list_orders(&self, page: OrderPage) -> Result<Vec<OrderSummary>, StoreError> {
        Ok(lists::list(&self.world(), page))
    }

    async fn story(&self, order: &OrderId) -> Result<Story, StoreError> {
        Ok(lists::story(&self.world(), order))
    }

    async fn balances(&self, before: Timestamp) -> Result<Vec<Balance>, StoreError> {
        Ok(self.world().books.balances(before))
    }

    async fn claim_messages(
        &self,
        endpoint: &str,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claimed>, StoreError> {
        Ok(self.world().outbox.claim(endpoint, now, lease_until, limit as usize))
    }

    async fn end_message(
        &self,
        claimed: (i64, u32),
        end: MessageEnd,
        answer: String,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.world().outbox.end(claimed, &end, answer, now))
    }

    async fn next_message_at(&self, endpoint: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.world().outbox.next_at(endpoint))
    }

    async fn list_messages(&self, page: MessagePage) -> Result<Vec<MessageRow>, StoreError> {
        Ok(self.world().outbox.list(&page))
    }

    async fn resend_message(
        &self,
        id: &str,
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        Ok(self.world().outbox.resend(id, endpoint, now))
    }

    async fn import_rows(
        &self,
        wallet: &WalletName,
        rows: Vec<StatedRow>,
        now: Timestamp,
    ) -> Result<Vec<bool>, StoreError> {
        self.world().books.import(wallet, &rows, now)
    }

    async fn find_payment(
        &self,
        wallet: &WalletName,
        payment_request_id: Option<&str>,
        payment_id: Option<&str>,
    ) -> Result<Option<(OrderId, AttemptId)>, StoreError> {
        Ok(books::find_payment(&self.world(), wallet, payment_request_id, payment_id))
    }

    async fn unstated(
        &self,
        wallet: &WalletName,
        period: Period,
        limit: u32,
    ) -> Result<Vec<Unstated>, StoreError> {
        Ok(books::unstated(&self.world(), wallet, period, limit as usize))
    }

    async fn put_job(&self, job: JobKey, due: Timestamp) -> Result<(), StoreError> {
        self.world().jobs.change(&JobChange::Put(job, due));
        Ok(())
    }

    async fn keep_wire(&self, order: &OrderId, wire: Wire) -> Result<(), StoreError> {
        let mut world = self.world();
        if world.orders.get(order).is_none() && !wire.messages.is_empty() {
            return Err(rules::refuse("messages are about an order that there is"));
        }
        world.wire.append(order, wire);
        Ok(())
    }

    async fn wire(&self, order: &OrderId) -> Result<Vec<KeptMessage>, StoreError> {
        Ok(self.world().wire.of_order(order))
    }

    async fn find_attempt(
        &self,
        wallet: &WalletName,
        payment_request_id: &PaymentRequestId,
    ) -> Result<Option<(OrderId, AttemptId)>, StoreError> {
        Ok(self.world().orders.find_attempt(wallet, payment_request_id))
    }

    async fn pay_request(&self, attempt: &AttemptId) -> Result<Option<StoredCall>, StoreError> {
        Ok(self.world().orders.pay_request(attempt).cloned())
    }

    async fn refund_call(
        &self,
        wallet: &WalletName,
        refund: &RefundRequestId,
    ) -> Result<Option<StoredCall>, StoreError> {
        Ok(self.world().orders.refund_call(wallet, refund).cloned())
    }

    async fn keep_refund_call(
        &self,
        wallet: &WalletName,
        refund: &RefundRequestId,
        call: StoredCall,
    ) -> Result<(), StoreError> {
        self.world().orders.keep_refund_call(wallet, refund, call);
        Ok(())
    }

    async fn record_notification(&self, entry: InboxEntry) -> Result<(), StoreError> {
        self.world().shoppers.record(entry);
        Ok(())
    }

    async fn claim_jobs(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        Ok(self.world().jobs.claim_due(now, lease_until, limit as usize))
    }

    async fn next_job_at(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.world().jobs.next_at())
    }

    async fn release_leases(&self, now: Timestamp) -> Result<(), StoreError> {
        self.world().jobs.release_leases(now);
        Ok(())
    }

    async fn hand_back(&self, jobs: &[JobToken], now: Timestamp) -> Result<(), StoreError> {
        self.world().jobs.hand_back(jobs, now);
        Ok(())
    }

    async fn finish_job(&self, job: &JobToken) -> Result<(), StoreError> {
        let jobs = &mut self.world().jobs;
        if jobs.is_held(job) {
            jobs.end_claim(job);
            jobs.delete_unless_wanted(job);
        }
        Ok(())
    }

    async fn put_off_job(&self, job: &JobToken, due: Timestamp) -> Result<(), StoreError> {
        self.world().jobs.put_off(job, due);
        Ok(())
    }

    async fn catalog(&self) -> Result<Option<StoredCatalog>, StoreError> {
        Ok(self.world().goods.catalog())
    }

    async fn catalog_of(&self, skus: &[Sku]) -> Result<Option<StoredCatalog>, StoreError> {
        Ok(self.world().goods.catalog_of(skus))
    }

    async fn import_catalog(&self, new: StoredCatalog, if_empty: bool) -> Result<Imported, StoreError> {
        Ok(catalog::import(&mut self.world(), new, if_empty))
    }

    async fn dealings(&self, asked: DealingsQuestion) -> Result<Dealings, StoreError> {
        Ok(lists::dealings(&self.world(), &asked))
    }

    async fn add_session(&self, session: SessionRow) -> Result<(), StoreError> {
        self.world().shoppers.add_session(session)
    }

    async fn session(&self, token_hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
        Ok(self.world().shoppers.session(&token_hash).cloned())
    }

    async fn add_quote(&self, quote: QuoteRow) -> Result<(), StoreError> {
        self.world().shoppers.add_quote(quote)
    }

    async fn quote(&self, id: &QuoteId) -> Result<Option<QuoteRow>, StoreError> {
        Ok(self.world().shoppers.quote(id).cloned())
    }

    async fn erasable(&self, before: Timestamp, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        Ok(erasing::erasable(&self.world(), before, limit as usize))
    }

    async fn order_ids_of(&self, customer: &Customer) -> Result<Vec<OrderId>, StoreError> {
        Ok(self.world().orders.ids_of(customer))
    }

    async fn forget_customer(&self, customer: &Customer) -> Result<Forgotten, StoreError> {
        Ok(self.world().shoppers.forget(customer))
    }

    async fn sweep(&self, before: Timestamp) -> Result<Swept, StoreError> {
        Ok(self.world().shoppers.sweep(before))
    }

    async fn secret(&self, name: &'static str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        Ok(self.world().shoppers.secret(name, fresh))
    }

    async fn counts(&self, now: Timestamp) -> Result<Counts, StoreError> {
        Ok(lists::counts(&self.world(), now))
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
