//! `GET /admin/v1/books/balance?at={date}`: what stands on every account.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use merchant_core::books::{Balance, sorted};
use shop_api::Timestamp;
use utoipa::openapi::{
    KnownFormat, ObjectBuilder, RefOr, SchemaFormat,
    schema::{OneOfBuilder, Schema, Type},
};

use crate::app::{App, ShopError};
use crate::http::openapi::CommonProblems;
use crate::http::query::StrictQuery;
use crate::http::{ApiProblem, answer};
use crate::time::end_of;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Balances {
    /// Everything posted before this moment.
    before: Timestamp,
    balances: Vec<Balance>,
}

/// How `at` is written.
struct DayOrMoment;

impl utoipa::PartialSchema for DayOrMoment {
    fn schema() -> RefOr<Schema> {
        let text = |format| {
            ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(format)))
        };
        OneOfBuilder::new().item(text(KnownFormat::Date)).item(text(KnownFormat::DateTime)).into()
    }
}

impl utoipa::ToSchema for DayOrMoment {}

/// What stands on every account
#[utoipa::path(
    get,
    path = "/books/balance",
    operation_id = "booksBalance",
    tag = "Books",
    params(
        ("at" = inline(Option<DayOrMoment>), Query, description = "At the end of this day (`2026-03-01`, UTC), or at this moment (RFC 3339); now if left out.")
    ),
    security(("operator" = [])),
    responses(
        (status = 200, description = "Debits and credits of each account, by wallet and currency.", body = Balances),
        CommonProblems,
    ),
)]
pub async fn balance(State(app): State<Arc<App>>, query: StrictQuery) -> Result<Response, ApiProblem> {
    let query = query.allow(&["at"])?;
    let before = match query.text("at") {
        None => Timestamp(app.now().0.saturating_add(1)),
        Some(text) => end_of(text).ok_or_else(|| {
            ApiProblem::field(
                "at",
                "a day such as 2026-03-01, which ends at midnight UTC, or an RFC 3339 time",
            )
        })?,
    };
    let balances = sorted(app.store.balances(before).await.map_err(ShopError::from)?);
    answer::json(StatusCode::OK, &Balances { before, balances })
}
