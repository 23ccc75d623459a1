//! Forgetting whom an order was for, and what was said about it. Its money, goods and books stay.

use shop_api::Timestamp;

use super::step::Step;
use super::{Actor, CustomerId, Guard, Order, RefundState, Refusal};

/// What a text says that was personal and is gone.
pub const ERASED: &str = "erased";

/// The wish to have what is personal of an order erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Who has it erased.
    pub by: Eraser,
    /// What stands in the customer's place. It can't be guessed, so nobody finds the order by its customer.
    pub stand_in: CustomerId,
}

/// Who has personal data erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Eraser {
    /// A person of the merchant's, by name.
    Operator(String),
    /// The server, because the time to keep it is over.
    Retention,
}

/// Why what is personal of an order is still needed, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StillNeeded {
    /// It isn't over.
    #[error("it isn't over: it can still be paid, or a person has to settle it; wait, and see `orders show`")]
    Unresolved,
    /// A person should look at it.
    #[error("a person has to look at it first; `orders show` says why and what to do")]
    Attention,
    /// The wallet may still move money, or says both paid and not paid.
    #[error("the wallet is still asked about a payment of it; wait until that is settled")]
    PaymentOpen,
    /// A refund isn't over.
    #[error("a refund of it isn't over; wait until it is, and see `orders show`")]
    RefundOpen,
    /// A message to the merchant's own systems isn't delivered.
    #[error("a message about it to your own systems isn't delivered yet; wait, and see `webhooks list`")]
    MessagePending,
}

/// Erases once; again changes nothing.
pub(super) fn erase(step: &mut Step, erasure: Erasure) -> Result<(), Refusal> {
    if step.order.erased_at.is_some() {
        return Ok(());
    }
    may_be_erased(&step.order)?;
    let (actor, by) = match erasure.by {
        Eraser::Operator(name) => (Actor::Operator, name),
        Eraser::Retention => (Actor::Server, "retention".to_owned()),
    };
    step.guard(Guard::NothingToDeliver);
    step.note(actor, "personal_data_erased", None, format!("by {by}"));
    step.order.forget(erasure.stand_in, step.now);
    step.erase();
    Ok(())
}

/// What may be sent to a wallet once more must stay to the byte, and what a person has to look at must be there.
///
/// # Errors
/// [`StillNeeded`] says why.
pub fn may_be_erased(order: &Order) -> Result<(), StillNeeded> {
    if order.state.is_unresolved() {
        return Err(StillNeeded::Unresolved);
    }
    if order.attention.is_some() {
        return Err(StillNeeded::Attention);
    }
    if order.live_attempt().is_some() || order.is_contested() {
        return Err(StillNeeded::PaymentOpen);
    }
    let is_over = |state: &RefundState| match state {
        RefundState::Succeeded { .. } | RefundState::Failed { .. } => true,
        RefundState::Requested
        | RefundState::Accepted { .. }
        | RefundState::Unknown { .. }
        | RefundState::NeedsAttention { .. } => false,
    };
    if order.refunds.iter().all(|refund| is_over(&refund.state)) {
        Ok(())
    } else {
        Err(StillNeeded::RefundOpen)
    }
}

impl Order {
    /// The order without anything personal, as it is loaded once its key is gone.
    pub fn forget(&mut self, stand_in: CustomerId, now: Timestamp) {
        self.customer.id = stand_in;
        self.address = None;
        if let Some(fulfilment) = &mut self.fulfilment {
            fulfilment.tracking = None;
        }
        for refund in &mut self.refunds {
            ERASED.clone_into(&mut refund.reason);
        }
        self.erased_at = Some(now);
    }
}
