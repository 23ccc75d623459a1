//! `cancelToken`: ends an access token, and the refresh token that came with it.
//!
//! Source: `authorizations/cancelToken` of platform-v1.

use super::result::WireResult;
use crate::ids::AccessToken;

/// Which token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelTokenRequest {
    /// The access token.
    pub access_token: AccessToken,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelTokenResponse {
    /// The verdict.
    pub result: WireResult,
}

impl CancelTokenResponse {
    /// An answer that is only a verdict, as all are.
    pub fn only(result: WireResult) -> Self {
        Self { result }
    }
}
