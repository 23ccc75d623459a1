//! A message between us and a wallet, to the byte.

use shop_api::Timestamp;

/// The operation of notifications and their acknowledgements.
pub const NOTIFY_PAYMENT: &str = "notifyPayment";

/// A message between us and a wallet, with what its signature is made of.
#[derive(Clone, PartialEq, Eq)]
pub struct WireMessage {
    /// Which way it went.
    pub direction: Direction,
    /// Which call it is, or answers: `pay`, `inquiryPayment`, `notifyPayment`.
    pub operation: String,
    /// The path that was signed: of an answer, its request's.
    pub uri: String,
    /// `Client-Id`; empty where the message has none.
    pub client_id: String,
    /// `Request-Time` or `Response-Time`, exactly as it came; empty where the message has none.
    pub time: String,
    /// `Signature`; empty where the message has none.
    pub signature: String,
    /// The HTTP status, of an answer.
    pub status: Option<u16>,
    /// The exact bytes.
    pub body: Vec<u8>,
    /// When it was sent, or came, by our clock.
    pub at: Timestamp,
    /// What we made of it; of what we sent, what became of the sending.
    pub verdict: String,
}

impl std::fmt::Debug for WireMessage {
    /// The body may name a shopper, so only its size is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (direction, size) = (self.direction.as_str(), self.body.len());
        write!(f, "{direction} {} at {} ({size} bytes): {}", self.operation, self.uri, self.verdict)
    }
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From us.
    Sent,
    /// From the wallet, or whoever says to be it.
    Received,
}

impl Direction {
    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
        }
    }

    /// The direction with this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Sent, Self::Received].into_iter().find(|direction| direction.as_str() == text)
    }
}

/// Messages about one attempt or refund of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// The attempt's id, or the refund's key.
    pub about: String,
    /// In the order in which they went.
    pub messages: Vec<WireMessage>,
}
