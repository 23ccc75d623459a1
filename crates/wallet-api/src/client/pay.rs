//! Asking for a payment.

use jiff::Timestamp;
use url::Url;

use super::{Judged, PrepareError, PreparedCall, WalletClient, answer};
use crate::ids::PaymentId;
use crate::operation::Operation;
use crate::operation::pay::{PayRequest, PayResponse};
use crate::operation::result::ResultStatus;
use crate::outcome::{Outcome, Reason, Sending};
use crate::profile::CashierArgument;

/// What `my.tradePay` is called with, in the mini program; which one is the profile's `cashier_argument`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cashier {
    /// `{paymentUrl}`: https, on one of the profile's `cashier_hosts`.
    PaymentUrl(String),
    /// `{tradeNO}`: the wallet's trade number.
    TradeNo(String),
    /// `{orderStr}`: the order as the wallet wrote and signed it.
    OrderStr(String),
}

/// What asking for a payment came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayAnswer {
    /// S: paid at once. It carries no amount, so it leads to an inquiry.
    Success {
        /// The wallet's id.
        payment_id: Option<PaymentId>,
    },
    /// S, to a request that only asked to authorise: the money is held, nothing is paid.
    Authorised {
        /// The wallet's id: what is captured or voided.
        payment_id: PaymentId,
        /// Until when it is held, where the wallet says.
        until: Option<Timestamp>,
    },
    /// Accepted: open the cashier.
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
    /// [`PrepareError`] when the wallet can't be asked for this: the amount doesn't fit the profile, or an
    /// address isn't absolute or too long.
    pub fn prepare_pay(&self, request: &PayRequest) -> Result<PreparedCall, PrepareError> {
        let profile = &self.profile;
        let value = request.amount.value.get();
        if value < profile.minimum_amount {
            return Err(PrepareError::BelowMinimum(profile.minimum_amount));
        }
        if !value.is_multiple_of(profile.amount_multiple) {
            return Err(PrepareError::NotAMultiple(profile.amount_multiple));
        }
        check_url("notify_url", request.notify_url.as_deref())?;
        check_url("return_url", request.return_url.as_deref())?;
        self.prepare(request)
    }

    /// Sends a stored `pay`: first once as [`Sending::First`], and where its answer stays unknown the same
    /// again as [`Sending::Resend`]. Nothing that it answers makes an order paid.
    pub async fn pay(&self, call: &PreparedCall, sending: Sending) -> PayAnswer {
        let asked = match answer::read::<PayRequest>(&call.body) {
            Ok(asked) => asked,
            Err(reason) => return PayAnswer::Unknown { reason, payment_id: None },
        };
        match self.send::<PayRequest>(call, sending).await {
            Ok(judged) => self.pay_answer(&asked, judged),
            Err(reason) => PayAnswer::Unknown { reason, payment_id: None },
        }
    }

    fn pay_answer(&self, asked: &PayRequest, judged: Judged<PayResponse>) -> PayAnswer {
        let Judged { outcome, answer } = judged;
        let ours = Some(&asked.payment_request_id);
        let about = answer::echoed(ours, answer.payment_request_id.as_ref(), "paymentRequestId")
            .and_then(|()| answer::echoed(Some(&asked.amount), answer.amount.as_ref(), "paymentAmount"));
        if let Err(reason) = about {
            return PayAnswer::Unknown { reason, payment_id: None };
        }
        let payment_id = answer.payment_id.clone();
        let nameless = || PayAnswer::Unknown {
            reason: Reason::Unreadable("the payment has no paymentId".to_owned()),
            payment_id: None,
        };
        match outcome {
            Outcome::Success if asked.authorise_only => match payment_id {
                Some(payment_id) => PayAnswer::Authorised { payment_id, until: answer.authorised_until },
                None => nameless(),
            },
            Outcome::Success => PayAnswer::Success { payment_id },
            Outcome::Failed(reason) => PayAnswer::Failed(reason),
            Outcome::Unknown(reason) => PayAnswer::Unknown { reason, payment_id },
            Outcome::Accepted => match (payment_id, self.cashier(&answer)) {
                (Some(payment_id), Some(cashier)) => PayAnswer::Accepted { payment_id, cashier },
                // A wallet that says "in process" for "accepted" may also mean it: nothing to open yet.
                (payment_id, None) if is_in_process(&answer) => {
                    let reason = Reason::wallet(Operation::Pay, Sending::First, &answer.result);
                    PayAnswer::Unknown { reason, payment_id }
                }
                (None, _) => nameless(),
                (payment_id, None) => PayAnswer::Unknown { reason: Reason::Cashier, payment_id },
            },
        }
    }

    fn cashier(&self, answer: &PayResponse) -> Option<Cashier> {
        match self.profile.cashier_argument {
            CashierArgument::PaymentUrl => {
                let url = answer.cashier_url.as_ref()?;
                self.profile.allows_cashier(url).then(|| Cashier::PaymentUrl(url.clone()))
            }
            CashierArgument::TradeNo => {
                let payment_id = || answer.payment_id.as_ref().map(ToString::to_string);
                answer.trade_no.clone().or_else(payment_id).map(Cashier::TradeNo)
            }
            CashierArgument::OrderStr => answer.order_str.clone().map(Cashier::OrderStr),
        }
    }
}

/// U with no address at all: taken, and nobody can say more.
fn is_in_process(answer: &PayResponse) -> bool {
    answer.result.result_status == ResultStatus::Unknown && answer.cashier_url.is_none()
}

fn check_url(name: &'static str, url: Option<&str>) -> Result<(), PrepareError> {
    let fits = |url: &str| url.chars().count() <= 1024 && Url::parse(url).is_ok_and(|url| url.has_host());
    if url.is_none_or(fits) { Ok(()) } else { Err(PrepareError::BadUrl(name)) }
}
