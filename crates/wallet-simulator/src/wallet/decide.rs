//! What the wallet decides when it is asked: each decision is a list of events and an answer.

use std::time::Duration;

use jiff::Timestamp;
use wallet_api::amount::{Amount, AmountValue};
use wallet_api::clock::later;
use wallet_api::ids::{AuthCode, ClientId, CustomerId, PaymentId};
use wallet_api::operation::pay::PayRequest;
use wallet_api::operation::result::ResultCode;

use super::Wallet;
use super::event::Event;
use super::payment::{FailReason, State, Terms};

/// How long a payment stays open when the merchant doesn't say.
const DEFAULT_EXPIRY: Duration = Duration::from_secs(30 * 60);
/// How long an auth code is good.
const AUTH_CODE_LIFE: Duration = Duration::from_secs(5 * 60);
/// How long a login on a phone is good.
const LOGIN_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The currencies that this wallet deals in.
const CURRENCIES: [&str; 18] = [
    "BDT", "CNY", "EUR", "HKD", "IDR", "IQD", "JPY", "KRW", "KWD", "MOP", "MYR", "PHP", "PKR", "SGD", "THB",
    "USD", "VND", "ZAR",
];

/// What a `pay` came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayDecision {
    /// There is such a payment, made now or before.
    Payment(PaymentId),
    /// Refused.
    Refused(ResultCode, &'static str),
}

/// What a customer's confirmation in the cashier came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Paid, now or before, by this customer.
    Paid,
    /// Not enough money; the payment stays open.
    NotEnough,
    /// Risk control refused it, now or before.
    Refused,
    /// Its time ran out.
    Expired,
    /// Somebody else has paid it.
    PaidByAnother,
}

impl Wallet {
    /// Closes the payments whose time ran out by `now`. Every other decision is taken after this one.
    pub fn expire(&self, now: Timestamp) -> Vec<Event> {
        let over = self.open.iter().take_while(|(expires_at, _)| *expires_at <= now);
        over.map(|(expires_at, payment_id)| Event::PaymentFailed {
            payment_id: payment_id.clone(),
            customer_id: None,
            reason: FailReason::Expired,
            at: *expires_at,
        })
        .collect()
    }

    /// A merchant asks for a payment. `content` is the whole request in canonical form.
    pub fn decide_pay(
        &self,
        now: Timestamp,
        client_id: &ClientId,
        request: PayRequest,
        content: String,
        fresh_id: PaymentId,
    ) -> (Vec<Event>, PayDecision) {
        if let Some(payment) = self.payment_by_request(client_id, &request.payment_request_id) {
            let decision = if payment.terms.content == content {
                PayDecision::Payment(payment.terms.payment_id.clone())
            } else {
                PayDecision::Refused(
                    ResultCode::RepeatReqInconsistent,
                    "this paymentRequestId was used with other content",
                )
            };
            return (Vec::new(), decision);
        }
        let merchant = self.merchant(client_id.as_str());
        if merchant.and_then(|merchant| merchant.app_id.as_ref()).is_some_and(|id| *id != request.app_id) {
            return (
                Vec::new(),
                PayDecision::Refused(ResultCode::ParamIllegal, "appId is not this merchant's"),
            );
        }
        if !CURRENCIES.contains(&request.payment_amount.currency.code()) {
            let decision = PayDecision::Refused(
                ResultCode::CurrencyNotSupport,
                "this wallet doesn't deal in this currency",
            );
            return (Vec::new(), decision);
        }
        let asked_expiry = request.payment_expiry_time.as_ref().map(|time| time.timestamp());
        let expires_at = asked_expiry.unwrap_or_else(|| later(now, DEFAULT_EXPIRY));
        if expires_at <= now {
            return (Vec::new(), PayDecision::Refused(ResultCode::ParamIllegal, "paymentExpiryTime is over"));
        }
        let terms = terms(now, client_id, request, content, fresh_id.clone(), expires_at);
        (vec![Event::PaymentCreated(Box::new(terms))], PayDecision::Payment(fresh_id))
    }

