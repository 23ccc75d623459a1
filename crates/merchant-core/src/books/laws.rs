//! The books over random lives of an order: they balance, and agree with order and wallet to the unit.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shop_api::AttemptId;

use super::{Account, Posting, postings};
use crate::lifecycle::fixtures::{PAY_BY, TOTAL, placed};
use crate::lifecycle::life::{Clock, event, life};
use crate::lifecycle::{
    AttemptState, Event, Order, OrderState, RefundState, Schedule, StockHold, decide, decide_without_stock,
};

/// The books of one order, and what the wallet holds for it, counted from what changes.
#[derive(Default)]
struct Shadow {
    accounts: BTreeMap<Account, i64>,
    held: BTreeMap<AttemptId, i64>,
}

impl Shadow {
    fn book(&mut self, postings: &[Posting]) -> Result<(), TestCaseError> {
        for posting in postings {
            prop_assert!(posting.is_balanced(), "{:?}", posting);
            prop_assert!(posting.entries.len() >= 2, "{:?}", posting);
            for entry in &posting.entries {
                *self.accounts.entry(entry.account).or_insert(0) += entry.amount;
            }
        }
        Ok(())
    }

    /// What the wallet does, as its words tell it.
    fn wallet(&mut self, before: &Order, after: &Order) {
        for (old, new) in before.attempts.iter().zip(&after.attempts) {
            let held = self.held.entry(new.id.clone()).or_insert(0);
            match (&old.state, &new.state) {
                (AttemptState::Succeeded { .. }, AttemptState::Reversed { .. }) => {
                    *held -= i64::try_from(before.refundable(&old.id).value()).unwrap();
                }
                (AttemptState::Succeeded { .. }, _) => {}
                (_, AttemptState::Succeeded { .. }) => *held += i64::try_from(TOTAL).unwrap(),
                _ => {}
            }
        }
        for (old, new) in before.refunds.iter().zip(&after.refunds) {
            let attempt = after.attempt(&new.attempt).unwrap();
            let was_taken_back = matches!(attempt.state, AttemptState::Reversed { .. });
            let amount = i64::try_from(new.amount.value()).unwrap();
            let held = self.held.entry(new.attempt.clone()).or_insert(0);
            match (&old.state, &new.state) {
                (RefundState::Succeeded { .. } | RefundState::Failed { .. }, _) => {}
                (_, RefundState::Succeeded { .. }) => *held -= amount,
                // It couldn't be given back, because the wallet had done so by itself.
                (_, RefundState::Failed { .. }) if was_taken_back => *held -= amount,
                _ => {}
            }
        }
    }

    fn on(&self, account: Account) -> i64 {
        self.accounts.get(&account).copied().unwrap_or(0)
    }

    fn check(&self, order: &Order) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.accounts.values().sum::<i64>(), 0);
        prop_assert_eq!(
            self.on(Account::Receivable),
            self.held.values().sum::<i64>(),
            "what the wallet holds"
        );
        let owed = order
            .refunds
            .iter()
            .filter(|refund| refund.state.counts() && !matches!(refund.state, RefundState::Succeeded { .. }));
        let owed: i64 = owed.map(|refund| i64::try_from(refund.amount.value()).unwrap()).sum();
        prop_assert_eq!(self.on(Account::RefundsPayable), -owed, "what is still to be given back");
        let is_sold = matches!(order.state, OrderState::Paid { .. }) && order.stock == StockHold::Sold;
        let sold = if is_sold { i64::try_from(TOTAL).unwrap() } else { 0 };
        prop_assert_eq!(self.on(Account::Sales), -sold, "what was sold");
        prop_assert!(self.on(Account::Suspense) <= 0, "money that nobody has");
        prop_assert!((0..=sold).contains(&self.on(Account::Returns)), "more came back than was sold");
        prop_assert!((0..=sold).contains(&self.on(Account::Reversals)), "more was reversed than was sold");
        let waits = order.refunds.iter().any(|refund| refund.state.is_open());
        if is_sold && !waits && order.attention.is_none() {
            prop_assert_eq!(self.on(Account::Suspense), 0, "a settled order leaves nothing in suspense");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(crate::properties::cases(2_000))]

    #[test]
    fn the_books_balance_and_agree_with_order_and_wallet_whatever_happens(
        life in life(),
        sold_out in any::<bool>(),
    ) {
        let mut order = placed().order;
        let mut shadow = Shadow::default();
        shadow.book(&postings(None, &order))?;
        let (mut clock, schedule) = (Clock::new(), Schedule::default());
        for (wait, behind, happening) in life {
            let now = clock.after(wait, behind);
            let Some(event) = event(&order, &happening) else { continue };
            if matches!(event, Event::PayByReached) && now < PAY_BY {
                continue;
            }
            let way = if sold_out { decide_without_stock } else { decide };
            if let Ok(change) = way(&order, event, now, &schedule) && !change.is_empty() {
                shadow.wallet(&order, &change.order);
                prop_assert_eq!(&change.postings, &postings(Some(&order), &change.order));
                shadow.book(&change.postings)?;
                order = change.order;
                shadow.check(&order)?;
            }
        }
    }
}
