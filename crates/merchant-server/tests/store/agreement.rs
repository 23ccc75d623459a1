//! The memory and a database, told the same story, agree: so what a world in memory shows is true of the shop.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use merchant_core::books::sorted;
use merchant_core::lifecycle::{
    Event, Order, PaymentWord, RefundAnswer, RefundId, RefundWord, ReturnHint, Schedule, Sending, decide,
    place,
};
use merchant_server::reconcile::{Period, RowKind};
use merchant_server::store::{
    Claimed, Commit, Committed, Job, JobToken, MessageEnd, MessagePage, OrderPage, Store, StoreError,
};
use proptest::prelude::*;
use shop_api::{OrderId, Timestamp};

use crate::books::{stated, wallet};
use crate::outbox::subscribers;
use crate::support::{
    NOW, Shop, accepted, catalog_with, committing, customer, erasure, failed, key, new_attempt, paid,
    placement, refund, refund_units, said, told_to,
};
use crate::wire::exchange;

/// What happens next. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Place { by: u8, goods: u8, quantity: u32, consents: bool },
    Happen { order: usize, event: u8, version: usize, by_claim: Option<usize> },
    Claim { limit: u32 },
    Finish { claim: usize },
    HandBack { claim: usize },
    Restart,
    Pass { seconds: u64 },
    Import { tea: u32 },
    ClaimMessages { mail: bool, limit: u32 },
    EndMessage { message: usize, end: u8 },
    Resend { message: usize, to_all: bool },
    State { rows: Vec<u8> },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..3u8, 0..4u8, 1..6u32, any::<bool>())
            .prop_map(|(by, goods, quantity, consents)| Step::Place { by, goods, quantity, consents }),
        // Mostly about the newest version, and mostly by nobody's claim.
        12 => (0..8usize, 0..16u8, prop_oneof![9 => Just(0usize), 1 => 1..4usize], prop_oneof![5 => Just(None), 1 => (0..9usize).prop_map(Some)])
            .prop_map(|(order, event, version, by_claim)| Step::Happen { order, event, version, by_claim }),
        2 => prop_oneof![Just(1u32), Just(100)].prop_map(|limit| Step::Claim { limit }),
        1 => (0..9usize).prop_map(|claim| Step::Finish { claim }),
        1 => (0..9usize).prop_map(|claim| Step::HandBack { claim }),
        1 => Just(Step::Restart),
        2 => (0..200u64).prop_map(|seconds| Step::Pass { seconds }),
        1 => (0..40u32).prop_map(|tea| Step::Import { tea }),
        2 => (any::<bool>(), 1..4u32).prop_map(|(mail, limit)| Step::ClaimMessages { mail, limit }),
        2 => (0..9usize, 0..3u8).prop_map(|(message, end)| Step::EndMessage { message, end }),
        1 => (0..9usize, any::<bool>()).prop_map(|(message, to_all)| Step::Resend { message, to_all }),
        1 => proptest::collection::vec(0..12u8, 1..4).prop_map(|rows| Step::State { rows }),
    ];
    proptest::collection::vec(step, 10..70)
}

/// The event of this number, if it can happen to the order.
fn event(order: &Order, number: u8, salt: usize) -> Option<Event> {
    let attempt = order.attempts.last()?.id.clone();
    let refund_key = key(&format!("k{}", salt % 3));
    Some(match number {
        0 | 1 => accepted(order, &format!("p{}", salt % 5)),
        2 | 3 => paid(order),
        4 => failed(order),
        5 => said(order, PaymentWord::Cancelled),
        6 => Event::CancelRequested,
        7 => Event::Returned { attempt, hint: ReturnHint::parse("9000") },
        8 => Event::PayByReached,
        9 => Event::InquiryUnanswered { attempt, reason: "busy".into() },
        10 => Event::PaymentRequested { after: attempt, next: new_attempt(&format!("n{salt}")) },
        11 if salt.is_multiple_of(2) => refund(&format!("k{}", salt % 3), 300),
        11 => {
            let sku = order.lines[salt % order.lines.len()].sku.as_str();
            refund_units(&format!("k{}", salt % 3), &[(sku, 1)], false, salt % 4 == 1)
        }
        12 => {
            let answer = match salt % 3 {
                0 => RefundAnswer::Taken { refund_id: RefundId::new(format!("f{salt}")).ok()? },
                1 => RefundAnswer::Refused { code: "PROCESS_FAIL".into() },
                _ => RefundAnswer::Unknown { reason: "no answer".into() },
            };
            Event::RefundAnswered { refund: refund_key, sending: Sending::First, answer }
        }
        13 | 14 => erasure(),
        _ => {
            let word = match salt % 2 {
                0 => RefundWord::Success { refund_id: None },
                _ => RefundWord::Fail { text: None },
            };
            Event::RefundTold { refund: refund_key, word }
        }
    })
}

