//! `POST /admin/v1/orders/{order}/fulfilment`: how far a paid order is on its way.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use merchant_core::lifecycle::{FulfilmentStage, FulfilmentStep, Tracking, shop_fulfilment};
use shop_api::{Fulfilment, OrderId, Problem};

use super::Operator;
use crate::app::App;
use crate::config::Scope;
use crate::http::body::JsonBody;
use crate::http::openapi::CommonProblems;
use crate::http::path::PathOf;
use crate::http::{ApiProblem, answer};

/// The most characters of an operator's name.
const MAX_NAME: usize = 64;

/// What the shop says.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FulfilmentRequest {
    /// `accepted`, `shipped` or `completed`.
    status: String,
    /// How to follow it, for the shopper; absent leaves what is known.
    tracking: Option<String>,
}

/// An order and how far it is.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Fulfilled {
    order_id: OrderId,
    fulfilment: Option<Fulfilment>,
}

/// Say how far a paid order is on its way
///
/// It only goes forward; the same again changes nothing.
#[utoipa::path(
    post,
    path = "/orders/{order}/fulfilment",
    operation_id = "fulfil",
    tag = "Orders",
    params(("order" = OrderId, Path, description = "The order's id.")),
    request_body = FulfilmentRequest,
    security(("operator" = [])),
    responses(
        (status = 200, description = "How far it is.", body = Fulfilled),
        (status = 403, description = "`scope_required`: the operator may not `fulfil`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`order_not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`nothing_to_fulfil`, `fulfilment_backward`", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
)]
pub async fn say(
    State(app): State<Arc<App>>,
    operator: Operator,
    PathOf(id): PathOf<OrderId>,
    JsonBody(request): JsonBody<FulfilmentRequest>,
) -> Result<Response, ApiProblem> {
    operator.require(Scope::Fulfil)?;
    let said = fulfilment_step(&request.status, request.tracking.as_deref(), operator.name)
        .map_err(|(field, expected)| ApiProblem::field(field, &expected))?;
    let order = app.fulfil(&id, said).await?;
    let fulfilment = order.fulfilment.as_ref().map(shop_fulfilment);
    answer::json(StatusCode::OK, &Fulfilled { order_id: order.id.clone(), fulfilment })
}

/// Reads what an operator says.
///
/// # Errors
/// The field that can't be, and what it must be.
pub fn fulfilment_step(
    status: &str,
    tracking: Option<&str>,
    operator: String,
) -> Result<FulfilmentStep, (&'static str, String)> {
    let stage = FulfilmentStage::parse(status)
        .ok_or_else(|| ("status", "accepted, shipped or completed".to_owned()))?;
    let tracking = tracking
        .map(|text| Tracking::parse(text).ok_or_else(|| ("tracking", Tracking::RULE.to_owned())))
        .transpose()?;
    let is_name =
        (1..=MAX_NAME).contains(&operator.chars().count()) && !operator.chars().any(char::is_control);
    if !is_name {
        return Err(("operator", format!("1 to {MAX_NAME} characters on one line")));
    }
    Ok(FulfilmentStep { stage, tracking, operator })
}
