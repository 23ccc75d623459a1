//! `GET` and `POST /admin/v1/orders/{order}/refunds`: money given back, and giving it back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use merchant_core::lifecycle::{
    Line, Order, Refund, RefundAmount, RefundRequestId, RefundState, RefundWish, ReturnedUnits, UnitsError,
};
use merchant_core::pricing::RefundShare;
use shop_api::{AttemptId, Currency, MAX_QUANTITY, MinorUnits, OrderId, Problem, Sku, Timestamp};

use super::Operator;
use crate::app::{App, Refunding};
use crate::config::Scope;
use crate::http::body::JsonBody;
use crate::http::openapi::CommonProblems;
use crate::http::path::PathOf;
use crate::http::{ApiProblem, answer};

/// The most characters of a reason; what the wallets take.
const MAX_REASON: usize = 256;

/// The most characters of an operator's name.
const MAX_NAME: usize = 64;

/// What is asked for.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundRequest {
    /// The idempotency key: 1 to 64 visible characters, chosen by the caller.
    key: String,
    /// Digits of the currency's smallest unit, or `all`. Without it, `lines` and `delivery` say what is given back.
    amount: Option<String>,
    /// Units of the order's lines, given back at what they cost: each SKU once.
    #[serde(default)]
    lines: Vec<RefundLine>,
    /// Whether the delivery is given back too.
    #[serde(default)]
    delivery: bool,
    /// Whether the units come back to the stock, once the wallet has given their money back.
    #[serde(default)]
    restock: bool,
    /// Why.
    reason: String,
}

/// Units of one line.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundLine {
    /// What.
    sku: Sku,
    /// How many: 1 to 999.
    #[schema(minimum = 1, maximum = 999)]
    quantity: u32,
}

/// An order's refunds.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Refunds {
    order_id: OrderId,
    currency: Currency,
    /// What can still be given back, of all payments.
    refundable: MinorUnits,
    refunds: Vec<RefundStory>,
}

/// A refund with its ids at the wallet.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundStory {
    /// Our id towards the wallet: the key.
    pub key: String,
    /// Which attempt's payment it gives back.
    pub attempt_id: AttemptId,
    /// How much.
    pub amount: MinorUnits,
    /// The tax in it; `null` in refunds from before that was kept.
    pub tax: Option<MinorUnits>,
    /// The units that are given back, where units were asked for.
    pub lines: Vec<RefundedLine>,
    /// What is given back of the delivery, where the delivery was asked for.
    pub delivery: Option<MinorUnits>,
    /// Whether the units come back to the stock, once it has succeeded.
    pub restock: bool,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub requested_by: String,
    /// `us`, or `wallet`: somebody made it there, as its statement told.
    pub made_by: &'static str,
    /// When.
    pub requested_at: Timestamp,
    /// `requested`, `accepted`, `unknown`, `succeeded`, `failed` or `needs_attention`.
    pub status: &'static str,
    /// Since when, once the wallet was asked.
    pub since: Option<Timestamp>,
    /// Why it failed, or needs attention.
    pub code: Option<String>,
    /// The wallet's id.
    pub refund_id: Option<String>,
    /// How often it was sent.
    pub sendings: u32,
}

/// Units that are given back.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundedLine {
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: u32,
    /// What they cost, after discounts and with tax.
    pub amount: MinorUnits,
}

