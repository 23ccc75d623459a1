//! The opt-in envelope, for hosts whose `my.request` drops the body of a 4xx: HTTP 200 with the real
//! status beside the real body.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shop_api::ENVELOPE_HEADER;

use super::ApiProblem;

/// More than any answer of the shop API has.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Whether the client asks for it; only answers of the shop API are wrapped.
pub fn is_wanted(request: &Request) -> bool {
    request.headers().get(ENVELOPE_HEADER).is_some_and(|value| value.as_bytes() == b"1")
        && request.uri().path().starts_with(shop_api::BASE_PATH)
}

/// The answer in its envelope.
pub async fn wrap(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_ANSWER).await else { return ApiProblem::internal().into_response() };
    let mut wrapped = format!("{{\"status\":{},\"body\":", parts.status.as_u16()).into_bytes();
    wrapped.extend_from_slice(if bytes.is_empty() { b"null" } else { &bytes });
    wrapped.push(b'}');
    parts.status = StatusCode::OK;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(wrapped))
}
