//! Refunds, told one by one: what units cost, what comes back to the stock, what is refused, and how they end.

use shop_api::{MinorUnits, Sku};

use super::fixtures::{
    START, TOTAL, accepted, after, decide, due, failed, found_paid, given_back, new_attempt, pay_again,
    placement, refund, refund_answered, refund_id, refund_told, refund_units, said, success, units, wish,
};
use super::*;
use crate::pricing::rounding::Rate;

/// Two teas at 1000 and a mug at 500, paid.
fn paid(then: Vec<Event>) -> Order {
    after([vec![accepted(1), found_paid(1)], then].concat())
}

fn refused(order: &Order, amount: RefundAmount) -> Refusal {
    decide(order, refund_units("other", amount), START).unwrap_err()
}

fn too_many(sku: &str, left: u32) -> Refusal {
    UnitsRefusal::TooMany { sku: sku.into(), left }.into()
}

fn most(value: u64) -> Refusal {
    Refusal::RefundAmount { most: MinorUnits::new(value).unwrap() }
}

#[test]
fn units_are_given_back_at_what_they_cost_and_only_once() {
    let order = paid(vec![refund_units("k1", units(&[("tea", 1), ("mug", 1)], false, false))]);
    assert_eq!(order.refunds[0].amount.value(), 1_500);
    assert_eq!(refused(&order, units(&[("tea", 2)], false, false)), too_many("tea", 1));
    assert_eq!(refused(&order, units(&[("mug", 1)], false, false)), too_many("mug", 0));
    let unknown = RefundAnswer::Unknown { reason: "timeout".into() };
    let order = decide(&order, refund_answered("k1", Sending::First, unknown), START).unwrap().order;
    assert_eq!(refused(&order, units(&[("mug", 1)], false, false)), too_many("mug", 0), "unknown counts");
    let order = decide(&order, refund_units("k2", units(&[("tea", 1)], false, false)), START).unwrap().order;
    assert_eq!(order.refunds[1].amount.value(), 1_000);
    assert_eq!(refused(&order, units(&[("tea", 1)], false, false)), Refusal::NothingToRefund);
}

#[test]
fn units_of_a_refund_that_failed_can_be_given_back_anew() {
    let code = "REFUND_WINDOW_EXCEED".to_owned();
    let failed = refund_answered("k1", Sending::First, RefundAnswer::Refused { code });
    let order = paid(vec![refund_units("k1", units(&[("tea", 2)], false, true)), failed]);
    let again = decide(&order, refund_units("k2", units(&[("tea", 2)], false, true)), START).unwrap();
    assert_eq!(again.order.refunds[1].amount.value(), 2_000);
}

#[test]
fn units_come_back_to_the_stock_with_the_success_of_their_refund_and_once() {
    let wanted = units(&[("mug", 1), ("tea", 2)], false, true);
    let order = paid(vec![]);
    let asked = decide(&order, refund_units("k1", wanted.clone()), START).unwrap();
    assert!(asked.stock.is_empty(), "nothing is back yet");
    let [taken, told] = given_back("k1");
    let accepted = decide(&asked.order, taken, START).unwrap();
    assert!(accepted.stock.is_empty(), "it may still fail");
    let done = decide(&accepted.order, told.clone(), START).unwrap();
    let back = |sku: &str, quantity| StockMove::Restock(sku.into(), quantity);
    assert_eq!(done.stock, [back("tea", 2), back("mug", 1)]);
    let note = done.audit.iter().find(|entry| entry.kind == "restocked").unwrap();
    assert_eq!(note.detail, "k1: 2 x tea, 1 x mug");
    assert!(decide(&done.order, told, START).unwrap().is_empty(), "the wallet says it again");
    assert!(decide(&done.order, refund_units("k1", wanted), START).unwrap().is_empty());
}

