//! What single events mean, told one by one.

use shop_api::{AttemptId, AttemptStatus, MinorUnits, OrderStatus, Timestamp};

use super::fixtures::{
    PAY_BY, START, accepted, after, cancel_answered, cashier, decide, due, exhausted, failed, found_paid,
    fulfilment, pay, pay_again, payment_id, placed, refund, refund_answered, refund_id, refund_told, said,
    state, success, with_coupon, word,
};
use super::*;

#[test]
fn placing_reserves_stock_and_writes_the_first_attempt_down_before_it_is_sent() {
    let change = placed();
    assert_eq!(change.stock.len(), 2);
    assert_eq!(change.order.version, 1);
    assert_eq!(change.order.attempts.len(), 1);
    assert!(change.new_attempt.is_some());
    let sent = change.run_now.unwrap();
    assert!(change.jobs.contains(&JobChange::Put(sent, START)));
    assert!(change.jobs.iter().any(|job| matches!(job, JobChange::Put(key, at)
        if key.kind == JobKind::ExpireOrder && *at == PAY_BY)));
}

#[test]
fn an_order_of_zero_never_goes_to_the_wallet() {
    let mut placement = super::fixtures::placement();
    for line in &mut placement.lines {
        (line.unit_price, line.subtotal) = (MinorUnits::ZERO, MinorUnits::ZERO);
    }
    placement.breakdown = Breakdown::new(Parts::default(), &placement.lines).unwrap();
    let change = place(placement, START);
    assert!(matches!(change.order.state, OrderState::Paid { .. }));
    assert!(change.new_attempt.is_none() && change.run_now.is_none() && change.jobs.is_empty());
    let paid = change.audit.iter().find(|entry| entry.kind == "order_paid").unwrap();
    assert_eq!(paid.detail, "free: there is nothing to pay");
}

#[test]
fn an_order_that_costs_something_is_never_paid_for_want_of_an_attempt() {
    let change = place(Placement { attempt: None, ..super::fixtures::placement() }, START);
    assert_eq!(change.order.state, OrderState::AwaitingPayment);
    let expired = decide(&change.order, Event::PayByReached, PAY_BY).unwrap().order;
    assert!(matches!(expired.state, OrderState::Expired { .. }));
}

#[test]
fn a_paid_order_goes_forward_only_and_the_same_again_changes_nothing() {
    let open = after(vec![accepted(1)]);
    let say_at = |order: &Order, stage, tracking, now| {
        decide(order, Event::Fulfilled(fulfilment(stage, tracking)), now)
    };
    let say = |order: &Order, stage, tracking| say_at(order, stage, tracking, START);
    assert_eq!(say(&open, FulfilmentStage::Accepted, None).unwrap_err(), Refusal::NothingToFulfil);
    let paid = after(vec![accepted(1), said(1, PaymentWord::Success, WordSource::Inquiry)]);
    let shipped = say(&paid, FulfilmentStage::Shipped, Some("LBC 1234")).unwrap().order;
    assert!(say(&shipped, FulfilmentStage::Shipped, None).unwrap().is_empty());
    let back = say(&shipped, FulfilmentStage::Accepted, None).unwrap_err();
    assert_eq!(back, Refusal::FulfilmentBackward(FulfilmentStage::Shipped));
    let later = |seconds: u64| START.plus_millis(seconds * 1_000);
    let corrected = say_at(&shipped, FulfilmentStage::Shipped, Some("LBC 1235"), later(1)).unwrap().order;
    assert_eq!(corrected.fulfilment.as_ref().unwrap().at, START, "it was shipped then");
    let completed = say_at(&corrected, FulfilmentStage::Completed, None, later(2)).unwrap().order;
    let fulfilment = completed.fulfilment.unwrap();
    assert_eq!((fulfilment.stage, fulfilment.at), (FulfilmentStage::Completed, later(2)));
    assert_eq!(fulfilment.tracking.unwrap().as_str(), "LBC 1235", "what isn't said again stays");
}

