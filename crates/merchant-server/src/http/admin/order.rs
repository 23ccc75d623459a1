//! `GET /admin/v1/orders/{order}`: the whole story of an order.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use merchant_core::books::BookedEntry;
use merchant_core::lifecycle::{
    Attempt, AttemptState, Line, Order, attempt_status, order_status, shop_breakdown, shop_fulfilment,
};
use shop_api::{
    Address, AttemptId, Cashier, Currency, Fulfilment, MinorUnits, OrderId, Problem, QuoteId, Timestamp,
};

use super::refunds::RefundStory;
use crate::app::{App, ShopError};
use crate::http::openapi::CommonProblems;
use crate::http::path::PathOf;
use crate::http::{ApiProblem, answer};
use crate::store::{MessageRow, StockRow, Store, Story, StoryEvent, StoryExchange, StoryJob};

/// An order with all that is known about it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderStory {
    /// Its id.
    pub order_id: OrderId,
    /// The quote that it came from.
    pub quote_id: QuoteId,
    /// The wallet's name.
    pub wallet: String,
    /// The wallet's id of the customer.
    pub customer_id: String,
    /// Its version.
    pub version: u32,
    /// Its status, as the shop API names it.
    pub status: String,
    /// Why a person should look at it.
    pub attention: Option<&'static str>,
    /// What that person should do.
    pub advice: Option<&'static str>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// What its total is made of.
    pub breakdown: shop_api::Breakdown,
    /// Its total.
    pub total: MinorUnits,
    /// The coupon that it used.
    pub coupon: Option<String>,
    /// Where it goes and to whom: personal.
    pub address: Option<Address>,
    /// How far it is on its way.
    pub fulfilment: Option<Fulfilment>,
    /// Who gets the money.
    pub payee: String,
    /// When it was placed.
    pub created_at: Timestamp,
    /// Until when it can be paid.
    pub pay_by: Timestamp,
    /// When what was personal of it was erased; what came later is there.
    pub erased_at: Option<Timestamp>,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// Its attempts, oldest first.
    pub attempts: Vec<AttemptStory>,
    /// Its refunds, oldest first.
    pub refunds: Vec<RefundStory>,
    /// What happened, oldest first.
    pub events: Vec<StoryEvent>,
    /// The stock of its SKUs.
    pub stock: Vec<StockRow>,
    /// What is still to be done.
    pub jobs: Vec<StoryJob>,
    /// What stands in the books about it, oldest first.
    pub entries: Vec<BookedEntry>,
    /// What the merchant's own systems were told about it, oldest first.
    pub messages: Vec<MessageRow>,
    /// What we and the wallet said to each other about it, oldest first; the words are in the evidence.
    pub exchanges: Vec<StoryExchange>,
}

/// An attempt with its ids at the wallet.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptStory {
    /// Its id.
    pub attempt_id: AttemptId,
    /// 1 for the first.
    pub number: u32,
    /// Our id towards the wallet.
    pub payment_request_id: String,
    /// The wallet's id.
    pub payment_id: Option<String>,
    /// Its status, as the shop API names it.
    pub status: String,
    /// Why it failed, or why a person should look at it.
    pub reason: Option<String>,
    /// The cashier, while it is open.
    pub cashier: Option<Cashier>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When the wallet was asked last.
    pub last_asked_at: Option<Timestamp>,
}

/// The whole story of an order
#[utoipa::path(
    get,
    path = "/orders/{order}",
    operation_id = "getOrder",
    tag = "Orders",
    params(("order" = OrderId, Path, description = "The order's id.")),
    security(("operator" = [])),
    responses(
        (status = 200, description = "The story.", body = OrderStory),
        (status = 404, description = "`order_not_found`", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    PathOf(id): PathOf<OrderId>,
) -> Result<Response, ApiProblem> {
    let story = story_of(&*app.store, &id).await.map_err(ShopError::from)?.ok_or(ShopError::OrderNotFound)?;
    answer::json(StatusCode::OK, &story)
}

/// The whole story of an order, straight from the database.
///
/// # Errors
/// [`crate::store::StoreError`] when the database doesn't answer.
pub async fn story_of(
    store: &dyn Store,
    id: &OrderId,
) -> Result<Option<OrderStory>, crate::store::StoreError> {
    let Some(order) = store.load(id).await? else { return Ok(None) };
    let story = store.story(id).await?;
    Ok(Some(tell(order, story)))
}

fn tell(order: Order, story: Story) -> OrderStory {
    let status = order_status(&order).as_str().to_owned();
    OrderStory {
        order_id: order.id,
        quote_id: order.quote_id,
        wallet: order.customer.wallet.0,
        customer_id: order.customer.id.to_string(),
        version: order.version,
        status,
        attention: order.attention.map(|reason| reason.code()),
        advice: order.attention.map(|reason| reason.advice()),
        currency: order.currency,
        breakdown: shop_breakdown(&order.breakdown),
        total: order.total,
        coupon: order.coupon.map(String::from),
        address: order.address,
        fulfilment: order.fulfilment.as_ref().map(shop_fulfilment),
        payee: order.payee,
        created_at: order.created_at,
        pay_by: order.pay_by,
        erased_at: order.erased_at,
        refunds: order.refunds.into_iter().map(|refund| RefundStory::of(&order.lines, refund)).collect(),
        lines: order.lines,
        attempts: order.attempts.into_iter().map(attempt).collect(),
        events: story.events,
        stock: story.stock,
        jobs: story.jobs,
        entries: story.entries,
        messages: story.messages,
        exchanges: story.exchanges,
    }
}

fn attempt(attempt: Attempt) -> AttemptStory {
    let status = attempt_status(&attempt).as_str().to_owned();
    let (reason, cashier) = match attempt.state {
        AttemptState::Open { cashier } => (None, Some(cashier)),
        AttemptState::Failed { code, .. } => (Some(code), None),
        AttemptState::NeedsAttention { reason, .. } => (Some(reason.code().to_owned()), None),
        AttemptState::Creating
        | AttemptState::Unknown
        | AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Cancelled { .. } => (None, None),
    };
    AttemptStory {
        attempt_id: attempt.id,
        number: attempt.number,
        payment_request_id: attempt.payment_request_id.to_string(),
        payment_id: attempt.payment_id.map(|id| id.to_string()),
        status,
        reason,
        cashier,
        created_at: attempt.created_at,
        last_asked_at: attempt.last_asked_at,
    }
}
