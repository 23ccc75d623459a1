//! What we made of an answer, in a word or the reason, for whoever reads the messages later.

use merchant_core::lifecycle::{CancelAnswer, PayAnswer, RefundAnswer, RefundWord};

use super::InquiryReply;

const BELIEVED: &str = "believed";

pub(super) fn of_pay(answer: &PayAnswer) -> String {
    match answer {
        PayAnswer::Accepted { .. } | PayAnswer::ClaimsSuccess => BELIEVED.to_owned(),
        PayAnswer::Refused { code } => format!("{BELIEVED}: {code}"),
        PayAnswer::Doubtful { code } => format!("doubtful: {code}"),
        PayAnswer::Unknown { reason } => format!("not believed: {reason}"),
    }
}

pub(super) fn of_cancel(answer: &CancelAnswer) -> String {
    match answer {
        CancelAnswer::Taken | CancelAnswer::NotKnown => BELIEVED.to_owned(),
        CancelAnswer::TooLate { reason } => format!("{BELIEVED}: too late: {reason}"),
        CancelAnswer::NotTaken { reason } => format!("not taken: {reason}"),
    }
}

pub(super) fn of_inquiry(reply: &InquiryReply) -> String {
    match reply {
        InquiryReply::Word(_) => BELIEVED.to_owned(),
        InquiryReply::Contradiction(detail) => format!("contradiction: {detail}"),
        InquiryReply::Nothing(reason) => format!("not believed: {reason}"),
    }
}

pub(super) fn of_refund(answer: &RefundAnswer) -> String {
    match answer {
        RefundAnswer::Taken { .. } => BELIEVED.to_owned(),
        RefundAnswer::Refused { code } => format!("{BELIEVED}: {code}"),
        RefundAnswer::Unknown { reason } => format!("not believed: {reason}"),
    }
}

pub(super) fn of_refund_word(word: &RefundWord) -> String {
    match word {
        RefundWord::Success { .. } | RefundWord::Fail { .. } | RefundWord::Pending | RefundWord::NotExist => {
            BELIEVED.to_owned()
        }
        RefundWord::Nothing { reason } => format!("not believed: {reason}"),
    }
}
