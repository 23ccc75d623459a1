//! What the server counts and times about itself. Few names, bounded labels.
//!
//! In: what happened, how long it took. Out: Prometheus' text, together with what the database counts. What a
//! label can say is bounded by the program: routes, operations, wallets of the configuration.

use std::time::Duration;

use merchant_core::lifecycle::WalletName;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter as Count;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use shop_api::Timestamp;
use wallet_api::operation::Operation;

use crate::store::Counts;
use crate::wallet::CallEnd;

/// A thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// A quote became an order.
    OrderPlaced,
    /// What was personal of an order was erased, its time being over.
    OrderErased,
    /// A notification was verified and applied, or told what was known.
    NotificationApplied,
    /// A notification's signature, path or time was refused.
    NotificationRefused,
    /// A verified notification fits no attempt.
    NotificationOrphan,
    /// A verified notification's ids, amount or currency aren't the attempt's.
    NotificationMismatch,
    /// A wallet's answer wasn't signed by it.
    AnswerUnverified,
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
    /// A request was refused because its customer or address sends too many.
    RequestLimited,
    /// A request ended in a fault of the server's.
    InternalError,
}

/// All counters, with the names that Prometheus shows, less the `_total` at their ends.
const COUNTERS: [(Counter, &str, &str); 18] = [
    (Counter::OrderPlaced, "merchant_orders_placed", "Orders placed"),
    (
        Counter::OrderErased,
        "merchant_orders_erased",
        "Orders whose personal data was erased, its time being over",
    ),
    (Counter::NotificationApplied, "merchant_notifications_applied", "Notifications verified and applied"),
    (
        Counter::NotificationRefused,
        "merchant_notifications_refused",
        "Notifications that can't be believed: their signature, path or time doesn't fit",
    ),
    (Counter::NotificationOrphan, "merchant_notifications_orphan", "Verified notifications of no attempt"),
    (
        Counter::NotificationMismatch,
        "merchant_notifications_mismatch",
        "Verified notifications whose ids, amount or currency aren't the attempt's",
    ),
    (
        Counter::AnswerUnverified,
        "merchant_answers_unverified",
        "Answers of wallets whose signature doesn't fit",
    ),
    (Counter::PaySent, "merchant_pay_requests", "Pay requests sent"),
    (Counter::InquirySent, "merchant_inquiries", "Inquiries sent"),
    (
        Counter::InquiryPutOff,
        "merchant_inquiries_put_off",
        "Inquiries put off, to keep to the wallet's limit",
    ),
    (Counter::CancelSent, "merchant_cancels", "Cancels sent"),
    (Counter::RefundSent, "merchant_refund_requests", "Refund requests sent"),
    (Counter::WebhookDelivered, "merchant_webhooks_delivered", "Messages delivered to own systems"),
    (Counter::WebhookFailed, "merchant_webhooks_failed", "Tries after which a message is sent again"),
    (Counter::WebhookParked, "merchant_webhooks_given_up", "Messages given up until a person looks"),
    (Counter::JobFailed, "merchant_jobs_failed", "Jobs that failed and will be tried again"),
    (
        Counter::RequestLimited,
        "merchant_requests_limited",
        "Requests refused because their customer or address sends too many",
    ),
    (Counter::InternalError, "merchant_internal_errors", "Requests that ended in a fault of the server's"),
];

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    /// As it stands in `/openapi.json`; `other` when there is no such path.
    route: String,
    /// `2xx` and so on.
    status: &'static str,
}

/// A call of a wallet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    wallet: String,
    operation: &'static str,
    /// `answered`, or why there was no answer.
    end: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfWallet {
    wallet: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStatus {
    status: &'static str,
}

/// Seconds in which requests, calls and notifications are counted.
const QUICK: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 25.0];
const SLOW: [f64; 8] = [0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0];

type Timed<L> = Family<L, Histogram, fn() -> Histogram>;

