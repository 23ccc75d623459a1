//! What states and kinds are called in databases, on the wire and in stories: contracts, so each is spelled out here.

use shop_api::{MinorUnits, Timestamp};

use super::fixtures::{accepted, after, cashier, found_paid, new_attempt, payment_id, refund, wish};
use super::*;

const AT: Timestamp = Timestamp(1);

#[test]
fn the_states_of_an_order() {
    let states = [
        (OrderState::AwaitingPayment, "awaiting_payment", true),
        (OrderState::Paid { at: AT }, "paid", false),
        (OrderState::Expired { at: AT }, "expired", false),
        (OrderState::Cancelled { at: AT }, "cancelled", false),
        (OrderState::NeedsAttention { at: AT }, "needs_attention", true),
    ];
    for (state, name, is_unresolved) in states {
        assert_eq!((state.as_str(), state.is_unresolved()), (name, is_unresolved));
    }
}

#[test]
fn the_states_of_an_attempt() {
    let reason = Attention::Unresolved;
    let states = [
        (AttemptState::Creating, "creating", true),
        (AttemptState::Open { cashier: cashier() }, "open", true),
        (AttemptState::Unknown, "unknown", true),
        (AttemptState::Succeeded { at: AT }, "succeeded", false),
        (AttemptState::Reversed { at: AT }, "succeeded", false),
        (AttemptState::Failed { at: AT, code: "X".into() }, "failed", true),
        (AttemptState::Cancelled { at: AT }, "cancelled", true),
        (AttemptState::NeedsAttention { at: AT, reason }, "needs_attention", true),
    ];
    let mut attempt = after(vec![accepted(1)]).attempts.remove(0);
    for (state, name, can_be_asked) in states {
        attempt.state = state;
        assert_eq!((attempt.state.as_str(), attempt.can_be_asked()), (name, can_be_asked), "{attempt:?}");
    }
    attempt.state = AttemptState::Succeeded { at: AT };
    attempt.asking_since = Some(AT);
    assert!(attempt.can_be_asked(), "whether it is paid is contested");
}

#[test]
fn the_states_of_a_refund() {
    let states = [
        (RefundState::Requested, "requested"),
        (RefundState::Accepted { at: AT }, "accepted"),
        (RefundState::Unknown { at: AT }, "unknown"),
        (RefundState::Succeeded { at: AT }, "succeeded"),
        (RefundState::Failed { at: AT, code: "X".into() }, "failed"),
        (RefundState::NeedsAttention { at: AT, code: "X".into() }, "needs_attention"),
    ];
    for (state, name) in states {
        assert_eq!(state.as_str(), name);
    }
}

#[test]
fn the_stages_of_a_delivery() {
    let stages = [FulfilmentStage::Accepted, FulfilmentStage::Shipped, FulfilmentStage::Completed];
    for (stage, name) in stages.into_iter().zip(["accepted", "shipped", "completed"]) {
        assert_eq!(stage.as_str(), name);
        assert_eq!(FulfilmentStage::parse(name), Some(stage));
    }
    assert_eq!(FulfilmentStage::parse("sent"), None);
}

#[test]
fn the_answers_to_pay() {
    let answers = [
        (PayAnswer::Accepted { payment_id: payment_id(1), cashier: cashier() }, "accepted"),
        (PayAnswer::ClaimsSuccess, "claims_success"),
        (PayAnswer::Refused { code: "X".into() }, "refused"),
        (PayAnswer::Doubtful { code: "X".into() }, "doubtful"),
        (PayAnswer::Unknown { reason: "X".into() }, "unknown"),
    ];
    for (answer, name) in answers {
        assert_eq!(answer.kind(), name);
    }
}

#[test]
fn why_a_person_should_look_and_what_to_do() {
    let reasons = [
        (Attention::Unresolved, "unresolved", "merchant portal"),
        (Attention::AmountMismatch, "amount_mismatch", "compare"),
        (Attention::SuccessWhileAnotherIsLive, "success_while_another_is_live", "settle the open attempt"),
        (Attention::SuccessTakenBack, "success_taken_back", "statement"),
        (Attention::RefundNotDone, "refund_not_done", "names the refund"),
    ];
    for (reason, code, advice) in reasons {
        assert_eq!(reason.code(), code);
        assert_eq!(Attention::parse(code), Some(reason));
        assert!(reason.advice().contains(advice), "{}", reason.advice());
    }
    assert_eq!(Attention::parse("bored"), None);
}

#[test]
fn a_wallet() {
    let name = WalletName("gcash".into());
    assert_eq!((name.as_str(), name.to_string()), ("gcash", "gcash".to_owned()));
}

#[test]
fn how_a_delivery_can_be_followed() {
    let parsed = |text: &str| Tracking::parse(text).map(|tracking| tracking.as_str().to_owned());
    let longest = "é".repeat(200);
    assert_eq!(parsed(&longest), Some(longest.clone()));
    assert_eq!(parsed("  LBC 1234 "), Some("LBC 1234".to_owned()));
    for refused in ["", "   ", "LBC\n1234", &format!("{longest}é")] {
        assert_eq!(parsed(refused), None, "{refused:?}");
    }
}

#[test]
fn what_logs_show_of_calls_and_refunds_is_not_what_people_wrote() {
    let call = new_attempt(1).pay_request;
    assert_eq!(format!("{call:?}"), "StoredCall(/pay, 2 bytes)");
    let wish = wish("k1", RefundAmount::Exactly(MinorUnits::new(100).unwrap()));
    let kept = after(vec![accepted(1), found_paid(1), refund("k1", 100)]).refunds.remove(0);
    for shown in [format!("{wish:?}"), format!("{kept:?}")] {
        assert!(shown.contains("k1") && shown.contains("maria"), "{shown}");
        assert!(!shown.contains("broken"), "{shown}");
    }
}
