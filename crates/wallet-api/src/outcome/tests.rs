//! The rules of what ends an attempt.

use super::*;

const EVERY_STATUS: [ResultStatus; 4] =
    [ResultStatus::Success, ResultStatus::Failed, ResultStatus::Unknown, ResultStatus::Accepted];

fn judged(operation: Operation, sending: Sending, status: ResultStatus, code: &str) -> Outcome {
    judge(operation, sending, &WireResult::new(status, ResultCode::from(code), "m"))
}

#[test]
fn only_pay_can_be_accepted() {
    assert_eq!(judged(Operation::Pay, Sending::First, ResultStatus::Accepted, "ACCEPT"), Outcome::Accepted);
    for operation in [Operation::ApplyToken, Operation::InquiryPayment] {
        let outcome = judged(operation, Sending::First, ResultStatus::Accepted, "ACCEPT");
        assert_eq!(outcome, Outcome::Unknown(Reason::UnexpectedStatus(ResultStatus::Accepted)));
    }
}

#[test]
fn nothing_ends_an_attempt_on_a_resend() {
    for status in EVERY_STATUS {
        for code in ["RISK_REJECT", "USER_BALANCE_NOT_ENOUGH", "PROCESS_FAIL", "PARAM_ILLEGAL", "NEVER_SEEN"]
        {
            let outcome = judged(Operation::Pay, Sending::Resend, status.clone(), code);
            assert!(!matches!(outcome, Outcome::Failed(_)), "{status} {code}");
        }
    }
}

#[test]
fn traffic_limits_are_never_final() {
    for operation in Operation::ALL {
        for status in [ResultStatus::Failed, ResultStatus::Unknown] {
            let outcome = judged(operation, Sending::First, status, "REQUEST_TRAFFIC_EXCEED_LIMIT");
            let Outcome::Unknown(reason) = outcome else { panic!("{outcome:?}") };
            assert_eq!(reason.next_step(), NextStep::ResendSame);
        }
    }
}

#[test]
fn a_status_never_seen_is_unknown() {
    let outcome = judged(Operation::Pay, Sending::First, ResultStatus::from("R"), "SUCCESS");
    assert_eq!(outcome, Outcome::Unknown(Reason::UnexpectedStatus(ResultStatus::Other("R".to_owned()))));
}

#[test]
fn text_of_the_wallet_is_shown_without_control_characters_and_cut() {
    let result = WireResult::failed(ResultCode::RiskReject, format!("a\nb{}", "x".repeat(1000)));
    let Reason::Wallet { message, .. } = Reason::wallet(&result) else { panic!("the wallet's word") };
    assert!(message.starts_with("a b"));
    assert_eq!(message.chars().count(), 256);
}