    /// The customer confirms in the cashier; `None` when there is no such payment or customer. Confirming
    /// twice pays once.
    pub fn decide_confirm(
        &self,
        now: Timestamp,
        payment_id: &str,
        customer_id: &CustomerId,
    ) -> Option<(Vec<Event>, Confirmation)> {
        let payment = self.payment(payment_id)?;
        let customer = self.customer(customer_id)?;
        let terms = &payment.terms;
        match &payment.state {
            State::Succeeded { customer_id: payer, .. } if payer == customer_id => {
                return Some((Vec::new(), Confirmation::Paid));
            }
            State::Succeeded { .. } => return Some((Vec::new(), Confirmation::PaidByAnother)),
            State::Failed { reason: FailReason::Expired, .. } => {
                return Some((Vec::new(), Confirmation::Expired));
            }
            State::Failed { reason: FailReason::Refused, .. } => {
                return Some((Vec::new(), Confirmation::Refused));
            }
            State::Processing => {}
        }
        let payment_id = terms.payment_id.clone();
        let customer_id = customer_id.clone();
        if customer.refuse_next_payment {
            let refused = Event::PaymentFailed {
                payment_id,
                customer_id: Some(customer_id.clone()),
                reason: FailReason::Refused,
                at: now,
            };
            let once = Event::RefusalSet { customer_id, refuse: false };
            return Some((vec![refused, once], Confirmation::Refused));
        }
        if self.balance(&customer_id, terms.amount.currency) < i128::from(terms.amount.value.get()) {
            return Some((Vec::new(), Confirmation::NotEnough));
        }
        Some((vec![Event::PaymentSucceeded { payment_id, customer_id, at: now }], Confirmation::Paid))
    }

    /// A merchant exchanges a code; the answer is whose it was, or the code that says what is wrong.
    pub fn decide_token(
        &self,
        now: Timestamp,
        code: &AuthCode,
    ) -> Result<(Vec<Event>, CustomerId), ResultCode> {
        let issued = self.auth_codes.get(code).ok_or(ResultCode::InvalidAuthCode)?;
        if issued.used {
            return Err(ResultCode::UsedAuthCode);
        }
        if issued.expires_at <= now {
            return Err(ResultCode::ExpiredAuthCode);
        }
        Ok((vec![Event::AuthCodeUsed { code: code.clone() }], issued.customer_id.clone()))
    }

    /// Puts money into a balance; `None` when there is no such customer or the balance would pass what an
    /// amount can be.
    pub fn decide_top_up(&self, customer_id: &CustomerId, amount: Amount) -> Option<Vec<Event>> {
        self.customer(customer_id)?;
        let after = self.balance(customer_id, amount.currency) + i128::from(amount.value.get());
        let fits = after <= i128::from(AmountValue::MAX.get());
        fits.then(|| vec![Event::ToppedUp { customer_id: customer_id.clone(), amount }])
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

fn terms(
    now: Timestamp,
    client_id: &ClientId,
    request: PayRequest,
    content: String,
    payment_id: PaymentId,
    expires_at: Timestamp,
) -> Terms {
    let order = request.order;
    let merchant = order.as_ref().and_then(|order| order.merchant.as_ref());
    let payee = merchant.map(|merchant| {
        merchant.merchant_display_name.clone().unwrap_or_else(|| merchant.merchant_name.clone())
    });
    Terms {
        payment_id,
        client_id: client_id.clone(),
        payment_request_id: request.payment_request_id,
        content,
        amount: request.payment_amount,
        payee: payee.unwrap_or_else(|| client_id.to_string()),
        description: order.map(|order| order.order_description).unwrap_or_default(),
        notify_url: request.payment_notify_url,
        created_at: now,
        expires_at,
    }
}

/// The customers that every wallet starts with, and what they have.
pub fn founding() -> Vec<Event> {
    let founders = [
        ("c-ana", "Ana Reyes", 10_000_000, 300_000),
        ("c-ben", "Ben Cruz", 5_000, 50),
        ("c-chloe", "Chloe Tan", 10_000_000, 300_000),
    ];
    let mut events = Vec::new();
    for (id, name, pesos, yen) in founders {
        let Ok(customer_id) = CustomerId::new(id) else { continue };
        events.push(Event::CustomerOpened { customer_id: customer_id.clone(), name: name.to_owned() });
        let balances = [Amount::new("PHP", pesos), Amount::new("JPY", yen)];
        let top_up = |amount| Event::ToppedUp { customer_id: customer_id.clone(), amount };
        events.extend(balances.into_iter().flatten().map(top_up));
    }
    events
}
