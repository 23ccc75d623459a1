//! The laws of refunds over random orders with discounts, delivery and tax: whatever is given back by units or sums, and
//! however it ends.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use shop_api::{MinorUnits, Sku};

use super::fixtures::{
    START, accepted, payment_id, placement, refund_answered, refund_id, refund_told, wish,
};
use super::*;
use crate::books::Account;
use crate::pricing::laws::priced_order;

/// What somebody does about refunds.
#[derive(Clone, Debug)]
enum Deed {
    /// Asks for this percentage of what is left.
    Sum(u32),
    /// Asks for units: of which line, and which percentage of what is left of it.
    Units { picks: Vec<(Index, u32)>, with_delivery: bool, restock: bool },
    /// Asks for all that is left.
    Rest,
    /// The wallet answers one of the open refunds, or tells of it.
    Answer { which: Index, answer: Answer },
}

/// What the wallet says of a refund.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Taken,
    Refused,
    Lost,
    Succeeded,
    Failed,
    Pending,
}

fn deed() -> impl Strategy<Value = Deed> {
    let answers = [
        Answer::Taken,
        Answer::Refused,
        Answer::Lost,
        Answer::Succeeded,
        Answer::Succeeded,
        Answer::Failed,
        Answer::Pending,
    ];
    let picks = prop::collection::vec((any::<Index>(), 1u32..=100), 0..4);
    prop_oneof![
        2 => (1u32..=100).prop_map(Deed::Sum),
        5 => (picks, prop::bool::weighted(0.2), any::<bool>())
            .prop_map(|(picks, with_delivery, restock)| Deed::Units { picks, with_delivery, restock }),
        1 => Just(Deed::Rest),
        8 => (any::<Index>(), prop::sample::select(answers.to_vec()))
            .prop_map(|(which, answer)| Deed::Answer { which, answer }),
    ]
}

/// An order, and what its decisions did to stock and books.
struct Shop {
    order: Order,
    asked: u32,
    /// Back on hand, and still sold.
    stock: BTreeMap<Sku, (u32, u32)>,
    accounts: BTreeMap<Account, i64>,
}

impl Shop {
    /// A shop with this order paid.
    fn with(lines: Vec<Line>, breakdown: Breakdown) -> Self {
        let stock = lines.iter().map(|line| (line.sku.clone(), (0, line.quantity))).collect();
        let placed = place(Placement { lines, breakdown, ..placement() }, START).order;
        let mut shop = Self { order: placed, asked: 0, stock, accounts: BTreeMap::new() };
        let word = WalletWord {
            payment_request_id: None,
            payment_id: Some(payment_id(1)),
            amount: Some((shop.order.total, "PHP".into())),
            word: PaymentWord::Success,
        };
        shop.happen(accepted(1)).unwrap();
        shop.happen(Event::WalletSaid { attempt: "a1".into(), word, source: WordSource::Inquiry }).unwrap();
        shop
    }

    fn happen(&mut self, event: Event) -> Result<(), Refusal> {
        let change = super::fixtures::decide(&self.order, event, START)?;
        for moved in &change.stock {
            if let StockMove::Restock(sku, units) = moved {
                let (on_hand, sold) = self.stock.get_mut(sku).unwrap();
                (*on_hand, *sold) = (*on_hand + units, sold.checked_sub(*units).expect("it was sold"));
            }
        }
        for entry in change.postings.iter().flat_map(|posting| &posting.entries) {
            *self.accounts.entry(entry.account).or_insert(0) += entry.amount;
        }
        if !change.is_empty() {
            self.order = change.order;
        }
        Ok(())
    }

    fn ask(&mut self, amount: RefundAmount) -> Result<(), Refusal> {
        self.asked += 1;
        self.happen(Event::RefundRequested(wish(&format!("k{}", self.asked), amount)))
    }

    fn left(&self) -> MinorUnits {
        self.order.refundable(&self.order.attempts[0].id)
    }

    fn does(&mut self, deed: &Deed) -> Result<(), TestCaseError> {
        let left = self.left();
        match deed {
            Deed::Sum(percent) => {
                let amount = MinorUnits::new(left.value() * u64::from(*percent) / 100).unwrap();
                let is_possible = amount > MinorUnits::ZERO;
                prop_assert_eq!(self.ask(RefundAmount::Exactly(amount)).is_ok(), is_possible);
                let over = MinorUnits::new(self.left().value() + 1).unwrap();
                prop_assert!(self.ask(RefundAmount::Exactly(over)).is_err(), "more than was paid");
            }
            Deed::Units { picks, with_delivery, restock } => self.units(picks, *with_delivery, *restock)?,
            Deed::Rest => prop_assert_eq!(self.ask(RefundAmount::Rest).is_ok(), left > MinorUnits::ZERO),
            Deed::Answer { which, answer } => {
                let open: Vec<_> =
                    self.order.refunds.iter().filter(|refund| refund.state.is_open()).cloned().collect();
                if !open.is_empty() {
                    self.answer(which.get(&open), *answer);
                }
            }
        }
        Ok(())
    }

