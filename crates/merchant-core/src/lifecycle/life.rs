//! Random lives of an order: what may happen to it, and when.
//!
//! In: chance. Out: the events of one life, each made for the order as it is by then.

use proptest::prelude::*;
use shop_api::{MinorUnits, Timestamp};

use super::fixtures::{
    PAY_BY, START, TOTAL, cashier, erasure, fulfilment, new_attempt, payment_id, refund_id, wish, word,
};
use super::*;

/// Something that happens to an attempt, picked by its place among the attempts there are.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Pay { attempt: usize, first: bool, answer: u8 },
    Said { attempt: usize, what: u8, amount: i8, other_payment: bool, inquiry: bool },
    Unanswered { attempt: usize },
    Contradicts { attempt: usize },
    Doubted { attempt: usize, doubt: Doubt },
    Cancelled { attempt: usize, answer: u8 },
    Returned { attempt: usize, code: &'static str },
    Refund { key: u8, amount: Option<u64> },
    RefundUnits { key: u8, tea: u32, mug: u32, restock: bool },
    RefundAnswered { refund: usize, first: bool, answer: u8 },
    RefundTold { refund: usize, word: u8 },
    RefundSeen { attempt: usize, key: u8, amount: u64 },
    PayAgain { after: usize },
    Cancel,
    PayByReached,
    Fulfil { stage: FulfilmentStage },
    Erase,
}

/// A beginning that chance seldom finds: the first attempt failed, the second is open.
fn on_its_second_attempt() -> Life {
    let pay = |attempt| Happening::Pay { attempt, first: true, answer: 0 };
    let failed = Happening::Said { attempt: 0, what: 1, amount: 0, other_payment: false, inquiry: true };
    [pay(0), failed, Happening::PayAgain { after: 0 }, pay(1)].map(|happening| (1_000, 0, happening)).to_vec()
}

/// The wait until the time to pay is over.
const UNTIL_PAY_BY: u64 = u64::MAX;

/// Mostly seconds, so that much happens before the time to pay is over; sometimes minutes, or until then.
fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![18 => 0u64..20_000, 1 => 0u64..400_000, 1 => Just(UNTIL_PAY_BY)]
}

/// Servers' clocks differ: how far the one that decides is behind.
fn behind() -> impl Strategy<Value = u64> {
    prop_oneof![4 => Just(0), 1 => 0u64..10_000]
}

/// What happens in a life, after what wait, and how far the clock of the server that decides is behind.
pub(crate) type Life = Vec<(u64, u64, Happening)>;

/// A life, or one that goes on from a second attempt.
pub(crate) fn life() -> impl Strategy<Value = Life> {
    let beginning = prop_oneof![Just(Vec::new()), Just(on_its_second_attempt())];
    let rest = prop::collection::vec((wait(), behind(), happening()), 1..30);
    (beginning, rest).prop_map(|(beginning, rest)| [beginning, rest].concat())
}

/// The time in a life.
pub(crate) struct Clock(Timestamp);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(START)
    }

    /// What the clock of the server that decides shows after this wait.
    pub(crate) fn after(&mut self, wait: u64, behind: u64) -> Timestamp {
        self.0 = if wait == UNTIL_PAY_BY { self.0.max(PAY_BY) } else { self.0.plus_millis(wait) };
        Timestamp(self.0.0.saturating_sub(behind).max(START.0))
    }
}