#[test]
fn a_refund_that_fails_or_was_to_bring_nothing_back_moves_no_stock() {
    let [taken, told] = given_back("k1");
    let failed = super::fixtures::refund_told("k1", RefundWord::Fail { text: None });
    for (restock, end) in [(true, failed), (false, told)] {
        let order = paid(vec![refund_units("k1", units(&[("tea", 2)], false, restock)), taken.clone()]);
        assert!(decide(&order, end, START).unwrap().stock.is_empty());
    }
}

#[test]
fn a_key_of_units_is_for_these_units_alone() {
    let asked = units(&[("tea", 1), ("mug", 1)], false, true);
    let order = paid(vec![refund_units("k1", asked)]);
    let ask = |amount| decide(&order, refund_units("k1", amount), START);
    assert!(ask(units(&[("mug", 1), ("tea", 1)], false, true)).unwrap().is_empty(), "in any order");
    let others = [
        units(&[("tea", 1), ("mug", 1)], false, false),
        units(&[("tea", 1)], false, true),
        units(&[("tea", 2), ("mug", 1)], false, true),
        units(&[("tea", 1), ("cup", 1)], false, true),
        units(&[("tea", 1), ("mug", 1)], true, true),
        RefundAmount::Exactly(MinorUnits::new(1_500).unwrap()),
        RefundAmount::Rest,
    ];
    for other in others {
        assert_eq!(ask(other.clone()).unwrap_err(), Refusal::RefundKeyUsed, "{other:?}");
    }
    let of_a_sum = paid(vec![refund("k1", 1_000)]);
    let same_amount = refund_units("k1", units(&[("tea", 1)], false, false));
    assert_eq!(decide(&of_a_sum, same_amount, START).unwrap_err(), Refusal::RefundKeyUsed);
}

#[test]
fn units_cost_what_they_cost_also_after_a_sum_as_far_as_the_payment_goes() {
    let order = paid(vec![refund("k1", 500)]);
    let order = decide(&order, refund_units("k2", units(&[("tea", 2)], false, true)), START).unwrap().order;
    assert_eq!(order.refunds[1].amount.value(), 2_000);
    assert_eq!(order.refundable(&order.attempts[0].id), MinorUnits::ZERO);
    let order = paid(vec![refund("k1", 1_600)]);
    assert_eq!(refused(&order, units(&[("tea", 1)], false, false)), most(900));
    assert!(decide(&order, refund_units("k2", units(&[("mug", 1)], false, false)), START).is_ok());
}

#[test]
fn what_the_order_does_not_have_is_refused_by_name() {
    let order = paid(vec![]);
    assert_eq!(refused(&order, units(&[("cup", 1)], false, false)), Refusal::RefundLine("cup".into()));
    assert_eq!(refused(&order, units(&[("tea", 1)], true, false)), UnitsRefusal::NoDelivery.into());
    assert_eq!(refused(&order, units(&[("tea", 3)], false, false)), too_many("tea", 2));
    let unpaid = after(vec![accepted(1)]);
    assert_eq!(refused(&unpaid, units(&[("tea", 1)], false, false)), Refusal::NothingToRefund);
}

#[test]
fn units_that_never_left_the_stock_cannot_come_back() {
    let code = "REFUND_WINDOW_EXCEED".to_owned();
    let stays = refund_answered("r1", Sending::First, RefundAnswer::Refused { code });
    let order = after(vec![accepted(1), Event::CancelRequested, found_paid(1), stays]);
    assert_eq!(order.stock, StockHold::Released);
    assert_eq!(refused(&order, units(&[("tea", 1)], false, true)), UnitsRefusal::NeverLeft.into());
    assert!(decide(&order, refund_units("k1", units(&[("tea", 1)], false, false)), START).is_ok());
    let again = Event::PaymentRequested { after: "a1".into(), next: new_attempt(2) };
    let order = after(vec![accepted(1), failed(1), again, accepted(2), found_paid(1)]);
    assert_eq!(order.stock, StockHold::Reserved, "its second payment has to end first");
    assert_eq!(refused(&order, units(&[("tea", 1)], false, true)), UnitsRefusal::NeverLeft.into());
}

