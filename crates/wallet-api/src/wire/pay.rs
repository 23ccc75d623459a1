//! `pay`.

use serde::{Deserialize, Serialize};

use super::order::{EnvInfo, WireOrder};
use super::parts::{
    PaymentNames, customer_belongs_to, date_time, extend_info, moment, readable_time, same, unless_empty,
    unless_null,
};
use super::{Call, Message, WireError, decode, encode};
use crate::amount::Amount;
use crate::ids::{AppId, PartnerId};
use crate::operation::Operation;
use crate::operation::order::{Env, Order, cut};
use crate::operation::pay::{PayRequest, PayResponse};
use crate::operation::result::{ResultCode, ResultStatus, WireResult};
use crate::profile::{
    AcceptedAnswer, CashierUrlMember, EnvPlace, OrderPlace, ReturnUrlMember, WalletProfile,
};
use crate::time::DateTime;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partner_id: Option<PartnerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_id: Option<AppId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_belongs_to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sales_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_order_title: Option<String>,
    #[serde(flatten)]
    names: PaymentNames,
    payment_amount: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<WireOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_order: Option<WireOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extra_params: Option<ExtraParams>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_factor: Option<PaymentFactor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_expiry_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_return_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_redirect_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_notify_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    env_info: Option<EnvInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    env: Option<Env>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extend_info: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct ExtraParams {
    #[serde(rename = "ORDER", default, skip_serializing_if = "Option::is_none")]
    order: Option<TextOrOrder>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TextOrOrder {
    Text(String),
    Order(Box<WireOrder>),
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PaymentFactor {
    #[serde(skip_serializing_if = "is_false", deserialize_with = "unless_null")]
    is_cashier_payment: bool,
    #[serde(skip_serializing_if = "is_false", deserialize_with = "unless_null")]
    is_authorization_payment: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl PaymentFactor {
    fn write(profile: &WalletProfile, request: &PayRequest) -> Option<Self> {
        let factor = Self {
            is_cashier_payment: profile.wire.is_cashier_payment,
            is_authorization_payment: request.authorise_only,
        };
        (factor.is_cashier_payment || factor.is_authorization_payment).then_some(factor)
    }
}

impl Message for PayRequest {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        let order = || WireOrder::write(profile, self.order.clone(), self.env.as_ref());
        let (mut at_order, mut at_payment_order, mut at_extra_params) = (None, None, None);
        match profile.wire.order {
            OrderPlace::Order => at_order = Some(order()),
            OrderPlace::PaymentOrder => at_payment_order = Some(order()),
            OrderPlace::ExtraParams => {
                let text = String::from_utf8_lossy(&encode(&order())?).into_owned();
                at_extra_params = Some(ExtraParams { order: Some(TextOrOrder::Text(text)) });
            }
            OrderPlace::ExtraParamsObject => {
                at_extra_params = Some(ExtraParams { order: Some(TextOrOrder::Order(Box::new(order()))) });
            }
            OrderPlace::None => {}
        }
        let (return_url, redirect_url) = match profile.wire.return_url {
            ReturnUrlMember::PaymentReturnUrl => (self.return_url.clone(), None),
            ReturnUrlMember::PaymentRedirectUrl => (None, self.return_url.clone()),
        };
        encode(&Request {
            partner_id: profile.partner_id.clone(),
            app_id: profile.app_id.clone(),
            customer_belongs_to: customer_belongs_to(profile),
            product_code: profile.product_code.clone(),
            sales_code: profile.sales_code.clone(),
            payment_order_title: profile.wire.payment_order_title.then(|| cut(&self.order.description, 256)),
            names: PaymentNames::write(profile, None, Some(&self.payment_request_id)),
            payment_amount: self.amount,
            order: at_order,
            payment_order: at_payment_order,
            extra_params: at_extra_params,
            payment_factor: PaymentFactor::write(profile, self),
            payment_expiry_time: date_time(profile, self.expires_at),
            payment_return_url: return_url,
            payment_redirect_url: redirect_url,
            payment_notify_url: self.notify_url.clone(),
            env_info: EnvInfo::write(profile, self.env.as_ref()),
            env: self.env.clone().map(Env::fitted).filter(|_| profile.wire.env == EnvPlace::Env),
            extend_info: extend_info(profile),
        })
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let mut wire: Request = decode(body)?;
        let (order, order_env) = read_order(&mut wire)?;
        let (_, request_id) = wire.names.read()?;
        let return_url = same(
            wire.payment_return_url,
            wire.payment_redirect_url,
            "paymentReturnUrl and paymentRedirectUrl differ",
        )?;
        Ok(Self {
            payment_request_id: request_id.ok_or(WireError::missing("paymentRequestId"))?,
            amount: wire.payment_amount,
            order,
            env: wire.env_info.map(EnvInfo::read).or(wire.env).or(order_env),
            expires_at: moment(wire.payment_expiry_time.as_ref()),
            notify_url: wire.payment_notify_url,
            return_url,
            authorise_only: wire.payment_factor.is_some_and(|factor| factor.is_authorization_payment),
        })
    }
}

impl Call for PayRequest {
    type Answer = PayResponse;

    const OPERATION: Operation = Operation::Pay;
}

/// The order from wherever it stands. A request without one is a payment for its own sake.
fn read_order(wire: &mut Request) -> Result<(Order, Option<Env>), WireError> {
    let extra = match wire.extra_params.take().and_then(|extra| extra.order) {
        Some(TextOrOrder::Text(text)) => Some(decode::<WireOrder>(text.as_bytes())?),
        Some(TextOrOrder::Order(order)) => Some(*order),
        None => None,
    };
    if let Some(order) = wire.order.take().or(wire.payment_order.take()).or(extra) {
        return order.read();
    }
    let (_, request_id) = wire.names.clone().read()?;
    let request_id = request_id.ok_or(WireError::missing("paymentRequestId"))?;
    let order = Order {
        reference_order_id: crate::ids::ReferenceOrderId::new(request_id.as_str())
            .map_err(|_| WireError::missing("order.referenceOrderId"))?,
        description: wire.payment_order_title.take().unwrap_or_default(),
        amount: wire.payment_amount,
        created_at: None,
        merchant: None,
        goods: Vec::new(),
        shipping: None,
        buyer: None,
    };
    Ok((order, None))
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    result: WireResult,
    #[serde(flatten)]
    names: PaymentNames,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_amount: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    payment_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "readable_time")]
    auth_expiry_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    redirect_action_form: Option<RedirectForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action_form: Option<RedirectForm>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    payment_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    normal_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    checkout_url: Option<String>,
    #[serde(
        rename = "tradeNO",
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "unless_empty"
    )]
    trade_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    order_str: Option<String>,
}