fn happening() -> impl Strategy<Value = Happening> {
    let attempt = 0usize..3;
    let code = prop::sample::select(vec!["9000", "8000", "6001", "4000", "6004", "fail"]);
    prop_oneof![
        4 => (attempt.clone(), any::<bool>(), 0u8..5)
            .prop_map(|(attempt, first, answer)| Happening::Pay { attempt, first, answer }),
        6 => (attempt.clone(), 0u8..5, prop::sample::select(vec![0i8, 0, 0, 1, -1]), prop::bool::weighted(0.1), any::<bool>())
            .prop_map(|(attempt, what, amount, other_payment, inquiry)| {
                Happening::Said { attempt, what, amount, other_payment, inquiry }
            }),
        2 => attempt.clone().prop_map(|attempt| Happening::Unanswered { attempt }),
        1 => attempt.clone().prop_map(|attempt| Happening::Contradicts { attempt }),
        1 => (attempt.clone(), prop::sample::select(vec![Doubt::Stale, Doubt::Mismatch, Doubt::Unverified]))
            .prop_map(|(attempt, doubt)| Happening::Doubted { attempt, doubt }),
        4 => (attempt.clone(), 0u8..4)
            .prop_map(|(attempt, answer)| Happening::Cancelled { attempt, answer }),
        2 => (attempt.clone(), code).prop_map(|(attempt, code)| Happening::Returned { attempt, code }),
        4 => (0u8..3, prop::sample::select(vec![None, Some(1), Some(TOTAL / 2), Some(TOTAL), Some(TOTAL + 1)]))
            .prop_map(|(key, amount)| Happening::Refund { key, amount }),
        3 => (0u8..3, 0u32..4, 0u32..3, any::<bool>())
            .prop_map(|(key, tea, mug, restock)| Happening::RefundUnits { key, tea, mug, restock }),
        4 => (0usize..4, any::<bool>(), 0u8..4)
            .prop_map(|(refund, first, answer)| Happening::RefundAnswered { refund, first, answer }),
        4 => (0usize..4, 0u8..5).prop_map(|(refund, word)| Happening::RefundTold { refund, word }),
        1 => (attempt.clone(), 0u8..3, prop::sample::select(vec![1, TOTAL / 2, TOTAL, TOTAL + 1]))
            .prop_map(|(attempt, key, amount)| Happening::RefundSeen { attempt, key, amount }),
        4 => attempt.prop_map(|after| Happening::PayAgain { after }),
        1 => Just(Happening::Cancel),
        2 => Just(Happening::PayByReached),
        2 => prop::sample::select(vec![FulfilmentStage::Accepted, FulfilmentStage::Shipped, FulfilmentStage::Completed])
            .prop_map(|stage| Happening::Fulfil { stage }),
        2 => Just(Happening::Erase),
    ]
}

