//! How far a paid order is on its way: accepted, shipped, completed. Only forward.

use shop_api::Timestamp;

use super::step::Step;
use super::{Actor, Order, OrderState, Refusal, StockHold};

/// How far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FulfilmentStage {
    /// The shop has taken it up.
    Accepted,
    /// It is on its way, or ready to be picked up.
    Shipped,
    /// The shopper has it.
    Completed,
}

impl FulfilmentStage {
    /// Stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
        }
    }

    /// The stage of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Accepted, Self::Shipped, Self::Completed].into_iter().find(|stage| stage.as_str() == text)
    }
}

/// How to follow a delivery, for the shopper: 1 to 200 characters without line breaks.
#[derive(Clone, PartialEq, Eq)]
pub struct Tracking(String);

/// Personal: it leads to where somebody lives.
impl std::fmt::Debug for Tracking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tracking(…)")
    }
}

impl Tracking {
    /// What it must be.
    pub const RULE: &'static str = "1 to 200 characters without line breaks";

    /// Reads it; `None` when it isn't like that.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How far a paid order is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fulfilment {
    /// How far.
    pub stage: FulfilmentStage,
    /// Since when.
    pub at: Timestamp,
    /// How to follow it.
    pub tracking: Option<Tracking>,
}

/// What the shop says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FulfilmentStep {
    /// How far it is.
    pub stage: FulfilmentStage,
    /// How to follow it; `None` leaves what is known.
    pub tracking: Option<Tracking>,
    /// Who says so.
    pub operator: String,
}

/// Goes forward. The same again changes nothing; the same stage with another tracking text corrects it.
pub(super) fn fulfilled(step: &mut Step, said: FulfilmentStep) -> Result<(), Refusal> {
    may_be_fulfilled(&step.order)?;
    let known = step.order.fulfilment.clone();
    let tracking = said.tracking.or_else(|| known.as_ref().and_then(|known| known.tracking.clone()));
    let at = match &known {
        Some(known) if known.stage > said.stage => return Err(Refusal::FulfilmentBackward(known.stage)),
        Some(known) if known.stage == said.stage && known.tracking == tracking => return Ok(()),
        Some(known) if known.stage == said.stage => known.at,
        Some(_) | None => step.now,
    };
    let shown = tracking.as_ref().map_or(String::new(), |tracking| format!(": {}", tracking.as_str()));
    let detail = format!("{} by {}{shown}", said.stage.as_str(), said.operator);
    step.note(Actor::Operator, "fulfilment", None, detail);
    step.order.fulfilment = Some(Fulfilment { stage: said.stage, at, tracking });
    Ok(())
}

/// Goods leave the shop only for an order that is paid and holds its units.
fn may_be_fulfilled(order: &Order) -> Result<(), Refusal> {
    match (order.state, order.stock) {
        (OrderState::Paid { .. }, StockHold::Sold) => Ok(()),
        (OrderState::Paid { .. }, StockHold::Reserved | StockHold::Released)
        | (
            OrderState::AwaitingPayment
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. }
            | OrderState::NeedsAttention { .. },
            _,
        ) => Err(Refusal::NothingToFulfil),
    }
}
