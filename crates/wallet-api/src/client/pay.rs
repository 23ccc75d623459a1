//! Asking for a payment.

use jiff::Timestamp;
use url::Url;

use super::{Judged, PrepareError, PreparedCall, WalletClient, answer};
use crate::amount::Amount;
use crate::ids::{PaymentId, PaymentRequestId};
use crate::operation::Operation;
use crate::operation::order::Order;
use crate::operation::pay::{PayRequest, PayResponse};
use crate::outcome::{Outcome, Reason, Sending};
use crate::profile::CashierArgument;
use crate::time::DateTime;

/// A payment to be asked for; the profile adds the rest.
#[derive(Clone, Debug)]
pub struct PaymentOrder {
    /// The attempt's id, minted once and kept.
    pub payment_request_id: PaymentRequestId,
    /// What to collect.
    pub amount: Amount,
    /// What it is for; texts are cut to their documented lengths.
    pub order: Order,
    /// When the wallet shall close the payment.
    pub expires_at: Timestamp,
    /// Our public address for the notification.
    pub notify_url: String,
    /// Where a browser returns to.
    pub redirect_url: Option<String>,
}

/// What `my.tradePay` is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cashier {
    /// `{paymentUrl}`
    PaymentUrl(String),
    /// `{tradeNO}`
    TradeNo(String),
    /// `{orderStr}`
    OrderStr(String),
}

/// What asking for a payment came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayAnswer {
    /// S: paid or authorised, at once. It carries no amount, so it leads to an inquiry.
    Success {
        /// The wallet's id.
        payment_id: Option<PaymentId>,
    },
    /// A: open the cashier.
    Accepted {
        /// The wallet's id.
        payment_id: PaymentId,
        /// What to open it with.
        cashier: Cashier,
    },
    /// The attempt is over; nothing was or will be taken.
    Failed(Reason),
    /// Ask by inquiry, or send the same again.
    Unknown {
        /// Why.
        reason: Reason,
        /// The wallet's id, where a signed answer gave one.
        payment_id: Option<PaymentId>,
    },
}

impl WalletClient {
    /// The exact bytes of a `pay`, to be stored before they are sent.
    ///
    /// # Errors
    /// [`PrepareError`] when the wallet can't be asked for this.
    pub fn prepare_pay(&self, payment: PaymentOrder) -> Result<PreparedCall, PrepareError> {
        let profile = &self.profile;
        let value = payment.amount.value.get();
        if value < profile.minimum_amount {
            return Err(PrepareError::BelowMinimum(profile.minimum_amount));
        }
        if !value.is_multiple_of(profile.amount_multiple) {
            return Err(PrepareError::NotAMultiple(profile.amount_multiple));
        }
        check_url("paymentNotifyUrl", Some(&payment.notify_url))?;
        check_url("paymentRedirectUrl", payment.redirect_url.as_deref())?;
        let request = PayRequest {
            app_id: profile.app_id.clone(),
            customer_belongs_to: profile.customer_belongs_to.clone(),
            product_code: profile.product_code.clone(),
            sales_code: profile.sales_code.clone(),
            payment_request_id: payment.payment_request_id,
            payment_amount: payment.amount,
            order: Some(payment.order.fitted()),
            payment_expiry_time: Some(DateTime::new(payment.expires_at, profile.time_format)),
            payment_redirect_url: payment.redirect_url,
            payment_notify_url: Some(payment.notify_url),
            extend_info: None,
        };
        self.prepare(Operation::Pay, &request)
    }

    /// Sends a stored `pay`.
    pub async fn pay(&self, call: &PreparedCall, sending: Sending) -> PayAnswer {
        match self.send::<PayResponse>(call, sending).await {
            Ok(judged) => self.pay_answer(call, judged),
            Err(reason) => PayAnswer::Unknown { reason, payment_id: None },
        }
    }

    fn pay_answer(&self, call: &PreparedCall, judged: Judged<PayResponse>) -> PayAnswer {
        let Judged { outcome, answer } = judged;
        let payment_id = answer.payment_id.clone();
        if let Some(echoed) = &answer.payment_request_id
            && asked_id(call).as_ref() != Some(echoed)
        {
            return PayAnswer::Unknown { reason: Reason::Mismatch("paymentRequestId"), payment_id: None };
        }
        match outcome {
            Outcome::Success => PayAnswer::Success { payment_id },
            Outcome::Failed(reason) => PayAnswer::Failed(reason),
            Outcome::Unknown(reason) => PayAnswer::Unknown { reason, payment_id },
            Outcome::Accepted => match (payment_id, self.cashier(&answer)) {
                (Some(payment_id), Some(cashier)) => PayAnswer::Accepted { payment_id, cashier },
                (None, _) => PayAnswer::Unknown {
                    reason: Reason::Unreadable("an accepted payment has no paymentId".to_owned()),
                    payment_id: None,
                },
                (payment_id, None) => PayAnswer::Unknown { reason: Reason::Cashier, payment_id },
            },
        }
    }

    fn cashier(&self, answer: &PayResponse) -> Option<Cashier> {
        match self.profile.cashier_argument {
            CashierArgument::PaymentUrl => {
                let url = answer.cashier_url()?;
                self.profile.allows_cashier(url).then(|| Cashier::PaymentUrl(url.to_owned()))
            }
            CashierArgument::TradeNo => {
                let payment_id = || answer.payment_id.as_ref().map(ToString::to_string);
                answer.trade_no.clone().or_else(payment_id).map(Cashier::TradeNo)
            }
            CashierArgument::OrderStr => answer.order_str.clone().map(Cashier::OrderStr),
        }
    }
}

fn asked_id(call: &PreparedCall) -> Option<PaymentRequestId> {
    answer::read::<PayRequest>(&call.body).ok().map(|request| request.payment_request_id)
}

fn check_url(member: &'static str, url: Option<&str>) -> Result<(), PrepareError> {
    let fits = |url: &str| url.chars().count() <= 1024 && Url::parse(url).is_ok_and(|url| url.has_host());
    if url.is_none_or(fits) { Ok(()) } else { Err(PrepareError::BadUrl(member)) }
}
