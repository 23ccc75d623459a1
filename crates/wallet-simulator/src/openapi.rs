//! The wallet's OpenAPI: bytes in, events and an answer out.
//!
//! A request is verified before anything in it is read; what can't be verified is answered F, *unsigned*,
//! and changes nothing. Everything else is answered signed, over the exact bytes that go out.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
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
use crate::wallet::decide::{FreshTokens, PayAsked, Refusal};
use crate::wallet::payment::{Payment, State};

/// What stands before the version in every path.
pub const PREFIX: &str = "/api/open";

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
        let asked = pay_asked(client_id, request, canonical(body));
        let (events, id) = match self.store.wallet().decide_pay(self.now, client_id, asked, fresh_id) {
            Ok(decided) => decided,
            Err(refusal) => return Ok(PayResponse::only(failed(refusal))),
        };
        self.store.commit(events)?;
        Ok(match self.store.wallet().payment(id.as_str()) {
            Some(payment) => self.pay_response(payment),
            None => PayResponse::only(WireResult::unknown("the payment is not to be found")),
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
            // S here means "authorised", and the status that an inquiry gives says so.
            State::Authorised { .. } => identified(WireResult::success()),
            State::Succeeded { at, .. } => {
                PayResponse { payment_time: Some(date_time(*at)), ..identified(WireResult::success()) }
            }
            State::Failed { reason, .. } => identified(WireResult::failed(reason.code(), reason.text())),
            State::Cancelled { by, .. } => identified(WireResult::failed(by.code(), by.text())),
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
        let secrets =
            (AccessToken::new(self.rng.secret()).ok()).zip(RefreshToken::new(self.rng.secret()).ok());
        let Some((access_token, refresh_token)) = secrets else {
            return Ok(ApplyTokenResponse::only(WireResult::unknown("no tokens could be made")));
        };
        let fresh = FreshTokens { access_token, refresh_token };
        let (events, tokens) = match self.store.wallet().decide_tokens(self.now, client_id, &code, fresh) {
            Ok(decided) => decided,
            Err(refusal) => return Ok(ApplyTokenResponse::only(failed(refusal))),
        };
        self.store.commit(events)?;
        Ok(ApplyTokenResponse {
            access_token: Some(tokens.access_token),
            access_token_expiry_time: Some(date_time(tokens.access_expires_at)),
            refresh_token: Some(tokens.refresh_token),
            refresh_token_expiry_time: Some(date_time(tokens.refresh_expires_at)),
            customer_id: Some(tokens.customer_id),
            ..ApplyTokenResponse::only(WireResult::success())
        })
    }
}

/// What the wallet understands of a request to pay.
fn pay_asked(client_id: &ClientId, request: PayRequest, content: String) -> PayAsked {
    let order = request.order;
    let merchant = order.as_ref().and_then(|order| order.merchant.as_ref());
    let payee = merchant.map(|merchant| {
        merchant.merchant_display_name.clone().unwrap_or_else(|| merchant.merchant_name.clone())
    });
    PayAsked {
        payment_request_id: request.payment_request_id,
        app_id: Some(request.app_id),
        amount: request.payment_amount,
        expires_at: request.payment_expiry_time.map(|time| time.timestamp()),
        payee: payee.unwrap_or_else(|| client_id.to_string()),
        description: order.map(|order| order.order_description).unwrap_or_default(),
        notify_url: request.payment_notify_url,
        authorise_only: false,
        content,
    }
}

fn failed(refusal: Refusal) -> WireResult {
    WireResult::failed(refusal.code, refusal.message)
}

fn inquiry_response(payment: &Payment) -> InquiryPaymentResponse {
    let terms = &payment.terms;
    InquiryPaymentResponse {
        payment_id: Some(terms.payment_id.clone()),
        payment_request_id: Some(terms.payment_request_id.clone()),
        payment_amount: Some(terms.amount),
        payment_time: payment.paid_at().map(date_time),
        payment_status: Some(payment.status()),
        payment_fail_reason: payment.fail_reason().map(ToOwned::to_owned),
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
