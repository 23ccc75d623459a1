//! `GET /media/{file}`: the products' pictures.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::ApiProblem;
use super::openapi::CommonProblems;
use super::path::PathOf;
use crate::app::App;
use crate::catalog::image_type;

/// Pictures may change with an import, under the same name.
const CACHE: &str = "public, max-age=3600";

/// A picture may style itself and nothing else, whoever opens it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// A product's picture
#[utoipa::path(
    get,
    path = "/media/{file}",
    operation_id = "getMedia",
    tag = "Catalogue",
    params(("file" = String, Path, description = "The picture's file name, as in `imageUrl`.")),
    responses(
        (status = 200, description = "The picture.", content_type = "image/*", body = Vec<u8>),
        CommonProblems,
    ),
)]
pub async fn handle(
    State(app): State<Arc<App>>,
    PathOf(file): PathOf<String>,
) -> Result<Response, ApiProblem> {
    let missing = ApiProblem::not_found;
    // Only names that an import would take: no slash, no leading dot, so nothing outside the folder.
    let content_type = image_type(&file).ok_or_else(missing)?;
    let path = app.settings.media_dir.join(&file);
    let bytes = tokio::fs::read(&path).await.map_err(|_| missing())?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}
