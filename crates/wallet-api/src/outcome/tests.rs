//! The rules of what ends a call, and what is done about every code.

use std::fmt::Write as _;

use super::*;

const EVERY_STATUS: [ResultStatus; 4] =
    [ResultStatus::Success, ResultStatus::Failed, ResultStatus::Unknown, ResultStatus::Accepted];

fn judged(operation: Operation, sending: Sending, status: ResultStatus, code: &str) -> Outcome {
    judge(operation, sending, AcceptedAnswer::Accept, &WireResult::new(status, ResultCode::from(code), "m"))
}

#[test]
fn only_pay_can_be_accepted() {
    for operation in Operation::ALL {
        let outcome = judged(operation, Sending::First, ResultStatus::Accepted, "ACCEPT");
        if operation == Operation::Pay {
            assert_eq!(outcome, Outcome::Accepted);
        } else {
            assert_eq!(outcome, Outcome::Unknown(Reason::UnexpectedStatus(ResultStatus::Accepted)));
        }
    }
}

#[test]
fn a_wallet_without_a_says_in_process_and_only_such_a_wallet_means_accepted() {
    let result = WireResult::new(ResultStatus::Unknown, ResultCode::PaymentInProcess, "m");
    let with = |accepted| judge(Operation::Pay, Sending::First, accepted, &result);
    assert_eq!(with(AcceptedAnswer::PaymentInProcess), Outcome::Accepted);
    assert!(matches!(with(AcceptedAnswer::Accept), Outcome::Unknown(_)));
    let other = WireResult::unknown("m");
    let outcome = judge(Operation::Pay, Sending::First, AcceptedAnswer::PaymentInProcess, &other);
    assert!(matches!(outcome, Outcome::Unknown(_)));
}

#[test]
fn nothing_that_moves_money_ends_on_a_resend() {
    for operation in Operation::ALL.into_iter().filter(|operation| moves_money(*operation)) {
        for code in ResultCode::KNOWN.iter().chain(&["NEVER_SEEN"]) {
            for status in EVERY_STATUS {
                let outcome = judged(operation, Sending::Resend, status.clone(), code);
                assert!(!matches!(outcome, Outcome::Failed(_)), "{operation:?} {status} {code}");
            }
        }
    }
}

#[test]
fn traffic_limits_are_never_final() {
    for operation in Operation::ALL {
        for sending in [Sending::First, Sending::Resend] {
            for status in [ResultStatus::Success, ResultStatus::Failed, ResultStatus::Unknown] {
                let outcome = judged(operation, sending, status, "REQUEST_TRAFFIC_EXCEED_LIMIT");
                let Outcome::Unknown(reason) = outcome else { panic!("{outcome:?}") };
                assert_eq!(reason.next_step(), NextStep::ResendSame);
            }
        }
    }
}

#[test]
fn a_code_never_seen_is_treated_by_its_status_and_ends_nothing_that_moves_money() {
    let pay = |status| judged(Operation::Pay, Sending::First, status, "NEVER_SEEN");
    assert_eq!(pay(ResultStatus::Success), Outcome::Success);
    assert_eq!(pay(ResultStatus::Accepted), Outcome::Accepted);
    for status in [ResultStatus::Failed, ResultStatus::Unknown] {
        let Outcome::Unknown(reason) = pay(status) else { panic!("unknown") };
        assert_eq!((reason.code(), reason.next_step()), ("NEVER_SEEN", NextStep::Inquire));
    }
    let asked = judged(Operation::InquiryPayment, Sending::First, ResultStatus::Failed, "NEVER_SEEN");
    assert!(matches!(asked, Outcome::Failed(_)), "a question may fail for any reason");
}

#[test]
fn success_with_a_code_that_says_otherwise_is_unknown() {
    for operation in Operation::ALL {
        for code in ResultCode::KNOWN.iter().filter(|code| **code != "SUCCESS") {
            let outcome = judged(operation, Sending::First, ResultStatus::Success, code);
            let Outcome::Unknown(reason) = outcome else { panic!("{operation:?} {code}: {outcome:?}") };
            let next = reason.next_step();
            assert!(matches!(next, NextStep::Inquire | NextStep::ResendSame), "{code}: {next:?}");
        }
    }
}

#[test]
fn a_status_never_seen_is_unknown() {
    for operation in Operation::ALL {
        let outcome = judged(operation, Sending::First, ResultStatus::from("R"), "SUCCESS");
        assert_eq!(outcome, Outcome::Unknown(Reason::UnexpectedStatus(ResultStatus::Other("R".to_owned()))));
    }
}

#[test]
fn ids_used_before_are_asked_about_whatever_the_platform_advises() {
    for code in ["REPEAT_REQ_INCONSISTENT", "ORDER_STATUS_INVALID", "ORDER_IS_CLOSED"] {
        for sending in [Sending::First, Sending::Resend] {
            let outcome = judged(Operation::Pay, sending, ResultStatus::Failed, code);
            let Outcome::Unknown(reason) = outcome else { panic!("{code}: {outcome:?}") };
            assert_eq!(reason.next_step(), NextStep::Inquire, "{code}");
        }
    }
}

/// The whole table: for each operation, what every code means with F, to the first sending and to another.
#[test]
fn every_code_says_what_to_do_next() {
    let mut table = String::new();
    for operation in Operation::ALL {
        let _ = writeln!(table, "{}", operation.as_str());
        for text in ResultCode::KNOWN {
            let code = ResultCode::from(*text);
            assert!(!matches!(code, ResultCode::Other(_)), "{text}");
            let say = |sending| {
                let outcome = judged(operation, sending, ResultStatus::Failed, text);
                let ends = if matches!(outcome, Outcome::Failed(_)) { "failed" } else { "unknown" };
                format!("{ends}, {:?}", next_step(operation, sending, &code))
            };
            let _ = writeln!(
                table,
                "  {text:<36} first: {:<26} resend: {}",
                say(Sending::First),
                say(Sending::Resend)
            );
        }
    }
    insta::assert_snapshot!("what_to_do_about_every_code", table);
}

#[test]
fn text_of_the_wallet_is_shown_without_control_characters_and_cut() {
    let result = WireResult::failed(ResultCode::RiskReject, format!("a\nb{}", "x".repeat(1000)));
    let Reason::Wallet { message, .. } = Reason::wallet(Operation::Pay, Sending::First, &result) else {
        panic!("the wallet's word")
    };
    assert!(message.starts_with("a b"));
    assert_eq!(message.chars().count(), 256);
    let code = ResultCode::from(format!("RISK_REJECT\n\u{1b}[2J{}", "x".repeat(1000)));
    let result = WireResult::failed(code, "m");
    let outcome = judge(Operation::Pay, Sending::First, AcceptedAnswer::Accept, &result);
    let Outcome::Unknown(reason) = outcome else { panic!("a code never seen ends nothing") };
    assert_eq!(reason.code().chars().count(), 64);
    assert!(!reason.code().contains(char::is_control), "{:?}", reason.code());
}
