//! What really happened: every payment, every entry, every message.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::amount::Amount;
use wallet_api::ids::CustomerId;

use super::Answer;
use crate::simulator::Simulator;
use crate::transcript::Message;
use crate::wallet::payment::{Delivery, Payment};
use crate::web::Shared;

#[derive(Debug, Serialize)]
pub(in crate::web) struct LedgerView {
    payments: Vec<PaymentView>,
    entries: Vec<EntryView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentView {
    payment_id: String,
    payment_request_id: String,
    client_id: String,
    customer_id: Option<CustomerId>,
    amount: Amount,
    status: String,
    fail_reason: Option<&'static str>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
    notification: &'static str,
    /// How often the notification was sent.
    notification_tries: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryView {
    account: String,
    currency: String,
    value: String,
    payment_id: Option<String>,
}

/// `GET /ledger`: every payment and every entry; the entries of each currency sum to zero.
pub(in crate::web) async fn ledger(State(simulator): Shared) -> Answer<LedgerView> {
    let view = Simulator::with_books(&simulator, |books, now| {
        let expired = books.store.wallet().expire(now);
        books.store.commit(expired)?;
        let wallet = books.store.wallet();
        let entries = wallet.ledger().entries().iter().map(|entry| EntryView {
            account: entry.account.to_string(),
            currency: entry.currency.to_string(),
            value: entry.value.to_string(),
            payment_id: entry.payment_id.as_ref().map(ToString::to_string),
        });
        Ok(LedgerView { payments: wallet.payments().map(payment_view).collect(), entries: entries.collect() })
    });
    Ok(Json(view.await?))
}

fn payment_view(payment: &Payment) -> PaymentView {
    let terms = &payment.terms;
    PaymentView {
        payment_id: terms.payment_id.to_string(),
        payment_request_id: terms.payment_request_id.to_string(),
        client_id: terms.client_id.to_string(),
        customer_id: payment.customer_id().cloned(),
        amount: terms.amount,
        status: payment.status().to_string(),
        fail_reason: payment.fail_reason().map(|reason| reason.text()),
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
