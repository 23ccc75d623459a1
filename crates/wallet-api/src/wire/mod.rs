//! How each message is spelled on the wire.
//!
//! In: a request or answer as callers see it ([`crate::operation`]) and the wallet's profile. Out: the exact
//! bytes; and back. Writing is strict and as the profile says, and leaves out what is absent. Reading knows
//! every wallet's spelling at once, passes over members that it doesn't know, and refuses a message that
//! contradicts itself. Both sides use it: the merchant writes what the wallet reads and the other way round.

/// What all answers have.
macro_rules! answers_with_a_verdict {
    ($answer:ident) => {
        impl super::Answer for $answer {
            fn result(&self) -> &WireResult {
                &self.result
            }

            fn verdict(result: WireResult) -> Self {
                Self::only(result)
            }
        }
    };
}

mod cancel;
mod capture;
mod inquiry;
mod notify;
mod order;
mod parts;
mod pay;
mod refund;
mod token;
mod user;

use core::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub(crate) use self::parts::unless_null;
use crate::ids::{AppId, ClientId, PartnerId};
use crate::object::Object;
use crate::operation::Operation;
use crate::operation::result::WireResult;
use crate::profile::WalletProfile;

/// A message that has a form on the wire.
pub trait Message: Sized {
    /// The exact bytes, as this wallet spells them.
    ///
    /// # Errors
    /// [`WireError`] when it can't be written as JSON.
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError>;

    /// Reads any wallet's spelling.
    ///
    /// # Errors
    /// [`WireError`] says where it isn't such a message.
    fn read(body: &[u8]) -> Result<Self, WireError>;
}

/// A request, and what answers it.
pub trait Call: Message {
    /// The answer.
    type Answer: Answer;

    /// Which call it is.
    const OPERATION: Operation;
}

/// An answer: a verdict, and with some verdicts more.
pub trait Answer: Message {
    /// The verdict.
    fn result(&self) -> &WireResult;

    /// An answer that is only a verdict.
    fn verdict(result: WireResult) -> Self;
}

/// Why bytes aren't the message that they should be.
#[derive(Debug)]
pub struct WireError(Fault);

#[derive(Debug)]
enum Fault {
    Json(serde_json::Error),
    Contradiction(&'static str),
    Missing(&'static str),
}

impl WireError {
    /// Where it is wrong, without anything of what stands there: fit for logs, also when others wrote it.
    pub fn place(&self) -> String {
        match &self.0 {
            Fault::Json(error) => {
                let (class, line, column) = (error.classify(), error.line(), error.column());
                format!("{class:?} error at line {line}, column {column}")
            }
            Fault::Contradiction(_) | Fault::Missing(_) => self.to_string(),
        }
    }

    pub(crate) fn contradiction(members: &'static str) -> Self {
        Self(Fault::Contradiction(members))
    }

    pub(crate) fn missing(member: &'static str) -> Self {
        Self(Fault::Missing(member))
    }
}

/// What is wrong, for whoever wrote the message: it may repeat some of it.
impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Fault::Json(error) => write!(f, "{error}"),
            Fault::Contradiction(members) => write!(f, "it contradicts itself: {members}"),
            Fault::Missing(member) => write!(f, "missing field `{member}`"),
        }
    }
}

impl std::error::Error for WireError {}

fn encode(wire: &impl Serialize) -> Result<Vec<u8>, WireError> {
    serde_json::to_vec(wire).map_err(|error| WireError(Fault::Json(error)))
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, WireError> {
    let Object(wire) = serde_json::from_slice(body).map_err(|error| WireError(Fault::Json(error)))?;
    Ok(wire)
}

/// The verdict of any answer, whatever else is in it.
///
/// # Errors
/// [`WireError`] when there is none.
pub fn read_result(body: &[u8]) -> Result<WireResult, WireError> {
    decode::<ResultOnly>(body).map(|answer| answer.result)
}

/// An answer that is only a verdict: every refusal, and the acknowledgement of a notification.
///
/// # Errors
/// [`WireError`] when it can't be written as JSON.
pub fn write_result(result: &WireResult) -> Result<Vec<u8>, WireError> {
    encode(&ResultOnly { result: result.clone() })
}

#[derive(Serialize, Deserialize)]
struct ResultOnly {
    result: WireResult,
}

/// Who a request says is asking, and by which contract; for the wallet's side to check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Claims {
    /// The mini program.
    pub app_id: Option<AppId>,
    /// The merchant (v1).
    pub partner_id: Option<PartnerId>,
    /// The contract's product.
    pub product_code: Option<String>,
    /// The contract's key.
    pub sales_code: Option<String>,
    /// The OAuth client (v2).
    pub auth_client_id: Option<ClientId>,
    customer_belongs_to: Option<String>,
    extend_info: Option<String>,
}

impl Claims {
    /// Reads them from any request.
    ///
    /// # Errors
    /// [`WireError`] when the body isn't an object, or one of them isn't what it should be.
    pub fn read(body: &[u8]) -> Result<Self, WireError> {
        decode(body)
    }

    /// `customerBelongsTo`, from wherever it stands.
    pub fn customer_belongs_to(&self) -> Option<String> {
        let extended = || parts::ExtendInfo::read(self.extend_info.as_deref()).customer_belongs_to;
        self.customer_belongs_to.clone().or_else(extended)
    }
}
