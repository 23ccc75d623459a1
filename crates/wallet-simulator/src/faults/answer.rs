//! Faults of calls: before the desk, and on its answer.
//!
//! In: a verified request and the fault that it meets. Out: what the answer says ([`said`]) and how it
//! travels ([`manner`]).

use std::time::Duration;

use wallet_api::amount::Amount;
use wallet_api::ids::{ClientId, CustomerId, PaymentId, PaymentRequestId};
use wallet_api::operation::Operation;
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::cancel::{CancelRequest, CancelResponse};
use wallet_api::operation::capture::CaptureRequest;
use wallet_api::operation::inquiry_payment::{InquiryPaymentRequest, InquiryPaymentResponse};
use wallet_api::operation::inquiry_refund::{InquiryRefundRequest, InquiryRefundResponse};
use wallet_api::operation::pay::{PayRequest, PayResponse};
use wallet_api::operation::refund::{RefundRequest, RefundResponse};
use wallet_api::operation::result::WireResult;
use wallet_api::operation::void::VoidRequest;
use wallet_api::wire::{Message, write_result};

use super::kind::{CallFault, FailReason, Member, SignatureFlaw};
use super::other;
use crate::openapi::{Desk, written};
use crate::store::StoreError;
use crate::wallet::decide::{RefundOutcome, Settlement};
use crate::wallet::payment::Payment;
use crate::wallet::refund::RefundState;
use crate::wallet::{PaymentKey, RefundKey, Wallet};

/// Whose cashier a wallet's cashier must never be.
const ELSEWHERE: &str = "https://cashier.example";
/// What a gateway shows to people.
pub(crate) const PAGE: &str =
    "<!doctype html><title>Try again</title><p>The gateway is having a bad day.</p>";
/// Who pays where the tester names nobody.
const PAYER: &str = "c-ana";

/// How an answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Signed, or as the flaw wants it.
    Signed {
        /// What is wrong with the signature.
        flaw: Option<SignatureFlaw>,
        /// Seconds by which `Response-Time` is off.
        shift: i64,
        /// How long the answer is kept back.
        wait: Duration,
    },
    /// An unsigned page with this HTTP status.
    Page(u16),
    /// In the place of it goes the answer that another payment's request got.
    AnotherAnswer,
    /// Nothing; the connection is closed.
    Nothing,
}

impl Manner {
    /// As it should be.
    pub const FAITHFUL: Self = Self::Signed { flaw: None, shift: 0, wait: Duration::ZERO };
}

/// How the answer travels that a fault touches.
pub(crate) fn manner(fault: &CallFault) -> Manner {
    let (flaw, shift, wait) = (None, 0, Duration::ZERO);
    match fault {
        CallFault::RequestLost {} | CallFault::AnswerLost {} => Manner::Nothing,
        CallFault::AnswerDelayed { milliseconds } => {
            Manner::Signed { flaw, shift, wait: Duration::from_millis(milliseconds.get().into()) }
        }
        CallFault::HttpStatus { status, .. } => Manner::Page(status.get()),
        CallFault::Signature { flaw } => Manner::Signed { flaw: Some(*flaw), shift, wait },
        CallFault::TimeShifted { seconds } => Manner::Signed { flaw, shift: seconds.get(), wait },
        CallFault::AnotherAnswer {} => Manner::AnotherAnswer,
        CallFault::Unknown { .. }
        | CallFault::Refused { .. }
        | CallFault::Another { .. }
        | CallFault::CashierElsewhere {}
        | CallFault::Truncated {}
        | CallFault::NotJson {}
        | CallFault::TooLong { .. }
        | CallFault::StillProcessing {}
        | CallFault::CancelledThenPaid { .. }
        | CallFault::RefundInProcess {}
        | CallFault::RefundFails { .. } => Manner::FAITHFUL,
    }
}

