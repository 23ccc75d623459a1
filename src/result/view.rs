//! The result page's view.

use shop_api::{AttemptStatus, Order};

use super::model::{Action, ResultPhase, actions, phase};
use crate::{
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
        "total": &total,
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

fn words(phase: ResultPhase, order: Option<&Order>) -> (&'static str, Text) {
    let failure = || order?.attempt.as_ref()?.failure.as_ref().map(|failure| failure.message.clone());
    let (headline, message) = text::result(phase);
    match phase {
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
        | ResultPhase::Paid
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
            "total": order.currency.format(line.total),
        }
    }

    fn moving(&self, at: usize) -> Value {
        self.row(at)
    }
}
