//! `POST /sessions`: a wallet's auth code becomes a session with the shop.

use serde::{Deserialize, Serialize};

use crate::{CustomerTag, Timestamp};

/// Body of `POST /sessions`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartSession {
    /// What `my.getAuthCode` gave; used once. 1 to 128 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub auth_code: String,
    /// What `my.getSiteInfo` gave (`GCASH`), where the host has it; it selects the wallet profile.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub site_name: Option<String>,
}

/// Answer 201 to `POST /sessions`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Opaque bearer token for every other endpoint.
    pub token: String,
    /// When the token stops working.
    pub expires_at: Timestamp,
    /// Keeps this customer's data on the phone apart from another's.
    pub customer_tag: CustomerTag,
    /// The server's clock when it answered.
    pub server_time: Timestamp,
}
