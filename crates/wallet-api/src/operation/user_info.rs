//! User information: what the user behind an access token has agreed to share.
//!
//! Source: `inquiryUserInfoByAccessToken` of platform-v1, `users/inquiryUserInfo` of platform-v2, gcash and
//! superqi.

use serde::{Deserialize, Serialize};

use super::order::{Address, UserName};
use super::result::WireResult;
use crate::ids::{AccessToken, CustomerId};
use crate::wire::unless_null;

/// Whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfoRequest {
    /// Speaks for the user.
    pub access_token: AccessToken,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfoResponse {
    /// The verdict.
    pub result: WireResult,
    /// The user; with S.
    pub user: Option<User>,
}

impl UserInfoResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self { result, user: None }
    }
}

/// A user of the wallet. Personal data: not printed by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user's id; the same as the customer id of `applyToken`.
    pub user_id: CustomerId,
    /// `ACTIVE`, `FROZEN` or `INACTIVE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// At most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nick_name: Option<String>,
    /// The legal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<UserName>,
    /// Addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "unless_null")]
    pub user_addresses: Vec<Address>,
    /// Address of a picture, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// `F` or `M`; samples say `MALE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// `birthDate` (v2) or `birthday` (v1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// ISO 3166.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationality: Option<String>,
    /// How the user logs in.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "unless_null")]
    pub login_id_infos: Vec<LoginId>,
    /// How the user can be reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "unless_null")]
    pub contact_infos: Vec<Contact>,
}

/// How a user logs in; which members come depends on the scope that was agreed to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginId {
    /// The plain login id, at most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_id: Option<String>,
    /// `MOBILE_PHONE`, `EMAIL` or `OTHER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_id_type: Option<String>,
    /// With most of it hidden, at most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_login_id: Option<String>,
    /// Hashed, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_login_id: Option<String>,
}

/// How a user can be reached.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Number or address, at most 64 characters.
    pub contact_no: String,
    /// `MOBILE_PHONE`, `TELEPHONE` or `EMAIL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_type: Option<String>,
}

personal!(User, LoginId, Contact);
