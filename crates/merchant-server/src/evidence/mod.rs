//! Evidence: every message between us and a wallet about an order, to the byte, with its signature.
//!
//! In: messages as they went, kept in the transaction that they led to. Out: one file that anybody can check
//! without network or database.

mod file;
mod message;
mod verify;
mod words;

pub use file::{Digests, EvidenceFile, FORMAT, KeyPart, MessagePart, Owner};
pub use message::{Direction, NOTIFY_PAYMENT, Wire, WireMessage};
pub use verify::{Findings, NOT_PROVEN, verify};
