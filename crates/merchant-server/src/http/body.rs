//! Bodies from outside: capped, declared as JSON, read strictly, with errors that name the field.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use shop_api::ProblemCode;
use wallet_api::clock::Clock;

use super::{ApiProblem, MAX_BODY};
use crate::app::App;

/// How long a body may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

const INCOMPLETE: &str = "the body ended early or came too slowly; send it again";

/// A body that was read as `T`.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for JsonBody<T> {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiProblem> {
        if !is_json(&request) {
            let detail = "send the body with the header `content-type: application/json`";
            return Err(ApiProblem::new(ProblemCode::UnsupportedMediaType, detail));
        }
        read(&raw(request.into_body(), &*app.clock).await?).map(Self)
    }
}

/// The exact bytes of a body, all of which must come in time, however small the parts.
pub async fn raw(body: Body, clock: &dyn Clock) -> Result<Vec<u8>, ApiProblem> {
    let read = tokio::select! {
        // What has come is taken, also when the process stood still until its time was over.
        biased;
        read = to_bytes(body, MAX_BODY) => read,
        () = clock.sleep(BODY_TIMEOUT) => return Err(malformed(INCOMPLETE)),
    };
    match read {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if is_too_long(&error) => {
            let detail = format!("the body is larger than {MAX_BODY} bytes");
            Err(ApiProblem::new(ProblemCode::BodyTooLarge, detail))
        }
        Err(_) => Err(malformed(INCOMPLETE)),
    }
}

/// Whether a text could be an id: what isn't short, and visible, was never given out.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
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
    if has_list_for_object(bytes) {
        return Err(malformed(
            "the body must be a JSON object, with objects inside its lists: not a list where an object belongs",
        ));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value =
        serde_path_to_error::deserialize(&mut json).map_err(|error| refuse(&place(&error), error.inner()))?;
    json.end().map_err(|_| malformed("there is something behind the JSON value; send exactly one"))?;
    Ok(value)
}

/// Whether a list stands at the top, or directly inside another list. The reader would take such a list
/// for the values of an object's fields; the API doesn't have that form, nor lists of lists.
fn has_list_for_object(bytes: &[u8]) -> bool {
    let mut open = Vec::new();
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' if open.last().is_none_or(|outer| *outer == b'[') => return true,
            b'[' | b'{' => open.push(*byte),
            b']' | b'}' => {
                open.pop();
            }
            _ => {}
        }
    }
    false
}

/// Where the fault is, by the API's own names: where a name itself is the fault, what has it.
fn place(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let full = error.path().to_string();
    let full = if full == "." { "" } else { &full };
    if !error.inner().to_string().starts_with("unknown field") {
        return full.to_owned();
    }
    match error.path().iter().next_back() {
        Some(Segment::Map { key }) => {
            full.strip_suffix(key.as_str()).unwrap_or("").trim_end_matches('.').to_owned()
        }
        Some(Segment::Seq { .. } | Segment::Enum { .. } | Segment::Unknown) | None => full.to_owned(),
    }
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

/// What the reader expected, in the words of JSON. It says so last, after what came, which may say anything.
fn expected(text: &str) -> &str {
    let expected = text.rsplit_once(", expected ").map_or("something else", |(_, rest)| rest);
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;
    use jiff::Timestamp;
    use wallet_api::clock::ManualClock;

    use super::*;

    #[tokio::test]
    async fn a_body_that_has_come_is_taken_however_long_the_process_stood_still() {
        // Which of two that are ready is looked at first must not be chance.
        for _ in 0..32 {
            let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
            let (sender, comes) = tokio::sync::oneshot::channel();
            let parts =
                stream::once(async { Ok::<_, Infallible>(comes.await.unwrap_or_else(|_| String::new())) });
            let mut read = std::pin::pin!(raw(Body::from_stream(parts), &clock));
            assert!(futures_util::FutureExt::now_or_never(read.as_mut()).is_none());
            sender.send("{}".to_owned()).unwrap();
            clock.advance(2 * BODY_TIMEOUT);
            assert_eq!(read.await.unwrap(), b"{}");
        }
    }

    #[tokio::test]
    async fn a_body_that_comes_too_slowly_is_refused() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let never = stream::pending::<Result<String, Infallible>>();
        let mut read = std::pin::pin!(raw(Body::from_stream(never), &clock));
        assert!(futures_util::FutureExt::now_or_never(read.as_mut()).is_none());
        clock.advance(BODY_TIMEOUT);
        assert!(read.await.is_err());
    }
}