#[test]
fn units_are_given_back_of_the_payment_that_the_sale_needs() {
    let again = Event::PaymentRequested { after: "a1".into(), next: new_attempt(2) };
    let second = said(2, PaymentWord::Success, WordSource::Inquiry);
    let code = "REFUND_WINDOW_EXCEED".to_owned();
    let stays = refund_answered("r1", Sending::First, RefundAnswer::Refused { code });
    let order = after(vec![accepted(1), failed(1), again, accepted(2), second, found_paid(1), stays]);
    assert_eq!(order.refundable(&"a1".into()), order.total, "paid twice, and not given back yet");
    let all = refund_units("k1", units(&[("tea", 2), ("mug", 1)], false, true));
    let order = decide(&order, all, START).unwrap().order;
    assert_eq!(order.refunds[1].attempt, "a2".into());
    // What is left was paid for nothing: no unit went for it.
    assert_eq!(refused(&order, units(&[("tea", 1)], false, true)), UnitsRefusal::NeverLeft.into());
    let one = decide(&order, refund_units("k2", units(&[("tea", 1)], false, false)), START).unwrap().order;
    assert_eq!(one.refunds[2].attempt, "a1".into());
}

#[test]
fn what_cannot_be_meant_cannot_be_asked_for() {
    let tea = |quantity| (Sku::from("tea"), quantity);
    let ask = |lines, with_delivery, restock| ReturnedUnits::new(lines, with_delivery, restock).unwrap_err();
    assert_eq!(ask(vec![], false, false), UnitsError::Nothing);
    assert_eq!(ask(vec![], true, true), UnitsError::NothingToRestock);
    assert_eq!(ask(vec![tea(1), (Sku::from("mug"), 0)], false, false), UnitsError::NoQuantity(1));
    assert_eq!(ask(vec![tea(1), tea(1)], false, false), UnitsError::Twice(1));
}

#[test]
fn refunds_whose_parts_were_not_kept_count_as_sums() {
    let mut order = paid(vec![refund("k1", 500)]);
    order.refunds[0].share = None;
    let given = order.given_back(&order.attempts[0].id);
    assert_eq!(given.total().value(), 500);
    let rest = decide(&order, Event::RefundRequested(wish("k2", RefundAmount::Rest)), START).unwrap().order;
    assert_eq!(rest.given_back(&order.attempts[0].id).total(), order.total);
}

#[test]
fn refunds_may_be_partial_and_many_but_never_more_than_was_paid() {
    let unpaid = after(vec![accepted(1)]);
    assert_eq!(decide(&unpaid, refund("k1", 1), START).unwrap_err(), Refusal::NothingToRefund);
    let order = after(vec![accepted(1), success(1), refund("k1", 1_000)]);
    let most = |units| Refusal::RefundAmount { most: MinorUnits::new(units).unwrap() };
    assert_eq!(decide(&order, refund("k2", 1_501), START).unwrap_err(), most(1_500), "pending ones count");
    assert_eq!(decide(&order, refund("k2", 0), START).unwrap_err(), most(1_500));
    let all = decide(&order, Event::RefundRequested(wish("k2", RefundAmount::Rest)), START).unwrap().order;
    assert_eq!(all.refunds[1].amount.value(), 1_500);
    assert_eq!(decide(&all, refund("k3", 1), START).unwrap_err(), Refusal::NothingToRefund);
    let refused = RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() };
    let failed = decide(&all, refund_answered("k1", Sending::First, refused), START).unwrap().order;
    assert_eq!(failed.attention, Some(Attention::RefundNotDone));
    assert!(decide(&failed, refund("k3", 1_000), START).is_ok(), "what failed can be given back anew");
}