/// Two stores in step.
struct Pair {
    memory: Shop,
    database: Shop,
    now: Timestamp,
    /// All versions of each order, the newest last.
    orders: BTreeMap<OrderId, Vec<Order>>,
    /// The same claim in each of them.
    claims: Vec<(JobToken, JobToken)>,
    /// Messages that were claimed, from either: they are the same.
    messages: Vec<Claimed>,
    revision: u32,
    steps: usize,
}

impl Pair {
    async fn step(&mut self, step: Step) {
        self.steps += 1;
        match step {
            Step::Place { by, goods, quantity, consents } => self.place(by, goods, quantity, consents).await,
            Step::Happen { order, event, version, by_claim } => {
                self.happen(order, event, version, by_claim).await;
            }
            Step::Claim { limit } => self.claim(limit).await,
            Step::Finish { claim } => {
                if let Some((first, second)) = self.claims.get(claim) {
                    self.memory.store.finish_job(first).await.unwrap();
                    self.database.store.finish_job(second).await.unwrap();
                }
            }
            Step::HandBack { claim } => {
                if let Some((first, second)) = self.claims.get(claim) {
                    self.memory.store.hand_back(std::slice::from_ref(first), self.now).await.unwrap();
                    self.database.store.hand_back(std::slice::from_ref(second), self.now).await.unwrap();
                }
            }
            Step::Restart => {
                self.memory.store.release_leases(self.now).await.unwrap();
                self.database.store.release_leases(self.now).await.unwrap();
            }
            Step::Pass { seconds } => self.now = self.now.plus_millis(seconds * 1_000),
            Step::Import { tea } => {
                let catalog = catalog_with(&[("TEA", tea)]);
                let first = self.memory.store.import_catalog(catalog.clone(), false).await.unwrap();
                assert_eq!(first, self.database.store.import_catalog(catalog, false).await.unwrap());
                self.revision += 1;
            }
            Step::ClaimMessages { mail, limit } => self.claim_messages(mail, limit).await,
            Step::EndMessage { message, end } => self.end_message(message, end).await,
            Step::Resend { message, to_all } => {
                let Some(Claimed { id, .. }) = self.messages.get(message) else { return };
                let to = (!to_all).then_some("erp");
                self.both(async |store: &dyn Store| store.resend_message(id, to, self.now).await).await;
            }
            Step::State { rows } => self.state(&rows).await,
        }
    }

    /// The same asked of both, and answered the same.
    async fn both<T: PartialEq + Debug>(&self, ask: impl AsyncFn(&dyn Store) -> Result<T, StoreError>) -> T {
        let first = ask(&*self.memory.store).await.unwrap();
        assert_eq!(first, ask(&*self.database.store).await.unwrap());
        first
    }

    async fn claim_messages(&mut self, mail: bool, limit: u32) {
        let (endpoint, lease_until) = (if mail { "mail" } else { "erp" }, self.now.plus_millis(60_000));
        let claim =
            async |store: &dyn Store| store.claim_messages(endpoint, self.now, lease_until, limit).await;
        let claimed = self.both(claim).await;
        self.messages.extend(claimed);
    }

