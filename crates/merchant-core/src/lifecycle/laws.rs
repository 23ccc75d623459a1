//! The laws of money over random lives of an order.

use std::collections::HashSet;

use proptest::prelude::*;
use shop_api::{AttemptId, MinorUnits, Timestamp};

use super::fixtures::{PAY_BY, START, TOTAL, closed_at, with_coupon};
use super::life::{Clock, event, life};
use super::*;

/// The table of jobs and the stock of one order, as a database would have them.
struct Shadow {
    jobs: HashSet<JobKey>,
    reserved: i64,
    sold: i64,
    restocked: i64,
    coupon_uses: i64,
}

impl Shadow {
    fn apply(&mut self, event: Option<&Event>, change: &ChangeSet) {
        // The job that led to the event is done, unless the change asks for it again.
        let attempt = |id: &AttemptId| Subject::Attempt(id.clone());
        let done = match event {
            Some(Event::PayAnswered { attempt: id, .. }) => Some((JobKind::SendPay, attempt(id))),
            Some(Event::WalletSaid { attempt: id, source: WordSource::Inquiry, .. })
            | Some(Event::InquiryUnanswered { attempt: id, .. })
            | Some(Event::InquiryContradicts { attempt: id, .. }) => Some((JobKind::Inquire, attempt(id))),
            Some(Event::CancelAnswered { attempt: id, .. }) => Some((JobKind::Cancel, attempt(id))),
            Some(Event::RefundAnswered { refund, .. }) => {
                Some((JobKind::SendRefund, Subject::Refund(refund.clone())))
            }
            Some(Event::RefundTold { refund, .. }) => {
                Some((JobKind::InquireRefund, Subject::Refund(refund.clone())))
            }
            Some(Event::PayByReached) => Some((JobKind::ExpireOrder, Subject::Order)),
            Some(
                Event::WalletSaid { source: WordSource::Notification, .. }
                | Event::NotificationDoubted { .. }
                | Event::Returned { .. }
                | Event::PaymentRequested { .. }
                | Event::RefundRequested(_)
                | Event::Fulfilled(_)
                | Event::ErasureRequested(_)
                | Event::RefundSeen(_)
                | Event::CancelRequested,
            )
            | None => None,
        };
        if let Some((kind, about)) = done {
            self.jobs.remove(&JobKey { kind, order: change.order.id.clone(), about });
        }
        for job in &change.jobs {
            match job {
                JobChange::Put(key, _) => self.jobs.insert(key.clone()),
                JobChange::Drop(key) => self.jobs.remove(key),
            };
        }
        match &change.coupon {
            Some(CouponMove::Use(_)) => self.coupon_uses += 1,
            Some(CouponMove::GiveBack(_)) => self.coupon_uses -= 1,
            None => {}
        }
        for moved in &change.stock {
            match moved {
                StockMove::Reserve(_, units) => self.reserved += i64::from(*units),
                StockMove::Sell(_, units) => {
                    self.reserved -= i64::from(*units);
                    self.sold += i64::from(*units);
                }
                StockMove::Release(_, units) => self.reserved -= i64::from(*units),
                StockMove::Restock(_, units) => {
                    self.sold -= i64::from(*units);
                    self.restocked += i64::from(*units);
                }
            }
        }
    }

    fn is_asked_about(&self, subject: &Subject) -> bool {
        self.jobs.iter().any(|job| job.about == *subject && job.kind == JobKind::Inquire)
    }

    fn is_looked_after(&self, subject: &Subject) -> bool {
        self.jobs.iter().any(|job| job.about == *subject || job.kind == JobKind::ExpireOrder)
    }
}

fn is_success(state: &AttemptState) -> bool {
    matches!(state, AttemptState::Succeeded { .. })
}

/// Whether the wallet has taken the money, perhaps to give it back later.
fn was_paid(attempt: &Attempt) -> bool {
    is_success(&attempt.state) || matches!(attempt.state, AttemptState::Reversed { .. })
}

/// Whether the wallet has none of the shopper's money by it, nor will: it ended unpaid, or the wallet gave it back.
fn keeps_nothing(state: &AttemptState) -> bool {
    is_ended_unpaid(state) || matches!(state, AttemptState::Reversed { .. })
}

fn is_ended_unpaid(state: &AttemptState) -> bool {
    matches!(state, AttemptState::Failed { .. } | AttemptState::Cancelled { .. })
}

