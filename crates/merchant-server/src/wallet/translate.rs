//! From the wallet API's words to the lifecycle's.

use std::time::Duration;

use merchant_core::lifecycle::{
    CancelAnswer, PayAnswer, PaymentRequestId, PaymentWord, RefundAnswer, RefundWord, Sending, WalletWord,
};
use shop_api::{Cashier, MinorUnits};
use wallet_api::amount::{Amount, AmountError};
use wallet_api::client::{
    CallAnswer, Cancelled, InquiredPayment, InquiredRefund, InquiryAnswer, Refunded, TokenGrant,
};
use wallet_api::notification::{Notification, NotificationError};
use wallet_api::operation::result::ResultCode;
use wallet_api::operation::{PaymentStatus, RefundStatus};
use wallet_api::outcome::{NextStep, Reason};

use super::{BelievedNotification, InquiryReply, NotBelieved, Question, TokenReply};
use crate::evidence::WireMessage;

pub(super) fn amount(currency: &str, value: MinorUnits) -> Result<Amount, AmountError> {
    Amount::new(currency, value.value())
}

pub(super) fn sending(sending: Sending) -> wallet_api::outcome::Sending {
    match sending {
        Sending::First => wallet_api::outcome::Sending::First,
        Sending::Repeat { .. } => wallet_api::outcome::Sending::Resend,
    }
}

pub(super) fn cancel_answer(answer: CallAnswer<Cancelled>) -> CancelAnswer {
    match answer {
        CallAnswer::Done(_) => CancelAnswer::Taken,
        CallAnswer::Failed(Reason::Wallet { code: ResultCode::OrderNotExist, .. })
        | CallAnswer::Unknown(Reason::Wallet { code: ResultCode::OrderNotExist, .. }) => {
            CancelAnswer::NotKnown
        }
        CallAnswer::Failed(reason) | CallAnswer::Unknown(reason) if is_too_late(&reason) => {
            CancelAnswer::TooLate { reason: reason.to_string() }
        }
        CallAnswer::Failed(reason) | CallAnswer::Unknown(reason) => {
            log_configuration(&reason);
            CancelAnswer::NotTaken { reason: reason.to_string() }
        }
    }
}

/// What a wallet says only of a payment that it has, and that may be paid.
fn is_too_late(reason: &Reason) -> bool {
    use ResultCode as C;
    matches!(
        reason,
        Reason::Wallet {
            code: C::OrderStatusInvalid | C::CancelWindowExceed | C::PartnerBalanceNotEnough,
            ..
        }
    )
}

pub(super) fn pay_answer(answer: wallet_api::client::PayAnswer) -> PayAnswer {
    use wallet_api::client::PayAnswer as Wire;
    match answer {
        Wire::Success { payment_id: _ } => PayAnswer::ClaimsSuccess,
        Wire::Accepted { payment_id, cashier } => {
            PayAnswer::Accepted { payment_id, cashier: argument(cashier) }
        }
        // We never ask to authorise only; whatever that is, it isn't paid.
        Wire::Authorised { .. } => {
            PayAnswer::Unknown { reason: "the wallet only authorised the payment".to_owned() }
        }
        Wire::Failed(reason) => PayAnswer::Refused { code: reason.code().to_owned() },
        Wire::Unknown { reason, payment_id: _ } => unknown(&reason),
    }
}

/// A signed F that ends nothing is worth asking about at once; everything else is sent again as well.
fn unknown(reason: &Reason) -> PayAnswer {
    match (reason, reason.next_step()) {
        (Reason::Wallet { .. }, NextStep::Inquire) => PayAnswer::Doubtful { code: reason.code().to_owned() },
        _ => {
            log_configuration(reason);
            PayAnswer::Unknown { reason: reason.to_string() }
        }
    }
}

fn argument(cashier: wallet_api::client::Cashier) -> Cashier {
    use wallet_api::client::Cashier as Wire;
    let none = Cashier { payment_url: None, trade_no: None, order_str: None };
    match cashier {
        Wire::PaymentUrl(url) => Cashier { payment_url: Some(url), ..none },
        Wire::TradeNo(number) => Cashier { trade_no: Some(number), ..none },
        Wire::OrderStr(text) => Cashier { order_str: Some(text), ..none },
    }
}

pub(super) fn refund_answer(answer: CallAnswer<Refunded>) -> RefundAnswer {
    match answer {
        CallAnswer::Done(refunded) => RefundAnswer::Taken { refund_id: refunded.refund_id },
        CallAnswer::Failed(reason) => {
            log_configuration(&reason);
            RefundAnswer::Refused { code: reason.code().to_owned() }
        }
        CallAnswer::Unknown(reason) => {
            log_configuration(&reason);
            RefundAnswer::Unknown { reason: reason.to_string() }
        }
    }
}

