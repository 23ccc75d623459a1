//! What single stories look like in the books.

use shop_api::{MinorUnits, Timestamp};

use super::{Account, postings};
use crate::lifecycle::fixtures::{
    PAY_BY, START, TOTAL, accepted, after, cancel_answered, decide, failed, new_attempt, not_known, placed,
    refund, refund_answered, refund_told, said,
};
use crate::lifecycle::{
    Breakdown, CancelAnswer, Event, Order, Parts, PaymentWord, RefundAnswer, RefundWord, Sending, WordSource,
};

/// The story told through `events`, as `kind: account amount, …` a line.
fn told(events: Vec<Event>) -> Vec<String> {
    let mut order = placed().order;
    let mut lines = lines(None, &order);
    let mut now = START;
    for event in events {
        now = now.plus_millis(10_000);
        let next = decide(&order, event, now).unwrap().order;
        lines.extend(self::lines(Some(&order), &next));
        order = next;
    }
    lines
}

fn lines(before: Option<&Order>, after: &Order) -> Vec<String> {
    let line = |posting: super::Posting| {
        assert!(posting.is_balanced(), "{posting:?}");
        let entry = |entry: &super::Entry| format!("{} {}", entry.account.as_str(), entry.amount);
        let entries: Vec<_> = posting.entries.iter().map(entry).collect();
        format!("{} {}: {}", posting.kind.as_str(), posting.subject, entries.join(", "))
    };
    postings(before, after).into_iter().map(line).collect()
}

fn paid(number: u32) -> Event {
    said(number, PaymentWord::Success, WordSource::Inquiry)
}

fn next_attempt(after: u32, number: u32) -> Event {
    let after = shop_api::AttemptId(format!("a{after}"));
    Event::PaymentRequested { after, next: new_attempt(number) }
}

#[test]
fn an_order_that_is_not_paid_leaves_no_trace() {
    assert!(told(vec![accepted(1), failed(1)]).is_empty());
}

#[test]
fn a_paid_order_is_received_and_sold() {
    let expected =
        ["payment_received a1: receivable 2500, suspense -2500", "sale : sales -2500, suspense 2500"];
    assert_eq!(told(vec![accepted(1), paid(1)]), expected);
}

#[test]
fn a_refund_is_owed_then_paid() {
    let taken = RefundAnswer::Taken { refund_id: crate::lifecycle::fixtures::refund_id(1) };
    let events = vec![
        accepted(1),
        paid(1),
        refund("k", 700),
        refund_answered("k", Sending::First, taken),
        refund_told("k", RefundWord::Success { refund_id: None }),
    ];
    let expected = [
        "refund_owed k: returns 700, refunds_payable -700",
        "refund_paid k: receivable -700, refunds_payable 700",
    ];
    assert_eq!(told(events)[2..], expected);
}

#[test]
fn a_refund_that_fails_is_owed_no_more() {
    let refused = RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() };
    let events = vec![accepted(1), paid(1), refund("k", 700), refund_answered("k", Sending::First, refused)];
    assert_eq!(told(events)[3], "refund_dropped k: returns -700, refunds_payable 700");
}

#[test]
fn a_second_success_stands_in_suspense_until_it_is_given_back() {
    let events = vec![accepted(1), failed(1), next_attempt(1, 2), accepted(2), paid(2), paid(1)];
    let expected = [
        "payment_received a1: receivable 2500, suspense -2500",
        "refund_owed r1: refunds_payable -2500, suspense 2500",
    ];
    assert_eq!(told(events)[2..], expected);
}

#[test]
fn what_is_paid_after_a_cancel_is_never_a_sale() {
    let events = vec![
        accepted(1),
        Event::CancelRequested,
        cancel_answered(1, CancelAnswer::Taken),
        not_known(1),
        paid(1),
    ];
    let expected = [
        "payment_received a1: receivable 2500, suspense -2500",
        "refund_owed r1: refunds_payable -2500, suspense 2500",
    ];
    assert_eq!(told(events), expected);
}

#[test]
fn a_reversal_takes_the_money_and_leaves_the_sale() {
    let events = vec![accepted(1), paid(1), said(1, PaymentWord::Cancelled, WordSource::Inquiry)];
    assert_eq!(told(events)[2], "payment_reversed a1: receivable -2500, reversals 2500");
}

#[test]
fn a_reversal_after_a_refund_takes_the_rest() {
    let events = vec![
        accepted(1),
        paid(1),
        refund("k", 700),
        refund_answered(
            "k",
            Sending::First,
            RefundAnswer::Taken { refund_id: crate::lifecycle::fixtures::refund_id(1) },
        ),
        said(1, PaymentWord::Cancelled, WordSource::Inquiry),
        refund_told("k", RefundWord::Fail { text: None }),
    ];
    let expected = [
        "payment_reversed a1: receivable -1800, reversals 1800",
        // The refund failed: the wallet had taken that back as well.
        "payment_reversed a1: receivable -700, reversals 700",
        "refund_dropped k: returns -700, refunds_payable 700",
    ];
    assert_eq!(told(events)[3..], expected);
}

#[test]
fn the_payment_that_is_kept_pays_the_sale_even_if_an_earlier_one_was_taken_back() {
    let reversed = said(1, PaymentWord::Cancelled, WordSource::Inquiry);
    let events = vec![accepted(1), failed(1), next_attempt(1, 2), accepted(2), paid(1), reversed, paid(2)];
    let expected = [
        "payment_received a1: receivable 2500, suspense -2500",
        "payment_reversed a1: receivable -2500, suspense 2500",
        "payment_received a2: receivable 2500, suspense -2500",
        "sale : sales -2500, suspense 2500",
    ];
    assert_eq!(told(events), expected);
}

#[test]
fn an_order_of_zero_moves_nothing() {
    let mut placement = crate::lifecycle::fixtures::placement();
    for line in &mut placement.lines {
        (line.unit_price, line.subtotal) = (MinorUnits::ZERO, MinorUnits::ZERO);
    }
    placement.breakdown = Breakdown::new(Parts::default(), &placement.lines).unwrap();
    let order = crate::lifecycle::place(placement, Timestamp(PAY_BY.0 - 1)).order;
    assert!(postings(None, &order).is_empty());
}

#[test]
fn postings_from_nothing_are_where_an_order_stands() {
    let order = after(vec![accepted(1), paid(1), refund("k", TOTAL)]);
    let mut sums = std::collections::BTreeMap::new();
    for entry in postings(None, &order).iter().flat_map(|posting| &posting.entries) {
        *sums.entry(entry.account).or_insert(0) += entry.amount;
    }
    sums.retain(|_, amount| *amount != 0);
    let expected = [
        (Account::Receivable, 2_500),
        (Account::Sales, -2_500),
        (Account::Returns, 2_500),
        (Account::RefundsPayable, -2_500),
    ];
    assert_eq!(sums, expected.into_iter().collect());
}
