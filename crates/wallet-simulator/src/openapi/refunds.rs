//! `refund`, `inquiryRefund`, `capture`, `void`.

use wallet_api::ids::{CaptureId, RefundId, VoidId};
use wallet_api::operation::capture::{CaptureRequest, CaptureResponse};
use wallet_api::operation::inquiry_refund::{InquiryRefundRequest, InquiryRefundResponse};
use wallet_api::operation::refund::{RefundRequest, RefundResponse};
use wallet_api::operation::result::{ResultCode, ResultStatus, WireResult};
use wallet_api::operation::void::{VoidRequest, VoidResponse};

use super::payments::{lost, payment_key};
use super::{Desk, Undone, illegal};
use crate::wallet::decide::{CaptureAsked, RefundAsked, Refusal, VoidAsked};
use crate::wallet::refund::RefundState;
use crate::wallet::{PaymentKey, RefundKey};

/// The longest reason that the documents allow.
const MAX_REASON: usize = 256;

impl Desk<'_> {
    pub(super) fn refund(&mut self, request: RefundRequest) -> Result<RefundResponse, Undone> {
        if request.reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON) {
            let fault = format!("refundReason must have at most {MAX_REASON} characters");
            return Err(Undone::Refused(illegal(&fault)));
        }
        let asked = RefundAsked {
            refund_request_id: request.refund_request_id,
            payment: payment_key(request.payment_id, request.payment_request_id)?,
            amount: request.amount,
            reason: request.reason,
            content: self.content(),
        };
        let fresh = self.fresh("ref")?;
        let wallet = self.store.wallet();
        let decision = wallet.decide_refund(self.now, self.client_id, asked, self.settlement, fresh);
        let refund_id: RefundId = self.commit(decision)?;
        let refund = self.store.wallet().refund(&refund_id).ok_or_else(lost)?;
        Ok(RefundResponse {
            refund_id: Some(refund_id.clone()),
            refund_request_id: Some(refund.terms.refund_request_id.clone()),
            refunded_at: refund.finished_at(),
            ..RefundResponse::only(refund_result(&refund.state))
        })
    }

    pub(super) fn inquire_refund(
        &mut self,
        request: InquiryRefundRequest,
    ) -> Result<InquiryRefundResponse, Undone> {
        let key = request.refund_id.map(RefundKey::Id).or(request.refund_request_id.map(RefundKey::Request));
        let key = key.ok_or_else(|| Undone::Refused(illegal("refundId or refundRequestId is needed")))?;
        let refund = self.store.wallet().refund_of(self.client_id, &key);
        let refund = refund.ok_or(Refusal { code: ResultCode::RefundNotExist, message: "no such refund" })?;
        let terms = &refund.terms;
        Ok(InquiryRefundResponse {
            refund_id: Some(terms.refund_id.clone()),
            refund_request_id: Some(terms.refund_request_id.clone()),
            amount: Some(terms.amount),
            reason: terms.reason.clone(),
            refunded_at: refund.finished_at(),
            status: Some(refund.status()),
            fail_reason: refund.fail_reason().map(ToOwned::to_owned),
            ..InquiryRefundResponse::only(WireResult::success())
        })
    }

    pub(super) fn capture(&mut self, request: CaptureRequest) -> Result<CaptureResponse, Undone> {
        let asked = CaptureAsked {
            capture_request_id: request.capture_request_id,
            payment: PaymentKey::Id(request.payment_id),
            amount: request.amount,
            is_last: request.is_last,
            content: self.content(),
        };
        let fresh = self.fresh("cap")?;
        let decision = self.store.wallet().decide_capture(self.now, self.client_id, asked, fresh);
        let capture_id: CaptureId = self.commit(decision)?;
        let capture = self.store.wallet().capture(&capture_id).ok_or_else(lost)?;
        Ok(CaptureResponse {
            capture_id: Some(capture_id),
            capture_request_id: Some(capture.capture_request_id.clone()),
            payment_id: Some(capture.payment_id.clone()),
            amount: Some(capture.amount),
            captured_at: Some(capture.at),
            ..CaptureResponse::only(WireResult::success())
        })
    }

    pub(super) fn void(&mut self, request: VoidRequest) -> Result<VoidResponse, Undone> {
        let asked = VoidAsked {
            void_request_id: request.void_request_id,
            payment: payment_key(request.payment_id, request.payment_request_id)?,
            content: self.content(),
        };
        let fresh = self.fresh("voi")?;
        let decision = self.store.wallet().decide_void(self.now, self.client_id, asked, fresh);
        let void_id: VoidId = self.commit(decision)?;
        let void = self.store.wallet().void(&void_id).ok_or_else(lost)?;
        Ok(VoidResponse {
            void_id: Some(void_id),
            void_request_id: Some(void.void_request_id.clone()),
            voided_at: Some(void.at),
            ..VoidResponse::only(WireResult::success())
        })
    }
}

/// How a refund stands, as a verdict: of `refund`, and in the transactions of an inquiry.
pub(super) fn refund_result(state: &RefundState) -> WireResult {
    match state {
        RefundState::Processing => {
            WireResult::new(ResultStatus::Unknown, ResultCode::RefundInProcess, "the refund is in process")
        }
        RefundState::Succeeded { .. } => WireResult::success(),
        RefundState::Failed { reason, .. } => WireResult::failed(ResultCode::ProcessFail, reason.as_str()),
    }
}
