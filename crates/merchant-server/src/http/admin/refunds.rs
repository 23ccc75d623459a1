//! `GET` and `POST /admin/v1/orders/{order}/refunds`: money given back, and giving it back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shop_api::{AttemptId, Currency, MinorUnits, OrderId, Problem, Timestamp};

use super::Operator;
use crate::app::{App, Refunding};
use crate::config::Scope;
use crate::http::body::JsonBody;
use crate::http::openapi::CommonProblems;
use crate::http::path::PathOf;
use crate::http::{ApiProblem, answer};
use crate::lifecycle::{Order, Refund, RefundAmount, RefundRequestId, RefundState, RefundWish};

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
    /// Digits of the currency's smallest unit, or `all`.
    amount: String,
    /// Why.
    reason: String,
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

impl RefundStory {
    /// The story of a refund.
    pub fn of(refund: Refund) -> Self {
        let status = refund.state.as_str();
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
    answer::json(StatusCode::OK, &refunds_of(app.load(&id, None).await?))
}

/// Give money back
///
/// The key is the idempotency key: sent again, the same refund is answered. The wallet is asked afterwards; the story
/// of the order tells how it ended.
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
        (status = 409, description = "`nothing_to_refund`, `refund_amount`, `refund_key_used`", body = Problem, content_type = "application/problem+json"),
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
    let wish = wish(&request.key, &request.amount, request.reason, operator.name)
        .map_err(|(field, expected)| ApiProblem::field(field, &expected))?;
    if let Some(limit) = limit {
        within(limit, &app.load(&id, None).await?, &wish)?;
    }
    let Refunding { order, is_news } = app.refund(&id, wish).await?;
    let status = if is_news { StatusCode::ACCEPTED } else { StatusCode::OK };
    answer::json(status, &refunds_of(order))
}

/// Refuses more than this operator may give back at once.
fn within(limit: MinorUnits, order: &Order, wish: &RefundWish) -> Result<(), ApiProblem> {
    let amount = match wish.amount {
        RefundAmount::Exactly(amount) => amount,
        RefundAmount::Rest => refundable(order),
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

/// Reads what an operator asks for.
///
/// # Errors
/// The field that can't be, and what it must be.
pub fn wish(
    key: &str,
    amount: &str,
    reason: String,
    operator: String,
) -> Result<RefundWish, (&'static str, String)> {
    let text = |field, text: &str, most: usize| {
        let fits = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(()) } else { Err((field, format!("1 to {most} characters on one line"))) }
    };
    text("reason", &reason, MAX_REASON)?;
    text("operator", &operator, MAX_NAME)?;
    let key = RefundRequestId::new(key)
        .map_err(|_| ("key", "1 to 64 visible ASCII characters without @, # and ?".to_owned()))?;
    let amount = match amount {
        "all" => RefundAmount::Rest,
        digits => MinorUnits::parse(digits).map(RefundAmount::Exactly).map_err(|_| {
            ("amount", "\"all\", or 1 to 16 digits of the currency's smallest unit".to_owned())
        })?,
    };
    Ok(RefundWish { key, amount, reason, operator })
}

fn refunds_of(order: Order) -> Refunds {
    Refunds {
        refundable: refundable(&order),
        order_id: order.id,
        currency: order.currency,
        refunds: order.refunds.into_iter().map(RefundStory::of).collect(),
    }
}

/// What can still be given back, of all payments.
fn refundable(order: &Order) -> MinorUnits {
    let left = order.attempts.iter().map(|attempt| order.refundable(&attempt.id).value()).sum();
    MinorUnits::new(left).unwrap_or(MinorUnits::MAX)
}