/// Lets the desk take the request, or not, and makes of its answer what the fault says.
///
/// # Errors
/// [`StoreError`] when the disk refuses.
pub(crate) fn said(
    desk: &mut Desk<'_>,
    operation: Operation,
    path: &str,
    fault: &CallFault,
) -> Result<Vec<u8>, StoreError> {
    let body = desk.body;
    let verdict = |result: &WireResult| written(write_result(result));
    match fault {
        CallFault::RequestLost {} | CallFault::HttpStatus { taken: false, .. } => Ok(Vec::new()),
        CallFault::Unknown { taken } => {
            if *taken {
                desk.answer(path)?;
            }
            verdict(&WireResult::unknown("a tester asked for this answer"))
        }
        CallFault::Refused { result_status, result_code } => verdict(&result_code.refuses(*result_status)),
        CallFault::AnswerLost {}
        | CallFault::AnswerDelayed { .. }
        | CallFault::HttpStatus { taken: true, .. }
        | CallFault::Signature { .. }
        | CallFault::TimeShifted { .. }
        | CallFault::AnotherAnswer {} => desk.answer(path),
        CallFault::Another { member } => {
            let answer = desk.answer(path)?;
            another(desk, operation, *member, body, answer)
        }
        CallFault::CashierElsewhere {} => {
            let answer = desk.answer(path)?;
            edited(desk, answer, |answer: &mut PayResponse| {
                if let (Some(url), Some(id)) = (&mut answer.cashier_url, &answer.payment_id) {
                    *url = format!("{ELSEWHERE}/cashier/{id}");
                }
            })
        }
        CallFault::Truncated {} => {
            let mut answer = desk.answer(path)?;
            answer.truncate(answer.len() / 2);
            Ok(answer)
        }
        CallFault::NotJson {} => desk.answer(path).map(|_| PAGE.as_bytes().to_vec()),
        CallFault::TooLong { bytes } => {
            let mut answer = desk.answer(path)?;
            let length = usize::try_from(bytes.get()).unwrap_or_default().max(answer.len());
            answer.resize(length, b' ');
            Ok(answer)
        }
        CallFault::StillProcessing {} => {
            let answer = desk.answer(path)?;
            edited(desk, answer, |answer: &mut InquiryPaymentResponse| {
                answer.status = Some(PaymentStatus::Processing);
                (answer.paid_at, answer.transactions) = (None, Vec::new());
            })
        }
        CallFault::CancelledThenPaid { customer_id } => pay_instead(desk, body, customer_id.as_ref()),
        CallFault::RefundInProcess {} => {
            desk.settlement = Settlement::Later;
            desk.answer(path)
        }
        CallFault::RefundFails { reason } => {
            desk.settlement = Settlement::Later;
            let answer = desk.answer(path)?;
            fail_refund(desk, body, reason)?;
            Ok(answer)
        }
    }
}

/// Changes an answer and writes it anew.
fn edited<T: Message>(
    desk: &Desk<'_>,
    answer: Vec<u8>,
    edit: impl FnOnce(&mut T),
) -> Result<Vec<u8>, StoreError> {
    let mut read = T::read(&answer).map_err(|_| StoreError::Impossible)?;
    edit(&mut read);
    written(read.write(&desk.dialect.profile))
}

/// The members of an answer that say what it is about.
#[derive(Default)]
struct About<'a> {
    amount: Option<&'a mut Option<Amount>>,
    payment_id: Option<&'a mut Option<PaymentId>>,
    payment_request_id: Option<&'a mut Option<PaymentRequestId>>,
}

impl About<'_> {
    /// Makes one of them another. An answer that has no amount gets that of the request.
    fn change(self, member: Member, asked: Option<Amount>) {
        match member {
            Member::Amount | Member::Currency => {
                if let Some(amount) = self.amount {
                    let change = if member == Member::Amount { other::amount } else { other::currency };
                    *amount = amount.or(asked).map(change);
                }
            }
            Member::PaymentId => {
                if let Some(Some(id)) = self.payment_id {
                    *id = other::id(id, id.as_str());
                }
            }
            Member::PaymentRequestId => {
                if let Some(Some(id)) = self.payment_request_id {
                    *id = other::id(id, id.as_str());
                }
            }
        }
    }
}

fn another(
    desk: &Desk<'_>,
    operation: Operation,
    member: Member,
    asked: &[u8],
    answer: Vec<u8>,
) -> Result<Vec<u8>, StoreError> {
    match operation {
        Operation::Pay => edited(desk, answer, |answer: &mut PayResponse| {
            let asked = PayRequest::read(asked).ok().map(|asked| asked.amount);
            let about = About {
                amount: Some(&mut answer.amount),
                payment_id: Some(&mut answer.payment_id),
                payment_request_id: Some(&mut answer.payment_request_id),
            };
            about.change(member, asked);
        }),
        Operation::InquiryPayment => edited(desk, answer, |answer: &mut InquiryPaymentResponse| {
            let about = About {
                amount: Some(&mut answer.amount),
                payment_id: Some(&mut answer.payment_id),
                payment_request_id: Some(&mut answer.payment_request_id),
            };
            about.change(member, None);
        }),
        Operation::Cancel => edited(desk, answer, |answer: &mut CancelResponse| {
            let about = About {
                amount: None,
                payment_id: Some(&mut answer.payment_id),
                payment_request_id: Some(&mut answer.payment_request_id),
            };
            about.change(member, None);
        }),
        Operation::Refund => edited(desk, answer, |answer: &mut RefundResponse| {
            let asked = RefundRequest::read(asked).ok().map(|asked| asked.amount);
            About { amount: Some(&mut answer.amount), ..About::default() }.change(member, asked);
        }),
        Operation::InquiryRefund => edited(desk, answer, |answer: &mut InquiryRefundResponse| {
            About { amount: Some(&mut answer.amount), ..About::default() }.change(member, None);
        }),
        // Their answers have no such member, so no fault asks for it.
        Operation::Capture
        | Operation::Void
        | Operation::ApplyToken
        | Operation::CancelToken
        | Operation::UserInfo => Ok(answer),
    }
}