pub(super) fn refund_inquiry(answer: InquiryAnswer<InquiredRefund>) -> RefundWord {
    match answer {
        // The client has compared ids, amount and currency with the question.
        InquiryAnswer::Found(found) => match found.status {
            RefundStatus::Success => RefundWord::Success { refund_id: found.refund_id },
            RefundStatus::Fail => RefundWord::Fail { text: found.fail_reason },
            RefundStatus::Processing | RefundStatus::Other(_) => RefundWord::Pending,
        },
        InquiryAnswer::NotFound(_) => RefundWord::NotExist,
        InquiryAnswer::Failed(reason) | InquiryAnswer::Unknown(reason) => {
            log_configuration(&reason);
            RefundWord::Nothing { reason: reason.to_string() }
        }
    }
}

pub(super) fn inquiry(question: &Question, answer: InquiryAnswer<InquiredPayment>) -> InquiryReply {
    match answer {
        // The client has compared ids, amount and currency with the question.
        InquiryAnswer::Found(found) => InquiryReply::Word(WalletWord {
            payment_request_id: Some(question.payment_request_id.clone()),
            payment_id: found.payment_id,
            amount: Some((question.amount, question.currency.clone())),
            word: word(found.status, None, found.fail_reason),
        }),
        InquiryAnswer::NotFound(_) => InquiryReply::Word(WalletWord {
            payment_request_id: Some(question.payment_request_id.clone()),
            payment_id: None,
            amount: None,
            word: PaymentWord::NotExist,
        }),
        InquiryAnswer::Unknown(Reason::Mismatch("paymentAmount")) => {
            InquiryReply::Contradiction("the wallet's answer speaks of another amount, or of none".to_owned())
        }
        InquiryAnswer::Failed(reason) | InquiryAnswer::Unknown(reason) => {
            log_configuration(&reason);
            InquiryReply::Nothing(reason.to_string())
        }
    }
}

pub(super) fn token(answer: CallAnswer<TokenGrant>) -> TokenReply {
    match answer {
        // The tokens are dropped here: nothing needs them once the customer is known.
        CallAnswer::Done(grant) => TokenReply::Customer(grant.customer_id),
        // Another code helps only where the code is the reason.
        CallAnswer::Failed(reason) if reason.next_step() == NextStep::Reauthorise => {
            TokenReply::Rejected(reason.code().to_owned())
        }
        CallAnswer::Failed(reason) | CallAnswer::Unknown(reason) => {
            log_configuration(&reason);
            TokenReply::Unavailable(reason.to_string())
        }
    }
}

pub(super) fn notification(
    notification: Notification,
    wire: WireMessage,
    now: jiff::Timestamp,
) -> BelievedNotification {
    let told = notification.payment;
    let lag = told.paid_at.map(|paid_at| Duration::try_from(now - paid_at).unwrap_or_default());
    let amount = MinorUnits::new(told.amount.value.get()).ok();
    BelievedNotification {
        payment_request_id: told.payment_request_id.clone(),
        word: WalletWord {
            payment_request_id: Some(told.payment_request_id),
            payment_id: Some(told.payment_id),
            amount: amount.map(|value| (value, told.amount.currency.code().to_owned())),
            word: word(told.status, told.fail_code, told.fail_reason),
        },
        wire,
        lag,
    }
}

pub(super) fn not_believed(error: NotificationError, body: &[u8]) -> NotBelieved {
    let code = error.code().to_owned();
    match error {
        NotificationError::HeaderMissing
        | NotificationError::WrongClient
        | NotificationError::Signature(_) => NotBelieved::Unverified { code, claimed: claimed(body) },
        NotificationError::Unreadable(_) => NotBelieved::Unreadable { code, claimed: claimed(body) },
        NotificationError::Stale(told) => {
            NotBelieved::Stale { payment_request_id: told.payment.payment_request_id }
        }
    }
}

/// Which payment bytes of anybody's say that they are about.
fn claimed(body: &[u8]) -> Option<PaymentRequestId> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Claim {
        payment_request_id: PaymentRequestId,
    }
    serde_json::from_slice::<Claim>(body).ok().map(|claim| claim.payment_request_id)
}

fn word(status: PaymentStatus, code: Option<String>, reason: Option<String>) -> PaymentWord {
    match status {
        PaymentStatus::Success => PaymentWord::Success,
        PaymentStatus::Fail => {
            let code = code.as_deref().or(reason.as_deref()).and_then(as_code);
            PaymentWord::Fail { code, text: reason }
        }
        PaymentStatus::Cancelled => PaymentWord::Cancelled,
        PaymentStatus::Processing
        | PaymentStatus::AuthSuccess
        | PaymentStatus::Pending
        | PaymentStatus::Other(_) => PaymentWord::Pending { status: status.as_str().to_owned() },
    }
}

/// Some wallets give the result code as the reason, others a sentence.
fn as_code(reason: &str) -> Option<String> {
    let is_code = (3..=64).contains(&reason.len())
        && reason.starts_with(|first: char| first.is_ascii_uppercase())
        && reason.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_code.then(|| reason.to_owned())
}

/// The wallet refuses us, not the shopper: somebody has to repair the configuration.
fn log_configuration(reason: &Reason) {
    if reason.next_step() == NextStep::FixConfiguration {
        tracing::error!(code = reason.code(), "wallet: {reason}");
    }
}
