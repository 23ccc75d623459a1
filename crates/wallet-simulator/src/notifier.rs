//! Telling merchants how their payments ended, until they acknowledge it or the schedule is exhausted.
//!
//! One task: it closes payments whose time ran out, starts to send what is due, writes down what comes of
//! each try, and waits until something is due again or somebody says that there is news.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use tokio::task::JoinSet;
use wallet_api::clock::later;
use wallet_api::ids::PaymentId;
use wallet_api::keys::Verifier;
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::notify_payment::NotifyPaymentRequest;
use wallet_api::operation::result::ResultStatus;
use wallet_api::signature::{CLIENT_ID, REQUEST_TIME, RESPONSE_TIME, SIGNATURE, SignedMessage};
use wallet_api::transport::{HttpRequest, HttpResponse, TransportError};
use wallet_api::wire::{Message as _, read_result};

use crate::dialect::Dialect;
use crate::faults::kind::NotificationFault;
use crate::faults::notification::{Ids, Sending, plan};
use crate::faults::{Faults, Fired, Mark, Occasion};
use crate::seal::{Letter, Sealed};
use crate::simulator::{Books, Simulator};
use crate::store::StoreError;
use crate::transcript::{Direction, Observed, Verdict};
use crate::wallet::Wallet;
use crate::wallet::payment::{Payment, State};

/// How long a merchant may take to answer.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);
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
    let (shared, mut started) = (Arc::clone(simulator), tried.clone());
    let (due, wait) = Simulator::with_books(simulator, move |books, now| {
        let expired = books.store.wallet().expire(now);
        books.store.commit(expired)?;
        let mut faults = shared.faults();
        let due = due(books.store.wallet(), now, &started, &mut faults);
        started.extend(due.iter().map(|due| due.payment.terms.payment_id.clone()));
        let next = books.store.wallet().next_due(|at, payment_id| {
            let kept_back = faults.not_before(payment_id).map_or(at, |until| until.max(at));
            (!started.contains(payment_id)).then_some(kept_back)
        });
        let wait = next.map(|due| Duration::try_from(due.duration_since(now)).unwrap_or_default());
        Ok((due, wait.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)))
    })
    .await?;
    for due in due {
        tried.insert(due.payment.terms.payment_id.clone());
        tries.spawn(deliver(Arc::clone(simulator), due));
    }
    Ok(wait)
}

async fn count_try(
    simulator: &Arc<Simulator>,
    payment_id: PaymentId,
    delivered: bool,
) -> Result<(), StoreError> {
    let counted = Simulator::with_books(simulator, move |books, now| {
        let tried = books.store.wallet().decide_notified(now, payment_id, delivered);
        books.store.commit(tried)
    });
    counted.await?;
    simulator.tried().notify_waiters();
    Ok(())
}

/// Pauses; there is nothing to wait for afterwards.
async fn wait_for_disk(simulator: &Simulator, error: &StoreError) -> Duration {
    tracing::error!(%error, "notifications wait for the disk");
    simulator.clock().sleep(PAUSE).await;
    Duration::ZERO
}

/// A notification that is sent now.
struct Due {
    payment: Payment,
    /// What goes wrong with it.
    fault: Option<NotificationFault>,
    /// What the transcript says of it.
    mark: Option<Mark>,
    /// Another payment of the merchant's.
    another: Option<Ids>,
}

/// What is due, isn't being tried and isn't kept back.
fn due(wallet: &Wallet, now: Timestamp, tried: &BTreeSet<PaymentId>, faults: &mut Faults) -> Vec<Due> {
    let mut due = wallet.due_notifications(now);
    due.retain(|payment| {
        let payment_id = &payment.terms.payment_id;
        !tried.contains(payment_id) && faults.not_before(payment_id).is_none_or(|until| until <= now)
    });
    due.into_iter().filter_map(|payment| decide(wallet, payment, now, faults)).collect()
}