#[test]
fn a_coupon_is_used_with_the_order_and_given_back_when_it_ends_unpaid() {
    let placed = place(with_coupon(), START);
    let code = placed.order.coupon.clone().unwrap();
    assert_eq!(placed.coupon, Some(CouponMove::Use(code.clone())));
    let guards = |change: &ChangeSet| {
        let is_limit = |guard: &&Guard| {
            matches!(guard, Guard::CouponUsesBelow(_, 100) | Guard::CouponUsesByCustomerBelow(_, _, 1))
        };
        change.guards.iter().filter(is_limit).count()
    };
    assert_eq!(guards(&placed), 2);
    let order = decide(&placed.order, failed(1), START).unwrap().order;
    let expired = decide(&order, Event::PayByReached, PAY_BY).unwrap();
    assert_eq!(expired.coupon, Some(CouponMove::GiveBack(code.clone())));
    let paid_late = decide(&expired.order, found_paid(1), PAY_BY).unwrap();
    assert!(matches!(paid_late.order.state, OrderState::Paid { .. }));
    assert_eq!(paid_late.coupon, Some(CouponMove::Use(code)), "whatever its limit: the order has it");
    assert_eq!(guards(&paid_late), 0);
}

#[test]
fn the_shopper_sees_what_is_given_back() {
    let view = ShopView { public_url: String::new() };
    let shown = |order: &Order| {
        let shown = view.order(order, START);
        (shown.refunded.value(), shown.refunding.value())
    };
    let paid = after(vec![accepted(1), said(1, PaymentWord::Success, WordSource::Inquiry)]);
    assert_eq!(shown(&paid), (0, 0));
    let asked = decide(&paid, refund("k1", 1_000), START).unwrap().order;
    assert_eq!(shown(&asked), (0, 1_000));
    let taken = RefundAnswer::Taken { refund_id: refund_id(1) };
    let taken = decide(&asked, refund_answered("k1", Sending::First, taken), START).unwrap().order;
    assert_eq!(shown(&taken), (0, 1_000), "taken isn't given back yet");
    let told = refund_told("k1", RefundWord::Success { refund_id: Some(refund_id(1)) });
    assert_eq!(shown(&decide(&taken, told, START).unwrap().order), (1_000, 0));
    let refused = RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() };
    let failed = decide(&asked, refund_answered("k1", Sending::First, refused), START).unwrap().order;
    assert_eq!(shown(&failed), (0, 0));
}

#[test]
fn pay_claiming_success_leads_to_an_inquiry_and_not_to_paid() {
    let order = placed().order;
    let change = decide(&order, pay(1, Sending::First, PayAnswer::ClaimsSuccess), START).unwrap();
    assert_eq!(*state(&change.order, 0), AttemptState::Unknown);
    assert!(
        change
            .jobs
            .iter()
            .any(|job| matches!(job, JobChange::Put(key, START) if key.kind == JobKind::Inquire))
    );
}

#[test]
fn a_refusal_ends_an_attempt_only_as_the_answer_to_the_first_sending() {
    let refused = || PayAnswer::Refused { code: "RISK_REJECT".into() };
    let first = after(vec![pay(1, Sending::First, refused())]);
    assert!(matches!(state(&first, 0), AttemptState::Failed { code, .. } if code == "RISK_REJECT"));
    assert_eq!(first.state, OrderState::AwaitingPayment);
    let repeat = after(vec![pay(1, Sending::Repeat { number: 2 }, refused())]);
    assert_eq!(*state(&repeat, 0), AttemptState::Unknown);
    let doubtful = after(vec![pay(1, Sending::First, PayAnswer::Doubtful { code: "X".into() })]);
    assert_eq!(*state(&doubtful, 0), AttemptState::Unknown);
}

#[test]
fn an_unknown_outcome_sends_the_same_again_and_asks() {
    let change = decide(
        &placed().order,
        pay(1, Sending::First, PayAnswer::Unknown { reason: "timeout".into() }),
        START,
    )
    .unwrap();
    assert_eq!(due(&change, JobKind::SendPay), Some(START.plus_millis(2_000)));
    assert_eq!(due(&change, JobKind::Inquire), Some(START.plus_millis(5_000)));
    assert!(change.order.attempts[0].state.is_live());
}

#[test]
fn after_a_definite_failure_a_new_attempt_is_opened_and_not_before() {
    let open = after(vec![accepted(1)]);
    let refused = decide(&open, pay_again(1), START).unwrap();
    assert!(refused.is_empty(), "a live attempt is answered as it is");
    let order = after(vec![accepted(1), failed(1), pay_again(1), accepted(2), success(2)]);
    assert!(matches!(order.state, OrderState::Paid { .. }));
    assert_eq!(order.attempts.len(), 2);
}