/// Law 1: the wallet's word, about this attempt, of this amount. Law 7: once it has ended, the answer to a
/// question only.
fn may_succeed(attempt: &Attempt, event: &Event) -> bool {
    matches!(event, Event::WalletSaid { attempt: about, word, source }
        if (attempt.state.is_live() || *source == WordSource::Inquiry)
            && *about == attempt.id
            && word.word == PaymentWord::Success
            && word.amount == Some((MinorUnits::new(TOTAL).unwrap(), "PHP".into()))
            && word.payment_request_id.as_ref() == Some(&attempt.payment_request_id)
            && attempt.payment_id.is_none_or_eq(word.payment_id.as_ref()))
}

/// Laws 4 and 5: a first answer F, or the wallet's own FAIL or CANCELLED; not knowing it only after a cancel
/// that it took, or once it was told to and can't take the payment any more.
fn may_end(attempt: &Attempt, event: &Event, now: Timestamp) -> bool {
    match event {
        Event::PayAnswered { attempt: about, sending: Sending::First, answer: PayAnswer::Refused { .. } } => {
            *about == attempt.id
        }
        Event::WalletSaid { attempt: about, word, .. } => {
            *about == attempt.id
                && match word.word {
                    PaymentWord::Fail { .. } | PaymentWord::Cancelled => true,
                    PaymentWord::NotExist => attempt.cancelling.is_some_and(|cancelling| {
                        cancelling.taken_at.is_some() || (cancelling.sent > 0 && now >= closed_at())
                    }),
                    PaymentWord::Success | PaymentWord::Pending { .. } => false,
                }
        }
        _ => false,
    }
}

trait NoneOrEq {
    fn is_none_or_eq(&self, other: Option<&PaymentId>) -> bool;
}

impl NoneOrEq for Option<PaymentId> {
    fn is_none_or_eq(&self, other: Option<&PaymentId>) -> bool {
        self.as_ref().is_none_or(|known| Some(known) == other)
    }
}

fn check_step(
    before: &Order,
    event: &Event,
    change: &ChangeSet,
    now: Timestamp,
) -> Result<(), TestCaseError> {
    let after = &change.order;
    prop_assert_eq!(after.version, before.version + 1);
    prop_assert!(
        after.attempts.iter().filter(|attempt| attempt.state.is_live()).count() <= 1,
        "two live attempts"
    );
    if matches!(before.state, OrderState::Paid { .. }) {
        prop_assert_eq!(after.state, before.state, "paid regressed");
    }
    for (old, new) in before.attempts.iter().zip(&after.attempts) {
        if !is_success(&old.state) && is_success(&new.state) {
            prop_assert!(may_succeed(old, event), "paid by {:?}", event);
        }
        if old.state.is_live() && is_ended_unpaid(&new.state) {
            prop_assert!(may_end(old, event, now), "ended by {:?}", event);
        }
        if is_success(&old.state) && new.state != old.state {
            let told = matches!(event, Event::WalletSaid { word, source: WordSource::Inquiry, .. }
                if word.word == PaymentWord::Cancelled);
            prop_assert!(told && matches!(new.state, AttemptState::Reversed { .. }), "success was lost");
            prop_assert!(change.audit.iter().any(|entry| entry.kind == "payment_reversed"), "not booked");
            prop_assert_eq!(after.attention, Some(Attention::SuccessTakenBack));
        }
        if is_ended_unpaid(&old.state) {
            prop_assert!(!new.state.is_live(), "an ended attempt came back to life");
        }
    }
    if after.attempts.len() > before.attempts.len() {
        prop_assert!(before.attempts.iter().all(|attempt| is_ended_unpaid(&attempt.state)));
        prop_assert!(!before.is_contested(), "a payment was offered while another may be paid");
        prop_assert!(change.new_attempt.is_some() && change.run_now.is_some());
        prop_assert!(now < PAY_BY);
    }
    if change.stock.iter().any(|moved| matches!(moved, StockMove::Release(..))) {
        prop_assert!(
            after.live_attempt().is_none()
                // What is given back in any case keeps nothing reserved.
                && (matches!(after.state, OrderState::Paid { .. }) || !after.is_contested())
                && (after.given_up_at.is_some()
                    || after.attempts.iter().all(|attempt| keeps_nothing(&attempt.state))),
            "stock freed too early"
        );
    }
    check_fulfilment(before, after)?;
    check_erasure(before, change)?;
    check_restock(before, change)?;
    let is_wallets = |job: &JobChange| match job {
        JobChange::Put(JobKey { kind: JobKind::SendRefund, about: Subject::Refund(id), .. }, _) => {
            after.refund(id).is_some_and(|refund| refund.made_by == RefundMaker::Wallet)
        }
        JobChange::Put(..) | JobChange::Drop(_) => false,
    };
    prop_assert!(!change.jobs.iter().any(is_wallets), "a refund of the wallet's would be sent");
    check_refund_step(before, event, after)
}