/// What is sent about a payment; `None` while a fault keeps it back.
fn decide(wallet: &Wallet, payment: &Payment, now: Timestamp, faults: &mut Faults) -> Option<Due> {
    let terms = &payment.terms;
    if let Some(mark) = faults.take_decided(&terms.payment_id) {
        return Some(Due { payment: payment.clone(), fault: None, mark: Some(mark), another: None });
    }
    let another = wallet
        .payments()
        .filter(|other| {
            other.terms.client_id == terms.client_id && other.terms.payment_id != terms.payment_id
        })
        .last()
        .map(|other| (other.terms.payment_id.clone(), other.terms.payment_request_id.clone()));
    let occasion = Occasion {
        client_id: &terms.client_id,
        payment_request_id: Some(&terms.payment_request_id),
        payment: Some(payment),
        has_another: another.is_some(),
    };
    let (fault, mark) = match faults.on_notification(occasion) {
        Some(Fired { mark, what: NotificationFault::Delayed { seconds } }) => {
            let delay = Duration::from_secs(seconds.get().unsigned_abs());
            faults.decide(terms.payment_id.clone(), mark, later(now, delay));
            return None;
        }
        Some(Fired { mark, what }) => (Some(what), Some(mark)),
        None => (None, None),
    };
    Some(Due { payment: payment.clone(), fault, mark, another })
}

/// One try; whether the merchant acknowledged it.
async fn deliver(simulator: Arc<Simulator>, due: Due) -> (PaymentId, bool) {
    let terms = &due.payment.terms;
    let (payment_id, client_id) = (terms.payment_id.clone(), terms.client_id.clone());
    let dialect = Simulator::with_books(&simulator, move |books, _| Ok(books.dialect(&client_id)));
    let delivered = match (dialect.await, told(&due.payment)) {
        (Ok(Some(dialect)), Some(told)) => {
            let plan = plan(told, due.fault.as_ref(), due.another);
            let mut acknowledged = false;
            for sending in plan.sendings {
                acknowledged |= send(&simulator, &due.payment, &dialect, sending, due.mark.as_ref()).await;
            }
            acknowledged && plan.hears
        }
        _ => false,
    };
    tracing::info!(%payment_id, delivered, "notification tried");
    (payment_id, delivered)
}

/// One message; whether the merchant acknowledged it.
async fn send(
    simulator: &Arc<Simulator>,
    payment: &Payment,
    dialect: &Arc<Dialect>,
    sending: Sending,
    mark: Option<&Mark>,
) -> bool {
    let (Some(uri), Ok(body)) = (uri(payment), sending.told.write(&dialect.profile)) else { return false };
    let Some(Sealed { headers, body, signature }) =
        seal(simulator, dialect, uri.clone(), body, &sending).await
    else {
        return false;
    };
    simulator.record(&Observed {
        direction: Direction::Out,
        method: "POST",
        uri: &uri,
        headers: &header_map(&headers),
        body: &body,
        signature,
        status: None,
        fault: mark,
    });
    let url = payment.terms.notify_url.clone().unwrap_or_default();
    let answer = if sending.arrives {
        simulator.transport().post(HttpRequest { url, headers, body, timeout: TIMEOUT }).await
    } else {
        Err(TransportError::Broken)
    };
    match answer {
        Ok(answer) => {
            let client_id = payment.terms.client_id.to_string();
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

/// Signs a notification, away from the network's threads.
async fn seal(
    simulator: &Arc<Simulator>,
    dialect: &Arc<Dialect>,
    uri: String,
    body: Vec<u8>,
    sending: &Sending,
) -> Option<Sealed> {
    let (simulator, dialect) = (Arc::clone(simulator), Arc::clone(dialect));
    let (flaw, shift) = (sending.flaw, sending.shift);
    let sealed = tokio::task::spawn_blocking(move || {
        let profile = &dialect.profile;
        let letter = Letter {
            uri: &uri,
            client_id: profile.client_id.as_str(),
            time_header: REQUEST_TIME,
            time: profile.time_format.format(simulator.shifted(shift)),
            encoding: profile.signature_encoding,
            body,
        };
        simulator.seal(letter, flaw)
    });
    sealed.await.ok()?.ok()
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
        fault: None,
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
