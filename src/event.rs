//! What the core is told. Only the host layer makes events: what a page may ask for is an
//! [`Intent`](crate::intent::Intent), so JavaScript can't forge an answer of the server or of the wallet.

use shop_api::{AttemptId, OrderId};

use crate::{intent::Intent, value::Value};

/// Something that happened outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The storage was read. Always the first event.
    Started {
        /// What was stored; `None` when there was nothing or it couldn't be read.
        stored: Option<Value>,
    },
    /// A page of the mini program appeared, is seen, isn't seen, or is gone.
    Page(PageId, PageEvent),
    /// The shopper did something on a page.
    Asked(PageId, Intent),
    /// The mini program came to the foreground.
    AppShown,
    /// The server answered a request, or didn't.
    Replied(RequestId, Reply),
    /// The wallet answered [`Effect::Authorise`](crate::effect::Effect::Authorise).
    Authorised(AskId, Result<Grant, HostFault>),
    /// `tradePay` came back.
    CashierReturned {
        /// The attempt that it was opened for.
        attempt: AttemptId,
        /// Its result code; `None` when the bridge itself failed.
        code: Option<String>,
    },
    /// A timer went off.
    TimerFired(TimerId),
}

/// One page instance, numbered by the loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageId(pub u32);

/// One request to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub u32);

/// One question to the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskId(pub u32);

/// One timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerId(pub u32);

/// Which screen a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The catalogue.
    Shop,
    /// The cart.
    Cart,
    /// The confirmation of an order to be placed.
    Confirm,
    /// An order; `None` when the page was opened without one.
    Result(Option<OrderId>),
}

/// The life of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// It was opened.
    Opened(Screen),
    /// It can be seen.
    Shown,
    /// It is covered, or the program is in the background.
    Hidden,
    /// It is gone.
    Closed,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// An answer, whatever it says.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The body as JSON.
        body: Value,
    },
    /// No answer: broken connection, time-out. The server may have done what was asked.
    Lost,
}

/// What the wallet gave for opening a session.
#[derive(Clone, PartialEq)]
pub struct Grant {
    /// Used once.
    pub auth_code: String,
    /// Which wallet this is, where the host tells.
    pub site_name: Option<String>,
}

impl core::fmt::Debug for Grant {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Grant").field("site_name", &self.site_name).finish_non_exhaustive()
    }
}

/// A method of the host is missing or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostFault;
