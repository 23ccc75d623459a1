//! Messages to the merchant's own systems: written down with what they tell of, sent until they are taken.

use std::sync::Arc;

use merchant_core::announcements::EventKind;
use merchant_core::lifecycle::Order;
use merchant_server::store::{Claimed, Commit, Conflict, MessageEnd, MessagePage, MessageRow, Store};
use merchant_server::webhooks::Subscriber;
use shop_api::Timestamp;
use tokio::task::JoinSet;

use crate::support::{NOW, Shop, accepted, decided, done, new_order, paid, placement, refused, told_to};

const LEASE: u64 = 60_000;

/// One that wants to hear of everything, and one that wants to hear of payments only.
pub fn subscribers() -> Arc<[Subscriber]> {
    let subscriber =
        |name: &str, events: &[EventKind]| Subscriber { name: name.into(), events: events.into() };
    [subscriber("erp", &EventKind::ALL), subscriber("mail", &[EventKind::Paid])].into()
}

async fn commit(shop: &Shop, commit: Commit) -> Order {
    let id = commit.change.order.id.clone();
    done(shop.store.commit(told_to(&subscribers(), commit)).await.unwrap());
    shop.load(id.as_str()).await
}

/// An order whose messages are written down: `erp` has two, `mail` one.
async fn paid_order(shop: &Shop, id: &str) -> Order {
    let order = commit(shop, new_order(placement(id, id, &[("TEA", 1)]))).await;
    let order = commit(shop, decided(&order, accepted(&order, &format!("p-{id}")))).await;
    commit(shop, decided(&order, paid(&order))).await
}

async fn claim(store: &dyn Store, endpoint: &str, now: Timestamp, limit: u32) -> Vec<Claimed> {
    store.claim_messages(endpoint, now, now.plus_millis(LEASE), limit).await.unwrap()
}

async fn end(shop: &Shop, claimed: &Claimed, end: MessageEnd) -> bool {
    let claim = (claimed.number, claimed.fence);
    shop.store.end_message(claim, end, "HTTP 500".into(), NOW.plus_millis(7)).await.unwrap()
}

async fn list(shop: &Shop, before: Option<i64>, limit: u32, parked_only: bool) -> Vec<MessageRow> {
    shop.store.list_messages(MessagePage { before, limit, parked_only }).await.unwrap()
}

fn told(messages: &[MessageRow]) -> Vec<String> {
    messages.iter().map(|message| format!("{} {}", message.endpoint, message.kind)).collect()
}

pub async fn a_message_is_written_down_for_each_that_wants_it_with_what_it_tells_of(shop: Shop) {
    let order = commit(&shop, new_order(placement("o1", "ana", &[("TEA", 1)]))).await;
    let order = commit(&shop, decided(&order, accepted(&order, "p1"))).await;
    let paying = || told_to(&subscribers(), decided(&order, paid(&order)));
    let announcements = paying().change.announcements;
    done(shop.store.commit(paying()).await.unwrap());
    assert_eq!(refused(shop.store.commit(paying()).await.unwrap()), Conflict::Version);
    shop.paid("o2", "ben", &[("TEA", 1)]).await;

    let messages = shop.store.story(&order.id).await.unwrap().messages;
    assert_eq!(told(&messages), ["erp order.placed", "erp order.paid", "mail order.paid"]);
    assert_eq!(messages[1].id, messages[2].id, "one event has one id");
    let pending = (NOW, "pending", NOW, Some(NOW), 0, None);
    for message in &messages {
        let MessageRow { created_at, status_at, due_at, tries, answer, .. } = message.clone();
        assert_eq!((created_at, message.status.as_str(), status_at, due_at, tries, answer), pending);
    }
    assert_eq!(list(&shop, None, 9, false).await, messages.into_iter().rev().collect::<Vec<_>>());
    let claimed = claim(&*shop.store, "mail", NOW, 9).await.remove(0);
    let [announced] = announcements.as_slice() else { panic!("{announcements:?}") };
    assert_eq!((&claimed.id, &claimed.body, &claimed.order_id), (&announced.id, &announced.body, &order.id));
    assert_eq!(shop.store.counts(NOW).await.unwrap().pending_messages, 3);
}

pub async fn a_message_has_one_holder_until_its_lease_is_over_and_one_end(shop: Shop) {
    paid_order(&shop, "o1").await;
    assert!(claim(&*shop.store, "erp", Timestamp(NOW.0 - 1), 9).await.is_empty());
    assert!(claim(&*shop.store, "nobody", NOW, 9).await.is_empty());
    let first = claim(&*shop.store, "mail", NOW, 9).await.remove(0);
    assert_eq!((first.fence, first.tries), (1, 1));
    assert!(claim(&*shop.store, "mail", NOW.plus_millis(LEASE - 1), 9).await.is_empty());
    assert_eq!(shop.store.next_message_at("mail").await.unwrap(), Some(NOW.plus_millis(LEASE)));
    let second = claim(&*shop.store, "mail", NOW.plus_millis(LEASE), 9).await.remove(0);
    let again = Claimed { fence: 2, tries: 2, ..first.clone() };
    assert_eq!(second, again, "the same message, to the byte");
    assert!(!end(&shop, &first, MessageEnd::Parked).await, "who lost the fence says nothing");
    assert!(end(&shop, &second, MessageEnd::Delivered).await);
    assert!(!end(&shop, &second, MessageEnd::Parked).await, "it has ended");
    let delivered = &list(&shop, None, 1, false).await[0];
    let expected = ("mail", "delivered", None, 2, Some("HTTP 500"));
    let MessageRow { endpoint, status, due_at, tries, answer, .. } = delivered;
    assert_eq!((endpoint.as_str(), status.as_str(), *due_at, *tries, answer.as_deref()), expected);
    assert_eq!(delivered.status_at, NOW.plus_millis(7));
    assert!(claim(&*shop.store, "mail", NOW.plus_millis(9 * LEASE), 9).await.is_empty(), "never again");
    assert_eq!(shop.store.next_message_at("mail").await.unwrap(), None);
    assert_eq!(claim(&*shop.store, "erp", NOW, 9).await.len(), 2, "the others' are theirs");
}

