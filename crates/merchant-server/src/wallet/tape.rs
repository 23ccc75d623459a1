//! A network that remembers what went over it: each call's exact messages, for the evidence.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use shop_api::Timestamp;
use url::Url;
use wallet_api::BoxFuture;
use wallet_api::clock::Clock;
use wallet_api::profile::WalletProfile;
use wallet_api::signature::{CLIENT_ID, REQUEST_TIME, RESPONSE_TIME, SIGNATURE};
use wallet_api::transport::{HttpRequest, HttpResponse, HttpTransport, TransportError};

use crate::evidence::{Direction, WireMessage};
use crate::time::now;

/// Posts over another network, and remembers.
pub(super) struct Tape {
    http: Arc<dyn HttpTransport>,
    clock: Arc<dyn Clock>,
    exchanges: Mutex<Vec<Exchange>>,
}

struct Exchange {
    request: HttpRequest,
    sent_at: Timestamp,
    answer: Result<HttpResponse, TransportError>,
    answered_at: Timestamp,
}

impl HttpTransport for Tape {
    fn post(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let sent_at = now(&*self.clock);
            let answer = self.http.post(request.clone()).await;
            let answered_at = now(&*self.clock);
            let exchange = Exchange { request, sent_at, answer: answer.clone(), answered_at };
            self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
            answer
        })
    }
}

impl Tape {
    pub(super) fn new(http: Arc<dyn HttpTransport>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { http, clock, exchanges: Mutex::default() })
    }

    /// What went over it so far, with what we made of the answer. Headers that no signature needs, such as
    /// an `Agent-Token`, are left out.
    pub(super) fn messages(&self, profile: &WalletProfile, verdict: &str) -> Vec<WireMessage> {
        let exchanges = std::mem::take(&mut *self.exchanges.lock().unwrap_or_else(PoisonError::into_inner));
        exchanges.into_iter().flat_map(|exchange| messages(profile, exchange, verdict)).collect()
    }
}

fn messages(profile: &WalletProfile, exchange: Exchange, verdict: &str) -> Vec<WireMessage> {
    let Exchange { request, sent_at, answer, answered_at } = exchange;
    let uri = Url::parse(&request.url).map_or_else(|_| request.url.clone(), |url| url.path().to_owned());
    let operation = profile.operation(&uri).map_or_else(String::new, |found| found.as_str().to_owned());
    let header = |name: &str| {
        request
            .headers
            .iter()
            .find(|(found, _)| *found == name)
            .map_or_else(String::new, |(_, value)| value.clone())
    };
    let sent = WireMessage {
        direction: Direction::Sent,
        operation: operation.clone(),
        uri: uri.clone(),
        client_id: header(CLIENT_ID),
        time: header(REQUEST_TIME),
        signature: header(SIGNATURE),
        status: None,
        body: request.body,
        at: sent_at,
        verdict: answer.as_ref().map_or_else(|error| error.code(), |_| "answered").to_owned(),
    };
    let received = answer.ok().map(|response| WireMessage {
        direction: Direction::Received,
        operation,
        uri,
        client_id: text(&response.headers, CLIENT_ID),
        time: text(&response.headers, RESPONSE_TIME),
        signature: text(&response.headers, SIGNATURE),
        status: Some(response.status),
        body: response.body,
        at: answered_at,
        verdict: verdict.to_owned(),
    });
    [Some(sent), received].into_iter().flatten().collect()
}

/// A header that stands once, as it came; empty otherwise.
pub(super) fn text(headers: &HeaderMap, name: &str) -> String {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().unwrap_or_default().to_owned(),
        (None, _) | (Some(_), Some(_)) => String::new(),
    }
}
