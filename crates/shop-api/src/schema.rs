//! Schemas of what a derive can't describe, for the servers' OpenAPI documents.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// An enum that the server may extend: any text is valid, so that a client generated from the document reads a
/// newer server's answer; the values known today are listed.
pub(crate) fn open_enum(description: &str, values: &[(&str, &str)]) -> RefOr<Schema> {
    let known = values.iter().map(|(value, meaning)| format!("- `{value}`:{meaning}"));
    let text = [description.trim().to_owned(), String::new()].into_iter().chain(known).collect::<Vec<_>>();
    let names: Vec<&str> = values.iter().map(|(value, _)| *value).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(text.join("\n")))
        .extensions(Some(
            utoipa::openapi::extensions::ExtensionsBuilder::new().add("x-extensible-enum", names).build(),
        ))
        .into()
}
