//! What the mini program and the merchant server say to each other: the types of `/shop/v1`.
//!
//! In: nothing. Out: requests, answers, problems, and the three scalars they are made of (typed ids,
//! minor units, timestamps). Both sides compile against this crate, so a field can't be renamed on one
//! side only. It knows neither the wallet nor the server's storage, and it does no I/O.
//!
//! Rules of the wire:
//! - JSON, `camelCase`; an absent value is `null`; a map is an object.
//! - Money is [`MinorUnits`]: text of digits in the currency's smallest unit, never a JSON number. One
//!   document speaks of one [`Currency`], named once.
//! - Time is [`Timestamp`]: a JSON number of milliseconds since 1970 (exact in a double until the year
//!   287396), because the client compares and counts down but never prints a date by itself.
//! - What the server may extend later (statuses, problem codes) has an `Other` arm, so an old client
//!   reads a newer server's answer. What a client sends is read strictly: unknown fields are refused.

mod catalog;
mod id;
mod money;
mod order;
mod problem;
mod quote;
#[cfg(feature = "openapi")]
mod schema;
mod session;
mod time;
mod wire_enum;

pub use catalog::{Catalog, Category, Product, Variant};
pub use id::{AttemptId, CustomerTag, OrderId, QuoteId, Sku};
pub use money::{Currency, MinorUnits, MoneyError};
pub use order::{
    Attempt, AttemptStatus, Cashier, Failure, Order, OrderLine, OrderList, OrderStatus, PlaceOrder, Returned,
    StartPayment,
};
pub use problem::{Envelope, Problem, ProblemCode};
pub use quote::{LineProblem, LineProblemCode, Payee, Quote, QuoteLine, QuoteRequest, RequestedLine};
pub use session::{Session, StartSession};
pub use time::Timestamp;

/// The path under which every endpoint of the shop API lives.
pub const BASE_PATH: &str = "/shop/v1";

/// Request header: the client's version, `major.minor.patch`. A server that no longer serves it answers
/// [`ProblemCode::UpgradeRequired`].
pub const CLIENT_VERSION_HEADER: &str = "shop-client-version";

/// Request header: `1` asks for the [`Envelope`], for hosts whose `my.request` drops the body of a 4xx.
pub const ENVELOPE_HEADER: &str = "shop-envelope";

/// The longest time, in seconds, that `GET /orders/{id}?wait=` may be held open: below the 30 seconds
/// after which a mini program's host gives up on a request.
pub const MAX_WAIT_SECONDS: u32 = 25;

/// The largest quantity that one line may ask for, whatever the shop's own limits are.
pub const MAX_QUANTITY: u32 = 999;

/// The most lines that one quote may have.
pub const MAX_LINES: usize = 100;
