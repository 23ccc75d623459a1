//! One of the merchant's own systems: listens on a socket, checks signatures, answers as the test says.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use merchant_core::announcements::EventKind;
use merchant_server::webhooks::{Endpoint, Secret};
use serde_json::Value;
use tokio::net::TcpListener;

/// How the next message is answered. Without one it is taken.
#[derive(Clone, Debug)]
pub enum Take {
    /// With this status.
    Status(u16),
    /// With this status, and the wish to be left alone for so many seconds.
    Later(u16, u64),
    /// Elsewhere, please.
    Redirect,
    /// Not at all.
    Hang,
}

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub id: String,
    pub timestamp: u64,
    pub body: Value,
}

#[derive(Default)]
struct Script {
    answers: VecDeque<Take>,
    received: Vec<Received>,
}

pub struct Receiver {
    pub address: SocketAddr,
    secret: [u8; 32],
    script: Arc<Mutex<Script>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (secret, script) = ([7; 32], Arc::new(Mutex::new(Script::default())));
        let router = Router::new()
            .route("/hooks", post(receive))
            .route("/elsewhere", post(receive))
            .with_state((secret, Arc::clone(&script)));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, secret, script }
    }

    /// It as an endpoint that wants to hear of these.
    pub fn endpoint(&self, name: &str, events: &[EventKind]) -> Endpoint {
        Endpoint {
            name: name.to_owned(),
            url: format!("http://{}/hooks", self.address),
            secrets: vec![Secret::parse(&Secret::text(&self.secret)).unwrap()],
            events: events.to_vec(),
            timeout: Duration::from_millis(300),
        }
    }

    pub fn next(&self, take: Take) {
        self.script().answers.push_back(take);
    }

    pub fn received(&self) -> Vec<Received> {
        self.script().received.clone()
    }

    /// The events of what was received, in the order in which they came.
    pub fn events(&self) -> Vec<String> {
        self.received().iter().map(|message| message.body["type"].as_str().unwrap().to_owned()).collect()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }
}

async fn receive(
    State((secret, script)): State<([u8; 32], Arc<Mutex<Script>>)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let signed = [format!("{id}.{timestamp}.").as_bytes(), &body].concat();
    let ours = header("webhook-signature").split(' ').any(|signature| {
        let encoded = signature.strip_prefix("v1,").unwrap();
        hmac::verify(&key, &signed, &STANDARD.decode(encoded).unwrap()).is_ok()
    });
    assert!(ours, "no signature is valid");
    assert_eq!(header("content-type"), "application/json; charset=UTF-8");
    let answer = {
        let mut script = script.lock().unwrap();
        let body = serde_json::from_slice(&body).unwrap();
        script.received.push(Received { id, timestamp: timestamp.parse().unwrap(), body });
        script.answers.pop_front()
    };
    match answer {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Take::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Take::Later(status, seconds)) => {
            (StatusCode::from_u16(status).unwrap(), [("retry-after", seconds.to_string())]).into_response()
        }
        Some(Take::Redirect) => {
            (StatusCode::TEMPORARY_REDIRECT, [("location", "/elsewhere")]).into_response()
        }
        Some(Take::Hang) => std::future::pending().await,
    }
}
