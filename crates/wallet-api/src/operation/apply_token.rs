//! `applyToken` (v2): exchanges an auth code for tokens and the customer's id.

use serde::{Deserialize, Serialize};

use super::result::WireResult;
use crate::ids::{AccessToken, AppId, AuthCode, ClientId, CustomerId, RefreshToken};
use crate::time::DateTime;
use crate::wire_enum::wire_enum;

wire_enum!(
    /// What is exchanged for a token.
    GrantType:
    /// The code that `my.getAuthCode` gave.
    AuthorizationCode <=> "AUTHORIZATION_CODE",
    /// A refresh token.
    RefreshToken <=> "REFRESH_TOKEN",
);

/// The body of `POST /v2/authorizations/applyToken`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyTokenRequest {
    /// The mini program.
    pub app_id: AppId,
    /// The OAuth client: our client id.
    pub auth_client_id: ClientId,
    /// What is exchanged.
    pub grant_type: GrantType,
    /// For `AUTHORIZATION_CODE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_code: Option<AuthCode>,
    /// For `REFRESH_TOKEN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<RefreshToken>,
    /// The wallet, as `my.getSiteInfo` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_belongs_to: Option<String>,
}

/// The answer. The tokens come with S only and stay on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyTokenResponse {
    /// The verdict.
    pub result: WireResult,
    /// Speaks for the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<AccessToken>,
    /// Until when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_expiry_time: Option<DateTime>,
    /// Good for one new pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<RefreshToken>,
    /// Until when it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_expiry_time: Option<DateTime>,
    /// Who the user is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
}

impl ApplyTokenResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            access_token: None,
            access_token_expiry_time: None,
            refresh_token: None,
            refresh_token_expiry_time: None,
            customer_id: None,
        }
    }
}
