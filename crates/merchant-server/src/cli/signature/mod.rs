//! `merchant-server sign` and `merchant-server verify`: the protocol's signature by hand, for the day on
//! which two sides disagree about it.
//!
//! In: the parts of a message, exactly as they travel, and a key's file. Out: the header, or the verdict
//! and the mistake that explains it. No configuration is read.

mod json;
mod mistakes;
mod parts;
mod repairs;
mod sign;
mod verify;

use wallet_api::keys::KeyError;

pub(super) use self::sign::{Sign, run as sign};
pub(super) use self::verify::{Verify, run as verify};
use crate::config::ConfigError;

/// Why there is no signature, or no valid one; its text says what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// Both would be read from the same place.
    #[error(
        "body and signature can't both come from standard input; \
         give --body FILE, or --signature VALUE [stdin_twice]"
    )]
    StdinTwice,
    /// The system refuses.
    #[error("{what} can't be read from {from}: {source}; check the path [input_unreadable]")]
    Unreadable {
        /// What was to be read.
        what: &'static str,
        /// From where.
        from: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// More than any wallet sends.
    #[error(
        "{what} is longer than {limit} bytes, which no wallet's is; check what was given [input_too_long]"
    )]
    TooLong {
        /// What was to be read.
        what: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// The signature on standard input isn't text.
    #[error("the signature isn't text; give the header's value as it came [signature_not_text]")]
    NotText,
    /// A part of the message that no wallet would accept isn't signed.
    #[error("{0} [message_malformed]")]
    Odd(String),
    /// The key's file.
    #[error(transparent)]
    Key(#[from] ConfigError),
    /// The key refused.
    #[error("{0}; try another key [cannot_sign]")]
    CannotSign(KeyError),
    /// The signature isn't this key's over this message.
    #[error(transparent)]
    NotValid(Box<mistakes::NotValid>),
}
