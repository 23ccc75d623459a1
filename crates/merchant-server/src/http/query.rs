//! Query strings, read strictly.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use super::ApiProblem;

/// The query's fields. Only those named are allowed.
pub struct StrictQuery(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for StrictQuery {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiProblem::field("query", "pairs of name=value"))?;
        let mut fields = HashMap::with_capacity(pairs.len());
        for (name, value) in pairs {
            if fields.insert(name, value).is_some() {
                return Err(ApiProblem::field("query", "without a field that stands twice"));
            }
        }
        Ok(Self(fields))
    }
}

impl StrictQuery {
    /// Refuses fields that aren't named here.
    pub fn allow(self, names: &[&str]) -> Result<Self, ApiProblem> {
        match self.0.keys().find(|name| !names.contains(&name.as_str())) {
            None => Ok(self),
            Some(_) if names.is_empty() => Err(ApiProblem::field("query", "empty")),
            Some(_) => Err(ApiProblem::field("query", &format!("one of these fields: {}", names.join(", ")))),
        }
    }

    /// The field's text, if it is there.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A whole number, if the field is there.
    pub fn number(&self, name: &str) -> Result<Option<u32>, ApiProblem> {
        let Some(text) = self.0.get(name) else { return Ok(None) };
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| text.parse().ok()).flatten();
        number.map(Some).ok_or_else(|| ApiProblem::field(name, "a whole number from 0 to 4294967295"))
    }

    /// `true` or `false`, if the field is there.
    pub fn flag(&self, name: &str) -> Result<bool, ApiProblem> {
        match self.0.get(name).map(String::as_str) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiProblem::field(name, "true or false")),
        }
    }
}
