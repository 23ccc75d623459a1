//! `notifyPayment`: the wallet tells the merchant that a payment is final.
//!
//! Source: `notifyPayment` of platform-v1 (`paymentStatus`) and platform-v2 (`paymentResult`, which tng sends
//! in v1 as well), and antom (`result` with `notifyType`). `customerId`: tng.

use jiff::Timestamp;

use super::PaymentStatus;
use crate::amount::Amount;
use crate::ids::{CustomerId, PaymentId, PaymentRequestId};

/// What a notification says, whichever shape it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifyPaymentRequest {
    /// How the payment stands.
    pub status: PaymentStatus,
    /// The result code of a failure, from the shapes that carry one; at most 64 characters.
    pub fail_code: Option<String>,
    /// Why it failed, at most 256 characters; not for shoppers.
    pub fail_reason: Option<String>,
    /// The wallet's id.
    pub payment_id: PaymentId,
    /// Our id: which attempt of ours it is about, if any.
    pub payment_request_id: PaymentRequestId,
    /// What was collected, or was to be; the caller compares it with the attempt's.
    pub amount: Amount,
    /// When it was paid, by the wallet's clock.
    pub paid_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Who paid.
    pub customer_id: Option<CustomerId>,
}
