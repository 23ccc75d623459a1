//! Calls to the wallet.
//!
//! In: a request. Out: first a [`PreparedCall`], the exact bytes, which the caller stores durably; then,
//! by sending it, an answer that was verified and checked against what was asked. Each sending signs anew
//! with a fresh `Request-Time`; the body never changes. There is no retry in here.

mod answer;
mod inquiry;
mod pay;
mod probe;
mod token;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::ids::ClientId;
use crate::keys::{KeyError, Signer, Verifier};
use crate::operation::Operation;
use crate::outcome::{Outcome, Reason, Sending, judge};
use crate::profile::WalletProfile;
use crate::signature::{CLIENT_ID, REQUEST_TIME, SIGNATURE, SignedMessage};
use crate::transport::{HttpRequest, HttpTransport};

pub use self::inquiry::{InquiredPayment, InquiryAnswer, PaymentQuestion};
pub use self::pay::{Cashier, PayAnswer, PaymentOrder};
pub use self::probe::{AnswerSignature, Probe, ProbeAnswer, ResponseTime};
pub use self::token::{TokenAnswer, TokenGrant};

/// A call as it will be sent, again and again if need be. Store it before the first sending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedCall {
    /// Which call it is.
    pub operation: Operation,
    /// The path that is sent and signed.
    pub uri: String,
    /// The exact bytes.
    pub body: Vec<u8>,
}

/// A request can't be made of what was given; nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// Below the profile's minimum.
    #[error("the amount is below the wallet's minimum of {0} smallest units")]
    BelowMinimum(u64),
    /// Not a multiple of what the profile says.
    #[error("the amount is not a multiple of {0} smallest units, as the wallet wants")]
    NotAMultiple(u64),
    /// An address is longer than 1024 characters, or not absolute.
    #[error("`{0}` must be an absolute address of at most 1024 characters")]
    BadUrl(&'static str),
    /// The request can't be written as JSON.
    #[error("the request can't be written as JSON")]
    NotJson,
}

/// Calls one wallet for one merchant.
#[derive(Clone)]
pub struct WalletClient {
    profile: Arc<WalletProfile>,
    signer: Arc<dyn Signer>,
    verifier: Arc<dyn Verifier>,
    http: Arc<dyn HttpTransport>,
    clock: Arc<dyn Clock>,
}

/// An answer that was verified, with the verdict that may be drawn from it.
struct Judged<T> {
    outcome: Outcome,
    answer: T,
}

impl WalletClient {
    /// A client of the wallet that `profile` describes; `signer` is ours, `verifier` has its keys.
    pub fn new(
        profile: Arc<WalletProfile>,
        signer: Arc<dyn Signer>,
        verifier: Arc<dyn Verifier>,
        http: Arc<dyn HttpTransport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { profile, signer, verifier, http, clock }
    }

    /// The wallet's profile.
    pub fn profile(&self) -> &WalletProfile {
        &self.profile
    }

    fn prepare(&self, operation: Operation, request: &impl Serialize) -> Result<PreparedCall, PrepareError> {
        let body = serde_json::to_vec(request).map_err(|_| PrepareError::NotJson)?;
        Ok(PreparedCall { operation, uri: self.profile.path(operation), body })
    }

    /// The request as it goes out now.
    ///
    /// # Errors
    /// [`KeyError`] when our key refuses to sign.
    pub fn sign(&self, call: &PreparedCall) -> Result<HttpRequest, KeyError> {
        self.sign_at(call, self.clock.now())
    }

    fn sign_at(&self, call: &PreparedCall, now: Timestamp) -> Result<HttpRequest, KeyError> {
        let time = self.profile.time_format.format(now);
        let client_id: &ClientId = &self.profile.client_id;
        let message = SignedMessage {
            method: "POST",
            uri: &call.uri,
            client_id: client_id.as_str(),
            time: &time,
            body: &call.body,
        };
        let signature = message.sign(&*self.signer)?;
        Ok(HttpRequest {
            url: self.profile.url(&call.uri),
            headers: vec![(CLIENT_ID, client_id.to_string()), (REQUEST_TIME, time), (SIGNATURE, signature)],
            body: call.body.clone(),
            timeout: Duration::from_millis(self.profile.timeout_ms.into()),
        })
    }

    /// Sends, verifies, reads. What can't be believed is an `Err` and so unknown to every caller.
    async fn send<T: DeserializeOwned>(
        &self,
        call: &PreparedCall,
        sending: Sending,
    ) -> Result<Judged<T>, Reason> {
        let sent_at = self.clock.now();
        let request = self.sign_at(call, sent_at).map_err(Reason::NotSigned)?;
        let response = self.http.post(request).await.map_err(Reason::Transport)?;
        let asked =
            answer::Asked { profile: &self.profile, uri: &call.uri, sent_at, received_at: self.clock.now() };
        let result = answer::verify(&asked, &*self.verifier, &response)?;
        let answer = answer::read(&response.body)?;
        Ok(Judged { outcome: judge(call.operation, sending, &result), answer })
    }
}
