//! Who has spent its budget is answered 429, with the time to wait.

use std::net::IpAddr;

use merchant_core::lifecycle::Customer;

use super::ApiProblem;
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

    /// One request more from this address.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn allow_address(&self, address: IpAddr) -> Result<(), ApiProblem> {
        self.allowed(self.budgets.take_address(address), "this address sends")
    }

    fn allowed(&self, taken: Result<(), Wait>, who: &str) -> Result<(), ApiProblem> {
        taken.map_err(|Wait { seconds }| {
            self.metrics.count(Counter::RequestLimited);
            ApiProblem::too_many_requests(who, seconds)
        })
    }
}