#[test]
fn a_key_makes_one_refund() {
    let order = after(vec![accepted(1), success(1), refund("k1", 1_000)]);
    assert!(decide(&order, refund("k1", 1_000), START).unwrap().is_empty());
    assert_eq!(decide(&order, refund("k1", 999), START).unwrap_err(), Refusal::RefundKeyUsed);
    assert_eq!(decide(&order, refund("r1", 1), START).unwrap_err(), Refusal::RefundKeyUsed, "a payment's id");
}

#[test]
fn a_refusal_ends_a_refund_only_as_the_answer_to_the_first_sending() {
    let order = after(vec![accepted(1), success(1), refund("k1", 1_000)]);
    let refused = || RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() };
    let first = decide(&order, refund_answered("k1", Sending::First, refused()), START).unwrap().order;
    assert!(matches!(first.refunds[0].state, RefundState::Failed { .. }));
    let repeat = refund_answered("k1", Sending::Repeat { number: 2 }, refused());
    let repeat = decide(&order, repeat, START).unwrap();
    assert!(matches!(repeat.order.refunds[0].state, RefundState::Unknown { .. }));
    assert_eq!(due(&repeat, JobKind::InquireRefund), Some(START.plus_millis(5_000)));
}

#[test]
fn a_refund_without_balance_waits_for_an_operator_and_is_sent_again_with_its_key() {
    let refused = RefundAnswer::Refused { code: "PARTNER_BALANCE_NOT_ENOUGH".into() };
    let stuck = after(vec![
        accepted(1),
        success(1),
        refund("k1", 1_000),
        refund_answered("k1", Sending::First, refused),
    ]);
    assert!(matches!(stuck.refunds[0].state, RefundState::NeedsAttention { .. }));
    assert_eq!(stuck.attention, Some(Attention::RefundNotDone));
    let retried = decide(&stuck, refund("k1", 1_000), START).unwrap();
    assert_eq!(due(&retried, JobKind::SendRefund), Some(START));
    assert_eq!((retried.order.refunds.len(), retried.order.attention), (1, None));
}

#[test]
fn a_refund_that_waits_for_an_operator_does_so_while_another_attempt_turns_out_paid() {
    let refused = RefundAnswer::Refused { code: "PARTNER_BALANCE_NOT_ENOUGH".into() };
    let order = after(vec![
        accepted(1),
        failed(1),
        pay_again(1),
        accepted(2),
        found_paid(1),
        refund("k", TOTAL),
        refund_answered("k", Sending::First, refused),
    ]);
    assert_eq!(order.attention, Some(Attention::RefundNotDone));
    let order = decide(&order, success(2), START).unwrap().order;
    assert!(matches!(order.state, OrderState::Paid { .. }));
    assert_eq!(order.attention, Some(Attention::RefundNotDone));
}

#[test]
fn an_order_needs_a_person_as_long_as_one_of_its_refunds_waits() {
    let refused = |key: &str| {
        let code = "PARTNER_BALANCE_NOT_ENOUGH".to_owned();
        refund_answered(key, Sending::First, RefundAnswer::Refused { code })
    };
    let stuck = paid(vec![refund("k1", 1_000), refused("k1"), refund("k2", 500), refused("k2")]);
    let one = decide(&stuck, refund("k1", 1_000), START).unwrap().order;
    assert_eq!(one.attention, Some(Attention::RefundNotDone), "the other one waits still");
    let none = decide(&one, refund("k2", 500), START).unwrap().order;
    assert_eq!(none.attention, None);
}

