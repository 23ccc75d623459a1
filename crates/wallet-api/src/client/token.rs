//! Learning who the shopper is.

use super::{Judged, WalletClient};
use crate::ids::{AccessToken, AuthCode, CustomerId, RefreshToken};
use crate::operation::Operation;
use crate::operation::apply_token::{ApplyTokenRequest, ApplyTokenResponse, GrantType};
use crate::outcome::{Outcome, Reason, Sending};
use crate::time::DateTime;

/// What exchanging an auth code came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenAnswer {
    /// The shopper is known.
    Granted(Box<TokenGrant>),
    /// The code isn't good; ask `my.getAuthCode` for another.
    Refused(Reason),
    /// Nobody can say; ask `my.getAuthCode` for another, later.
    Unknown(Reason),
}

/// Who the shopper is, and the tokens that speak for them. They stay on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenGrant {
    /// The shopper.
    pub customer_id: CustomerId,
    /// Speaks for the shopper.
    pub access_token: Option<AccessToken>,
    /// Until when.
    pub access_token_expires_at: Option<DateTime>,
    /// Good for one new pair.
    pub refresh_token: Option<RefreshToken>,
    /// Until when.
    pub refresh_token_expires_at: Option<DateTime>,
}

impl WalletClient {
    /// Exchanges the code that `my.getAuthCode` gave. Codes are good once, so this is never resent.
    pub async fn apply_token(&self, auth_code: AuthCode) -> TokenAnswer {
        let request = ApplyTokenRequest {
            app_id: self.profile.app_id.clone(),
            auth_client_id: self.profile.client_id.clone(),
            grant_type: GrantType::AuthorizationCode,
            auth_code: Some(auth_code),
            refresh_token: None,
            customer_belongs_to: self.profile.customer_belongs_to.clone(),
        };
        let Ok(call) = self.prepare(Operation::ApplyToken, &request) else {
            return TokenAnswer::Unknown(Reason::Unreadable("the request can't be written".to_owned()));
        };
        match self.send(&call, Sending::First).await {
            Ok(judged) => token_answer(judged),
            Err(reason) => TokenAnswer::Unknown(reason),
        }
    }
}

fn token_answer(judged: Judged<ApplyTokenResponse>) -> TokenAnswer {
    let answer = judged.answer;
    match (judged.outcome, answer.customer_id) {
        (Outcome::Success, Some(customer_id)) => TokenAnswer::Granted(Box::new(TokenGrant {
            customer_id,
            access_token: answer.access_token,
            access_token_expires_at: answer.access_token_expiry_time,
            refresh_token: answer.refresh_token,
            refresh_token_expires_at: answer.refresh_token_expiry_time,
        })),
        (Outcome::Success, None) => {
            TokenAnswer::Unknown(Reason::Unreadable("there is no customerId".to_owned()))
        }
        (Outcome::Accepted, _) => TokenAnswer::Unknown(Reason::UnexpectedStatus(answer.result.result_status)),
        (Outcome::Failed(reason), _) => TokenAnswer::Refused(reason),
        (Outcome::Unknown(reason), _) => TokenAnswer::Unknown(reason),
    }
}
