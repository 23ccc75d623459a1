//! The port, method by method: which statements each call becomes.

use std::sync::Arc;

use async_trait::async_trait;
use merchant_core::books::Balance;
use merchant_core::goods::StoredCatalog;
use merchant_core::lifecycle::{
    Customer, JobChange, JobKey, Order, PaymentRequestId, RefundRequestId, StoredCall, WalletName,
};
use merchant_core::pricing::Dealings;
use shop_api::{AttemptId, OrderId, QuoteId, Sku, Timestamp};

use super::order_key::OrderKey;
use super::{
    Driver, Outcome, SqlStore, admin, attempts, books, catalog, commit, dealings, erasing, jobs, orders,
    outbox, refunds, shoppers, statements, wire,
};
use crate::evidence::Wire;
use crate::reconcile::Period;
use crate::store::{
    Claimed, Commit, Committed, Counts, DealingsQuestion, Forgotten, Imported, InboxEntry, Job, JobToken,
    KeptMessage, MessageEnd, MessagePage, MessageRow, OrderPage, OrderSummary, QuoteRow, SessionRow,
    StatedRow, Store, StoreError, Story, Swept, Unstated,
};

#[async_trait]
impl<D: Driver> Store for SqlStore<D> {
    fn is_shared(&self) -> bool {
        self.driver.is_shared()
    }

    async fn load(&self, order: &OrderId) -> Result<Option<Order>, StoreError> {
        let id = order.clone();
        self.read_sealed(move |db, vault| orders::load(db, vault, &id)).await
    }

    async fn commit(&self, decision: Commit) -> Result<Committed, StoreError> {
        self.write_sealed(move |db, vault| commit::commit(db, vault, &decision)).await
    }

    async fn order_of_quote(&self, quote: &QuoteId) -> Result<Option<OrderId>, StoreError> {
        let id = quote.clone();
        self.driver.read(move |db| orders::of_quote(db, &id)).await
    }

    async fn orders_of(&self, customer: &Customer, limit: u32) -> Result<Vec<Order>, StoreError> {
        let customer = customer.clone();
        self.read_sealed_long(move |db, vault| orders::of_customer(db, vault, &customer, limit)).await
    }

    async fn versions_of(&self, orders: &[OrderId]) -> Result<Vec<(OrderId, u32)>, StoreError> {
        let ids = orders.to_vec();
        self.driver.read(move |db| orders::versions(db, &ids)).await
    }

    async fn list_orders(&self, page: OrderPage) -> Result<Vec<OrderSummary>, StoreError> {
        self.driver.read_long(move |db| admin::list(db, page)).await
    }

    async fn story(&self, order: &OrderId) -> Result<Story, StoreError> {
        let id = order.clone();
        self.read_sealed_long(move |db, vault| admin::story(db, vault, &id)).await
    }

    async fn balances(&self, before: Timestamp) -> Result<Vec<Balance>, StoreError> {
        self.driver.read_long(move |db| books::balances(db, before)).await
    }

    async fn claim_messages(
        &self,
        endpoint: &str,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claimed>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.write_sealed(move |db, vault| {
            outbox::claim(db, vault, &endpoint, now, lease_until, limit).map(Outcome::Keep)
        })
        .await
    }

    async fn end_message(
        &self,
        claimed: (i64, u32),
        end: MessageEnd,
        answer: String,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.driver.write(move |db| outbox::end(db, claimed, &end, &answer, now).map(Outcome::Keep)).await
    }

