//! Where messages go.

use std::time::Duration;

use merchant_core::announcements::EventKind;

use super::Secret;

/// A system of the merchant's that wants to be told.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its name in the configuration.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// What its messages are signed with, each of them; several during a change of secrets.
    pub secrets: Vec<Secret>,
    /// What it wants to hear of.
    pub events: Vec<EventKind>,
    /// How long one try may take.
    pub timeout: Duration,
}

impl Endpoint {
    /// As a commit sees it.
    pub fn subscriber(&self) -> Subscriber {
        Subscriber { name: self.name.clone(), events: self.events.clone() }
    }
}

/// An endpoint as a commit sees it: its name, and what it wants to hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// The endpoint's name.
    pub name: String,
    /// What it wants to hear of.
    pub events: Vec<EventKind>,
}

impl Subscriber {
    /// Whether it wants to hear of this.
    pub fn wants(&self, kind: EventKind) -> bool {
        self.events.contains(&kind)
    }
}
