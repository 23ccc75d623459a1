//! The OpenAPI documents: one of the public listener, one of the operators'.
//!
//! In: what `utoipa` collects from the handlers as they are registered, so that a route can't be missing. Out:
//! `GET /openapi.json` on each listener, and what `merchant-server openapi` prints.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{self, Components, ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

use super::admin::admin_routes;
use super::public_routes;

/// Which listener a document describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Clients and wallets.
    Public,
    /// Operators.
    Operators,
}

/// An empty document to register handlers in.
pub(super) fn document(audience: Audience) -> OpenApi {
    let (title, description, scheme, meaning) = match audience {
        Audience::Public => (
            "Shop API",
            "What the mini program and the wallets ask the merchant server. Amounts are text of digits in the \
             currency's smallest unit; times are milliseconds since 1970; what the server may extend later is an open \
             enumeration. Every answer that isn't 2xx is a problem with a stable `code`. A client that sends \
             `shop-envelope: 1` gets HTTP 200 with `{status, body}` instead.",
            "session",
            "The token of `POST /shop/v1/sessions`.",
        ),
        Audience::Operators => (
            "Operators' API",
            "Orders with their whole story, refunds, metrics. On a listener of its own, never public.",
            "operator",
            "The token of an operator's `token_file`.",
        ),
    };
    let mut components = Components::new();
    components.add_security_scheme(
        scheme,
        SecurityScheme::Http(
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(meaning)).build(),
        ),
    );
    let info = InfoBuilder::new()
        .title(title)
        .description(Some(description))
        .version(env!("CARGO_PKG_VERSION"))
        .build();
    let mut document = OpenApi::new(info, utoipa::openapi::Paths::new());
    document.components = Some(components);
    document
}

/// The document of a listener, as JSON.
pub fn text(audience: Audience) -> &'static str {
    static PUBLIC: LazyLock<String> = LazyLock::new(|| render(public_routes(|shop| shop).into_openapi()));
    static OPERATORS: LazyLock<String> = LazyLock::new(|| render(admin_routes(|admin| admin).into_openapi()));
    match audience {
        Audience::Public => &PUBLIC,
        Audience::Operators => &OPERATORS,
    }
}

/// This document
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "Health",
    responses((status = 200, description = "OpenAPI 3.1.", body = Value))
)]
pub async fn public() -> Response {
    answer(Audience::Public)
}

/// This document
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "Health",
    responses((status = 200, description = "OpenAPI 3.1.", body = Value))
)]
pub async fn operators() -> Response {
    answer(Audience::Operators)
}

fn answer(audience: Audience) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text(audience)).into_response()
}

/// The document as JSON for people: indented, without links into Rust's documentation.
fn render(document: OpenApi) -> String {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    polish(&mut document);
    format!("{document:#}\n")
}

/// Descriptions for readers who don't read Rust, and OpenAPI's own spelling of links between operations.
fn polish(value: &mut Value) {
    match value {
        Value::Object(members) => {
            // utoipa spells these members as Rust does.
            for (rust, openapi) in [("operation_id", "operationId"), ("request_body", "requestBody")] {
                if let Some(member) = members.remove(rust) {
                    members.insert(openapi.to_owned(), member);
                }
            }
            // utoipa takes Rust's u32 for an int32, which has no more than half of its numbers.
            if members.get("format").is_some_and(|format| format == "int32")
                && members.get("minimum").is_some_and(|least| least.as_i64() >= Some(0))
            {
                members.insert("format".to_owned(), "int64".into());
                members.entry("maximum").or_insert_with(|| u32::MAX.into());
            }
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "description" => *text = without_links(text),
                    other => polish(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(polish),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Turns ``[`Name`](path)`` and ``[`Name`]`` into `` `Name` ``.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else { break };
        plain.push_str(before);
        plain.push_str(&format!("`{name}`"));
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain + rest
}

/// What any endpoint may answer.
pub(super) struct CommonProblems;

impl utoipa::IntoResponses for CommonProblems {
    fn responses() -> BTreeMap<String, RefOr<openapi::Response>> {
        const PROBLEMS: [(&str, &str); 5] = [
            ("400", "`malformed_body`: not the JSON that this endpoint takes, or it ended early."),
            ("422", "`invalid_field`, `invalid_quantity`: `detail` names the field and what it must be."),
            ("429", "`too_many_requests`: wait as long as `retry-after` says."),
            (
                "503",
                "`unavailable`: the server is stopping or overloaded; the same request may be sent again.",
            ),
            (
                "default",
                "Any other problem, such as `session_required`, `body_too_large` or `upgrade_required`.",
            ),
        ];
        PROBLEMS.into_iter().map(|(status, text)| (status.to_owned(), RefOr::T(problem(text)))).collect()
    }
}

fn problem(description: &str) -> openapi::Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_registered_with_its_description() {
        for routers in [include_str!("mod.rs"), include_str!("admin/mod.rs")] {
            assert!(!routers.contains(".route("), "register handlers with `.routes(routes!(…))`");
        }
    }

    #[test]
    fn links_into_rust_are_plain_names_for_readers_of_the_document() {
        let text = "1 to [`MAX`](crate::MAX) lines, see [`Order::attempt`].";
        assert_eq!(without_links(text), "1 to `MAX` lines, see `Order::attempt`.");
        assert_eq!(without_links("a [list] of `code`"), "a [list] of `code`");
    }
}
