//! The books, and the rows of statements that were imported.

use std::collections::{BTreeMap, HashMap, HashSet};

use merchant_core::books::{Balance, BookedEntry, Posting};
use merchant_core::lifecycle::{AttemptState, Order, PaymentId, PaymentRequestId, RefundState, WalletName};
use shop_api::{AttemptId, OrderId, Timestamp};

use super::World;
use super::rules::refuse;
use crate::reconcile::{Period, RowKind};
use crate::store::{StatedRow, StoreError, Unstated, UnstatedKind};

#[derive(Default)]
pub(super) struct Books {
    entries: Vec<BookedEntry>,
    /// Where an order's entries stand.
    of_order: HashMap<OrderId, Vec<usize>>,
    postings: i64,
    rows: HashMap<WalletName, Stated>,
}

/// What a wallet's statements had so far.
#[derive(Default)]
struct Stated {
    hashes: HashSet<[u8; 32]>,
    /// By our id, and by the wallet's.
    payments: HashSet<String>,
    refunds: HashSet<String>,
}

impl Books {
    /// Refuses what isn't whole.
    ///
    /// # Errors
    /// A posting doesn't sum to zero.
    pub(super) fn check(postings: &[Posting]) -> Result<(), StoreError> {
        let is_whole = |posting: &Posting| !posting.entries.is_empty() && posting.is_balanced();
        if postings.iter().all(is_whole) { Ok(()) } else { Err(refuse("a posting sums to zero")) }
    }

    pub(super) fn append(
        &mut self,
        wallet: &WalletName,
        order: Option<&Order>,
        postings: &[Posting],
        at: Timestamp,
    ) {
        for posting in postings {
            self.postings += 1;
            let mut entries: Vec<_> = posting.entries.iter().collect();
            entries.sort_by_key(|entry| (std::cmp::Reverse(entry.amount), entry.account.as_str()));
            for entry in entries {
                if let Some(order) = order {
                    self.of_order.entry(order.id.clone()).or_default().push(self.entries.len());
                }
                self.entries.push(BookedEntry {
                    posting: self.postings,
                    at,
                    order_id: order.map(|order| order.id.clone()),
                    version: order.map(|order| order.version),
                    wallet: wallet.0.clone(),
                    kind: posting.kind.as_str().to_owned(),
                    subject: posting.subject.clone(),
                    account: entry.account.as_str().to_owned(),
                    currency: entry.currency.clone(),
                    amount: entry.amount,
                });
            }
        }
    }

    pub(super) fn of_order(&self, order: &OrderId) -> Vec<BookedEntry> {
        let places = self.of_order.get(order).into_iter().flatten();
        places.filter_map(|place| self.entries.get(*place)).cloned().collect()
    }

    pub(super) fn balances(&self, before: Timestamp) -> Vec<Balance> {
        let mut sums: BTreeMap<(&str, &str, &str), (i64, i64)> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.at < before) {
            let (debits, credits) = sums.entry((&entry.wallet, &entry.account, &entry.currency)).or_default();
            if entry.amount > 0 { *debits += entry.amount } else { *credits -= entry.amount }
        }
        let balance =
            |((wallet, account, currency), (debits, credits)): ((&str, &str, &str), (i64, i64))| Balance {
                wallet: wallet.to_owned(),
                account: account.to_owned(),
                currency: currency.to_owned(),
                debits,
                credits,
            };
        sums.into_iter().map(balance).collect()
    }

    /// Keeps the rows that are new, and books what each of them means. Which ones were new.
    ///
    /// # Errors
    /// As [`Books::check`].
    pub(super) fn import(
        &mut self,
        wallet: &WalletName,
        rows: &[StatedRow],
        now: Timestamp,
    ) -> Result<Vec<bool>, StoreError> {
        rows.iter().try_for_each(|row| Self::check(&row.postings))?;
        let mut is_new = Vec::with_capacity(rows.len());
        for stated in rows {
            let known = self.rows.entry(wallet.clone()).or_default();
            is_new.push(known.hashes.insert(stated.hash));
            if is_new.last() != Some(&true) {
                continue;
            }
            let row = &stated.row;
            match row.kind {
                RowKind::Payment => {
                    known
                        .payments
                        .extend([&row.payment_request_id, &row.payment_id].into_iter().flatten().cloned());
                }
                RowKind::Refund => {
                    known
                        .refunds
                        .extend([&row.refund_request_id, &row.refund_id].into_iter().flatten().cloned());
                }
                _ => {}
            }
            self.append(wallet, None, &stated.postings, now);
        }
        Ok(is_new)
    }

    fn has_payment(&self, wallet: &WalletName, id: &str) -> bool {
        self.rows.get(wallet).is_some_and(|stated| stated.payments.contains(id))
    }

    fn has_refund(&self, wallet: &WalletName, id: &str) -> bool {
        self.rows.get(wallet).is_some_and(|stated| stated.refunds.contains(id))
    }
}

/// The attempt that a row is about, by our id or by the wallet's.
pub(super) fn find_payment(
    world: &World,
    wallet: &WalletName,
    payment_request_id: Option<&str>,
    payment_id: Option<&str>,
) -> Option<(OrderId, AttemptId)> {
    let by_ours = payment_request_id.and_then(|id| PaymentRequestId::new(id).ok());
    let by_its = payment_id.and_then(|id| PaymentId::new(id).ok());
    by_ours.and_then(|id| world.orders.find_attempt(wallet, &id)).or_else(|| {
        let attempt = world.orders.holder_of_payment(wallet, &by_its?)?;
        world.orders.of_attempt(attempt)
    })
}

/// What we say happened in this time and no statement ever had; `limit` of each kind at most. Reads every order.
pub(super) fn unstated(world: &World, wallet: &WalletName, period: Period, limit: usize) -> Vec<Unstated> {
    let is_in = |at: Timestamp| at >= period.from && at < period.to;
    let mut payments = Vec::new();
    let mut refunds = Vec::new();
    for order in world.orders.all().filter(|order| order.customer.wallet == *wallet) {
        for attempt in &order.attempts {
            // What the wallet took back was paid before.
            let (AttemptState::Succeeded { at } | AttemptState::Reversed { at }) = attempt.state else {
                continue;
            };
            let ids = [
                Some(attempt.payment_request_id.as_str()),
                attempt.payment_id.as_ref().map(|id| id.as_str()),
            ];
            if is_in(at) && !ids.into_iter().flatten().any(|id| world.books.has_payment(wallet, id)) {
                payments.push(Unstated {
                    kind: UnstatedKind::Payment,
                    order_id: order.id.clone(),
                    attempt_id: attempt.id.clone(),
                    id: attempt.payment_request_id.to_string(),
                    amount: order.total,
                    at,
                });
            }
        }
        for refund in &order.refunds {
            let RefundState::Succeeded { at } = refund.state else { continue };
            let ids = [Some(refund.id.as_str()), refund.refund_id.as_ref().map(|id| id.as_str())];
            if is_in(at) && !ids.into_iter().flatten().any(|id| world.books.has_refund(wallet, id)) {
                refunds.push(Unstated {
                    kind: UnstatedKind::Refund,
                    order_id: order.id.clone(),
                    attempt_id: refund.attempt.clone(),
                    id: refund.id.to_string(),
                    amount: refund.amount,
                    at,
                });
            }
        }
    }
    for found in [&mut payments, &mut refunds] {
        found.sort_by_key(|unstated| unstated.at);
        found.truncate(limit);
    }
    payments.extend(refunds);
    payments
}
