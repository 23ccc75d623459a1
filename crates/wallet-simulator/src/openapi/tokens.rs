//! `applyToken`, `cancelToken`, user information.

use wallet_api::ids::CustomerId;
use wallet_api::operation::apply_token::{ApplyTokenRequest, ApplyTokenResponse};
use wallet_api::operation::cancel_token::{CancelTokenRequest, CancelTokenResponse};
use wallet_api::operation::order::UserName;
use wallet_api::operation::result::WireResult;
use wallet_api::operation::user_info::{Contact, LoginId, User, UserInfoRequest, UserInfoResponse};
use wallet_api::profile::ApiVersion;

use super::{Desk, Undone};
use crate::wallet::customer::{Channel, Customer};
use crate::wallet::decide::FreshTokens;

impl Desk<'_> {
    pub(super) fn apply_token(&mut self, request: ApplyTokenRequest) -> Result<ApplyTokenResponse, Undone> {
        let fresh = FreshTokens {
            access_token: self.rng.secret().parse()?,
            refresh_token: self.rng.secret().parse()?,
        };
        let wallet = self.store.wallet();
        let decision = match &request {
            ApplyTokenRequest::AuthCode(code) => wallet.decide_tokens(self.now, self.client_id, code, fresh),
            ApplyTokenRequest::RefreshToken(token) => {
                wallet.decide_refresh(self.now, self.client_id, token, fresh)
            }
        };
        let decision = decision.map_err(|refusal| refusal.in_words_of(self.dialect.profile.version));
        let tokens = self.commit(decision)?;
        Ok(ApplyTokenResponse {
            access_token: Some(tokens.access_token),
            access_token_expires_at: Some(tokens.access_expires_at),
            refresh_token: Some(tokens.refresh_token),
            refresh_token_expires_at: Some(tokens.refresh_expires_at),
            customer_id: Some(tokens.customer_id),
            ..ApplyTokenResponse::only(WireResult::success())
        })
    }

    pub(super) fn cancel_token(
        &mut self,
        request: CancelTokenRequest,
    ) -> Result<CancelTokenResponse, Undone> {
        let wallet = self.store.wallet();
        let decision = wallet.decide_cancel_tokens(self.now, self.client_id, &request.access_token);
        self.commit(decision)?;
        Ok(CancelTokenResponse { result: WireResult::success() })
    }

    pub(super) fn user_info(&mut self, request: UserInfoRequest) -> Result<UserInfoResponse, Undone> {
        let wallet = self.store.wallet();
        let (id, customer) = wallet.customer_of_token(self.now, self.client_id, &request.access_token)?;
        Ok(UserInfoResponse { result: WireResult::success(), user: Some(user(id, customer)) })
    }
}

fn user(customer_id: &CustomerId, customer: &Customer) -> User {
    let kind = |channel| {
        match channel {
            Channel::MobilePhone => "MOBILE_PHONE",
            Channel::Email => "EMAIL",
        }
        .to_owned()
    };
    let logins = customer.profile.login_ids.iter().map(|login| LoginId {
        login_id: None,
        login_id_type: Some(kind(login.channel)),
        mask_login_id: Some(login.masked.clone()),
        hash_login_id: None,
    });
    let contacts = customer.profile.contacts.iter().map(|contact| Contact {
        contact_no: contact.number.clone(),
        contact_type: Some(kind(contact.channel)),
    });
    User {
        user_id: customer_id.clone(),
        status: Some("ACTIVE".to_owned()),
        nick_name: customer.profile.nick_name.clone(),
        user_name: Some(UserName { full_name: Some(customer.name.clone()), ..UserName::default() }),
        user_addresses: Vec::new(),
        avatar: None,
        gender: None,
        birth_date: None,
        nationality: None,
        login_id_infos: logins.collect(),
        contact_infos: contacts.collect(),
    }
}

impl crate::wallet::decide::Refusal {
    /// The codes about auth codes have other names in v1.
    fn in_words_of(mut self, version: ApiVersion) -> Self {
        use wallet_api::operation::result::ResultCode as C;
        if version == ApiVersion::V1 {
            self.code = match self.code {
                C::InvalidAuthCode => C::InvalidCode,
                C::UsedAuthCode => C::UsedCode,
                C::ExpiredAuthCode => C::ExpiredCode,
                other => other,
            };
        }
        self
    }
}