/// Says S to a cancel, and lets a customer pay the payment if nobody has.
fn pay_instead(
    desk: &mut Desk<'_>,
    body: &[u8],
    customer_id: Option<&CustomerId>,
) -> Result<Vec<u8>, StoreError> {
    let (_, payment) = subject(desk.store.wallet(), desk.client_id, Operation::Cancel, body);
    let terms = &payment.ok_or(StoreError::Impossible)?.terms;
    let answer = CancelResponse {
        payment_id: Some(terms.payment_id.clone()),
        payment_request_id: Some(terms.payment_request_id.clone()),
        cancelled_at: Some(desk.now),
        ..CancelResponse::only(WireResult::success())
    };
    let payment_id = terms.payment_id.clone();
    let customer_id = customer_id.cloned().or_else(|| CustomerId::new(PAYER).ok());
    let confirmed = customer_id
        .and_then(|customer| desk.store.wallet().decide_confirm(desk.now, payment_id.as_str(), &customer));
    if let Some((events, confirmation)) = confirmed {
        tracing::info!(%payment_id, ?confirmation, "confirmed after its cancel was answered");
        desk.store.commit(events)?;
    }
    written(answer.write(&desk.dialect.profile))
}

/// Lets the refund that was just accepted fail. One that ended before stays as it is.
fn fail_refund(desk: &mut Desk<'_>, body: &[u8], reason: &FailReason) -> Result<(), StoreError> {
    let Ok(asked) = RefundRequest::read(body) else { return Ok(()) };
    let wallet = desk.store.wallet();
    let refund = wallet.refund_of(desk.client_id, &RefundKey::Request(asked.refund_request_id));
    let Some(refund) = refund.filter(|refund| refund.state == RefundState::Processing) else {
        return Ok(());
    };
    let outcome = RefundOutcome::Fails { reason: reason.text().to_owned() };
    let failed = wallet.decide_settle_refund(desk.now, &refund.terms.refund_id, outcome);
    desk.store.commit(failed.unwrap_or_default())
}

/// The payment that a request is about: the merchant's id of it, and the payment where there is one.
pub(crate) fn subject<'a>(
    wallet: &'a Wallet,
    client_id: &ClientId,
    operation: Operation,
    body: &[u8],
) -> (Option<PaymentRequestId>, Option<&'a Payment>) {
    let by_either = |id: Option<PaymentId>, request_id: Option<PaymentRequestId>| {
        id.map(PaymentKey::Id).or(request_id.map(PaymentKey::Request))
    };
    let key = match operation {
        Operation::Pay => {
            PayRequest::read(body).ok().map(|asked| PaymentKey::Request(asked.payment_request_id))
        }
        Operation::InquiryPayment => InquiryPaymentRequest::read(body)
            .ok()
            .and_then(|asked| by_either(asked.payment_id, asked.payment_request_id)),
        Operation::Cancel => CancelRequest::read(body)
            .ok()
            .and_then(|asked| by_either(asked.payment_id, asked.payment_request_id)),
        Operation::Refund => RefundRequest::read(body)
            .ok()
            .and_then(|asked| by_either(asked.payment_id, asked.payment_request_id)),
        Operation::Void => VoidRequest::read(body)
            .ok()
            .and_then(|asked| by_either(asked.payment_id, asked.payment_request_id)),
        Operation::Capture => CaptureRequest::read(body).ok().map(|asked| PaymentKey::Id(asked.payment_id)),
        Operation::InquiryRefund => refunded(wallet, client_id, body).map(PaymentKey::Id),
        Operation::ApplyToken | Operation::CancelToken | Operation::UserInfo => None,
    };
    let payment = key.as_ref().and_then(|key| wallet.payment_of(client_id, key));
    let request_id = match (payment, key) {
        (Some(payment), _) => Some(payment.terms.payment_request_id.clone()),
        (None, Some(PaymentKey::Request(id))) => Some(id),
        (None, Some(PaymentKey::Id(_)) | None) => None,
    };
    (request_id, payment)
}

/// The payment of the refund that is asked about.
fn refunded(wallet: &Wallet, client_id: &ClientId, body: &[u8]) -> Option<PaymentId> {
    let asked = InquiryRefundRequest::read(body).ok()?;
    let key = asked.refund_id.map(RefundKey::Id).or(asked.refund_request_id.map(RefundKey::Request))?;
    Some(wallet.refund_of(client_id, &key)?.terms.payment_id.clone())
}