#[test]
fn no_attempt_is_opened_with_less_than_two_minutes_left() {
    let order = after(vec![accepted(1), failed(1)]);
    let late = Timestamp(PAY_BY.0 - MIN_TIME_TO_PAY_MILLIS + 1);
    assert!(matches!(decide(&order, pay_again(1), late), Err(Refusal::PaymentNotAllowed(_))));
}

#[test]
fn the_clock_alone_ends_nothing() {
    let open = after(vec![accepted(1)]);
    let change = decide(&open, Event::PayByReached, PAY_BY).unwrap();
    assert!(change.stock.is_empty() && change.order.attempts[0].state.is_live());
    let gone = |now| {
        let event = said(1, PaymentWord::NotExist, WordSource::Inquiry);
        decide(&open, event, now).unwrap().order
    };
    assert!(matches!(state(&gone(PAY_BY), 0), AttemptState::Open { .. }), "not existing is no failure yet");
    let cancelling = gone(PAY_BY.plus_millis(Schedule::default().cancel_after_millis));
    assert!(cancelling.attempts[0].state.is_live() && cancelling.attempts[0].cancelling.is_some());
    let exhausted = exhausted(cancelling);
    assert!(matches!(exhausted.state, OrderState::NeedsAttention { .. }));
    assert_eq!(exhausted.attention, Some(Attention::Unresolved));
    assert_eq!(exhausted.stock, StockHold::Reserved);
    let paid = decide(&exhausted, success(1), PAY_BY.plus_millis(600_000)).unwrap().order;
    assert!(matches!(paid.state, OrderState::Paid { .. }), "it may still turn out paid");
}

#[test]
fn a_failure_after_the_time_to_pay_expires_the_order_and_frees_its_stock() {
    let open = after(vec![accepted(1)]);
    let change = decide(&open, failed(1), PAY_BY.plus_millis(1)).unwrap();
    assert!(matches!(change.order.state, OrderState::Expired { .. }));
    assert!(change.stock.iter().all(|moved| matches!(moved, StockMove::Release(..))));
}

#[test]
fn a_failure_by_a_clock_that_is_behind_the_expiry_has_the_order_expired_again() {
    let order = after(vec![accepted(1)]);
    let order = decide(&order, Event::PayByReached, PAY_BY).unwrap().order;
    assert_eq!(order.state, OrderState::AwaitingPayment, "its payment is open");
    let behind = Timestamp(PAY_BY.0 - 5_000);
    let change = decide(&order, failed(1), behind).unwrap();
    assert_eq!(change.order.state, OrderState::AwaitingPayment);
    assert_eq!(due(&change, JobKind::ExpireOrder), Some(PAY_BY));
}

#[test]
fn success_after_expiry_is_fulfilled_if_there_is_stock_else_given_back() {
    let expired = decide(&after(vec![accepted(1)]), failed(1), PAY_BY).unwrap().order;
    let late = PAY_BY.plus_millis(5);
    let fulfilled = decide(&expired, found_paid(1), late).unwrap();
    assert!(matches!(fulfilled.order.state, OrderState::Paid { .. }));
    assert!(matches!(fulfilled.stock.first(), Some(StockMove::Reserve(..))));
    assert!(matches!(fulfilled.stock.last(), Some(StockMove::Sell(..))));
    assert!(fulfilled.order.refunds.is_empty());
    let schedule = Schedule::default();
    let sold_out = decide_without_stock(&expired, found_paid(1), late, &schedule).unwrap();
    assert!(matches!(sold_out.order.state, OrderState::Paid { .. }));
    assert!(sold_out.stock.is_empty());
    assert_eq!(sold_out.order.refunds[0].amount, sold_out.order.total);
}

#[test]
fn a_notification_that_doesnt_fit_is_refused() {
    let open = after(vec![accepted(1)]);
    let wrong = |change: fn(&mut WalletWord)| {
        let mut told = word(1, PaymentWord::Success);
        change(&mut told);
        let attempt = AttemptId::from("a1");
        decide(&open, Event::WalletSaid { attempt, word: told, source: WordSource::Notification }, START)
    };
    assert!(matches!(wrong(|told| told.payment_id = Some(payment_id(9))), Err(Refusal::Mismatch(_))));
    assert!(matches!(wrong(|told| told.amount = None), Err(Refusal::Mismatch(_))));
    let amount = |told: &mut WalletWord| told.amount = Some((MinorUnits::new(1).unwrap(), "PHP".into()));
    assert!(matches!(wrong(amount), Err(Refusal::Mismatch(_))));
    let currency =
        |told: &mut WalletWord| told.amount = Some((MinorUnits::new(2_500).unwrap(), "JPY".into()));
    assert!(matches!(wrong(currency), Err(Refusal::Mismatch(_))));
}

