//! Telling merchants how their payments ended, until they acknowledge it or the schedule is exhausted.
//!
//! One task: it closes payments whose time ran out, starts to send what is due, writes down what comes of
//! each try, and waits until something is due again or somebody says that there is news.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use tokio::task::JoinSet;
use wallet_api::ids::PaymentId;
use wallet_api::keys::Verifier;
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::notify_payment::NotifyPaymentRequest;
use wallet_api::operation::result::ResultStatus;
use wallet_api::profile::WalletProfile;
use wallet_api::signature::{CLIENT_ID, REQUEST_TIME, RESPONSE_TIME, SIGNATURE, SignedMessage};
use wallet_api::transport::{HttpRequest, HttpResponse};
use wallet_api::wire::{Message as _, read_result};

use crate::simulator::{Books, Simulator};
use crate::store::StoreError;
use crate::transcript::{Direction, Observed, Verdict};
use crate::wallet::payment::{Payment, State};

/// How long a merchant may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait when the disk refuses, and at the most for the next thing to do.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// Runs until it is dropped. A merchant that takes its time keeps no other one waiting.
pub(crate) async fn run(simulator: Arc<Simulator>) {
    let mut tries = JoinSet::new();
    let mut tried = BTreeSet::new();
    loop {
        let news = simulator.news().notified();
        let wait = match start_due(&simulator, &mut tries, &mut tried).await {
            Ok(wait) => wait,
            Err(error) => wait_for_disk(&simulator, &error).await,
        };
        tokio::select! {
            () = news => {}
            () = simulator.clock().sleep(wait) => {}
            Some(Ok((payment_id, delivered))) = tries.join_next() => {
                if let Err(error) = count_try(&simulator, payment_id.clone(), delivered).await {
                    wait_for_disk(&simulator, &error).await;
                }
                tried.remove(&payment_id);
            }
        }
    }
}

/// Starts to send everything that is due and isn't on its way; the answer is how long nothing else will be.
async fn start_due(
    simulator: &Arc<Simulator>,
    tries: &mut JoinSet<(PaymentId, bool)>,
    tried: &mut BTreeSet<PaymentId>,
) -> Result<Duration, StoreError> {
    let mut started = tried.clone();
    let (due, wait) = Simulator::with_books(simulator, move |books, now| {
        let expired = books.store.wallet().expire(now);
        books.store.commit(expired)?;
        let mut due = books.store.wallet().due_notifications(now);
        due.retain(|payment| started.insert(payment.terms.payment_id.clone()));
        let due: Vec<Payment> = due.into_iter().cloned().collect();
        let next = books.store.wallet().next_due_beside(&started);
        let wait = next.map(|due| Duration::try_from(due.duration_since(now)).unwrap_or_default());
        Ok((due, wait.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)))
    })
    .await?;
    for payment in due {
        tried.insert(payment.terms.payment_id.clone());
        tries.spawn(deliver(Arc::clone(simulator), payment));
    }
    Ok(wait)
}

async fn count_try(
    simulator: &Arc<Simulator>,
    payment_id: PaymentId,
    delivered: bool,
) -> Result<(), StoreError> {
    Simulator::with_books(simulator, move |books, now| {
        let tried = books.store.wallet().decide_notified(now, payment_id, delivered);
        books.store.commit(tried)
    })
    .await
}

/// Pauses; there is nothing to wait for afterwards.
async fn wait_for_disk(simulator: &Simulator, error: &StoreError) -> Duration {
    tracing::error!(%error, "notifications wait for the disk");
    simulator.clock().sleep(PAUSE).await;
    Duration::ZERO
}

/// One try; whether the merchant acknowledged it.
async fn deliver(simulator: Arc<Simulator>, payment: Payment) -> (PaymentId, bool) {
    let payment_id = payment.terms.payment_id.clone();
    let client_id = payment.terms.client_id.clone();
    let dialect = Simulator::with_books(&simulator, move |books, _| Ok(books.dialect(&client_id)));
    let delivered = match (dialect.await, told(&payment), uri(&payment)) {
        (Ok(Some(dialect)), Some(told), Some(uri)) => match told.write(&dialect.profile) {
            Ok(body) => send(&simulator, &payment, &dialect.profile, uri, body).await,
            Err(_) => false,
        },
        _ => false,
    };
    tracing::info!(%payment_id, delivered, "notification tried");
    (payment_id, delivered)
}