impl RefundStory {
    /// The story of a refund of an order with these lines.
    pub fn of(lines: &[Line], refund: Refund) -> Self {
        let status = refund.state.as_str();
        let share = refund.share.as_ref();
        let lines = lines.iter().zip(share.iter().flat_map(|share| &share.lines));
        let units = lines.filter(|(_, part)| part.units > 0).map(|(line, part)| RefundedLine {
            sku: line.sku.clone(),
            quantity: part.units,
            amount: part.worth,
        });
        let delivery = share.map(|share| share.delivery).filter(|part| part.units > 0);
        let (since, code) = match refund.state {
            RefundState::Requested => (None, None),
            RefundState::Accepted { at } | RefundState::Unknown { at } | RefundState::Succeeded { at } => {
                (Some(at), None)
            }
            RefundState::Failed { at, code } | RefundState::NeedsAttention { at, code } => {
                (Some(at), Some(code))
            }
        };
        Self {
            key: refund.id.to_string(),
            attempt_id: refund.attempt,
            amount: refund.amount,
            tax: share.map(RefundShare::tax),
            lines: units.collect(),
            delivery: delivery.map(|part| part.worth),
            restock: refund.restock,
            reason: refund.reason,
            requested_by: refund.requested_by,
            made_by: refund.made_by.as_str(),
            requested_at: refund.requested_at,
            status,
            since,
            code,
            refund_id: refund.refund_id.map(|id| id.to_string()),
            sendings: refund.sendings,
        }
    }
}