    async fn end_message(&self, message: usize, end: u8) {
        let Some(Claimed { number, fence, .. }) = self.messages.get(message) else { return };
        let end = match end {
            0 => MessageEnd::Delivered,
            1 => MessageEnd::Again(self.now.plus_millis(5_000)),
            _ => MessageEnd::Parked,
        };
        let ended = async |store: &dyn Store| {
            store.end_message((*number, *fence), end, format!("{end:?}"), self.now).await
        };
        self.both(ended).await;
    }

    /// A statement with payments and refunds of the orders that there are, and of none; some are known already.
    async fn state(&self, numbers: &[u8]) {
        let orders: Vec<_> = self.orders.keys().collect();
        let row = |number: &u8| {
            let (kind, id) = match (orders.get(usize::from(number / 2)), number % 2) {
                (Some(order), 0) => (RowKind::Payment, format!("r-{order}")),
                (Some(_), _) | (None, _) => (RowKind::Refund, format!("k{}", number % 3)),
            };
            stated(*number, kind, &id, self.now, i64::from(*number))
        };
        let rows: Vec<_> = numbers.iter().map(row).collect();
        self.both(async |store: &dyn Store| store.import_rows(&wallet(), rows.clone(), self.now).await).await;
    }

    async fn place(&mut self, by: u8, goods: u8, quantity: u32, consents: bool) {
        let goods = [("TEA", quantity), ("MUG", quantity), ("LAMP", 1), ("STICKER", quantity)]
            [usize::from(goods % 4)];
        let id = format!("o{}", self.steps);
        let mut asked = placement(&id, &format!("c{by}"), &[goods]);
        asked.catalog_revision = self.revision;
        asked.max_open_orders = 3;
        asked.despite_open_order = self.orders.keys().next_back().filter(|_| consents).cloned();
        let change = place(asked, self.now);
        self.commit(committing(change, 0, self.now), None).await;
    }

    async fn happen(&mut self, order: usize, number: u8, age: usize, by_claim: Option<usize>) {
        let Some(versions) = self.orders.values().nth(order % self.orders.len().max(1)) else { return };
        let Some(order) = versions.iter().rev().nth(age).or(versions.first()) else { return };
        let Some(event) = event(order, number, self.steps) else { return };
        let Ok(change) = decide(order, event, self.now, &Schedule::default()) else { return };
        let commit = committing(change, order.version, self.now);
        self.commit(commit, by_claim).await;
    }

    async fn commit(&mut self, commit: Commit, by_claim: Option<usize>) {
        let wire = exchange(&self.steps.to_string(), "pay");
        let commit = Commit { wire, ..told_to(&subscribers(), commit) };
        let claim = by_claim.and_then(|claim| self.claims.get(claim)).cloned();
        let (in_memory, in_database) =
            (claim.as_ref().map(|pair| &pair.0), claim.as_ref().map(|pair| &pair.1));
        let with = |job: Option<&JobToken>| Commit {
            change: commit.change.clone(),
            expected_version: commit.expected_version,
            now: commit.now,
            inbox: None,
            job: job.cloned(),
            wire: commit.wire.clone(),
            subscribers: Arc::clone(&commit.subscribers),
        };
        let first = self.memory.store.commit(with(in_memory)).await;
        let second = self.database.store.commit(with(in_database)).await;
        match (first, second) {
            (Ok(Committed::Refused(first)), Ok(Committed::Refused(second))) => assert_eq!(first, second),
            (Ok(Committed::Done(first)), Ok(Committed::Done(second))) => {
                assert_eq!(first.is_some(), second.is_some());
                self.claims.extend(first.zip(second));
                let id = commit.change.order.id;
                let order = self.memory.load(id.as_str()).await;
                self.orders.entry(id).or_default().push(order);
            }
            (Err(_), Err(_)) => {}
            (first, second) => panic!("the memory says {first:?}, the database {second:?}: {commit:?}"),
        }
    }

