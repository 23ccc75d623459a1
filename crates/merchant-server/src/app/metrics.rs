//! What the server counts about itself. Few names, bounded labels.

use std::sync::atomic::{AtomicU64, Ordering};

/// A thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// A quote became an order.
    OrderPlaced,
    /// A notification was verified and applied, or told what was known.
    NotificationApplied,
    /// A notification's signature, path or time was refused.
    NotificationRefused,
    /// A verified notification fits no attempt.
    NotificationOrphan,
    /// A verified notification's ids, amount or currency aren't the attempt's.
    NotificationMismatch,
    /// A pay request was sent.
    PaySent,
    /// An inquiry was sent.
    InquirySent,
    /// An inquiry was put off, because the wallet is asked as often as it may be.
    InquiryPutOff,
    /// A payment was told to end at the wallet.
    CancelSent,
    /// A refund was sent.
    RefundSent,
    /// A message to one of the merchant's own systems was delivered.
    WebhookDelivered,
    /// It wasn't, and will be sent again.
    WebhookFailed,
    /// It wasn't, and waits for a person.
    WebhookParked,
    /// A job failed and will be tried again when its lease is over.
    JobFailed,
    /// A request ended in a fault of the server's.
    InternalError,
}

/// All counters, with the names that Prometheus shows.
pub const COUNTERS: [(Counter, &str, &str); 15] = [
    (Counter::OrderPlaced, "merchant_orders_placed_total", "Orders placed."),
    (
        Counter::NotificationApplied,
        "merchant_notifications_applied_total",
        "Notifications verified and applied.",
    ),
    (
        Counter::NotificationRefused,
        "merchant_notifications_refused_total",
        "Notifications that can't be believed.",
    ),
    (
        Counter::NotificationOrphan,
        "merchant_notifications_orphan_total",
        "Verified notifications of no attempt.",
    ),
    (
        Counter::NotificationMismatch,
        "merchant_notifications_mismatch_total",
        "Verified notifications whose ids, amount or currency aren't the attempt's.",
    ),
    (Counter::PaySent, "merchant_pay_requests_total", "Pay requests sent."),
    (Counter::InquirySent, "merchant_inquiries_total", "Inquiries sent."),
    (
        Counter::InquiryPutOff,
        "merchant_inquiries_put_off_total",
        "Inquiries put off, to keep to the wallet's limit.",
    ),
    (Counter::CancelSent, "merchant_cancels_total", "Cancels sent."),
    (Counter::RefundSent, "merchant_refund_requests_total", "Refund requests sent."),
    (Counter::WebhookDelivered, "merchant_webhooks_delivered_total", "Messages delivered to own systems."),
    (Counter::WebhookFailed, "merchant_webhooks_failed_total", "Tries after which a message is sent again."),
    (Counter::WebhookParked, "merchant_webhooks_parked_total", "Messages given up until a person looks."),
    (Counter::JobFailed, "merchant_jobs_failed_total", "Jobs that failed and will be tried again."),
    (
        Counter::InternalError,
        "merchant_internal_errors_total",
        "Requests that ended in a fault of the server's.",
    ),
];

/// The counts since the server started.
#[derive(Debug, Default)]
pub struct Metrics([AtomicU64; COUNTERS.len()]);

impl Metrics {
    /// It happened once more.
    pub fn count(&self, counter: Counter) {
        if let Some(value) = self.slot(counter) {
            value.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often it happened.
    pub fn value(&self, counter: Counter) -> u64 {
        self.slot(counter).map_or(0, |value| value.load(Ordering::Relaxed))
    }

    fn slot(&self, counter: Counter) -> Option<&AtomicU64> {
        let index = COUNTERS.iter().position(|(listed, _, _)| *listed == counter)?;
        self.0.get(index)
    }
}
