//! The result page's view.

use shop_api::{AttemptStatus, MinorUnits, Order};

use super::model::{Action, ResultPhase, actions, phase};
use crate::{
    amounts,
    confirm::summary,
    patch::{ListLog, Rows},
    payment::Payment,
    text::{self, Text},
    value::{Value, object},
};

/// The view but for its lines.
pub fn head(order: Option<&Order>, payment: &Payment) -> Value {
    let phase = phase(order, payment);
    let (primary, secondary) = actions(order, payment);
    let total = order.map_or(String::new(), |order| order.currency.format(order.total));
    let (headline, message) = words(phase, order);
    let label = |action: Option<Action>| action.map(|action| label(action, &total));
    object! {
        "phase": name(phase),
        "notice": payment.notice(),
        "orderId": &payment.order().0,
        "headline": headline,
        "message": message,
        "payee": order.map_or(String::new(), |order| order.payee.name.clone()),
        "amounts": order.map(|order| amounts::rows(&order.breakdown, &order.currency)).unwrap_or(Value::List(Vec::new())),
        "total": &total,
        "refund": order.map_or("".into(), refund),
        "fulfilment": order.and_then(fulfilment),
        "address": order.and_then(|order| order.address.as_ref()).map_or(String::new(), summary),
        "primary": label(primary),
        "secondary": label(secondary),
    }
}

fn label(action: Action, total: &str) -> Text {
    match action {
        Action::OpenCashier => text::pay_label(total),
        Action::ReturnToCashier => text::RETURN_TO_CASHIER.into(),
        Action::TryAgain => text::TRY_AGAIN.into(),
        Action::CheckAgain => text::CHECK_AGAIN.into(),
        Action::BackToShop => text::BACK_TO_SHOP.into(),
    }
}

fn name(phase: ResultPhase) -> &'static str {
    match phase {
        ResultPhase::Loading => "loading",
        ResultPhase::Preparing => "preparing",
        ResultPhase::Cashier => "cashier",
        ResultPhase::Payable => "payable",
        ResultPhase::Confirming => "confirming",
        ResultPhase::Paid => "paid",
        ResultPhase::Failed => "failed",
        ResultPhase::Expired => "expired",
        ResultPhase::Cancelled => "cancelled",
        ResultPhase::Attention => "attention",
        ResultPhase::Error => "error",
    }
}

/// What was given back, or is being; empty when nothing is.
fn refund(order: &Order) -> Text {
    let shown = |amount: MinorUnits| match amount {
        MinorUnits::ZERO => String::new(),
        amount => order.currency.format(amount),
    };
    text::refund(&shown(order.refunded), &shown(order.refunding))
}

fn fulfilment(order: &Order) -> Option<Value> {
    let fulfilment = order.fulfilment.as_ref()?;
    Some(object! {
        "title": text::fulfilment(&fulfilment.status),
        "tracking": fulfilment.tracking.clone().unwrap_or_default(),
    })
}

/// A paid order doesn't just read "paid" when it cost nothing, was given back, or is on its way.
fn paid(order: Option<&Order>) -> (&'static str, Text) {
    let (headline, message) = text::result(ResultPhase::Paid);
    let Some(order) = order else { return (headline, message.into()) };
    if order.total == MinorUnits::ZERO {
        return text::FREE_ORDER;
    }
    let back = order.refunded.checked_add(order.refunding).unwrap_or(MinorUnits::MAX);
    match &order.fulfilment {
        _ if back >= order.total => (text::GIVEN_BACK, refund(order)),
        Some(fulfilment) => (headline, text::fulfilment(&fulfilment.status).into()),
        None => (headline, message.into()),
    }
}

fn words(phase: ResultPhase, order: Option<&Order>) -> (&'static str, Text) {
    let failure = || order?.attempt.as_ref()?.failure.as_ref().map(|failure| failure.message.clone());
    let (headline, message) = text::result(phase);
    match phase {
        ResultPhase::Paid => paid(order),
        ResultPhase::Failed => (headline, failure().map_or(message.into(), Text::from)),
        ResultPhase::Confirming if is_unanswered(order) => {
            let (headline, message) = text::UNANSWERED;
            (headline, message.into())
        }
        ResultPhase::Loading
        | ResultPhase::Preparing
        | ResultPhase::Cashier
        | ResultPhase::Payable
        | ResultPhase::Confirming
        | ResultPhase::Expired
        | ResultPhase::Cancelled
        | ResultPhase::Attention
        | ResultPhase::Error => (headline, message.into()),
    }
}

/// The server knows nothing of the attempt but that it was sent: no cashier ever came of it.
fn is_unanswered(order: Option<&Order>) -> bool {
    let attempt = order.and_then(|order| order.attempt.as_ref());
    attempt.is_some_and(|attempt| attempt.status == AttemptStatus::Unknown)
}

/// The lines of the order.
#[allow(missing_docs, reason = "the names say it")]
pub struct LineRows<'a> {
    pub order: Option<&'a Order>,
    pub payment: &'a Payment,
}

impl Rows for LineRows<'_> {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn log(&self) -> &ListLog {
        self.payment.lines()
    }

    fn count(&self) -> usize {
        self.order.map_or(0, |order| order.lines.len())
    }

    fn row(&self, at: usize) -> Value {
        let Some((order, line)) = self.order.and_then(|order| Some((order, order.lines.get(at)?))) else {
            return Value::Null;
        };
        object! {
            "sku": &line.sku.0,
            "name": &line.name,
            "variantName": &line.variant_name,
            "imageUrl": &line.image_url,
            "quantity": line.quantity,
            "total": order.currency.format(line.subtotal),
        }
    }

    fn moving(&self, at: usize) -> Value {
        self.row(at)
    }
}
