//! `applyToken` and `cancelToken`.

use serde::{Deserialize, Serialize};

use super::parts::{customer_belongs_to, date_time, extend_info, moment, readable_time, unless_empty};
use super::{Call, Message, WireError, decode, encode};
use crate::ids::{AccessToken, AppId, AuthCode, ClientId, CustomerId, RefreshToken};
use crate::operation::Operation;
use crate::operation::apply_token::{ApplyTokenRequest, ApplyTokenResponse};
use crate::operation::cancel_token::{CancelTokenRequest, CancelTokenResponse};
use crate::operation::result::WireResult;
use crate::profile::{TokenClient, WalletProfile};
use crate::time::DateTime;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_id: Option<AppId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_client_id: Option<ClientId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference_client_id: Option<String>,
    grant_type: GrantType,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    auth_code: Option<AuthCode>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    refresh_token: Option<RefreshToken>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_belongs_to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum GrantType {
    AuthorizationCode,
    RefreshToken,
}

impl Message for ApplyTokenRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        let (grant_type, auth_code, refresh_token) = match self {
            Self::AuthCode(code) => (GrantType::AuthorizationCode, Some(code.clone()), None),
            Self::RefreshToken(token) => (GrantType::RefreshToken, None, Some(token.clone())),
        };
        let app_id = profile.app_id.clone();
        let (app_id, auth_client_id, reference_client_id) = match profile.wire.token_client {
            TokenClient::AuthClientId => (app_id, Some(profile.client_id.clone()), None),
            TokenClient::ReferenceClientId => (None, None, app_id.map(|id| id.to_string())),
            TokenClient::None => (None, None, None),
        };
        encode(&Request {
            app_id,
            auth_client_id,
            reference_client_id,
            grant_type,
            auth_code,
            refresh_token,
            customer_belongs_to: customer_belongs_to(profile),
            extend_info: extend_info(profile),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: Request = decode(body)?;
        match wire.grant_type {
            GrantType::AuthorizationCode => {
                wire.auth_code.map(Self::AuthCode).ok_or(WireError::missing("authCode"))
            }
            GrantType::RefreshToken => {
                wire.refresh_token.map(Self::RefreshToken).ok_or(WireError::missing("refreshToken"))
            }
        }
    }
}

impl Call for ApplyTokenRequest {
    type Answer = ApplyTokenResponse;

    const OPERATION: Operation = Operation::ApplyToken;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    result: WireResult,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    access_token: Option<AccessToken>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    access_token_expiry_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    refresh_token: Option<RefreshToken>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    refresh_token_expiry_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    customer_id: Option<CustomerId>,
}

impl Message for ApplyTokenResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&Response {
            result: self.result.clone(),
            access_token: self.access_token.clone(),
            access_token_expiry_time: date_time(profile, self.access_token_expires_at),
            refresh_token: self.refresh_token.clone(),
            refresh_token_expiry_time: date_time(profile, self.refresh_token_expires_at),
            customer_id: self.customer_id.clone(),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: Response = decode(body)?;
        Ok(Self {
            result: wire.result,
            access_token: wire.access_token,
            access_token_expires_at: moment(wire.access_token_expiry_time.as_ref()),
            refresh_token: wire.refresh_token,
            refresh_token_expires_at: moment(wire.refresh_token_expiry_time.as_ref()),
            customer_id: wire.customer_id,
        })
    }
}

answers_with_a_verdict!(ApplyTokenResponse);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cancellation {
    access_token: AccessToken,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl Message for CancelTokenRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        encode(&Cancellation { access_token: self.access_token.clone(), extend_info: extend_info(profile) })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        decode::<Cancellation>(body).map(|wire| Self { access_token: wire.access_token })
    }
}

impl Call for CancelTokenRequest {
    type Answer = CancelTokenResponse;

    const OPERATION: Operation = Operation::CancelToken;
}

impl Message for CancelTokenResponse {
    fn write(&self, _profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        super::write_result(&self.result)
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        super::read_result(body).map(|result| Self { result })
    }
}

answers_with_a_verdict!(CancelTokenResponse);
