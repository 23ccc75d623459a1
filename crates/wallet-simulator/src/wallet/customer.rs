//! A customer of the wallet, and what the wallet tells merchants about people.

use serde::{Deserialize, Serialize};

/// A customer of the wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The full name; the cashier shows it.
    pub name: String,
    /// What else the wallet knows.
    pub profile: Profile,
    /// Whether risk control refuses the next payment.
    pub refuse_next_payment: bool,
}

/// What merchants learn with an access token, beside the name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What friends call the customer.
    pub nick_name: Option<String>,
    /// What the customer logs in with.
    pub login_ids: Vec<LoginId>,
    /// Where the customer is reached.
    pub contacts: Vec<Contact>,
}

/// How a customer logs in or is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A mobile phone.
    MobilePhone,
    /// Electronic mail.
    Email,
}

/// A login id. The whole of it stays with the wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginId {
    /// Of which kind.
    pub channel: Channel,
    /// With all but a hint starred out.
    pub masked: String,
}

/// A number or an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Of which kind.
    pub channel: Channel,
    /// In full.
    pub number: String,
}
