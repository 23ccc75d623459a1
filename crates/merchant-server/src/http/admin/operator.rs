//! Who may use `/admin/v1`: the operators of the configuration, each with a token and with what it may do.
//!
//! In: the bearer token of a request. Out: the [`Operator`] whose it is, whose name goes into the books; or a refusal.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shop_api::{MinorUnits, ProblemCode};

use crate::config::Scope;
use crate::digest::same_secret;
use crate::http::ApiProblem;
use crate::http::shopper::bearer;

/// Somebody, or some program, that may look after orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The name that goes into the books.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The most that one refund of its may be, in the smallest unit of the order's currency.
    pub refund_limit: Option<MinorUnits>,
}

impl Operator {
    /// Passes when it may do this.
    ///
    /// # Errors
    /// 403 `scope_required`.
    pub fn require(&self, scope: Scope) -> Result<(), ApiProblem> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        let detail =
            format!("this token may not {0}: add {0:?} to `operators.{1}.scopes`", scope.as_str(), self.name);
        Err(ApiProblem::forbidden("scope_required", detail))
    }
}

/// All operators with their tokens; without any everybody is refused.
#[derive(Clone, Default)]
pub struct Operators(Arc<[(Vec<u8>, Operator)]>);

impl Operators {
    /// Operators with their tokens, from the configured files' contents.
    pub fn new(operators: Vec<(Vec<u8>, Operator)>) -> Self {
        Self(operators.into())
    }

    /// Whose token this is. Every token is compared, each in constant time.
    fn find(&self, given: &[u8]) -> Option<&Operator> {
        self.0.iter().fold(
            None,
            |found, (token, operator)| {
                if same_secret(token, given) { Some(operator) } else { found }
            },
        )
    }
}

/// Lets a request pass that has an operator's token, and tells the handler whose. Everything needs [`Scope::Read`].
pub async fn identify(State(operators): State<Operators>, mut request: Request, next: Next) -> Response {
    if operators.0.is_empty() {
        return refuse("no operator is configured; add a table [operators.NAME] with a `token_file`");
    }
    let (mut parts, body) = request.into_parts();
    let Some(operator) = bearer(&parts).and_then(|token| operators.find(token.as_bytes())) else {
        return refuse("send `authorization: Bearer TOKEN` with the token of an operator's `token_file`");
    };
    if let Err(problem) = operator.require(Scope::Read) {
        return problem.into_response();
    }
    parts.extensions.insert(operator.clone());
    request = Request::from_parts(parts, body);
    next.run(request).await
}

fn refuse(detail: &str) -> Response {
    ApiProblem::new(ProblemCode::SessionRequired, detail).into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for Operator {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiProblem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiProblem::internal)
    }
}
