//! What really happened: every payment, capture, void and refund, every entry, every message.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::amount::Amount;
use wallet_api::ids::{
    CaptureId, CaptureRequestId, CustomerId, PaymentId, RefundId, RefundRequestId, VoidId, VoidRequestId,
};
use wallet_api::operation::RefundStatus;

use super::Answer;
use crate::simulator::Simulator;
use crate::transcript::Message;
use crate::wallet::authorisation::{Capture, Void};
use crate::wallet::ledger::Entry;
use crate::wallet::payment::{Delivery, Payment};
use crate::wallet::refund::Refund;
use crate::wallet::{Transaction, Wallet};
use crate::web::Shared;

#[derive(Debug, Serialize)]
pub(in crate::web) struct LedgerView {
    payments: Vec<PaymentView>,
    captures: Vec<CaptureView>,
    voids: Vec<VoidView>,
    refunds: Vec<RefundView>,
    entries: Vec<EntryView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct PaymentView {
    payment_id: String,
    payment_request_id: String,
    client_id: String,
    customer_id: Option<CustomerId>,
    amount: Amount,
    /// Whether confirming holds the amount instead of paying it.
    authorise_only: bool,
    status: String,
    fail_reason: Option<&'static str>,
    /// What is held and not captured; numbers as text, in the smallest unit.
    held: String,
    /// When that is given back.
    hold_expires_at: Option<Timestamp>,
    /// What the merchant was paid.
    paid: String,
    /// What of it was given back or is about to be.
    refunded: String,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
    notification: &'static str,
    /// How often the notification was sent.
    notification_tries: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CaptureView {
    capture_id: CaptureId,
    capture_request_id: CaptureRequestId,
    payment_id: PaymentId,
    amount: Amount,
    /// Whether the rest was given back.
    is_last: bool,
    at: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VoidView {
    void_id: VoidId,
    void_request_id: VoidRequestId,
    payment_id: PaymentId,
    at: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct RefundView {
    refund_id: RefundId,
    refund_request_id: RefundRequestId,
    payment_id: PaymentId,
    amount: Amount,
    /// In the merchant's words.
    reason: Option<String>,
    status: RefundStatus,
    fail_reason: Option<String>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryView {
    account: String,
    currency: String,
    value: String,
    payment_id: Option<String>,
}

/// `GET /ledger`: every payment with what was done with it, and every entry; the entries of each currency
/// sum to zero.
pub(in crate::web) async fn ledger(State(simulator): Shared) -> Answer<LedgerView> {
    let view = Simulator::with_books(&simulator, |books, now| {
        let expired = books.store.wallet().expire(now);
        books.store.commit(expired)?;
        Ok(ledger_view(books.store.wallet()))
    });
    Ok(Json(view.await?))
}

fn ledger_view(wallet: &Wallet) -> LedgerView {
    let mut view = LedgerView {
        payments: wallet.payments().map(payment_view).collect(),
        captures: Vec::new(),
        voids: Vec::new(),
        refunds: Vec::new(),
        entries: wallet.ledger().entries().iter().map(entry_view).collect(),
    };
    for transaction in wallet.payments().flat_map(|payment| wallet.transactions(payment)) {
        match transaction {
            Transaction::Capture(capture) => view.captures.push(capture_view(capture)),
            Transaction::Void(void) => view.voids.push(void_view(void)),
            Transaction::Refund(refund) => view.refunds.push(refund_view(refund)),
        }
    }
    view
}

fn entry_view(entry: &Entry) -> EntryView {
    EntryView {
        account: entry.account.to_string(),
        currency: entry.currency.to_string(),
        value: entry.value.to_string(),
        payment_id: entry.payment_id.as_ref().map(ToString::to_string),
    }
}

fn capture_view(capture: &Capture) -> CaptureView {
    CaptureView {
        capture_id: capture.capture_id.clone(),
        capture_request_id: capture.capture_request_id.clone(),
        payment_id: capture.payment_id.clone(),
        amount: capture.amount,
        is_last: capture.is_last,
        at: capture.at,
    }
}

fn void_view(void: &Void) -> VoidView {
    VoidView {
        void_id: void.void_id.clone(),
        void_request_id: void.void_request_id.clone(),
        payment_id: void.payment_id.clone(),
        at: void.at,
    }
}

pub(super) fn refund_view(refund: &Refund) -> RefundView {
    let terms = &refund.terms;
    RefundView {
        refund_id: terms.refund_id.clone(),
        refund_request_id: terms.refund_request_id.clone(),
        payment_id: terms.payment_id.clone(),
        amount: terms.amount,
        reason: terms.reason.clone(),
        status: refund.status(),
        fail_reason: refund.fail_reason().map(ToOwned::to_owned),
        created_at: terms.created_at,
        finished_at: refund.finished_at(),
    }
}

pub(super) fn payment_view(payment: &Payment) -> PaymentView {
    let terms = &payment.terms;
    PaymentView {
        payment_id: terms.payment_id.to_string(),
        payment_request_id: terms.payment_request_id.to_string(),
        client_id: terms.client_id.to_string(),
        customer_id: payment.customer_id().cloned(),
        amount: terms.amount,
        authorise_only: terms.authorise_only,
        status: payment.status().to_string(),
        fail_reason: payment.fail_reason(),
        held: payment.held().to_string(),
        hold_expires_at: payment.hold_expires_at(),
        paid: payment.paid().to_string(),
        refunded: payment.refunded.to_string(),
        created_at: terms.created_at,
        finished_at: payment.finished_at(),
        notification: match payment.delivery {
            Delivery::None => "none",
            Delivery::Pending { .. } => "pending",
            Delivery::Delivered => "delivered",
            Delivery::GaveUp => "gave_up",
        },
        notification_tries: payment.notification_tries,
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct After {
    #[serde(default)]
    after: u64,
}

#[derive(Debug, Serialize)]
pub(in crate::web) struct Messages {
    messages: Vec<Message>,
}

/// `GET /transcript?after=SEQ`
pub(in crate::web) async fn transcript(
    State(simulator): Shared,
    query: Result<Query<After>, QueryRejection>,
) -> Answer<Messages> {
    Ok(Json(Messages { messages: simulator.messages(query?.after) }))
}

#[cfg(test)]
mod tests;
