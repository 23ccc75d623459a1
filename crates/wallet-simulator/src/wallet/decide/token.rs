//! Codes, tokens and logins: who may speak for a customer.

use std::time::Duration;

use jiff::Timestamp;
use wallet_api::clock::later;
use wallet_api::ids::{AccessToken, AuthCode, ClientId, CustomerId, RefreshToken};
use wallet_api::operation::result::ResultCode;

use super::{Decision, Refusal};
use crate::wallet::Wallet;
use crate::wallet::customer::Customer;
use crate::wallet::event::Event;
use crate::wallet::token::{Grant, GrantState, Tokens};

/// How long an auth code is good.
const AUTH_CODE_LIFE: Duration = Duration::from_secs(5 * 60);
/// How long an access token is good.
const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a refresh token is good.
const REFRESH_TOKEN_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a login on a phone is good.
const LOGIN_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Two secrets that nobody has seen yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshTokens {
    /// Will speak for the customer.
    pub access_token: AccessToken,
    /// Will buy the next pair.
    pub refresh_token: RefreshToken,
}

impl Wallet {
    /// A merchant exchanges a code for a pair of tokens. A code is good once.
    ///
    /// # Errors
    /// [`Refusal`]: the code is unknown, used or expired, in the words of v2.
    pub fn decide_tokens(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        code: &AuthCode,
        fresh: FreshTokens,
    ) -> Decision<Tokens> {
        let refuse = |code| Refusal::new(code, "the auth code is not good; ask my.getAuthCode for another");
        let issued = self.auth_codes.get(code).ok_or_else(|| refuse(ResultCode::InvalidAuthCode))?;
        if issued.used {
            return Err(refuse(ResultCode::UsedAuthCode));
        }
        if issued.expires_at <= now {
            return Err(refuse(ResultCode::ExpiredAuthCode));
        }
        let tokens = tokens(now, client_id, &issued.customer_id, fresh);
        let used = Event::AuthCodeUsed { code: code.clone() };
        Ok((vec![used, Event::TokensIssued(Box::new(tokens.clone()))], tokens))
    }

    /// A merchant exchanges a refresh token for the next pair. It is good once, and the access token that
    /// came with it dies.
    ///
    /// # Errors
    /// [`Refusal`]: the token is unknown, another merchant's, given back, used or expired.
    pub fn decide_refresh(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        refresh_token: &RefreshToken,
        fresh: FreshTokens,
    ) -> Decision<Tokens> {
        let refuse = |code| Refusal::new(code, "the refresh token is not good; ask for a new auth code");
        let grant = self.grants_by_refresh.get(refresh_token).and_then(|token| self.grants.get(token));
        let grant = grant.filter(|grant| grant.tokens.client_id == *client_id);
        let grant = grant.ok_or_else(|| refuse(ResultCode::InvalidRefreshToken))?;
        match grant.state {
            GrantState::Live => {}
            GrantState::Refreshed => return Err(refuse(ResultCode::UsedRefreshToken)),
            GrantState::Cancelled => return Err(refuse(ResultCode::InvalidRefreshToken)),
        }
        if grant.tokens.refresh_expires_at <= now {
            return Err(refuse(ResultCode::ExpiredRefreshToken));
        }
        let tokens = tokens(now, client_id, &grant.tokens.customer_id, fresh);
        let used = Event::RefreshTokenUsed { refresh_token: refresh_token.clone() };
        Ok((vec![used, Event::TokensIssued(Box::new(tokens.clone()))], tokens))
    }

    /// A merchant gives a pair back: neither token is good any more.
    ///
    /// # Errors
    /// [`Refusal`]: the access token isn't good.
    pub fn decide_cancel_tokens(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        access_token: &AccessToken,
    ) -> Decision<()> {
        self.grant(now, client_id, access_token)?;
        Ok((vec![Event::TokensCancelled { access_token: access_token.clone() }], ()))
    }

    /// For whom an access token speaks.
    ///
    /// # Errors
    /// [`Refusal`]: the access token isn't good.
    pub fn customer_of_token(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        access_token: &AccessToken,
    ) -> Result<(&CustomerId, &Customer), Refusal> {
        let customer_id = &self.grant(now, client_id, access_token)?.tokens.customer_id;
        let customer = self.customer(customer_id);
        let gone = || Refusal::new(ResultCode::UserNotExist, "the customer is gone");
        Ok((customer_id, customer.ok_or_else(gone)?))
    }

    fn grant(&self, now: Timestamp, client_id: &ClientId, token: &AccessToken) -> Result<&Grant, Refusal> {
        let invalid = || Refusal::new(ResultCode::InvalidAccessToken, "the access token is not good");
        let grant = self.grants.get(token).filter(|grant| grant.tokens.client_id == *client_id);
        let grant = grant.ok_or_else(invalid)?;
        match grant.state {
            GrantState::Live if grant.tokens.access_expires_at > now => Ok(grant),
            GrantState::Live => {
                Err(Refusal::new(ResultCode::ExpiredAccessToken, "the access token has expired"))
            }
            GrantState::Refreshed | GrantState::Cancelled => Err(invalid()),
        }
    }

    /// A code for `my.getAuthCode`.
    pub fn decide_auth_code(
        &self,
        now: Timestamp,
        customer_id: &CustomerId,
        code: AuthCode,
    ) -> Option<Vec<Event>> {
        self.customer(customer_id)?;
        let expires_at = later(now, AUTH_CODE_LIFE);
        Some(vec![Event::AuthCodeIssued { code, customer_id: customer_id.clone(), expires_at }])
    }

    /// A login on a phone.
    pub fn decide_login(
        &self,
        now: Timestamp,
        customer_id: &CustomerId,
        token: String,
    ) -> Option<Vec<Event>> {
        self.customer(customer_id)?;
        let expires_at = later(now, LOGIN_LIFE);
        Some(vec![Event::LoginIssued { token, customer_id: customer_id.clone(), expires_at }])
    }
}

fn tokens(now: Timestamp, client_id: &ClientId, customer_id: &CustomerId, fresh: FreshTokens) -> Tokens {
    Tokens {
        access_token: fresh.access_token,
        access_expires_at: later(now, ACCESS_TOKEN_LIFE),
        refresh_token: fresh.refresh_token,
        refresh_expires_at: later(now, REFRESH_TOKEN_LIFE),
        client_id: client_id.clone(),
        customer_id: customer_id.clone(),
    }
}