    async fn next_message_at(&self, endpoint: &str) -> Result<Option<Timestamp>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.driver.read(move |db| outbox::next_at(db, &endpoint)).await
    }

    async fn list_messages(&self, page: MessagePage) -> Result<Vec<MessageRow>, StoreError> {
        self.driver.read_long(move |db| outbox::list(db, &page)).await
    }

    async fn resend_message(
        &self,
        id: &str,
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let (id, endpoint) = (id.to_owned(), endpoint.map(str::to_owned));
        self.driver
            .write(move |db| outbox::resend(db, &id, endpoint.as_deref(), now).map(Outcome::Keep))
            .await
    }

    async fn import_rows(
        &self,
        wallet: &WalletName,
        rows: Vec<StatedRow>,
        now: Timestamp,
    ) -> Result<Vec<bool>, StoreError> {
        let wallet = wallet.clone();
        self.driver.write(move |db| statements::import(db, &wallet, &rows, now).map(Outcome::Keep)).await
    }

    async fn find_payment(
        &self,
        wallet: &WalletName,
        payment_request_id: Option<&str>,
        payment_id: Option<&str>,
    ) -> Result<Option<(OrderId, AttemptId)>, StoreError> {
        let wallet = wallet.clone();
        let (ours, its) = (payment_request_id.map(str::to_owned), payment_id.map(str::to_owned));
        self.driver
            .read(move |db| statements::find_payment(db, &wallet, ours.as_deref(), its.as_deref()))
            .await
    }

    async fn unstated(
        &self,
        wallet: &WalletName,
        period: Period,
        limit: u32,
    ) -> Result<Vec<Unstated>, StoreError> {
        let wallet = wallet.clone();
        self.driver.read_long(move |db| statements::unstated(db, &wallet, period, limit)).await
    }

    async fn put_job(&self, job: JobKey, due: Timestamp) -> Result<(), StoreError> {
        let put = JobChange::Put(job, due);
        self.driver.write(move |db| db.later(jobs::change(&put)).map(Outcome::Keep)).await
    }

    async fn find_attempt(
        &self,
        wallet: &WalletName,
        payment_request_id: &PaymentRequestId,
    ) -> Result<Option<(OrderId, AttemptId)>, StoreError> {
        let (wallet, request) = (wallet.clone(), payment_request_id.clone());
        self.driver.read(move |db| attempts::find(db, &wallet, &request)).await
    }

    async fn pay_request(&self, attempt: &AttemptId) -> Result<Option<StoredCall>, StoreError> {
        let id = attempt.clone();
        self.read_sealed(move |db, vault| attempts::pay_request(db, vault, &id)).await
    }

    async fn refund_call(
        &self,
        wallet: &WalletName,
        refund: &RefundRequestId,
    ) -> Result<Option<StoredCall>, StoreError> {
        let (wallet, id) = (wallet.clone(), refund.clone());
        self.read_sealed(move |db, vault| refunds::call(db, vault, &wallet, &id)).await
    }

    async fn keep_refund_call(
        &self,
        wallet: &WalletName,
        refund: &RefundRequestId,
        call: StoredCall,
    ) -> Result<(), StoreError> {
        let (wallet, id) = (wallet.clone(), refund.clone());
        self.write_sealed(move |db, vault| {
            refunds::keep_call(db, vault, &wallet, &id, &call).map(Outcome::Keep)
        })
        .await
    }

    async fn keep_wire(&self, order: &OrderId, wire: Wire) -> Result<(), StoreError> {
        let id = order.clone();
        self.write_sealed(move |db, vault| {
            if !wire.messages.is_empty() {
                let key = OrderKey::of(db, vault, &id)?;
                wire::append(db, &key, &id, &wire)?;
            }
            Ok(Outcome::Keep(()))
        })
        .await
    }

    async fn wire(&self, order: &OrderId) -> Result<Vec<KeptMessage>, StoreError> {
        let id = order.clone();
        self.read_sealed_long(move |db, vault| wire::of_order(db, vault, &id)).await
    }

    async fn record_notification(&self, entry: InboxEntry) -> Result<(), StoreError> {
        self.write_sealed(move |db, vault| commit::record(db, vault, &entry).map(Outcome::Keep)).await
    }

    async fn claim_jobs(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        self.driver.write(move |db| jobs::claim_due(db, now, lease_until, limit).map(Outcome::Keep)).await
    }

    async fn next_job_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.driver.read(jobs::next_at).await
    }

    async fn release_leases(&self, now: Timestamp) -> Result<(), StoreError> {
        if self.driver.is_shared() {
            return Ok(());
        }
        self.driver.write(move |db| jobs::release_leases(db, now).map(Outcome::Keep)).await
    }

    async fn hand_back(&self, jobs: &[JobToken], now: Timestamp) -> Result<(), StoreError> {
        let tokens = jobs.to_vec();
        self.driver.write(move |db| jobs::hand_back(db, &tokens, now).map(Outcome::Keep)).await
    }

    async fn finish_job(&self, job: &JobToken) -> Result<(), StoreError> {
        let token = job.clone();
        self.driver.write(move |db| jobs::finish(db, &token).map(Outcome::Keep)).await
    }

    async fn put_off_job(&self, job: &JobToken, due: Timestamp) -> Result<(), StoreError> {
        let token = job.clone();
        self.driver.write(move |db| jobs::put_off(db, &token, due).map(Outcome::Keep)).await
    }

    async fn catalog(&self) -> Result<Option<StoredCatalog>, StoreError> {
        self.driver.read_long(catalog::load).await
    }

    async fn catalog_of(&self, skus: &[Sku]) -> Result<Option<StoredCatalog>, StoreError> {
        let (skus, known) = (skus.to_vec(), Arc::clone(&self.known_catalog));
        self.driver.read(move |db| catalog::of(db, &known, &skus)).await
    }

    async fn import_catalog(&self, new: StoredCatalog, if_empty: bool) -> Result<Imported, StoreError> {
        self.driver.write(move |db| catalog::import(db, &new, if_empty)).await
    }

    async fn dealings(&self, asked: DealingsQuestion) -> Result<Dealings, StoreError> {
        self.driver.read(move |db| dealings::of(db, &asked)).await
    }

    async fn add_session(&self, session: SessionRow) -> Result<(), StoreError> {
        self.driver.write(move |db| shoppers::add_session(db, &session).map(Outcome::Keep)).await
    }

    async fn session(&self, token_hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
        self.driver.read(move |db| shoppers::session(db, token_hash)).await
    }

    async fn add_quote(&self, quote: QuoteRow) -> Result<(), StoreError> {
        self.write_sealed(move |db, vault| shoppers::add_quote(db, vault, &quote).map(Outcome::Keep)).await
    }

    async fn quote(&self, id: &QuoteId) -> Result<Option<QuoteRow>, StoreError> {
        let id = id.clone();
        self.read_sealed(move |db, vault| shoppers::quote(db, vault, &id)).await
    }

    async fn erasable(&self, before: Timestamp, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        self.driver.read(move |db| erasing::erasable(db, before, limit)).await
    }

    async fn order_ids_of(&self, customer: &Customer) -> Result<Vec<OrderId>, StoreError> {
        let customer = customer.clone();
        self.driver.read(move |db| erasing::ids_of(db, &customer)).await
    }

    async fn forget_customer(&self, customer: &Customer) -> Result<Forgotten, StoreError> {
        let customer = customer.clone();
        self.driver.write(move |db| erasing::forget(db, &customer).map(Outcome::Keep)).await
    }

    async fn sweep(&self, before: Timestamp) -> Result<Swept, StoreError> {
        self.driver.write(move |db| shoppers::sweep(db, before).map(Outcome::Keep)).await
    }

    async fn secret(&self, name: &'static str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        self.write_sealed(move |db, vault| shoppers::secret(db, vault, name, &fresh).map(Outcome::Keep)).await
    }

    async fn counts(&self, now: Timestamp) -> Result<Counts, StoreError> {
        self.driver.read_long(move |db| admin::counts(db, now)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.driver.read(|db| db.execute("SELECT 1", Vec::new())).await?;
        self.driver.write(|db| db.execute("SELECT 1", Vec::new()).map(|_| Outcome::Undo(()))).await
    }
}
