//! Learning who the shopper is, and the tokens that speak for them.

use jiff::Timestamp;

use super::answer::needed;
use super::{CallAnswer, WalletClient};
use crate::ids::{AccessToken, AuthCode, CustomerId, RefreshToken};
use crate::operation::apply_token::ApplyTokenRequest;
use crate::operation::cancel_token::CancelTokenRequest;
use crate::operation::user_info::{User, UserInfoRequest};

/// Who the shopper is, and the tokens that speak for them. They stay on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenGrant {
    /// The shopper: the same id at every login, for this merchant.
    pub customer_id: CustomerId,
    /// Speaks for the shopper.
    pub access_token: Option<AccessToken>,
    /// Until when it does, by the wallet's clock.
    pub access_token_expires_at: Option<Timestamp>,
    /// Good for one new pair.
    pub refresh_token: Option<RefreshToken>,
    /// Until when it is, by the wallet's clock.
    pub refresh_token_expires_at: Option<Timestamp>,
}

impl WalletClient {
    /// Exchanges the code that `my.getAuthCode` gave. A code is good once: where the answer stays unknown,
    /// ask the shopper's wallet for another.
    pub async fn apply_token(&self, auth_code: AuthCode) -> CallAnswer<TokenGrant> {
        self.exchange(ApplyTokenRequest::AuthCode(auth_code)).await
    }

    /// Exchanges a refresh token for a new pair. It is good once too: store the new pair at once.
    pub async fn refresh_token(&self, refresh_token: RefreshToken) -> CallAnswer<TokenGrant> {
        self.exchange(ApplyTokenRequest::RefreshToken(refresh_token)).await
    }

    async fn exchange(&self, request: ApplyTokenRequest) -> CallAnswer<TokenGrant> {
        self.call_once(&request, |answer| {
            Ok(TokenGrant {
                customer_id: needed(answer.customer_id, "customerId")?,
                access_token: answer.access_token,
                access_token_expires_at: answer.access_token_expires_at,
                refresh_token: answer.refresh_token,
                refresh_token_expires_at: answer.refresh_token_expires_at,
            })
        })
        .await
    }

    /// Ends an access token, and the refresh token that came with it.
    pub async fn cancel_token(&self, access_token: AccessToken) -> CallAnswer<()> {
        self.call_once(&CancelTokenRequest { access_token }, |_| Ok(())).await
    }

    /// Asks what the user behind a token has agreed to share.
    pub async fn user_info(&self, access_token: AccessToken) -> CallAnswer<User> {
        self.call_once(&UserInfoRequest { access_token }, |answer| needed(answer.user, "userInfo")).await
    }
}
