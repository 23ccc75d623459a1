//! Jobs: claimed with a lease, fenced, done by the commit that they lead to.

use merchant_core::lifecycle::{Event, JobChange, JobKey, JobKind, LEASE_MILLIS, Order, Subject};
use merchant_server::store::{Commit, Committed, Conflict, Job, JobToken, Store};
use shop_api::{OrderId, Timestamp};

use crate::support::{NOW, Shop, accepted, decided, new_order, placement, refused, token};

const LEASE: u64 = 60_000;

async fn claim(store: &dyn Store, now: Timestamp, limit: u32) -> Vec<Job> {
    store.claim_jobs(now, now.plus_millis(LEASE), limit).await.unwrap()
}

fn kinds(jobs: &[Job]) -> Vec<JobKind> {
    jobs.iter().map(|job| job.key.kind).collect()
}

fn key(order: &Order, kind: JobKind) -> JobKey {
    let about = match kind {
        JobKind::ExpireOrder => Subject::Order,
        JobKind::SendPay | JobKind::Inquire | JobKind::CheckPayment | JobKind::Cancel => {
            Subject::Attempt(order.attempts[0].id.clone())
        }
        JobKind::SendRefund | JobKind::InquireRefund => panic!("no refunds here"),
    };
    JobKey { kind, order: order.id.clone(), about }
}

/// A commit that changes nothing but jobs.
fn jobs(order: &Order, changes: Vec<JobChange>) -> Commit {
    let mut commit = decided(order, Event::PayByReached);
    commit.change.jobs = changes;
    commit
}

/// An order whose jobs are gone but for those put at these times.
async fn with_jobs(shop: &Shop, id: &str, put: &[(JobKind, u64)]) -> Order {
    let placed = new_order(placement(id, "ana", &[("STICKER", 1), ("TEA", 1)]));
    let mut placed = Commit { now: NOW, ..placed };
    placed.change.guards.clear();
    placed.change.jobs.clear();
    placed.change.run_now = None;
    for (kind, after) in put {
        placed.change.jobs.push(JobChange::Put(key(&placed.change.order, *kind), NOW.plus_millis(*after)));
    }
    assert!(matches!(shop.store.commit(placed).await.unwrap(), Committed::Done(None)));
    shop.load(id).await
}

pub async fn what_is_due_is_claimed_the_longest_waiting_first(shop: Shop) {
    with_jobs(&shop, "o1", &[(JobKind::Inquire, 3_000), (JobKind::Cancel, 1_000), (JobKind::SendPay, 2_000)])
        .await;
    assert!(claim(&*shop.store, NOW.plus_millis(999), 10).await.is_empty());
    let first = claim(&*shop.store, NOW.plus_millis(2_000), 1).await;
    assert_eq!(kinds(&first), [JobKind::Cancel]);
    assert_eq!(first[0].key.order, OrderId::from("o1"));
    assert_eq!(first[0].token.fence, 1);
    assert_eq!(kinds(&claim(&*shop.store, NOW.plus_millis(2_000), 10).await), [JobKind::SendPay]);
    assert!(claim(&*shop.store, NOW.plus_millis(2_000), 10).await.is_empty());
    assert_eq!(kinds(&claim(&*shop.store, NOW.plus_millis(3_000), 10).await), [JobKind::Inquire]);
}

pub async fn a_claim_is_over_with_its_lease_and_its_fence_with_it(shop: Shop) {
    with_jobs(&shop, "o1", &[(JobKind::Inquire, 0)]).await;
    let first = claim(&*shop.store, NOW, 10).await.remove(0).token;
    let over = NOW.plus_millis(LEASE + shop.skew());
    assert!(claim(&*shop.store, Timestamp(over.0 - 1), 10).await.is_empty());
    let second = claim(&*shop.store, over, 10).await.remove(0).token;
    assert_eq!(second, JobToken { id: first.id, fence: 2 });
    shop.store.finish_job(&first).await.unwrap();
    let third = claim(&*shop.store, over.plus_millis(LEASE + shop.skew()), 10).await.remove(0).token;
    assert_eq!(third.fence, 3, "who lost the fence can't finish the job");
    shop.store.finish_job(&third).await.unwrap();
    assert_eq!(shop.store.next_job_at().await.unwrap(), None);
}

