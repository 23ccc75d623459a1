//! Everything that one decision changes, to be committed whole.

use shop_api::{AttemptId, OrderId, Sku, Timestamp};

use super::{Customer, NewAttempt, Order, PaymentId, RefundRequestId, WalletName};
use crate::announcements::Announcement;
use crate::books::Posting;
use crate::pricing::CouponCode;

/// "Not asked for": the due time of a job that only its lease keeps alive.
pub const FAR_FUTURE: Timestamp = Timestamp(i64::MAX as u64);

/// What a decision changes. Committed in one transaction against the version that was loaded, or not at all.
#[derive(Clone, Debug)]
pub struct ChangeSet {
    /// The order as it is afterwards, its version raised. Attempts are written with it.
    pub order: Order,
    /// The bytes of an attempt that is new in `order`.
    pub new_attempt: Option<NewAttempt>,
    /// Units that change hands.
    pub stock: Vec<StockMove>,
    /// A coupon that is used once more, or given back.
    pub coupon: Option<CouponMove>,
    /// Work to be done later, or no more.
    pub jobs: Vec<JobChange>,
    /// The job that the committing process goes on to run itself: written down as claimed.
    pub run_now: Option<JobKey>,
    /// What happened, for people.
    pub audit: Vec<AuditEntry>,
    /// What it means for the books.
    pub postings: Vec<Posting>,
    /// What the merchant's own systems may want to hear of.
    pub announcements: Vec<Announcement>,
    /// Whether what was personal of the order goes: its values open for nobody any more, whoever has the database.
    pub erases: bool,
    /// What must still be true when it is committed.
    pub guards: Vec<Guard>,
}

impl ChangeSet {
    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.new_attempt.is_none()
            && self.stock.is_empty()
            && self.coupon.is_none()
            && self.jobs.is_empty()
            && self.audit.is_empty()
            && self.postings.is_empty()
    }

    /// When the first of the jobs that it writes down falls due, apart from the one that is run at once.
    pub fn next_due(&self) -> Option<Timestamp> {
        let due = self.jobs.iter().filter_map(|change| match change {
            JobChange::Put(key, due) => (self.run_now.as_ref() != Some(key)).then_some(*due),
            JobChange::Drop(_) => None,
        });
        due.min()
    }
}

/// A use of a coupon. It follows the order's stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CouponMove {
    /// One more.
    Use(CouponCode),
    /// One less: the order ended unpaid.
    GiveBack(CouponCode),
}

/// What one customer may have: units of a SKU, counted over orders placed since then that are unresolved or
/// paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerLimits {
    /// Which SKUs, how many this order has, and how many one customer may have.
    pub limits: Vec<(Sku, u32, u32)>,
    /// Since when orders count.
    pub since: Timestamp,
}

/// Units of one SKU that change hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StockMove {
    /// Kept for the order; refused when there aren't as many.
    Reserve(Sku, u32),
    /// The order's units leave the shop.
    Sell(Sku, u32),
    /// The order's units are free again.
    Release(Sku, u32),
    /// Units that had left the shop come back.
    Restock(Sku, u32),
}

impl StockMove {
    /// Whose units.
    pub fn sku(&self) -> &Sku {
        match self {
            Self::Reserve(sku, _) | Self::Sell(sku, _) | Self::Release(sku, _) | Self::Restock(sku, _) => sku,
        }
    }
}

/// What a job is about: at most one of each exists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JobKey {
    /// What to do.
    pub kind: JobKind,
    /// For which order.
    pub order: OrderId,
    /// About what of it.
    pub about: Subject,
}

/// What of an order a job is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The order itself.
    Order,
    /// One of its attempts.
    Attempt(AttemptId),
    /// One of its refunds.
    Refund(RefundRequestId),
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Send the stored bytes of an attempt to the wallet.
    SendPay,
    /// Ask the wallet about an attempt.
    Inquire,
    /// Ask the wallet about an attempt, whatever is known of it: its statement says something else.
    CheckPayment,
    /// Have the wallet end an attempt.
    Cancel,
    /// Send the stored bytes of a refund to the wallet.
    SendRefund,
    /// Ask the wallet about a refund.
    InquireRefund,
    /// Look at an order whose time to pay is over.
    ExpireOrder,
}

