//! What the core wants done. The host layer does it and feeds what comes of it back as events.

use shop_api::{AttemptId, Cashier, OrderId};

use crate::{
    event::{AskId, PageId, RequestId, TimerId},
    patch::Change,
    session::ApiCall,
    value::Value,
};

/// One thing to do outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Keep [`Checkout::stored`](crate::checkout::Checkout::stored) for the next start, as it is when it is
    /// written. Every [`Effect::Call`] after it waits for that.
    Store,
    /// Ask the server. Answered by [`Event::Replied`](crate::event::Event::Replied).
    Call {
        /// Which request this is.
        request: RequestId,
        /// What to ask.
        call: ApiCall,
        /// The session, where the call needs one.
        token: Option<Token>,
    },
    /// Ask the wallet for an auth code. Answered by [`Event::Authorised`](crate::event::Event::Authorised).
    Authorise(AskId),
    /// Open the cashier. Answered by [`Event::CashierReturned`](crate::event::Event::CashierReturned).
    OpenCashier {
        /// For which attempt.
        attempt: AttemptId,
        /// The argument of `tradePay`.
        cashier: Cashier,
    },
    /// Show another page.
    Go(Destination),
    /// Wake up after so many milliseconds. Answered by [`Event::TimerFired`](crate::event::Event::TimerFired).
    StartTimer(TimerId, u32),
    /// The whole view of a page.
    View(PageId, Value),
    /// What changed in the view of a page.
    Patch(PageId, Vec<Change>),
    /// A fault that no page shows.
    Report(Fault),
}

/// A session's bearer token. Never printed.
#[derive(Clone, PartialEq)]
pub struct Token(pub String);

impl core::fmt::Debug for Token {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The catalogue, with nothing to go back to.
    Shop,
    /// The cart, on top.
    Cart,
    /// The confirmation, on top.
    Confirm,
    /// An order, on top.
    Order(OrderId),
    /// An order, in place of the page that is shown: Back doesn't lead to the confirmation again.
    OrderInstead(OrderId),
    /// One page back.
    Back,
}

/// A fault with a stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// For programs.
    pub code: FaultCode,
    /// For people: what happened where.
    pub message: String,
}

/// Stable codes of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// An intent that the screen can't take in its state. Nothing changed.
    Misuse,
    /// A host method that is needed is missing or failed.
    HostFailed,
}

impl FaultCode {
    /// The code as JavaScript sees it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Misuse => "misuse",
            Self::HostFailed => "host_failed",
        }
    }
}
