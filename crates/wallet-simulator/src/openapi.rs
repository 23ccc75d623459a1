//! The wallet's OpenAPI: bytes in, events and an answer out.
//!
//! A request is verified before anything in it is read; what can't be verified is answered F, *unsigned*,
//! and changes nothing. Everything else is answered signed, over the exact bytes that go out.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wallet_api::clock::later;
use wallet_api::ids::{AccessToken, ClientId, PaymentId, RefreshToken};
use wallet_api::operation::Operation;
use wallet_api::operation::apply_token::{ApplyTokenRequest, ApplyTokenResponse, GrantType};
use wallet_api::operation::inquiry_payment::{InquiryPaymentRequest, InquiryPaymentResponse};
use wallet_api::operation::pay::{PayRequest, PayResponse, RedirectForm};
use wallet_api::operation::result::{ResultCode, ResultOnly, ResultStatus, WireResult};
use wallet_api::profile::ApiVersion;
use wallet_api::random::Rng;
use wallet_api::time::{DateTime, TimeFormat};

use crate::store::{Store, StoreError};
use crate::wallet::decide::PayDecision;
use crate::wallet::payment::{Payment, State};

/// What stands before the version in every path.
pub const PREFIX: &str = "/api/open";

/// How long an access token is good.
const TOKEN_LIFE: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// The desk at which verified requests are answered.
pub(crate) struct Desk<'a> {
    pub store: &'a mut Store,
    /// The wallet's time.
    pub now: Timestamp,
    pub rng: &'a dyn Rng,
    /// Where this wallet's cashier stands: `http://127.0.0.1:8702`.
    pub origin: &'a str,
}

/// The operation behind a path.
pub(crate) fn operation(path: &str) -> Option<Operation> {
    let path = path.strip_prefix(PREFIX)?;
    Operation::ALL.into_iter().find(|operation| operation.path(ApiVersion::V2) == path)
}

impl Desk<'_> {
    /// The body of the answer to a verified request.
    pub fn answer(
        &mut self,
        client_id: &ClientId,
        operation: Option<Operation>,
        body: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let expired = self.store.wallet().expire(self.now);
        self.store.commit(expired)?;
        Ok(match operation {
            Some(Operation::Pay) => to_json(&self.pay(client_id, body)?),
            Some(Operation::InquiryPayment) => to_json(&self.inquire(client_id, body)),
            Some(Operation::ApplyToken) => to_json(&self.apply_token(client_id, body)?),
            None => to_json(&refusal(ResultCode::NoInterfaceDef, "there is no such interface")),
        })
    }

    fn pay(&mut self, client_id: &ClientId, body: &[u8]) -> Result<PayResponse, StoreError> {
        let request = match read::<PayRequest>(body).and_then(within_limits) {
            Ok(request) => request,
            Err(result) => return Ok(PayResponse::only(result)),
        };
        let Ok(fresh_id) = PaymentId::new(format!("sim{}", self.rng.unguessable_id())) else {
            return Ok(PayResponse::only(WireResult::unknown("no id could be made")));
        };
        let wallet = self.store.wallet();
        let (events, decision) = wallet.decide_pay(self.now, client_id, request, canonical(body), fresh_id);
        self.store.commit(events)?;
        Ok(match decision {
            PayDecision::Refused(code, message) => PayResponse::only(WireResult::failed(code, message)),
            PayDecision::Payment(id) => match self.store.wallet().payment(id.as_str()) {
                Some(payment) => self.pay_response(payment),
                None => PayResponse::only(WireResult::unknown("the payment is not to be found")),
            },
        })
    }

    fn pay_response(&self, payment: &Payment) -> PayResponse {
        let terms = &payment.terms;
        let identified = |result| PayResponse {
            payment_id: Some(terms.payment_id.clone()),
            payment_request_id: Some(terms.payment_request_id.clone()),
            ..PayResponse::only(result)
        };
        match &payment.state {
            State::Processing => PayResponse {
                redirect_action_form: Some(RedirectForm {
                    method: Some("GET".to_owned()),
                    redirect_url: Some(format!("{}/cashier/{}", self.origin, terms.payment_id)),
                    redirection_url: None,
                }),
                ..identified(WireResult::new(ResultStatus::Accepted, ResultCode::Accept, "accept"))
            },
            State::Succeeded { at, .. } => {
                PayResponse { payment_time: Some(date_time(*at)), ..identified(WireResult::success()) }
            }
            State::Failed { reason, .. } => identified(WireResult::failed(reason.code(), reason.text())),
        }
    }

    fn inquire(&self, client_id: &ClientId, body: &[u8]) -> InquiryPaymentResponse {
        let request = match read::<InquiryPaymentRequest>(body) {
            Ok(request) => request,
            Err(result) => return InquiryPaymentResponse::only(result),
        };
        let wallet = self.store.wallet();
        let payment = match (&request.payment_id, &request.payment_request_id) {
            (Some(id), _) => {
                wallet.payment(id.as_str()).filter(|payment| payment.terms.client_id == *client_id)
            }
            (None, Some(id)) => wallet.payment_by_request(client_id, id),
            (None, None) => {
                let result =
                    WireResult::failed(ResultCode::ParamIllegal, "paymentId or paymentRequestId is needed");
                return InquiryPaymentResponse::only(result);
            }
        };
        match payment {
            Some(payment) => inquiry_response(payment),
            None => {
                InquiryPaymentResponse::only(WireResult::failed(ResultCode::OrderNotExist, "no such payment"))
            }
        }
    }

    fn apply_token(&mut self, client_id: &ClientId, body: &[u8]) -> Result<ApplyTokenResponse, StoreError> {
        let request = match read::<ApplyTokenRequest>(body) {
            Ok(request) => request,
            Err(result) => return Ok(ApplyTokenResponse::only(result)),
        };
        let fail = |code, message| Ok(ApplyTokenResponse::only(WireResult::failed(code, message)));
        let known_app =
            self.store.wallet().merchant(client_id.as_str()).and_then(|merchant| merchant.app_id.clone());
        if request.auth_client_id != *client_id {
            return fail(ResultCode::InvalidAuthClient, "authClientId is not the Client-Id that signs");
        }
        if known_app.is_some_and(|app_id| app_id != request.app_id) {
            return fail(ResultCode::InvalidAuthClient, "appId is not this merchant's");
        }
        match request.grant_type {
            GrantType::AuthorizationCode => {}
            GrantType::RefreshToken | GrantType::Other(_) => {
                return fail(
                    ResultCode::AuthClientUnsupportedGrantType,
                    "only AUTHORIZATION_CODE is supported",
                );
            }
        }
        let Some(code) = request.auth_code else {
            return fail(ResultCode::ParamIllegal, "authCode is needed");
        };
        let (events, customer_id) = match self.store.wallet().decide_token(self.now, &code) {
            Ok(decided) => decided,
            Err(code) => return fail(code, "the auth code is not good; ask my.getAuthCode for another"),
        };
        self.store.commit(events)?;
        let expires_at = Some(date_time(later(self.now, TOKEN_LIFE)));
        Ok(ApplyTokenResponse {
            access_token: AccessToken::new(self.rng.secret()).ok(),
            access_token_expiry_time: expires_at.clone(),
            refresh_token: RefreshToken::new(self.rng.secret()).ok(),
            refresh_token_expiry_time: expires_at,
            customer_id: Some(customer_id),
            ..ApplyTokenResponse::only(WireResult::success())
        })
    }
}