/// Units come back with the success of the refund that was to bring them back, and with nothing else.
fn check_restock(before: &Order, change: &ChangeSet) -> Result<(), TestCaseError> {
    let is_over = |refund: &Refund| matches!(refund.state, RefundState::Succeeded { .. });
    let after = &change.order;
    let news = after
        .refunds
        .iter()
        .filter(|new| new.restock && is_over(new) && !before.refund(&new.id).is_some_and(is_over));
    let expected: Vec<_> = news.flat_map(|refund| after.units_of(refund)).collect();
    let back = change.stock.iter().filter_map(|moved| match moved {
        StockMove::Restock(sku, units) => Some((sku.clone(), *units)),
        StockMove::Reserve(..) | StockMove::Sell(..) | StockMove::Release(..) => None,
    });
    prop_assert_eq!(back.collect::<Vec<_>>(), expected);
    Ok(())
}

/// What is erased was over, and is erased once; nothing that is counted changes with it.
fn check_erasure(before: &Order, change: &ChangeSet) -> Result<(), TestCaseError> {
    let after = &change.order;
    if !change.erases {
        prop_assert_eq!((before.erased_at, &before.customer), (after.erased_at, &after.customer));
        return Ok(());
    }
    prop_assert!(before.erased_at.is_none() && after.erased_at.is_some(), "erased twice");
    prop_assert!(!before.state.is_unresolved() && before.attention.is_none());
    prop_assert!(before.live_attempt().is_none() && !before.is_contested(), "a payment may be sent again");
    prop_assert!(!before.refunds.iter().any(|refund| refund.state.is_open()), "a refund may be sent again");
    prop_assert_ne!(&before.customer, &after.customer);
    prop_assert_eq!(
        (&before.attempts, before.state, before.stock),
        (&after.attempts, after.state, after.stock)
    );
    let counts_nothing = change.postings.is_empty() && change.stock.is_empty() && change.coupon.is_none();
    prop_assert!(counts_nothing && change.jobs.is_empty() && change.announcements.is_empty());
    Ok(())
}

/// Goods leave the shop only for an order that is paid and has them; and they don't come back.
fn check_fulfilment(before: &Order, after: &Order) -> Result<(), TestCaseError> {
    if before.fulfilment != after.fulfilment {
        let has_goods = matches!(after.state, OrderState::Paid { .. }) && after.stock == StockHold::Sold;
        prop_assert!(has_goods, "goods of an order that isn't paid, or hasn't any, left the shop");
    }
    let stage = |order: &Order| order.fulfilment.as_ref().map(|fulfilment| fulfilment.stage);
    prop_assert!(stage(before) <= stage(after), "fulfilment went back");
    Ok(())
}

/// Law 9, step by step: terms never change, ends are final, and F ends a refund only as the first answer.
fn check_refund_step(before: &Order, event: &Event, after: &Order) -> Result<(), TestCaseError> {
    prop_assert!(before.refunds.len() <= after.refunds.len());
    for (old, new) in before.refunds.iter().zip(&after.refunds) {
        prop_assert_eq!((&old.id, &old.attempt, old.amount), (&new.id, &new.attempt, new.amount));
        prop_assert_eq!((&old.share, old.restock), (&new.share, new.restock));
        if matches!(old.state, RefundState::Succeeded { .. } | RefundState::Failed { .. }) {
            prop_assert_eq!(&old.state, &new.state, "a refund that ended came back");
        } else if matches!(new.state, RefundState::Failed { .. }) {
            let may = matches!(
                event,
                Event::RefundAnswered { sending: Sending::First, answer: RefundAnswer::Refused { .. }, .. }
                    | Event::RefundTold { word: RefundWord::Fail { .. }, .. }
            );
            prop_assert!(may, "a refund failed by {:?}", event);
        }
    }
    Ok(())
}

