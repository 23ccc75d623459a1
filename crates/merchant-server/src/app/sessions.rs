//! From an auth code to a session, and from a token to a customer.

use merchant_core::lifecycle::{Customer, WalletName};
use shop_api::{CustomerTag, ProblemCode, Session, StartSession};

use super::{App, ShopError};
use crate::digest::{keyed_tag, sha256};
use crate::store::SessionRow;
use crate::wallet::TokenReply;

/// Who sent a request.
#[derive(Clone, Debug)]
pub struct Shopper {
    /// The customer.
    pub customer: Customer,
}

impl App {
    /// Exchanges an auth code for a session. The wallet's own tokens aren't kept.
    ///
    /// # Errors
    /// The wallet rejects the code, or can't be asked.
    pub async fn start_session(&self, request: &StartSession) -> Result<Session, ShopError> {
        let wallet = self.wallet_for(request.site_name.as_deref()).clone();
        let id = match self.wallets.apply_token(&wallet, &request.auth_code).await {
            TokenReply::Customer(id) => id,
            TokenReply::Rejected(code) => {
                tracing::info!(wallet = %wallet, code, "the wallet rejected an auth code");
                return Err(ShopError::AuthCodeRejected);
            }
            TokenReply::Unavailable(reason) => {
                tracing::warn!(wallet = %wallet, reason, "no session: the wallet can't be asked");
                return Err(ShopError::WalletUnavailable);
            }
        };
        let customer = Customer { wallet, id };
        let token = self.rng.secret();
        let now = self.now();
        let expires_at = now.plus_millis(self.settings.shop.session_lifetime_millis);
        let customer_tag = self.tag(&customer);
        let token_hash = sha256(token.as_bytes());
        self.store.add_session(SessionRow { token_hash, customer, created_at: now, expires_at }).await?;
        Ok(Session { token, expires_at, customer_tag, server_time: now })
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// `Ok(Err(code))` when it is nobody's, or its time is over; `Err` when the database failed.
    pub async fn shopper(&self, token: &str) -> Result<Result<Shopper, ProblemCode>, ShopError> {
        let session = self.store.session(sha256(token.as_bytes())).await?;
        Ok(match session {
            None => Err(ProblemCode::SessionRequired),
            Some(session) if session.expires_at <= self.now() => Err(ProblemCode::SessionExpired),
            Some(session) => Ok(Shopper { customer: session.customer }),
        })
    }

    pub(super) fn wallet_for(&self, site_name: Option<&str>) -> &WalletName {
        let known = self.settings.sites.iter().find(|(site, _)| Some(site.as_str()) == site_name);
        known.map_or(&self.settings.default_wallet, |(_, wallet)| wallet)
    }

    fn tag(&self, customer: &Customer) -> CustomerTag {
        CustomerTag(keyed_tag(&self.tag_key, &[customer.wallet.as_str(), customer.id.as_str()]))
    }
}
