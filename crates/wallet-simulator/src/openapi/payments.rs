//! `pay`, `inquiryPayment`, `cancel`.

use wallet_api::ids::{PaymentId, PaymentRequestId};
use wallet_api::operation::cancel::{CancelRequest, CancelResponse};
use wallet_api::operation::inquiry_payment::{
    InquiryPaymentRequest, InquiryPaymentResponse, Transaction as Told, TransactionType,
};
use wallet_api::operation::order::Env;
use wallet_api::operation::pay::{PayRequest, PayResponse};
use wallet_api::operation::result::{ResultCode, ResultStatus, WireResult};

use super::refunds::refund_result;
use super::{Desk, Undone, illegal};
use crate::wallet::decide::{PayAsked, Refusal};
use crate::wallet::payment::{Payment, State};
use crate::wallet::{PaymentKey, Transaction};

/// The longest address that the documents allow.
const MAX_URL: usize = 1024;

impl Desk<'_> {
    pub(super) fn pay(&mut self, request: PayRequest) -> Result<PayResponse, Undone> {
        within_limits(&request).map_err(Undone::Refused)?;
        let merchant = request.order.merchant.as_ref();
        let payee = merchant.map(|seller| {
            seller.merchant_display_name.clone().unwrap_or_else(|| seller.merchant_name.clone())
        });
        let asked = PayAsked {
            payment_request_id: request.payment_request_id,
            amount: request.amount,
            expires_at: request.expires_at,
            payee: payee.unwrap_or_else(|| self.client_id.to_string()),
            description: request.order.description,
            notify_url: request.notify_url,
            authorise_only: request.authorise_only,
            content: self.content(),
        };
        let fresh = self.fresh("sim")?;
        let decision = self.store.wallet().decide_pay(self.now, self.client_id, asked, fresh);
        let payment_id: PaymentId = self.commit(decision)?;
        let payment = self.store.wallet().payment(payment_id.as_str());
        Ok(self.pay_response(payment.ok_or_else(lost)?))
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
                cashier_url: Some(format!("{}/cashier/{}", self.origin, terms.payment_id)),
                ..identified(WireResult::new(ResultStatus::Accepted, ResultCode::Accept, "accept"))
            },
            // S says "authorised" here; only an inquiry tells how it stands.
            State::Authorised { .. } => PayResponse {
                authorised_until: payment.hold_expires_at(),
                ..identified(WireResult::success())
            },
            State::Succeeded { at, .. } => {
                PayResponse { paid_at: Some(*at), ..identified(WireResult::success()) }
            }
            State::Failed { reason, .. } => identified(WireResult::failed(reason.code(), reason.text())),
            State::Cancelled { by, .. } => identified(WireResult::failed(by.code(), by.text())),
        }
    }

    pub(super) fn inquire_payment(
        &mut self,
        request: InquiryPaymentRequest,
    ) -> Result<InquiryPaymentResponse, Undone> {
        let key = payment_key(request.payment_id, request.payment_request_id)?;
        let wallet = self.store.wallet();
        let payment = wallet.payment_of(self.client_id, &key).ok_or_else(no_such_payment)?;
        let terms = &payment.terms;
        Ok(InquiryPaymentResponse {
            payment_id: Some(terms.payment_id.clone()),
            payment_request_id: Some(terms.payment_request_id.clone()),
            amount: Some(terms.amount),
            status: Some(payment.status()),
            fail_reason: payment.fail_reason().map(ToOwned::to_owned),
            paid_at: payment.paid_at(),
            created_at: Some(terms.created_at),
            authorised_until: payment.hold_expires_at(),
            transactions: wallet.transactions(payment).map(|done| told(payment, done)).collect(),
            ..InquiryPaymentResponse::only(WireResult::success())
        })
    }

    pub(super) fn cancel(&mut self, request: CancelRequest) -> Result<CancelResponse, Undone> {
        let key = payment_key(request.payment_id, request.payment_request_id)?;
        let refunds_paid = self.dialect.profile.cancel_refunds_paid;
        let decision = self.store.wallet().decide_cancel(self.now, self.client_id, &key, refunds_paid);
        let payment_id: PaymentId = self.commit(decision)?;
        let payment = self.store.wallet().payment(payment_id.as_str()).ok_or_else(lost)?;
        Ok(CancelResponse {
            payment_id: Some(payment.terms.payment_id.clone()),
            payment_request_id: Some(payment.terms.payment_request_id.clone()),
            cancelled_at: payment.finished_at(),
            ..CancelResponse::only(WireResult::success())
        })
    }
}

/// Which of its payments a merchant means; the wallet's id wins where both are given.
pub(super) fn payment_key(
    payment_id: Option<PaymentId>,
    payment_request_id: Option<PaymentRequestId>,
) -> Result<PaymentKey, Undone> {
    let key = payment_id.map(PaymentKey::Id).or(payment_request_id.map(PaymentKey::Request));
    key.ok_or_else(|| Undone::Refused(illegal("paymentId or paymentRequestId is needed")))
}

fn no_such_payment() -> Undone {
    Undone::from(Refusal { code: ResultCode::OrderNotExist, message: "no such payment" })
}

/// What was decided is there a moment later.
pub(super) fn lost() -> Undone {
    Undone::Refused(WireResult::unknown("it is not to be found"))
}

/// A transaction as an inquiry tells it.
fn told(payment: &Payment, done: Transaction<'_>) -> Told {
    match done {
        Transaction::Capture(capture) => Told {
            result: WireResult::success(),
            kind: TransactionType::Capture,
            request_id: Some(capture.capture_request_id.to_string()),
            id: capture.capture_id.to_string(),
            amount: capture.amount,
            at: Some(capture.at),
        },
        Transaction::Void(void) => Told {
            result: WireResult::success(),
            kind: TransactionType::Void,
            request_id: Some(void.void_request_id.to_string()),
            id: void.void_id.to_string(),
            amount: payment.terms.amount,
            at: Some(void.at),
        },
        Transaction::Refund(refund) => Told {
            result: refund_result(&refund.state),
            kind: TransactionType::Refund,
            request_id: Some(refund.terms.refund_request_id.to_string()),
            id: refund.terms.refund_id.to_string(),
            amount: refund.terms.amount,
            at: refund.finished_at(),
        },
    }
}

/// The documented lengths that the types don't hold by themselves.
fn within_limits(request: &PayRequest) -> Result<(), WireResult> {
    if request.order.clone().fitted() != request.order {
        let text = "a text of the order is empty, longer than documented, or an id has forbidden characters";
        return Err(illegal(text));
    }
    if request.env.clone().map(Env::fitted) != request.env {
        return Err(illegal("a text of the env is empty or longer than documented"));
    }
    let urls = [("paymentNotifyUrl", &request.notify_url), ("the return URL", &request.return_url)];
    for (member, url) in urls {
        let postable = |url: &str| {
            url.chars().count() <= MAX_URL
                && url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        };
        if url.as_deref().is_some_and(|url| !postable(url)) {
            let fault = format!("{member} must be an http or https address of at most {MAX_URL} characters");
            return Err(illegal(&fault));
        }
    }
    Ok(())
}