/// What was given back of an order
#[utoipa::path(
    get,
    path = "/orders/{order}/refunds",
    operation_id = "listRefunds",
    tag = "Refunds",
    params(("order" = OrderId, Path, description = "The order's id.")),
    security(("operator" = [])),
    responses(
        (status = 200, description = "Its refunds, and what can still be given back.", body = Refunds),
        (status = 404, description = "`order_not_found`", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn list(State(app): State<Arc<App>>, PathOf(id): PathOf<OrderId>) -> Result<Response, ApiProblem> {
    answer::json(StatusCode::OK, &refunds_of(&*app.load(&id, None).await?))
}

/// Give money back
///
/// Either an `amount`, or units of `lines` and the `delivery`. The key is the idempotency key: sent again, the same
/// refund is answered, and another one is refused. The wallet is asked afterwards; the story of the order tells how it
/// ended.
#[utoipa::path(
    post,
    path = "/orders/{order}/refunds",
    operation_id = "requestRefund",
    tag = "Refunds",
    params(("order" = OrderId, Path, description = "The order's id.")),
    request_body = RefundRequest,
    security(("operator" = [])),
    responses(
        (status = 202, description = "Written down; the wallet is asked next.", body = Refunds),
        (status = 200, description = "This refund was asked for before.", body = Refunds),
        (status = 404, description = "`order_not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`nothing_to_refund`, `refund_amount`, `refund_units`, `refund_key_used`", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn request(
    State(app): State<Arc<App>>,
    operator: Operator,
    PathOf(id): PathOf<OrderId>,
    JsonBody(request): JsonBody<RefundRequest>,
) -> Result<Response, ApiProblem> {
    operator.require(Scope::Refund)?;
    let limit = operator.refund_limit;
    let asked = AskedRefund {
        key: &request.key,
        amount: request.amount.as_deref(),
        lines: request.lines.into_iter().map(|line| (line.sku, line.quantity)).collect(),
        delivery: request.delivery,
        restock: request.restock,
        reason: request.reason,
        operator: operator.name,
    };
    let wish = wish(asked).map_err(|(field, expected)| match field.ends_with(".quantity") {
        true => ApiProblem::quantity(&field),
        false => ApiProblem::field(&field, &expected),
    })?;
    if let Some(limit) = limit {
        within(limit, &*app.load(&id, None).await?, &wish)?;
    }
    let Refunding { order, is_news } = app.refund(&id, wish).await?;
    let status = if is_news { StatusCode::ACCEPTED } else { StatusCode::OK };
    answer::json(status, &refunds_of(&order))
}

/// Refuses more than this operator may give back at once.
fn within(limit: MinorUnits, order: &Order, wish: &RefundWish) -> Result<(), ApiProblem> {
    let amount = match &wish.amount {
        RefundAmount::Exactly(amount) => *amount,
        RefundAmount::Rest => refundable(order),
        // What can't be given back is refused with its reason where it is decided.
        RefundAmount::Units(_) => {
            order.repayable(&wish.amount).map_or(MinorUnits::ZERO, |repayable| repayable.amount)
        }
    };
    if amount <= limit {
        return Ok(());
    }
    let detail = format!(
        "this token may give back {limit} at once, not {amount}: ask somebody with a higher `refund_limit`, or give \
         back in parts"
    );
    Err(ApiProblem::forbidden("refund_limit", detail))
}

/// What an operator asks for, as it came.
#[derive(Debug)]
pub struct AskedRefund<'a> {
    /// The idempotency key.
    pub key: &'a str,
    /// `all`, or digits.
    pub amount: Option<&'a str>,
    /// Units of these SKUs.
    pub lines: Vec<(Sku, u32)>,
    /// The delivery too.
    pub delivery: bool,
    /// The units come back to the stock.
    pub restock: bool,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub operator: String,
}

/// A field that can't be, and what it must be.
type WrongField = (String, String);

/// Reads what an operator asks for.
///
/// # Errors
/// The field that can't be, and what it must be.
pub fn wish(asked: AskedRefund<'_>) -> Result<RefundWish, WrongField> {
    let text = |field: &str, text: &str, most: usize| {
        let fits = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(()) } else { Err(wrong(field, &format!("1 to {most} characters on one line"))) }
    };
    text("reason", &asked.reason, MAX_REASON)?;
    text("operator", &asked.operator, MAX_NAME)?;
    let key = RefundRequestId::new(asked.key)
        .map_err(|_| wrong("key", "1 to 64 visible ASCII characters without @, # and ?"))?;
    let amount = match asked.amount {
        Some(amount) => {
            if !asked.lines.is_empty() || asked.delivery {
                return Err(wrong("amount", "left out where lines or the delivery say what is given back"));
            }
            if asked.restock {
                return Err(wrong(
                    "restock",
                    "left out without lines: a sum has no units that could come back",
                ));
            }
            sum_of(amount)?
        }
        None => RefundAmount::Units(units_of(asked.lines, asked.delivery, asked.restock)?),
    };
    Ok(RefundWish { key, amount, reason: asked.reason, operator: asked.operator })
}

fn sum_of(amount: &str) -> Result<RefundAmount, WrongField> {
    let rule = "\"all\", or 1 to 16 digits of the currency's smallest unit";
    match amount {
        "all" => Ok(RefundAmount::Rest),
        digits => MinorUnits::parse(digits).map(RefundAmount::Exactly).map_err(|_| wrong("amount", rule)),
    }
}

fn units_of(lines: Vec<(Sku, u32)>, delivery: bool, restock: bool) -> Result<ReturnedUnits, WrongField> {
    let quantity = |index: usize| {
        wrong(&format!("lines[{index}].quantity"), &format!("a whole number from 1 to {MAX_QUANTITY}"))
    };
    if let Some(index) = lines.iter().position(|(_, quantity)| *quantity > MAX_QUANTITY) {
        return Err(quantity(index));
    }
    ReturnedUnits::new(lines, delivery, restock).map_err(|error| match error {
        UnitsError::Nothing => {
            wrong("amount", "said, or else lines or the delivery: something has to be given back")
        }
        UnitsError::NoQuantity(index) => quantity(index),
        UnitsError::Twice(index) => {
            wrong(&format!("lines[{index}].sku"), "another SKU than the lines before: add the quantities up")
        }
        UnitsError::NothingToRestock => {
            wrong("restock", "left out without lines: there are no units that could come back")
        }
    })
}

fn wrong(field: &str, expected: &str) -> WrongField {
    (field.to_owned(), expected.to_owned())
}

fn refunds_of(order: &Order) -> Refunds {
    let refunds = order.refunds.iter().cloned();
    Refunds {
        refundable: refundable(order),
        order_id: order.id.clone(),
        currency: order.currency.clone(),
        refunds: refunds.map(|refund| RefundStory::of(&order.lines, refund)).collect(),
    }
}

/// What can still be given back, of all payments.
fn refundable(order: &Order) -> MinorUnits {
    let left = order.attempts.iter().map(|attempt| order.refundable(&attempt.id).value()).sum();
    MinorUnits::new(left).unwrap_or(MinorUnits::MAX)
}
