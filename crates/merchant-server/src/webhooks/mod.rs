//! Events for the merchant's own systems, in the form of Standard Webhooks 1.0.
//!
//! In: the [announcements](merchant_core::announcements) of changes, written down in the transactions that make
//! them, and endpoints from the configuration. Out: signed POSTs until the receiver says 2xx.
//! A message is delivered at least once, always under the same id; in which order isn't promised, so each
//! carries the order's version.

mod deliver;
mod endpoint;
mod schedule;
mod secret;

pub use deliver::{Webhooks, deliver_due, read, serve};
pub use endpoint::{Endpoint, Subscriber};
pub use schedule::{Answer, Next, next};
pub use secret::{Secret, SecretError, headers};
