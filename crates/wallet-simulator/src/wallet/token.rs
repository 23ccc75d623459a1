//! Pairs of tokens: the access token speaks for a customer, the refresh token buys the next pair, once.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::ids::{AccessToken, ClientId, CustomerId, RefreshToken};

/// A pair as it was issued to a merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Speaks for the customer.
    pub access_token: AccessToken,
    /// Until when.
    pub access_expires_at: Timestamp,
    /// Good for one new pair.
    pub refresh_token: RefreshToken,
    /// Until when.
    pub refresh_expires_at: Timestamp,
    /// Who may use them.
    pub client_id: ClientId,
    /// For whom they speak.
    pub customer_id: CustomerId,
}

/// How a pair stands; time is looked at beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantState {
    /// Both are good.
    Live,
    /// The refresh token bought the next pair; neither is good any more.
    Refreshed,
    /// The merchant gave them back; neither is good any more.
    Cancelled,
}

/// A pair and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The pair.
    pub tokens: Tokens,
    /// How it stands.
    pub state: GrantState,
}
