//! `POST /wallet/{wallet}/notifyPayment`: the wallet tells how a payment ended.
//!
//! The signature is checked over the raw bytes, our public path and the message's own time, by the key of
//! the wallet that the address names. Nothing that can't be believed, or doesn't fit an attempt, changes an
//! order; at the most it has the wallet asked. S is said only when what was told is durable, F never.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use merchant_core::lifecycle::{Doubt, Event, PaymentRequestId, Refusal, WalletName, WordSource};
use shop_api::OrderId;
use shop_api::Problem;

use super::path::PathOf;
use super::{ApiProblem, body};
use crate::app::{App, Applied, Cause, ShopError};
use crate::evidence::{Wire, WireMessage};
use crate::metrics::Counter;
use crate::store::{InboxEntry, InboxVerdict};
use crate::wallet::{AckVerdict, Acknowledgement, BelievedNotification, NotBelieved};

/// What the wallet is answered.
enum Answer {
    /// S, as it was signed and kept with what was recorded.
    Recorded(Option<Box<Acknowledgement>>),
    /// U, signed: the message is the wallet's, but not taken.
    NotTaken(&'static str),
    /// U, with 401, unsigned: whoever sent this isn't known to be the wallet.
    Unverified,
    /// U, with 503: we failed.
    Failed,
}

/// Tell how a payment ended
///
/// For wallets. Signed by the wallet over this path; the answer is signed by us. `S` says that the notification is
/// recorded durably, `U` that it was not taken and may be sent again.
#[utoipa::path(
    post,
    path = "/wallet/{wallet}/notifyPayment",
    operation_id = "notifyPayment",
    tag = "Wallets",
    params(("wallet" = String, Path, description = "The wallet's name in the configuration.")),
    request_body(content = serde_json::Value, description = "A notification as the wallet's documents spell it."),
    responses(
        (status = 200, description = "`S` or `U`, signed.", body = serde_json::Value),
        (status = 401, description = "`U`: the signature does not fit.", body = serde_json::Value),
        (status = 503, description = "`U`: it could not be recorded.", body = serde_json::Value),
        (status = 400, description = "`malformed_body`: the body ended early.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: no such wallet.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    PathOf(name): PathOf<String>,
    request: Request,
) -> Result<Response, ApiProblem> {
    let wallet = WalletName(name);
    let (parts, content) = request.into_parts();
    let bytes = body::raw(content, &*app.clock).await?;
    let answer = match app.wallets.read_notification(&wallet, &parts.headers, &bytes) {
        Ok(believed) => believed_notification(&app, &wallet, &bytes, believed).await,
        Err(NotBelieved::UnknownWallet) => return Err(ApiProblem::not_found()),
        Err(NotBelieved::Unverified { code, claimed }) => {
            app.metrics.count(Counter::NotificationRefused);
            tracing::warn!(wallet = %wallet, code, "a notification was refused");
            doubt(&app, &wallet, claimed, Doubt::Unverified).await;
            Answer::Unverified
        }
        Err(NotBelieved::Unreadable { code, claimed }) => {
            app.metrics.count(Counter::NotificationRefused);
            tracing::warn!(wallet = %wallet, code, "a signed notification can't be read");
            doubt(&app, &wallet, claimed, Doubt::Unverified).await;
            Answer::NotTaken("the notification can't be read")
        }
        Err(NotBelieved::Stale { payment_request_id }) => {
            app.metrics.count(Counter::NotificationRefused);
            tracing::warn!(wallet = %wallet, "a signed notification is too old, or from the future; asking");
            record(&app, entry(&app, &wallet, &bytes, InboxVerdict::Stale)).await;
            doubt(&app, &wallet, Some(payment_request_id), Doubt::Stale).await;
            Answer::NotTaken("the notification was signed too long ago")
        }
    };
    Ok(respond(&app, &wallet, answer))
}

async fn believed_notification(
    app: &App,
    wallet: &WalletName,
    bytes: &[u8],
    believed: BelievedNotification,
) -> Answer {
    let found = match app.find_attempt(wallet, &believed.payment_request_id).await {
        Ok(found) => found,
        Err(error) => return failed(&error.into()),
    };
    let Some((order, attempt)) = found else {
        app.metrics.count(Counter::NotificationOrphan);
        tracing::warn!(wallet = %wallet, payment_request = %believed.payment_request_id, "a notification of no attempt");
        record(app, entry(app, wallet, bytes, InboxVerdict::Orphan)).await;
        return Answer::NotTaken("this payment is not known here");
    };
    if let Some(lag) = believed.lag {
        app.metrics.lagged(wallet, lag);
    }
    let mut inbox = entry(app, wallet, bytes, InboxVerdict::Applied);
    inbox.attempt = Some(attempt.clone());
    // Signed before it is known to be deserved, so that it is kept in the same transaction.
    let ack = app.wallets.acknowledge(wallet, AckVerdict::Recorded);
    let received = believed.wire;
    let messages = [Some(received.clone()), ack.as_ref().map(|ack| ack.wire.clone())];
    let about = attempt.to_string();
    let wire = Wire { about: about.clone(), messages: messages.into_iter().flatten().collect() };
    let event = Event::WalletSaid { attempt, word: believed.word, source: WordSource::Notification };
    let cause = Cause { job: None, inbox: Some(inbox.clone()), wire };
    match app.apply(&order, None, event, cause).await {
        Ok(Applied::Changed(order, _)) => {
            app.metrics.count(Counter::NotificationApplied);
            tracing::info!(order = %order.id, version = order.version, "a notification was applied");
            Answer::Recorded(ack.map(Box::new))
        }
        Ok(Applied::Unchanged(_)) => {
            app.metrics.count(Counter::NotificationApplied);
            Answer::Recorded(ack.map(Box::new))
        }
        Ok(Applied::Refused(refusal)) => {
            app.metrics.count(Counter::NotificationMismatch);
            tracing::error!(order = %order, %refusal, "a signed notification doesn't fit its attempt");
            record(app, InboxEntry { verdict: InboxVerdict::Mismatch, ..inbox }).await;
            keep_refused(app, &order, about, received, &refusal).await;
            doubt(app, wallet, Some(believed.payment_request_id), Doubt::Mismatch).await;
            Answer::NotTaken("the notification doesn't fit the payment")
        }
        Ok(Applied::FenceLost) => Answer::Failed,
        Err(error) => failed(&error),
    }
}

/// The wallet is asked instead; whether that could be written down changes nothing for the sender.
async fn doubt(app: &App, wallet: &WalletName, claimed: Option<PaymentRequestId>, doubt: Doubt) {
    let Some(payment) = claimed else { return };
    if let Err(error) = app.doubted(wallet, &payment, doubt).await {
        tracing::error!(%error, "a notification in doubt can't be asked about");
    }
}

fn failed(error: &ShopError) -> Answer {
    tracing::error!(%error, "a notification couldn't be recorded");
    Answer::Failed
}

fn entry(app: &App, wallet: &WalletName, bytes: &[u8], verdict: InboxVerdict) -> InboxEntry {
    InboxEntry {
        wallet: wallet.clone(),
        body: bytes.to_vec(),
        received_at: app.now(),
        verdict,
        attempt: None,
    }
}

/// What isn't applied is kept for people; failing to keep it changes nothing for the wallet.
async fn record(app: &App, entry: InboxEntry) {
    if let Err(error) = app.store.record_notification(entry).await {
        tracing::error!(%error, "a verified notification couldn't be kept");
    }
}

/// A message that doesn't fit is evidence all the more.
async fn keep_refused(app: &App, order: &OrderId, about: String, received: WireMessage, refusal: &Refusal) {
    let message = WireMessage { verdict: format!("not believed: {refusal}"), ..received };
    if let Err(error) = app.store.keep_wire(order, Wire { about, messages: vec![message] }).await {
        tracing::error!(%error, "a message that doesn't fit couldn't be kept");
    }
}

fn respond(app: &App, wallet: &WalletName, answer: Answer) -> Response {
    let (signed, status) = match answer {
        Answer::Recorded(ack) => (ack.map(|ack| *ack), StatusCode::SERVICE_UNAVAILABLE),
        Answer::NotTaken(why) => {
            (app.wallets.acknowledge(wallet, AckVerdict::NotTaken(why)), StatusCode::SERVICE_UNAVAILABLE)
        }
        Answer::Unverified => (None, StatusCode::UNAUTHORIZED),
        Answer::Failed => (None, StatusCode::SERVICE_UNAVAILABLE),
    };
    if let Some(signed) = signed {
        let mut response = Response::new(Body::from(signed.body));
        for (name, value) in signed.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
        return response;
    }
    const UNKNOWN: &str =
        r#"{"result":{"resultStatus":"U","resultCode":"UNKNOWN_EXCEPTION","resultMessage":"not taken"}}"#;
    (status, [(header::CONTENT_TYPE, "application/json; charset=UTF-8")], UNKNOWN).into_response()
}