#[test]
fn a_payment_that_nobody_wanted_is_for_a_person_until_all_of_it_is_given_back() {
    // Given up and paid all the same: it is given back by itself, and that fails.
    let mut order = after(vec![accepted(1), Event::CancelRequested, success(1)]);
    let [taken, _] = given_back("r1");
    for event in [taken, refund_told("r1", RefundWord::Fail { text: None })] {
        order = decide(&order, event, START).unwrap().order;
    }
    assert_eq!(order.attention, Some(Attention::RefundNotDone));
    for (key, amount, left) in [("k1", 100, Some(Attention::RefundNotDone)), ("k2", TOTAL - 100, None)] {
        for event in [refund(key, amount)].into_iter().chain(given_back(key)) {
            order = decide(&order, event, START).unwrap().order;
        }
        assert_eq!(order.attention, left, "after {key}");
    }
}

#[test]
fn a_reason_that_was_there_before_a_refund_waits_stays() {
    let cancelled = said(1, PaymentWord::Cancelled, WordSource::Notification);
    let mut order = paid(vec![cancelled]);
    let mut now = START.plus_millis(40_000);
    while order.attention.is_none() {
        let silence = Event::InquiryUnanswered { attempt: "a1".into(), reason: "timeout".into() };
        let change = decide(&order, silence, now).unwrap();
        now = due(&change, JobKind::Inquire).unwrap_or(now);
        order = change.order;
    }
    let first = order.attention;
    assert_eq!(first, Some(Attention::SuccessTakenBack));
    let code = "PARTNER_BALANCE_NOT_ENOUGH".to_owned();
    let refused = refund_answered("k1", Sending::First, RefundAnswer::Refused { code });
    for event in [refund("k1", 1_000), refused] {
        order = decide(&order, event, now).unwrap().order;
    }
    assert_eq!(order.attention, first, "it is about more than a refund");
}

#[test]
fn a_refund_that_nobody_can_tell_about_is_for_a_person_after_a_day() {
    let lost = RefundAnswer::Unknown { reason: "timeout".into() };
    let events =
        vec![accepted(1), success(1), refund("k1", 1_000), refund_answered("k1", Sending::First, lost)];
    let mut order = after(events);
    let mut now = START.plus_millis(40_000);
    let mut asked = 0;
    while order.refunds[0].state.is_open() {
        let silence = RefundWord::Nothing { reason: "timeout".into() };
        let change = decide(&order, refund_told("k1", silence), now).unwrap();
        now = due(&change, JobKind::InquireRefund).unwrap_or(now);
        order = change.order;
        asked += 1;
        assert!(asked < 150, "it never ends");
    }
    assert!(now.millis_since(START) > 86_400_000, "{asked} times until {now:?}");
    assert_eq!(order.attention, Some(Attention::RefundNotDone));
}

#[test]
fn a_refund_that_is_taken_after_a_day_of_silence_is_asked_about_and_not_given_up() {
    let lost = RefundAnswer::Unknown { reason: "timeout".into() };
    let order = after(vec![
        accepted(1),
        success(1),
        refund("k1", 1_000),
        refund_answered("k1", Sending::First, lost),
    ]);
    let taken = RefundAnswer::Taken { refund_id: refund_id(1) };
    let late = START.plus_millis(200_000_000);
    let answered = refund_answered("k1", Sending::Repeat { number: 2 }, taken);
    let change = decide(&order, answered, late).unwrap();
    assert!(matches!(change.order.refunds[0].state, RefundState::Accepted { .. }));
    assert_eq!(due(&change, JobKind::InquireRefund), Some(late.plus_millis(5_000)));
}

#[test]
fn the_rest_is_that_of_the_payment_that_has_one() {
    let order = after(vec![accepted(1), failed(1), pay_again(1), accepted(2), found_paid(2)]);
    let rest = order.repayable(&RefundAmount::Rest).unwrap();
    assert_eq!((&rest.attempt, rest.amount), (&"a2".into(), order.total));
}