    fn units(
        &mut self,
        picks: &[(Index, u32)],
        with_delivery: bool,
        restock: bool,
    ) -> Result<(), TestCaseError> {
        let given = self.order.given_back(&self.order.attempts[0].id);
        let mut wanted: BTreeMap<Sku, u32> = BTreeMap::new();
        for (index, percent) in picks {
            let at = index.index(self.order.lines.len());
            let (line, given) = (&self.order.lines[at], given.lines[at]);
            let units = ((line.quantity - given.units) * percent).div_ceil(100);
            if units > 0 {
                wanted.insert(line.sku.clone(), units);
            }
        }
        let units = wanted.clone().into_iter().collect();
        let Ok(units) = ReturnedUnits::new(units, with_delivery, restock) else { return Ok(()) };
        let (left, count) = (self.left(), self.order.refunds.len());
        match self.ask(RefundAmount::Units(units)) {
            Ok(()) => {
                let refund = &self.order.refunds[count];
                prop_assert_eq!(self.order.units_of(refund).into_iter().collect::<BTreeMap<_, _>>(), wanted);
                let share = refund.share.as_ref().unwrap();
                prop_assert_eq!(share.total(), refund.amount);
            }
            Err(Refusal::RefundAmount { most }) => prop_assert_eq!(most, left, "it says what is left"),
            Err(Refusal::NothingToRefund) => prop_assert_eq!(left, MinorUnits::ZERO),
            Err(Refusal::RefundUnits(UnitsRefusal::NoDelivery)) => {
                let had_one = self.order.breakdown.parts().delivery.is_some();
                prop_assert!(with_delivery && (!had_one || given.delivery.units == 1));
            }
            Err(Refusal::RefundUnits(UnitsRefusal::Free)) => {}
            Err(other) => prop_assert!(false, "{other:?}"),
        }
        Ok(())
    }

    fn answer(&mut self, refund: &Refund, answer: Answer) {
        let key = refund.id.as_str();
        let sending = match refund.sendings {
            0 => Sending::First,
            sendings => Sending::Repeat { number: sendings + 1 },
        };
        let answered = |answer| refund_answered(key, sending, answer);
        let event = match answer {
            Answer::Taken => answered(RefundAnswer::Taken { refund_id: refund_id(1) }),
            Answer::Refused => answered(RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() }),
            Answer::Lost => answered(RefundAnswer::Unknown { reason: "timeout".into() }),
            Answer::Succeeded => refund_told(key, RefundWord::Success { refund_id: None }),
            Answer::Failed => refund_told(key, RefundWord::Fail { text: None }),
            Answer::Pending => refund_told(key, RefundWord::Pending),
        };
        self.happen(event).unwrap();
    }

    fn on(&self, account: Account) -> i64 {
        self.accounts.get(&account).copied().unwrap_or(0)
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let (order, attempt) = (&self.order, &self.order.attempts[0].id);
        let counted = order.refunds.iter().filter(|refund| refund.state.counts());
        let sum: u64 = counted.map(|refund| refund.amount.value()).sum();
        prop_assert_eq!(sum + self.left().value(), order.total.value());
        let given = order.given_back(attempt);
        prop_assert_eq!(given.total().value(), sum, "the parts add up to the refunds");
        for (line, part) in order.lines.iter().zip(&given.lines) {
            prop_assert!(part.units <= line.quantity);
            prop_assert!(part.amount <= order.breakdown.of_line(line) && part.tax <= line.parts.tax);
        }
        prop_assert!(given.delivery.amount <= order.breakdown.of_delivery());
        let over = order
            .refunds
            .iter()
            .filter(|refund| refund.restock && matches!(refund.state, RefundState::Succeeded { .. }));
        let mut back: BTreeMap<Sku, u32> = BTreeMap::new();
        for (sku, units) in over.flat_map(|refund| order.units_of(refund)) {
            *back.entry(sku).or_insert(0) += units;
        }
        for line in &order.lines {
            let (on_hand, sold) = self.stock[&line.sku];
            prop_assert_eq!(on_hand, back.get(&line.sku).copied().unwrap_or(0), "{} came back", line.sku);
            prop_assert_eq!(on_hand + sold, line.quantity, "units of {} got lost", line.sku);
        }
        prop_assert_eq!(self.accounts.values().sum::<i64>(), 0);
        prop_assert_eq!(self.on(Account::Suspense), 0);
        // Nothing turns to its other side: of no account more is given back than stood on it.
        for (account, sign) in [
            (Account::Sales, -1),
            (Account::Returns, 1),
            (Account::Discounts, 1),
            (Account::Delivery, -1),
            (Account::Tax, -1),
        ] {
            prop_assert!(self.on(account) * sign >= 0, "{account:?} {}", self.on(account));
        }
        Ok(())
    }

    /// Everything that is open succeeds, and so does the rest.
    fn gives_all_back(&mut self) {
        loop {
            let open = self.order.refunds.iter().find(|refund| refund.state.is_open()).cloned();
            match open {
                Some(refund) => {
                    self.answer(&refund, Answer::Taken);
                    self.answer(&refund, Answer::Succeeded);
                }
                None if self.left() > MinorUnits::ZERO => self.ask(RefundAmount::Rest).unwrap(),
                None => return,
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::properties::cases(500))]

    #[test]
    fn refunds_by_units_and_sums_agree_to_the_unit_however_they_end(
        (lines, breakdown) in priced_order(),
        deeds in prop::collection::vec(deed(), 0..20),
    ) {
        let mut shop = Shop::with(lines, breakdown);
        for deed in &deeds {
            shop.does(deed)?;
            shop.check()?;
        }
        shop.gives_all_back();
        shop.check()?;
        let order = &shop.order;
        let given = order.refunds.iter().filter(|refund| matches!(refund.state, RefundState::Succeeded { .. }));
        prop_assert_eq!(given.map(|refund| refund.amount.value()).sum::<u64>(), order.total.value());
        prop_assert_eq!(shop.on(Account::Returns), -shop.on(Account::Sales), "all goods were given back");
        let rest = shop.accounts.iter().filter(|(account, _)| {
            !matches!(account, Account::Sales | Account::Returns)
        });
        let uneven: Vec<_> = rest.filter(|(_, amount)| **amount != 0).collect();
        prop_assert!(uneven.is_empty(), "{:?}", uneven);
    }
}
