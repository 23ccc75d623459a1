//! The file: everything about one order that somebody else can check.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use merchant_core::time::text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shop_api::Timestamp;

use super::{Direction, WireMessage};
use crate::digest::sha256;
use crate::store::KeptMessage;

/// What the file calls itself. A change that old programs couldn't read gets a new one.
pub const FORMAT: &str = "wallet-checkout/evidence/1";

/// The file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceFile {
    /// [`FORMAT`].
    pub format: String,
    /// When it was made, by our clock.
    pub made_at: String,
    /// The order's story as the admin API tells it, entries of the books included. Members are sorted.
    pub story: Value,
    /// The public keys that its messages are verified with.
    pub keys: Vec<KeyPart>,
    /// Every message, oldest first.
    pub messages: Vec<MessagePart>,
    /// What finds a changed byte, and where.
    pub digests: Digests,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyPart {
    /// Whose.
    pub owner: Owner,
    /// The client id that its messages carry.
    pub client_id: String,
    /// Its number.
    pub key_version: String,
    /// What to compare with what the owner says its key is.
    pub fingerprint: String,
    /// PEM.
    pub public_key: String,
}

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Ours.
    Merchant,
    /// The wallet's.
    Wallet,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessagePart {
    /// The attempt's id or the refund's key that it is about.
    pub about: String,
    /// Which way it went.
    pub direction: Direction,
    /// Which call it is, or answers.
    pub operation: String,
    /// The path that was signed.
    pub uri: String,
    /// `Client-Id`.
    pub client_id: String,
    /// `Request-Time` or `Response-Time`.
    pub time: String,
    /// `Signature`.
    pub signature: String,
    /// The HTTP status, of an answer.
    pub status: Option<u16>,
    /// The exact bytes, base64.
    pub body: String,
    /// When it was sent, or came, by our clock.
    pub at: Timestamp,
    /// What we made of it.
    pub verdict: String,
    /// Whether its words were erased: path, headers and bytes are empty then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

impl MessagePart {
    /// The exact bytes; `None` when they aren't base64.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.body).ok()
    }

    fn of(kept: KeptMessage) -> Self {
        let KeptMessage { about, message, erased } = kept;
        let WireMessage { direction, operation, uri, client_id, time, signature, status, body, at, verdict } =
            message;
        let body = STANDARD.encode(body);
        Self {
            about,
            direction,
            operation,
            uri,
            client_id,
            time,
            signature,
            status,
            body,
            at,
            verdict,
            erased,
        }
    }
}

/// SHA-256 of each part, as hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Digests {
    /// Of format, time and story.
    pub story: String,
    /// Of the keys.
    pub keys: String,
    /// A chain: each of the one before it and the message; the first one of `story` and `keys`.
    pub messages: Vec<String>,
    /// The last of the chain: names the whole file.
    pub whole: String,
}

impl EvidenceFile {
    /// The file of an order.
    pub fn new(story: Value, keys: Vec<KeyPart>, messages: Vec<KeptMessage>, made_at: Timestamp) -> Self {
        let messages = messages.into_iter().map(MessagePart::of).collect();
        let mut file = Self {
            format: FORMAT.to_owned(),
            made_at: text(made_at),
            story: sorted(story),
            keys,
            messages,
            digests: Digests::default(),
        };
        file.digests = file.digest();
        file
    }

    /// The digests of what it holds now.
    pub fn digest(&self) -> Digests {
        let story = hex(&sha256(&json(&(&self.format, &self.made_at, &self.story))));
        let keys = hex(&sha256(&json(&self.keys)));
        let mut last = hex(&sha256(format!("{story}{keys}").as_bytes()));
        let chain = self.messages.iter().map(|message| {
            last = hex(&sha256(&[last.as_bytes(), &json(message)].concat()));
            last.clone()
        });
        let messages: Vec<_> = chain.collect();
        let whole = messages.last().cloned().unwrap_or(last);
        Digests { story, keys, messages, whole }
    }

    /// The file's bytes. The same file always has the same ones.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Text and numbers always are JSON.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same value with its members sorted, so that it is written in one way only.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