/// The counts and times since the server started.
#[derive(Debug)]
pub struct Metrics {
    counters: [Count; COUNTERS.len()],
    requests: Timed<Request>,
    calls: Timed<Call>,
    lags: Timed<OfWallet>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            counters: std::array::from_fn(|_| Count::default()),
            requests: Family::new_with_constructor(|| Histogram::new(QUICK)),
            calls: Family::new_with_constructor(|| Histogram::new(QUICK)),
            lags: Family::new_with_constructor(|| Histogram::new(SLOW)),
        }
    }
}

impl Metrics {
    /// It happened once more.
    pub fn count(&self, counter: Counter) {
        if let Some(count) = self.slot(counter) {
            count.inc();
        }
    }

    /// How often it happened.
    pub fn value(&self, counter: Counter) -> u64 {
        self.slot(counter).map_or(0, Count::get)
    }

    fn slot(&self, counter: Counter) -> Option<&Count> {
        let index = COUNTERS.iter().position(|(listed, _, _)| *listed == counter)?;
        self.counters.get(index)
    }

    /// A request was answered. A long poll's time is how long it waited.
    pub fn answered(&self, method: &'static str, route: Option<&str>, status: u16, took: Duration) {
        let status = match status {
            ..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        };
        let route = route.unwrap_or("other").to_owned();
        self.requests.get_or_create(&Request { method, route, status }).observe(took.as_secs_f64());
    }

    /// A wallet was called.
    pub fn called(&self, wallet: &str, operation: Operation, end: CallEnd, took: Duration) {
        let call = Call { wallet: wallet.to_owned(), operation: operation.as_str(), end: end.as_str() };
        self.calls.get_or_create(&call).observe(took.as_secs_f64());
    }

    /// A believed notification came so long after what it tells.
    pub fn lagged(&self, wallet: &WalletName, lag: Duration) {
        self.lags.get_or_create(&OfWallet { wallet: wallet.0.clone() }).observe(lag.as_secs_f64());
    }

    /// Everything in Prometheus' text form, with what the database counts and who waits now.
    pub fn text(&self, counts: &Counts, long_polls: usize, now: Timestamp) -> String {
        let mut registry = Registry::default();
        for ((_, name, help), count) in COUNTERS.iter().zip(&self.counters) {
            registry.register(*name, *help, count.clone());
        }
        registry.register(
            "merchant_request_duration_seconds",
            "How long requests took, by route",
            self.requests.clone(),
        );
        registry.register(
            "merchant_wallet_call_duration_seconds",
            "How long calls of wallets took",
            self.calls.clone(),
        );
        registry.register(
            "merchant_notification_lag_seconds",
            "How long after a payment's end its notification came, by the wallet's own times",
            self.lags.clone(),
        );
        register_counts(&mut registry, counts, long_polls, now);
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = text::encode(&mut text, &registry);
        text
    }
}

fn register_counts(registry: &mut Registry, counts: &Counts, long_polls: usize, now: Timestamp) {
    let unresolved = counts.unresolved_since.map_or(0, |since| now.millis_since(since) / 1_000);
    let gauges = [
        ("merchant_orders_needing_attention", "Orders that a person should look at", counts.attention),
        ("merchant_jobs", "Jobs waiting or being worked on", counts.jobs),
        ("merchant_jobs_overdue", "Jobs that should have been claimed already", counts.overdue_jobs),
        ("merchant_webhooks_pending", "Messages to be delivered", counts.pending_messages),
        ("merchant_webhooks_parked", "Messages that a person has to look at", counts.parked_messages),
        ("merchant_long_polls_open", "Long polls that are waiting", whole(long_polls)),
        (
            "merchant_oldest_unknown_age_seconds",
            "How long ago the oldest payment was begun of which it isn't known whether money moved; 0 without one",
            unresolved,
        ),
    ];
    for (name, help, value) in gauges {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    }
    let live = Family::<OfStatus, Gauge>::default();
    for status in Counts::LIVE {
        let found = counts.live_attempts.iter().find(|(found, _)| found == status);
        let count = found.map_or(0, |(_, count)| i64::try_from(*count).unwrap_or(i64::MAX));
        live.get_or_create(&OfStatus { status }).set(count);
    }
    registry.register("merchant_attempts_live", "Attempts that may still move money, by status", live);
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
