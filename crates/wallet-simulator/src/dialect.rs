//! How the wallet speaks with one merchant: a shipped profile, as the wallet's side of it.
//!
//! In: a merchant as it was registered. Out: the profile by which its requests are read, and its answers
//! and notifications written; and what its contract says that every payment must carry.

use toml::{Table, Value};
use wallet_api::profile::{ContractKey, PRESETS, Preset, ProfileError, WalletProfile, complete};
use wallet_api::wire::Claims;

use crate::wallet::event::Merchant;

/// The profile of merchants that name none.
pub const DEFAULT: &str = "generic-v2";

/// How the wallet speaks with one merchant.
#[derive(Debug)]
pub struct Dialect {
    /// The profile, with this simulator as its wallet.
    pub profile: WalletProfile,
    requires: Vec<ContractKey>,
}

impl Dialect {
    /// The dialect of `merchant`, whose cashier stands at `origin`.
    ///
    /// # Errors
    /// [`ProfileError`] when the merchant's profile isn't shipped.
    pub fn of(merchant: &Merchant, origin: &str) -> Result<Self, ProfileError> {
        let host = origin.rsplit("://").next().unwrap_or(origin);
        let text = |text: &str| Value::String(text.to_owned());
        let mut table = Table::from_iter([
            ("preset".to_owned(), text(&merchant.profile)),
            ("name".to_owned(), text("simulator")),
            ("mode".to_owned(), text("simulator")),
            ("base_url".to_owned(), text(origin)),
            ("cashier_hosts".to_owned(), Value::Array(vec![text(host)])),
            ("client_id".to_owned(), text(merchant.client_id.as_str())),
        ]);
        if let Some(app_id) = &merchant.app_id {
            table.insert("app_id".to_owned(), text(app_id.as_str()));
        }
        if let Some(partner_id) = &merchant.partner_id {
            table.insert("partner_id".to_owned(), text(partner_id.as_str()));
        }
        complete(&mut table)?;
        // A merchant must name these; the wallet takes them as they come, unless it was told which.
        let requires = table.insert("requires".to_owned(), Value::Array(Vec::new()));
        let requires = requires.and_then(|value| value.try_into().ok()).unwrap_or_default();
        Ok(Self { profile: WalletProfile::from_table(table)?, requires })
    }

    /// The member that this wallet requires and a payment lacks.
    pub fn missing(&self, claims: &Claims) -> Option<&'static str> {
        self.requires.iter().find_map(|key| {
            let (given, member) = match key {
                ContractKey::AppId => (claims.app_id.is_some(), "appId"),
                ContractKey::PartnerId => (claims.partner_id.is_some(), "partnerId"),
                ContractKey::ProductCode => (claims.product_code.is_some(), "productCode"),
                ContractKey::SalesCode => (claims.sales_code.is_some(), "salesCode"),
                ContractKey::CustomerBelongsTo => {
                    (claims.customer_belongs_to().is_some(), "customerBelongsTo")
                }
            };
            (!given).then_some(member)
        })
    }
}

/// The shipped profile of this name, by which a merchant may be registered.
///
/// # Errors
/// A sentence that says which there are.
pub fn known(name: &str) -> Result<String, String> {
    match Preset::find(name) {
        Some(preset) => Ok(preset.name.to_owned()),
        None => {
            let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
            Err(format!("there is no profile {name:?}; there are {}", names.join(", ")))
        }
    }
}