/// `redirectActionForm` (v2) and `actionForm` (v1). Tables spell the address one way, samples the other.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RedirectForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    action_form_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    redirect_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "unless_empty")]
    redirection_url: Option<String>,
}

impl Message for PayResponse {
    fn write(&self, profile: &WalletProfile) -> Result<Vec<u8>, WireError> {
        let mut wire = Response {
            result: self.spelled_result(profile.wire.accepted),
            names: PaymentNames::write(profile, self.payment_id.as_ref(), self.payment_request_id.as_ref()),
            payment_amount: self.amount,
            payment_time: date_time(profile, self.paid_at),
            auth_expiry_time: date_time(profile, self.authorised_until),
            redirect_action_form: None,
            action_form: None,
            payment_url: None,
            normal_url: None,
            checkout_url: None,
            trade_no: self.trade_no.clone(),
            order_str: self.order_str.clone(),
        };
        if let Some(url) = self.cashier_url.clone() {
            wire.put_cashier_url(profile.wire.cashier_url, url);
        }
        encode(&wire)
    }

    fn read(body: &[u8]) -> Result<Self, WireError> {
        let wire: Response = decode(body)?;
        let (payment_id, payment_request_id) = wire.names.read()?;
        let cashier_url = [wire.redirect_action_form, wire.action_form]
            .into_iter()
            .flatten()
            .find_map(|form| form.redirect_url.or(form.redirection_url))
            .or(wire.payment_url)
            .or(wire.normal_url)
            .or(wire.checkout_url);
        Ok(Self {
            result: wire.result,
            payment_id,
            payment_request_id,
            amount: wire.payment_amount,
            paid_at: moment(wire.payment_time.as_ref()),
            cashier_url,
            trade_no: wire.trade_no,
            order_str: wire.order_str,
            authorised_until: moment(wire.auth_expiry_time.as_ref()),
        })
    }
}

answers_with_a_verdict!(PayResponse);

impl PayResponse {
    /// "Accepted" in this wallet's words; everything else as it is.
    fn spelled_result(&self, accepted: AcceptedAnswer) -> WireResult {
        match (&self.result.result_status, accepted) {
            (ResultStatus::Accepted, AcceptedAnswer::PaymentInProcess) => WireResult::new(
                ResultStatus::Unknown,
                ResultCode::PaymentInProcess,
                self.result.result_message.clone(),
            ),
            _ => self.result.clone(),
        }
    }
}

impl Response {
    fn put_cashier_url(&mut self, member: CashierUrlMember, url: String) {
        match member {
            CashierUrlMember::RedirectActionForm => {
                self.redirect_action_form = Some(RedirectForm {
                    method: Some("GET".to_owned()),
                    redirect_url: Some(url),
                    ..RedirectForm::default()
                });
            }
            CashierUrlMember::ActionForm => {
                self.action_form = Some(RedirectForm {
                    action_form_type: Some("REDIRECTION".to_owned()),
                    redirection_url: Some(url),
                    ..RedirectForm::default()
                });
            }
            CashierUrlMember::PaymentUrl => self.payment_url = Some(url),
            CashierUrlMember::NormalUrl => self.normal_url = Some(url),
            CashierUrlMember::CheckoutUrl => self.checkout_url = Some(url),
        }
    }
}
