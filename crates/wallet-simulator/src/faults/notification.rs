//! Faults of notifications: what is sent instead of one faithful message.

use wallet_api::ids::{PaymentId, PaymentRequestId};
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::notify_payment::NotifyPaymentRequest;
use wallet_api::operation::result::ResultCode;

use super::kind::{Member, NotificationFault, SignatureFlaw};
use super::other;

/// One message to the merchant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sending {
    /// What it says.
    pub told: NotifyPaymentRequest,
    /// What is wrong with its signature.
    pub flaw: Option<SignatureFlaw>,
    /// Seconds by which `Request-Time` is off.
    pub shift: i64,
    /// Whether it gets to the merchant.
    pub arrives: bool,
}

/// What one try to notify comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// In this order.
    pub sendings: Vec<Sending>,
    /// Whether the wallet hears what the merchant answers.
    pub hears: bool,
}

/// The ids of a payment, by both sides.
pub(crate) type Ids = (PaymentId, PaymentRequestId);

/// What is sent instead of `told`; `another` is another payment of the merchant's.
pub(crate) fn plan(
    told: NotifyPaymentRequest,
    fault: Option<&NotificationFault>,
    another: Option<Ids>,
) -> Plan {
    let faithful = Sending { told, flaw: None, shift: 0, arrives: true };
    let one = |sending| Plan { sendings: vec![sending], hears: true };
    match fault {
        // A delay was over before it was planned what to send.
        None | Some(NotificationFault::Delayed { .. }) => one(faithful),
        Some(NotificationFault::Lost {}) => one(Sending { arrives: false, ..faithful }),
        Some(NotificationFault::Repeated { copies }) => {
            Plan { sendings: vec![faithful; 1 + usize::from(copies.get())], hears: true }
        }
        Some(NotificationFault::FailFirst {}) => {
            let failed = Sending { told: failed(faithful.told.clone()), ..faithful.clone() };
            Plan { sendings: vec![failed, faithful], hears: true }
        }
        Some(NotificationFault::Another { member }) => {
            one(Sending { told: changed(faithful.told, *member), ..faithful })
        }
        Some(NotificationFault::AnotherOrder {}) => {
            let told = match another {
                Some((payment_id, payment_request_id)) => {
                    NotifyPaymentRequest { payment_id, payment_request_id, ..faithful.told }
                }
                None => faithful.told,
            };
            one(Sending { told, ..faithful })
        }
        Some(NotificationFault::Signature { flaw }) => one(Sending { flaw: Some(*flaw), ..faithful }),
        Some(NotificationFault::TimeShifted { seconds }) => one(Sending { shift: seconds.get(), ..faithful }),
        Some(NotificationFault::NotAcknowledged {}) => Plan { sendings: vec![faithful], hears: false },
    }
}

/// That the payment failed, which it didn't.
fn failed(told: NotifyPaymentRequest) -> NotifyPaymentRequest {
    NotifyPaymentRequest {
        status: PaymentStatus::Fail,
        fail_code: Some(ResultCode::ProcessFail.to_string()),
        fail_reason: Some("a tester asked for this notification".to_owned()),
        paid_at: None,
        ..told
    }
}

fn changed(told: NotifyPaymentRequest, member: Member) -> NotifyPaymentRequest {
    match member {
        Member::Amount => NotifyPaymentRequest { amount: other::amount(told.amount), ..told },
        Member::Currency => NotifyPaymentRequest { amount: other::currency(told.amount), ..told },
        Member::PaymentId => {
            NotifyPaymentRequest { payment_id: other::id(&told.payment_id, told.payment_id.as_str()), ..told }
        }
        Member::PaymentRequestId => NotifyPaymentRequest {
            payment_request_id: other::id(&told.payment_request_id, told.payment_request_id.as_str()),
            ..told
        },
    }
}