pub async fn a_job_that_is_put_off_falls_due_then_or_when_it_was_asked_for_meanwhile(shop: Shop) {
    let order = with_jobs(&shop, "o1", &[(JobKind::Inquire, 0)]).await;
    let claimed = claim(&*shop.store, NOW, 10).await.remove(0).token;
    shop.store.put_off_job(&claimed, NOW.plus_millis(5_000)).await.unwrap();
    assert_eq!(shop.store.next_job_at().await.unwrap(), Some(NOW.plus_millis(5_000)));
    assert!(claim(&*shop.store, NOW.plus_millis(4_999), 10).await.is_empty());
    let again = claim(&*shop.store, NOW.plus_millis(5_000), 10).await.remove(0).token;
    let sooner = JobChange::Put(key(&order, JobKind::Inquire), NOW.plus_millis(6_000));
    shop.store.commit(jobs(&order, vec![sooner])).await.unwrap();
    shop.store.put_off_job(&claimed, NOW).await.unwrap();
    assert!(claim(&*shop.store, NOW.plus_millis(6_000), 10).await.is_empty(), "the old claim is over");
    shop.store.put_off_job(&again, NOW.plus_millis(60_000)).await.unwrap();
    assert_eq!(shop.store.next_job_at().await.unwrap(), Some(NOW.plus_millis(6_000)));
}

pub async fn a_commit_ends_its_job_unless_it_asks_for_it_again(shop: Shop) {
    let order = with_jobs(&shop, "o1", &[(JobKind::Inquire, 0)]).await;
    let claimed = claim(&*shop.store, NOW, 10).await.remove(0);
    let again = JobChange::Put(key(&order, JobKind::Inquire), NOW.plus_millis(5_000));
    let commit = Commit { job: Some(claimed.token), ..jobs(&order, vec![again]) };
    assert!(matches!(shop.store.commit(commit).await.unwrap(), Committed::Done(None)));
    let later = claim(&*shop.store, NOW.plus_millis(5_000), 10).await.remove(0);
    assert_eq!(later.token.fence, 2, "a job that is done again counts on");
    let order = shop.load("o1").await;
    let commit = Commit { job: Some(later.token), ..jobs(&order, Vec::new()) };
    shop.store.commit(commit).await.unwrap();
    assert_eq!(shop.store.next_job_at().await.unwrap(), None);
    assert!(shop.store.story(&order.id).await.unwrap().jobs.is_empty());
}

pub async fn a_commit_with_a_lost_fence_changes_nothing(shop: Shop) {
    let order = with_jobs(&shop, "o1", &[(JobKind::Inquire, 0)]).await;
    let lost = claim(&*shop.store, NOW, 10).await.remove(0).token;
    let held = claim(&*shop.store, NOW.plus_millis(LEASE + shop.skew()), 10).await.remove(0).token;
    let commit = Commit { job: Some(lost), ..decided(&order, accepted(&order, "p1")) };
    assert_eq!(refused(shop.store.commit(commit).await.unwrap()), Conflict::Fence);
    assert_eq!(shop.load("o1").await, order);
    let commit = Commit { job: Some(held.clone()), ..decided(&order, accepted(&order, "p1")) };
    assert!(matches!(shop.store.commit(commit).await.unwrap(), Committed::Done(_)));
    let order = shop.load("o1").await;
    let commit = Commit { job: Some(held), ..jobs(&order, Vec::new()) };
    assert_eq!(refused(shop.store.commit(commit).await.unwrap()), Conflict::Fence, "a claim ends once");
}

pub async fn a_job_asked_for_beside_any_decision_comes_when_it_was_first_wanted(shop: Shop) {
    let order = with_jobs(&shop, "o1", &[]).await;
    for after in [5_000, 3_000, 9_000] {
        let due = NOW.plus_millis(after);
        shop.store.put_job(key(&order, JobKind::CheckPayment), due).await.unwrap();
    }
    assert_eq!(shop.store.next_job_at().await.unwrap(), Some(NOW.plus_millis(3_000)));
    let claimed = claim(&*shop.store, NOW.plus_millis(3_000), 10).await;
    assert_eq!(kinds(&claimed), [JobKind::CheckPayment], "it is one job");
    shop.store.finish_job(&claimed[0].token).await.unwrap();
    assert_eq!(shop.store.next_job_at().await.unwrap(), None);
}

