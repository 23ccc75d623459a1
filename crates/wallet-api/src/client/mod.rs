//! Calls to the wallet.
//!
//! In: a request. Out: for calls that change something first a [`PreparedCall`], the exact bytes, which
//! the caller stores durably; then, by sending it, an answer that was verified and checked against what was
//! asked. Each sending signs anew with a fresh `Request-Time`; the body never changes. There is no retry in
//! here: the caller sends the same call again, and says that it does.

mod answer;
mod authorised;
mod cancel;
mod inquiry;
mod pay;
mod probe;
mod refund;
mod token;

use core::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::ids::{AgentToken, ClientId};
use crate::keys::{KeyError, Signer, Verifier};
use crate::operation::Operation;
use crate::outcome::{Outcome, Reason, Sending, judge};
use crate::profile::WalletProfile;
use crate::signature::{AGENT_TOKEN, CLIENT_ID, REQUEST_TIME, SIGNATURE, SignedMessage};
use crate::transport::{HttpRequest, HttpTransport};
use crate::wire::{Answer as _, Call};

pub use self::authorised::{Captured, Voided};
pub use self::cancel::Cancelled;
pub use self::inquiry::{InquiredPayment, InquiredRefund, InquiryAnswer, PaymentQuestion, RefundQuestion};
pub use self::pay::{Cashier, PayAnswer};
pub use self::probe::{AnswerSignature, Probe, ProbeAnswer, ResponseTime};
pub use self::refund::Refunded;
pub use self::token::TokenGrant;

/// A call as it will be sent, again and again if need be. Store it before the first sending.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedCall {
    /// Which call it is.
    pub operation: Operation,
    /// The path that is sent and signed.
    pub uri: String,
    /// The exact bytes. They may name the shopper, so keep them as you keep orders, and out of logs.
    pub body: Vec<u8>,
}

impl fmt::Debug for PreparedCall {
    /// The body may carry tokens and names, so only its size is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} ({} bytes)", self.operation.as_str(), self.uri, self.body.len())
    }
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
    /// Neither of a payment's ids was given.
    #[error("the payment's id, or our id of it, is needed")]
    NoPaymentId,
    /// The request can't be written as JSON.
    #[error("the request can't be written as JSON")]
    NotJson,
}

/// What a call came to that isn't `pay` and no inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallAnswer<T> {
    /// S: done.
    Done(T),
    /// F, and it will never succeed: nothing was done.
    Failed(Reason),
    /// Nobody can say; the reason says what to do next.
    Unknown(Reason),
}

/// Where the `Agent-Token` comes from: wallets let it expire, and give a new one.
pub trait AgentTokens: Send + Sync + 'static {
    /// The one that is good now.
    fn current(&self) -> AgentToken;
}

/// One that doesn't change.
impl AgentTokens for AgentToken {
    fn current(&self) -> AgentToken {
        self.clone()
    }
}

/// Calls one wallet for one merchant.
#[derive(Clone)]
pub struct WalletClient {
    profile: Arc<WalletProfile>,
    signer: Arc<dyn Signer>,
    verifier: Arc<dyn Verifier>,
    http: Arc<dyn HttpTransport>,
    clock: Arc<dyn Clock>,
    agent_token: Option<Arc<dyn AgentTokens>>,
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
        Self { profile, signer, verifier, http, clock, agent_token: None }
    }

    /// The same, calling as an integrator (ISV) for the merchant whose `Agent-Token` this is. Each sending takes
    /// the one that is good then.
    #[must_use]
    pub fn with_agent_token(self, tokens: Arc<dyn AgentTokens>) -> Self {
        Self { agent_token: Some(tokens), ..self }
    }

    /// The same over another network, such as one that remembers what went over it.
    #[must_use]
    pub fn over(&self, http: Arc<dyn HttpTransport>) -> Self {
        Self { http, ..self.clone() }
    }

    /// The wallet's profile.
    pub fn profile(&self) -> &WalletProfile {
        &self.profile
    }

    fn prepare<C: Call>(&self, request: &C) -> Result<PreparedCall, PrepareError> {
        let body = request.write(&self.profile).map_err(|_| PrepareError::NotJson)?;
        Ok(PreparedCall { operation: C::OPERATION, uri: self.profile.path(C::OPERATION), body })
    }

    /// The request as it goes out now, for who wants to see it or send it otherwise; sending signs by itself.
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
        let signature = message.sign_as(&*self.signer, self.profile.signature_encoding)?;
        let mut headers =
            vec![(CLIENT_ID, client_id.to_string()), (REQUEST_TIME, time), (SIGNATURE, signature)];
        headers.extend(
            self.agent_token.iter().map(|tokens| (AGENT_TOKEN, tokens.current().as_str().to_owned())),
        );
        Ok(HttpRequest {
            url: self.profile.url(&call.uri),
            headers,
            body: call.body.clone(),
            timeout: self.profile.timeout(call.operation),
        })
    }

    /// Sends, verifies, reads. What can't be believed is an `Err` and so unknown to every caller.
    async fn send<C: Call>(
        &self,
        call: &PreparedCall,
        sending: Sending,
    ) -> Result<Judged<C::Answer>, Reason> {
        let sent_at = self.clock.now();
        let request = self.sign_at(call, sent_at).map_err(Reason::NotSigned)?;
        let response = self.http.post(request).await.map_err(Reason::Transport)?;
        let asked =
            answer::Asked { profile: &self.profile, uri: &call.uri, sent_at, received_at: self.clock.now() };
        answer::verify(&asked, &*self.verifier, &response)?;
        let answer = answer::read::<C::Answer>(&response.body)?;
        let outcome = judge(C::OPERATION, sending, self.profile.wire.accepted, answer.result());
        Ok(Judged { outcome, answer })
    }

    /// The same for a call that is S or nothing. `about` compares what the answer echoes with what was
    /// asked, also where it says F; `done` takes from it what S brings.
    async fn call<C: Call, T>(
        &self,
        call: &PreparedCall,
        sending: Sending,
        about: impl FnOnce(&C, &C::Answer) -> Result<(), Reason>,
        done: impl FnOnce(C::Answer) -> Result<T, Reason>,
    ) -> CallAnswer<T> {
        let judged = match self.send::<C>(call, sending).await {
            Ok(judged) => judged,
            Err(reason) => return CallAnswer::Unknown(reason),
        };
        let asked = answer::read::<C>(&call.body);
        if let Err(reason) = asked.and_then(|asked| about(&asked, &judged.answer)) {
            return CallAnswer::Unknown(reason);
        }
        match judged.outcome {
            Outcome::Success => match done(judged.answer) {
                Ok(done) => CallAnswer::Done(done),
                Err(reason) => CallAnswer::Unknown(reason),
            },
            Outcome::Accepted => {
                CallAnswer::Unknown(Reason::UnexpectedStatus(judged.answer.result().result_status.clone()))
            }
            Outcome::Failed(reason) => CallAnswer::Failed(reason),
            Outcome::Unknown(reason) => CallAnswer::Unknown(reason),
        }
    }

    /// Prepares and sends a call that nobody needs to keep, and whose answer echoes nothing.
    async fn call_once<C: Call, T>(
        &self,
        request: &C,
        done: impl FnOnce(C::Answer) -> Result<T, Reason>,
    ) -> CallAnswer<T> {
        match self.prepare(request) {
            Ok(call) => self.call(&call, Sending::First, |_: &C, _| Ok(()), done).await,
            Err(_) => CallAnswer::Unknown(Reason::Unreadable("the request can't be written".to_owned())),
        }
    }
}
