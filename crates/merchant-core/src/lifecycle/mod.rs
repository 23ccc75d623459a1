//! The life of an order, as a pure state machine: no I/O, no clock, no chance.
//!
//! In: an [`Order`] as it was loaded, an [`Event`], the time, its wallet's [`Schedule`]. Out: a [`ChangeSet`]
//! that holds everything the decision changes (order, attempts, stock, jobs, books, audit entries), to be
//! committed whole against the
//! version that was loaded; or a [`Refusal`]. The HTTP handlers, the jobs and the command line are shells
//! around [`decide()`].

mod amounts;
mod cancel;
mod change;
mod contest;
mod decide;
mod doubt;
mod erasing;
mod event;
mod fulfilment;
mod giving_back;
mod model;
mod pay_answer;
mod refund;
mod refunding;
mod schedule;
mod settle;
mod shopper;
mod step;
mod view;
mod wallet_word;

pub use amounts::{Breakdown, DeliveryPart, Discount, LineParts, Parts};
pub use change::{
    Actor, AuditEntry, ChangeSet, CouponMove, CustomerLimits, FAR_FUTURE, Guard, JobChange, JobKey, JobKind,
    StockMove, Subject,
};
pub use decide::{Refusal, decide, decide_without_stock, place};
pub use erasing::{ERASED, Eraser, Erasure, StillNeeded, may_be_erased};
pub use event::{
    CancelAnswer, Doubt, Event, NewAttempt, PayAnswer, PaymentWord, Placement, ReturnHint, Sending,
    StoredCall, WalletWord, WordSource,
};
pub use fulfilment::{Fulfilment, FulfilmentStage, FulfilmentStep, Tracking};
pub use giving_back::{Repayable, ReturnedUnits, UnitsError, UnitsRefusal};
pub use model::{
    Attempt, AttemptState, Attention, Cancelling, Customer, CustomerId, Line, Order, OrderState, PaymentId,
    PaymentRequestId, StockHold, WalletName,
};
pub use refund::{
    Refund, RefundAmount, RefundAnswer, RefundId, RefundMaker, RefundRequestId, RefundState, RefundWish,
    RefundWord, SeenRefund,
};
pub use schedule::{Asking, DOUBT_SPACING_MILLIS, LEASE_MILLIS, MIN_TIME_TO_PAY_MILLIS, Schedule, Urgency};
pub use view::{
    ShopView, attempt_status, breakdown as shop_breakdown, fulfilment as shop_fulfilment, order_status,
};

#[cfg(test)]
mod cancel_stories;
#[cfg(test)]
mod contest_stories;
#[cfg(test)]
mod diagrams;
#[cfg(test)]
mod edge_stories;
#[cfg(test)]
mod erasing_stories;
#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
pub(crate) mod laws;
#[cfg(test)]
pub(crate) mod life;
#[cfg(test)]
mod names;
#[cfg(test)]
mod refund_laws;
#[cfg(test)]
mod refund_stories;
#[cfg(test)]
mod statement_stories;
#[cfg(test)]
mod stories;