/// The event for an order; `None` when there is no such attempt.
pub(crate) fn event(order: &Order, happening: &Happening) -> Option<Event> {
    let pick = |index: usize| order.attempts.get(index).map(|attempt| (attempt.id.clone(), attempt.number));
    let refund_at = |index: usize| order.refunds.get(index);
    Some(match happening {
        Happening::Pay { attempt, first, answer } => {
            let (attempt, number) = pick(*attempt)?;
            let sending = if *first { Sending::First } else { Sending::Repeat { number: 2 } };
            let answer = match answer {
                0 => PayAnswer::Accepted { payment_id: payment_id(number), cashier: cashier() },
                1 => PayAnswer::ClaimsSuccess,
                2 => PayAnswer::Refused { code: "RISK_REJECT".into() },
                3 => PayAnswer::Doubtful { code: "ORDER_IS_CLOSED".into() },
                _ => PayAnswer::Unknown { reason: "timeout".into() },
            };
            Event::PayAnswered { attempt, sending, answer }
        }
        Happening::Said { attempt, what, amount, other_payment, inquiry } => {
            let (attempt, number) = pick(*attempt)?;
            let what = match what {
                0 => PaymentWord::Success,
                1 => PaymentWord::Fail { code: None, text: None },
                2 => PaymentWord::Cancelled,
                3 => PaymentWord::Pending { status: "PROCESSING".into() },
                _ => PaymentWord::NotExist,
            };
            let mut said = word(number, what);
            if *amount != 0 {
                let value = TOTAL.saturating_add_signed(i64::from(*amount));
                said.amount = Some((MinorUnits::new(value).unwrap(), "PHP".into()));
            }
            if *other_payment {
                said.payment_id = Some(payment_id(number + 1));
            }
            let source = if *inquiry { WordSource::Inquiry } else { WordSource::Notification };
            Event::WalletSaid { attempt, word: said, source }
        }
        Happening::Unanswered { attempt } => {
            Event::InquiryUnanswered { attempt: pick(*attempt)?.0, reason: "timeout".into() }
        }
        Happening::Contradicts { attempt } => {
            Event::InquiryContradicts { attempt: pick(*attempt)?.0, detail: "other amount".into() }
        }
        Happening::Doubted { attempt, doubt } => {
            Event::NotificationDoubted { attempt: pick(*attempt)?.0, doubt: *doubt }
        }
        Happening::Cancelled { attempt, answer } => {
            let answer = match answer {
                0 => CancelAnswer::Taken,
                1 => CancelAnswer::NotKnown,
                2 => CancelAnswer::TooLate { reason: "paid".into() },
                _ => CancelAnswer::NotTaken { reason: "timeout".into() },
            };
            Event::CancelAnswered { attempt: pick(*attempt)?.0, answer }
        }
        Happening::Returned { attempt, code } => {
            Event::Returned { attempt: pick(*attempt)?.0, hint: ReturnHint::parse(code) }
        }
        Happening::Refund { key, amount } => {
            let amount = amount
                .map_or(RefundAmount::Rest, |amount| RefundAmount::Exactly(MinorUnits::new(amount).unwrap()));
            Event::RefundRequested(wish(&format!("k{key}"), amount))
        }
        Happening::RefundUnits { key, tea, mug, restock } => {
            let lines = [("tea", *tea), ("mug", *mug)].into_iter().filter(|(_, units)| *units > 0);
            let lines = lines.map(|(sku, units)| (sku.into(), units)).collect();
            let units = ReturnedUnits::new(lines, false, *restock).ok()?;
            Event::RefundRequested(wish(&format!("k{key}"), RefundAmount::Units(units)))
        }
        Happening::RefundAnswered { refund, first, answer } => {
            let refund = refund_at(*refund)?;
            // A first sending is one that nothing came before.
            let sending = if *first && refund.sendings == 0 {
                Sending::First
            } else {
                Sending::Repeat { number: refund.sendings + 1 }
            };
            let answer = match answer {
                0 => RefundAnswer::Taken { refund_id: refund_id(1) },
                1 => RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() },
                2 => RefundAnswer::Refused { code: "PARTNER_BALANCE_NOT_ENOUGH".into() },
                _ => RefundAnswer::Unknown { reason: "timeout".into() },
            };
            Event::RefundAnswered { refund: refund.id.clone(), sending, answer }
        }
        Happening::RefundTold { refund, word } => {
            let word = match word {
                0 => RefundWord::Success { refund_id: Some(refund_id(1)) },
                1 => RefundWord::Fail { text: None },
                2 => RefundWord::Pending,
                3 => RefundWord::NotExist,
                _ => RefundWord::Nothing { reason: "timeout".into() },
            };
            Event::RefundTold { refund: refund_at(*refund)?.id.clone(), word }
        }
        Happening::RefundSeen { attempt, key, amount } => Event::RefundSeen(SeenRefund {
            key: RefundRequestId::new(format!("s{key}")).unwrap(),
            attempt: pick(*attempt)?.0,
            amount: MinorUnits::new(*amount).unwrap(),
            refund_id: None,
        }),
        Happening::PayAgain { after } => {
            let number = u32::try_from(order.attempts.len()).unwrap() + 1;
            Event::PaymentRequested { after: pick(*after)?.0, next: new_attempt(number) }
        }
        Happening::Cancel => Event::CancelRequested,
        Happening::PayByReached => Event::PayByReached,
        Happening::Fulfil { stage } => Event::Fulfilled(fulfilment(*stage, None)),
        Happening::Erase => Event::ErasureRequested(erasure()),
    })
}
