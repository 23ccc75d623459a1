//! Bodies from outside: capped, declared as JSON, read strictly, with errors that name the field.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;
use shop_api::ProblemCode;

use super::{ApiProblem, MAX_BODY};

/// A body that was read as `T`.
pub struct JsonBody<T>(pub T);

impl<T, S> FromRequest<S> for JsonBody<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiProblem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiProblem> {
        if !is_json(&request) {
            let detail = "send the body with the header `content-type: application/json`";
            return Err(ApiProblem::new(ProblemCode::UnsupportedMediaType, detail));
        }
        read(&raw(request.into_body()).await?).map(Self)
    }
}

/// The exact bytes of a body.
pub async fn raw(body: Body) -> Result<Vec<u8>, ApiProblem> {
    match to_bytes(body, MAX_BODY).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if is_too_long(&error) => {
            let detail = format!("the body is larger than {MAX_BODY} bytes");
            Err(ApiProblem::new(ProblemCode::BodyTooLarge, detail))
        }
        Err(_) => Err(malformed("the body ended early or came too slowly; send it again")),
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return true;
        }
        cause = error.source();
    }
    false
}

fn is_json(request: &Request) -> bool {
    let declared =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = declared.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiProblem> {
    // A list of the fields' values would be read as well; the API doesn't have that form.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(malformed("the body must be a JSON object"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refuse(if path == "." { "" } else { &path }, error.inner())
    })?;
    json.end().map_err(|_| malformed("there is something behind the JSON value; send exactly one"))?;
    Ok(value)
}

/// What is wrong, without repeating what came: it may be a secret.
fn refuse(path: &str, error: &serde_json::Error) -> ApiProblem {
    let text = error.to_string();
    if !error.is_data() {
        return malformed(&format!(
            "the body isn't JSON: see line {}, column {}",
            error.line(),
            error.column()
        ));
    }
    let of = if path.is_empty() { "the body".to_owned() } else { format!("`{path}`") };
    let named = text.split('`').nth(1).unwrap_or("");
    if text.starts_with("missing field") {
        return malformed(&format!("{of} lacks the field `{named}`"));
    }
    if text.starts_with("unknown field") {
        return malformed(&format!(
            "{of} has a field that doesn't exist here; check the spelling, leave out what isn't in the API"
        ));
    }
    if text.starts_with("duplicate field") {
        return malformed(&format!("{of} has the field `{named}` twice"));
    }
    if path.rsplit('.').next() == Some("quantity") {
        return ApiProblem::quantity(path);
    }
    if path.is_empty() {
        return malformed("the body must be a JSON object");
    }
    ApiProblem::field(path, expected(&text))
}

/// What the reader expected, in the words of JSON.
fn expected(text: &str) -> &str {
    let expected = text.split_once(", expected ").map_or("something else", |(_, rest)| rest);
    let expected = expected.split(" at line ").next().unwrap_or(expected);
    match expected {
        "u32" => "a whole number",
        "a sequence" => "a list",
        other if other.starts_with("struct ") => "an object",
        other => other,
    }
}

fn malformed(detail: &str) -> ApiProblem {
    ApiProblem::new(ProblemCode::MalformedBody, detail)
}
