//! `POST /shop/v1/quotes`: the server prices a cart.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use merchant_core::pricing::is_country;
use shop_api::{Address, AddressField, MAX_COUPON, MAX_LINES, MAX_QUANTITY, Quote, QuoteRequest};

use super::body::{JsonBody, is_id};
use super::openapi::CommonProblems;
use super::{ApiProblem, answer};
use crate::app::{App, Shopper};

/// Price a cart
///
/// A quote with problems has no `quoteId`: it tells what stands in the way and cannot be ordered.
#[utoipa::path(
    post,
    path = "/quotes",
    operation_id = "quote",
    tag = "Orders",
    request_body = QuoteRequest,
    security(("session" = [])),
    responses(
        (status = 201, description = "The priced cart.", body = Quote,
            links(("placeOrder" = (
                operation_id = "placeOrder",
                request_body = json!({ "quoteId": "$response.body#/quoteId" }),
                description = "Order what was quoted."
            )))),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    shopper: Shopper,
    JsonBody(request): JsonBody<QuoteRequest>,
) -> Result<Response, ApiProblem> {
    check(&request)?;
    let address = request.address.as_ref().map(checked_address).transpose()?;
    let request = QuoteRequest { address, ..request };
    answer::json(StatusCode::CREATED, &app.quote(&shopper, &request).await?)
}

fn check(request: &QuoteRequest) -> Result<(), ApiProblem> {
    if request.lines.is_empty() || request.lines.len() > MAX_LINES {
        return Err(ApiProblem::field("lines", &format!("a list of 1 to {MAX_LINES} lines")));
    }
    let mut seen = HashSet::new();
    for (index, line) in request.lines.iter().enumerate() {
        if !(1..=MAX_QUANTITY).contains(&line.quantity) {
            return Err(ApiProblem::quantity(&format!("lines[{index}].quantity")));
        }
        if !is_id(line.sku.as_str()) {
            return Err(ApiProblem::field(
                &format!("lines[{index}].sku"),
                "1 to 64 visible ASCII characters",
            ));
        }
        if !seen.insert(&line.sku) {
            let field = format!("lines[{index}].sku");
            return Err(ApiProblem::field(
                &field,
                "another SKU than the lines before: add the quantities up",
            ));
        }
    }
    let bounded = |text: &Option<String>, most| {
        text.as_ref().is_none_or(|text| (1..=most).contains(&text.chars().count()))
    };
    if !bounded(&request.coupon, MAX_COUPON) {
        return Err(ApiProblem::field("coupon", &format!("1 to {MAX_COUPON} characters")));
    }
    if !bounded(&request.delivery, 64) {
        return Err(ApiProblem::field("delivery", "1 to 64 characters"));
    }
    Ok(())
}

fn checked_address(address: &Address) -> Result<Address, ApiProblem> {
    let wrong = |field: AddressField| ApiProblem::field(&format!("address.{}", field.as_str()), field.rule());
    let address = address.checked().map_err(wrong)?;
    if is_country(&address.country) { Ok(address) } else { Err(wrong(AddressField::Country)) }
}
