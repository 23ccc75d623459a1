//! Sessions, quotes, secrets, and the notifications of wallets.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use merchant_core::lifecycle::{Attempt, Customer, WalletName};
use shop_api::{QuoteId, Timestamp};

use super::rules::refuse;
use crate::digest::sha256;
use crate::store::limits::{QUOTES_PER_CUSTOMER, SWEEP_ROWS};
use crate::store::{Forgotten, InboxEntry, QuoteRow, SessionRow, StoreError, Swept};

#[derive(Default)]
pub(super) struct Shoppers {
    sessions: HashMap<[u8; 32], SessionRow>,
    sessions_by_expiry: BTreeSet<(Timestamp, [u8; 32])>,
    quotes: HashMap<QuoteId, QuoteRow>,
    quotes_by_expiry: BTreeSet<(Timestamp, QuoteId)>,
    quotes_by_customer: HashMap<Customer, BTreeSet<(Timestamp, QuoteId)>>,
    notifications: BTreeMap<(WalletName, [u8; 32]), InboxEntry>,
    secrets: BTreeMap<&'static str, Vec<u8>>,
}

impl Shoppers {
    pub(super) fn add_session(&mut self, session: SessionRow) -> Result<(), StoreError> {
        if self.sessions.contains_key(&session.token_hash) {
            return Err(refuse("a session's hash is its own"));
        }
        self.sessions_by_expiry.insert((session.expires_at, session.token_hash));
        self.sessions.insert(session.token_hash, session);
        Ok(())
    }

    pub(super) fn session(&self, token_hash: &[u8; 32]) -> Option<&SessionRow> {
        self.sessions.get(token_hash)
    }

    /// Keeps a quote, and of the customer's others the newest.
    pub(super) fn add_quote(&mut self, quote: QuoteRow) -> Result<(), StoreError> {
        if self.quotes.contains_key(&quote.id) {
            return Err(refuse("a quote's id is its own"));
        }
        let others = self.quotes_by_customer.entry(quote.customer.clone()).or_default();
        let mut surplus = Vec::new();
        while others.len() >= QUOTES_PER_CUSTOMER as usize
            && let Some((_, oldest)) = others.pop_first()
        {
            surplus.push(oldest);
        }
        others.insert((quote.created_at, quote.id.clone()));
        self.quotes_by_expiry.insert((quote.expires_at, quote.id.clone()));
        self.quotes.insert(quote.id.clone(), quote);
        for id in surplus {
            self.delete_quote(&id);
        }
        Ok(())
    }

    pub(super) fn quote(&self, id: &QuoteId) -> Option<&QuoteRow> {
        self.quotes.get(id)
    }

    pub(super) fn delete_quotes(&mut self) {
        self.quotes.clear();
        self.quotes_by_expiry.clear();
        self.quotes_by_customer.clear();
    }

    /// Deletes what expired before this time, a part at a time.
    pub(super) fn sweep(&mut self, before: Timestamp) -> Swept {
        let mut swept = Swept::All;
        let expired = self.sessions_by_expiry.iter().take_while(|(expiry, _)| *expiry < before);
        let sessions: Vec<_> = expired.take(SWEEP_ROWS as usize).copied().collect();
        let expired = self.quotes_by_expiry.iter().take_while(|(expiry, _)| *expiry < before);
        let quotes: Vec<_> = expired.take(SWEEP_ROWS as usize).map(|(_, id)| id.clone()).collect();
        if sessions.len() >= SWEEP_ROWS as usize || quotes.len() >= SWEEP_ROWS as usize {
            swept = Swept::Part;
        }
        for session in sessions {
            self.sessions_by_expiry.remove(&session);
            self.sessions.remove(&session.1);
        }
        for id in quotes {
            self.delete_quote(&id);
        }
        swept
    }

    /// Ends a customer's sessions and deletes the quotes.
    pub(super) fn forget(&mut self, customer: &Customer) -> Forgotten {
        let quotes: Vec<_> = self.quotes_by_customer.get(customer).into_iter().flatten().cloned().collect();
        quotes.iter().for_each(|(_, id)| self.delete_quote(id));
        let before = self.sessions.len();
        self.sessions.retain(|_, session| session.customer != *customer);
        let sessions = &self.sessions;
        self.sessions_by_expiry.retain(|(_, hash)| sessions.contains_key(hash));
        Forgotten { sessions: (before - self.sessions.len()) as u64, quotes: quotes.len() as u64 }
    }

    /// Forgets what wallets told of these attempts.
    pub(super) fn forget_notifications(&mut self, attempts: &[Attempt]) {
        let is_about =
            |entry: &InboxEntry| attempts.iter().any(|attempt| Some(&attempt.id) == entry.attempt.as_ref());
        for entry in self.notifications.values_mut().filter(|entry| is_about(entry)) {
            entry.body.clear();
        }
    }

    fn delete_quote(&mut self, id: &QuoteId) {
        let Some(quote) = self.quotes.remove(id) else { return };
        self.quotes_by_expiry.remove(&(quote.expires_at, quote.id.clone()));
        if let Some(others) = self.quotes_by_customer.get_mut(&quote.customer) {
            others.remove(&(quote.created_at, quote.id));
            if others.is_empty() {
                self.quotes_by_customer.remove(&quote.customer);
            }
        }
    }

    /// Keeps a verified notification, once by its body.
    pub(super) fn record(&mut self, entry: InboxEntry) {
        let key = (entry.wallet.clone(), sha256(&entry.body));
        self.notifications.entry(key).or_insert(entry);
    }

    /// The secret of this name; the first one stays.
    pub(super) fn secret(&mut self, name: &'static str, fresh: Vec<u8>) -> Vec<u8> {
        self.secrets.entry(name).or_insert(fresh).clone()
    }
}
