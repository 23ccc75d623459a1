//! User information.

use serde::{Deserialize, Serialize};

use super::parts::extend_info;
use super::{Call, Message, WireError, decode, encode};
use crate::ids::{AccessToken, ClientId};
use crate::operation::Operation;
use crate::operation::result::WireResult;
use crate::operation::user_info::{User, UserInfoRequest, UserInfoResponse};
use crate::profile::{ApiVersion, TokenClient, WalletProfile};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    access_token: AccessToken,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_client_id: Option<ClientId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

impl Message for UserInfoRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        let auth_client_id = match profile.wire.token_client {
            TokenClient::AuthClientId | TokenClient::ReferenceClientId => Some(profile.client_id.clone()),
            TokenClient::None => None,
        };
        encode(&Request {
            access_token: self.access_token.clone(),
            auth_client_id,
            extend_info: extend_info(profile),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        decode::<Request>(body).map(|wire| Self { access_token: wire.access_token })
    }
}

impl Call for UserInfoRequest {
    type Answer = UserInfoResponse;

    const OPERATION: Operation = Operation::UserInfo;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    result: WireResult,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_info: Option<WireUser>,
}

#[derive(Serialize, Deserialize)]
struct WireUser {
    #[serde(flatten)]
    user: User,
    /// The birth date (v1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    birthday: Option<String>,
}

impl WireUser {
    fn write(profile: &WalletProfile, mut user: User) -> Self {
        let birthday = match profile.version {
            ApiVersion::V1 => user.birth_date.take(),
            ApiVersion::V2 => None,
        };
        Self { user, birthday }
    }

    fn read(self) -> User {
        let birth_date = self.user.birth_date.or(self.birthday);
        User { birth_date, ..self.user }
    }
}

impl Message for UserInfoResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        let user_info = self.user.clone().map(|user| WireUser::write(profile, user));
        encode(&Response { result: self.result.clone(), user_info })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        decode::<Response>(body)
            .map(|wire| Self { result: wire.result, user: wire.user_info.map(WireUser::read) })
    }
}

answers_with_a_verdict!(UserInfoResponse);
