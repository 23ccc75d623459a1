//! Being called by the wallet: `notifyPayment`, verified over the raw bytes.
//!
//! In: method, our configured *public* path, headers and raw body. Out: a [`Notification`] that may be
//! believed, or a [`NotificationError`]; and the signed acknowledgement to answer with. Errors never
//! repeat what came from outside.

use std::time::Duration;

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use crate::headers::SignedHeaders;
use crate::keys::{KeyError, Signer, Verifier};
use crate::operation::notify_payment::NotifyPaymentRequest;
use crate::operation::result::WireResult;
use crate::profile::WalletProfile;
use crate::signature::{CLIENT_ID, REQUEST_TIME, RESPONSE_TIME, SIGNATURE, SignatureError, SignedMessage};
use crate::time;
use crate::wire::{Message as _, write_result};

/// The wallet's signed word about a payment. Whether ids, amount and currency are those of an attempt of
/// ours is for the caller to compare, before anything becomes paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What it says.
    pub payment: NotifyPaymentRequest,
    /// When this message was signed.
    pub signed_at: Timestamp,
}

/// Why a notification may not be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// `Client-Id`, `Request-Time` or `Signature` is missing, empty, or stands twice.
    #[error("the notification lacks a Client-Id, Request-Time or Signature header")]
    HeaderMissing,
    /// It is for another merchant.
    #[error("the notification is for another Client-Id")]
    WrongClient,
    /// The signature isn't the wallet's over these bytes, this path and this time.
    #[error("the notification's signature is refused: {0}")]
    Signature(SignatureError),
    /// Signed, but not a notification; says where.
    #[error("the notification can't be read: {0}")]
    Unreadable(String),
    /// Signed and readable, but too old or from the future: ask the wallet before believing it.
    #[error("the notification was signed too long ago, or in the future")]
    Stale(Box<Notification>),
}

impl NotificationError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HeaderMissing => "header_missing",
            Self::WrongClient => "wrong_client",
            Self::Signature(_) => "bad_signature",
            Self::Unreadable(_) => "unreadable",
            Self::Stale(_) => "stale",
        }
    }
}

/// A notification as it came in.
#[derive(Clone, Copy, Debug)]
pub struct RawNotification<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path of our *public* address, as the wallet knows it, whatever a proxy made of it.
    pub uri: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The exact bytes.
    pub body: &'a [u8],
}

impl RawNotification<'_> {
    /// Verifies first, then reads.
    ///
    /// # Errors
    /// [`NotificationError`]: change nothing; [`NotificationError::Stale`] may lead to an inquiry.
    pub fn verify(
        &self,
        profile: &WalletProfile,
        verifier: &dyn Verifier,
        now: Timestamp,
    ) -> Result<Notification, NotificationError> {
        let headers =
            SignedHeaders::read(self.headers, REQUEST_TIME).ok_or(NotificationError::HeaderMissing)?;
        if headers.client_id != profile.client_id.as_str() {
            return Err(NotificationError::WrongClient);
        }
        SignedMessage {
            method: self.method,
            uri: self.uri,
            client_id: headers.client_id,
            time: headers.time,
            body: self.body,
        }
        .verify(verifier, headers.signature)
        .map_err(NotificationError::Signature)?;
        let signed_at = time::parse(headers.time)
            .map_err(|error| NotificationError::Unreadable(format!("Request-Time: {error}")))?;
        let payment = NotifyPaymentRequest::read(self.body)
            .map_err(|error| NotificationError::Unreadable(error.place()))?;
        let notification = Notification { payment, signed_at };
        let window = Duration::from_secs(profile.notification_window_seconds.into());
        if is_fresh(signed_at, now, window) {
            Ok(notification)
        } else {
            Err(NotificationError::Stale(Box::new(notification)))
        }
    }
}

fn is_fresh(signed_at: Timestamp, now: Timestamp, window: Duration) -> bool {
    let window = SignedDuration::try_from(window).unwrap_or(SignedDuration::MAX);
    now.duration_since(signed_at).abs() <= window
}

/// The answer to a notification: status 200, these headers, this body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Signed headers.
    pub headers: Vec<(&'static str, String)>,
    /// The exact bytes that were signed.
    pub body: Vec<u8>,
}

/// Signs the acknowledgement of a notification that came to `uri`. S stops the wallet, U makes it try
/// again; F is never sent.
///
/// # Errors
/// [`KeyError`] when our key refuses to sign.
pub fn acknowledge(
    profile: &WalletProfile,
    signer: &dyn Signer,
    uri: &str,
    now: Timestamp,
    result: WireResult,
) -> Result<Acknowledgement, KeyError> {
    let body = write_result(&result).map_err(|_| KeyError::CannotSign)?;
    let time = profile.time_format.in_body().format(now);
    let client_id = profile.client_id.as_str();
    let message = SignedMessage { method: "POST", uri, client_id, time: &time, body: &body };
    let signature = message.sign_as(signer, profile.signature_encoding)?;
    let headers = vec![(CLIENT_ID, client_id.to_owned()), (RESPONSE_TIME, time), (SIGNATURE, signature)];
    Ok(Acknowledgement { headers, body })
}
