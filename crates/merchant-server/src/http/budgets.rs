//! Who has spent its budget is answered 429, with the time to wait.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use merchant_core::lifecycle::Customer;

use super::ApiProblem;
use super::device::ClientAddress;
use crate::app::App;
use crate::budgets::Wait;
use crate::metrics::Counter;

impl App {
    /// One session more from this address.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn allow_session(&self, address: IpAddr) -> Result<(), ApiProblem> {
        self.allowed(self.budgets.take_session(address), "this address begins")
    }

    /// One request more of this customer's.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn allow_customer(&self, customer: &Customer) -> Result<(), ApiProblem> {
        self.allowed(self.budgets.take_customer(customer), "this customer sends")
    }

    fn allow_address(&self, address: IpAddr) -> Result<(), ApiProblem> {
        self.allowed(self.budgets.take_address(address), "this address sends")
    }

    fn allowed(&self, taken: Result<(), Wait>, who: &str) -> Result<(), ApiProblem> {
        taken.map_err(|Wait { seconds }| {
            self.metrics.count(Counter::RequestLimited);
            ApiProblem::too_many_requests(who, seconds)
        })
    }
}

/// Lets a request pass whose address hasn't spent its budget.
pub async fn of_address(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let allowed = match ClientAddress::from_request_parts(&mut parts, &app).await {
        Ok(ClientAddress(address)) => app.allow_address(address),
        Err(problem) => Err(problem),
    };
    match allowed {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) => problem.into_response(),
    }
}