#[test]
fn an_answer_of_another_amount_is_for_a_person() {
    let event = Event::InquiryContradicts { attempt: "a1".into(), detail: "other amount".into() };
    let order = after(vec![accepted(1), event]);
    assert!(matches!(order.state, OrderState::NeedsAttention { .. }));
    assert_eq!(order.attention, Some(Attention::AmountMismatch));
}

#[test]
fn coming_back_from_the_cashier_asks_once_and_not_in_a_burst() {
    let open = after(vec![accepted(1)]);
    let hint = |now| {
        let event = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse("9000") };
        decide(&open, event, now).unwrap()
    };
    let now = START.plus_millis(30_000);
    assert_eq!(due(&hint(now), JobKind::Inquire), Some(now));
    let mut asked = open.clone();
    asked.attempts[0].last_asked_at = Some(now);
    let event = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse("6001") };
    let change = decide(&asked, event, now.plus_millis(1)).unwrap();
    assert_eq!(due(&change, JobKind::Inquire), Some(now.plus_millis(1_000)));
    let again = |hint: &str| {
        let event = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse(hint) };
        decide(&change.order, event, now.plus_millis(2)).unwrap()
    };
    assert!(again("6001").is_empty(), "it expects nothing, and was said just now");
    assert!(!again("9000").is_empty(), "it expects more than before");
    let expecting = again("9000").order;
    let event = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse("9000") };
    assert!(decide(&expecting, event, now.plus_millis(3)).unwrap().is_empty(), "said again at once");
}

#[test]
fn a_reason_for_a_person_is_called_the_same_wherever_it_stands() {
    let codes = [
        "unresolved",
        "amount_mismatch",
        "success_while_another_is_live",
        "success_taken_back",
        "refund_not_done",
    ];
    for code in codes {
        assert_eq!(Attention::parse(code).map(Attention::code), Some(code));
    }
    assert_eq!(Attention::parse("boredom"), None);
}

#[test]
fn the_answer_to_pay_that_names_another_payment_is_set_right_by_asking() {
    let open = after(vec![pay(
        1,
        Sending::First,
        PayAnswer::Accepted { payment_id: payment_id(9), cashier: cashier() },
    )]);
    assert!(matches!(decide(&open, success(1), START), Err(Refusal::Mismatch(_))));
    let asked = decide(&open, found_paid(1), START).unwrap();
    assert_eq!(
        (asked.order.state, &asked.order.attempts[0].payment_id),
        (OrderState::AwaitingPayment, &None)
    );
    assert!(due(&asked, JobKind::Inquire).is_some());
    let paid = decide(&asked.order, found_paid(1), START).unwrap().order;
    assert!(matches!(paid.state, OrderState::Paid { .. }), "said twice, for our own request");
}

#[test]
fn tradepay_that_says_failed_while_the_wallet_is_undecided_leaves_the_same_cashier_open() {
    let returned = Event::Returned { attempt: "a1".into(), hint: ReturnHint::parse("4000") };
    let pending = said(1, PaymentWord::Pending { status: "PROCESSING".into() }, WordSource::Inquiry);
    let order = after(vec![accepted(1), returned, pending]);
    let view = ShopView { public_url: String::new() }.order(&order, START).attempt.unwrap();
    assert_eq!((view.status, view.cashier), (AttemptStatus::Open, Some(cashier())));
}

/// What an order's story tells after these events.
fn told(events: Vec<Event>) -> String {
    let mut change = placed();
    let mut story = String::new();
    let mut now = START;
    for event in std::iter::once(None).chain(events.into_iter().map(Some)) {
        now = now.plus_millis(10_000);
        if let Some(event) = event {
            change = decide(&change.order, event, now).unwrap();
        }
        for entry in &change.audit {
            story.push_str(&format!("{:<8} {:<22} {}\n", entry.actor.as_str(), entry.kind, entry.detail));
        }
    }
    story
}

#[test]
fn the_story_of_an_order_that_was_given_up_and_paid() {
    insta::assert_snapshot!(told(vec![
        accepted(1),
        Event::CancelRequested,
        cancel_answered(1, CancelAnswer::NotTaken { reason: "timeout".into() }),
        success(1),
        refund_answered("r1", Sending::First, RefundAnswer::Taken { refund_id: refund_id(1) }),
        refund_told("r1", RefundWord::Success { refund_id: Some(refund_id(1)) }),
    ]));
}

