//! Every signed message of late, both ways, as it travelled: for testers. Kept in memory, and not for ever.

use std::collections::{BTreeMap, VecDeque};

use http::HeaderMap;
use jiff::Timestamp;
use serde::Serialize;

use crate::faults::Mark;

/// How many messages are kept.
const MESSAGES: usize = 1_000;
/// How much of a body is kept.
const BODY: usize = 64 * 1024;

/// Which way a message went, seen from the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the wallet.
    In,
    /// From the wallet.
    Out,
}

/// What the wallet makes of a message's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is the sender's over this message.
    Valid,
    /// It isn't.
    Invalid,
    /// There is none.
    Unsigned,
    /// There is no message: nothing came back.
    None,
}

/// One message.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Counts up from 1.
    pub seq: u64,
    /// By the machine's clock.
    pub at: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// The HTTP method; of an answer, its request's.
    pub method: String,
    /// The path; of an answer, its request's.
    pub uri: String,
    /// All headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// What the wallet makes of its signature.
    pub signature: Verdict,
    /// Of an answer: its HTTP status; 0 when none came.
    pub status: Option<u16>,
    /// The fault that made it so, or kept it from its receiver.
    pub fault: Option<Mark>,
}

/// A message as it is about to be kept.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// Which way it went.
    pub direction: Direction,
    /// The HTTP method.
    pub method: &'a str,
    /// The path.
    pub uri: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
    /// What the wallet makes of its signature.
    pub signature: Verdict,
    /// Of an answer: its HTTP status.
    pub status: Option<u16>,
    /// The fault that touched it.
    pub fault: Option<&'a Mark>,
}

/// The messages of late.
#[derive(Debug, Default)]
pub struct Transcript {
    messages: VecDeque<Message>,
    last: u64,
}

impl Transcript {
    /// Keeps a message; the oldest makes room.
    pub fn record(&mut self, at: Timestamp, seen: &Observed<'_>) {
        self.last += 1;
        if self.messages.len() == MESSAGES {
            self.messages.pop_front();
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = seen.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        self.messages.push_back(Message {
            seq: self.last,
            at,
            direction: seen.direction,
            method: seen.method.to_owned(),
            uri: seen.uri.to_owned(),
            headers: headers.collect(),
            body: text(seen.body.get(..BODY).unwrap_or(seen.body)),
            signature: seen.signature,
            status: seen.status,
            fault: seen.fault.cloned(),
        });
    }

    /// The messages after `seq` that are still kept, oldest first.
    pub fn after(&self, seq: u64) -> Vec<Message> {
        self.messages.iter().filter(|message| message.seq > seq).cloned().collect()
    }

    /// Forgets all messages; numbers go on.
    pub fn clear(&mut self) {
        self.messages.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_forgets_the_oldest_and_never_numbers_twice() {
        let mut transcript = Transcript::default();
        let headers = HeaderMap::new();
        let body = vec![b'x'; BODY + 1];
        let seen = Observed {
            direction: Direction::In,
            method: "POST",
            uri: "/",
            headers: &headers,
            body: &body,
            signature: Verdict::Unsigned,
            status: None,
            fault: None,
        };
        for _ in 0..MESSAGES + 5 {
            transcript.record(Timestamp::UNIX_EPOCH, &seen);
        }
        let kept = transcript.after(0);
        assert_eq!((kept.len(), kept[0].seq, kept[0].body.len()), (MESSAGES, 6, BODY));
        assert_eq!(transcript.after(MESSAGES as u64 + 4).len(), 1);
    }
}
