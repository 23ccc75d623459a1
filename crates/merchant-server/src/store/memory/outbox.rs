//! Messages to the merchant's own systems.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use merchant_core::announcements::Announcement;
use shop_api::{OrderId, Timestamp};

use super::rules::refuse;
use crate::store::{Claimed, MessageEnd, MessagePage, MessageRow, StoreError};
use crate::webhooks::Subscriber;

#[derive(Default)]
pub(super) struct Outbox {
    messages: BTreeMap<i64, Message>,
    /// By endpoint: when what is pending falls due.
    due: HashMap<String, BTreeSet<(Timestamp, i64)>>,
    by_id: HashMap<String, Vec<i64>>,
    of_order: HashMap<OrderId, Vec<i64>>,
    parked: BTreeSet<i64>,
}

struct Message {
    row: MessageRow,
    body: Vec<u8>,
    fence: u32,
}

impl Outbox {
    /// Writes down what each subscriber wants to hear of.
    pub(super) fn append(
        &mut self,
        order: &OrderId,
        announcements: &[Announcement],
        subscribers: &[Subscriber],
        now: Timestamp,
    ) {
        for announcement in announcements {
            for subscriber in subscribers.iter().filter(|subscriber| subscriber.wants(announcement.kind)) {
                let number = self.messages.last_key_value().map_or(1, |(last, _)| last + 1);
                let row = MessageRow {
                    number,
                    id: announcement.id.clone(),
                    endpoint: subscriber.name.clone(),
                    order_id: order.clone(),
                    kind: announcement.kind.as_str().to_owned(),
                    created_at: now,
                    status: "pending".to_owned(),
                    status_at: now,
                    due_at: Some(now),
                    tries: 0,
                    answer: None,
                };
                self.by_id.entry(row.id.clone()).or_default().push(number);
                self.of_order.entry(order.clone()).or_default().push(number);
                self.due.entry(row.endpoint.clone()).or_default().insert((now, number));
                self.messages.insert(number, Message { row, body: announcement.body.clone(), fence: 0 });
            }
        }
    }

    /// Claims an endpoint's messages that are due, the longest waiting first.
    pub(super) fn claim(
        &mut self,
        endpoint: &str,
        now: Timestamp,
        lease_until: Timestamp,
        limit: usize,
    ) -> Vec<Claimed> {
        let Some(due) = self.due.get(endpoint) else { return Vec::new() };
        let mut numbers: Vec<i64> =
            due.iter().take_while(|(at, _)| *at <= now).take(limit).map(|(_, number)| *number).collect();
        numbers.sort_unstable();
        numbers.into_iter().filter_map(|number| self.claim_one(number, lease_until)).collect()
    }

    fn claim_one(&mut self, number: i64, lease_until: Timestamp) -> Option<Claimed> {
        self.set(number, "pending", Some(lease_until), None);
        let message = self.messages.get_mut(&number)?;
        message.row.tries += 1;
        message.fence += 1;
        Some(Claimed {
            number,
            fence: message.fence,
            tries: message.row.tries,
            id: message.row.id.clone(),
            order_id: message.row.order_id.clone(),
            body: message.body.clone(),
        })
    }

    /// Moves a message to another status or time.
    fn set(&mut self, number: i64, status: &str, due_at: Option<Timestamp>, now: Option<Timestamp>) {
        let Some(message) = self.messages.get_mut(&number) else { return };
        let due = self.due.entry(message.row.endpoint.clone()).or_default();
        if let Some(at) = message.row.due_at {
            due.remove(&(at, number));
        }
        if let Some(at) = due_at {
            due.insert((at, number));
        }
        self.parked.remove(&number);
        if status == "parked" {
            self.parked.insert(number);
        }
        status.clone_into(&mut message.row.status);
        message.row.due_at = due_at;
        message.row.status_at = now.unwrap_or(message.row.status_at);
    }

    /// Writes down what became of a claimed message. Whether the claim still held.
    pub(super) fn end(
        &mut self,
        claimed: (i64, u32),
        end: &MessageEnd,
        answer: String,
        now: Timestamp,
    ) -> bool {
        let (number, fence) = claimed;
        let held = self.messages.get(&number);
        if !held.is_some_and(|message| message.fence == fence && message.row.status == "pending") {
            return false;
        }
        match end {
            MessageEnd::Delivered => self.set(number, "delivered", None, Some(now)),
            MessageEnd::Again(due) => self.set(number, "pending", Some(*due), Some(now)),
            MessageEnd::Parked => self.set(number, "parked", None, Some(now)),
        }
        if let Some(message) = self.messages.get_mut(&number) {
            message.row.answer = Some(answer);
        }
        true
    }

    pub(super) fn next_at(&self, endpoint: &str) -> Option<Timestamp> {
        self.due.get(endpoint)?.first().map(|(at, _)| *at)
    }

    /// Has a message sent anew, whatever became of it. To how many endpoints.
    pub(super) fn resend(&mut self, id: &str, endpoint: Option<&str>, now: Timestamp) -> u64 {
        let numbers = self.by_id.get(id).cloned().unwrap_or_default();
        let mut sent = 0;
        for number in numbers {
            let Some(message) = self.messages.get_mut(&number) else { continue };
            if endpoint.is_some_and(|endpoint| endpoint != message.row.endpoint) {
                continue;
            }
            message.row.tries = 0;
            message.fence += 1;
            self.set(number, "pending", Some(now), Some(now));
            sent += 1;
        }
        sent
    }

    /// Newest first.
    pub(super) fn list(&self, page: &MessagePage) -> Vec<MessageRow> {
        let before = page.before.unwrap_or(i64::MAX);
        let limit = page.limit as usize;
        let row = |number: &i64| self.messages.get(number).map(|message| message.row.clone());
        if page.parked_only {
            return self.parked.range(..before).rev().filter_map(row).take(limit).collect();
        }
        self.messages.range(..before).rev().take(limit).map(|(_, message)| message.row.clone()).collect()
    }

    /// An order's messages, oldest first.
    pub(super) fn of_order(&self, order: &OrderId) -> Vec<MessageRow> {
        let numbers = self.of_order.get(order).into_iter().flatten();
        numbers.filter_map(|number| self.messages.get(number)).map(|message| message.row.clone()).collect()
    }

    /// Whether a message about this order waits to be delivered.
    pub(super) fn is_pending(&self, order: &OrderId) -> bool {
        let numbers = self.of_order.get(order).into_iter().flatten();
        numbers.filter_map(|number| self.messages.get(number)).any(|message| message.row.status == "pending")
    }

    /// Deletes all that was told of an order.
    pub(super) fn forget(&mut self, order: &OrderId) {
        for number in self.of_order.remove(order).unwrap_or_default() {
            self.parked.remove(&number);
            if let Some(message) = self.messages.remove(&number) {
                self.by_id.remove(&message.row.id);
            }
        }
    }

    pub(super) fn count_pending(&self) -> usize {
        self.due.values().map(BTreeSet::len).sum()
    }

    pub(super) fn count_parked(&self) -> usize {
        self.parked.len()
    }

    /// Refuses what the databases refuse.
    ///
    /// # Errors
    /// A message of this id was written down before.
    pub(super) fn check(&self, announcements: &[Announcement]) -> Result<(), StoreError> {
        let is_known = |announcement: &Announcement| self.by_id.contains_key(&announcement.id);
        if announcements.iter().any(is_known) {
            Err(refuse("a message is written down once"))
        } else {
            Ok(())
        }
    }
}