    async fn claim(&mut self, limit: u32) {
        let lease_until = self.now.plus_millis(60_000);
        // Of jobs that have waited equally long, either may come first: all of them are asked for.
        let limit = if limit == 1 && self.orders.len() > 1 { 100 } else { limit };
        let by_key = |mut jobs: Vec<Job>| {
            jobs.sort_by_key(|job| format!("{:?}", job.key));
            jobs
        };
        let first = by_key(self.memory.store.claim_jobs(self.now, lease_until, limit).await.unwrap());
        let second = by_key(self.database.store.claim_jobs(self.now, lease_until, limit).await.unwrap());
        let told =
            |jobs: &[Job]| jobs.iter().map(|job| (job.key.clone(), job.token.fence)).collect::<Vec<_>>();
        assert_eq!(told(&first), told(&second));
        self.claims.extend(first.into_iter().zip(second).map(|(first, second)| (first.token, second.token)));
    }

    async fn agree(&self) {
        assert_eq!(self.told(&*self.memory.store).await, self.told(&*self.database.store).await);
    }

    /// Everything that a store tells about its orders.
    async fn told(&self, store: &dyn Store) -> Vec<String> {
        let mut told = Vec::new();
        for id in self.orders.keys() {
            told.push(format!("{:?}", store.load(id).await.unwrap()));
            let mut story = store.story(id).await.unwrap();
            story.jobs.sort_by_key(|job| (job.due_at, job.kind.clone(), job.subject_id.clone()));
            told.push(format!("{story:?}"));
            told.push(format!("{:?}", store.wire(id).await.unwrap()));
            let (ours, its) = (format!("r-{id}"), format!("p{}", self.steps % 5));
            told.push(format!("{:?}", store.find_payment(&wallet(), Some(&ours), None).await.unwrap()));
            told.push(format!("{:?}", store.find_payment(&wallet(), None, Some(&its)).await.unwrap()));
        }
        for attention_only in [false, true] {
            let page = OrderPage { before: None, limit: 100, attention_only };
            told.push(format!("{:?}", store.list_orders(page).await.unwrap()));
        }
        told.push(format!("{:?}", store.erasable(self.now, 100).await.unwrap()));
        told.push(format!("{:?}", store.orders_of(&customer("erased-0123"), 100).await.unwrap()));
        for by in 0..3 {
            told.push(format!("{:?}", store.order_ids_of(&customer(&format!("c{by}"))).await.unwrap()));
            told.push(format!("{:?}", store.orders_of(&customer(&format!("c{by}")), 3).await.unwrap()));
        }
        self.tell_of_money_and_messages(store, &mut told).await;
        told.push(format!("{:?}", store.next_job_at().await.unwrap()));
        told.push(format!("{:?}", store.counts(self.now).await.unwrap()));
        told.push(format!("{:?}", store.catalog().await.unwrap()));
        told.push(format!("{:?}", store.catalog_of(&["TEA".into(), "NONE".into()]).await.unwrap()));
        told
    }

    async fn tell_of_money_and_messages(&self, store: &dyn Store, told: &mut Vec<String>) {
        for parked_only in [false, true] {
            let page = MessagePage { before: None, limit: 100, parked_only };
            told.push(format!("{:?}", store.list_messages(page).await.unwrap()));
        }
        for endpoint in ["erp", "mail"] {
            told.push(format!("{:?}", store.next_message_at(endpoint).await.unwrap()));
        }
        for before in [self.now, self.now.plus_millis(1)] {
            told.push(format!("{:?}", sorted(store.balances(before).await.unwrap())));
        }
        let mut unstated = store.unstated(&wallet(), Period { from: NOW, to: self.now }, 100).await.unwrap();
        // What happened at one moment comes in any order.
        unstated.sort_by_key(|one| (one.at, one.id.clone()));
        told.push(format!("{unstated:?}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_memory_and_a_database_agree_about_every_story(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (memory, database) = (Shop::memory().await, Shop::sqlite().await);
            let mut pair = Pair {
                memory,
                database,
                now: NOW,
                orders: BTreeMap::new(),
                claims: Vec::new(),
                messages: Vec::new(),
                revision: 1,
                steps: 0,
            };
            for step in steps {
                pair.step(step).await;
            }
            pair.agree().await;
        });
    }
}
