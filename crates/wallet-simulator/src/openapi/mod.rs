//! The wallet's OpenAPI: bytes in, events and an answer out, in the dialect of the merchant's profile.
//!
//! A request is verified before anything in it is read; what can't be verified is answered F, *unsigned*,
//! and changes nothing. Everything else is answered signed, over the exact bytes that go out.

mod payments;
mod refunds;
mod tokens;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use wallet_api::ids::{ClientId, IdError};
use wallet_api::operation::Operation;
use wallet_api::operation::result::{ResultCode, WireResult};
use wallet_api::random::Rng;
use wallet_api::wire::{Answer, Call, Claims, Message as _, WireError, write_result};

use crate::dialect::Dialect;
use crate::store::{Store, StoreError};
use crate::wallet::decide::{Decision, Refusal, Settlement};
use crate::wallet::event::Event;

/// The desk at which one merchant's verified request is answered.
pub(crate) struct Desk<'a> {
    pub store: &'a mut Store,
    /// The wallet's time.
    pub now: Timestamp,
    pub rng: &'a dyn Rng,
    /// Where this wallet's cashier stands: `http://127.0.0.1:8702`.
    pub origin: &'a str,
    pub client_id: &'a ClientId,
    pub dialect: Arc<Dialect>,
    /// The request's exact bytes.
    pub body: &'a [u8],
    /// When the refunds end that are accepted here.
    pub settlement: Settlement,
}

/// Why a request isn't done: a verdict for the merchant, or a disk that refuses.
enum Undone {
    Refused(WireResult),
    Store(StoreError),
}

impl From<Refusal> for Undone {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(WireResult::failed(refusal.code, refusal.message))
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<IdError> for Undone {
    fn from(_: IdError) -> Self {
        Self::Refused(WireResult::unknown("no id could be made"))
    }
}

impl Desk<'_> {
    /// The body of the answer to a verified request.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses; nothing happened then.
    pub fn answer(&mut self, path: &str) -> Result<Vec<u8>, StoreError> {
        let expired = self.store.wallet().expire(self.now);
        self.store.commit(expired)?;
        let Some(operation) = self.dialect.profile.operation(path) else {
            let text = "there is no such interface in this merchant's profile";
            return written(write_result(&WireResult::failed(ResultCode::NoInterfaceDef, text)));
        };
        if let Err(refusal) = self.check_claims(operation) {
            return written(write_result(&refusal));
        }
        match operation {
            Operation::Pay => self.reply(Self::pay),
            Operation::InquiryPayment => self.reply(Self::inquire_payment),
            Operation::Cancel => self.reply(Self::cancel),
            Operation::Refund => self.reply(Self::refund),
            Operation::InquiryRefund => self.reply(Self::inquire_refund),
            Operation::Capture => self.reply(Self::capture),
            Operation::Void => self.reply(Self::void),
            Operation::ApplyToken => self.reply(Self::apply_token),
            Operation::CancelToken => self.reply(Self::cancel_token),
            Operation::UserInfo => self.reply(Self::user_info),
        }
    }

    /// Reads the request, does it, writes the answer.
    fn reply<C: Call>(
        &mut self,
        work: impl FnOnce(&mut Self, C) -> Result<C::Answer, Undone>,
    ) -> Result<Vec<u8>, StoreError> {
        let answer = match C::read(self.body) {
            Ok(request) => match work(self, request) {
                Ok(answer) => answer,
                Err(Undone::Refused(result)) => C::Answer::verdict(result),
                Err(Undone::Store(error)) => return Err(error),
            },
            Err(error) => C::Answer::verdict(illegal(&error.to_string())),
        };
        written(answer.write(&self.dialect.profile))
    }

    /// What a repetition of the request is compared with.
    fn content(&self) -> String {
        canonical(self.body)
    }

    /// Writes down what was decided; the answer to it.
    fn commit<T>(&mut self, decision: Decision<T>) -> Result<T, Undone> {
        let (events, answer): (Vec<Event>, T) = decision?;
        self.store.commit(events)?;
        Ok(answer)
    }

    /// Who the request says is asking must be who signed it.
    fn check_claims(&self, operation: Operation) -> Result<(), WireResult> {
        let claims = Claims::read(self.body).map_err(|error| illegal(&error.to_string()))?;
        let profile = &self.dialect.profile;
        let differs = |claimed: Option<&str>, own: Option<&str>| {
            claimed.zip(own).is_some_and(|(claimed, own)| claimed != own)
        };
        let (app, partner) = (claims.app_id.as_ref(), claims.partner_id.as_ref());
        if differs(app.map(|id| id.as_str()), profile.app_id.as_ref().map(|id| id.as_str())) {
            return Err(illegal("appId is not this merchant's"));
        }
        if differs(partner.map(|id| id.as_str()), profile.partner_id.as_ref().map(|id| id.as_str())) {
            return Err(illegal("partnerId is not this merchant's"));
        }
        if claims.auth_client_id.as_ref().is_some_and(|id| id != self.client_id) {
            let text = "authClientId is not the Client-Id that signs";
            return Err(WireResult::failed(ResultCode::InvalidAuthClient, text));
        }
        match operation {
            Operation::Pay => self.dialect.missing(&claims).map_or(Ok(()), |member| {
                Err(illegal(&format!("{member} is missing, and this wallet requires it")))
            }),
            _ => Ok(()),
        }
    }

    /// A fresh id that can't be guessed, with the wallet's mark.
    fn fresh<T: core::str::FromStr<Err = IdError>>(&self, mark: &str) -> Result<T, IdError> {
        format!("{mark}{}", self.rng.unguessable_id()).parse()
    }
}

fn illegal(fault: &str) -> WireResult {
    WireResult::failed(ResultCode::ParamIllegal, fault.chars().take(256).collect::<String>())
}

/// The types of the wire always have JSON.
pub(crate) fn written(body: Result<Vec<u8>, WireError>) -> Result<Vec<u8>, StoreError> {
    body.map_err(|_| StoreError::Impossible)
}

/// The request with the members of every object in order: the same content is the same text.
fn canonical(body: &[u8]) -> String {
    fn write(value: &Value, text: &mut String) {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| *name);
                text.push('{');
                for (name, value) in members {
                    text.push_str(&Value::from(name.as_str()).to_string());
                    text.push(':');
                    write(value, text);
                    text.push(',');
                }
                text.push('}');
            }
            Value::Array(items) => {
                text.push('[');
                for item in items {
                    write(item, text);
                    text.push(',');
                }
                text.push(']');
            }
            scalar => text.push_str(&scalar.to_string()),
        }
    }
    let mut text = String::new();
    write(&serde_json::from_slice(body).unwrap_or(Value::Null), &mut text);
    text
}

#[cfg(test)]
mod tests;