/// Law 9, at all times: never more than was paid; no refund is forgotten; what nobody wants is given back.
fn check_refunds(order: &Order, shadow: &Shadow) -> Result<(), TestCaseError> {
    for attempt in &order.attempts {
        let of = order.refunds.iter().filter(|refund| refund.attempt == attempt.id);
        let sum: u64 = of.filter(|refund| refund.state.counts()).map(|refund| refund.amount.value()).sum();
        let paid = if was_paid(attempt) { TOTAL } else { 0 };
        prop_assert!(sum <= paid, "refunded more than was paid");
        let given = order.given_back(&attempt.id);
        for (line, part) in order.lines.iter().zip(&given.lines) {
            prop_assert!(part.units <= line.quantity, "a unit was given back twice");
            prop_assert!(part.amount <= line.subtotal, "more was given back of a line than it cost");
        }
        prop_assert_eq!(given.total().value(), sum, "the parts of refunds don't add up to them");
    }
    for refund in &order.refunds {
        let subject = Subject::Refund(refund.id.clone());
        prop_assert!(!refund.state.is_open() || shadow.is_looked_after(&subject), "a refund was abandoned");
        let is_stuck = matches!(refund.state, RefundState::NeedsAttention { .. });
        prop_assert!(!is_stuck || order.attention.is_some(), "a refund waits for nobody");
    }
    let kept = order.attempts.iter().filter(|attempt| {
        is_success(&attempt.state) && !order.refunds.iter().any(|refund| refund.attempt == attempt.id)
    });
    if matches!(order.state, OrderState::Paid { .. }) {
        let most = usize::from(order.stock == StockHold::Sold);
        prop_assert!(kept.count() <= most, "a payment that nobody wants wasn't given back");
    }
    Ok(())
}

fn check_state(order: &Order, shadow: &Shadow) -> Result<(), TestCaseError> {
    let units: i64 = order.lines.iter().map(|line| i64::from(line.quantity)).sum();
    let expected = match order.stock {
        StockHold::Reserved => (units, 0),
        StockHold::Sold => (0, units),
        StockHold::Released => (0, 0),
    };
    prop_assert_eq!((shadow.reserved, shadow.sold + shadow.restocked), expected, "stock isn't conserved");
    let succeeded =
        |refund: &&Refund| refund.restock && matches!(refund.state, RefundState::Succeeded { .. });
    let back = order.refunds.iter().filter(succeeded).flat_map(|refund| order.units_of(refund));
    let back: i64 = back.map(|(_, units)| i64::from(units)).sum();
    prop_assert_eq!(shadow.restocked, back, "units came back twice, or not at all");
    let uses = i64::from(order.stock != StockHold::Released);
    prop_assert_eq!(shadow.coupon_uses, uses, "the coupon's use doesn't follow the stock");
    let is_paid = matches!(order.state, OrderState::Paid { .. });
    prop_assert!(is_paid || order.stock != StockHold::Sold);
    if is_paid {
        prop_assert!(order.stock != StockHold::Reserved);
        prop_assert!(order.attempts.iter().any(was_paid), "paid by nothing");
    }
    check_refunds(order, shadow)?;
    if order.attempts.iter().any(|attempt| is_success(&attempt.state)) {
        let waits_for_another = order.live_attempt().is_some_and(|live| live.cancelling.is_some());
        prop_assert!(
            is_paid || order.attention.is_some() || waits_for_another,
            "a success was dropped silently"
        );
    }
    if matches!(order.state, OrderState::NeedsAttention { .. }) {
        prop_assert!(order.attention.is_some());
    }
    if matches!(order.state, OrderState::AwaitingPayment) {
        let ends_by_itself = order.live_attempt().is_some()
            || order.is_contested()
            || shadow.jobs.iter().any(|job| job.kind == JobKind::ExpireOrder);
        prop_assert!(ends_by_itself, "an order waits for ever");
    }
    for attempt in &order.attempts {
        let waits = matches!(
            attempt.state,
            AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown
        );
        prop_assert!(
            !waits || shadow.is_looked_after(&Subject::Attempt(attempt.id.clone())),
            "an unknown was abandoned"
        );
        prop_assert!(
            !attempt.is_contested()
                || order.attention.is_some()
                || shadow.is_asked_about(&Subject::Attempt(attempt.id.clone())),
            "a contradiction was abandoned"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::properties::cases(2_000))]

    #[test]
    fn the_laws_of_money_hold_whatever_happens(
        life in life(),
        sold_out in any::<bool>(),
    ) {
        let (first, schedule) = (place(with_coupon(), START), Schedule::default());
        let mut shadow = Shadow { jobs: HashSet::new(), reserved: 0, sold: 0, restocked: 0, coupon_uses: 0 };
        shadow.apply(None, &first);
        let mut order = first.order;
        let mut clock = Clock::new();
        for (wait, behind, happening) in life {
            let now = clock.after(wait, behind);
            let Some(event) = event(&order, &happening) else { continue };
            // The clock's event comes when it is time, not before.
            if matches!(event, Event::PayByReached) && now < PAY_BY {
                continue;
            }
            let way = if sold_out { decide_without_stock } else { decide };
            if let Ok(change) = way(&order, event.clone(), now, &schedule) {
                check_step(&order, &event, &change, now)?;
                shadow.apply(Some(&event), &change);
                if !change.is_empty() {
                    order = change.order;
                }
                check_state(&order, &shadow)?;
            }
        }
    }
}
