//! `applyToken`: exchanges an auth code or a refresh token for tokens and the customer's id.
//!
//! Source: `applyToken` of platform-v1 and platform-v2; Super Qi needs grant type and code only (superqi).

use jiff::Timestamp;

use super::result::WireResult;
use crate::ids::{AccessToken, AuthCode, CustomerId, RefreshToken};

/// What is exchanged; both are good once. A code comes from `my.getAuthCode`, a refresh token from an
/// exchange before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplyTokenRequest {
    /// `AUTHORIZATION_CODE`
    AuthCode(AuthCode),
    /// `REFRESH_TOKEN`
    RefreshToken(RefreshToken),
}

/// The answer. The tokens come with S only and stay on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplyTokenResponse {
    /// The verdict.
    pub result: WireResult,
    /// Speaks for the user.
    pub access_token: Option<AccessToken>,
    /// Until when it does.
    pub access_token_expires_at: Option<Timestamp>,
    /// Good for one new pair.
    pub refresh_token: Option<RefreshToken>,
    /// Until when it is.
    pub refresh_token_expires_at: Option<Timestamp>,
    /// Who the user is.
    pub customer_id: Option<CustomerId>,
}

impl ApplyTokenResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            access_token: None,
            access_token_expires_at: None,
            refresh_token: None,
            refresh_token_expires_at: None,
            customer_id: None,
        }
    }
}
