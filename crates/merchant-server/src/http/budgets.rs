//! Who has spent its budget is answered 429, with the time to wait.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts as _;
use axum::http::request::Parts;
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

/// One request more from the address that this one comes from.
///
/// # Errors
/// 429 with the time to wait.
pub async fn spend_of_address(parts: &mut Parts, app: &Arc<App>) -> Result<(), ApiProblem> {
    let ClientAddress(address) = ClientAddress::from_request_parts(parts, app).await?;
    app.allow_address(address)
}
