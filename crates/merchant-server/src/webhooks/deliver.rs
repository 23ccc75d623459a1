//! Delivering messages: claimed with a lease, sent, and what came of it written down. A crash in between
//! sends the message again, under the same id.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use wallet_api::transport::{HttpRequest, HttpResponse, HttpTransport};

use super::{Answer, Endpoint, Next, Subscriber, headers, next};
use crate::app::App;
use crate::metrics::Counter;
use crate::store::{Claimed, MessageEnd, StoreError};

/// How many messages are on their way to one endpoint at a time. Each endpoint has its own: one that is slow
/// holds up nobody else.
const PARALLEL: u32 = 8;

/// How long a claimed message belongs to its claimer: longer than any try takes.
const LEASE_MILLIS: u64 = 90_000;

/// The longest sleep: another process may have written a message down.
const LONGEST_SLEEP_MILLIS: u64 = 2_000;

/// How long the runner waits when it can't know or do more now.
const REST: Duration = Duration::from_secs(1);

/// Who is told, and over which network.
pub struct Webhooks {
    endpoints: Vec<(Endpoint, Notify)>,
    subscribers: Arc<[Subscriber]>,
    http: Arc<dyn HttpTransport>,
}

impl Webhooks {
    /// These endpoints, over this network.
    pub fn new(endpoints: Vec<Endpoint>, http: Arc<dyn HttpTransport>) -> Self {
        let subscribers = endpoints.iter().map(Endpoint::subscriber).collect();
        let endpoints = endpoints.into_iter().map(|endpoint| (endpoint, Notify::new())).collect();
        Self { endpoints, subscribers, http }
    }

    /// What a commit needs to know of them.
    pub fn subscribers(&self) -> Arc<[Subscriber]> {
        Arc::clone(&self.subscribers)
    }

    /// Rings: there may be a message to deliver.
    pub fn ring(&self) {
        self.endpoints.iter().for_each(|(_, bell)| bell.notify_one());
    }
}

/// Delivers until the server stops: each endpoint in its own time.
pub async fn serve(app: Arc<App>) {
    let mut endpoints = JoinSet::new();
    for index in 0..app.webhooks.endpoints.len() {
        endpoints.spawn(serve_one(Arc::clone(&app), index));
    }
    while endpoints.join_next().await.is_some() {}
}

/// Delivers everything that is due by now, once. For tests.
///
/// # Errors
/// [`StoreError`] when the messages can't be claimed.
pub async fn deliver_due(app: &Arc<App>) -> Result<u32, StoreError> {
    let mut done = 0;
    for (endpoint, _) in &app.webhooks.endpoints {
        for message in claim(app, endpoint, u32::MAX).await? {
            deliver(app, endpoint, message).await;
            done += 1;
        }
    }
    Ok(done)
}

async fn serve_one(app: Arc<App>, index: usize) {
    let mut running = JoinSet::new();
    let Some((endpoint, bell)) = app.webhooks.endpoints.get(index) else { return };
    while !app.stopping.is_cancelled() {
        let free = PARALLEL.saturating_sub(u32::try_from(running.len()).unwrap_or(PARALLEL));
        let claimed = if free > 0 { claim(&app, endpoint, free).await } else { Ok(Vec::new()) };
        let sleep = match claimed {
            Ok(messages) => {
                for message in messages {
                    let app = Arc::clone(&app);
                    running.spawn(async move {
                        if let Some((endpoint, _)) = app.webhooks.endpoints.get(index) {
                            deliver(&app, endpoint, message).await;
                        }
                    });
                }
                sleep_until_next(&app, endpoint, &running).await
            }
            Err(error) => {
                tracing::error!(endpoint = endpoint.name, %error, "messages can't be claimed; trying again");
                REST
            }
        };
        tokio::select! {
            () = app.clock.sleep(sleep) => {}
            () = bell.notified() => {}
            () = app.stopping.cancelled() => {}
            Some(_) = running.join_next() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn claim(app: &App, endpoint: &Endpoint, limit: u32) -> Result<Vec<Claimed>, StoreError> {
    let now = app.now();
    app.store.claim_messages(&endpoint.name, now, now.plus_millis(LEASE_MILLIS), limit).await
}

async fn sleep_until_next(app: &App, endpoint: &Endpoint, running: &JoinSet<()>) -> Duration {
    if running.len() >= PARALLEL as usize {
        return REST;
    }
    match app.store.next_message_at(&endpoint.name).await {
        Ok(Some(at)) => Duration::from_millis(at.millis_since(app.now()).min(LONGEST_SLEEP_MILLIS)),
        Ok(None) => Duration::from_millis(LONGEST_SLEEP_MILLIS),
        Err(_) => REST,
    }
}

async fn deliver(app: &App, endpoint: &Endpoint, message: Claimed) {
    let answer = post(app, endpoint, &message).await;
    let now = app.now();
    let end = match next(message.tries, &answer, now, &*app.rng) {
        Next::Delivered => MessageEnd::Delivered,
        Next::Again(at) => MessageEnd::Again(at),
        Next::Park => MessageEnd::Parked,
    };
    log(app, endpoint, &message, &answer, &end);
    let claim = (message.number, message.fence);
    match app.store.end_message(claim, end, answer.to_string(), now).await {
        Ok(true) => {}
        Ok(false) => tracing::debug!(webhook = message.id, "the message isn't ours any more"),
        Err(error) => {
            tracing::error!(webhook = message.id, %error, "what became of a message can't be written down: it is sent again");
        }
    }
}

async fn post(app: &App, endpoint: &Endpoint, message: &Claimed) -> Answer {
    let request = HttpRequest {
        url: endpoint.url.clone(),
        headers: headers(endpoint, &message.id, &message.body, app.now()),
        body: message.body.clone(),
        timeout: endpoint.timeout,
    };
    read(app.webhooks.http.post(request).await)
}

/// What an exchange came to.
pub fn read(result: Result<HttpResponse, wallet_api::transport::TransportError>) -> Answer {
    match result {
        Ok(response) => {
            let wait = response.headers.get("retry-after");
            let seconds = wait.and_then(|text| text.to_str().ok()).and_then(|text| text.trim().parse().ok());
            Answer::Status(response.status, seconds)
        }
        Err(error) => Answer::Nothing(error.code()),
    }
}

fn log(app: &App, endpoint: &Endpoint, message: &Claimed, answer: &Answer, end: &MessageEnd) {
    let (name, id, order, tries) = (&endpoint.name, &message.id, &message.order_id, message.tries);
    match end {
        MessageEnd::Delivered => {
            app.metrics.count(Counter::WebhookDelivered);
            tracing::info!(endpoint = name, webhook = id, %order, tries, "a message was delivered");
        }
        MessageEnd::Again(_) => {
            app.metrics.count(Counter::WebhookFailed);
            tracing::warn!(endpoint = name, webhook = id, %order, tries, %answer, "a message will be sent again");
        }
        MessageEnd::Parked => {
            app.metrics.count(Counter::WebhookParked);
            tracing::error!(
                endpoint = name, webhook = id, %order, tries, %answer,
                "a message is parked: repair the endpoint, then `webhooks resend`"
            );
        }
    }
}