/// The same goods, posted for 100 more, paid.
fn posted() -> Order {
    let mut placement = placement();
    let delivery = DeliveryPart {
        method: "post".into(),
        label: "Post".into(),
        price: MinorUnits::new(100).unwrap(),
        tax_rate: Rate::ZERO,
        tax: MinorUnits::ZERO,
    };
    let parts = Parts { delivery: Some(delivery), ..Parts::default() };
    placement.breakdown = Breakdown::new(parts, &placement.lines).unwrap();
    let open = decide(&place(placement, START).order, accepted(1), START).unwrap().order;
    let mut paid = said(1, PaymentWord::Success, WordSource::Inquiry);
    if let Event::WalletSaid { word, .. } = &mut paid {
        word.amount = Some((open.total, "PHP".into()));
    }
    decide(&open, paid, START).unwrap().order
}

#[test]
fn people_read_what_comes_back() {
    let order = posted();
    let told = |amount: RefundAmount| order.told_units(&order.repayable(&amount).unwrap());
    assert_eq!(told(units(&[("tea", 2)], true, false)), " of 2 x tea, delivery");
    assert_eq!(told(units(&[("mug", 1), ("tea", 1)], false, false)), " of 1 x tea, 1 x mug");
    assert_eq!(told(RefundAmount::Rest), "");
}

#[test]
fn units_asked_for_again_are_the_same_refund_only_with_the_same_delivery() {
    let ask = |with_delivery| refund_units("k1", units(&[("tea", 2)], with_delivery, false));
    for with_delivery in [true, false] {
        let order = decide(&posted(), ask(with_delivery), START).unwrap().order;
        assert!(decide(&order, ask(with_delivery), START).unwrap().is_empty());
        assert_eq!(decide(&order, ask(!with_delivery), START).unwrap_err(), Refusal::RefundKeyUsed);
    }
}

#[test]
fn a_refund_that_the_wallet_never_got_is_sent_again_and_one_that_it_took_is_asked_about() {
    let unknown = RefundAnswer::Unknown { reason: "timeout".into() };
    let sent = |answer| paid(vec![refund("k", 1_000), refund_answered("k", Sending::First, answer)]);
    let never_came = || refund_told("k", RefundWord::NotExist);
    let again = decide(&sent(unknown), never_came(), START).unwrap();
    assert!(due(&again, JobKind::SendRefund).is_some() && due(&again, JobKind::InquireRefund).is_none());
    let taken = sent(RefundAnswer::Taken { refund_id: refund_id(1) });
    let asked = decide(&taken, never_came(), START).unwrap();
    assert!(due(&asked, JobKind::SendRefund).is_none() && due(&asked, JobKind::InquireRefund).is_some());
}

#[test]
fn no_more_calls_are_made_for_a_refund_that_is_done() {
    let [taken, told] = given_back("k");
    let done = decide(&paid(vec![refund("k", 1_000), taken]), told, START).unwrap();
    for kind in [JobKind::SendRefund, JobKind::InquireRefund] {
        let dropped = |job: &JobChange| matches!(job, JobChange::Drop(key) if key.kind == kind);
        assert!(done.jobs.iter().any(dropped), "{kind:?}");
    }
}

#[test]
fn who_made_a_refund_is_called_the_same_wherever_it_stands() {
    for name in ["us", "wallet"] {
        assert_eq!(RefundMaker::parse(name).map(RefundMaker::as_str), Some(name));
    }
    assert_eq!(RefundMaker::parse("them"), None);
}

#[test]
fn a_failed_refund_that_an_operator_asked_for_needs_nobody_once_another_is_done() {
    let code = "REFUND_WINDOW_EXCEED".to_owned();
    let failed = refund_answered("k1", Sending::First, RefundAnswer::Refused { code });
    let mut order = paid(vec![refund("k1", 1_000), failed]);
    assert_eq!(order.attention, Some(Attention::RefundNotDone));
    for event in [refund("k2", 500)].into_iter().chain(given_back("k2")) {
        order = decide(&order, event, START).unwrap().order;
    }
    assert_eq!(order.attention, None, "the payment was wanted: what is left of it is the shop's");
}
