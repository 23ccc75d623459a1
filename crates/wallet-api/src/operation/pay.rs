//! `pay` (v2): asks the wallet for a payment. The answer A leads to the cashier.

use serde::{Deserialize, Serialize};

use super::order::Order;
use super::result::WireResult;
use crate::amount::Amount;
use crate::ids::{AppId, PaymentId, PaymentRequestId};
use crate::time::DateTime;

/// The body of `POST /v2/payments/pay`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PayRequest {
    /// The mini program.
    pub app_id: AppId,
    /// The wallet, as `my.getSiteInfo` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_belongs_to: Option<String>,
    /// What kind of payment the contract calls for: `CASHIER_PAYMENT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_code: Option<String>,
    /// The contract's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales_code: Option<String>,
    /// The attempt's id: the idempotency key.
    pub payment_request_id: PaymentRequestId,
    /// What to collect.
    pub payment_amount: Amount,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// When the wallet closes the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_expiry_time: Option<DateTime>,
    /// Where a browser returns to, at most 1024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_redirect_url: Option<String>,
    /// Where the notification goes, at most 1024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_notify_url: Option<String>,
    /// JSON inside a string, at most 4096 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extend_info: Option<String>,
}

/// The answer to `pay`. The wallets name the cashier's address in five ways; we write the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PayResponse {
    /// The verdict on the call.
    pub result: WireResult,
    /// The wallet's id of the payment; with S and A.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// Our id, echoed by some wallets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_request_id: Option<PaymentRequestId>,
    /// When it was paid; with S.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_time: Option<DateTime>,
    /// The cashier's address (v2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_action_form: Option<RedirectForm>,
    /// The cashier's address (v1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_form: Option<RedirectForm>,
    /// The cashier's address (some wallets).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_url: Option<String>,
    /// The cashier's address (Antom).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal_url: Option<String>,
    /// The wallet's trade number, where `tradePay` wants that.
    #[serde(rename = "tradeNO", default, skip_serializing_if = "Option::is_none")]
    pub trade_no: Option<String>,
    /// The signed order string, where `tradePay` wants that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_str: Option<String>,
}

/// How to get to the cashier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedirectForm {
    /// `GET` or `POST`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The address, as the tables spell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// The address, as the samples spell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirection_url: Option<String>,
}

impl PayResponse {
    /// An answer that is only a verdict.
    pub fn only(result: WireResult) -> Self {
        Self {
            result,
            payment_id: None,
            payment_request_id: None,
            payment_time: None,
            redirect_action_form: None,
            action_form: None,
            payment_url: None,
            normal_url: None,
            trade_no: None,
            order_str: None,
        }
    }

    /// The cashier's address, by whichever name it came.
    pub fn cashier_url(&self) -> Option<&str> {
        [&self.redirect_action_form, &self.action_form]
            .into_iter()
            .flatten()
            .find_map(|form| form.redirect_url.as_deref().or(form.redirection_url.as_deref()))
            .or(self.payment_url.as_deref())
            .or(self.normal_url.as_deref())
    }
}