fn inquiry_response(payment: &Payment) -> InquiryPaymentResponse {
    let terms = &payment.terms;
    InquiryPaymentResponse {
        payment_id: Some(terms.payment_id.clone()),
        payment_request_id: Some(terms.payment_request_id.clone()),
        payment_amount: Some(terms.amount),
        payment_time: payment.paid_at().map(date_time),
        payment_status: Some(payment.status()),
        payment_fail_reason: payment.fail_reason().map(|reason| reason.text().to_owned()),
        payment_create_time: Some(date_time(terms.created_at)),
        ..InquiryPaymentResponse::only(WireResult::success())
    }
}

/// A point in time as this wallet writes it.
pub(crate) fn date_time(time: Timestamp) -> DateTime {
    DateTime::new(time, TimeFormat::IsoSeconds)
}

/// An answer that is only an F.
pub(crate) fn refusal(code: ResultCode, message: &str) -> ResultOnly {
    ResultOnly { result: WireResult::failed(code, message) }
}

/// JSON for an answer; the types of the wire always have one.
pub(crate) fn to_json(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).unwrap_or_default()
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, WireResult> {
    serde_json::from_slice(body).map_err(|error| illegal(&error.to_string()))
}

fn illegal(fault: &str) -> WireResult {
    WireResult::failed(ResultCode::ParamIllegal, fault.chars().take(256).collect::<String>())
}

/// The documented lengths that the types don't hold by themselves.
fn within_limits(request: PayRequest) -> Result<PayRequest, WireResult> {
    let order = request.order.as_ref();
    let merchant = order.and_then(|order| order.merchant.as_ref());
    let limits = [
        ("productCode", request.product_code.as_deref(), 32),
        ("salesCode", request.sales_code.as_deref(), 32),
        ("paymentRedirectUrl", request.payment_redirect_url.as_deref(), 1024),
        ("paymentNotifyUrl", request.payment_notify_url.as_deref(), 1024),
        ("extendInfo", request.extend_info.as_deref(), 4096),
        ("order.orderDescription", order.map(|order| order.order_description.as_str()), 256),
        ("order.merchant.referenceMerchantId", merchant.map(|m| m.reference_merchant_id.as_str()), 32),
        ("order.merchant.merchantName", merchant.map(|m| m.merchant_name.as_str()), 256),
        ("order.merchant.merchantDisplayName", merchant.and_then(|m| m.merchant_display_name.as_deref()), 64),
    ];
    for (member, text, max) in limits {
        if text.is_some_and(|text| text.is_empty() || text.chars().count() > max) {
            return Err(illegal(&format!("{member} must have 1 to {max} characters, or be left out")));
        }
    }
    let postable = |url: &str| url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if request.payment_notify_url.as_deref().is_some_and(|url| !postable(url)) {
        return Err(illegal("paymentNotifyUrl must be an http or https address"));
    }
    Ok(request)
}

/// The request with the members of every object in order: the same content is the same text.
fn canonical(body: &[u8]) -> String {
    fn write(value: &Value, text: &mut String) {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| *name);
                text.push('{');
                for (name, value) in members {
                    text.push_str(&Value::from(name.as_str()).to_string());
                    text.push(':');
                    write(value, text);
                    text.push(',');
                }
                text.push('}');
            }
            Value::Array(items) => {
                text.push('[');
                for item in items {
                    write(item, text);
                    text.push(',');
                }
                text.push(']');
            }
            scalar => text.push_str(&scalar.to_string()),
        }
    }
    let mut text = String::new();
    write(&serde_json::from_slice(body).unwrap_or(Value::Null), &mut text);
    text
}

#[cfg(test)]
mod tests;