pub async fn what_is_asked_for_while_somebody_works_on_it_stands(shop: Shop) {
    let order = with_jobs(&shop, "o1", &[(JobKind::Inquire, 0)]).await;
    let claimed = claim(&*shop.store, NOW, 10).await.remove(0).token;
    let put = |after: u64| JobChange::Put(key(&order, JobKind::Inquire), NOW.plus_millis(after));
    shop.store.commit(jobs(&order, vec![put(9_000), put(7_000), put(8_000)])).await.unwrap();
    assert!(claim(&*shop.store, NOW.plus_millis(9_000), 10).await.is_empty(), "it is claimed still");
    shop.store.finish_job(&claimed).await.unwrap();
    assert_eq!(shop.store.next_job_at().await.unwrap(), Some(NOW.plus_millis(7_000)), "the earliest wish");
    let order = shop.load("o1").await;
    shop.store.commit(jobs(&order, vec![JobChange::Drop(key(&order, JobKind::Inquire))])).await.unwrap();
    assert_eq!(shop.store.next_job_at().await.unwrap(), None);
}

pub async fn the_next_job_is_known(shop: Shop) {
    assert_eq!(shop.store.next_job_at().await.unwrap(), None);
    with_jobs(&shop, "o1", &[(JobKind::Inquire, 0), (JobKind::Cancel, 200_000)]).await;
    assert_eq!(shop.store.next_job_at().await.unwrap(), Some(NOW));
    claim(&*shop.store, NOW, 10).await;
    let lapses = NOW.plus_millis(LEASE + shop.skew());
    assert_eq!(shop.store.next_job_at().await.unwrap(), Some(lapses), "the end of the lease");
    let order = shop.load("o1").await;
    let sooner = JobChange::Put(key(&order, JobKind::Cancel), NOW.plus_millis(9));
    shop.store.commit(jobs(&order, vec![sooner])).await.unwrap();
    assert_eq!(shop.store.next_job_at().await.unwrap(), Some(NOW.plus_millis(9)));
}

pub async fn what_an_earlier_run_claimed_is_handed_back_where_no_other_server_can_have_it(shop: Shop) {
    let placed = new_order(placement("o1", "ana", &[("TEA", 1)]));
    let claimed = token(shop.store.commit(placed).await.unwrap());
    shop.store.release_leases(NOW).await.unwrap();
    let after_crash = claim(&*shop.store, NOW, 10).await;
    if shop.store.is_shared() {
        assert!(after_crash.is_empty(), "another server's claim holds");
        let over = NOW.plus_millis(LEASE_MILLIS + shop.skew());
        assert_eq!(claim(&*shop.store, over, 10).await[0].token.fence, 2);
    } else {
        assert_eq!(after_crash[0].token, JobToken { id: claimed.id, fence: 2 });
    }
}

pub async fn a_server_that_stops_hands_back_its_own_claims_alone(shop: Shop) {
    let other = shop.another().await;
    with_jobs(&shop, "o1", &[(JobKind::Inquire, 0), (JobKind::Cancel, 1)]).await;
    let own = claim(&*shop.store, NOW.plus_millis(1), 1).await.remove(0);
    let others = claim(&*other, NOW.plus_millis(1), 1).await.remove(0);
    assert_ne!(own.token, others.token);
    let lost = JobToken { fence: own.token.fence + 1, ..own.token.clone() };
    shop.store.hand_back(&[lost], NOW.plus_millis(2)).await.unwrap();
    assert!(claim(&*other, NOW.plus_millis(2), 10).await.is_empty());
    shop.store.hand_back(std::slice::from_ref(&own.token), NOW.plus_millis(2)).await.unwrap();
    let taken = claim(&*other, NOW.plus_millis(2), 10).await;
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].token, JobToken { id: own.token.id, fence: 2 });
}

pub async fn who_claimed_a_job_that_is_gone_holds_no_later_one(shop: Shop) {
    let order = with_jobs(&shop, "o1", &[(JobKind::Inquire, 0)]).await;
    let gone = claim(&*shop.store, NOW, 10).await.remove(0).token;
    let put = |kind| JobChange::Put(key(&order, kind), NOW);
    let instead =
        vec![JobChange::Drop(key(&order, JobKind::Inquire)), put(JobKind::Inquire), put(JobKind::Cancel)];
    shop.store.commit(jobs(&order, instead)).await.unwrap();
    let later = claim(&*shop.store, NOW, 10).await;
    assert_eq!(later.len(), 2);
    assert!(later.iter().all(|job| job.token != gone), "{later:?}");
    let order = shop.load("o1").await;
    let late = Commit { job: Some(gone), ..jobs(&order, Vec::new()) };
    assert_eq!(refused(shop.store.commit(late).await.unwrap()), Conflict::Fence);
}