pub async fn what_isnt_taken_comes_again_and_waits_for_a_person_in_the_end(shop: Shop) {
    paid_order(&shop, "o1").await;
    let soon = NOW.plus_millis(5_000);
    let first = claim(&*shop.store, "erp", NOW, 1).await.remove(0);
    assert!(end(&shop, &first, MessageEnd::Again(soon)).await);
    let other = claim(&*shop.store, "erp", NOW, 9).await.remove(0);
    assert!(other.number > first.number && end(&shop, &other, MessageEnd::Delivered).await);
    assert_eq!(shop.store.next_message_at("erp").await.unwrap(), Some(soon));
    assert!(claim(&*shop.store, "erp", Timestamp(soon.0 - 1), 9).await.is_empty());
    let second = claim(&*shop.store, "erp", soon, 9).await.remove(0);
    assert_eq!((second.number, second.tries), (first.number, 2));
    assert!(end(&shop, &second, MessageEnd::Parked).await);
    assert_eq!(shop.store.next_message_at("erp").await.unwrap(), None);
    let parked = list(&shop, None, 9, true).await;
    assert_eq!(told(&parked), ["erp order.placed"]);
    assert_eq!((parked[0].status.as_str(), parked[0].due_at), ("parked", None));
    let counts = shop.store.counts(NOW).await.unwrap();
    assert_eq!((counts.pending_messages, counts.parked_messages), (1, 1));
}

pub async fn a_message_is_sent_anew_to_one_or_all_whatever_became_of_it(shop: Shop) {
    paid_order(&shop, "o1").await;
    let delivered = claim(&*shop.store, "mail", NOW, 9).await.remove(0);
    assert!(end(&shop, &delivered, MessageEnd::Delivered).await);
    let held = claim(&*shop.store, "erp", NOW, 9).await.remove(1);
    assert_eq!(held.id, delivered.id);
    let now = NOW.plus_millis(1_000);
    let resend = async |id: &str, to| shop.store.resend_message(id, to, now).await.unwrap();
    assert_eq!((resend("msg_of_nobody", None).await, resend(&held.id, Some("nobody")).await), (0, 0));
    assert_eq!(resend(&held.id, Some("mail")).await, 1);
    let again = claim(&*shop.store, "mail", now, 9).await.remove(0);
    assert_eq!(again, Claimed { fence: 3, tries: 1, ..delivered });
    assert!(end(&shop, &again, MessageEnd::Parked).await);
    assert_eq!(resend(&held.id, None).await, 2);
    assert!(
        !end(&shop, &held, MessageEnd::Delivered).await,
        "what is sent anew isn't who held it's any more"
    );
    assert!(list(&shop, None, 9, true).await.is_empty());
    for endpoint in ["erp", "mail"] {
        assert_eq!(shop.store.next_message_at(endpoint).await.unwrap(), Some(now));
        assert_eq!(claim(&*shop.store, endpoint, now, 9).await.remove(0).id, held.id);
    }
}

pub async fn messages_are_listed_in_pages(shop: Shop) {
    for id in ["o1", "o2", "o3"] {
        paid_order(&shop, id).await;
    }
    for claimed in claim(&*shop.store, "mail", NOW, 9).await {
        assert!(end(&shop, &claimed, MessageEnd::Parked).await);
    }
    for (parked_only, expected) in [(false, 9), (true, 3)] {
        let (mut before, mut seen) = (None, Vec::new());
        loop {
            let page = list(&shop, before, 2, parked_only).await;
            assert!(page.len() <= 2);
            let Some(last) = page.last() else { break };
            before = Some(last.number);
            seen.extend(page.iter().map(|message| message.number));
        }
        assert!(seen.is_sorted_by(|newer, older| newer > older), "{seen:?}");
        assert_eq!(seen.len(), expected);
    }
}

pub async fn claimers_at_once_share_the_messages(shop: Shop) {
    for number in 0..12 {
        paid_order(&shop, &format!("o{number}")).await;
    }
    let stores = [Arc::clone(&shop.store), shop.another().await];
    let mut claiming = JoinSet::new();
    for number in 0..8 {
        let store = Arc::clone(&stores[number % 2]);
        claiming.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let messages = claim(&*store, "erp", NOW, 3).await;
                if messages.is_empty() {
                    return mine;
                }
                mine.extend(messages.into_iter().map(|message| message.number));
            }
        });
    }
    let mut all: Vec<_> = claiming.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 24);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 24, "a message has one claimer");
}