impl JobKind {
    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendPay => "send_pay",
            Self::Inquire => "inquire",
            Self::CheckPayment => "check_payment",
            Self::Cancel => "cancel",
            Self::SendRefund => "send_refund",
            Self::InquireRefund => "inquire_refund",
            Self::ExpireOrder => "expire_order",
        }
    }

    /// The kind with this name.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::SendPay,
            Self::Inquire,
            Self::CheckPayment,
            Self::Cancel,
            Self::SendRefund,
            Self::InquireRefund,
            Self::ExpireOrder,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// A change to the table of jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobChange {
    /// Do it at this time, or earlier if that was asked for already.
    Put(JobKey, Timestamp),
    /// Don't do it any more.
    Drop(JobKey),
}

/// A line of an order's story. Append-only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// What happened: a stable word.
    pub kind: &'static str,
    /// Who caused it.
    pub actor: Actor,
    /// Which attempt it is about.
    pub attempt: Option<AttemptId>,
    /// More, for people. Never a secret.
    pub detail: String,
}

/// Who causes things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The customer, through the shop API.
    Shopper,
    /// A person of the merchant's; the entry names who.
    Operator,
    /// The wallet, in a verified message.
    Wallet,
    /// The server: its clock, or what it concludes.
    Server,
}

impl Actor {
    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shopper => "shopper",
            Self::Operator => "operator",
            Self::Wallet => "wallet",
            Self::Server => "server",
        }
    }
}

/// What must be true inside the transaction, because deciding couldn't see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The catalogue is still the one by which the order was priced.
    CatalogIs(u32),
    /// The coupon was used fewer times than that.
    CouponUsesBelow(CouponCode, u32),
    /// This customer used the coupon fewer times than that.
    CouponUsesByCustomerBelow(Customer, CouponCode, u32),
    /// With this order the customer has no more units than one customer may.
    CustomerLimit {
        /// Whose orders.
        customer: Customer,
        /// Units of what.
        sku: Sku,
        /// How many this order has.
        wanted: u32,
        /// How many one customer may have.
        most: u32,
        /// Since when orders count.
        since: Timestamp,
    },
    /// No unresolved order of this customer shares one of these SKUs, but for the newest one that does if
    /// the shopper consented to it.
    NoOverlap {
        /// Whose orders.
        customer: Customer,
        /// Which SKUs.
        skus: Vec<Sku>,
        /// The order that the shopper consented to.
        consented: Option<OrderId>,
    },
    /// This customer has fewer unresolved orders than that.
    OpenOrdersBelow(Customer, u32),
    /// No other attempt has this payment id.
    PaymentIdIsNew(WalletName, PaymentId),
    /// No message about the order waits to be delivered.
    NothingToDeliver,
    /// No other order's refund or payment has this id.
    RefundKeyIsNew(WalletName, RefundRequestId),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::fixtures::placed;

    #[test]
    fn a_job_is_called_the_same_wherever_it_stands() {
        let kinds = [
            "send_pay",
            "inquire",
            "check_payment",
            "cancel",
            "send_refund",
            "inquire_refund",
            "expire_order",
        ];
        for name in kinds {
            assert_eq!(JobKind::parse(name).map(JobKind::as_str), Some(name));
        }
        assert_eq!(JobKind::parse("dance"), None);
    }

    #[test]
    fn the_next_due_time_is_that_of_the_first_job_but_the_one_that_runs_at_once() {
        let mut change = placed();
        let run_now = change.run_now.clone().unwrap();
        let due = |change: &JobChange| match change {
            JobChange::Put(key, due) => Some((key.clone(), *due)),
            JobChange::Drop(_) => None,
        };
        let jobs: Vec<_> = change.jobs.iter().filter_map(due).collect();
        let (now, later): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|(key, _)| *key == run_now);
        let first = later.iter().map(|(_, due)| *due).min().unwrap();
        assert!(now.iter().all(|(_, due)| *due < first), "else this tells nothing");
        assert_eq!(change.next_due(), Some(first));
        change.run_now = None;
        assert_eq!(change.next_due(), now.iter().map(|(_, due)| *due).min());
        change.jobs.retain(|change| matches!(change, JobChange::Drop(_)));
        assert_eq!(change.next_due(), None);
    }
}
