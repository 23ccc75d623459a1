//! What the result page shows and offers, decided from the order and its payment.
//!
//! The page has no state of its own: everything follows from what the server said last and from what
//! happened to the cashier in this run. What isn't known to have failed is never shown as failed.

use shop_api::{Attempt, AttemptStatus, Order, OrderStatus};

use crate::{
    notice::Notice,
    payment::{CashierState, Payment, TradePayOutcome},
};

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it, and the types of the package explain them")]
pub enum ResultPhase {
    Loading,
    Preparing,
    Cashier,
    Payable,
    Confirming,
    Paid,
    Failed,
    Expired,
    Cancelled,
    Attention,
    Error,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Opens the cashier of the live attempt.
    OpenCashier,
    /// Looks at the cashier of the live attempt again, though it may have done its work.
    ReturnToCashier,
    /// Starts another attempt.
    TryAgain,
    /// Asks the server again.
    CheckAgain,
    /// Leaves for the shop.
    BackToShop,
}

/// The phase of a page whose order may not be known yet.
pub fn phase(order: Option<&Order>, payment: &Payment) -> ResultPhase {
    let Some(order) = order else {
        return if payment.notice().is_some() { ResultPhase::Error } else { ResultPhase::Loading };
    };
    match &order.status {
        OrderStatus::Paid => ResultPhase::Paid,
        OrderStatus::Expired => ResultPhase::Expired,
        OrderStatus::Cancelled => ResultPhase::Cancelled,
        OrderStatus::NeedsAttention => ResultPhase::Attention,
        OrderStatus::Cancelling | OrderStatus::Other(_) => ResultPhase::Confirming,
        OrderStatus::AwaitingPayment if payment.is_cashier_open() => ResultPhase::Cashier,
        OrderStatus::AwaitingPayment => match &order.attempt {
            Some(attempt) => phase_of_attempt(attempt, payment),
            None => ResultPhase::Confirming,
        },
    }
}

fn phase_of_attempt(attempt: &Attempt, payment: &Payment) -> ResultPhase {
    match (&attempt.status, &attempt.cashier) {
        (AttemptStatus::Creating, _) | (AttemptStatus::Open, None) => ResultPhase::Preparing,
        (AttemptStatus::Open, Some(_)) => match payment.cashier() {
            CashierState::NotOpened => ResultPhase::Payable,
            CashierState::Open { .. } => ResultPhase::Cashier,
            CashierState::Returned {
                outcome: TradePayOutcome::Left | TradePayOutcome::NotOpened, ..
            } => ResultPhase::Payable,
            CashierState::Returned {
                outcome: TradePayOutcome::SaidPaid | TradePayOutcome::Undecided | TradePayOutcome::Lost,
                ..
            } => ResultPhase::Confirming,
        },
        (AttemptStatus::Failed | AttemptStatus::Cancelled, _) if payment.is_preparing() => {
            ResultPhase::Preparing
        }
        (AttemptStatus::Failed | AttemptStatus::Cancelled, _) => ResultPhase::Failed,
        (AttemptStatus::NeedsAttention, _) => ResultPhase::Attention,
        (
            AttemptStatus::Unknown
            | AttemptStatus::Cancelling
            | AttemptStatus::Succeeded
            | AttemptStatus::Other(_),
            _,
        ) => ResultPhase::Confirming,
    }
}

/// The page's two buttons.
pub fn actions(order: Option<&Order>, payment: &Payment) -> (Option<Action>, Option<Action>) {
    let shop = Some(Action::BackToShop);
    match phase(order, payment) {
        ResultPhase::Loading | ResultPhase::Preparing | ResultPhase::Cashier => (None, None),
        ResultPhase::Payable => (Some(Action::OpenCashier), shop),
        ResultPhase::Confirming => (return_to_cashier(order, payment), shop),
        ResultPhase::Failed => {
            let may = order.is_some_and(|order| order.may_start_payment);
            (may.then_some(Action::TryAgain), shop)
        }
        ResultPhase::Paid | ResultPhase::Expired | ResultPhase::Cancelled => (shop, None),
        ResultPhase::Attention => (Some(Action::CheckAgain), shop),
        ResultPhase::Error if payment.notice() == Some(Notice::OrderNotFound) => (shop, None),
        ResultPhase::Error => (Some(Action::CheckAgain), shop),
    }
}

/// Where nobody knows what happened at the cashier, looking at the same one again is safe: it is one
/// payment to the wallet, however often it is opened. Where the wallet said paid, it would confuse.
fn return_to_cashier(order: Option<&Order>, payment: &Payment) -> Option<Action> {
    let attempt = order?.attempt.as_ref()?;
    let open = attempt.status == AttemptStatus::Open && attempt.cashier.is_some();
    let undecided = matches!(
        payment.cashier(),
        CashierState::Returned { outcome: TradePayOutcome::Undecided | TradePayOutcome::Lost, .. }
    );
    (open && undecided).then_some(Action::ReturnToCashier)
}
