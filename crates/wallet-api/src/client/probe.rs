//! Asking the wallet something that changes nothing, to learn whether both sides understand each other.
//!
//! In: the id of a payment that can't exist. Out: everything that was seen on the way, the doubtful beside
//! the certain, for a person to read. Nothing in a [`Probe`] may decide about an order: where
//! [`AnswerSignature`] isn't valid, the rest is hearsay.

use http::header::DATE;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

use super::WalletClient;
use crate::headers::SignedHeaders;
use crate::ids::{KeyVersion, PaymentRequestId};
use crate::keys::{KeyError, Verifier};
use crate::operation::inquiry_payment::InquiryPaymentRequest;
use crate::operation::result::WireResult;
use crate::signature::{RESPONSE_TIME, SIGNATURE, SignatureError, SignatureHeader, SignedMessage};
use crate::time;
use crate::transport::{HttpResponse, TransportError};
use crate::wire::read_result;

/// What asking showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Our own key refused to sign; nothing was sent.
    NotSigned(KeyError),
    /// Nothing readable came back.
    NoAnswer(TransportError),
    /// Somebody answered.
    Answered(Box<ProbeAnswer>),
}

/// An answer as it came, believed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeAnswer {
    /// The HTTP status.
    pub http_status: u16,
    /// Whether the wallet signed it.
    pub signature: AnswerSignature,
    /// The wallet's clock by its `Response-Time`.
    pub response_time: ResponseTime,
    /// How far its clock is ahead of ours by the HTTP header `Date`, where there is one: for answers
    /// without `Response-Time`.
    pub date_ahead: Option<SignedDuration>,
    /// The verdict, where the body has one.
    pub result: Option<WireResult>,
}

/// Whether an answer is signed by one of the wallet's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerSignature {
    /// It verifies.
    Valid {
        /// The wallet's number for the key; absent means its latest.
        key_version: Option<KeyVersion>,
    },
    /// There is no `Signature` header.
    Missing,
    /// There is one, but it, `Client-Id` or `Response-Time` is empty, missing or stands twice.
    Incomplete,
    /// It is signed for another client.
    OtherClient(String),
    /// It doesn't verify.
    Refused {
        /// The wallet's number for the key, where the header could be read and has one.
        key_version: Option<KeyVersion>,
        /// Why not.
        error: SignatureError,
    },
}

/// The wallet's clock by the `Response-Time` of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseTime {
    /// There is none, or not just one.
    Missing,
    /// This isn't a time that any wallet writes.
    Unreadable(String),
    /// It can be read.
    At {
        /// The time that the wallet wrote.
        time: Timestamp,
        /// How far that is after our receiving, or (negative) before our sending; zero in between.
        ahead: SignedDuration,
    },
}

/// When the question went out and the answer was complete, by our clock.
#[derive(Clone, Copy)]
struct Span {
    sent_at: Timestamp,
    received_at: Timestamp,
}

impl WalletClient {
    /// Asks once about a payment that can't exist, signed like every call, and reports what came of it.
    pub async fn probe(&self, payment_request_id: PaymentRequestId) -> Probe {
        let request =
            InquiryPaymentRequest { payment_id: None, payment_request_id: Some(payment_request_id) };
        let Ok(call) = self.prepare(&request) else {
            return Probe::NoAnswer(TransportError::NotSent);
        };
        let sent_at = self.clock.now();
        let signed = match self.sign(&call) {
            Ok(signed) => signed,
            Err(error) => return Probe::NotSigned(error),
        };
        match self.http.post(signed).await {
            Err(error) => Probe::NoAnswer(error),
            Ok(response) => {
                let span = Span { sent_at, received_at: self.clock.now() };
                Probe::Answered(Box::new(self.observe(&call.uri, span, &response)))
            }
        }
    }

    fn observe(&self, uri: &str, span: Span, response: &HttpResponse) -> ProbeAnswer {
        ProbeAnswer {
            http_status: response.status,
            signature: signature(&*self.verifier, self.profile.client_id.as_str(), uri, response),
            response_time: response_time(span, response),
            date_ahead: date_ahead(span, response),
            result: read_result(&response.body).ok(),
        }
    }
}

fn signature(
    verifier: &dyn Verifier,
    client_id: &str,
    uri: &str,
    response: &HttpResponse,
) -> AnswerSignature {
    if !response.headers.contains_key(SIGNATURE) {
        return AnswerSignature::Missing;
    }
    let Some(headers) = SignedHeaders::read(&response.headers, RESPONSE_TIME) else {
        return AnswerSignature::Incomplete;
    };
    if headers.client_id != client_id {
        return AnswerSignature::OtherClient(headers.client_id.to_owned());
    }
    let key_version =
        SignatureHeader::parse(headers.signature).ok().and_then(|signature| signature.key_version);
    let message = SignedMessage { method: "POST", uri, client_id, time: headers.time, body: &response.body };
    match message.verify(verifier, headers.signature) {
        Ok(()) => AnswerSignature::Valid { key_version },
        Err(error) => AnswerSignature::Refused { key_version, error },
    }
}

fn response_time(span: Span, response: &HttpResponse) -> ResponseTime {
    let mut values = response.headers.get_all(RESPONSE_TIME).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return ResponseTime::Missing };
    let text = String::from_utf8_lossy(value.as_bytes());
    match time::parse(&text) {
        Ok(time) => ResponseTime::At { time, ahead: ahead(span, time) },
        Err(_) => ResponseTime::Unreadable(text.into_owned()),
    }
}

fn date_ahead(span: Span, response: &HttpResponse) -> Option<SignedDuration> {
    let date = rfc2822::parse(response.headers.get(DATE)?.to_str().ok()?).ok()?;
    Some(ahead(span, date.timestamp()))
}

fn ahead(span: Span, time: Timestamp) -> SignedDuration {
    if time > span.received_at {
        time.duration_since(span.received_at)
    } else if time < span.sent_at {
        time.duration_since(span.sent_at)
    } else {
        SignedDuration::ZERO
    }
}