#[test]
fn the_story_of_an_order_that_was_paid_twice() {
    insta::assert_snapshot!(told(vec![
        accepted(1),
        failed(1),
        pay_again(1),
        accepted(2),
        success(2),
        success(1),
        found_paid(1),
        refund_answered("r1", Sending::First, RefundAnswer::Taken { refund_id: refund_id(1) }),
        refund_told("r1", RefundWord::Fail { text: Some("account closed".into()) }),
    ]));
}

#[test]
fn the_story_of_a_refund_that_was_unknown_and_then_found() {
    insta::assert_snapshot!(told(vec![
        accepted(1),
        success(1),
        refund("k1", 1_000),
        refund_answered("k1", Sending::First, RefundAnswer::Unknown { reason: "timeout".into() }),
        refund_told("k1", RefundWord::NotExist),
        refund_answered(
            "k1",
            Sending::Repeat { number: 2 },
            RefundAnswer::Refused { code: "REPEAT_REQ_INCONSISTENT".into() }
        ),
        refund_told("k1", RefundWord::Success { refund_id: Some(refund_id(1)) }),
    ]));
}

#[test]
fn the_view_shows_the_cashier_only_while_it_is_open() {
    let view = ShopView { public_url: "https://shop.example".into() };
    let open = view.order(&after(vec![accepted(1)]), START);
    assert_eq!(open.attempt.as_ref().unwrap().cashier, Some(cashier()));
    assert!(!open.may_start_payment);
    let over = view.order(&after(vec![accepted(1), failed(1)]), START);
    let attempt = over.attempt.unwrap();
    assert_eq!((over.status, attempt.cashier), (OrderStatus::AwaitingPayment, None));
    assert_eq!(attempt.failure.unwrap().code, "RISK_REJECT");
    assert!(over.may_start_payment);
    assert_eq!(over.lines[0].image_url, "https://shop.example/media/x.svg");
}

#[test]
fn the_wire_form_of_an_order() {
    let view = ShopView { public_url: "https://shop.example".into() };
    insta::assert_json_snapshot!("open", view.order(&after(vec![accepted(1)]), START));
    insta::assert_json_snapshot!("failed", view.order(&after(vec![accepted(1), failed(1)]), START));
    insta::assert_json_snapshot!("paid", view.order(&after(vec![accepted(1), success(1)]), START));
}

#[test]
fn a_payment_id_that_only_an_inquiry_told_is_kept_and_must_be_new() {
    let lost = PayAnswer::Unknown { reason: "timeout".into() };
    let unknown = after(vec![pay(1, Sending::First, lost)]);
    assert_eq!(unknown.attempts[0].payment_id, None);
    for event in [found_paid(1), failed(1), said(1, PaymentWord::Cancelled, WordSource::Inquiry)] {
        let told = decide(&unknown, event, START).unwrap();
        assert_eq!(told.order.attempts[0].payment_id, Some(payment_id(1)));
        let is_guarded =
            |guard: &Guard| matches!(guard, Guard::PaymentIdIsNew(_, id) if *id == payment_id(1));
        assert!(told.guards.iter().any(is_guarded));
    }
}

#[test]
fn an_end_that_speaks_of_another_amount_is_not_believed() {
    let order = after(vec![accepted(1)]);
    for what in [PaymentWord::Fail { code: None, text: None }, PaymentWord::Cancelled] {
        let mut other = word(1, what);
        other.amount = Some((MinorUnits::new(1).unwrap(), "PHP".into()));
        let event = Event::WalletSaid { attempt: "a1".into(), word: other, source: WordSource::Notification };
        assert!(matches!(decide(&order, event, START), Err(Refusal::Mismatch(_))));
    }
}

#[test]
fn what_is_written_of_a_return_and_of_a_doubt_says_which() {
    for code in ["9000", "6001", "4000", "8000"] {
        assert_eq!(ReturnHint::parse(code).code(), code);
    }
    let texts = [Doubt::Stale, Doubt::Mismatch, Doubt::Unverified].map(Doubt::text);
    assert!(texts.iter().all(|text| !text.is_empty()));
    assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2]);
}

#[test]
fn how_a_delivery_is_followed_stays_out_of_logs() {
    let shown = format!("{:?}", Tracking::parse("LBC 1234").unwrap());
    assert!(shown.starts_with("Tracking") && !shown.contains("1234"), "{shown}");
}