async fn send(
    simulator: &Arc<Simulator>,
    payment: &Payment,
    profile: &WalletProfile,
    uri: String,
    body: Vec<u8>,
) -> bool {
    let client_id = payment.terms.client_id.as_str();
    let time = profile.time_format.format(simulator.clock().now());
    let message = SignedMessage { method: "POST", uri: &uri, client_id, time: &time, body: &body };
    let Ok(signature) = message.sign_as(simulator.key(), profile.signature_encoding) else { return false };
    let headers = vec![(CLIENT_ID, client_id.to_owned()), (REQUEST_TIME, time), (SIGNATURE, signature)];
    simulator.record(&Observed {
        direction: Direction::Out,
        method: "POST",
        uri: &uri,
        headers: &header_map(&headers),
        body: &body,
        signature: Verdict::Valid,
        status: None,
    });
    let url = payment.terms.notify_url.clone().unwrap_or_default();
    match simulator.transport().post(HttpRequest { url, headers, body, timeout: TIMEOUT }).await {
        Ok(answer) => {
            let client_id = client_id.to_owned();
            let judged = Simulator::with_books(simulator, move |books, _| {
                let verdict = signature_of(books, &uri, &client_id, &answer);
                Ok((verdict, uri, answer))
            });
            let Ok((verdict, uri, answer)) = judged.await else { return false };
            record_answer(simulator, &uri, &answer, verdict);
            verdict != Verdict::Invalid && is_acknowledged(&answer)
        }
        Err(error) => {
            tracing::warn!(%error, payment_id = %payment.terms.payment_id, "the merchant can't be notified");
            record_answer(
                simulator,
                &uri,
                &HttpResponse { status: 0, headers: HeaderMap::new(), body: Vec::new() },
                Verdict::None,
            );
            false
        }
    }
}

fn record_answer(simulator: &Simulator, uri: &str, answer: &HttpResponse, signature: Verdict) {
    simulator.record(&Observed {
        direction: Direction::In,
        method: "POST",
        uri,
        headers: &answer.headers,
        body: &answer.body,
        signature,
        status: Some(answer.status),
    });
}

/// The documents want acknowledgements signed and many merchants don't sign: none is fine, a wrong one
/// is not.
fn signature_of(books: &Books, uri: &str, client_id: &str, answer: &HttpResponse) -> Verdict {
    let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
    let Some(signature) = header(SIGNATURE) else { return Verdict::Unsigned };
    let Some(time) = header(RESPONSE_TIME) else { return Verdict::Invalid };
    let keys: &dyn Verifier = &books.keys;
    let message = SignedMessage { method: "POST", uri, client_id, time, body: &answer.body };
    let same_client = header(CLIENT_ID).is_none_or(|id| id == client_id);
    if same_client && message.verify(keys, signature).is_ok() { Verdict::Valid } else { Verdict::Invalid }
}

fn is_acknowledged(answer: &HttpResponse) -> bool {
    let result = read_result(&answer.body);
    answer.status == 200 && result.is_ok_and(|result| result.result_status == ResultStatus::Success)
}

/// What a notification says; `None` while the payment isn't final. Wallets notify of S and F only, so a
/// payment that was cancelled is told as failed.
fn told(payment: &Payment) -> Option<NotifyPaymentRequest> {
    let (status, fail_code) = match &payment.state {
        State::Processing | State::Authorised { .. } => return None,
        State::Succeeded { .. } => (PaymentStatus::Success, None),
        State::Failed { reason, .. } => (PaymentStatus::Fail, Some(reason.code())),
        State::Cancelled { by, .. } => (PaymentStatus::Fail, Some(by.code())),
    };
    let terms = &payment.terms;
    Some(NotifyPaymentRequest {
        status,
        fail_code: fail_code.map(String::from),
        fail_reason: payment.fail_reason().map(ToOwned::to_owned),
        payment_id: terms.payment_id.clone(),
        payment_request_id: terms.payment_request_id.clone(),
        amount: terms.amount,
        paid_at: payment.paid_at(),
        created_at: Some(terms.created_at),
        customer_id: payment.customer_id().cloned(),
    })
}

/// The path that is signed, as the merchant's address has it.
fn uri(payment: &Payment) -> Option<String> {
    let url = url::Url::parse(payment.terms.notify_url.as_deref()?).ok()?;
    Some(match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    })
}

pub(crate) fn header_map(headers: &[(&'static str, String)]) -> HeaderMap {
    headers
        .iter()
        .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?)))
        .collect()
}
